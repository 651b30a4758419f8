"""The keys that Teams signs with: fetched when one is asked for, and kept."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import structlog
from jwt import PyJWK, PyJWTError
from yarl import URL

from bot.hosts import origin_of
from bot.payloads import Payload, maybe_words, parts, read_object, words
from bot.sessions import open_session, proxy_for, read_limited
from bot.teams.trusting import Key

logger = structlog.get_logger(__name__)

A_DAY = 24 * 60 * 60.0
# Whoever names keys that do not exist makes us ask no more often than this.
SELDOM = 60.0
LIMITS = aiohttp.ClientTimeout(total=3)
LARGEST = 1024 * 1024
MOST_KEYS = 1_000


class _NoKeysError(Exception):
    """There was nothing that could be used; what is known stays."""


class Keys:
    """`seconds`: a clock that only goes forward."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        openid_url: str,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._openid_url = openid_url
        self._seconds = seconds
        self._known: Mapping[str, Key] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._flight: asyncio.Task[None] | None = None

    async def find(self, key_id: str) -> Key | None:
        """As far as is known; asked again for one that is not, and once a day in any case."""
        if key_id not in self._known or self._is_old():
            await self.refresh()
        return self._known.get(key_id)

    async def refresh(self) -> None:
        """At most once a minute, and once for all who wait for it. Never raises."""
        if self._flight is None and self._may_ask():
            self._tried_at = self._seconds()
            self._flight = asyncio.create_task(self._fetch())
        if self._flight is not None:
            # Whoever goes away takes it from nobody else.
            await asyncio.shield(self._flight)

    async def close(self) -> None:
        if self._flight is not None:
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    def _is_old(self) -> bool:
        return self._fetched_at is None or self._seconds() - self._fetched_at >= A_DAY

    def _may_ask(self) -> bool:
        return self._tried_at is None or self._seconds() - self._tried_at >= SELDOM

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(LIMITS.total):
                self._known = await self._published()
            self._fetched_at = self._seconds()
        except Exception as error:  # noqa: BLE001 - whatever it is, what is known stays good
            logger.warning("the keys of teams were not fetched", error=type(error).__name__)
        finally:
            self._flight = None

    async def _published(self) -> dict[str, Key]:
        document = await self._read(self._openid_url)
        address = words(document, "jwks_uri")
        if not self._is_beside(address):
            raise _NoKeysError
        known = keys_in(await self._read(address))
        if not known:
            raise _NoKeysError
        return known

    def _is_beside(self, address: str) -> bool:
        """What the document names is asked only on the host that the document came from."""
        origin = origin_of(address)
        return origin is not None and origin.is_safe and origin == origin_of(self._openid_url)

    async def _read(self, address: str) -> Payload:
        async with self._session.get(
            address, allow_redirects=False, proxy=proxy_for(URL(address))
        ) as answer:
            if answer.status != 200:
                raise _NoKeysError
            body = await read_limited(answer, LARGEST)
        if body is None:
            raise _NoKeysError
        return read_object(body.decode())


def keys_in(document: Payload) -> dict[str, Key]:
    """Those that can be used; one that cannot takes nothing from the others."""
    return {key.id: key for one in parts(document, "keys")[:MOST_KEYS] for key in _key(one)}


def _key(one: Payload) -> Iterator[Key]:
    try:
        key_id, endorsements = words(one, "kid"), one.get("endorsements") or []
        is_ours = (
            one.get("kty") == "RSA"
            and maybe_words(one, "use") in {"", "sig"}
            and maybe_words(one, "alg") in {"", "RS256"}
        )
        if key_id and is_ours and isinstance(endorsements, list):
            channels = frozenset(name for name in endorsements if isinstance(name, str))
            yield Key(key_id, PyJWK({**one, "alg": "RS256"}, "RS256"), channels)
    except (PyJWTError, ValueError, TypeError):
        return


@asynccontextmanager
async def open_keys(
    openid_url: str, seconds: Callable[[], float] = time.monotonic
) -> AsyncIterator[Keys]:
    """With a session of its own, for as long as the process serves."""
    async with open_session(LIMITS) as session:
        keys = Keys(session, openid_url, seconds)
        try:
            yield keys
        finally:
            await keys.close()
