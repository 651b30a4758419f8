"""Copying a whole database into a file and back: SQLite by itself, PostgreSQL by its own tools."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from storage.backups import BackupError, new_file

# A copy has no log beside it, and keeps nothing of what is deleted in it.
COPY = ("journal_mode = DELETE", "synchronous = FULL", "secure_delete = ON")
WAIT_SECONDS = 30.0


def kind_of(database_url: str) -> str:
    return make_url(database_url).get_backend_name()


def file_of(database_url: str) -> Path:
    """Where SQLite keeps it."""
    return Path(make_url(database_url).database or "")


async def copy_sqlite(source: Path, to: Path) -> None:
    """One consistent look, however much is being written meanwhile."""
    await asyncio.to_thread(_copy_sqlite, source, to)


def _copy_sqlite(source: Path, to: Path) -> None:
    try:
        new_file(to)
        where = f"{source.resolve().as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(where, uri=True, timeout=WAIT_SECONDS)) as here,
            closing(sqlite3.connect(to)) as there,
        ):
            here.backup(there)
            there.execute("PRAGMA journal_mode = DELETE")
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{source} could not be copied to {to} ({_why(error)}).") from None


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, sqlite3.Error) else type(error).__name__


async def dump_postgresql(database_url: str, snapshot: str, to: Path) -> None:
    """What that snapshot sees."""
    new_file(to)
    await _run(
        "pg_dump",
        database_url,
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--snapshot={snapshot}",
        f"--file={to}",
    )


async def load_postgresql(database_url: str, file: Path) -> None:
    """All of it, or nothing."""
    await _run(
        "pg_restore",
        database_url,
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        str(file),
    )


async def _run(program: str, database_url: str, *options: str) -> None:
    """Raises BackupError. What the program says is not passed on: it may quote rows."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"{program} is not installed here. Install PostgreSQL's client programs, no older than "
            "the server, or use your provider's own backups."
        )
    url = make_url(database_url)
    done = await asyncio.to_thread(
        subprocess.run,
        [found, *options, f"--dbname={_address(url)}"],
        env={**os.environ, "PGPASSWORD": url.password or os.environ.get("PGPASSWORD", "")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode == 0:
        return
    if b"server version mismatch" in done.stderr or b"unsupported version" in done.stderr:
        raise BackupError(
            f"{program} is older than the server. Install the server's version of it."
        )
    raise BackupError(f"{program} failed with exit code {done.returncode}. Nothing was kept.")


def _address(url: URL) -> str:
    """Without the password: every process of the machine can read a command line."""
    plain = url.set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False)
