"""What is there already is left alone, and what was new is counted, the same on both databases."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import func, select

from storage.engine import reading, transaction
from storage.inserting import insert_or_leave
from storage.receipts import drop_receipts, first_time
from storage.tables import Receipt, Workspace
from tests.cast import MONDAY
from tests.databases import close, open_sealed


async def a_workspace(engine: AsyncEngine, name: str = "here") -> UUID:
    place = Workspace(platform="playground", external_id=name)
    async with transaction(engine) as db:
        db.add(place)
    return place.id


def receipts(place: UUID, names: Iterable[object]) -> list[dict[str, Any]]:
    return [{"workspace_id": place, "event_id": str(n), "received_at": MONDAY} for n in names]


async def kept(engine: AsyncEngine) -> int:
    async with reading(engine) as db:
        return (await db.exec(select(func.count()).select_from(Receipt))).one()


async def test_only_what_is_new_is_counted(engine: AsyncEngine) -> None:
    place = await a_workspace(engine)
    expected = [([], 0), (["a", "b"], 2), (["a", "b"], 0), (["b", "c"], 1), (["d", "d"], 1)]
    for names, new in expected:
        async with transaction(engine) as db:
            assert await insert_or_leave(db, Receipt, receipts(place, names)) == new, names
    assert await kept(engine) == 4


async def test_a_batch_larger_than_any_statement_is_counted_whole(engine: AsyncEngine) -> None:
    """The driver cuts it into several statements."""
    place = await a_workspace(engine)
    async with transaction(engine) as db:
        await insert_or_leave(db, Receipt, receipts(place, range(0, 2500, 2)))
    async with transaction(engine) as db:
        assert await insert_or_leave(db, Receipt, receipts(place, range(2500))) == 1250
    assert await kept(engine) == 2500


async def test_an_event_is_new_once_in_each_workspace(engine: AsyncEngine) -> None:
    here, there = await a_workspace(engine), await a_workspace(engine, "there")
    heard = []
    for place in (here, here, there, here, there):
        async with transaction(engine) as db:
            heard.append(await first_time(db, place, "event-1", MONDAY))
    assert heard == [True, False, True, False, False]


async def test_an_event_delivered_to_two_processes_at_once_is_taken_by_one(
    engine: AsyncEngine, database_url: str
) -> None:
    place = await a_workspace(engine)
    other = open_sealed(database_url)
    together = asyncio.Barrier(6)

    async def deliver(process: AsyncEngine, event: str) -> bool:
        # All of them come at the same moment. A transaction begins with its first statement.
        await together.wait()
        async with transaction(process) as db:
            return await first_time(db, place, event, MONDAY)

    for event in ("event-1", "event-2", "event-3"):
        heard = await asyncio.gather(*(deliver(one, event) for one in (engine, other) * 3))
        assert sorted(heard) == [False] * 5 + [True]
    assert await kept(engine) == 3
    await close(other)


async def test_an_event_whose_turn_failed_is_taken_when_it_comes_again(engine: AsyncEngine) -> None:
    place = await a_workspace(engine)

    async def fail() -> None:
        async with transaction(engine) as db:
            assert await first_time(db, place, "event-1", MONDAY)
            raise ArithmeticError("The turn failed.")

    with pytest.raises(ArithmeticError):
        await fail()
    async with transaction(engine) as db:
        assert await first_time(db, place, "event-1", MONDAY)


async def test_old_receipts_are_dropped_and_newer_ones_stay(engine: AsyncEngine) -> None:
    place = await a_workspace(engine)
    async with transaction(engine) as db:
        rows = receipts(place, ["old", "edge", "new"])
        for n, row in enumerate(rows):
            row["received_at"] = MONDAY.replace(minute=n)
        await insert_or_leave(db, Receipt, rows)
    async with transaction(engine) as db:
        assert await drop_receipts(db, MONDAY.replace(minute=1)) == 1
    async with reading(engine) as db:
        assert set(await db.exec(select(Receipt.event_id))) == {"edge", "new"}
