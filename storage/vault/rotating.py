"""Making, changing and retiring the key-encryption keys. Every step can be cut off at any instant
and done again; nothing that was sealed is unreadable in between.

What the key store says decides which key is the active one; a machine's file says the same as
soon as the step was done there. Two who take a step at once take turns.

    add      a new key is in the file; nothing uses it yet, so every machine can be given it
    promote  new data keys are wrapped with it
    rewrap   so are all the others, a few hundred at a time
    retire   the old one is destroyed: whatever copies of the key store are older open no more
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.engine import transaction
from storage.vault import keystore
from storage.vault.custody import Vault
from storage.vault.keyfile import (
    EncryptionKey,
    KeyFileError,
    KeyRing,
    new_encryption_key,
    read_key_file,
    write_key_file,
)
from storage.vault.keystore import Wrapped, Wrapper

AT_ONCE = 500


class RotationError(Exception):
    """This step cannot be done now, and nothing was changed; str() says what comes first."""


def name_for(now: datetime) -> str:
    return f"k{now:%Y-%m-%d}"


async def start(store: AsyncEngine, file: Path, now: datetime) -> KeyRing:
    """A key file and a key store where there were none. Cut off and done again, it ends the same.

    Raises KeyFileError where there are both already, or keys that only a lost file would open.
    """
    left = read_key_file(file) if is_there(file) else None
    await keystore.make_tables(store, now)
    async with transaction(store) as db:
        await keystore.hold(db)
        known = ", ".join(one.id for one in await keystore.wrappers(db))
        if is_there(file):
            ring = left or read_key_file(file)
            if known:
                raise KeyFileError(
                    f"There is a key file at {file} already, in use with {known}. "
                    "Nothing was changed."
                )
            if len(ring.keys) > 1:
                raise KeyFileError(
                    f"The key file {file} has been used with another key store. Bring that one "
                    "back from its backup, or move the file away."
                )
        elif known:
            raise KeyFileError(
                f"The key store was made with {known}, and {file} is not there. Bring back the "
                "copy from escrow; a new key would open nothing. Nothing was changed."
            )
        else:
            key = new_encryption_key(name_for(now))
            ring = KeyRing(key, {key.id: key})
            write_key_file(file, ring)
        await keystore.note_wrapper(db, _noted(ring.active, now, promoted_at=now))
    return ring


def is_there(file: Path) -> bool:
    return file.exists()


async def add(vault: Vault, file: Path, now: datetime) -> EncryptionKey:
    """A key that was added and not promoted yet is the one; there are never two such."""
    async with transaction(vault.store) as db:
        await keystore.hold(db)
        ring, known = vault.read_ring(), await keystore.wrappers(db)
        names = {one.id for one in known}
        waiting = [one.id for one in known if _waits(one)]
        key = next((ring.keys[one] for one in waiting if one in ring.keys), None)
        if waiting and key is None:
            raise RotationError(
                f"The key {waiting[0]} was added on another machine, and this one lacks it. Copy "
                "that key file here; if it is lost, run `bearings keys rotate retire` first."
            )
        if key is None:
            # One that a crash left in the file, and that the key store was not told of.
            key = next((one for one in ring.keys.values() if one.id not in names), None)
        if key is None:
            key = new_encryption_key(_unused(name_for(now), names))
            write_key_file(file, replace(ring, keys={**ring.keys, key.id: key}))
        at = _after(now, [one.added_at for one in known])
        await keystore.note_wrapper(db, _noted(key, at, promoted_at=None))
    vault.look_again()
    return key


def _unused(name: str, taken: set[str]) -> str:
    names = (name, *(f"{name}.{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)


async def promote(vault: Vault, file: Path, now: datetime) -> EncryptionKey:
    """The key that was added wraps new data keys from now on. On every other machine, and where
    it is done again, only the file follows."""
    async with transaction(vault.store) as db:
        await keystore.hold(db)
        ring, known = vault.read_ring(), await keystore.wrappers(db)
        waiting = [one.id for one in known if _waits(one)]
        name = waiting[-1] if waiting else await keystore.newest_promoted(db) or ""
        key = _of_ring(ring, name)
        if ring.active.id != name:
            write_key_file(file, replace(ring, active=key))
        if waiting:
            at = _after(now, [one.promoted_at for one in known])
            await keystore.mark_wrapper(db, name, promoted_at=at, retired_at=None)
    vault.look_again()
    return key


async def rewrap(vault: Vault) -> tuple[EncryptionKey, int]:
    """Every data key is wrapped with the active one. Returns that, and how many were not yet."""
    done = 0
    while True:
        async with transaction(vault.store) as db:
            await keystore.hold(db)
            ring = vault.read_ring()
            active = await _active(db, ring)
            some = await keystore.wrapped_by_others(db, active.id, AT_ONCE)
            await keystore.wrap_anew(db, [_rewrapped(one, ring, active) for one in some])
        done += len(some)
        if len(some) < AT_ONCE:
            return active, done


def _rewrapped(wrapped: Wrapped, ring: KeyRing, by: EncryptionKey) -> Wrapped:
    old = _of_ring(ring, wrapped.wrapped_by)
    secret = old.unwrap(wrapped.wrapped, keystore.bound(wrapped))
    moved = replace(wrapped, wrapped_by=by.id)
    return replace(moved, wrapped=by.wrap(secret, keystore.bound(moved)))


async def retire(vault: Vault, file: Path, now: datetime) -> list[str]:
    """Every key but the active one is destroyed. Raises RotationError while one is still used, or
    while one that was added waits to be promoted. Returns what was destroyed here."""
    async with transaction(vault.store) as db:
        await keystore.hold(db)
        ring = vault.read_ring()
        used, known = await keystore.counts(db), await keystore.wrappers(db)
        active = await _active(db, ring)
        if still := sorted(used.keys() - {active.id}):
            raise RotationError(
                f"{used[still[0]]} data keys are still wrapped with {still[0]}. Rewrap first."
            )
        names = {one.id for one in known}
        waiting = [one.id for one in known if _waits(one) and one.id in ring.keys]
        if waiting := waiting + sorted(ring.keys.keys() - names):
            raise RotationError(
                f"The key {waiting[0]} was added and not promoted. Promote it first."
            )
        gone = {one.id for one in known if one.retired_at is None} - {active.id}
        only = KeyRing(active, {active.id: active})
        if ring != only:
            write_key_file(file, only)
        for one in known:
            if one.id in gone:
                await keystore.mark_wrapper(db, one.id, promoted_at=one.promoted_at, retired_at=now)
    vault.look_again()
    return sorted(gone | ring.keys.keys() - {active.id})


async def _active(db: AsyncSession, ring: KeyRing) -> EncryptionKey:
    return _of_ring(ring, await keystore.newest_promoted(db) or "")


def _of_ring(ring: KeyRing, name: str) -> EncryptionKey:
    key = ring.keys.get(name)
    if key is None:
        raise KeyFileError(
            f"The key file lacks the key {name}. Copy it from the machine that has it."
        )
    return key


def _waits(wrapper: Wrapper) -> bool:
    return wrapper.promoted_at is None and wrapper.retired_at is None


def _after(now: datetime, moments: Sequence[datetime | None]) -> datetime:
    """Later than all of these, even where this machine's clock was put back."""
    return max([now, *(one + timedelta(microseconds=1) for one in moments if one is not None)])


def _noted(key: EncryptionKey, now: datetime, *, promoted_at: datetime | None) -> Wrapper:
    return Wrapper(key.id, key.check, now, promoted_at, None)
