"""A database is brought up to date, or refused with a sentence; the tables are what they say."""

import asyncio
import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, Table, Uuid, insert, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel, select

import storage
from storage.engine import open_engine, reading, transaction
from storage.migrating import SchemaError, _config, check_schema, migrate
from storage.questions import let_lapse
from storage.tables import (
    CadenceRow,
    Installation,
    Leaving,
    MemberRow,
    Nudge,
    Reply,
    Workspace,
)
from tests.databases import KINDS, Databases

INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}
A_TABLE_OF_TOMORROW = '''"""Tomorrow's"""
import sqlalchemy as sa
from alembic import op

revision = "0999"
down_revision = {newest!r}
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table("tomorrow", sa.Column("id", sa.Uuid(), primary_key=True))
'''
CHECK = """
import asyncio, sys
from storage.engine import open_engine
from storage.migrating import SchemaError, check_schema

try:
    asyncio.run(check_schema(open_engine(sys.argv[1])))
except SchemaError as refused:
    print(refused)
"""


@pytest.fixture(params=KINDS)
def empty_url(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[str]:
    url = databases.empty(request.param, tmp_path)
    yield url
    databases.drop(url)


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(empty_url)
    yield engine
    await engine.dispose()


def shape(connection: Connection) -> dict[str, Any]:
    """Everything about a database but its rows, in words that can be compared."""
    look = inspect(connection)
    tables = {
        name: {
            # In any order: a column that came later stands last, and everything asks by name.
            "columns": sorted(
                (one["name"], str(one["type"]), one["nullable"]) for one in look.get_columns(name)
            ),
            "key": look.get_pk_constraint(name),
            "unique": sorted(map(repr, look.get_unique_constraints(name))),
            "foreign": sorted(map(repr, look.get_foreign_keys(name))),
        }
        for name in look.get_table_names()
        if name != "alembic_version"
    }
    rows = connection.execute(text(INDEXES[connection.dialect.name]))
    indexes = {name: " ".join(sql.split()) for name, sql in rows if "alembic" not in name}
    return {"tables": tables, "indexes": indexes}


async def shape_of(engine: AsyncEngine) -> dict[str, Any]:
    async with engine.connect() as connection:
        return await connection.run_sync(shape)


async def version_of(engine: AsyncEngine) -> str:
    async with engine.connect() as connection:
        return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()


async def test_a_migrated_database_has_nothing_to_migrate(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))

    def check(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.check(config)

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        await connection.run_sync(check)


async def test_migrations_make_the_very_database_that_the_tables_describe(
    empty: AsyncEngine, databases: Databases, tmp_path: Path
) -> None:
    """More than Alembic compares: the conditions of partial indexes, too."""
    kind = empty.dialect.name
    (tmp_path / "described").mkdir()
    described_url = databases.empty(kind, tmp_path / "described")
    described = open_engine(described_url)
    async with described.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await migrate(empty)

    migrated, wanted = await shape_of(empty), await shape_of(described)
    await described.dispose()
    databases.drop(described_url)

    assert migrated == wanted
    assert set(migrated["tables"]) == set(SQLModel.metadata.tables)


async def test_migrating_twice_changes_nothing(empty: AsyncEngine) -> None:
    before, after = await migrate(empty)
    assert before is None
    async with transaction(empty) as db:
        db.add(Workspace(platform="playground", external_id="here"))
    migrated = await shape_of(empty)

    assert await migrate(empty) == (after, after)

    assert await shape_of(empty) == migrated
    async with reading(empty) as db:
        assert [one.external_id for one in await db.exec(select(Workspace))] == ["here"]
    await check_schema(empty)


async def test_an_empty_database_is_refused_with_what_to_do(empty: AsyncEngine) -> None:
    with pytest.raises(SchemaError) as refused:
        await check_schema(empty)
    assert str(refused.value) == "The database is empty. Run `bearings migrate` first."


async def test_a_program_of_tomorrow_refuses_todays_database(
    engine: AsyncEngine, database_url: str, tmp_path: Path
) -> None:
    today = await version_of(engine)
    shutil.copytree(Path(storage.__file__).parent, tmp_path / "storage")
    versions = tmp_path / "storage" / "migrations" / "versions"
    (versions / "0999_tomorrow.py").write_text(A_TABLE_OF_TOMORROW.format(newest=today))

    tomorrow = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHECK, database_url),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await tomorrow.communicate()

    assert said.decode().strip() == (
        f"The database is at version {today} and this program needs 0999. "
        "Run `bearings migrate` first."
    )


