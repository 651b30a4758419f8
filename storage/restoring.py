"""Bringing a backup back, into a place where nothing is.

Nobody who was forgotten may come back with it: a copy of the key store that still holds the key
of somebody who has a tombstone elsewhere is refused, or the tombstones are set in it first.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from storage import audit
from storage.backing import Installation, audit_heads, has_rows, stones_of
from storage.backups import BackupError, Holds, Manifest, forgotten_in, read_manifest
from storage.checking import check_sealed, totals
from storage.dumping import COPY, copy_sqlite, file_of, kind_of, load_postgresql
from storage.engine import KEYS, NotKeptError, open_engine, reading, transaction
from storage.erasing import forget, left_half_forgotten
from storage.migrating import migrate
from storage.rowsums import row_sums
from storage.sealing import check_bound, entrust, vault_of
from storage.tables import Action
from storage.vault import Vault, keystore
from storage.vault.journal import read
from storage.vault.keyfile import KeyRing
from storage.vault.keystore import Tombstone

# What a database that holds nobody's things may hold all the same.
NOTHING_IN = {
    Holds.DATA: frozenset({"alembic_version", "sealed_with"}),
    Holds.KEYS: frozenset({"key_store", "wrapper", "tombstone"}),
}
SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Restored:
    """`rows` were brought back and `opened` of them tried; `replayed` tombstones were new to the
    key store, and `removed` is how many people's left-over rows are gone."""

    rows: int
    opened: int
    replayed: int
    removed: int
    heads: Mapping[str, str]


async def restore(
    to: Installation,
    data: Path,
    keys: Path | None,
    read_ring: Callable[[], KeyRing],
    now: datetime,
    *,
    replay: bool,
    sample: int | None = SAMPLE,
    journal: Path | None = None,
) -> Restored:
    """Without `keys` the key store that is there is used; `journal` is the list of the forgotten.
    Raises BackupError or KeyFileError, and then nothing that is SQLite was put in its place."""
    read_ring()
    about_data = read_manifest(data, Holds.DATA)
    about_keys = read_manifest(keys, Holds.KEYS) if keys else None
    await _check_fits(to, about_data, about_keys)
    there = await _present_stones(to)
    stones = dict(about_data.forgotten) | there | read(journal, about_data.store)
    if keys is not None and about_keys is not None:
        stones |= forgotten_in(keys.parent, about_data.store)
        there = dict(about_keys.forgotten)
    missing = [_stone(digest, at) for digest, at in stones.items() if digest not in there]
    if missing and not replay:
        raise BackupError(_too_old(len(missing)))
    staged: dict[Holds, Path] = {}
    try:
        store = await _stage(to, Holds.KEYS, keys, staged) if keys else _present(to)
        try:
            vault = Vault(store, read_ring)
            await vault.check()
            if about_keys is not None:
                await _check_rows(store, about_keys)
            engine = await _stage(to, Holds.DATA, data, staged)
            try:
                async with transaction(store) as db:
                    replayed = await keystore.replay(db, missing)
                entrust(engine, vault)
                done = await _checked(engine, about_data, now, replayed, sample)
            finally:
                await engine.dispose()
        finally:
            await store.dispose()
        _put_in_place(to, staged)
    finally:
        for file in staged.values():
            file.unlink(missing_ok=True)
    return done


def _too_old(count: int) -> str:
    people = "1 person was" if count == 1 else f"{count} people were"
    return (
        f"{people} forgotten since this copy of the key store was made, and it would bring them "
        "back. Use a newer one, or add --replay: then they are forgotten in it first. Nothing was "
        "changed."
    )


async def _check_fits(to: Installation, data: Manifest, keys: Manifest | None) -> None:
    if keys is not None and data.store != keys.store:
        raise BackupError("These two copies are not of one installation. Nothing was changed.")
    for about in (one for one in (data, keys) if one is not None):
        url = to.url(about.holds)
        if kind_of(url) != about.database:
            raise BackupError(
                f"The copy of the {about.holds} was made of {about.database}, and what is set up "
                f"here is {kind_of(url)}. Nothing was changed."
            )
        if not await _is_empty(url, NOTHING_IN[about.holds]):
            where = str(file_of(url)) if about.database == "sqlite" else "the database set up here"
            raise BackupError(
                f"There are {about.holds} already in {where}. A backup is brought back to where "
                "nothing is; move it away first. Nothing was changed."
            )


