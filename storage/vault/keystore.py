"""Where wrapped keys are kept: a database of its own, with a short life in backups.

It holds no key in the open, and no name: whose a key is, is a random id. What was shredded leaves
a tombstone, which outlives every restore.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    bindparam,
    delete,
    func,
    select,
    update,
)

# SQLite took over PostgreSQL's ON CONFLICT word for word, so this one construct serves both.
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables.columns import UtcDateTime
from storage.vault.blob import lp

# What one statement may carry; SQLite's limit is 32,766.
AT_ONCE = 5000


class Scope(StrEnum):
    """What a key is for: to seal, or to find people by what is sealed."""

    SEAL = "seal"
    FIND = "find"


_METADATA = MetaData()
_STORE = Table(
    "key_store",
    _METADATA,
    Column("id", Uuid, primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
)
_KEY = Table(
    "wrapped_key",
    _METADATA,
    Column("id", LargeBinary(8), primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("scope", String(10), nullable=False),
    Column("wrapped_by", String(40), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("owner_id", "scope", name="uq_wrapped_key_owner_id_scope"),
)
_TOMBSTONE = Table(
    "tombstone",
    _METADATA,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("shredded_at", UtcDateTime, nullable=False),
)
_WRAPPER = Table(
    "wrapper",
    _METADATA,
    Column("id", String(40), primary_key=True),
    Column("check_value", LargeBinary(16), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("promoted_at", UtcDateTime, nullable=True),
    Column("retired_at", UtcDateTime, nullable=True),
)


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
    """Where they are already, nothing changes."""
    async with engine.begin() as connection:
        await connection.run_sync(_METADATA.create_all)
        if (await connection.execute(select(_STORE.c.id))).first() is None:
            await connection.execute(insert(_STORE).values(id=uuid4(), made_at=now))


async def store_id(db: AsyncSession) -> UUID | None:
    """Which key store this is; None for one whose tables are there and whose row is not."""
    connection = await db.connection()
    return (await connection.execute(select(_STORE.c.id))).scalar()


async def find(db: AsyncSession, owner_ids: Sequence[UUID], scope: Scope) -> list[Wrapped]:
    """Those that exist; a few thousand owners in one statement."""
    connection = await db.connection()
    found: list[Row[Any]] = []
    for start in range(0, len(owner_ids), AT_ONCE):
        some = owner_ids[start : start + AT_ONCE]
        rows = await connection.execute(
            select(_KEY).where(_KEY.c.owner_id.in_(some), _KEY.c.scope == scope)
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
        await connection.execute(insert(_KEY).on_conflict_do_nothing(), rows)


async def shredded(db: AsyncSession, digests: Collection[bytes]) -> set[bytes]:
    """Those of them that have a tombstone."""
    connection = await db.connection()
    found = await connection.execute(
        select(_TOMBSTONE.c.digest).where(_TOMBSTONE.c.digest.in_(digests))
    )
    return set(found.scalars())


async def bury(db: AsyncSession, workspace_id: UUID, owner_id: UUID, now: datetime) -> bool:
    """The key is gone and its tombstone stands. False where it stood there already."""
    connection = await db.connection()
    stone = (
        insert(_TOMBSTONE)
        .values(digest=digest_of(workspace_id, owner_id), shredded_at=now)
        .on_conflict_do_nothing()
        .returning(_TOMBSTONE.c.digest)
    )
    new = (await connection.execute(stone)).first() is not None
    await connection.execute(delete(_KEY).where(_KEY.c.owner_id == owner_id))
    return new


async def tombstones(db: AsyncSession) -> list[Tombstone]:
    connection = await db.connection()
    rows = await connection.execute(select(_TOMBSTONE).order_by(_TOMBSTONE.c.shredded_at))
    return [Tombstone(row.digest, row.shredded_at) for row in rows]


async def replay(db: AsyncSession, stones: Sequence[Tombstone]) -> int:
    """Set these tombstones and delete the keys they stand for. Returns how many were new."""
    connection = await db.connection()
    wanted = {stone.digest: stone for stone in stones}
    new = wanted.keys() - {stone.digest for stone in await tombstones(db)}
    if new:
        await connection.execute(
            insert(_TOMBSTONE).on_conflict_do_nothing(),
            [{"digest": one, "shredded_at": wanted[one].shredded_at} for one in new],
        )
    owners = await connection.execute(select(_KEY.c.workspace_id, _KEY.c.owner_id).distinct())
    dead = [owner for workspace, owner in owners if digest_of(workspace, owner) in wanted]
    if dead:
        await connection.execute(
            delete(_KEY).where(_KEY.c.owner_id == bindparam("dead")),
            [{"dead": one} for one in dead],
        )
    return len(new)


async def wrappers(db: AsyncSession) -> list[Wrapper]:
    """Every key-encryption key there ever was, oldest first."""
    connection = await db.connection()
    rows = await connection.execute(select(_WRAPPER).order_by(_WRAPPER.c.added_at, _WRAPPER.c.id))
    return [
        Wrapper(row.id, row.check_value, row.added_at, row.promoted_at, row.retired_at)
        for row in rows
    ]


async def newest_promoted(db: AsyncSession) -> str | None:
    """The id of the key-encryption key that new data keys are to be wrapped with."""
    connection = await db.connection()
    found = await connection.execute(
        select(_WRAPPER.c.id)
        .where(_WRAPPER.c.promoted_at.is_not(None), _WRAPPER.c.retired_at.is_(None))
        .order_by(_WRAPPER.c.promoted_at.desc())
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
    await connection.execute(insert(_WRAPPER).values(values).on_conflict_do_nothing())


async def mark_wrapper(
    db: AsyncSession, wrapper_id: str, *, promoted_at: datetime | None, retired_at: datetime | None
) -> None:
    connection = await db.connection()
    await connection.execute(
        update(_WRAPPER)
        .where(_WRAPPER.c.id == wrapper_id)
        .values(promoted_at=promoted_at, retired_at=retired_at)
    )


async def counts(db: AsyncSession) -> dict[str, int]:
    """How many data keys each key-encryption key wraps."""
    connection = await db.connection()
    rows = await connection.execute(
        select(_KEY.c.wrapped_by, func.count()).group_by(_KEY.c.wrapped_by)
    )
    return {row[0]: row[1] for row in rows}


async def wrapped_by_others(db: AsyncSession, wrapper_id: str, limit: int) -> list[Wrapped]:
    """Data keys that this one does not wrap yet; nobody else rewraps them in the meantime."""
    connection = await db.connection()
    rows = await connection.execute(
        select(_KEY).where(_KEY.c.wrapped_by != wrapper_id).limit(limit).with_for_update()
    )
    return [_wrapped(row) for row in rows]


async def wrap_anew(db: AsyncSession, keys: Sequence[Wrapped]) -> None:
    connection = await db.connection()
    if keys:
        await connection.execute(
            update(_KEY)
            .where(_KEY.c.id == bindparam("this"))
            .values(wrapped_by=bindparam("by"), wrapped=bindparam("now")),
            [{"this": key.id, "by": key.wrapped_by, "now": key.wrapped} for key in keys],
        )


def utc_now() -> datetime:
    """The key store's own moments are the machine's: a playground's moved clock is not theirs."""
    return datetime.now(UTC)
