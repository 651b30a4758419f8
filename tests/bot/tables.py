"""Looking in every table, for tests of what was stored, changed or left alone."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

import storage.tables  # noqa: F401 - so that the metadata knows them all
from storage.engine import reading
from tests.cast import Programme

Row = Mapping[str, Any]


async def rows_of(db: AsyncSession) -> dict[str, list[Row]]:
    """Each table's rows, as they are in the database at this moment."""
    return {name: await table_rows(db, name) for name in SQLModel.metadata.tables}


async def table_rows(db: AsyncSession, name: str) -> list[Row]:
    table = SQLModel.metadata.tables[name]
    return [dict(row._mapping) for row in await db.exec(select(*table.columns))]


async def everything_stored(programme: Programme) -> dict[str, list[str]]:
    async with reading(programme.engine) as db:
        return {name: sorted(map(repr, rows)) for name, rows in (await rows_of(db)).items()}


@asynccontextmanager
async def undone(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A transaction that leaves the database as it was, ready for the next example."""
    async with AsyncSession(engine, expire_on_commit=False, info={"engine": engine}) as db:
        yield db
        await db.flush()
        await db.rollback()
