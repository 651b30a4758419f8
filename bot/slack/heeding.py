"""What follows from what Slack says: a refusal is heeded, and a person's channel remembered."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.slack.failures import Consequence, Failure
from storage.engine import NotKeptError, reading, transaction
from storage.installations import (
    end_installation,
    is_an_organisation,
    note_refusal,
    token_of,
)
from storage.members import all_reached_at, find_in, reached_at
from storage.nudges import Because, cancel_waiting
from storage.tables import WhyNot

logger = structlog.get_logger(__name__)

# Longer than a call and its wait take: whoever has let us in again since is not shut out.
LONGEST_CALL = timedelta(seconds=30)
TOLD_AGAIN = timedelta(hours=1)
# Whoever waits for the call waits for this, too.
PATIENCE_SECONDS = 1.0

_C = Consequence


class Heeding:
    """Does it once, however many calls are refused for the same reason, and never raises.

    `forget`: what this process remembers of who let us in is out of date."""

    def __init__(
        self, engine: AsyncEngine, clock: Clock, forget: Callable[[], None] = lambda: None
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._forget = forget
        self._told: dict[tuple[UUID, str], datetime] = {}

    async def heed(self, workspace_id: UUID, failure: Failure, user_id: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._heed(workspace_id, failure, user_id, await self._clock())
        except Exception as error:  # noqa: BLE001 - the next refusal is heeded, and this one told
            logger.error("could not be heeded", error=type(error).__name__)  # noqa: TRY400 - no quoting

    async def _heed(
        self, workspace_id: UUID, failure: Failure, user_id: str, now: datetime
    ) -> None:
        match failure.consequence:
            case _C.WORKSPACE_ENDED:
                await self._end(workspace_id, failure, now)
            case _C.TEAM_CLOSED:
                async with reading(self._engine) as db:
                    is_one_of_many = await is_an_organisation(db, workspace_id)
                if not is_one_of_many:
                    await self._end(workspace_id, failure, now)
                elif user_id:
                    await self._let_go(workspace_id, failure, user_id, now)
            case _C.PERSON_UNREACHABLE | _C.PERSON_BARRED if user_id:
                await self._let_go(workspace_id, failure, user_id, now)
            case _C.DROP_CHANNEL if user_id:
                async with transaction(self._engine) as db:
                    someone = await find_in(db, workspace_id, user_id, to_change=True)
                    if someone is not None and someone.address:
                        await reached_at(db, someone, "")
            case _C.REINSTALL | _C.WORKSPACE_PAUSED:
                if self._tell("slack refused", workspace_id, failure, now):
                    async with transaction(self._engine) as db:
                        await note_refusal(db, workspace_id, failure.reason, now)
            case _C.TELL_OPERATOR | _C.PLAIN_ONCE:
                self._tell("slack refused", workspace_id, failure, now)
            case _:
                # The caller's own matter, or nobody's.
                pass

    async def _end(self, workspace_id: UUID, failure: Failure, now: datetime) -> None:
        async with transaction(self._engine) as db:
            if await token_of(db, workspace_id) is not None:
                happened_at = now - LONGEST_CALL
                await end_installation(
                    db, workspace_id, failure.reason, now, happened_at=happened_at
                )
        self._forget()
        self._tell("slack ended a workspace", workspace_id, failure, now)

    async def _let_go(
        self, workspace_id: UUID, failure: Failure, user_id: str, now: datetime
    ) -> None:
        """What waits for somebody who cannot be reached."""
        async with transaction(self._engine) as db:
            someone = await find_in(db, workspace_id, user_id)
            if someone is not None:
                await cancel_waiting(
                    db, [someone.id], Because(WhyNot.UNREACHABLE, failure.reason), now
                )

    def _tell(self, what: str, workspace_id: UUID, failure: Failure, now: datetime) -> bool:
        """Once an hour, and not for each message. Returns whether this was the time."""
        which = workspace_id, failure.name
        if which in self._told and now - self._told[which] < TOLD_AGAIN:
            return False
        self._told = {one: at for one, at in self._told.items() if now - at < TOLD_AGAIN}
        self._told[which] = now
        logger.warning(what, workspace=str(workspace_id), error=failure.kind)
        return True


class Addresses:
    """The channels in which people were reached for the first time, written down together."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._learnt: dict[UUID, str] = {}

    def learn(self, member_id: UUID, address: str) -> None:
        self._learnt[member_id] = address

    async def write_down(self) -> None:
        """After each pass. What cannot be kept is learnt again with the next message."""
        learnt, self._learnt = self._learnt, {}
        if not learnt:
            return
        try:
            async with transaction(self._engine) as db:
                await all_reached_at(db, learnt)
        except NotKeptError:
            logger.warning("addresses were not kept", count=len(learnt))
