"""Where in Slack an answer belongs: a message anew, or in the place of the one it changes."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.answering import Answering
from bot.clock import Clock
from bot.failures import kind_of
from bot.slack.hearing import Answer, is_aside, read_answer
from bot.slack.incoming import PLATFORM
from bot.slack.posting import ResponseUrl, SlackMessenger
from scheduler.delivery import CannotTell, DeliveryError, NotThere, Trace
from storage.engine import reading
from storage.questions import message_of


def answers_in_slack(
    engine: AsyncEngine, clock: Clock, messenger: SlackMessenger
) -> Answering[Answer]:
    places = Places(engine, messenger)
    return Answering(engine, clock, PLATFORM, places, read_answer, kind_of)


class Places:
    def __init__(self, engine: AsyncEngine, messenger: SlackMessenger) -> None:
        self._engine = engine
        self._messenger = messenger

    async def change(self, answer: Answer) -> str:
        to, message, where = answer.to, answer.message, answer.where
        is_message = where.surface == "message" and bool(where.message)
        pressed = f"{where.channel}/{where.message}" if is_message else ""
        changed = await self._message_of(message.nudge) if message.nudge else pressed
        by_url = where.response_url if changed == pressed else ""
        if message.nudge and changed == where.opened_on:
            by_url = where.opened_url
        response = ResponseUrl(by_url, answer.made_at) if by_url else None
        if not changed:
            return ""
        is_there = await self._messenger.change(to, changed, message, answer.made_at, response)
        return changed if is_there else ""

    async def say(self, answer: Answer) -> str:
        where = answer.where
        if _is_whisper(answer) and await self._is_whispered(answer):
            return ""
        return await self._messenger.answer(
            answer.to,
            answer.message,
            channel=where.channel,
            thread=where.thread,
            delivery_id=answer.held.id if answer.held else None,
        )

    async def trace(self, answer: Answer) -> Trace:
        if answer.held is None:
            return CannotTell()
        where = answer.where
        trace = await self._messenger.trace(
            answer.to, answer.held.id, channel=where.channel, thread=where.thread
        )
        # What they alone were shown in passing stands in no history.
        return CannotTell() if trace == NotThere() and _is_whisper(answer) else trace

    async def _is_whispered(self, answer: Answer) -> bool:
        try:
            await self._messenger.whisper(answer.to, answer.where.response_url, answer.message)
        except DeliveryError as error:
            if error.unsure:
                raise
            return False
        return True

    async def _message_of(self, nudge_id: UUID) -> str:
        async with reading(self._engine) as db:
            return await message_of(db, nudge_id)


def _is_whisper(answer: Answer) -> bool:
    return is_aside(answer.where) and answer.message.nudge is None
