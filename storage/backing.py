"""Making a backup: the data first and then the keys, so that whatever is sealed in the one has its
key in the other, unless somebody was forgotten in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.backups import (
    BackupError,
    Holds,
    Manifest,
    file_for,
    finish,
    part_of,
    remove_old,
    sum_of,
)
from storage.dumping import COPY, copy_sqlite, dump_postgresql, file_of, kind_of
from storage.engine import open_engine, reading
from storage.rowsums import row_sums
from storage.sealing import bound_to
from storage.tables import Action, AuditHead, AuditRow
from storage.vault import keystore


@dataclass(frozen=True, slots=True)
class Installation:
    """Where everything is that has to be kept, but for the key file."""

    database_url: str
    keystore_url: str

    def url(self, holds: Holds) -> str:
        return self.database_url if holds is Holds.DATA else self.keystore_url


@dataclass(frozen=True, slots=True)
class BackedUp:
    data: Path
    keys: Path
    removed: tuple[Path, ...]


async def back_up(
    here: Installation, folder: Path, now: datetime, keep_days: Mapping[Holds, int]
) -> BackedUp:
    """Raises BackupError, and then keeps nothing new and removes nothing old."""
    try:
        data = await _one(here.url(Holds.DATA), folder, Holds.DATA, now)
        keys = await _one(here.url(Holds.KEYS), folder, Holds.KEYS, now)
        removed = [
            one for holds in Holds for one in remove_old(folder, holds, now, keep_days[holds])
        ]
    except OSError as error:
        raise BackupError(f"{folder} cannot be written ({type(error).__name__}).") from None
    return BackedUp(data, keys, tuple(removed))


async def _one(database_url: str, folder: Path, holds: Holds, now: datetime) -> Path:
    file = file_for(folder, holds, now)
    try:
        await _copy(database_url, file, holds, now)
    finally:
        # Whatever cut it off, no half of a copy is left.
        part_of(file).unlink(missing_ok=True)
    return file


async def _copy(database_url: str, file: Path, holds: Holds, now: datetime) -> None:
    part = part_of(file)
    if kind_of(database_url) == "sqlite":
        await copy_sqlite(file_of(database_url), part)
        engine = open_engine(f"sqlite:///{part}", pragmas=COPY)
    else:
        engine = open_engine(database_url)
    try:
        # On PostgreSQL the copy is made while this look is open, and sees the same.
        async with reading(engine) as db:
            if engine.dialect.name == "postgresql":
                await dump_postgresql(database_url, await _snapshot(db), part)
            manifest = await describe(db, holds, now)
    finally:
        await engine.dispose()
    finish(file, replace(manifest, sha256=sum_of(part)))


async def _snapshot(db: AsyncSession) -> str:
    connection = await db.connection()
    return str((await connection.execute(text("SELECT pg_export_snapshot()"))).scalar())


async def describe(db: AsyncSession, holds: Holds, now: datetime) -> Manifest:
    """What is there; the hash of the file is not known yet."""
    connection = await db.connection()
    if holds is Holds.DATA:
        store, heads, forgotten = await bound_to(db), await audit_heads(db), await _erased(db)
    else:
        store, heads = await keystore.store_id(db), {}
        forgotten = await stones_of(db)
    return Manifest(
        holds=holds,
        made_at=now.isoformat(),
        database=connection.dialect.name,
        store=str(store),
        sha256="",
        tables=await row_sums(connection),
        heads=heads,
        forgotten=forgotten,
    )


async def audit_heads(db: AsyncSession) -> dict[str, str]:
    heads = await db.exec(select(AuditHead).order_by(col(AuditHead.workspace_id)))
    return {str(one.workspace_id): one.hash.hex() for one in heads}


async def _erased(db: AsyncSession) -> dict[str, str]:
    """Whoever the audit log says was forgotten, as tombstones."""
    found = await db.exec(
        select(AuditRow.workspace_id, AuditRow.owner_id, AuditRow.at).where(
            AuditRow.action == Action.ERASED, col(AuditRow.owner_id).is_not(None)
        )
    )
    return {_stone(workspace, owner): at.isoformat() for workspace, owner, at in found if owner}


def _stone(workspace: UUID, owner: UUID) -> str:
    return keystore.digest_of(workspace, owner).hex()


async def stones_of(db: AsyncSession) -> dict[str, str]:
    """Of a key store."""
    return {one.digest.hex(): one.shredded_at.isoformat() for one in await keystore.tombstones(db)}


async def has_rows(engine: AsyncEngine, but_for: frozenset[str]) -> bool:
    """Whether anything is kept there, apart from these tables."""
    async with reading(engine) as db:
        sums = await row_sums(await db.connection())
    return any(one.rows for name, one in sums.items() if name not in but_for)
