"""How people are reached, looked up for all who are sent something at the same moment."""

import asyncio
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.newpeople import MAIL
from bot.teams.newcomers import let_in
from scheduler.delivery import DeliveryError
from storage.engine import NotKeptError, reading, transaction
from storage.members import Addressee, member
from storage.references import Reached, converse_in, references_of
from storage.tables import WhyNot

logger = structlog.get_logger(__name__)

NO_DATABASE = "How they are reached could not be read; nothing was sent."


class References:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._asked: dict[UUID, asyncio.Future[Reached | None]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def of(self, member_id: UUID) -> Reached | None:
        """Raises DeliveryError where the database does not answer."""
        loop = asyncio.get_running_loop()
        answer = self._asked.setdefault(member_id, loop.create_future())
        if self._looking is None:
            self._looking = loop.create_task(self._look())
        return await asyncio.shield(answer)

    async def _look(self) -> None:
        """Whoever asks in the same moment is looked up with the others."""
        try:
            await asyncio.sleep(0)
            while self._asked:
                asked, self._asked = self._asked, {}
                await self._answer(asked)
        finally:
            self._looking = None

    async def _answer(self, asked: dict[UUID, asyncio.Future[Reached | None]]) -> None:
        try:
            async with reading(self._engine) as db:
                found = await references_of(db, asked)
        except Exception:  # noqa: BLE001 - whoever waits for it is told
            for answer in asked.values():
                answer.set_exception(DeliveryError(NO_DATABASE, untried=True, why=WhyNot.OUR_FAULT))
            return
        for key, answer in asked.items():
            answer.set_result(found.get(key))

    async def lets_in(self, to: Addressee) -> bool:
        """Whether the app is there already for whoever was made known by their address since:
        then what Teams said of them is taken now, and they can be reached in a moment."""
        if not to.user_id.startswith(MAIL):
            return False
        try:
            async with transaction(self._engine) as db:
                return await let_in(db, to.workspace_id, to.user_id.removeprefix(MAIL))
        except NotKeptError:
            raise DeliveryError(NO_DATABASE, untried=True) from None

    async def converse_in(self, member_id: UUID, conversation: str) -> None:
        """What cannot be kept is opened again with the next message: Teams gives the same chat."""
        try:
            async with transaction(self._engine) as db:
                await converse_in(db, await member(db, member_id), conversation)
        except NotKeptError:
            logger.warning("how somebody is reached was not kept")
