"""A server of ours in Microsoft's place: keys, tokens, and a connector that answers as it is told.

It refuses nothing by itself; `tests/teams` does. Here each answer is put in by hand.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

APP = "11111111-aaaa-4bbb-8ccc-222222222222"
TENANT = "33333333-aaaa-4bbb-8ccc-444444444444"
PASSWORD = "hush-hush"  # noqa: S105
ISSUER = "https://api.botframework.com"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def signing_key(name: str = "k1", size: int = 2048) -> rsa.RSAPrivateKey:
    return _made(name, size)


@cache
def _made(name: str, size: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, size)


def published(name: str = "k1", size: int = 2048, **more: Any) -> dict[str, Any]:
    """A key as it stands in the list of keys."""
    public = RSAAlgorithm.to_jwk(signing_key(name, size).public_key(), as_dict=True)
    return {
        "kty": "RSA",
        "use": "sig",
        "n": public["n"],
        "e": public["e"],
        "kid": name,
        "x5t": name,
        "endorsements": ["msteams", "skype"],
    } | more


def claims(service_url: str, now: datetime = NOW, **more: Any) -> dict[str, Any]:
    """Those of a good token. None takes one out."""
    at = int(now.timestamp())
    said = {
        "iss": ISSUER,
        "aud": APP,
        "nbf": at - 10,
        "exp": at + 3_600,
        "serviceurl": service_url,
    } | more
    return {name: value for name, value in said.items() if value is not None}


def token(said: dict[str, Any], key: str = "k1", **headers: Any) -> str:
    return jwt.encode(said, signing_key(key), "RS256", headers={"kid": key, **headers})


def activity(service_url: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "id": "1700000000000",
        "text": "Hello",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": "29:amara", "aadObjectId": "55555555-aaaa-4bbb-8ccc-666666666666"},
        "recipient": {"id": f"28:{APP}"},
        "conversation": {"id": "a:amara", "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
    } | more


@cache
def certificate_pem() -> str:
    key = signing_key("certificate")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Bearings")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return (
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    ).decode()


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """`body` is JSON unless it is bytes. `hold`: until this is set. `cut`: no answer at all."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    hold: asyncio.Event | None = None
    cut: bool = False


Answers = Callable[[Call], Answer]


@dataclass
class Microsoft:
    """`says` holds what each path answers; a connector's path answers with a new id."""

    address: str = ""
    calls: list[Call] = field(default_factory=list)
    says: dict[str, Answers] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=lambda: [published()])
    next_id: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def openid_url(self) -> str:
        return f"{self.address}/v1/.well-known/openidconfiguration"

    @property
    def token_url(self) -> str:
        return f"{self.address}/tenant/oauth2/v2.0/token"

    @property
    def service_url(self) -> str:
        return f"{self.address}/emea/"

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    async def until(self, is_so: Callable[[], bool]) -> None:
        """After each call that comes in."""
        while not is_so():
            self.asked.clear()
            await self.asked.wait()

    def called(self, path: str) -> list[Call]:
        return [call for call in self.calls if path in call.path]

    def answers(self, path: str, *answers: Answer) -> None:
        """Those in turn, and the last for ever after."""
        left = list(answers)
        self.says[path] = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def answer(self, call: Call) -> Answer:
        for path, says in self.says.items():
            if path in call.path:
                return says(call)
        if "openidconfiguration" in call.path:
            return Answer(
                body={"issuer": ISSUER, "jwks_uri": f"{self.address}/v1/.well-known/keys"}
            )
        if "/.well-known/keys" in call.path:
            return Answer(body={"keys": self.keys})
        if "oauth2" in call.path:
            self.next_id += 1
            granted = {"token_type": "Bearer", "expires_in": 3_599}
            return Answer(body={**granted, "access_token": f"granted-{self.next_id}"})
        self.next_id += 1
        return Answer(201, {"id": f"1:{self.next_id}"})


@asynccontextmanager
async def microsoft() -> AsyncIterator[Microsoft]:
    there = Microsoft()
    held: list[asyncio.Event] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        call = Call(
            request.method,
            request.rel_url.raw_path,
            dict(request.query),
            dict(request.headers),
            await request.read(),
        )
        there.calls.append(call)
        there.asked.set()
        answer = there.answer(call)
        if answer.hold:
            held.append(answer.hold)
            await answer.hold.wait()
        if answer.cut:
            assert request.transport
            request.transport.abort()
        if isinstance(answer.body, bytes):
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        if answer.body is None:
            return web.Response(status=answer.status, headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    app = web.Application(client_max_size=1024**2)
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    there.address = f"http://127.0.0.1:{port}"
    try:
        yield there
    finally:
        for one in held:
            one.set()
        await runner.cleanup()


@dataclass
class Seconds:
    """A clock that only goes forward, moved by hand."""

    at: float = 1_000.0

    def __call__(self) -> float:
        return self.at
