"""How Slack is asked: at its pace, once, and with nothing but CallError going wrong."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot import failures, sessions
from bot.pacing import Lane
from bot.sessions import proxy_for
from bot.slack.failing import failure_in, failure_of, is_limit
from bot.slack.failures import (
    STOPPING,
    STRANGE_ADDRESS,
    UNREADABLE,
    CallError,
    Consequence,
    Failure,
)
from bot.slack.pacing import Method
from bot.slack.queueing import Gate
from bot.slack.room import Block

logger = structlog.get_logger(__name__)

SLACK = "https://slack.com/api/"
# A call and its wait together end before the road stops waiting for them.
LIMITS = aiohttp.ClientTimeout(total=5)
PATIENCE: Mapping[Lane, float] = {Lane.AT_ONCE: 20.0, Lane.IN_TURN: 4.0}
_ANSWER_ROOM = 64 * 1024

# The library writes whole messages at DEBUG. It is given a logger that leads nowhere.
NOWHERE = logging.Logger("slack", level=logging.CRITICAL + 1)

Reply = Mapping[str, Any]
Meaning = Callable[[Failure], Failure]
Done = TypeVar("Done")


def same(failure: Failure) -> Failure:
    return failure


class Tokens(Protocol):
    async def token(self, workspace_id: UUID) -> str:
        """Raises DeliveryError where there is none."""
        ...


class Heeds(Protocol):
    async def heed(self, workspace_id: UUID, failure: Failure, user_id: str) -> None:
        """Do what follows from a refusal. `user_id` is whom it was about, or empty."""
        ...


class OnlyTold:
    """What follows is written in the log, and nothing is done about it."""

    async def heed(self, workspace_id: UUID, failure: Failure, user_id: str) -> None:
        logger.warning(
            "slack refused",
            workspace=str(workspace_id),
            error=failure.kind,
        )


class Asking:
    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        api_url: str = SLACK,
        gate: Gate | None = None,
        heeds: Heeds | None = None,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._api_url = api_url
        self._gate = gate or Gate()
        self._heeds = heeds or OnlyTold()
        self._clients: dict[UUID, AsyncWebClient] = {}
        self._origins = response_origins(api_url)

    async def ask(
        self,
        workspace_id: UUID,
        method: Method,
        call: Callable[[AsyncWebClient], Awaitable[Any]],
        *,
        lane: Lane = Lane.AT_ONCE,
        patience: float | None = None,
        person: str = "",
        meaning: Meaning = same,
    ) -> Reply:
        """`person` is the user id that it is about, where it is about one. `meaning` is what a
        failure means in this call."""
        slack = self._client(workspace_id, await self._tokens.token(workspace_id))

        async def act() -> Reply:
            reply = (await call(slack)).data
            if not isinstance(reply, dict):
                raise CallError(UNREADABLE)
            return reply

        wait = PATIENCE[lane] if patience is None else patience
        reply = await self._in_turn(workspace_id, method, lane, wait, act)
        if not isinstance(reply, failures.Failure):
            return reply
        failure = meaning(reply)
        await self._follow(workspace_id, failure, person)
        raise CallError(failure)

    async def respond(self, workspace_id: UUID, response_url: str, payload: Block) -> None:
        """To Slack's own addresses; anybody could name another."""
        if not self._is_ours(response_url):
            raise CallError(STRANGE_ADDRESS)

        async def act() -> None:
            async with self._session.post(
                response_url, json=payload, allow_redirects=False
            ) as answer:
                said = await answer.content.read(_ANSWER_ROOM)
                _check_response(answer.status, said, answer.headers.get("Retry-After"))

        wait = PATIENCE[Lane.AT_ONCE]
        if failure := await self._in_turn(workspace_id, Method.RESPOND, Lane.AT_ONCE, wait, act):
            await self._follow(workspace_id, failure, "")
            raise CallError(failure)

    async def _in_turn(
        self,
        workspace_id: UUID,
        method: Method,
        lane: Lane,
        patience: float,
        act: Callable[[], Awaitable[Done]],
    ) -> Done | Failure:
        """A failure is handed back: raised from here, it would carry Slack's words with it."""
        async with self._gate.passing(workspace_id, method, lane, patience):
            if self._session.closed:  # the library would open one of its own
                return STOPPING
            try:
                return await act()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is one of ours from here
                failure = failure_of(error)
            if is_limit(failure) and failure.after:
                self._gate.slow_down(workspace_id, method, failure.after)
            return failure

    async def _follow(self, workspace_id: UUID, failure: Failure, person: str) -> None:
        if failure.consequence is Consequence.NOTHING:
            return
        try:
            await self._heeds.heed(workspace_id, failure, person)
        except Exception as error:  # noqa: BLE001 - the refusal itself is still to be told
            logger.error("could not be heeded", error=type(error).__name__)  # noqa: TRY400 - no quoting

    def _client(self, workspace_id: UUID, token: str) -> AsyncWebClient:
        slack = self._clients.get(workspace_id)
        if slack and slack.token == token:
            return slack
        slack = self._clients[workspace_id] = AsyncWebClient(
            token=token,
            base_url=self._api_url,
            session=self._session,
            # One try: the library's own second one posts a message twice.
            retry_handlers=[],
            logger=NOWHERE,
        )
        slack.proxy = None  # the session knows the way
        return slack

    def _is_ours(self, address: str) -> bool:
        try:
            url = URL(address)
            return url.user is None and url.password is None and url.origin() in self._origins
        except ValueError:
            return False


def response_origins(api_url: str) -> set[URL]:
    """Where a response_url may lead: beside the API on whichever of Slack's hosts that is
    (slack.com, slack-gov.com), or on the stand-in's own."""
    api = URL(api_url)
    beside = URL.build(scheme="https", host=f"hooks.{api.host}")
    return {beside} if api_url == SLACK else {beside, api.origin()}


def open_session(api_url: str, limits: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """One for all workspaces."""
    return sessions.open_session(limits, proxy_for(URL(api_url)))


def _check_response(status: int, said: bytes, retry_after: str | None) -> None:
    """A response_url answers with "ok", in plain words or in JSON."""
    try:
        data = json.loads(said)
    except (ValueError, RecursionError):
        data = {}
    refused = isinstance(data, Mapping) and data.get("ok") is False
    if status != 200 or refused:
        raise CallError(failure_in(status, data, retry_after))
