"""What a turn answered reaches its place: a message anew, or in the place of the one it changes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.slack.asking import kind_of_error
from bot.slack.hearing import Answer, is_aside, read_answer
from bot.slack.posting import ResponseUrl, SlackMessenger
from scheduler.delivery import DeliveryError
from storage import leasing
from storage.engine import reading, transaction
from storage.members import addressees
from storage.questions import message_of, stands_in
from storage.replies import claim_replies
from storage.tables import Reply

logger = structlog.get_logger(__name__)

AT_ONCE = 50
# Somebody waited for it then; an hour later it would only puzzle.
TRIES = 6
AGAIN_MS = 30_000


@dataclass(frozen=True, slots=True)
class Answering:
    engine: AsyncEngine
    messenger: SlackMessenger
    _lines: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def send(self, answers: Sequence[Answer], tries: int = 1) -> None:
        """One after the other, as they were said; what was said to somebody before goes first."""
        for answer in answers:
            line = self._lines.setdefault(answer.to.user_id, asyncio.Lock())
            async with line:
                await self._send(answer, tries)

    async def _send(self, answer: Answer, tries: int) -> None:
        try:
            message_id = await self._place(answer)
        except DeliveryError as error:
            await self._settle(answer, error, tries)
        else:
            await self._arrived(answer, message_id)

    async def was_shown(self, answers: Sequence[Answer]) -> None:
        """On a page of their own: so it need not stand in the chat."""
        if ids := [answer.id for answer in answers if answer.id is not None]:
            async with transaction(self.engine) as db:
                await leasing.drop(db, Reply, ids)

    async def send_what_waits(self) -> int:
        """What a crash or Slack's trouble left behind. Returns how many were tried."""
        async with transaction(self.engine) as db:
            waiting = await claim_replies(db, uuid4(), AT_ONCE)
            people = await addressees(db, {one.member_id for one in waiting})
        for one in waiting:
            to = people.get(one.member_id)
            if to is not None:
                await self.send([read_answer(one, to)], one.attempts)
        return len(waiting)

    async def _place(self, answer: Answer) -> str:
        """The id of the message in which it now stands."""
        to, message, where = answer.to, answer.message, answer.where
        is_message = where.surface == "message" and bool(where.message)
        pressed = f"{where.channel}/{where.message}" if is_message else ""
        if message.replaces:
            changed = await self._message_of(message.nudge) if message.nudge else pressed
            if changed:
                by_url = where.response_url if changed == pressed else ""
                response = ResponseUrl(by_url, answer.made_at) if by_url else None
                return await self.messenger.update(to, changed, message, answer.made_at, response)
        if is_aside(where) and message.nudge is None and await self._is_whispered(answer):
            return ""
        return await self.messenger.answer(to, message, channel=where.channel, thread=where.thread)

    async def _is_whispered(self, answer: Answer) -> bool:
        try:
            await self.messenger.whisper(answer.to, answer.where.response_url, answer.message)
        except DeliveryError:
            return False
        return True

    async def _message_of(self, nudge_id: UUID) -> str:
        async with reading(self.engine) as db:
            return await message_of(db, nudge_id)

    async def _arrived(self, answer: Answer, message_id: str) -> None:
        async with transaction(self.engine) as db:
            if answer.message.nudge is not None:
                # A question that was asked for; or one whose message had to be written anew.
                await stands_in(db, answer.message.nudge, message_id)
            if answer.id is not None:
                await leasing.drop(db, Reply, [answer.id])

    async def _settle(self, answer: Answer, error: DeliveryError, tries: int) -> None:
        """Doubtful: it may stand there, and a second one would puzzle more than none. A change is
        the same, done twice."""
        logger.info(
            "an answer did not arrive",
            workspace=str(answer.to.workspace_id),
            error=kind_of_error(error),
        )
        if answer.id is None:
            return
        is_over = error.permanent or (tries >= TRIES and not error.untried)
        if error.unsure and not answer.message.replaces:
            is_over = True
        async with transaction(self.engine) as db:
            if is_over:
                await leasing.drop(db, Reply, [answer.id])
            else:
                wait = error.retry_after
                milliseconds = int(wait.total_seconds() * 1000) if wait else AGAIN_MS
                await leasing.put_off(db, Reply, [answer.id], milliseconds)
