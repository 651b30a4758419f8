"""Opening a database, and the one way in: a transaction."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.audit import write_pending
from storage.databasetime import database_milliseconds
from storage.onestep import OneStepConnection

# How long a writer waits for another before it says that nothing was saved.
BUSY_TIMEOUT_MS = 5000
# How long one statement may take: far longer than any of ours should. What must take as long as
# it takes, such as a backup, says so.
STATEMENT_TIMEOUT_MS = 120_000
# How long somebody waits for one of a process's connections.
POOL_TIMEOUT_SECONDS = 10
# In seconds, the last in milliseconds: a server that does not greet, or is not there any more.
# An address that says otherwise is obeyed.
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
# What is deleted is overwritten, so that it is not in the file or in a copy of it any more.
DATA = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")
# No log beside the file either: a key that was shredded must not be found there.
KEYS = ("journal_mode = DELETE", "synchronous = EXTRA", "secure_delete = ON")
# A SQLite reader has one consistent look by itself; PostgreSQL is asked for it.
READ_ONLY: dict[str, dict[str, Any]] = {
    "sqlite": {"reads_only": True},
    "postgresql": {"isolation_level": "REPEATABLE READ"},
}


class NotKeptError(Exception):
    """The database did not take it: full, locked, gone. Nothing of this transaction was saved."""


@dataclass(frozen=True, slots=True)
class _Queue:
    """SQLite has one writer. Those of one process wait in line here: left to SQLite they would
    each sleep and try again, and the file would lie idle most of the time."""

    patience: float
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.patience):
                await self._turn.acquire()
        except TimeoutError:
            raise NotKeptError("Others were writing for too long.") from None
        try:
            yield
        finally:
            self._turn.release()


_QUEUES: WeakKeyDictionary[Engine, _Queue] = WeakKeyDictionary()


def open_engine(
    database_url: str,
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    pragmas: tuple[str, ...] = DATA,
) -> AsyncEngine:
    """An asynchronous engine for `sqlite:///…` or `postgresql://…`; `pragmas` are SQLite's.

    Parameters never show in its errors: they hold what people wrote.
    """
    url = _with_driver(make_url(database_url))
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, busy_timeout_ms, pragmas)
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        connect_args=_limits(url, busy_timeout_ms),
    )


def _limits(url: URL, busy_timeout_ms: int) -> dict[str, Any]:
    """PostgreSQL by itself waits for ever: to be greeted, for a lock, for an answer."""
    ours = f"-c lock_timeout={busy_timeout_ms} -c statement_timeout={STATEMENT_TIMEOUT_MS}"
    said = url.query.get("options", "")
    theirs = said if isinstance(said, str) else " ".join(said)
    return {
        **{name: limit for name, limit in PATIENCE.items() if name not in url.query},
        # The last one counts.
        "options": f"{ours} {theirs}".strip(),
    }


def _with_driver(url: URL) -> URL:
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise ValueError(f"{other} is not a database that Bearings knows: sqlite or postgresql")


def _open_sqlite(url: URL, busy_timeout_ms: int, pragmas: tuple[str, ...]) -> AsyncEngine:
    if url.database and url.database != ":memory:":
        # Where no folder can be made the database cannot be opened, and is said to be so.
        with suppress(OSError):
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, hide_parameters=True)
    _QUEUES[engine.sync_engine] = _Queue(busy_timeout_ms / 1000)

    @event.listens_for(engine.sync_engine, "do_connect")
    def _look(dialect: Any, _: object, place: list[Any], options: dict[str, Any]) -> Any:
        # Fails here, where there is nothing to tidy up: the driver's thread outlives a connection
        # that cannot be opened, and complains on standard error once the loop is gone.
        if url.database and url.database != ":memory:":
            # Nobody else's to read, sealed or not; what SQLite lays beside it follows.
            with suppress(OSError):
                Path(url.database).touch(mode=0o600)
        sqlite3.connect(url.database or ":memory:").close()
        opened = dialect.loaded_dbapi.connect(*place, **options)
        return OneStepConnection(opened.dbapi, opened._connection)  # noqa: SLF001

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _: ConnectionPoolEntry) -> None:
        # The driver's own guess of when to begin is switched off; `_begin` decides.
        connection.isolation_level = None
        cursor = connection.cursor()
        try:
            for pragma in (
                *pragmas,
                "foreign_keys = ON",
                f"busy_timeout = {int(busy_timeout_ms)}",
            ):
                cursor.execute(f"PRAGMA {pragma}")
        except BaseException:
            # Not a database, or no room: nobody else knows of this connection yet.
            connection.close()
            raise
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its turn at once: upgrading a read later can only fail.
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT":
            return
        reads = options.get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """All of it is kept, or none of it. Raises NotKeptError when the database cannot."""
    try:
        async with (
            _turn_to_write(engine),
            AsyncSession(engine, expire_on_commit=False, info={"engine": engine}) as db,
            db.begin(),
        ):
            yield db
            await write_pending(db)
        if db.info.get("leaves_no_log"):
            await _empty_the_log(engine)
    except (DBAPIError, PoolTimeout) as error:
        raise NotKeptError(_what_happened(error)) from None


async def _empty_the_log(engine: AsyncEngine) -> None:
    """SQLite's write-ahead log holds the old pages until it is emptied; PostgreSQL's cannot be,
    and there it is the destroyed key alone that makes them unreadable."""
    if engine.dialect.name == "sqlite":
        async with engine.connect() as connection:
            plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _turn_to_write(engine: AsyncEngine) -> AbstractAsyncContextManager[None]:
    queue = _QUEUES.get(engine.sync_engine)
    return queue.turn() if queue else nullcontext()


def _what_happened(error: Exception) -> str:
    """Without the database's own words where they may quote a row: PostgreSQL likes to."""
    match getattr(error, "orig", None):
        case sqlite3.Error() as original:
            return f"{type(error).__name__}: {original}"
        case None:
            return type(error).__name__
        case original:
            return f"{type(error).__name__}: {type(original).__name__}"


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """One consistent look, which keeps no writer waiting."""
    reader = engine.execution_options(**READ_ONLY[engine.dialect.name])
    try:
        info = {"engine": engine, "reads_only": True}
        async with AsyncSession(reader, expire_on_commit=False, info=info) as db:
            yield db
    except (DBAPIError, PoolTimeout) as error:
        raise NotKeptError(_what_happened(error)) from None


async def database_now(engine: AsyncEngine) -> datetime:
    """The moment by the database's clock, which all processes share."""
    async with reading(engine) as db:
        milliseconds = (await db.exec(select(database_milliseconds()))).one()
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
