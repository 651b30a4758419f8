"""A drill: what is running now is backed up, brought back elsewhere, and compared."""

import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import audit
from storage.backing import Installation, back_up
from storage.backups import BackupError, Holds
from storage.dumping import kind_of
from storage.engine import open_engine, reading
from storage.restoring import Restored, restore
from storage.vault.keyfile import KeyRing

KEEP = {Holds.DATA: 1, Holds.KEYS: 1}


@dataclass(frozen=True, slots=True)
class Drilled:
    restored: Restored
    seconds: float


async def drill(
    engine: AsyncEngine, here: Installation, read_ring: Callable[[], KeyRing], now: datetime
) -> Drilled:
    """Raises BackupError when anything differs. Whatever it made is removed."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="bearings-drill-"))
    try:
        made = await back_up(here, folder / "backup", now, KEEP)
        async with (
            _elsewhere(here.database_url, folder / "data") as data,
            _elsewhere(here.keystore_url, folder / "keys") as keys,
        ):
            there = Installation(data, keys)
            restored = await restore(
                there, made.data, made.keys, read_ring, now, replay=False, sample=None
            )
        await _check_heads(engine, restored)
    finally:
        shutil.rmtree(folder)
    return Drilled(restored, time.monotonic() - began)


async def _check_heads(engine: AsyncEngine, restored: Restored) -> None:
    """The chains have grown meanwhile perhaps, but from where the copy ends."""
    async with reading(engine) as db:
        for workspace, head in restored.heads.items():
            if head and not await audit.has_been_head(db, bytes.fromhex(head)):
                raise BackupError(f"The audit log of {workspace} differs from its copy.")


@asynccontextmanager
async def _elsewhere(database_url: str, folder: Path) -> AsyncIterator[str]:
    """An empty place of the same kind, for as long as this is open."""
    if kind_of(database_url) == "sqlite":
        yield f"sqlite:///{folder / 'restored.db'}"
        return
    name = f"bearings_drill_{uuid4().hex[:12]}"
    await _on_server(database_url, f"CREATE DATABASE {name}")
    try:
        yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    finally:
        await _on_server(database_url, f"DROP DATABASE {name} WITH (FORCE)")


async def _on_server(database_url: str, statement: str) -> None:
    engine = open_engine(database_url)
    try:
        async with engine.connect() as connection:
            plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await plain.execute(text(statement))
    except DBAPIError:
        raise BackupError(
            "The drill needs a second database on this server, and may not make one. Let its user "
            "create databases, or practise on another server."
        ) from None
    finally:
        await engine.dispose()
