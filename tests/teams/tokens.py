"""Microsoft's side of trust: the keys it publishes, and the tokens that an app asks for."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.teams.calls import Call, Given, Operation
from tests.teams.faults import Faults
from tests.teams.signing import ISSUER, Signer
from tests.teams.world import World

RESOURCE = ISSUER
SCOPE = f"{RESOURCE}/.default"
LASTS = 3599  # seconds
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class NoTokenError(Exception):
    def __init__(self, status: int, error: str, number: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.body: Given = {
            "error": error,
            "error_description": f"AADSTS{number}: {words}",
            "error_codes": [number],
            "trace_id": "0f0f0f0f-0000-4000-8000-00000000000f",
        }


class Tokens:
    """`certificate`: a public key that may sign for the app instead of a secret. `identity`: the
    header that App Service wants; `host` is where all this stands."""

    def __init__(self, world: World, faults: Faults, signer: Signer, secret: str) -> None:
        self.world, self.faults, self.signer, self.secret = world, faults, signer, secret
        self.certificate: RSAPublicKey | None = None
        self.identity = "the-header-of-app-service"
        self.lasts = LASTS
        self.host = ""
        self.home = world.new_guid()  # the tenant that the app is registered in
        self.calls: list[Call] = []
        self.given: dict[str, datetime] = {}

    def takes(self, token: str) -> bool:
        return token in self.given and self.given[token] > self.world.now()

    def gives(self) -> str:
        """A token, as if the app had asked for it."""
        token = f"fake.{uuid.uuid4().hex}"
        self.given[token] = self.world.now() + timedelta(seconds=self.lasts)
        return token

    def forgets(self) -> None:
        """None of the tokens given out is taken any more."""
        self.given.clear()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/.well-known/openidconfiguration", self._openid),
            web.get("/v1/.well-known/keys", self._keys),
            web.post("/{tenant}/oauth2/v2.0/token", self._token),
            web.get("/metadata/identity/oauth2/token", self._machine),
            web.get("/msi/token", self._app_service),
        ]

    # What is published

    async def _openid(self, request: web.Request) -> web.StreamResponse:
        told = {
            "issuer": ISSUER,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{self.host}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }
        return await self._met("openid", request, lambda: told)

    async def _keys(self, request: web.Request) -> web.StreamResponse:
        return await self._met(
            "keys", request, lambda: {"keys": [key.published for key in self.signer.published]}
        )

    # What an app asks for

    async def _token(self, request: web.Request) -> web.StreamResponse:
        asked = {name: str(value) for name, value in (await request.post()).items()}
        tenant = request.match_info["tenant"]
        return await self._met("token", request, lambda: self._given(asked, tenant), asked)

    async def _machine(self, request: web.Request) -> web.StreamResponse:
        known = request.headers.get("Metadata") == "true" and "Authorization" not in request.headers
        return await self._by_identity(request, known=known, version="2018-02-01")

    async def _app_service(self, request: web.Request) -> web.StreamResponse:
        known = request.headers.get("X-IDENTITY-HEADER") == self.identity
        return await self._by_identity(request, known=known, version="2019-08-01")

    async def _by_identity(
        self, request: web.Request, *, known: bool, version: str
    ) -> web.StreamResponse:
        asked = dict(request.query)

        def given() -> Given:
            if not known or asked.get("api-version") != version:
                raise NoTokenError(400, "invalid_request", 0, "Required header or version missing.")
            if asked.get("resource") != RESOURCE:
                raise NoTokenError(400, "invalid_resource", 500011, "No such resource.")
            if asked.get("client_id", self.signer.app_id) != self.signer.app_id:
                raise NoTokenError(400, "invalid_request", 0, "Identity not found.")
            life = str(self.lasts)  # in a text, unlike Entra's own
            return {"access_token": self.gives(), "expires_in": life, "token_type": "Bearer"}

        return await self._met("token", request, given, asked)

    def _given(self, asked: Given, tenant: str) -> Given:
        if asked.get("grant_type") != "client_credentials":
            raise NoTokenError(400, "unsupported_grant_type", 70003, "Unsupported grant type.")
        if tenant != self.home or asked.get("client_id") != self.signer.app_id:
            words = f"The application was not found in the directory '{tenant}'."
            raise NoTokenError(400, "unauthorized_client", 700016, words)
        if asked.get("scope") != SCOPE:
            raise NoTokenError(400, "invalid_scope", 70011, "The scope is not valid.")
        self._check_is_the_app(asked, tenant)
        token = {"access_token": self.gives(), "token_type": "Bearer"}
        return {**token, "expires_in": self.lasts, "ext_expires_in": self.lasts}

    def _check_is_the_app(self, asked: Given, tenant: str) -> None:
        if "client_assertion" in asked:
            self._check_assertion(asked, f"{self.host}/{tenant}/oauth2/v2.0/token")
        elif asked.get("client_secret") != self.secret:
            raise NoTokenError(401, "invalid_client", 7000215, "Invalid client secret provided.")

    def _check_assertion(self, asked: Given, audience: str) -> None:
        """Signed by the certificate, which the header names, within its time."""
        said = asked["client_assertion"]
        try:
            assert self.certificate is not None
            header = jwt.get_unverified_header(said)
            need = ["exp", "nbf", "iss", "sub", "aud", "jti"]
            options: Any = {"require": need, "verify_exp": False, "verify_nbf": False}
            claims = jwt.decode(
                said, self.certificate, ["RS256", "PS256"], options, audience=audience
            )
            moment = self.world.now().timestamp()
            assert claims["nbf"] - 300 <= moment <= claims["exp"]
            assert claims["iss"] == claims["sub"] == self.signer.app_id
            assert asked.get("client_assertion_type") == _ASSERTION
            assert {"x5t", "x5t#S256"} & set(header)
        except (jwt.PyJWTError, AssertionError):
            words = "Client assertion failed signature validation."
            raise NoTokenError(401, "invalid_client", 700027, words) from None

    # Within

    async def _met(
        self, operation: Operation, request: web.Request, told: Any, asked: Given | None = None
    ) -> web.StreamResponse:
        call = Call(operation, request.method, request.path, body=asked or {})
        self.calls.append(call)
        fault = self.faults.take(call)
        if fault is not None:
            await fault.hold()
            if fault.breaks:
                call.status = fault.status
                return fault.answer(request)
        try:
            call.answer, call.status = told(), 200
        except NoTokenError as refused:
            call.answer, call.status = refused.body, refused.status
        return web.json_response(call.answer, status=call.status)
