"""Planning and sending to a messenger that does nothing, against the raw driver's row changes."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.web.posting import PLATFORM
from prompts.bank import Bank
from prompts.message import Message
from scheduler.delivery import CannotTell, Trace
from scheduler.planning import plan_due
from scheduler.sending import send_due
from storage.engine import transaction
from storage.members import Addressee
from tests.bench.figures import (
    Figure,
    again,
    at_least,
    at_most,
    each_second,
    milliseconds,
    percentile,
    within,
)
from tests.bench.floor import Floor, open_floor
from tests.databases import Databases, close, open_as_served
from tests.drills.crowd import lay_out_crowd, make_due

MANY = 10_000
DUE = 500
SMALL, LARGE = 1_000, 100_000
# Longer would be felt by whoever presses a button meanwhile.
LONGEST_STALL = 0.020
BEAT = 0.001


class Nothing:
    """A messenger that does nothing, at once."""

    async def deliver(self, to: Addressee, message: Message) -> str:
        return "1"

    async def trace(self, to: Addressee, nudge_id: UUID) -> Trace:
        return CannotTell()


@dataclass
class Stalls:
    """How long the event loop's own thread computed between two beats. Its processor time, not
    the clock on the wall: on a shared machine that would measure the neighbours."""

    between: list[float] = field(default_factory=list)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        task = asyncio.ensure_future(self._beat())
        try:
            yield
        finally:
            task.cancel()

    async def _beat(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(BEAT)
            self.between.append(time.thread_time() - before)


ALL_PLACES = timedelta(hours=1)


async def one_pass(engine: AsyncEngine, bank: Bank, now: datetime, count: int) -> float:
    """Nudges for each second, planned and sent."""
    began = time.perf_counter()
    planned = await plan_due(engine, now)
    # By when the last of a crowd has come to their place.
    sent = await send_due(engine, {PLATFORM: Nothing()}, bank, now + ALL_PLACES)
    took = time.perf_counter() - began
    assert planned == len(sent) == count, (planned, len(sent))
    return count / took


async def measure(
    databases: Databases, folder: Path, bank: Bank, kind: str, seconds: float
) -> list[Figure]:
    """Ten thousand nudges, and how long the event loop stood still meanwhile."""
    url = databases.fresh(kind, folder)
    engine, now = open_as_served(url), datetime.now(UTC)
    await lay_out_crowd(engine, now, due=MANY)
    stalls, ours, floor = Stalls(), list[float](), list[float]()
    # As `bearings work` does when it starts.
    gc.collect()
    gc.freeze()
    with open_floor(url) as raw:
        for _ in again(3, seconds):
            async with stalls.watched():
                ours.append(await one_pass(engine, bank, now, MANY))
            await reset(engine, now, MANY, MANY)
            floor.append(raw_pass(raw, now, MANY))
            await reset(engine, now, MANY, MANY)
    gc.unfreeze()
    await close(engine)
    databases.drop(url)
    return [
        at_least(
            f"{MANY:,} nudges planned and sent, {kind}",
            ours,
            floor,
            each_second,
            0.1,
        ),
        within(
            f"event loop held up meanwhile, p99, {kind}",
            [percentile(stalls.between, 0.99)],
            milliseconds,
            LONGEST_STALL,
        ),
        within(
            f"event loop held up meanwhile, longest, {kind}",
            [max(stalls.between)],
            milliseconds,
            LONGEST_STALL,
        ),
    ]


def raw_pass(raw: Floor, now: datetime, count: int) -> float:
    began = time.perf_counter()
    assert raw.plan(now) == raw.send(now) == count
    return count / (time.perf_counter() - began)


async def measure_growth(
    databases: Databases, folder: Path, bank: Bank, kind: str, seconds: float
) -> list[Figure]:
    """The same number due, among a thousand leaders and among a hundred thousand."""
    now = datetime.now(UTC)
    engines: dict[int, AsyncEngine] = {}
    for size in (SMALL, LARGE):
        where = folder / str(size)
        where.mkdir()
        engines[size] = open_as_served(databases.fresh(kind, where))
        await lay_out_crowd(engines[size], now, due=DUE, others=size - DUE)
        await one_pass(engines[size], bank, now, DUE)
        await reset(engines[size], now, DUE, size)
    took: dict[int, list[float]] = {SMALL: [], LARGE: []}
    for _ in again(7, seconds):
        for size, engine in engines.items():
            took[size].append(1 / await one_pass(engine, bank, now, DUE))
            await reset(engine, now, DUE, size)
    for engine in engines.values():
        await close(engine)
        databases.drop(engine.url.render_as_string(hide_password=False))
    return [
        at_most(
            f"{DUE} due among {LARGE:,} leaders, each, against {SMALL:,}, {kind}",
            took[LARGE],
            took[SMALL],
            milliseconds,
            1.5,
        )
    ]


async def reset(engine: AsyncEngine, now: datetime, due: int, everyone: int) -> None:
    """As it was before the pass."""
    async with transaction(engine) as db:
        connection = await db.connection()
        await connection.execute(text("DELETE FROM nudge"))
        await make_due(db, now, due, everyone)
    if engine.dialect.name == "postgresql":
        async with engine.connect() as alone:
            await alone.execution_options(isolation_level="AUTOCOMMIT")
            await alone.execute(text("VACUUM ANALYZE nudge, cadence"))
