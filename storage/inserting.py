"""Insert, and leave alone what is already there: the same statement on both databases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult

# SQLite took over PostgreSQL's ON CONFLICT word for word, so this one construct serves both.
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession


async def insert_or_leave(
    db: AsyncSession, table: type[SQLModel], rows: Sequence[dict[str, Any]]
) -> int:
    """Returns how many rows were new. One statement for all of them; Core, not the ORM."""
    if not rows:
        return 0
    connection = await db.connection()
    statement = insert(table.__table__).on_conflict_do_nothing()  # type: ignore[attr-defined]
    done: CursorResult[Any] = await connection.execute(statement, list(rows))
    return done.rowcount
