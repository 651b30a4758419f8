"""Looking in every table, for tests of what was stored, changed or left alone."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

import storage.tables  # noqa: F401 - so that the metadata knows them all
from storage.engine import reading
from tests.cast import Programme

Row = Mapping[str, Any]


async def rows_of(db: AsyncSession) -> dict[str, list[Row]]:
    """Each table's rows, as they are in the database at this moment."""
    return {
        name: [dict(row._mapping) for row in await db.exec(select(*table.columns))]
        for name, table in SQLModel.metadata.tables.items()
    }


async def everything_stored(programme: Programme) -> dict[str, list[str]]:
    async with reading(programme.engine) as db:
        return {name: sorted(map(repr, rows)) for name, rows in (await rows_of(db)).items()}
