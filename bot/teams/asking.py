"""How Teams is asked: at its pace, once, at hosts that are named, and with nothing but CallError
going wrong."""

import json as jsons
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

import aiohttp
from yarl import URL

from bot import failures, queueing
from bot.hosts import Hosts
from bot.pacing import Lane
from bot.payloads import Payload, UnreadableError, read_object
from bot.sessions import proxy_for, read_limited
from bot.teams.failing import failure_in, failure_of
from bot.teams.failures import (
    STOPPING,
    STRANGE_HOST,
    THROTTLED,
    CallError,
    Failure,
    no_room,
)
from bot.teams.pacing import Pace, Ticket

# A call and its wait together end before the road stops waiting for them.
LIMITS = aiohttp.ClientTimeout(total=5, connect=3)
PATIENCE: Mapping[Lane, float] = {Lane.AT_ONCE: 20.0, Lane.IN_TURN: 4.0}
LARGEST_ANSWER = 256 * 1024


class Tokens(Protocol):
    async def token(self) -> str:
        """Raises CallError where there is none."""
        ...

    def forget(self, token: str) -> None: ...


class Gate(queueing.Gate[str, Ticket]):
    def __init__(self, clock: queueing.Time | None = None) -> None:
        super().__init__(Pace, lambda after: CallError(no_room(after)), clock)


class Asking:
    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        hosts: Hosts,
        gate: Gate | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._hosts = hosts
        self._gate = gate or Gate()
        self._now = now

    async def ask(
        self,
        method: str,
        tenant: str,
        service_url: str,
        path: str,
        about: str,
        *,
        lane: Lane,
        json: Mapping[str, object] | None = None,
        meaning: Callable[[Failure], Failure] = lambda failure: failure,
    ) -> Payload:
        """`about` is the conversation, or the person with whom there is none yet. `meaning` is what
        a failure means in this call. What is answered may be empty."""
        # Before there is a token that could be sent there.
        if not self._hosts.allow(service_url):
            raise CallError(STRANGE_HOST)
        token = await self._tokens.token()
        address = f"{service_url.rstrip('/')}/v3/conversations{path}"
        answered = await self._in_turn(tenant, about, lane, method, address, token, json)
        if isinstance(answered, failures.Failure):
            raise CallError(meaning(answered))
        return answered

    async def _in_turn(
        self,
        tenant: str,
        about: str,
        lane: Lane,
        method: str,
        address: str,
        token: str,
        json: Mapping[str, object] | None,
    ) -> Payload | Failure:
        """A failure is handed back: raised from here, it would carry Teams' words with it."""
        async with self._gate.passing(tenant, about, lane, PATIENCE[lane]):
            if self._session.closed:
                return STOPPING
            try:
                answered = await self._once(method, address, token, json)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is one of ours from here
                answered = failure_of(error)
            if isinstance(answered, failures.Failure) and answered.name == THROTTLED.name:
                self._gate.slow_down(tenant, about, answered.after or timedelta(seconds=1))
            return answered

    async def _once(
        self, method: str, address: str, token: str, json: Mapping[str, object] | None
    ) -> Payload | Failure:
        url = URL(address, encoded=True)
        async with self._session.request(
            method,
            url,
            data=None
            if json is None
            else jsons.dumps(json, ensure_ascii=False).encode(errors="replace"),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json; charset=utf-8",
            },
            allow_redirects=False,
            proxy=proxy_for(url),
        ) as answer:
            if answer.status == 401:
                self._tokens.forget(token)
            data = await _said(answer)
            if 200 <= answer.status < 300:
                return data
            wait = answer.headers.get("Retry-After")
            return failure_in(answer.status, data, wait, self._now())


async def _said(answer: aiohttp.ClientResponse) -> Payload:
    """A page, or nothing, is an answer without words; its status says enough."""
    try:
        said = await read_limited(answer, LARGEST_ANSWER) or b""
        return read_object(said.decode())
    except (UnicodeDecodeError, UnreadableError):
        return {}
    except (aiohttp.ClientError, TimeoutError):
        if answer.status < 300:
            raise
        return {}
