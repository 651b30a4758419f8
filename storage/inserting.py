"""Insert, and leave alone what is already there: the same statement on both databases."""

from collections.abc import Sequence
from typing import Any

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
    rows_table = table.__table__  # type: ignore[attr-defined]
    # What comes back is counted: drivers do not agree on the row count of a bulk insert.
    statement = (
        insert(rows_table).on_conflict_do_nothing().returning(*rows_table.primary_key.columns)
    )
    connection = await db.connection()
    return len((await connection.execute(statement, list(rows))).all())
