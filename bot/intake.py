"""Events are written down before a platform is told that we have them, and taken in their order.

Those that come at the same moment share one transaction: what they wait for is the disk.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.payloads import Payload, UnreadableError
from bot.turntimes import TURNS
from storage import leasing
from storage.engine import NotKeptError, transaction
from storage.intake import Arrival, Waiting, claim_intake, take_in
from storage.tables import Intake

logger = structlog.get_logger(__name__)

TOGETHER = 200
AT_ONCE = 50
BESIDE = 8
TRIES = 5
# What waits to be written down: several seconds of all that one process can take.
MOST = 10_000
# A batch that takes longer keeps its connection from no other.
WRITE_SECONDS = 15.0
AGAIN_MS = 5_000

Take = Callable[[Payload], Awaitable[object]]
Arrived = tuple[Arrival, "asyncio.Future[None]"]


@dataclass(frozen=True, slots=True)
class Line:
    """What must keep its order: which chat, and when it was said there by the platform's clock;
    None where that is no moment."""

    chat: str
    said_at: datetime | None


class IntakeBook:
    """One platform's: what another one sent is left to whoever speaks with that one."""

    def __init__(self, engine: AsyncEngine, platform: str) -> None:
        self._engine = engine
        self._platform = platform
        self._arrived: list[Arrived] = []
        self._writing: asyncio.Task[None] | None = None
        self.has_news = asyncio.Event()

    async def put(
        self, workspace_id: UUID, event_id: str, payload: Payload, line: Line | None = None
    ) -> None:
        """Returns when it is on the disk. Raises NotKeptError where it is not."""
        if len(self._arrived) >= MOST:
            raise NotKeptError("Too much waits to be written down.")
        written = asyncio.get_running_loop().create_future()
        body = json.dumps(payload, separators=(",", ":"))
        chat, said_at = (line.chat, line.said_at) if line else ("", None)
        arrival = Arrival(workspace_id, event_id, body, chat, said_at)
        self._arrived.append((arrival, written))
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write())
        await written

    async def _write(self) -> None:
        try:
            while self._arrived:
                batch, self._arrived = self._arrived[:TOGETHER], self._arrived[TOGETHER:]
                await self._write_together(batch)
        finally:
            self._writing = None

    async def _write_together(self, batch: Sequence[Arrived]) -> None:
        failed: NotKeptError | None = None
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                async with transaction(self._engine) as db:
                    await take_in(db, [arrival for arrival, _ in batch])
        except Exception as error:  # noqa: BLE001 - whoever waits for it is told
            failed = (
                error if isinstance(error, NotKeptError) else NotKeptError(type(error).__name__)
            )
        for _, written in batch:
            if written.cancelled():
                continue
            if failed is None:
                written.set_result(None)
            else:
                written.set_exception(failed)
        if failed is None:
            self.has_news.set()

    async def drain(self, take: Take) -> int:
        """Take the turns of what is first in its chat. Returns how many there were."""
        owner = uuid4()
        async with transaction(self._engine) as db:
            waiting = await claim_intake(db, owner, AT_ONCE, self._platform)
        # No two are of one chat; and nobody waits for another's slow tenant.
        room = asyncio.Semaphore(BESIDE)

        async def see_to(one: Waiting) -> None:
            async with room:
                await self._see_to(one, owner, take)

        done = await asyncio.gather(*map(see_to, waiting), return_exceptions=True)
        for failed in done:
            if failed is not None:
                raise failed
        return len(waiting)

    async def _see_to(self, one: Waiting, owner: UUID, take: Take) -> None:
        is_taken = await self._is_taken(one, take)
        async with transaction(self._engine) as db:
            if is_taken:
                await leasing.drop(db, Intake, owner, [one.id])
            else:
                await leasing.put_off(db, Intake, owner, [one.id], AGAIN_MS * one.attempts)

    async def _is_taken(self, one: Waiting, take: Take) -> bool:
        """One event must not hold up the others: after some tries it is let go, and said to be."""
        try:
            with TURNS.labels(self._platform).time():
                await take(json.loads(one.body))
        except UnreadableError:
            logger.warning("an event cannot be read", workspace=str(one.workspace_id))
        except NotKeptError:
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this event's alone
            logger.error(  # noqa: TRY400 - no quoting of what was sent
                "an event was not taken",
                error=type(error).__name__,
                count=one.attempts,
                workspace=str(one.workspace_id),
            )
            return one.attempts >= TRIES
        return True
