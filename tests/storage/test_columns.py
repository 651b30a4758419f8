"""Times are aware UTC in and out, and ids are random 128-bit, in every table there is."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import DateTime, Table, Uuid
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel, col, select

from storage import tables
from storage.cadences import next_due
from storage.engine import database_now, open_engine, reading, transaction
from storage.inserting import insert_or_leave
from storage.members import NewMember, add_members
from storage.nudges import Sent, lease, record_sent
from storage.tables import CadenceRow, MemberRow, Nudge, NudgeKind, NudgeState, Receipt, Workspace
from storage.tables.columns import UtcDateTime
from tests.cast import Programme

TABLES = [getattr(tables, name) for name in tables.__all__]
TABLES = [one for one in TABLES if issubclass(one, SQLModel)]
NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
ZONES = ("UTC", "Europe/London", "Asia/Kathmandu", "Atlantic/Stanley", "Pacific/Kiritimati")
# Keys that are no id of ours: a chat log is numbered, and so is a workspace's audit, whose rows
# refer to nothing; a clock and a key store are one row each; a link is kept by the hash of what
# opens it; and the rest are names.
NOT_OURS = {
    ("chat_line", "number"),
    ("intake", "number"),
    ("reply", "number"),
    ("audit", "workspace_id"),
    ("audit", "number"),
    ("audit_head", "workspace_id"),
    ("playground_clock", "id"),
    ("sealed_with", "id"),
    ("copy_link", "digest"),
    ("calendar_link", "digest"),
    ("install_state", "digest"),
    ("team_access", "team"),
    # Whatever it tells of has an id of its own, in one of several tables.
    ("digest_item", "item_id"),
    ("totals_release", "quarter"),
    ("cadence", "kind"),
    ("declined_question", "question_id"),
    ("receipt", "event_id"),
}


def table_of(one: type[SQLModel]) -> Table:
    return one.__table__


def a_workspace(n: int = 0) -> Workspace:
    return Workspace(platform="playground", external_id=f"place {n}")


def test_every_table_is_among_those_that_are_tested_here() -> None:
    assert {table_of(one).name for one in TABLES} == set(SQLModel.metadata.tables)


def test_no_table_keeps_a_moment_in_any_other_way() -> None:
    others = [
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, DateTime)
    ]
    moments = [c for t in SQLModel.metadata.sorted_tables for c in t.c if c.name.endswith("_at")]
    assert others == []
    assert len(moments) > 10
    assert all(isinstance(column.type, UtcDateTime) for column in moments)


@pytest.mark.parametrize("one", TABLES, ids=lambda one: table_of(one).name)
def test_an_id_of_ours_is_random_and_128_bits_long(one: type[SQLModel]) -> None:
    for key in table_of(one).primary_key.columns:
        if key.foreign_keys or (key.table.name, key.name) in NOT_OURS:
            continue
        make = one.model_fields[key.name].default_factory
        assert isinstance(key.type, Uuid), key
        assert make is not None, key
        first, second = make(), make()
        assert isinstance(first, UUID)
        assert (first.version, second.version) == (4, 4)
        assert first != second


async def test_an_id_comes_back_as_it_was_made(engine: AsyncEngine) -> None:
    made = a_workspace()
    async with transaction(engine) as db:
        db.add(made)
    async with reading(engine) as db:
        assert list(await db.exec(select(Workspace.id))) == [made.id]


@pytest.mark.parametrize("server_zone", ["UTC", "Asia/Kathmandu"])
async def test_a_moment_comes_back_in_utc_whatever_zone_it_was_told_in(
    database_url: str, server_zone: str
) -> None:
    """Through objects and through bulk statements, and whatever zone the server is set to."""
    on_server = f"{'&' if '?' in database_url else '?'}options=-c%20timezone%3D{server_zone}"
    engine = open_engine(database_url + (on_server if "postgresql" in database_url else ""))
    async with transaction(engine) as db:
        place = a_workspace()
        db.add(place)
        await db.flush()
        for n, zone in enumerate(ZONES):
            here = NOON.astimezone(ZoneInfo(zone)) + timedelta(minutes=n)
            row = {"workspace_id": place.id, "event_id": f"bulk {zone}", "received_at": here}
            await insert_or_leave(db, Receipt, [row])
            db.add(Receipt(workspace_id=place.id, event_id=zone, received_at=here))
    async with reading(engine) as db:
        found = {one.event_id: one.received_at for one in await db.exec(select(Receipt))}
        late = await db.exec(
            select(Receipt.event_id).where(
                col(Receipt.received_at) >= NOON.astimezone(ZoneInfo("Asia/Tokyo"))
            )
        )
        assert len(list(late)) == 2 * len(ZONES)
    await engine.dispose()
    for n, zone in enumerate(ZONES):
        for name in (zone, f"bulk {zone}"):
            assert found[name] == NOON + timedelta(minutes=n)
            assert found[name].tzinfo is UTC
            assert found[name].microsecond == 123456


async def test_a_moment_without_a_zone_is_refused(engine: AsyncEngine) -> None:
    naive = NOON.replace(tzinfo=None)
    async with transaction(engine) as db:
        place = a_workspace()
        db.add(place)
    row = {"workspace_id": place.id, "event_id": "one", "received_at": naive}
    with pytest.raises(StatementError, match="without a zone"):
        async with transaction(engine) as db:
            db.add(Receipt(**row))
    with pytest.raises(StatementError, match="without a zone"):
        async with transaction(engine) as db:
            await insert_or_leave(db, Receipt, [row])
    with pytest.raises(StatementError, match="without a zone"):
        async with reading(engine) as db:
            await db.exec(select(Receipt).where(col(Receipt.received_at) < naive))
    async with reading(engine) as db:
        assert list(await db.exec(select(Receipt))) == []


async def test_what_the_road_records_and_asks_is_in_utc_too(
    programme: Programme, engine: AsyncEngine
) -> None:
    dan = await programme.member("Dan Whitfield")
    in_stanley = NOON.astimezone(ZoneInfo("Atlantic/Stanley"))
    nudge = Nudge(
        workspace_id=dan.workspace_id,
        member_id=dan.id,
        slot="2026-11-24/question",
        kind=NudgeKind.QUESTION,
        due_at=in_stanley,
        ready_at=in_stanley,
        expires_at=in_stanley,
    )
    async with transaction(engine) as db:
        db.add(nudge)
        row = await db.get_one(CadenceRow, (dan.id, NudgeKind.QUESTION))
        row.next_due_at = in_stanley
    owner = UUID(int=7)
    async with transaction(engine) as db:
        [leased] = await lease(db, owner, NOON, 10)
        await record_sent(db, owner, [Sent(leased.id, "17", in_stanley)])
    async with reading(engine) as db:
        kept = await db.get_one(Nudge, nudge.id)
        coming = await next_due(db, dan.id)
    assert (kept.state, kept.sent_at, kept.due_at) == (NudgeState.SENT, NOON, NOON)
    assert kept.sent_at is not None
    assert kept.sent_at.tzinfo is UTC
    assert coming == NOON
    assert coming.tzinfo is UTC


async def test_the_databases_own_clock_tells_an_aware_moment_that_goes_on(
    engine: AsyncEngine,
) -> None:
    first = await database_now(engine)
    second = await database_now(engine)
    assert first.tzinfo is UTC
    assert first <= second < first + timedelta(minutes=1)
    assert abs(first - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_member_of_no_workspace_cannot_be_kept(engine: AsyncEngine) -> None:
    """Foreign keys are on."""
    nowhere = a_workspace()
    with pytest.raises(Exception, match="IntegrityError"):
        async with transaction(engine) as db:
            await add_members(db, nowhere.id, [NewMember(user_id="ghost", name="Nobody")])
    async with reading(engine) as db:
        assert list(await db.exec(select(MemberRow))) == []
