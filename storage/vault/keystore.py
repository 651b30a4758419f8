"""Where wrapped keys are kept: a database of its own, with a short life in backups.

It holds no key in the open, and no name: whose a key is, is a random id. What was shredded leaves
a tombstone, which outlives every restore.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, delete, func, select, update

# SQLite took over PostgreSQL's ON CONFLICT word for word, so this one construct serves both.
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.engine import NotKeptError
from storage.vault.blob import lp
from storage.vault.tables import KEY, METADATA, STORE, TOMBSTONE, WRAPPER, Scope

# What one statement may carry; SQLite's limit is 32,766.
AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as it is kept: nobody can use it without the key it is wrapped by."""

    id: bytes
    workspace_id: UUID
    owner_id: UUID
    scope: Scope
    wrapped_by: str
    wrapped: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Wrapper:
    """What is known of a key-encryption key, which itself is never here."""

    id: str
    check: bytes
    added_at: datetime
    promoted_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tombstone:
    digest: bytes
    shredded_at: datetime


def bound(wrapped: Wrapped) -> bytes:
    """What a wrapped key is authenticated with: it opens for nobody else, and under no other."""
    return lp(
        "dek/v1",
        wrapped.workspace_id,
        wrapped.scope,
        wrapped.owner_id,
        wrapped.wrapped_by,
        wrapped.id,
    )


def digest_of(workspace_id: UUID, owner_id: UUID) -> bytes:
    """A tombstone names nobody: whoever has the ids can tell whose it is, and nobody else."""
    return hashlib.sha256(lp("tombstone/v1", workspace_id, owner_id)).digest()


async def make_tables(engine: AsyncEngine, now: datetime) -> None:
    """Where they are already, nothing changes. Raises NotKeptError."""
    try:
        async with engine.begin() as connection:
            await connection.run_sync(METADATA.create_all)
            if (await connection.execute(select(STORE.c.id))).first() is None:
                await connection.execute(insert(STORE).values(id=uuid4(), made_at=now))
    except DBAPIError as error:
        raise NotKeptError(type(error).__name__) from None


async def hold(db: AsyncSession, *, shared: bool = False) -> None:
    """Until this transaction ends nobody else changes the keys' life, and with `shared` others
    may still make keys. SQLite has one writer anyway; this is what PostgreSQL needs."""
    connection = await db.connection()
    await connection.execute(select(STORE.c.id).with_for_update(read=shared))


async def store_id(db: AsyncSession) -> UUID | None:
    """Which key store this is; None for one whose tables are there and whose row is not."""
    connection = await db.connection()
    return (await connection.execute(select(STORE.c.id))).scalar()


async def find(db: AsyncSession, owner_ids: Sequence[UUID], scope: Scope) -> list[Wrapped]:
    """Those that exist; a few thousand owners in one statement."""
    connection = await db.connection()
    found: list[Row[Any]] = []
    for start in range(0, len(owner_ids), AT_ONCE):
        some = owner_ids[start : start + AT_ONCE]
        rows = await connection.execute(
            select(KEY).where(KEY.c.owner_id.in_(some), KEY.c.scope == scope)
        )
        found += rows.all()
    return [_wrapped(row) for row in found]


def _wrapped(row: Row[Any]) -> Wrapped:
    return Wrapped(
        row.id,
        row.workspace_id,
        row.owner_id,
        Scope(row.scope),
        row.wrapped_by,
        row.wrapped,
        row.made_at,
    )


async def add(db: AsyncSession, keys: Sequence[Wrapped]) -> None:
    """An owner who has one already keeps it, whoever was first."""
    connection = await db.connection()
    rows = [
        {
            "id": key.id,
            "workspace_id": key.workspace_id,
            "owner_id": key.owner_id,
            "scope": key.scope.value,
            "wrapped_by": key.wrapped_by,
            "wrapped": key.wrapped,
            "made_at": key.made_at,
        }
        for key in keys
    ]
    if rows:
        await connection.execute(insert(KEY).on_conflict_do_nothing(), rows)


async def shredded(db: AsyncSession, digests: Collection[bytes]) -> set[bytes]:
    """Those of them that have a tombstone."""
    connection = await db.connection()
    found: set[bytes] = set()
    wanted = list(digests)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        rows = await connection.execute(
            select(TOMBSTONE.c.digest).where(TOMBSTONE.c.digest.in_(some))
        )
        found.update(rows.scalars())
    return found