async def _is_empty(database_url: str, but_for: frozenset[str]) -> bool:
    if kind_of(database_url) == "sqlite" and not file_of(database_url).exists():
        return True
    engine = open_engine(database_url, pragmas=())
    try:
        return not await has_rows(engine, but_for)
    except NotKeptError:
        return False  # something else lies there, or it cannot be reached
    finally:
        await engine.dispose()


async def _present_stones(to: Installation) -> dict[str, str]:
    url = to.keystore_url
    if kind_of(url) == "sqlite" and not file_of(url).exists():
        return {}
    store = open_engine(url, pragmas=())
    try:
        async with reading(store) as db:
            return await stones_of(db)
    except NotKeptError:
        return {}  # it has no tables yet
    finally:
        await store.dispose()


def _present(to: Installation) -> AsyncEngine:
    if kind_of(to.keystore_url) == "sqlite" and not file_of(to.keystore_url).exists():
        raise BackupError("There is no key store here. Name a copy of it with --keys.")
    return open_engine(to.keystore_url, pragmas=KEYS)


def _stone(digest: str, at: str) -> Tombstone:
    return Tombstone(bytes.fromhex(digest), datetime.fromisoformat(at))


async def _check_rows(engine: AsyncEngine, about: Manifest) -> None:
    """Row for row what the manifest says."""
    async with reading(engine) as db:
        sums = await row_sums(await db.connection())
    names = sums.keys() | about.tables.keys()
    if wrong := sorted(one for one in names if sums.get(one) != about.tables.get(one)):
        raise BackupError(
            f"The copy of the {about.holds} is damaged, in {', '.join(wrong)}. Use another copy."
        )


async def _stage(
    to: Installation, holds: Holds, file: Path, staged: dict[Holds, Path]
) -> AsyncEngine:
    """SQLite beside its place, so that one step puts it there; PostgreSQL has no such thing."""
    url = to.url(holds)
    if kind_of(url) != "sqlite":
        await load_postgresql(url, file)
        return open_engine(url)
    target = file_of(url)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged[holds] = target.with_name(f"{target.name}.restoring")
    await copy_sqlite(file, staged[holds])
    return open_engine(f"sqlite:///{staged[holds]}", pragmas=COPY)


def _put_in_place(to: Installation, staged: dict[Holds, Path]) -> None:
    """The keys first: data without them could be taken for lost."""
    for holds in (Holds.KEYS, Holds.DATA):
        if holds in staged:
            target = file_of(to.url(holds))
            for log in ("-wal", "-shm", "-journal"):
                target.with_name(f"{target.name}{log}").unlink(missing_ok=True)
            with staged[holds].open("rb") as whole:
                os.fsync(whole.fileno())
            staged[holds].replace(target)


async def _checked(
    engine: AsyncEngine, about: Manifest, now: datetime, replayed: int, sample: int | None
) -> Restored:
    """Its rows are those of the manifest; they are of this program's version and bound to these
    keys; every chain is whole; and what was sealed opens."""
    await _check_rows(engine, about)
    await migrate(engine)
    async with reading(engine) as db:
        await check_bound(db, await vault_of(db).check())
        broken = [one for one in await audit.verify(db) if one.broken_at is not None]
        heads = await audit_heads(db)
        unfinished = await left_half_forgotten(db)
    if broken or heads != about.heads:
        raise BackupError("The audit log of this copy is not whole. Use another copy.")
    async with transaction(engine) as db:
        for workspace, member in unfinished:
            await forget(db, workspace, member)
            entry = audit.Entry(now, workspace, Action.ERASED, owner=member, detail="restore")
            audit.record(db, entry)
    async with reading(engine) as db:
        tried = totals(await check_sealed(db, sample))
    if tried["failed"]:
        raise BackupError(
            f"{tried['failed']} of {tried.total()} rows do not open with this copy of the key "
            "store. Use one that was made after the data, or later."
        )
    rows = sum(one.rows for one in about.tables.values())
    return Restored(rows, tried["opened"], replayed, len(unfinished), heads)
