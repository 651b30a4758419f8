"""The one token that the app speaks to Teams with: fetched when it is needed, and kept."""

import asyncio
import hashlib
import math
import ssl
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import aiohttp
import jwt
import structlog
from yarl import URL

from bot.failures import Verdict
from bot.payloads import Payload, UnreadableError, maybe_words, read_object, words
from bot.sessions import proxy_for, read_limited
from bot.teams.failing import refused_a_token
from bot.teams.failures import NO_TOKEN_NOW, CallError, Failure

logger = structlog.get_logger(__name__)

RESOURCE = "https://api.botframework.com"
SCOPE = f"{RESOURCE}/.default"
AUTHORITY = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
# An app that serves several tenants belongs to none of them.
OF_SEVERAL = "botframework.com"
MACHINE = "http://169.254.169.254/metadata/identity/oauth2/token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

# A new one is fetched so long before the old one ends, or at half of a short life.
AHEAD = 5 * 60.0
# So long nobody asks again after there was none, or after the app was not let in.
PAUSE = 5.0
LONG_PAUSE = 60.0
LIMITS = aiohttp.ClientTimeout(total=5)
LARGEST = 64 * 1024
LONGEST_LIFE = 24 * 60 * 60.0


class CredentialError(Exception):
    """What the settings name cannot be used; str() says what is wrong with it, quoting nothing."""


# How the app shows that it is itself


@dataclass(frozen=True, slots=True)
class Password:
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Certificate:
    """`pem` is the private key; the two thumbprints tell which certificate belongs to it."""

    pem: str = field(repr=False)
    sha1: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ManagedIdentity:
    """`client_id` is empty for the machine's own. `endpoint` and `header` are what App Service
    says in IDENTITY_ENDPOINT and IDENTITY_HEADER; elsewhere, without a header, the machine itself
    is asked, there or at its usual address."""

    client_id: str = ""
    endpoint: str = ""
    header: str = field(default="", repr=False)


Proof = Password | Certificate | ManagedIdentity


def read_certificate(file: Path) -> Certificate:
    """A PEM file with the certificate and its private key. Raises CredentialError."""
    try:
        text = file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialError(
            f"TEAMS_CERTIFICATE_FILE: {file} cannot be read as text ({type(error).__name__})."
        ) from None
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    if begin not in text or end not in text.split(begin, 1)[1]:
        raise CredentialError(f"TEAMS_CERTIFICATE_FILE: {file} holds no certificate.")
    before, rest = text.split(begin, 1)
    inside, after = rest.split(end, 1)
    try:
        # They can be read and belong together. A key with a passphrase is of no use here.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(file, password="")
        der = ssl.PEM_cert_to_DER_cert(f"{begin}{inside}{end}")
        found = Certificate(
            _private_key(before + after),
            _thumbprint(hashlib.sha1(der, usedforsecurity=False).digest()),
            _thumbprint(hashlib.sha256(der).digest()),
        )
        _assertion("x", "https://example.org", found, 0.0)
    except (OSError, ValueError, TypeError, jwt.PyJWTError):
        raise CredentialError(
            f"TEAMS_CERTIFICATE_FILE: {file} does not hold a certificate and "
            "the RSA private key that belongs to it."
        ) from None
    return found


def _private_key(text: str) -> str:
    for kind in ("PRIVATE KEY", "RSA PRIVATE KEY"):
        begin, end = f"-----BEGIN {kind}-----", f"-----END {kind}-----"
        if begin in text and end in text.split(begin, 1)[1]:
            return f"{begin}{text.split(begin, 1)[1].split(end, 1)[0]}{end}\n"
    raise ValueError("no private key")


