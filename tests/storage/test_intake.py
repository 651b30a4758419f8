"""What came in and what goes out: kept sealed, claimed by one, and claimed anew after a crash."""

import asyncio
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
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
from storage.intake import Arrival, Waiting, claim_intake, take_in
from storage.members import named_member
from storage.replies import Draft, claim_replies, drop, keep_replies
from storage.tables import Intake, Reply
from tests.cast import MONDAY, Programme

WORDS = '{"text": "The agenda was mine."}'


async def installed(engine: AsyncEngine, team: str = "T1", key: str = "xoxb-here") -> UUID:
    async with transaction(engine) as db:
        return await install(db, "slack", team, key, MONDAY, bot_user="U0")


async def comes(engine: AsyncEngine, place: UUID, *names: str) -> int:
    """How many wait then."""
    async with transaction(engine) as db:
        await take_in(db, [Arrival(place, name, WORDS) for name in names])
        return (await db.exec(select(func.count(col(Intake.id))))).one()


async def claims(engine: AsyncEngine, limit: int = 10, platform: str = "slack") -> list[str]:
    async with transaction(engine) as db:
        return [one.body for one in await claim_intake(db, uuid4(), limit, platform)]


async def everybody_dies(engine: AsyncEngine) -> None:
    async with transaction(engine) as db:
        for table in (Intake, Reply):
            await db.exec(update(table).values(lease_until=0))


async def test_an_event_is_taken_in_once_in_each_workspace(engine: AsyncEngine) -> None:
    here, there = await installed(engine), await installed(engine, "T2")
    assert await comes(engine, here, "E1", "E2") == 2
    assert await comes(engine, here, "E1", "E3") == 3
    assert await comes(engine, there, "E1") == 4


async def test_what_another_platform_sent_is_left_to_whoever_speaks_with_it(
    engine: AsyncEngine,
) -> None:
    await comes(engine, await installed(engine), "E1")
    assert await claims(engine, platform="teams") == []
    assert await claims(engine, platform="slack") == [WORDS]


async def test_one_claims_it_and_after_a_crash_another(engine: AsyncEngine) -> None:
    here = await installed(engine)
    await comes(engine, here, "E1", "E2", "E3")
    assert await claims(engine, 2) == [WORDS, WORDS]
    assert await claims(engine) == [WORDS]
    assert await claims(engine) == []
    await everybody_dies(engine)
    async with transaction(engine) as db:
        owner = uuid4()
        again = await claim_intake(db, owner, 10, "slack")
        assert [one.attempts for one in again] == [2, 2, 2]
        # Whoever was there before and has slept changes nothing of it.
        await leasing.drop(db, Intake, uuid4(), [one.id for one in again])
        await leasing.put_off(db, Intake, uuid4(), [one.id for one in again], 0)
        assert await claim_intake(db, uuid4(), 10, "slack") == []
        await leasing.drop(db, Intake, owner, [again[0].id])
        await leasing.put_off(db, Intake, owner, [again[1].id], 0)
    assert await claims(engine) == [WORDS]


# In the order in which it was said


async def say(engine: AsyncEngine, place: UUID, *said: tuple[str, str, int]) -> None:
    """Each with its chat, its words, and the second at which it was said."""
    arrivals = [
        Arrival(place, f"{chat} {words}", words, chat, MONDAY + timedelta(seconds=second))
        for chat, words, second in said
    ]
    async with transaction(engine) as db:
        await take_in(db, arrivals)


US = uuid4()


async def take(engine: AsyncEngine, limit: int = 10, owner: UUID = US) -> list[Waiting]:
    async with transaction(engine) as db:
        return await claim_intake(db, owner, limit, "slack")


async def done(engine: AsyncEngine, *taken: Waiting, owner: UUID = US) -> None:
    async with transaction(engine) as db:
        await leasing.drop(db, Intake, owner, [one.id for one in taken])


