"""Sealing what is kept, with the key of whoever it belongs to. Opening is not done here, but for
what a person is called and reached by (`storage.members`) and for texts (`storage.texts`).
"""

from collections.abc import Callable, Collection, Mapping
from typing import Protocol
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.tables import SealedWith
from storage.vault import Key, KeyFileError, Place, Vault

_VAULTS: WeakKeyDictionary[AsyncEngine, Vault] = WeakKeyDictionary()


async def bind(db: AsyncSession, store_id: UUID) -> None:
    """This database belongs to that key store from now on, unless it belongs to one already."""
    await insert_or_leave(db, SealedWith, [{"id": 1, "store_id": store_id}])


async def bound_to(db: AsyncSession) -> UUID | None:
    """The key store that this database belongs to, if it belongs to one already."""
    bound = await db.get(SealedWith, 1)
    return bound.store_id if bound else None


async def check_bound(db: AsyncSession, store_id: UUID) -> None:
    """Raises KeyFileError where the database was sealed with another key store."""
    bound = await bound_to(db)
    if bound is not None and bound != store_id:
        raise KeyFileError(
            "The database was sealed with another key store. Check BEARINGS_DATABASE_URL and "
            "BEARINGS_KEYSTORE_URL. Nothing was changed."
        )


class Owned(Protocol):
    """A row of something that belongs to one person."""

    id: UUID
    workspace_id: UUID
    member_id: UUID


class Named(Protocol):
    """A row of something that belongs to the workspace."""

    id: UUID
    workspace_id: UUID


def own_place(row: Owned, column: str) -> Place:
    return Place(row.workspace_id, row.member_id, _table(row), row.id, column)


def places_in(
    table: type[Owned] | type[Named], workspace: UUID, owner: UUID, column: str
) -> Callable[[UUID], Place]:
    """By the row's id: of many rows that were not read as a whole."""
    name = str(table.__tablename__)  # type: ignore[union-attr]
    return lambda row: Place(workspace, owner, name, row, column)


def common_place(row: Named, column: str) -> Place:
    return Place(row.workspace_id, row.workspace_id, _table(row), row.id, column)


def _table(row: object) -> str:
    return str(type(row).__tablename__)  # type: ignore[attr-defined]


def entrust(engine: AsyncEngine, vault: Vault) -> None:
    """From now on what is kept in this database is sealed by that vault."""
    _VAULTS[engine] = vault


def vault_at(engine: AsyncEngine) -> Vault:
    return _VAULTS[engine]


def vault_of(db: AsyncSession) -> Vault:
    return vault_at(db.info["engine"])


async def keys_of(db: AsyncSession, owners: Collection[UUID]) -> Mapping[UUID, Key]:
    """The keys of these owners, as far as they have one; known until this transaction ends."""
    known = _known(db)
    missing = set(owners) - known.keys()
    if missing:
        known.update(await vault_of(db).keys(missing))
    return known


async def seal(db: AsyncSession, place: Place, words: str) -> bytes:
    """Raises ShreddedError for somebody who was forgotten."""
    return (await seal_all(db, place.workspace, [(place, words)]))[0]


async def seal_all(
    db: AsyncSession, workspace: UUID, texts: Collection[tuple[Place, str]]
) -> list[bytes]:
    """Whoever has no key yet is given one first."""
    owners = {place.owner for place, _ in texts}
    known = await keys_of(db, owners)
    if missing := owners - known.keys():
        _known(db).update(await vault_of(db).make_keys(workspace, missing))
    return [known[place.owner].seal(place, words) for place, words in texts]


async def seal_common(
    db: AsyncSession, workspace: UUID, texts: Collection[tuple[Place, str]]
) -> list[bytes]:
    """What is the workspace's own, where many a second are: its key is not asked for each time."""
    key = await vault_of(db).common_key(workspace)
    return [key.seal(place, words) for place, words in texts]


async def index_of(db: AsyncSession, workspace: UUID, kind: str, words: str) -> bytes:
    """A keyed hash by which a row is found again, and from which nothing can be told."""
    return await vault_of(db).index(workspace, kind, words)


async def indexes_of(
    db: AsyncSession, workspace: UUID, kind: str, words: Collection[str]
) -> list[bytes]:
    return await vault_of(db).indexes(workspace, kind, words) if words else []


def forget_keys(db: AsyncSession) -> None:
    """What this transaction knows of keys may be out of date."""
    db.info.pop("keys", None)


def _known(db: AsyncSession) -> dict[UUID, Key]:
    keys: dict[UUID, Key] = db.info.setdefault("keys", {})
    return keys