async def test_a_newer_database_is_refused_and_left_as_it_is(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
        await connection.execute(text("CREATE TABLE tomorrow (id INTEGER)"))
    before = await shape_of(engine)

    for refuse in (check_schema, migrate):
        with pytest.raises(SchemaError) as refused:
            await refuse(engine)
        assert str(refused.value) == (
            "The database is at version 0999, which is newer than this program knows. "
            "Install the newer program; nothing was changed."
        )

    assert await shape_of(engine) == before
    assert await version_of(engine) == "0999"


@pytest.mark.parametrize("url", ["sqlite:///{}", "postgresql://bearings:pa55@127.0.0.1:1/none"])
async def test_a_database_that_cannot_be_opened_is_refused_without_its_password(
    url: str, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("This is not a database. " * 100)
    assert await refusal(url.format(tmp_path / "notes.txt")) == (
        "The database cannot be opened. Check BEARINGS_DATABASE_URL and that it is running."
    )
    # A connection that nobody closed would complain now.
    gc.collect()


async def refusal(url: str) -> str:
    engine = open_engine(url)
    try:
        await check_schema(engine)
    except SchemaError as refused:
        return str(refused)
    finally:
        await engine.dispose()
    return ""


def test_a_database_of_another_kind_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="mysql is not a database that Bearings knows"):
        open_engine("mysql://root@localhost/bearings")


async def at_version(engine: AsyncEngine, version: str) -> None:
    def upgrade(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, version)

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)


def filled(connection: Connection, table: str, **known: Any) -> dict[str, Any]:
    """A row of that table as it was then, with something in every column that needs it."""
    described = Table(table, MetaData(), autoload_with=connection)
    stand_in = {str: "x", int: 0, bytes: b"x" * 32, bool: False, datetime: SENT, date: SENT.date()}
    row = {
        column.name: _an_id(column) or stand_in[column.type.python_type]
        for column in described.columns
        if not column.nullable and column.name not in known
    } | known
    connection.execute(insert(described).values(**row))
    return row


def _new_id(connection: Connection) -> object:
    return uuid4() if connection.dialect.name == "postgresql" else uuid4().hex


def _an_id(column: Column[Any]) -> object:
    """SQLite keeps ids as their 32 digits."""
    if not column.primary_key:
        return None
    return uuid4() if isinstance(column.type, Uuid) else uuid4().hex


SENT = datetime(2026, 11, 24, 12, 0, 20, 123000, tzinfo=UTC)


async def test_what_waits_for_an_answer_when_0003_comes_waits_on_and_lapses_in_its_time(
    empty: AsyncEngine,
) -> None:
    """With everything that its leader had chosen, and what is new set as it was before."""

    def lay_out(connection: Connection) -> None:
        workspace = filled(connection, "workspace", platform="playground")["id"]
        member = filled(connection, "member", workspace_id=workspace)["id"]
        filled(
            connection, "cadence", member_id=member, workspace_id=workspace, kind="question",
            slots="tue 12:00",
        )  # fmt: skip
        for slot, closed in (("open", None), ("closed", SENT)):
            filled(
                connection, "nudge", workspace_id=workspace, member_id=member, kind="question",
                slot=slot, state="sent", sent_at=SENT, closed_at=closed,
            )  # fmt: skip

    await at_version(empty, "0002")
    async with empty.begin() as connection:
        await connection.run_sync(lay_out)
    await migrate(empty)

    async with transaction(empty) as db:
        [cadence] = await db.exec(select(CadenceRow))
        assert (cadence.dial, cadence.reminders, cadence.nation) == ("balanced", True, "")
        nudges = {one.slot: one.open_until for one in await db.exec(select(Nudge))}
        assert nudges == {"open": SENT + timedelta(days=2), "closed": None}
        assert await let_lapse(db, SENT + timedelta(days=2)) == 0
        assert await let_lapse(db, SENT + timedelta(days=2, seconds=1)) == 1


async def test_whose_zone_may_have_been_a_guess_is_asked_for_once_0008_has_come(
    empty: AsyncEngine,
) -> None:
    """In Teams, where nobody was asked for it; and nobody's is changed."""

    def lay_out(connection: Connection) -> None:
        for platform in ("slack", "teams"):
            place = filled(connection, "workspace", platform=platform, external_id=platform)["id"]
            for zone in ("Europe/London", "Atlantic/Stanley"):
                index = f"{platform} {zone}".encode().ljust(32)
                filled(
                    connection, "member", workspace_id=place, timezone=zone, user_index=index
                )  # fmt: skip

    await at_version(empty, "0007")
    async with empty.begin() as connection:
        await connection.run_sync(lay_out)
    await migrate(empty)

    async with reading(empty) as db:
        rows = await db.exec(select(MemberRow, Workspace.platform).join(Workspace))
        told = {(where, one.timezone): (one.zone_told, one.zone_chosen) for one, where in rows}
    assert told == {
        ("slack", "Europe/London"): ("Europe/London", False),
        ("slack", "Atlantic/Stanley"): ("Atlantic/Stanley", False),
        ("teams", "Europe/London"): ("", False),
        ("teams", "Atlantic/Stanley"): ("Atlantic/Stanley", False),
    }


