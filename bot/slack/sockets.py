"""Socket Mode, for a place without a public address: we call Slack, and what comes is in envelopes.

Slack's own client holds one connection. It can believe itself connected when nothing comes any
more, and it hangs up before it calls again; so when another connection is due is decided here, and
the old one stays until the new one stands. What comes by both has one effect.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import aiohttp
import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.payloads import Payload, UnreadableError, read_object
from bot.sessions import proxy_for
from bot.slack.asking import NOWHERE
from bot.slack.failing import failure_of
from bot.slack.failures import CallError
from storage.engine import NotKeptError

logger = structlog.get_logger(__name__)

Take = Callable[[Payload], Awaitable[tuple[int, str]]]

CONNECT_SECONDS = 10
LOOK_EVERY = 5.0
# The client pings every five seconds, and should itself have noticed after twenty.
SILENT_SECONDS = 30.0
BRIEF_SECONDS = 5.0
FINISH_SECONDS = 2.0
CLOSE_SECONDS = 2.0
LONGEST_WAIT = 60.0


class _Line(SocketModeClient):
    """One connection. Where the client would hang up and call again, it says so instead."""

    def __init__(
        self,
        token: str,
        api_url: str,
        opened_at: float,
        hear: Callable[["_Line", SocketModeRequest], None],
        wear_out: Callable[["_Line"], None],
    ) -> None:
        slack = AsyncWebClient(
            base_url=api_url, retry_handlers=[], logger=NOWHERE, timeout=CONNECT_SECONDS
        )
        slack.proxy = proxy_for(URL(api_url))
        super().__init__(token, logger=NOWHERE, web_client=slack)
        self.proxy = slack.proxy
        self.opened_at = opened_at
        self.underway: set[asyncio.Task[None]] = set()
        self._wear_out = wear_out

        async def listen(_: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            hear(self, request)

        self.socket_mode_request_listeners.append(listen)

    @property
    def heard_at(self) -> float:
        return max(self.opened_at, self.last_ping_pong_time or 0.0)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002
        self._wear_out(self)

    async def begin(self) -> None:
        async with asyncio.timeout(CONNECT_SECONDS):
            told = await self.web_client.apps_connections_open(app_token=self.app_token)
            self.wss_uri = str(told["url"])
            await self.connect()  # type: ignore[no-untyped-call]

    async def end(self) -> None:
        """What is under way is finished first; nothing is waited for long."""
        if self.underway:
            await asyncio.wait(self.underway, timeout=FINISH_SECONDS)
        self.closed, self.auto_reconnect_enabled = True, False
        steps: tuple[Callable[[], Awaitable[None]], ...] = (self.disconnect, self.close)
        for step in steps:
            # The library says goodbye, and waits for one: a dead line gives none.
            with suppress(TimeoutError, OSError, aiohttp.ClientError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await step()
        tasks = (self.message_processor, self.current_session_monitor, self.message_receiver)
        await asyncio.gather(*(one for one in tasks if one), return_exceptions=True)


class Sockets:
    """One connection; two while one takes the other's place."""

    def __init__(
        self,
        token: str,
        api_url: str,
        take: Take,
        seconds: Callable[[], float] = time.time,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`seconds`: by the same clock as the client's, since 1970."""
        self._token = token
        self._api_url = api_url
        self._take = take
        self._seconds = seconds
        self._wait = wait
        self._line: _Line | None = None
        self._worn = asyncio.Event()
        self._leaving: set[asyncio.Task[None]] = set()

    # Connections

    async def connect(self) -> None:
        """A new connection in the place of the one there is. Raises CallError."""
        new = _Line(self._token, self._api_url, self._seconds(), self._hear, self._wear_out)
        try:
            await new.begin()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is one of ours from here
            await new.end()
            raise CallError(failure_of(error)) from None
        except asyncio.CancelledError:
            await new.end()
            raise
        old, self._line = self._line, new
        self._worn.clear()
        if old is not None:
            task = asyncio.get_running_loop().create_task(old.end())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def keep(self) -> None:
        """As long as this runs there is a connection, or another try at one."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._worn.wait()
            self.look()
            if self._worn.is_set():
                await self._connect_somehow()

    def look(self) -> None:
        """Whether anything was heard of late: the client may not notice that nothing is."""
        line = self._line
        if line is None:
            self._worn.set()
        elif self._seconds() - line.heard_at > SILENT_SECONDS:
            logger.warning("slack's socket was silent; another takes its place")
            self._worn.set()

    async def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.end()
        await asyncio.gather(*self._leaving, return_exceptions=True)

    async def _connect_somehow(self) -> None:
        """Slack may hang up on a new connection at once, where there are ten already."""
        wait, line = 1.0, self._line
        if line is not None and self._seconds() - line.opened_at < BRIEF_SECONDS:
            await self._wait(BRIEF_SECONDS)
        while True:
            try:
                await self.connect()
            except CallError as error:
                failure = error.failure
                logger.warning("no socket to slack", error=failure.name.replace(" ", "_"))
                asked = failure.after.total_seconds() if failure.after else 0.0
                await self._wait(max(wait, asked))
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                return

    def _wear_out(self, line: _Line) -> None:
        if line is self._line:
            self._worn.set()

    # Envelopes

    def _hear(self, line: _Line, request: SocketModeRequest) -> None:
        """The library forgets its own tasks; these are kept, and finished before the line ends."""
        task = asyncio.get_running_loop().create_task(self._deal(line, request))
        line.underway.add(task)
        task.add_done_callback(line.underway.discard)

    async def _deal(self, line: _Line, request: SocketModeRequest) -> None:
        try:
            _, said = await self._take(read_object(json.dumps(request.payload)))
        except UnreadableError:
            said = ""
        except NotKeptError:
            # Slack brings it again.
            return
        except Exception as error:  # noqa: BLE001 - one envelope's trouble is no other's
            logger.error("an envelope was not taken", error=type(error).__name__)  # noqa: TRY400 - no quoting
            return
        answer = json.loads(said) if request.accepts_response_payload and said else None
        with suppress(OSError, aiohttp.ClientError):  # not acknowledged: it comes again
            await line.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))


@asynccontextmanager
async def by_socket(
    token: str,
    api_url: str,
    take: Take,
    seconds: Callable[[], float] = time.time,
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Sockets]:
    """Raises CallError where Slack does not take the token. Where it cannot be reached, it is tried
    again for as long as this is open."""
    sockets = Sockets(token, api_url, take, seconds, wait)
    try:
        await sockets.connect()
    except CallError as error:
        if error.permanent:
            raise
        logger.warning("no socket to slack", error=error.failure.name.replace(" ", "_"))
    keeping = asyncio.create_task(sockets.keep())
    try:
        yield sockets
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await sockets.close()
