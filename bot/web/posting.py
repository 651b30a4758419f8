"""Unasked messages to the playground: a line in its chat log."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from prompts.message import Message, to_json
from scheduler.delivery import DeliveryError, Found, NotThere, Trace
from storage.engine import NotKeptError, reading, transaction
from storage.members import Addressee
from storage.playground import add_line, line_of_nudge
from storage.tables import WhyNot

PLATFORM = "playground"
# The playground has one workspace, and nothing crosses it either.
WORKSPACE = "playground"


class PlaygroundMessenger:
    """Delivers into the chat log of the database it is given."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def deliver(self, to: Addressee, message: Message) -> str:
        try:
            now = await self._clock()
            async with transaction(self._engine) as db:
                line = await add_line(
                    db, to.workspace_id, to.id, to_json(message), now, nudge_id=message.nudge
                )
                return str(line.number)
        except NotKeptError as error:
            raise DeliveryError(
                "The playground's chat log could not be written.", why=WhyNot.OUR_FAULT
            ) from error

    async def trace(self, to: Addressee, nudge_id: UUID) -> Trace:
        try:
            async with reading(self._engine) as db:
                line = await line_of_nudge(db, to.id, nudge_id)
        except NotKeptError as error:
            raise DeliveryError(
                "The playground's chat log could not be read.", why=WhyNot.OUR_FAULT
            ) from error
        return Found(str(line.number)) if line else NotThere()
