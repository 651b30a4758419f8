"""Where in Slack an answer belongs: a message anew, or in the place of the one it changes."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.answering import Answering
from bot.failures import kind_of
from bot.slack.hearing import Answer, is_aside, read_answer
from bot.slack.incoming import PLATFORM
from bot.slack.posting import ResponseUrl, SlackMessenger
from scheduler.delivery import DeliveryError
from storage.engine import reading
from storage.questions import message_of


def answers_in_slack(engine: AsyncEngine, messenger: SlackMessenger) -> Answering[Answer]:
    places = Places(engine, messenger)
    return Answering(engine, PLATFORM, places.place, read_answer, kind_of)


class Places:
    def __init__(self, engine: AsyncEngine, messenger: SlackMessenger) -> None:
        self._engine = engine
        self._messenger = messenger

    async def place(self, answer: Answer) -> str:
        """The id of the message in which it now stands."""
        to, message, where = answer.to, answer.message, answer.where
        is_message = where.surface == "message" and bool(where.message)
        pressed = f"{where.channel}/{where.message}" if is_message else ""
        if message.replaces:
            changed = await self._message_of(message.nudge) if message.nudge else pressed
            if changed:
                by_url = where.response_url if changed == pressed else ""
                response = ResponseUrl(by_url, answer.made_at) if by_url else None
                return await self._messenger.update(to, changed, message, answer.made_at, response)
        if is_aside(where) and message.nudge is None and await self._is_whispered(answer):
            return ""
        return await self._messenger.answer(to, message, channel=where.channel, thread=where.thread)

    async def _is_whispered(self, answer: Answer) -> bool:
        try:
            await self._messenger.whisper(answer.to, answer.where.response_url, answer.message)
        except DeliveryError:
            return False
        return True

    async def _message_of(self, nudge_id: UUID) -> str:
        async with reading(self._engine) as db:
            return await message_of(db, nudge_id)
