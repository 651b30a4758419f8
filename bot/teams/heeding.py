"""What follows from what Teams says: who is lost is left alone, and the operator is told."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from bot.teams.failures import Consequence, Failure
from storage.engine import NotKeptError, transaction
from storage.members import Addressee
from storage.nudges import Because, cancel_waiting
from storage.references import end_reference
from storage.tables import WhyNot

logger = structlog.get_logger(__name__)

TOLD_AGAIN = timedelta(hours=1)
_FOR_THE_OPERATOR = {Consequence.TELL_OPERATOR, Consequence.PLAIN_ONCE}


class Heeding:
    """Does it once, however many calls are refused for the same reason, and never raises."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._told: dict[tuple[UUID, str], datetime] = {}

    async def heed(self, to: Addressee, failure: Failure, known_at: datetime | None) -> None:
        """`known_at`: when they were last there, as far as was known at the time of the call."""
        try:
            now = await self._clock()
            if failure.consequence is Consequence.PERSON_STOPPED:
                async with transaction(self._engine) as db:
                    await leave_alone(db, to.id, failure.reason, known_at or now, now)
            elif failure.consequence in _FOR_THE_OPERATOR:
                self._tell(to.workspace_id, failure, now)
        except NotKeptError:
            logger.warning("a refusal could not be heeded; the next one is")

    def _tell(self, workspace_id: UUID, failure: Failure, now: datetime) -> None:
        """Once an hour, and not for each message."""
        which = workspace_id, failure.name
        if which in self._told and now - self._told[which] < TOLD_AGAIN:
            return
        self._told = {one: at for one, at in self._told.items() if now - at < TOLD_AGAIN}
        self._told[which] = now
        logger.warning("teams refused", workspace=str(workspace_id), error=failure.kind)


async def leave_alone(
    db: AsyncSession, member_id: UUID, why: str, known_at: datetime, now: datetime
) -> None:
    """Nothing is sent to them, not even what was queued, until they come back; unless they did so
    after the moment that this is about."""
    if await end_reference(db, member_id, why, known_at, now):
        await cancel_waiting(db, [member_id], Because(WhyNot.UNREACHABLE, why), now)
