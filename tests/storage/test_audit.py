"""The log of what was done: whole, in order, and it shows when somebody has been at it."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from storage.audit import (
    BEGINNING,
    Entry,
    Verdict,
    chained,
    has_been_head,
    of_owner,
    pending,
    record,
    verify,
    write_pending,
)
from storage.changes import changes_in
from storage.engine import reading, transaction
from storage.tables import Action, AuditHead, AuditRow
from tests.cast import MONDAY
from tests.databases import close, open_sealed

HERE, THERE = UUID(int=1), UUID(int=2)


async def does(engine: AsyncEngine, *actions: Action, where: UUID = HERE) -> None:
    """One deed in each transaction."""
    for number, action in enumerate(actions):
        async with transaction(engine) as db:
            record(db, Entry(MONDAY + timedelta(minutes=number), where, action, actor=uuid4()))


async def rows(engine: AsyncEngine, where: UUID = HERE) -> list[AuditRow]:
    async with reading(engine) as db:
        found = await db.exec(
            select(AuditRow).where(AuditRow.workspace_id == where).order_by(col(AuditRow.number))
        )
        return list(found)


async def broken(engine: AsyncEngine) -> list[tuple[UUID, int | None]]:
    async with reading(engine) as db:
        return [(one.workspace, one.broken_at) for one in await verify(db)]


async def test_each_deed_is_a_row_that_follows_the_one_before(engine: AsyncEngine) -> None:
    await does(engine, Action.AGREED, Action.SHARED, Action.OPENED)
    await does(engine, Action.CONFIGURED, where=THERE)
    kept = await rows(engine)
    assert [(one.number, one.action) for one in kept] == [
        (1, Action.AGREED),
        (2, Action.SHARED),
        (3, Action.OPENED),
    ]
    assert kept[0].hash == chained(BEGINNING, kept[0])
    assert kept[2].hash == chained(kept[1].hash, kept[2])
    async with reading(engine) as db:
        verdicts = await verify(db)
    assert [(one.workspace, one.rows, one.broken_at) for one in verdicts] == [
        (HERE, 3, None),
        (THERE, 1, None),
    ]
    assert verdicts[0].head == kept[2].hash.hex()


async def test_several_deeds_of_one_turn_keep_their_order(engine: AsyncEngine) -> None:
    async with transaction(engine) as db:
        for action in (Action.UNPAIRED, Action.PAIRED, Action.SHARED):
            record(db, Entry(MONDAY, HERE, action))
        record(db, Entry(MONDAY, THERE, Action.ERASED))
        assert len(pending(db)) == 4
    assert [one.action for one in await rows(engine)] == ["unpaired", "paired", "shared"]
    assert [one.number for one in await rows(engine, THERE)] == [1]


async def test_all_that_is_told_of_a_deed_is_kept(engine: AsyncEngine) -> None:
    ruth, amara, answer = uuid4(), uuid4(), uuid4()
    async with transaction(engine) as db:
        record(db, Entry(MONDAY, HERE, Action.OPENED, ruth, amara, answer, "digest"))
    [kept] = await rows(engine)
    assert kept.model_dump(exclude={"hash"}) == {
        "workspace_id": HERE,
        "number": 1,
        "at": MONDAY,
        "actor_id": ruth,
        "action": Action.OPENED,
        "owner_id": amara,
        "about": answer,
        "detail": "digest",
        "before": "",
        "after": "",
    }


async def test_what_was_written_is_not_written_again(engine: AsyncEngine) -> None:
    async with transaction(engine) as db:
        # With nothing noted, nothing happens.
        await write_pending(db)
        record(db, Entry(MONDAY, HERE, Action.SHARED))
        await write_pending(db)
        assert list(pending(db)) == []
        record(db, Entry(MONDAY, HERE, Action.TOOK_BACK))
    assert [one.action for one in await rows(engine)] == ["shared", "took back"]
    assert await broken(engine) == [(HERE, None)]


async def test_a_turn_that_failed_leaves_no_row(engine: AsyncEngine) -> None:
    async def fail() -> None:
        async with transaction(engine) as db:
            record(db, Entry(MONDAY, HERE, Action.OPENED))
            raise ArithmeticError("The turn failed.")

    with pytest.raises(ArithmeticError):
        await fail()
    await does(engine, Action.SHARED)
    assert [(one.number, one.action) for one in await rows(engine)] == [(1, Action.SHARED)]


async def test_who_only_reads_cannot_record_anything(engine: AsyncEngine) -> None:
    async with reading(engine) as db:
        with pytest.raises(RuntimeError, match="cannot record"):
            record(db, Entry(MONDAY, HERE, Action.OPENED))


async def test_turns_at_the_same_moment_make_one_chain(
    engine: AsyncEngine, database_url: str
) -> None:
    other = open_sealed(database_url)
    await asyncio.gather(*(does(one, Action.SHARED) for one in (engine, other) * 5))
    await close(other)
    assert [one.number for one in await rows(engine)] == list(range(1, 11))
    assert await broken(engine) == [(HERE, None)]


@pytest.mark.parametrize(
    ("meddling", "at"),
    [
        ("UPDATE audit SET action = 'agreed' WHERE number = 2", 2),
        ("UPDATE audit SET actor_id = NULL WHERE number = 3", 3),
        ("UPDATE audit SET detail = 'nothing' WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 1", 1),
        # The last ones: the head still knows them.
        ("DELETE FROM audit WHERE number > 2", 3),
        ("DELETE FROM audit", 1),
        ("UPDATE audit_head SET number = 2", 4),
        ("DELETE FROM audit_head", 1),
    ],
)
async def test_meddling_shows_at_its_row(engine: AsyncEngine, meddling: str, at: int) -> None:
    await does(engine, Action.SHARED, Action.OPENED, Action.TOOK_BACK)
    async with engine.begin() as connection:
        await connection.execute(text(meddling))
    assert await broken(engine) == [(HERE, at)]


async def test_a_verdict_says_how_far_a_chain_holds(engine: AsyncEngine) -> None:
    await does(engine, Action.SHARED, where=THERE)
    await does(engine, Action.SHARED, Action.OPENED, Action.TOOK_BACK)
    nowhere = UUID(int=3)
    await does(engine, Action.AGREED, where=nowhere)
    head, there = (await rows(engine))[-1].hash.hex(), (await rows(engine, THERE))[-1].hash.hex()
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit WHERE number = 3"))
        await connection.execute(text("UPDATE audit SET detail = 'x' WHERE number = 2"))
    async with transaction(engine) as db:
        await db.delete(await db.get_one(AuditHead, nowhere))
    async with reading(engine) as db:
        # In the order of the workspaces, whichever began first; those without a head at the end.
        assert await verify(db) == [
            Verdict(HERE, 1, head, 2),
            Verdict(THERE, 1, there),
            Verdict(nowhere, 0, "", 1),
        ]


async def test_a_head_that_was_noted_is_looked_for_in_every_chain(engine: AsyncEngine) -> None:
    """As a backup notes it, to be held against the log later."""
    async with reading(engine) as db:
        assert not await has_been_head(db, BEGINNING)
    await does(engine, Action.SHARED)
    await does(engine, Action.SHARED, Action.OPENED, where=THERE)
    noted = [one.hash for where in (HERE, THERE) for one in await rows(engine, where)]
    async with reading(engine) as db:
        assert [await has_been_head(db, one) for one in noted] == [True] * 3
        assert not await has_been_head(db, noted[0][:-1])


async def test_a_row_put_in_between_shows(engine: AsyncEngine) -> None:
    await does(engine, Action.SHARED, Action.OPENED)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE audit SET number = 3 WHERE number = 2"))
        await connection.execute(
            text(
                "INSERT INTO audit (workspace_id, number, at, action, detail, hash) "
                "SELECT workspace_id, 2, at, action, detail, hash FROM audit WHERE number = 1"
            )
        )
    assert await broken(engine) == [(HERE, 2)]


async def test_a_chain_of_thousands_is_walked_in_pieces(engine: AsyncEngine) -> None:
    async with transaction(engine) as db:
        for _ in range(2500):
            record(db, Entry(MONDAY, HERE, Action.OPENED))
    async with reading(engine) as db:
        [verdict] = await verify(db)
    assert (verdict.rows, verdict.broken_at) == (2500, None)


ROW = AuditRow(
    workspace_id=HERE,
    number=7,
    at=MONDAY,
    actor_id=UUID(int=3),
    action=Action.OPENED,
    owner_id=UUID(int=4),
    about=UUID(int=5),
    detail="digest",
    hash=b"",
)


# By this log was kept by every version so far: what gives another one calls all of them broken.
HASH = "8c986faec8164e43b3f5bdd52aeba19980f50d4c13c2245e4aa242a55179d89e"


def test_a_log_that_an_earlier_version_kept_holds_in_this_one() -> None:
    assert chained(b"x", ROW).hex() == HASH


@pytest.mark.usefixtures("in_stanley")
def test_a_hash_does_not_depend_on_where_the_machine_stands() -> None:
    there = ROW.at.astimezone()
    assert there.utcoffset() == timedelta(hours=-3)
    for at in (ROW.at, there):
        assert chained(b"x", AuditRow(**{**ROW.model_dump(), "at": at})).hex() == HASH


@pytest.mark.parametrize(
    "changed",
    [
        {"workspace_id": THERE},
        {"number": 8},
        {"at": MONDAY + timedelta(microseconds=1)},
        {"actor_id": None},
        {"action": Action.SHARED},
        {"owner_id": UUID(int=9)},
        {"about": None},
        {"detail": "digest "},
        {"before": "tue"},
        {"after": "tue"},
    ],
)
def test_every_column_is_part_of_the_hash(changed: dict[str, object]) -> None:
    other = AuditRow(**{**ROW.model_dump(), **changed})
    assert chained(b"x", other) != chained(b"x", ROW)


def test_what_came_before_is_part_of_the_hash() -> None:
    assert chained(b"x", ROW) != chained(b"y", ROW)


def test_what_was_before_cannot_pass_for_what_is_after() -> None:
    rows = [
        AuditRow(**{**ROW.model_dump(), "before": before, "after": after})
        for before, after in (("tue", ""), ("", "tue"), ("tu", "e"))
    ]
    assert len({chained(b"x", one) for one in rows}) == 3


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_two_details_make_the_same_row(one: str, other: str) -> None:
    rows = [AuditRow(**{**ROW.model_dump(), "detail": detail}) for detail in (one, other)]
    assert (chained(b"", rows[0]) == chained(b"", rows[1])) is (one == other)


async def test_leaders_see_their_own_rows_and_leads_the_changes_of_settings(
    engine: AsyncEngine,
) -> None:
    amara, dan = uuid4(), uuid4()
    deeds = [
        Entry(MONDAY, HERE, Action.OPENED, owner=amara),
        Entry(MONDAY + timedelta(hours=1), HERE, Action.OPENED, owner=dan),
        Entry(MONDAY + timedelta(hours=2), HERE, Action.SHARED, owner=amara),
        Entry(MONDAY + timedelta(hours=3), HERE, Action.CONFIGURED, before="tue", after="wed"),
        Entry(MONDAY + timedelta(hours=4), THERE, Action.CONFIGURED, detail="elsewhere"),
        Entry(MONDAY + timedelta(hours=5), HERE, Action.OPENED, owner=amara),
    ]
    async with transaction(engine) as db:
        for deed in deeds:
            record(db, deed)
    async with reading(engine) as db:
        hers = await of_owner(db, amara, [Action.OPENED], 10)
        newest = await of_owner(db, amara, Action, 1)
        changes = await changes_in(db, HERE, 10)
    assert [one.at for one in hers] == [deeds[5].at, deeds[0].at]
    assert [one.at for one in newest] == [deeds[5].at]
    assert [(one.before, one.after) for one in changes] == [("tue", "wed")]


async def test_of_one_moment_the_later_deed_is_told_first(engine: AsyncEngine) -> None:
    amara = uuid4()
    earlier = MONDAY - timedelta(days=1)
    async with transaction(engine) as db:
        for at, action in (
            (MONDAY, Action.SHARED),
            (MONDAY, Action.OPENED),
            # Written down last, by a clock that was put back.
            (earlier, Action.TOOK_BACK),
        ):
            record(db, Entry(at, HERE, action, owner=amara))
        for after in ("wed", "thu", "fri"):
            record(db, Entry(MONDAY, HERE, Action.CONFIGURED, before="tue", after=after))
    async with reading(engine) as db:
        hers = await of_owner(db, amara, Action, 10)
        changes = await changes_in(db, HERE, 2)
    assert [one.action for one in hers] == ["opened", "shared", "took back"]
    assert [one.after for one in changes] == ["fri", "thu"]


async def test_a_head_is_kept_for_each_workspace(engine: AsyncEngine) -> None:
    await does(engine, Action.SHARED)
    await does(engine, Action.SHARED, where=THERE)
    async with reading(engine) as db:
        heads = {one.workspace_id: one.number for one in await db.exec(select(AuditHead))}
    assert heads == {HERE: 1, THERE: 1}
