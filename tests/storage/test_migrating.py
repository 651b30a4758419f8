"""A database is brought up to date, or refused with a sentence; the tables are what they say."""

import asyncio
import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel, select

import storage
from storage.engine import open_engine, reading, transaction
from storage.migrating import SchemaError, _config, check_schema, migrate
from storage.tables import Workspace
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
