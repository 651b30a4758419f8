"""The vault at work: finds, makes and destroys the keys that everything private is sealed with.

A person's key is asked for anew in every transaction and kept no longer, so that a shredded key
is of no use to any process from the next turn on. Only what finds people by (one key for each
workspace, which opens nothing) is remembered.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.engine import NotKeptError, reading, transaction
from storage.vault import keystore
from storage.vault.blob import CannotOpenError, Key, index, new_key
from storage.vault.keyfile import KeyFileError, KeyRing
from storage.vault.keystore import Scope, Wrapped, Wrapper, digest_of, utc_now


class ShreddedError(Exception):
    """This person was forgotten: nothing of theirs can be kept any more."""


@dataclass
class Vault:
    """`read_ring` reads the key file: at the start, and when a key turns up that is not known."""

    store: AsyncEngine
    read_ring: Callable[[], KeyRing]
    _ring: KeyRing = field(init=False, repr=False)
    _finders: dict[UUID, bytes] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._ring = self.read_ring()

    @property
    def known(self) -> tuple[str, ...]:
        """The ids of the key-encryption keys that this process has loaded."""
        return tuple(sorted(self._ring.keys))

    @property
    def active(self) -> str:
        return self._ring.active.id

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

    async def owners_among(self, owners: Collection[UUID]) -> set[UUID]:
        """Those of them who have a key."""
        async with reading(self.store) as db:
            return {one.owner_id for one in await keystore.find(db, list(owners), Scope.SEAL)}

    async def make_keys(self, workspace: UUID, owners: Collection[UUID]) -> dict[UUID, Key]:
        """The keys of all of these; whoever had none has one now, before anything is sealed with
        it. Raises ShreddedError where one of them was forgotten."""
        stones = {digest_of(workspace, owner) for owner in owners}
        async with transaction(self.store) as db:
            if await keystore.shredded(db, stones):
                raise ShreddedError("This person was forgotten, and so nothing was kept.")
            await self._follow_promotion(db)
            await keystore.add(db, [self._wrap(workspace, one, Scope.SEAL) for one in owners])
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
                await self._follow_promotion(db)
                await keystore.add(db, [self._wrap(workspace, workspace, Scope.FIND)])
                found = await keystore.find(db, [workspace], Scope.FIND)
        secret = self._finders[workspace] = self._unwrap(found[0]).secret
        return secret

    async def shred(self, workspace: UUID, owner: UUID) -> bool:
        """Destroy the key. What was sealed with it opens nowhere any more. Harmless to repeat;
        True the first time."""
        async with transaction(self.store) as db:
            return await keystore.bury(db, workspace, owner, utc_now())

    async def is_shredded(self, workspace: UUID, owner: UUID) -> bool:
        stone = digest_of(workspace, owner)
        async with reading(self.store) as db:
            return stone in await keystore.shredded(db, [stone])

    async def _follow_promotion(self, db: AsyncSession) -> None:
        """A process that has slept through a promotion must not wrap with the old key, which may
        be gone tomorrow. Raises KeyFileError where this machine was not given the new one."""
        promoted = await keystore.newest_promoted(db)
        if promoted != self._ring.active.id:
            self.look_again()
        if promoted != self._ring.active.id:
            raise KeyFileError(f"The key file is out of date: the active key is {promoted}.")

    def _wrap(self, workspace: UUID, owner: UUID, scope: Scope) -> Wrapped:
        key, by = new_key(), self._ring.active
        bare = Wrapped(key.id, workspace, owner, scope, by.id, b"", utc_now())
        return replace(bare, wrapped=by.wrap(key.secret, keystore.bound(bare)))

    def _unwrap(self, wrapped: Wrapped) -> Key:
        if wrapped.wrapped_by not in self._ring.keys:
            self.look_again()
        by = self._ring.keys.get(wrapped.wrapped_by)
        if by is None:
            raise CannotOpenError(f"The key file lacks the key {wrapped.wrapped_by}.")
        return Key(wrapped.id, by.unwrap(wrapped.wrapped, keystore.bound(wrapped)))


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