async def bury(db: AsyncSession, workspace_id: UUID, owner_id: UUID, now: datetime) -> bool:
    """The key is gone and its tombstone stands. False where it stood there already."""
    await hold(db)
    connection = await db.connection()
    stone = (
        insert(TOMBSTONE)
        .values(digest=digest_of(workspace_id, owner_id), shredded_at=now)
        .on_conflict_do_nothing()
        .returning(TOMBSTONE.c.digest)
    )
    new = (await connection.execute(stone)).first() is not None
    await connection.execute(delete(KEY).where(KEY.c.owner_id == owner_id))
    return new


async def tombstones(db: AsyncSession) -> list[Tombstone]:
    connection = await db.connection()
    rows = await connection.execute(select(TOMBSTONE).order_by(TOMBSTONE.c.shredded_at))
    return [Tombstone(row.digest, row.shredded_at) for row in rows]


async def replay(db: AsyncSession, stones: Sequence[Tombstone]) -> int:
    """Set these tombstones and delete the keys they stand for. Returns how many were new."""
    await hold(db)
    connection = await db.connection()
    wanted = {stone.digest: stone for stone in stones}
    new = wanted.keys() - {stone.digest for stone in await tombstones(db)}
    if new:
        await connection.execute(
            insert(TOMBSTONE).on_conflict_do_nothing(),
            [{"digest": one, "shredded_at": wanted[one].shredded_at} for one in new],
        )
    owners = await connection.execute(select(KEY.c.workspace_id, KEY.c.owner_id).distinct())
    dead = [owner for workspace, owner in owners if digest_of(workspace, owner) in wanted]
    if dead:
        await connection.execute(
            delete(KEY).where(KEY.c.owner_id == bindparam("dead")),
            [{"dead": one} for one in dead],
        )
    return len(new)


async def wrappers(db: AsyncSession) -> list[Wrapper]:
    """Every key-encryption key there ever was, oldest first."""
    connection = await db.connection()
    rows = await connection.execute(select(WRAPPER).order_by(WRAPPER.c.added_at, WRAPPER.c.id))
    return [
        Wrapper(row.id, row.check_value, row.added_at, row.promoted_at, row.retired_at)
        for row in rows
    ]


async def newest_promoted(db: AsyncSession) -> str | None:
    """The id of the key-encryption key that new data keys are to be wrapped with."""
    connection = await db.connection()
    found = await connection.execute(
        select(WRAPPER.c.id)
        .where(WRAPPER.c.promoted_at.is_not(None), WRAPPER.c.retired_at.is_(None))
        .order_by(WRAPPER.c.promoted_at.desc(), WRAPPER.c.added_at.desc())
        .limit(1)
    )
    return found.scalar()


async def note_wrapper(db: AsyncSession, wrapper: Wrapper) -> None:
    """Known from now on, by its check value; noting it again changes nothing."""
    connection = await db.connection()
    values = {
        "id": wrapper.id,
        "check_value": wrapper.check,
        "added_at": wrapper.added_at,
        "promoted_at": wrapper.promoted_at,
        "retired_at": wrapper.retired_at,
    }
    await connection.execute(insert(WRAPPER).values(values).on_conflict_do_nothing())


async def mark_wrapper(
    db: AsyncSession, wrapper_id: str, *, promoted_at: datetime | None, retired_at: datetime | None
) -> None:
    connection = await db.connection()
    await connection.execute(
        update(WRAPPER)
        .where(WRAPPER.c.id == wrapper_id)
        .values(promoted_at=promoted_at, retired_at=retired_at)
    )


async def counts(db: AsyncSession) -> dict[str, int]:
    """How many data keys each key-encryption key wraps."""
    connection = await db.connection()
    rows = await connection.execute(
        select(KEY.c.wrapped_by, func.count()).group_by(KEY.c.wrapped_by)
    )
    return {wrapper: count for wrapper, count in rows}  # noqa: C416 - a Row is no pair to mypy


async def wrapped_by_others(db: AsyncSession, wrapper_id: str, limit: int) -> list[Wrapped]:
    """Data keys that this one does not wrap yet; nobody else rewraps them in the meantime."""
    connection = await db.connection()
    rows = await connection.execute(
        select(KEY).where(KEY.c.wrapped_by != wrapper_id).limit(limit).with_for_update()
    )
    return [_wrapped(row) for row in rows]


async def wrap_anew(db: AsyncSession, keys: Sequence[Wrapped]) -> None:
    connection = await db.connection()
    if keys:
        await connection.execute(
            update(KEY)
            .where(KEY.c.id == bindparam("this"))
            .values(wrapped_by=bindparam("by"), wrapped=bindparam("now")),
            [{"this": key.id, "by": key.wrapped_by, "now": key.wrapped} for key in keys],
        )


def utc_now() -> datetime:
    """The key store's own moments are the machine's: a playground's moved clock is not theirs."""
    return datetime.now(UTC)
