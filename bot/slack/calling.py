"""What the app asks of Slack, for any workspace. Raises CallError, or what Tokens raises."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import aiohttp

from bot.pacing import Lane
from bot.slack.asking import LIMITS, SLACK, Asking, Heeds, Reply, Tokens, open_session, same
from bot.slack.failing import to_a_person
from bot.slack.failures import UNREADABLE, CallError
from bot.slack.pacing import Method
from bot.slack.queueing import Gate
from bot.slack.room import Block

# A trigger is good for three seconds.
FORM_PATIENCE = 2.0
# Nobody waits for a page of people; of as many as Slack advises.
PEOPLE_PATIENCE, PEOPLE = 60.0, 200


@dataclass(frozen=True, slots=True)
class Posted:
    channel: str
    ts: str


class Calls:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    # Messages

    async def post(
        self,
        workspace_id: UUID,
        channel: str,
        payload: Block,
        *,
        lane: Lane,
        thread: str = "",
        person: str = "",
    ) -> Posted:
        """`channel` may be a person's own id: Slack then answers with their channel's."""
        whole = {**payload, "channel": channel} | ({"thread_ts": thread} if thread else {})
        reply = await self._asking.ask(
            workspace_id,
            Method.POST,
            lambda slack: slack.chat_postMessage(**whole),
            lane=lane,
            person=person,
            meaning=to_a_person if channel == person else same,
        )
        return Posted(_words(reply, "channel"), _words(reply, "ts"))

    async def update(self, workspace_id: UUID, channel: str, ts: str, payload: Block) -> None:
        """Metadata stays as it was. Done twice, it changes nothing more."""
        await self._asking.ask(
            workspace_id,
            Method.UPDATE,
            lambda slack: slack.chat_update(channel=channel, ts=ts, **payload),
        )

    async def history(
        self,
        workspace_id: UUID,
        channel: str,
        *,
        oldest: float,
        limit: int,
        cursor: str = "",
        thread: str = "",
    ) -> tuple[Sequence[Reply], str]:
        """A page of messages with their metadata, and the next page's cursor: those of a
        conversation, newest first, without what stands in its threads; or those of one thread."""
        asked: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{oldest:.6f}",
            "limit": limit,
            "include_all_metadata": True,
            "cursor": cursor or None,
        }
        reply = await self._asking.ask(
            workspace_id,
            Method.REPLIES if thread else Method.HISTORY,
            lambda slack: (
                slack.conversations_replies(ts=thread, **asked)
                if thread
                else slack.conversations_history(**asked)
            ),
            lane=Lane.IN_TURN,
        )
        messages = reply.get("messages")
        if not isinstance(messages, list):
            raise CallError(UNREADABLE)
        return [one for one in messages if isinstance(one, Mapping)], _next_cursor(reply)

    async def respond(self, workspace_id: UUID, response_url: str, payload: Block) -> None:
        await self._asking.respond(workspace_id, response_url, payload)

    # Views

    async def open_view(self, workspace_id: UUID, trigger: str, view: Block) -> str:
        """Returns the view's id."""
        reply = await self._asking.ask(
            workspace_id,
            Method.OPEN_VIEW,
            lambda slack: slack.views_open(trigger_id=trigger, view=view),
            patience=FORM_PATIENCE,
        )
        return _words(_inside(reply, "view"), "id")

    async def push_view(self, workspace_id: UUID, trigger: str, view: Block) -> None:
        """On top of the one in which the trigger was given."""
        await self._asking.ask(
            workspace_id,
            Method.PUSH_VIEW,
            lambda slack: slack.views_push(trigger_id=trigger, view=view),
            patience=FORM_PATIENCE,
        )

    async def update_view(
        self, workspace_id: UUID, view_id: str, view: Block, view_hash: str = ""
    ) -> None:
        await self._asking.ask(
            workspace_id,
            Method.UPDATE_VIEW,
            lambda slack: slack.views_update(view_id=view_id, view=view, hash=view_hash or None),
        )

    async def publish_home(self, workspace_id: UUID, user_id: str, view: Block) -> None:
        await self._asking.ask(
            workspace_id,
            Method.PUBLISH_HOME,
            lambda slack: slack.views_publish(user_id=user_id, view=view),
            person=user_id,
        )

    # People

    async def users(self, workspace_id: UUID, cursor: str = "") -> tuple[Sequence[Reply], str]:
        """A page of everybody in a workspace, and the next page's cursor."""
        reply = await self._asking.ask(
            workspace_id,
            Method.USERS,
            lambda slack: slack.users_list(
                limit=PEOPLE, include_locale=True, cursor=cursor or None
            ),
            lane=Lane.IN_TURN,
            patience=PEOPLE_PATIENCE,
        )
        people = reply.get("members")
        if not isinstance(people, list):
            raise CallError(UNREADABLE)
        return [one for one in people if isinstance(one, Mapping)], _next_cursor(reply)

    async def user(self, workspace_id: UUID, user_id: str, lane: Lane = Lane.AT_ONCE) -> Reply:
        reply = await self._asking.ask(
            workspace_id,
            Method.USER,
            lambda slack: slack.users_info(user=user_id, include_locale=True),
            lane=lane,
            patience=PEOPLE_PATIENCE if lane is Lane.IN_TURN else None,
            person=user_id,
        )
        return _inside(reply, "user")


@asynccontextmanager
async def open_calls(
    tokens: Tokens,
    *,
    api_url: str = SLACK,
    gate: Gate | None = None,
    heeds: Heeds | None = None,
    limits: aiohttp.ClientTimeout = LIMITS,
) -> AsyncIterator[Calls]:
    """For as long as the process serves; closed when it stops."""
    async with open_session(api_url, limits) as session:
        yield Calls(Asking(session, tokens, api_url, gate, heeds))


def _inside(reply: Reply, name: str) -> Reply:
    inner = reply.get(name)
    if not isinstance(inner, Mapping):
        raise CallError(UNREADABLE)
    return inner


def _next_cursor(reply: Reply) -> str:
    after = reply.get("response_metadata")
    following = after.get("next_cursor") if isinstance(after, Mapping) else None
    return following or ""


def _words(reply: Reply, name: str) -> str:
    words = reply.get(name)
    if not isinstance(words, str) or not words:
        raise CallError(UNREADABLE)
    return words
