"""Whether a request comes from Teams, and for us. Nothing of a body is parsed before that is known.

Time is an argument; the only thing asked of anybody is the key that a token names.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from jwt import PyJWK, PyJWS, PyJWTError

from bot.hosts import Hosts
from bot.payloads import Payload, UnreadableError, maybe_part, maybe_words, read_object, words

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
SKEW = 5 * 60  # seconds, in which two clocks may differ
LONGEST_TOKEN = 8 * 1024
LARGEST_BODY = 256 * 1024

Headers = Iterable[tuple[bytes, bytes]]

_BEARER = re.compile(rb"Bearer +([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII | re.IGNORECASE)
_TYPE = re.compile(
    rb'application/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?', re.IGNORECASE
)
_HEADER = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})
_ALGORITHM = "RS256"
_SIGNATURES = PyJWS(algorithms=[_ALGORITHM], options={"enforce_minimum_key_length": True})


class UntrustedError(Exception):
    """Answered with its status and nothing else. str() names what failed, and quotes nothing."""

    def __init__(self, reason: str, status: int = 401) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Key:
    """`endorsements`: the channels that it may sign for."""

    id: str
    public: PyJWK
    endorsements: frozenset[str]


class FindsKeys(Protocol):
    async def find(self, key_id: str) -> Key | None: ...


@dataclass(frozen=True, slots=True)
class Claims:
    """What the sender's signature stands for."""

    issuer: str
    audience: str
    service_url: str
    endorsements: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Token:
    raw: str
    key_id: str


class Trust:
    """`app_id`: for whom a token must be. `tenants`: whose people may use the app."""

    def __init__(
        self, app_id: str, keys: FindsKeys, hosts: Hosts, tenants: Collection[str]
    ) -> None:
        self._app_id = app_id
        self._keys = keys
        self._hosts = hosts
        self._tenants = frozenset(tenant.casefold() for tenant in tenants)

    async def verify(self, headers: Headers, now: datetime) -> Claims:
        """Raises UntrustedError."""
        token = opened(_authorization(headers))
        key = await self._keys.find(token.key_id)
        if key is None:
            raise UntrustedError("no such key")
        claims = claims_in(token.raw, key, self._app_id, now.timestamp())
        if not self._hosts.allow(claims.service_url):
            raise UntrustedError("host not allowed", 403)
        return claims

    def matches(self, claims: Claims, activity: Payload) -> None:
        """That the token was given for this activity, and its tenant is one of ours.

        Raises UntrustedError, and UnreadableError for what no platform sends.
        """
        if words(activity, "channelId") != CHANNEL or CHANNEL not in claims.endorsements:
            raise UntrustedError("channel not endorsed", 403)
        if words(activity, "serviceUrl") != claims.service_url:
            raise UntrustedError("another service", 403)
        if not self._is_ours(_tenants_of(activity)):
            raise UntrustedError("tenant not allowed", 403)

    def _is_ours(self, tenants: set[str]) -> bool:
        return len(tenants) == 1 and tenants <= self._tenants


def _tenants_of(activity: Payload) -> set[str]:
    """Teams names it in up to two places; it is one tenant, or somebody is lying."""
    channel_data = maybe_part(activity, "channelData")
    named = (
        maybe_words(maybe_part(channel_data, "tenant"), "id"),
        maybe_words(maybe_part(activity, "conversation"), "tenantId"),
    )
    return {tenant.casefold() for tenant in named if tenant}


# The token


def _authorization(headers: Headers) -> bytes:
    given = [value for name, value in headers if name.lower() == b"authorization"]
    if len(given) != 1:
        raise UntrustedError("no one token")
    return given[0]


def opened(authorization: bytes) -> _Token:
    """Which key it says that it was signed with; nothing of it is believed yet."""
    if len(authorization) > LONGEST_TOKEN:
        raise UntrustedError("token too long")
    if (found := _BEARER.fullmatch(authorization.strip())) is None:
        raise UntrustedError("no token")
    raw = found[1].decode()
    header = _object(_decoded(raw.split(".", 1)[0]))
    if header.get("alg") != _ALGORITHM:
        raise UntrustedError("another algorithm")
    if not header.keys() <= _HEADER:
        # Such as "crit" and "jku": what must be understood, or where a key is said to be.
        raise UntrustedError("a header that is not understood")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not key_id:
        raise UntrustedError("no key named")
    return _Token(raw, key_id)


def claims_in(token: str, key: Key, app_id: str, now: float) -> Claims:
    """Raises UntrustedError. `now` is in seconds."""
    try:
        signed = _SIGNATURES.decode_complete(token, key.public, [_ALGORITHM])
    except (PyJWTError, ValueError):
        raise UntrustedError("not signed with its key") from None
    found = _object(signed["payload"])
    if found.get("iss") != ISSUER:
        raise UntrustedError("another issuer")
    if found.get("aud") != app_id:
        raise UntrustedError("not for this app")
    if not _moment(found, "exp") > now - SKEW:
        raise UntrustedError("expired")
    if not _moment(found, "nbf") <= now + SKEW:
        raise UntrustedError("not valid yet")
    service_url = found.get("serviceurl")
    if not isinstance(service_url, str) or not service_url:
        raise UntrustedError("no service named")
    return Claims(ISSUER, app_id, service_url, key.endorsements)


def _moment(claims: Payload, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UntrustedError(f"no {name}")
    return value


def _decoded(segment: str) -> bytes:
    try:
        return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError:
        raise UntrustedError("not base64") from None


def _object(said: bytes) -> Payload:
    try:
        return read_object(said.decode())
    except (UnicodeDecodeError, UnreadableError):
        raise UntrustedError("not readable") from None


# The body


def is_json(headers: Headers) -> bool:
    """Said once, in UTF-8, and not packed."""
    given = [(name.lower(), value) for name, value in headers]
    types = [value for name, value in given if name == b"content-type"]
    is_packed = any(name == b"content-encoding" for name, _ in given)
    return len(types) == 1 and not is_packed and _TYPE.fullmatch(types[0].strip()) is not None


def parse(body: bytes) -> Payload:
    """Raises UnreadableError."""
    try:
        return read_object(body.decode())
    except UnicodeDecodeError:
        raise UnreadableError("It is no text.") from None
