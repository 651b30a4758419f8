"""Rows that wait for somebody to see to them: claimed for a minute, then dropped or put off.

Only the database's clock counts, so whoever dies leaves nothing behind that another cannot claim.
"""

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, delete, true, update
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.databasetime import database_milliseconds
from storage.tables import Intake, Reply, Workspace

LEASE_MS = 60_000

Row = TypeVar("Row", Intake, Reply)


async def claim(
    db: AsyncSession,
    table: type[Row],
    owner: UUID,
    limit: int,
    platform: str,
    among: ColumnElement[bool] | None = None,
) -> list[Row]:
    """Up to so many that nobody is at, in the order in which they came. Two statements: with one,
    PostgreSQL picks from a snapshot older than its locks."""
    free = or_(col(table.lease_until).is_(None), col(table.lease_until) <= database_milliseconds())
    theirs = select(Workspace.id).where(Workspace.platform == platform)
    numbers = list(
        await db.exec(
            select(table.number)
            .where(free, col(table.workspace_id).in_(theirs), true() if among is None else among)
            .order_by(col(table.number))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    if not numbers:
        return []
    await db.exec(
        update(table)
        .where(col(table.number).in_(numbers), free)
        .values(
            owner=owner,
            lease_until=database_milliseconds() + LEASE_MS,
            attempts=col(table.attempts) + 1,
        )
        .execution_options(synchronize_session=False)
    )
    found = await db.exec(
        select(table)
        .where(col(table.number).in_(numbers), col(table.owner) == owner)
        .order_by(col(table.number))
        .execution_options(populate_existing=True)
    )
    return list(found)


async def drop(db: AsyncSession, table: type[Row], owner: UUID, ids: Collection[UUID]) -> None:
    """There is nothing more to do about them. What another has claimed since is that one's."""
    await db.exec(delete(table).where(col(table.id).in_(ids), col(table.owner) == owner))


async def put_off(
    db: AsyncSession, table: type[Row], owner: UUID, ids: Collection[UUID], milliseconds: int
) -> None:
    """Nobody is to claim them for so long. The same."""
    await db.exec(
        update(table)
        .where(col(table.id).in_(ids), col(table.owner) == owner)
        .values(lease_until=database_milliseconds() + milliseconds)
        .execution_options(synchronize_session=False)
    )