async def test_nothing_overtakes_what_was_said_before_it_in_the_same_chat(
    engine: AsyncEngine,
) -> None:
    here = await installed(engine)
    # What Amara said second came first.
    await say(engine, here, ("amara", "no, wait", 2), ("amara", "yes", 1), ("dan", "hello", 3))
    [hello, yes] = sorted(await take(engine), key=lambda one: one.body)
    assert [hello.body, yes.body] == ["hello", "yes"]
    assert await take(engine) == []
    await done(engine, hello)
    assert await take(engine) == []
    await done(engine, yes)
    assert [one.body for one in await take(engine)] == ["no, wait"]


async def test_what_was_put_off_is_not_overtaken_either(engine: AsyncEngine) -> None:
    here = await installed(engine)
    await say(engine, here, ("amara", "yes", 1), ("amara", "no, wait", 1))
    [yes] = await take(engine)
    async with transaction(engine) as db:
        await leasing.put_off(db, Intake, US, [yes.id], 60_000)
    assert await take(engine) == []
    await everybody_dies(engine)
    assert [(one.body, one.attempts) for one in await take(engine)] == [("yes", 2)]


async def test_the_same_chat_in_another_workspace_is_another(engine: AsyncEngine) -> None:
    here, there = await installed(engine), await installed(engine, "T2")
    await say(engine, here, ("D1", "yes", 1))
    await say(engine, there, ("D1", "no", 2))
    assert {one.body for one in await take(engine)} == {"yes", "no"}


@pytest.mark.parametrize("seed", range(6))
async def test_however_many_take_them_each_chat_keeps_its_order(
    engine: AsyncEngine, seed: int
) -> None:
    """Some of those who take them die on the way, and some are slow."""
    chance = Random(seed)  # noqa: S311 - so that it can be repeated
    here = await installed(engine)
    said = [(chat, f"{chat}{n}", n) for chat in "abcd" for n in range(6)]
    chance.shuffle(said)
    await say(engine, here, *said)
    taken: list[str] = []

    async def process() -> None:
        us = uuid4()
        while left := 24 - len(set(taken)):
            for one in await take(engine, chance.randint(1, left), us):
                if chance.random() < 0.2:
                    # Whoever took it is gone; nobody can say that it was not done.
                    async with transaction(engine) as db:
                        await leasing.put_off(db, Intake, us, [one.id], -1)
                    continue
                taken.append(one.body)
                await asyncio.sleep(0)
                await done(engine, one, owner=us)

    await asyncio.gather(*(process() for _ in range(3)))
    for chat in "abcd":
        assert [one for one in taken if one[0] == chat] == [f"{chat}{n}" for n in range(6)]


async def test_nothing_of_it_lies_open(engine: AsyncEngine) -> None:
    here = await installed(engine)
    await comes(engine, here, "E1")
    async with reading(engine) as db:
        [row] = await db.exec(select(Intake))
    assert b"agenda" not in row.body


async def test_the_chat_is_not_kept_in_the_clear(engine: AsyncEngine) -> None:
    here = await installed(engine)
    await say(engine, here, ("D0AMARA", "yes", 1))
    async with reading(engine) as db:
        [row] = await db.exec(select(Intake))
    assert row.line
    assert b"D0AMARA" not in row.line


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
        [first, _] = await keep_replies(db, amara, [Draft("one"), Draft("two")], MONDAY, uuid4())
        assert await claim_replies(db, uuid4(), 10, "playground") == []
        await drop(db, [first])
    await everybody_dies(programme.engine)
    async with transaction(programme.engine) as db:
        [left] = await claim_replies(db, uuid4(), 10, "playground")
        assert (left.body, left.attempts, left.member_id) == ("two", 2, amara.id)
    async with transaction(programme.engine) as db:
        amara = await named_member(db, "Amara Okafor")
        await forget(db, amara.workspace_id, amara.id)
    async with reading(programme.engine) as db:
        assert (await db.exec(select(func.count(col(Reply.id))))).one() == 0