def _thumbprint(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode().rstrip("=")


# What is asked


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def token_url(tenants: tuple[str, ...], configured: str = "") -> str:
    """With one tenant, that tenant's own: a single-tenant app exists in no other."""
    tenant = tenants[0] if len(tenants) == 1 else OF_SEVERAL
    return configured or AUTHORITY.format(tenant=tenant)


def asked(app_id: str, proof: Proof, url: str, now: float) -> Asked:
    """`now` is in seconds since 1970. `url` is where a password or a certificate is shown."""
    match proof:
        case Password(secret):
            return Asked("POST", url, form=_form(app_id, {"client_secret": secret}))
        case Certificate():
            assertion = _assertion(app_id, url, proof, now)
            shown = {"client_assertion_type": ASSERTION, "client_assertion": assertion}
            return Asked("POST", url, form=_form(app_id, shown))
        case ManagedIdentity(client_id, endpoint, header):
            which = {"resource": RESOURCE} | ({"client_id": client_id} if client_id else {})
            if header:
                query = which | {"api-version": "2019-08-01"}
                return Asked("GET", endpoint, query, headers={"X-IDENTITY-HEADER": header})
            query = which | {"api-version": "2018-02-01"}
            return Asked("GET", endpoint or MACHINE, query, headers={"Metadata": "true"})


def _form(app_id: str, shown: Mapping[str, str]) -> dict[str, str]:
    return {"grant_type": "client_credentials", "client_id": app_id, "scope": SCOPE, **shown}


def _assertion(app_id: str, url: str, certificate: Certificate, now: float) -> str:
    claims = {
        "aud": url,
        "iss": app_id,
        "sub": app_id,
        "jti": str(uuid4()),
        "nbf": int(now) - 60,
        "exp": int(now) + 600,
    }
    thumbprints = {"x5t": certificate.sha1, "x5t#S256": certificate.sha256}
    return jwt.encode(claims, certificate.pem, "RS256", headers=thumbprints)


# What is kept


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str = field(repr=False)
    renew_at: float
    ends_at: float


class Credentials:
    """One for the process. `seconds`: a clock that only goes forward; `now`: the time of day."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        app_id: str,
        proof: Proof,
        url: str = "",
        seconds: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._session = session
        self._app_id = app_id
        self._proof = proof
        self._url = url
        self._seconds = seconds
        self._now = now
        self._kept: _Kept | None = None
        self._failed: Failure | None = None
        self._ask_again_at = -math.inf
        self._flight: asyncio.Task[None] | None = None

    async def token(self) -> str:
        """Raises CallError: for good where the app is not let in, else for a while."""
        if (kept := self._kept) and self._seconds() < kept.renew_at:
            return kept.token
        await self._renewed()
        if (kept := self._kept) and self._seconds() < kept.ends_at:
            return kept.token
        raise CallError(self._failed or NO_TOKEN_NOW)

    def forget(self, token: str) -> None:
        """Teams no longer takes this one; the next is fetched when it is needed."""
        if self._kept and self._kept.token == token:
            self._kept = None

    async def close(self) -> None:
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    async def _renewed(self) -> None:
        """Once for all who wait for it, who may each go away."""
        if self._flight is None and self._seconds() >= self._ask_again_at:
            self._flight = asyncio.create_task(self._fetch())
        if self._flight is not None:
            await asyncio.shield(self._flight)

    async def _fetch(self) -> None:
        try:
            self._kept = await self._ask(self._seconds())
        except CallError as error:
            self._failed = error.failure
        except Exception:  # noqa: BLE001 - whatever it is, nothing was sent
            self._failed = NO_TOKEN_NOW
        else:
            self._failed = None
        finally:
            self._flight = None
        if self._failed is not None:
            is_wrong = self._failed.verdict is Verdict.NEVER
            self._ask_again_at = self._seconds() + (LONG_PAUSE if is_wrong else PAUSE)
            logger.warning("teams gave no token", error=self._failed.kind)

    async def _ask(self, began: float) -> _Kept:
        one = asked(self._app_id, self._proof, self._url, self._now())
        is_ours = isinstance(self._proof, ManagedIdentity)
        async with self._session.request(
            one.method,
            one.url,
            params=one.query,
            data=one.form or None,
            headers=one.headers,
            timeout=LIMITS,
            allow_redirects=False,
            # The machine's own identity is on the machine's side of any proxy.
            proxy=None if is_ours else proxy_for(URL(one.url)),
        ) as answer:
            data = _read(await read_limited(answer, LARGEST) or b"")
            if answer.status != 200:
                wait = answer.headers.get("Retry-After")
                moment = datetime.fromtimestamp(self._now(), UTC)
                raise CallError(refused_a_token(answer.status, data, wait, moment))
        return _kept(data, began, self._now())


def _read(said: bytes) -> Payload:
    try:
        return read_object(said.decode())
    except (UnicodeDecodeError, UnreadableError):
        return {}


def _kept(data: Payload, began: float, now: float) -> _Kept:
    """Raises CallError."""
    try:
        token, kind = words(data, "access_token"), maybe_words(data, "token_type") or "Bearer"
    except UnreadableError:
        raise CallError(NO_TOKEN_NOW) from None
    life = _number(data.get("expires_in"))
    if not life and (ends := _number(data.get("expires_on"))):
        # App Service says only this.
        life = ends - now
    life = min(max(life, 0.0), LONGEST_LIFE)
    if not token.isascii() or not token.isprintable() or kind.lower() != "bearer" or not life:
        raise CallError(NO_TOKEN_NOW)
    return _Kept(token, began + max(life - AHEAD, life / 2), began + life)


def _number(value: object) -> float:
    """A managed identity says it in a text."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 12:
        return float(value)
    return 0.0 if isinstance(value, bool) or not isinstance(value, (int, float)) else float(value)
