"""A coach's page beside the rows and texts that are in it, and a Monday morning of many coaches."""

import gc
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.digesting import digest_page
from bot.conversation.scene import Scene
from bot.web.posting import PLATFORM
from bot.web.showing import PLACE
from prompts.bank import Bank
from prompts.message import Form
from scheduler.planning import plan_due
from scheduler.sending import send_due
from storage.engine import reading, transaction
from storage.members import Member
from storage.sealing import keys_of
from storage.vault import Key, Place
from tests.bench.figures import Figure, again, at_most, milliseconds
from tests.bench.road import Nothing
from tests.databases import Databases, close, open_as_served
from tests.drills.coaches import lay_out_coaches, look_through, make_digests_due
from tests.drills.counting import counted
from tests.drills.years import lay_out_year

LEADERS = 15
FEW, SOME, MANY = 100, 1_000, 10_000
# Until then what was opened is not opened anew.
A_LOOK = timedelta(minutes=6)
KINDS = ("reflection", "experiment", "rating", "aside")


# ---- one coach ----


async def measure_page(databases: Databases, folder: Path, bank: Bank) -> list[Figure]:
    """With fifteen leaders and a year behind them, beside the driver and the cipher alone; and
    beside a coach with one leader."""
    now, took, asked = datetime.now(UTC), dict[int, list[float]](), dict[int, int]()
    floor: list[float] = []
    coaches: dict[int, tuple[AsyncEngine, Member, UUID]] = {}
    for size in (1, LEADERS):
        (folder / str(size)).mkdir()
        engine = open_as_served(databases.fresh("sqlite", folder / str(size)))
        coaches[size] = engine, *await lay_out_year(engine, now, bank, leaders=size)
        took[size] = []
    engine, _, digest = coaches[LEADERS]
    with closing(sqlite3.connect(folder / str(LEADERS) / "bearings.db")) as raw:
        keys = await _keys(engine, raw)
        for number in again(20, 15):
            at = now + number * A_LOOK
            for size, (here, coach, newest) in coaches.items():
                with counted(here) as statements:
                    took[size].append(await _page(here, coach, newest, bank, at))
                asked[size] = len(statements)
            began = time.perf_counter()
            assert _raw_page(raw, keys, digest) > 4 * LEADERS
            floor.append(time.perf_counter() - began)
    for here, _, _ in coaches.values():
        await close(here)
    what = f"a digest's page: {LEADERS} leaders, a year"
    return [
        at_most(
            f"{what}; floor: its rows and AES-GCM alone", took[LEADERS], floor, milliseconds, 25
        ),
        at_most(f"{what}; beside: 1 leader", took[LEADERS], took[1], milliseconds, LEADERS),
        at_most(
            "statements for it; beside: 1 leader",
            [asked[LEADERS]],
            [asked[1]],
            lambda number: f"{number:.0f}",
            1,
        ),
    ]


async def _page(
    engine: AsyncEngine, coach: Member, digest: UUID, bank: Bank, now: datetime
) -> float:
    """With what is written down of it: that she opened each of these texts."""
    began = time.perf_counter()
    async with transaction(engine) as db:
        page = await digest_page(Scene(db, coach, now, bank, PLACE), str(digest))
    took = time.perf_counter() - began
    assert isinstance(page, Form)
    return took


async def _keys(engine: AsyncEngine, raw: sqlite3.Connection) -> dict[str, Key]:
    owners = {UUID(one) for (one,) in raw.execute("SELECT member_id FROM digest_item")}
    async with reading(engine) as db:
        return {owner.hex: key for owner, key in (await keys_of(db, owners)).items()}


def _raw_page(raw: sqlite3.Connection, keys: dict[str, Key], digest: UUID) -> int:
    """How many texts were opened."""
    number = 0
    for kind in KINDS:
        for workspace, owner, row, words in raw.execute(
            f"SELECT workspace_id, {kind}.member_id, id, words FROM digest_item "  # noqa: S608
            f"JOIN {kind} ON id = item_id WHERE digest_item.nudge_id = ?",
            (digest.hex,),
        ):
            place = Place(UUID(workspace), UUID(owner), kind, UUID(row), "words")
            assert keys[owner].open(place, words)
            number += 1
    return number


# ---- all coaches ----


async def measure_run(
    databases: Databases, folder: Path, bank: Bank, kind: str, seconds: float
) -> list[Figure]:
    """What a digest takes from due to sent, in a run of so many: it must not grow with them."""
    now = datetime.now(UTC)
    engines: dict[int, AsyncEngine] = {}
    for size in (FEW, SOME, MANY):
        (folder / str(size)).mkdir()
        engines[size] = open_as_served(databases.fresh(kind, folder / str(size)))
        await lay_out_coaches(engines[size], now, size)
    gc.collect()
    gc.freeze()
    took: dict[int, list[float]] = {size: [] for size in engines}
    busy: dict[int, list[float]] = {size: [] for size in engines}
    for number in again(3, seconds):
        for size, engine in engines.items():
            # A short run is over before it is like any other.
            for part in range({FEW: 5, SOME: 2}.get(size, 1)):
                if number or part:
                    async with transaction(engine) as db:
                        await make_digests_due(db, now)
                    await look_through(engine)
                before = time.process_time()
                took[size].append(await _run(engine, bank, now, size))
                busy[size].append((time.process_time() - before) / size)
    gc.unfreeze()
    for engine in engines.values():
        await close(engine)
        databases.drop(engine.url.render_as_string(hide_password=False))
    return [
        at_most(
            f"each digest of {size:,} in one run; beside: of {FEW}, {what}{kind}",
            runs[size],
            runs[FEW],
            milliseconds,
            1.5,
        )
        # A long run has other neighbours than a short one: their noise is not in the second.
        for what, runs in (("", took), ("processor time, ", busy))
        for size in (SOME, MANY)
    ]


async def _run(engine: AsyncEngine, bank: Bank, now: datetime, count: int) -> float:
    """Seconds for each."""
    began = time.perf_counter()
    planned = await plan_due(engine, now)
    sent = await send_due(engine, {PLATFORM: Nothing()}, bank, now)
    took = time.perf_counter() - began
    assert planned == len(sent) == count, (planned, len(sent))
    return took / count