async def test_what_waits_to_be_answered_when_0009_comes_is_tried_as_if_for_the_first_time(
    empty: AsyncEngine,
) -> None:
    def lay_out(connection: Connection) -> None:
        workspace = filled(connection, "workspace", platform="slack")["id"]
        member = filled(connection, "member", workspace_id=workspace)["id"]
        for number in (1, 2):
            filled(
                connection, "reply", number=number, id=_new_id(connection),
                workspace_id=workspace, member_id=member,
            )  # fmt: skip

    await at_version(empty, "0007")
    async with empty.begin() as connection:
        await connection.run_sync(lay_out)
    await migrate(empty)

    async with reading(empty) as db:
        waiting = list(await db.exec(select(Reply.number, Reply.nudge_id, Reply.sending)))
    assert sorted(waiting) == [(1, None, False), (2, None, False)]


async def test_whoever_had_left_when_0010_comes_had_left_by_their_platforms_word(
    empty: AsyncEngine,
) -> None:
    """Nobody had ever left in another way; and nothing is known of anybody's language."""

    def lay_out(connection: Connection) -> None:
        workspace = filled(connection, "workspace", platform="slack")["id"]
        for index, left_at in ((b"a" * 32, SENT), (b"b" * 32, None)):
            filled(connection, "member", workspace_id=workspace, user_index=index, left_at=left_at)
        filled(connection, "installation", workspace_id=workspace)

    await at_version(empty, "0007")
    async with empty.begin() as connection:
        await connection.run_sync(lay_out)
    await migrate(empty)

    async with reading(empty) as db:
        members = {one.user_index: one for one in await db.exec(select(MemberRow))}
        assert {key[:1]: one.left_because for key, one in members.items()} == {
            b"a": Leaving.GONE,
            b"b": "",
        }
        assert {(one.locale, one.is_guest) for one in members.values()} == {("", False)}
        [installed] = await db.exec(select(Installation))
        assert (installed.refused_at, installed.refused_because) == (None, "")


async def test_rows_that_point_to_one_another_come_through_whole(empty_url: str) -> None:
    """A question, its answer, its reminder and a line of the chat: each refers to the first."""
    engine = open_engine(empty_url)
    async with engine.begin() as connection:
        await connection.run_sync(_to_version, "0003")
        before = await connection.run_sync(_a_row_of_each)
    assert len(before) > 15
    await migrate(engine)
    async with engine.connect() as connection:
        after = await connection.run_sync(_counted, list(before))
    assert after == before
    async with reading(engine) as db:
        # And from now on references are looked after again.
        if engine.dialect.name == "sqlite":
            connection = await db.connection()
            assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar() == 1
    await engine.dispose()


def _to_version(connection: Connection, version: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _a_row_of_each(connection: Connection) -> dict[str, int]:
    """One in every table, of whatever its columns take, that refers to those before it."""
    tables = MetaData()
    tables.reflect(connection)
    there: dict[str, dict[str, Any]] = {}
    for table in tables.sorted_tables:
        if table.name != "alembic_version":
            there[table.name] = {one.name: _a_value(one, there) for one in table.columns}
            connection.execute(insert(table).values(there[table.name]))
    return dict.fromkeys(there, 1)


def _a_value(column: Column[Any], there: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        referred = there.get(key.column.table.name)
        return referred[key.column.name] if referred else None
    moment = datetime(2026, 11, 2, 9, tzinfo=UTC)
    values: dict[type, Any] = {
        int: 1,
        float: 1.0,
        bool: True,
        bytes: bytes(32),
        datetime: moment,
        date: moment.date(),
        UUID: uuid4(),
    }
    # Ids are text on SQLite, of 32 characters.
    return values.get(column.type.python_type, uuid4().hex if "id" in column.name else "1")


def _rows_in(connection: Connection, table: Table) -> int:
    return len(connection.execute(table.select()).all())


def _counted(connection: Connection, names: list[str]) -> dict[str, int]:
    tables = MetaData()
    tables.reflect(connection)
    return {name: _rows_in(connection, tables.tables[name]) for name in names}
