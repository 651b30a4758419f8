"""Making, changing and retiring the key-encryption keys. Every step can be cut off at any instant
and done again; nothing that was sealed is unreadable in between.

    add      a new key is in the file; nothing uses it yet, so every machine can be given it
    promote  new data keys are wrapped with it
    rewrap   so are all the others, a few hundred at a time
    retire   the old one is destroyed: whatever copies of the key store are older open no more
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import reading, transaction
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
    await keystore.make_tables(store, now)
    async with reading(store) as db:
        known = ", ".join(one.id for one in await keystore.wrappers(db))
    if is_there(file):
        if known:
            raise KeyFileError(
                f"There is a key file at {file} already, in use with {known}. Nothing was changed."
            )
        ring = read_key_file(file)
    elif known:
        raise KeyFileError(
            f"The key store was made with {known}, and {file} is not there. Bring back the copy "
            "from escrow; a new key would open nothing. Nothing was changed."
        )
    else:
        key = new_encryption_key(name_for(now))
        ring = KeyRing(key, {key.id: key})
        write_key_file(file, ring)
    await _note(store, ring.active, now, active=True)
    return ring


def is_there(file: Path) -> bool:
    return file.exists()


async def add(vault: Vault, file: Path, ring: KeyRing, now: datetime) -> EncryptionKey:
    """A key that was added and not promoted yet is the one; there are never two such."""
    async with reading(vault.store) as db:
        known = {one.id: one for one in await keystore.wrappers(db)}
    for key in ring.keys.values():
        if key.id not in known or (known[key.id].promoted_at is None):
            await _note(vault.store, key, now, active=False)
            return key
    key = new_encryption_key(_unused(name_for(now), {*known, *ring.keys}))
    write_key_file(file, replace(ring, keys={**ring.keys, key.id: key}))
    await _note(vault.store, key, now, active=False)
    vault.look_again()
    return key


def _unused(name: str, taken: set[str]) -> str:
    names = (name, *(f"{name}.{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)


async def promote(vault: Vault, file: Path, ring: KeyRing, now: datetime) -> EncryptionKey:
    """The newest key that was added wraps new data keys from now on."""
    async with reading(vault.store) as db:
        known = await keystore.wrappers(db)
    waiting = [one for one in known if one.promoted_at is None and one.id in ring.keys]
    if not waiting:
        if ring.active.id in {one.id for one in known}:
            return ring.active
        raise RotationError("No key waits to be promoted. Add one first.")
    key = ring.keys[waiting[-1].id]
    write_key_file(file, replace(ring, active=key))
    async with transaction(vault.store) as db:
        await keystore.mark_wrapper(db, key.id, promoted_at=now, retired_at=None)
    vault.look_again()
    return key


async def rewrap(vault: Vault, ring: KeyRing) -> int:
    """Every data key is wrapped with the active one. Returns how many were not yet."""
    done = 0
    while True:
        async with transaction(vault.store) as db:
            some = await keystore.wrapped_by_others(db, ring.active.id, AT_ONCE)
            await keystore.wrap_anew(db, [_rewrapped(one, ring) for one in some])
        done += len(some)
        if len(some) < AT_ONCE:
            return done


def _rewrapped(wrapped: Wrapped, ring: KeyRing) -> Wrapped:
    old = ring.keys.get(wrapped.wrapped_by)
    if old is None:
        raise KeyFileError(f"The key file lacks the key {wrapped.wrapped_by}.")
    secret = old.unwrap(wrapped.wrapped, keystore.bound(wrapped))
    bare = replace(wrapped, wrapped_by=ring.active.id, wrapped=b"")
    return replace(bare, wrapped=ring.active.wrap(secret, keystore.bound(bare)))


async def retire(vault: Vault, file: Path, ring: KeyRing, now: datetime) -> list[str]:
    """Every key but the active one is destroyed. Raises RotationError while one is still used, or
    while one that was added waits to be promoted."""
    async with reading(vault.store) as db:
        used, known = await keystore.counts(db), await keystore.wrappers(db)
    still = sorted(used.keys() - {ring.active.id})
    if still:
        raise RotationError(
            f"{used[still[0]]} data keys are still wrapped with {still[0]}. Rewrap first."
        )
    waiting = [one.id for one in known if one.promoted_at is None and one.id in ring.keys]
    if waiting:
        raise RotationError(f"The key {waiting[0]} was added and not promoted. Promote it first.")
    if set(ring.keys) != {ring.active.id}:
        write_key_file(file, replace(ring, keys={ring.active.id: ring.active}))
    gone = [one for one in known if one.retired_at is None and one.id != ring.active.id]
    async with transaction(vault.store) as db:
        for one in gone:
            await keystore.mark_wrapper(db, one.id, promoted_at=one.promoted_at, retired_at=now)
    vault.look_again()
    return [one.id for one in gone]


async def _note(store: AsyncEngine, key: EncryptionKey, now: datetime, *, active: bool) -> None:
    wrapper = Wrapper(key.id, key.check, now, now if active else None, None)
    async with transaction(store) as db:
        await keystore.note_wrapper(db, wrapper)
