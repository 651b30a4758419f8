"""A page of a long journal beside one of a short one, and looking through ten thousand answers."""

import gc
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from bot.conversation.events import Submitted
from bot.conversation.journal import SHOWN, journal_page, submit_search
from bot.conversation.scene import Scene
from bot.web.posting import PLATFORM, WORKSPACE
from bot.web.showing import PLACE
from prompts.bank import Bank
from prompts.message import Form, FormName
from storage.engine import reading
from storage.members import Member
from storage.searching import find_in_answers
from storage.tables import Reflection
from tests.bench.figures import Figure, again, at_most, milliseconds, within
from tests.bench.road import LONGEST_STALL, Stalls
from tests.databases import Databases, close, open_as_served
from tests.drills.years import WORDS, lay_out_journal

SHORT, LONG, TEXTS = 50, 5_000, 10_000
LATE = LONG - 2 * SHOWN
# About 600 characters: a telephone's full screen.
SAID = WORDS * 10
RARE, COMMON, NOWHERE = "(77)", "ward clerk", "sailing boat"
Act = Callable[[], Awaitable[object]]


async def measure(databases: Databases, folder: Path, bank: Bank, kind: str) -> list[Figure]:
    now, engines = datetime.now(UTC), dict[int, tuple[AsyncEngine, Member]]()
    for size in (SHORT, LONG, TEXTS):
        where = folder / str(size)
        where.mkdir()
        engine = open_as_served(databases.fresh(kind, where))
        engines[size] = engine, await lay_out_journal(engine, now, size, SAID)
    # Or the collector would go through all that was laid out again and again.
    gc.collect()
    gc.freeze()
    figures = [
        *await _pages(engines, bank, now, kind),
        *await _searches(*engines[TEXTS], bank, now, kind),
    ]
    gc.unfreeze()
    for engine, _ in engines.values():
        await close(engine)
        databases.drop(engine.url.render_as_string(hide_password=False))
    return figures


async def _pages(
    engines: dict[int, tuple[AsyncEngine, Member]], bank: Bank, now: datetime, kind: str
) -> list[Figure]:
    """Each beside the first page of a short one, turn and turn about."""
    late = await _nth(*engines[LONG], LATE)
    looks = {"short": (SHORT, ""), "first": (LONG, ""), "late": (LONG, late)}
    took: dict[str, list[float]] = {what: [] for what in looks}
    for _ in again(30, 10):
        for what, (size, about) in looks.items():
            engine, leader = engines[size]
            began = time.perf_counter()
            async with reading(engine) as db:
                page = await journal_page(Scene(db, leader, now, bank, PLACE), about)
            took[what].append(time.perf_counter() - began)
            assert isinstance(page, Form)
            assert repr(page).count("What was it?") == SHOWN
    return [
        at_most(
            f"{what} page of a journal of {LONG:,}, p50; beside one of {SHORT}, {kind}",
            took[what],
            took["short"],
            milliseconds,
            1.5,
        )
        for what in ("first", "late")
    ]


async def _nth(engine: AsyncEngine, leader: Member, number: int) -> str:
    async with reading(engine) as db:
        found = await db.exec(
            select(Reflection.id)
            .where(Reflection.member_id == leader.id)
            .order_by(col(Reflection.answered_at).desc())
            .offset(number)
            .limit(1)
        )
        return str(found.one())


async def _searches(
    engine: AsyncEngine, leader: Member, bank: Bank, now: datetime, kind: str
) -> list[Figure]:
    async def look(words: str) -> None:
        async with reading(engine) as db:
            found = await find_in_answers(db, leader, words)
        assert len(found) == FOUND[words]

    async def search(words: str) -> None:
        event = Submitted(
            "1", PLATFORM, WORKSPACE, "amara", FormName.SEARCH, "", {"words": (words,)}
        )
        async with reading(engine) as db:
            [page] = await submit_search(Scene(db, leader, now, bank, PLACE), event)
        assert repr(page).count("What was it?") == min(SHOWN, FOUND[words])

    figures, stalls = list[Figure](), Stalls()
    for what, act in (("looking through", look), ("the whole search of", search)):
        took = {words: list[float]() for words in FOUND}
        async with stalls.watched():
            for _ in again(5, 8):
                for words, runs in took.items():
                    began = time.perf_counter()
                    await act(words)
                    runs.append(time.perf_counter() - began)
        for words, runs in took.items():
            figures.append(
                within(
                    f"{what} {TEXTS:,} answers, {FOUND[words]:,} found, {kind}",
                    runs,
                    milliseconds,
                    0.3,
                )
            )
    return [
        *figures,
        within(
            f"event loop held up meanwhile, longest, {kind}",
            [max(stalls.between)],
            milliseconds,
            LONGEST_STALL,
        ),
    ]


FOUND = {NOWHERE: 0, RARE: 1, COMMON: TEXTS}
