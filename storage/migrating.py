"""Bringing a database up to date, and refusing one that is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.engine import READ_ONLY, NotKeptError


class SchemaError(Exception):
    """The database is not the one this program was written for; str() says what to do."""


async def migrate(engine: AsyncEngine) -> tuple[str | None, str]:
    """Bring the database to this program's version. Returns (version before, version after)."""
    try:
        async with (
            engine.connect() as connection,
            _tables_can_be_rebuilt(connection),
            connection.begin(),
        ):
            before = await connection.run_sync(_version)
            _refuse_newer(before)
            await _may_take_long(connection)
            await connection.run_sync(_upgrade)
            await _check_references(connection)
    except DBAPIError as error:
        raise NotKeptError(type(error).__name__) from error
    return before, newest_version()


async def _may_take_long(connection: AsyncConnection) -> None:
    """A table is changed as a whole, and not while somebody is copying it into a backup."""
    if connection.dialect.name == "postgresql":
        for setting in ("statement_timeout = 0", "lock_timeout = '60s'"):
            await connection.exec_driver_sql(f"SET LOCAL {setting}")


@asynccontextmanager
async def _tables_can_be_rebuilt(connection: AsyncConnection) -> AsyncIterator[None]:
    """SQLite changes most of a table by making it anew, and while it looks after references it
    lets go of no table that others point to. It can be told so only outside of a transaction."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        await driver.execute("PRAGMA foreign_keys = ON")


async def _check_references(connection: AsyncConnection) -> None:
    """What SQLite did not look after meanwhile."""
    if connection.dialect.name == "sqlite":
        lost = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first()
        if lost is not None:
            raise SchemaError(
                f"A row of {lost[0]} would point to nothing after this change. Nothing was "
                "changed; restore the newest backup, or ask for help with it."
            )


async def check_schema(engine: AsyncEngine) -> None:
    """Raises SchemaError unless the database is exactly at this program's version."""
    try:
        # A look, not a write: it must not wait for whoever is writing.
        reader = engine.execution_options(**READ_ONLY[engine.dialect.name])
        async with reader.connect() as connection:
            version = await connection.run_sync(_version)
    except DBAPIError as error:
        raise SchemaError(
            "The database cannot be opened. Check BEARINGS_DATABASE_URL and that it is running."
        ) from error
    if version is None:
        raise SchemaError("The database is empty. Run `bearings migrate` first.")
    _refuse_newer(version)
    if version != newest_version():
        raise SchemaError(
            f"The database is at version {version} and this program needs {newest_version()}. "
            "Run `bearings migrate` first."
        )


def _refuse_newer(version: str | None) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if version is not None and version not in known:
        raise SchemaError(
            f"The database is at version {version}, which is newer than this program knows. "
            "Install the newer program; nothing was changed."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def newest_version() -> str:
    newest = _scripts().get_current_head()
    if newest is None:
        raise SchemaError("This program holds no migrations; it was not installed whole.")
    return newest


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
