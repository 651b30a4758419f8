"""The vault at work: finds, makes and destroys the keys that everything private is sealed with.

A person's key is asked for anew in every transaction and kept no longer, so that a shredded key
is of no use to any process from the next turn on. What is remembered is a workspace's own, which
is never forgotten as a person is: what finds people by (it opens nothing), and for some seconds
what seals that which comes from a platform, hundreds of times a second.
"""

import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.engine import NotKeptError, reading, transaction
from storage.vault import keystore
from storage.vault.blob import CannotOpenError, Key, index, new_key
from storage.vault.journal import note
from storage.vault.keyfile import EncryptionKey, KeyFileError, KeyRing
from storage.vault.keystore import Wrapped, Wrapper, digest_of, utc_now
from storage.vault.tables import Scope

# As long as the token of a workspace is remembered.
COMMON_LASTS = 5.0


class ShreddedError(Exception):
    """This person was forgotten: nothing of theirs can be kept any more."""


@dataclass
class Vault:
    """`read_ring` reads the key file: at the start, and when a key turns up that is not known."""

    store: AsyncEngine
    read_ring: Callable[[], KeyRing]
    journal: Path | None = None
    _ring: KeyRing = field(init=False, repr=False)
    _finders: dict[UUID, bytes] = field(init=False, default_factory=dict, repr=False)
    _common: dict[UUID, tuple[Key, float]] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._ring = self.read_ring()

    @property
    def known(self) -> tuple[str, ...]:
        """The ids of the key-encryption keys that this process has loaded."""
        return tuple(sorted(self._ring.keys))

    def look_again(self) -> None:
        """Take up what was added to the key file. Raises KeyFileError."""
        self._ring = self.read_ring()

    async def check(self) -> UUID:
        """Which key store this is. Raises KeyFileError unless the key file opens all of it."""
        try:
            async with reading(self.store) as db:
                found, wrappers = await keystore.store_id(db), await keystore.wrappers(db)
                used = await keystore.counts(db)
        except NotKeptError:
            found, wrappers, used = None, [], {}
        if found is None:
            raise KeyFileError(
                "The key store cannot be opened or is empty. Run `bearings keys init` on a new "
                "machine; else check BEARINGS_KEYSTORE_URL."
            )
        if {one.id for one in wrappers if one.retired_at is None} - self._ring.keys.keys():
            # A key that was added since: every process says which it has, before one is promoted.
            self.look_again()
        for wrapper in wrappers:
            self._check(wrapper, is_used=used.get(wrapper.id, 0) > 0)
        if strange := used.keys() - {wrapper.id for wrapper in wrappers}:
            raise KeyFileError(f"The key store names keys that it does not know: {_list(strange)}.")
        return found

    def _check(self, wrapper: Wrapper, *, is_used: bool) -> None:
        key = self._ring.keys.get(wrapper.id)
        if key is None and is_used:
            raise KeyFileError(
                f"The key file lacks the key {wrapper.id}, which private text is sealed under. "
                "Bring back the copy of it from escrow. Nothing was changed."
            )
        if key is not None and key.check != wrapper.check:
            raise KeyFileError(
                f"The key {wrapper.id} of the key file is another one than the key store was made "
                "with. Check BEARINGS_KEY_FILE and BEARINGS_KEYSTORE_URL. Nothing was changed."
            )

    async def keys(self, owners: Collection[UUID]) -> dict[UUID, Key]:
        """The keys of these people and workspaces, as far as they have one."""
        if not owners:
            return {}
        async with reading(self.store) as db:
            found = await keystore.find(db, list(owners), Scope.SEAL)
        return {wrapped.owner_id: self._unwrap(wrapped) for wrapped in found}

    async def common_key(self, workspace: UUID) -> Key:
        """The workspace's own, as it was some seconds ago. For sealing, and never to open by."""
        known = self._common.get(workspace)
        if known is not None and time.monotonic() < known[1]:
            return known[0]
        found = await self.keys([workspace]) or await self.make_keys(workspace, [workspace])
        self._common[workspace] = found[workspace], time.monotonic() + COMMON_LASTS
        return found[workspace]

    async def keys_that_open(self, owners: Collection[UUID]) -> dict[UUID, Key]:
        """The same, and a key that is damaged is as one that is not there."""
        async with reading(self.store) as db:
            found = await keystore.find(db, list(owners), Scope.SEAL)
        opened = {}
        for wrapped in found:
            with suppress(CannotOpenError):
                opened[wrapped.owner_id] = self._unwrap(wrapped)
        return opened

    async def make_keys(self, workspace: UUID, owners: Collection[UUID]) -> dict[UUID, Key]:
        """The keys of all of these; whoever had none has one now, before anything is sealed with
        it. Raises ShreddedError where one of them was forgotten."""
        stones = {digest_of(workspace, owner) for owner in owners}
        async with transaction(self.store) as db:
            await keystore.hold(db, shared=True)
            if await keystore.shredded(db, stones):
                raise ShreddedError("This person was forgotten, and so nothing was kept.")
            by = await self._promoted(db)
            await keystore.add(db, [_wrap(workspace, one, Scope.SEAL, by) for one in owners])
            found = await keystore.find(db, list(owners), Scope.SEAL)
        return {wrapped.owner_id: self._unwrap(wrapped) for wrapped in found}

    async def index(self, workspace: UUID, kind: str, words: str) -> bytes:
        """What to look for, to find somebody by their chat id, e-mail address or name."""
        return (await self.indexes(workspace, kind, [words]))[0]

    async def indexes(self, workspace: UUID, kind: str, words: Iterable[str]) -> list[bytes]:
        secret = self._finders.get(workspace) or await self._finder(workspace)
        return [index(secret, kind, one) for one in words]

    async def _finder(self, workspace: UUID) -> bytes:
        async with reading(self.store) as db:
            found = await keystore.find(db, [workspace], Scope.FIND)
        if not found:
            async with transaction(self.store) as db:
                await keystore.hold(db, shared=True)
                by = await self._promoted(db)
                await keystore.add(db, [_wrap(workspace, workspace, Scope.FIND, by)])
                found = await keystore.find(db, [workspace], Scope.FIND)
        secret = self._finders[workspace] = self._unwrap(found[0]).secret
        return secret

    async def shred(self, workspace: UUID, owner: UUID) -> bool:
        """Destroy the key. What was sealed with it opens nowhere any more. Harmless to repeat;
        True the first time."""
        now = utc_now()
        async with transaction(self.store) as db:
            first = await keystore.bury(db, workspace, owner, now)
            store = await keystore.store_id(db)
        note(self.journal, store, digest_of(workspace, owner), now)
        return first

    async def is_shredded(self, workspace: UUID, owner: UUID) -> bool:
        return bool(await self.shredded_among([(workspace, owner)]))

    async def shredded_among(self, people: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
        """Those of these (workspace, owner) who were forgotten."""
        stones = {digest_of(workspace, owner): owner for workspace, owner in people}
        async with reading(self.store) as db:
            return {stones[one] for one in await keystore.shredded(db, stones)}

    async def _promoted(self, db: AsyncSession) -> EncryptionKey:
        """What new keys are wrapped with: what the key store says, and not what this process or
        its file took for the newest when it began. Raises KeyFileError where this machine was not
        given that key."""
        promoted = await keystore.newest_promoted(db) or ""
        if promoted not in self._ring.keys:
            self.look_again()
        by = self._ring.keys.get(promoted)
        if by is None:
            raise KeyFileError(
                f"The key file is out of date: the active key is {promoted}, which it lacks. Copy "
                "it from the machine where that key was promoted."
            )
        return by

    def _unwrap(self, wrapped: Wrapped) -> Key:
        if wrapped.wrapped_by not in self._ring.keys:
            self.look_again()
        by = self._ring.keys.get(wrapped.wrapped_by)
        if by is None:
            raise CannotOpenError(f"The key file lacks the key {wrapped.wrapped_by}.")
        return Key(wrapped.id, by.unwrap(wrapped.wrapped, keystore.bound(wrapped)))


def _wrap(workspace: UUID, owner: UUID, scope: Scope, by: EncryptionKey) -> Wrapped:
    key = new_key()
    bare = Wrapped(key.id, workspace, owner, scope, by.id, b"", utc_now())
    return replace(bare, wrapped=by.wrap(key.secret, keystore.bound(bare)))


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
