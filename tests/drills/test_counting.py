"""However many leaders a coach has, or answers a journal, looking takes as many statements."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.digesting import digest_page
from bot.conversation.journal import journal_page
from bot.conversation.scene import Scene
from bot.web.posting import PLATFORM
from prompts.bank import Bank
from prompts.message import Form
from scheduler.planning import plan_due
from scheduler.sending import WINDOW, send_due
from storage.engine import reading, transaction
from tests.bench.road import Nothing
from tests.cast import PLACE
from tests.databases import KINDS, Databases, close, open_sealed
from tests.drills.coaches import lay_out_coaches
from tests.drills.counting import counted
from tests.drills.years import lay_out_journal, lay_out_year

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class House:
    """Fresh databases of one kind, one for each size that a test compares."""

    def __init__(self, databases: Databases, folder: Path, kind: str) -> None:
        self._databases, self._folder, self._kind = databases, folder, kind
        self._engines: dict[str, AsyncEngine] = {}

    def open(self, size: int) -> AsyncEngine:
        folder = self._folder / str(size)
        folder.mkdir()
        url = self._databases.fresh(self._kind, folder)
        self._engines[url] = open_sealed(url)
        return self._engines[url]

    async def leave(self) -> None:
        for url, engine in self._engines.items():
            await close(engine)
            self._databases.give_back(url)


@pytest.fixture(params=KINDS)
async def house(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> AsyncIterator[House]:
    here = House(databases, tmp_path, request.param)
    yield here
    await here.leave()


async def test_a_digests_page_asks_as_often_for_fifteen_leaders_as_for_one(
    house: House, bank: Bank
) -> None:
    asked: dict[int, list[str]] = {}
    for leaders in (1, 5, 15):
        engine = house.open(leaders)
        coach, digest = await lay_out_year(engine, NOW, bank, leaders=leaders, weeks=6)
        with counted(engine) as asked[leaders]:
            async with transaction(engine) as db:
                page = await digest_page(Scene(db, coach, NOW, bank, PLACE), str(digest))
        assert isinstance(page, Form)
        assert repr(page).count("The merger, until it is public.") == leaders
    assert len(asked[1]) == len(asked[5]) == len(asked[15])


async def test_sending_digests_asks_as_often_for_a_window_of_coaches_as_for_one(
    house: House, bank: Bank
) -> None:
    asked: dict[int, list[str]] = {}
    for coaches in (1, 5, WINDOW):
        engine = house.open(coaches)
        await lay_out_coaches(engine, NOW, coaches)
        with counted(engine) as asked[coaches]:
            await plan_due(engine, NOW)
            sent = await send_due(engine, {PLATFORM: Nothing()}, bank, NOW)
        assert len(sent) == coaches
    assert len(asked[1]) == len(asked[5]) == len(asked[WINDOW])


async def test_a_page_of_a_journal_asks_as_often_for_a_thousand_answers_as_for_twenty(
    house: House, bank: Bank
) -> None:
    asked: dict[int, list[str]] = {}
    for answers in (20, 1000):
        engine = house.open(answers)
        leader = await lay_out_journal(engine, NOW, answers)
        with counted(engine) as asked[answers]:
            async with reading(engine) as db:
                page = await journal_page(Scene(db, leader, NOW, bank, PLACE), "")
        assert isinstance(page, Form)
    assert len(asked[20]) == len(asked[1000])
