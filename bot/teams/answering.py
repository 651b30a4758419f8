"""Where in Teams an answer belongs: a message anew, or in the place of the one it changes."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.answering import Answering
from bot.clock import Clock
from bot.failures import kind_of
from bot.teams.hearing import Answer, read_answer
from bot.teams.incoming import PLATFORM
from bot.teams.posting import TeamsMessenger
from scheduler.delivery import CannotTell, Trace
from storage.engine import reading
from storage.questions import message_of


def answers_in_teams(
    engine: AsyncEngine, clock: Clock, messenger: TeamsMessenger
) -> Answering[Answer]:
    return Answering(engine, clock, PLATFORM, Places(engine, messenger), read_answer, kind_of)


class Places:
    def __init__(self, engine: AsyncEngine, messenger: TeamsMessenger) -> None:
        self._engine = engine
        self._messenger = messenger

    async def change(self, answer: Answer) -> str:
        to, message, where = answer.to, answer.message, answer.where
        standing = await self._message_of(message.nudge) if message.nudge else ""
        changed = standing or pressed_in(answer)
        is_there = changed and await self._messenger.change(to, changed, message, where)
        return changed if is_there else ""

    async def say(self, answer: Answer) -> str:
        return await self._messenger.answer(answer.to, answer.message, answer.where)

    async def trace(self, answer: Answer) -> Trace:
        """Teams has no way to look."""
        del answer
        return CannotTell()

    async def _message_of(self, nudge_id: UUID) -> str:
        async with reading(self._engine) as db:
            return await message_of(db, nudge_id)


def pressed_in(answer: Answer) -> str:
    """The message whose card was pressed, or empty."""
    where = answer.where
    is_card = where.way.is_on_card and bool(where.message)
    return f"{where.conversation}/{where.message}" if is_card else ""
