"""What was answered waits for its platform: held by one, begun once, the newest of a question."""

import asyncio
from collections.abc import Sequence
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from storage.engine import reading, transaction
from storage.members import Member
from storage.replies import (
    Begun,
    Draft,
    Held,
    begin,
    claim_replies,
    drop,
    keep_replies,
    overtake,
    put_back,
)
from storage.tables import Reply
from tests.cast import MONDAY, Programme

QUESTION, OTHER = uuid4(), uuid4()


@pytest.fixture
async def amara(programme: Programme) -> Member:
    return await programme.member("Amara Okafor")


async def keeps(engine: AsyncEngine, to: Member, *drafts: Draft) -> list[Held]:
    async with transaction(engine) as db:
        return await keep_replies(db, to, drafts, MONDAY, uuid4())


async def begins(engine: AsyncEngine, held: Held, nudge_id: UUID | None = QUESTION) -> Begun:
    async with transaction(engine) as db:
        return await begin(db, held, nudge_id)


async def claims(engine: AsyncEngine) -> list[Held]:
    """By another, when every lease has run out."""
    async with transaction(engine) as db:
        await db.exec(update(Reply).values(lease_until=0))
        return [one.held for one in await claim_replies(db, uuid4(), 10, "playground")]


async def left(engine: AsyncEngine) -> Sequence[UUID]:
    async with reading(engine) as db:
        return list(await db.exec(select(Reply.id).order_by(col(Reply.number))))


async def test_whoever_lost_its_lease_can_begin_record_and_drop_nothing(
    engine: AsyncEngine, amara: Member
) -> None:
    [old] = await keeps(engine, amara, Draft("Paused."))
    [new] = await claims(engine)
    assert await begins(engine, old, None) is Begun.NOT_OURS
    async with transaction(engine) as db:
        await put_back(db, old, 0, in_doubt=False)
        await drop(db, [old])
    assert await claims(engine) != []
    assert await begins(engine, new, None) is Begun.NOT_OURS


async def test_what_was_begun_and_not_settled_is_in_doubt(
    engine: AsyncEngine, amara: Member
) -> None:
    [held] = await keeps(engine, amara, Draft("Paused."))
    assert await begins(engine, held, None) is Begun.FIRST
    [held] = await claims(engine)
    assert await begins(engine, held, None) is Begun.IN_DOUBT
    async with transaction(engine) as db:
        await put_back(db, held, 0, in_doubt=False)
    [held] = await claims(engine)
    assert await begins(engine, held, None) is Begun.FIRST


async def test_a_newer_state_drops_what_waits_and_waits_for_what_is_under_way(
    engine: AsyncEngine, amara: Member
) -> None:
    [waits] = await keeps(engine, amara, Draft("Skipped.", QUESTION))
    [other] = await keeps(engine, amara, Draft("Skipped.", OTHER))
    [under_way] = await keeps(engine, amara, Draft("Later?", QUESTION))
    assert await left(engine) == [other.id, under_way.id]
    assert await begins(engine, waits) is Begun.NOT_OURS
    assert await begins(engine, under_way) is Begun.FIRST
    [newest] = await keeps(engine, amara, Draft("Saved.", QUESTION))
    assert await begins(engine, newest) is Begun.NOT_YET
    async with transaction(engine) as db:
        await put_back(db, under_way, 60_000, in_doubt=False)
    assert await begins(engine, newest) is Begun.FIRST
    assert await left(engine) == [other.id, newest.id]


async def test_of_two_of_one_turn_the_later_one_counts(engine: AsyncEngine, amara: Member) -> None:
    first, second = await keeps(engine, amara, *(Draft(one, QUESTION) for one in "ab"))
    assert await begins(engine, first) is Begun.NOT_OURS
    assert await begins(engine, second) is Begun.FIRST


async def test_what_is_overtaken_by_nothing_newer_is_not_shown_either(
    engine: AsyncEngine, amara: Member
) -> None:
    [held] = await keeps(engine, amara, Draft("Saved.", QUESTION))
    async with transaction(engine) as db:
        await overtake(db, [QUESTION])
    assert await begins(engine, held) is Begun.NOT_OURS


@pytest.mark.parametrize("seed", range(5))
async def test_however_many_send_at_once_the_newest_state_is_the_last_that_is_made(
    engine: AsyncEngine, amara: Member, seed: int
) -> None:
    """Turns are taken and states are made side by side; some fail and wait, some die."""
    chance = Random(seed)  # noqa: S311 - so that it can be repeated
    under_way: set[UUID] = set()
    made: list[UUID] = []
    kept: list[UUID] = []

    async def makes(held: Held) -> None:
        if await begins(engine, held) not in {Begun.FIRST, Begun.IN_DOUBT}:
            return
        assert under_way == set()
        under_way.add(held.id)
        for _ in range(chance.randrange(5)):
            await asyncio.sleep(0)
        made.append(held.id)
        under_way.remove(held.id)
        async with transaction(engine) as db:
            if chance.random() < 0.5:
                await drop(db, [held])
            else:
                await put_back(db, held, 0, in_doubt=False)

    async def takes_turns() -> None:
        for n in range(4):
            # A person's turns are taken one after the other.
            async with one_by_one:
                [held] = await keeps(engine, amara, Draft(str(n), QUESTION))
                kept.append(held.id)
            await makes(held)

    async def tries_again() -> None:
        for _ in range(4):
            async with transaction(engine) as db:
                waiting = await claim_replies(db, uuid4(), 10, "playground")
            await asyncio.gather(*(makes(one.held) for one in waiting))

    one_by_one = asyncio.Lock()
    await asyncio.gather(takes_turns(), takes_turns(), tries_again(), tries_again())
    while waiting := await claims(engine):
        await asyncio.gather(*(makes(one) for one in waiting))
    assert made[-1] == kept[-1]
    order = [kept.index(one) for one in made]
    assert order == sorted(order)
