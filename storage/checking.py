"""Whether everything that was sealed still opens. What it says is looked at by nobody.

It knows no table by name: whatever column is of the type `Sealed` is tried, so a table that is
added tomorrow is tried too.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Column, Row, Select, Table, func, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.sealing import vault_of
from storage.tables import MemberRow
from storage.tables.columns import Sealed
from storage.vault import Key, Place

AT_ONCE = 500
MEMBERS = str(MemberRow.__tablename__)


@dataclass
class Checked:
    """What became of one table. `dark` rows are those of people who were forgotten."""

    table: str
    opened: int = 0
    dark: int = 0
    failed: list[UUID] = field(default_factory=list)


def sealed_columns() -> dict[Table, list[str]]:
    """Every table that holds something sealed, and its columns that do."""
    found = {
        table: [column.name for column in table.columns if isinstance(column.type, Sealed)]
        for table in SQLModel.metadata.sorted_tables
    }
    return {table: names for table, names in found.items() if names}


async def check_sealed(db: AsyncSession, sample: int | None = None) -> list[Checked]:
    """Try all rows of every table, or so many of each, drawn by lot."""
    return [await _check(db, table, names, sample) for table, names in sealed_columns().items()]


async def _check(db: AsyncSession, table: Table, names: list[str], sample: int | None) -> Checked:
    checked = Checked(table.name)
    async for rows in _some_at_a_time(db, _rows(table, names), table, sample):
        vault = vault_of(db)
        keys = await vault.keys_that_open({row.owner for row in rows})
        keyless = {(row.workspace, row.owner) for row in rows if row.owner not in keys}
        forgotten = await vault.shredded_among(keyless)
        for row in rows:
            if row.owner in forgotten:
                checked.dark += 1
            elif _opens(keys.get(row.owner), table.name, row, names):
                checked.opened += 1
            else:
                checked.failed.append(row.row)
    return checked


def _rows(table: Table, names: list[str]) -> Select[tuple[object, ...]]:
    return select(
        table.c.id.label("row"),
        table.c.workspace_id.label("workspace"),
        _owner(table).label("owner"),
        *(table.c[name] for name in names),
    )


def _owner(table: Table) -> Column[UUID]:
    """Whose key seals it: the person it is about, or the workspace."""
    if table.name == MEMBERS:
        return table.c.id
    return table.c.member_id if "member_id" in table.c else table.c.workspace_id


async def _some_at_a_time(
    db: AsyncSession, query: Select[tuple[object, ...]], table: Table, sample: int | None
) -> AsyncIterator[list[Row[tuple[object, ...]]]]:
    connection = await db.connection()
    if sample is not None:
        drawn = await connection.execute(query.order_by(func.random()).limit(sample))
        yield list(drawn)
        return
    # From one id to the next: a table that is written to meanwhile is not counted twice.
    last = None
    while True:
        beyond = query if last is None else query.where(table.c.id > last)
        rows = list(await connection.execute(beyond.order_by(table.c.id).limit(AT_ONCE)))
        if rows:
            yield rows
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].row


def _opens(key: Key | None, table: str, row: Row[tuple[object, ...]], names: list[str]) -> bool:
    return key is not None and all(
        getattr(row, name) is None
        or key.opens(Place(row.workspace, row.owner, table, row.row, name), getattr(row, name))
        for name in names
    )


def totals(checked: list[Checked]) -> Counter[str]:
    """Over all tables."""
    return Counter(
        opened=sum(one.opened for one in checked),
        dark=sum(one.dark for one in checked),
        failed=sum(len(one.failed) for one in checked),
    )
