"""What came in and what goes out: kept sealed, claimed by one, and claimed anew after a crash."""

from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, func, select

from storage import leasing
from storage.engine import reading, transaction
from storage.erasing import forget
from storage.installations import (
    end_installation,
    install,
    installations,
    token_of,
)
from storage.intake import Arrival, claim_intake, take_in
from storage.members import named_member
from storage.replies import claim_replies, keep_replies
from storage.tables import Intake, Reply
from tests.cast import MONDAY, Programme

WORDS = '{"text": "The agenda was mine."}'


async def installed(engine: AsyncEngine, team: str = "T1", key: str = "xoxb-here") -> UUID:
    async with transaction(engine) as db:
        return await install(db, "slack", team, key, MONDAY, bot_user="U0")


async def comes(engine: AsyncEngine, place: UUID, *names: str) -> int:
    async with transaction(engine) as db:
        return await take_in(db, [Arrival(place, name, WORDS) for name in names], MONDAY)


async def claims(engine: AsyncEngine, limit: int = 10) -> list[str]:
    async with transaction(engine) as db:
        return [one.body for one in await claim_intake(db, uuid4(), limit)]


async def everybody_dies(engine: AsyncEngine) -> None:
    async with transaction(engine) as db:
        for table in (Intake, Reply):
            await db.exec(update(table).values(lease_until=0))


async def test_an_event_is_taken_in_once_in_each_workspace(engine: AsyncEngine) -> None:
    here, there = await installed(engine), await installed(engine, "T2")
    assert await comes(engine, here, "E1", "E2") == 2
    assert await comes(engine, here, "E1", "E3") == 1
    assert await comes(engine, there, "E1") == 1


async def test_one_claims_it_and_after_a_crash_another(engine: AsyncEngine) -> None:
    here = await installed(engine)
    await comes(engine, here, "E1", "E2", "E3")
    assert await claims(engine, 2) == [WORDS, WORDS]
    assert await claims(engine) == [WORDS]
    assert await claims(engine) == []
    await everybody_dies(engine)
    async with transaction(engine) as db:
        again = await claim_intake(db, uuid4(), 10)
        assert [one.attempts for one in again] == [2, 2, 2]
        await leasing.drop(db, Intake, [again[0].id])
        await leasing.put_off(db, Intake, [again[1].id], 0)
    assert await claims(engine) == [WORDS]


async def test_nothing_of_it_lies_open(engine: AsyncEngine) -> None:
    here = await installed(engine)
    await comes(engine, here, "E1")
    async with reading(engine) as db:
        [row] = await db.exec(select(Intake))
    assert b"agenda" not in row.body


async def test_a_token_is_found_until_they_want_nothing_from_us_any_more(
    engine: AsyncEngine,
) -> None:
    here = await installed(engine)
    async with transaction(engine) as db:
        assert await token_of(db, here) == "xoxb-here"
        assert [one.workspace for one in await installations(db, "slack")] == ["T1"]
        assert await end_installation(db, here, "app_uninstalled", MONDAY, happened_at=MONDAY)
        assert await token_of(db, here) is None
        assert await installations(db, "slack") == []
    assert await installed(engine, key="xoxb-anew") == here
    async with reading(engine) as db:
        assert await token_of(db, here) == "xoxb-anew"


async def test_news_of_an_end_that_comes_after_a_new_beginning_is_no_end(
    engine: AsyncEngine,
) -> None:
    here = await installed(engine)
    async with transaction(engine) as db:
        earlier = MONDAY.replace(year=2025)
        assert not await end_installation(db, here, "late", MONDAY, happened_at=earlier)
        assert await token_of(db, here) == "xoxb-here"


async def test_a_reply_waits_until_it_is_sent_and_goes_with_whoever_is_forgotten(
    programme: Programme,
) -> None:
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        [first, _] = await keep_replies(db, amara, ["one", "two"], MONDAY, uuid4())
        assert await claim_replies(db, uuid4(), 10) == []
        await leasing.drop(db, Reply, [first])
    await everybody_dies(programme.engine)
    async with transaction(programme.engine) as db:
        [left] = await claim_replies(db, uuid4(), 10)
        assert (left.body, left.attempts, left.member_id) == ("two", 2, amara.id)
    async with transaction(programme.engine) as db:
        amara = await named_member(db, "Amara Okafor")
        await forget(db, amara.workspace_id, amara.id)
    async with reading(programme.engine) as db:
        assert (await db.exec(select(func.count(col(Reply.id))))).one() == 0
