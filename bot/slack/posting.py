"""Messages to Slack: the unasked ones of the road, answers, and changes to what stands there."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bot.pacing import Lane
from bot.slack.asking import Reply
from bot.slack.calling import Calls
from bot.slack.failures import CallError, Consequence
from bot.slack.rendering import to_payload
from bot.slack.room import Block
from prompts.message import Message
from scheduler.delivery import CannotTell, Found, NotThere, Trace
from storage.members import Addressee

PLATFORM = "slack"
NUDGE = "bearings_nudge"
DELIVERY = "delivery_id"
# No nudge is sent later than a week after it was due, so that older messages are not its traces.
LOOKED_BACK = timedelta(days=8)
PAGE = 100
PAGES = 3
RESPONSE_LASTS = timedelta(minutes=30)

_CHANNEL = re.compile("D[A-Z0-9]+", re.ASCII)
# The others belong to a new message only.
_IN_A_CHANGE = ("text", "blocks", "parse", "link_names")
_IN_A_RESPONSE = ("text", "blocks", "mrkdwn")


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """Where a press may be answered without asking for room at chat.update."""

    address: str
    given_at: datetime

    def is_open(self, now: datetime) -> bool:
        return now - self.given_at < RESPONSE_LASTS


# Told the channel in which someone was reached, where another one was known or none.
Learn = Callable[[UUID, str], None]


def learn_nothing(member_id: UUID, address: str) -> None:
    """For whoever has nowhere to keep it."""


class SlackMessenger:
    """`clock` is Slack's own time, in seconds since 1970: its messages are named by it."""

    def __init__(
        self,
        calls: Calls,
        clock: Callable[[], float] = time.time,
        learn: Learn = learn_nothing,
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._learn = learn

    async def deliver(self, to: Addressee, message: Message) -> str:
        payload = to_payload(message) | _metadata(message.nudge)
        return await self._post(to, payload, Lane.IN_TURN, to.address)

    async def answer(
        self,
        to: Addressee,
        message: Message,
        *,
        channel: str = "",
        thread: str = "",
        delivery_id: UUID | None = None,
    ) -> str:
        """To someone who waits for it, where they spoke."""
        payload = to_payload(message) | _metadata(delivery_id or message.nudge)
        return await self._post(to, payload, Lane.AT_ONCE, channel or to.address, thread)

    async def change(
        self,
        to: Addressee,
        message_id: str,
        message: Message,
        now: datetime,
        response: ResponseUrl | None = None,
    ) -> bool:
        """Whether it says that now: False where it is gone."""
        if response and response.is_open(now) and await self._respond(to, response, message):
            return True
        channel, _, ts = message_id.partition("/")
        try:
            await self._change(to, channel, ts, message)
        except CallError as error:
            if error.consequence not in {Consequence.GONE, Consequence.DROP_CHANNEL}:
                raise
            return False
        return True

    async def whisper(self, to: Addressee, response_url: str, message: Message) -> None:
        """Where they typed a command or pressed what they alone can see; and so only they see it.
        Nothing of it stays in the chat."""
        payload = _only(to_payload(message), _IN_A_RESPONSE)
        aside = {"response_type": "ephemeral", "replace_original": False, **payload}
        await self._calls.respond(to.workspace_id, response_url, aside)

    async def trace(
        self, to: Addressee, nudge_id: UUID, *, channel: str = "", thread: str = ""
    ) -> Trace:
        """Looks for the id, a nudge's or whatever it was given, in the messages of the last days,
        where the channel is known. What could not go into a thread went beside it."""
        where = channel or to.address
        if not _CHANNEL.fullmatch(where):
            return CannotTell()
        if thread:
            trace = await self._look(to, where, nudge_id, thread)
            if trace != NotThere():
                return trace
        return await self._look(to, where, nudge_id)

    async def _look(
        self, to: Addressee, channel: str, delivery_id: UUID, thread: str = ""
    ) -> Trace:
        oldest = self._clock() - LOOKED_BACK.total_seconds()
        cursor = ""
        for page in range(PAGES):
            try:
                messages, cursor = await self._calls.history(
                    to.workspace_id,
                    channel,
                    oldest=oldest,
                    limit=PAGE,
                    cursor=cursor,
                    thread=thread,
                )
            except CallError as error:
                # Some apps get one short page a minute: asked again, they would begin anew.
                if page and error.retry_after:
                    return CannotTell()
                if thread and error.consequence is Consequence.GONE:
                    return NotThere()
                raise
            if ts := _ts_of(messages, delivery_id):
                return Found(f"{channel}/{ts}")
            if not cursor:
                return NotThere()
        return CannotTell()

    # How

    async def _post(
        self, to: Addressee, payload: Block, lane: Lane, channel: str, thread: str = ""
    ) -> str:
        if not _CHANNEL.fullmatch(channel):
            return await self._post_or_plainly(to, to.user_id, payload, lane, "")
        try:
            return await self._post_or_plainly(to, channel, payload, lane, thread)
        except CallError as error:
            if error.consequence is not Consequence.DROP_CHANNEL:
                raise
        return await self._post_or_plainly(to, to.user_id, payload, lane, "")

    async def _post_or_plainly(
        self, to: Addressee, channel: str, payload: Block, lane: Lane, thread: str
    ) -> str:
        try:
            return await self._post_once(to, channel, payload, lane, thread)
        except CallError as error:
            if error.consequence is not Consequence.PLAIN_ONCE:
                raise
        return await self._post_once(to, channel, _plainly(payload), lane, thread)

    async def _post_once(
        self, to: Addressee, channel: str, payload: Block, lane: Lane, thread: str
    ) -> str:
        posted = await self._calls.post(
            to.workspace_id, channel, payload, lane=lane, thread=thread, person=to.user_id
        )
        # Elsewhere than where they spoke: Slack opened it, or there is another one.
        if channel == to.user_id and posted.channel != to.address:
            self._learn(to.id, posted.channel)
        return f"{posted.channel}/{posted.ts}"

    async def _change(self, to: Addressee, channel: str, ts: str, message: Message) -> None:
        payload = _only(to_payload(message), _IN_A_CHANGE)
        try:
            await self._calls.update(to.workspace_id, channel, ts, payload)
        except CallError as error:
            if error.consequence is not Consequence.PLAIN_ONCE:
                raise
            # Without blocks of its own it loses those that it had.
            await self._calls.update(to.workspace_id, channel, ts, _plainly(payload))

    async def _respond(self, to: Addressee, response: ResponseUrl, message: Message) -> bool:
        """Whether it was taken. In doubt it was not: the same change again changes nothing more."""
        payload = {"replace_original": True, **_only(to_payload(message), _IN_A_RESPONSE)}
        try:
            await self._calls.respond(to.workspace_id, response.address, payload)
        except CallError:
            return False
        return True


def _only(payload: Block, names: Sequence[str]) -> Block:
    return {name: payload[name] for name in names}


def _plainly(payload: Block) -> Block:
    return {name: value for name, value in payload.items() if name != "blocks"}


def _metadata(delivery_id: UUID | None) -> Block:
    """Anybody in the workspace can read it: an id that means nothing to them."""
    if delivery_id is None:
        return {}
    payload = {DELIVERY: str(delivery_id)}
    return {"metadata": {"event_type": NUDGE, "event_payload": payload}}


def _ts_of(messages: Sequence[Reply], delivery_id: UUID) -> str:
    for one in messages:
        match one:
            case {"ts": str(ts), "metadata": {"event_payload": {"delivery_id": found}}}:
                if found == str(delivery_id):
                    return ts
    return ""
