"""One hash over all rows of each table, the same for the same rows on the same kind of database.

It reads what is there and not what this program thinks is there, so that it also holds for a copy
that an older version made.
"""

import hashlib

from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.backups import TableSum
from storage.vault.blob import lp

AT_ONCE = 1000
IN_ORDER = {
    "sqlite": 'SELECT * FROM "{0}" ORDER BY rowid',
    "postgresql": 'SELECT CAST(t AS text) FROM "{0}" t ORDER BY CAST(t AS text) COLLATE "C"',
}


async def table_names(connection: AsyncConnection) -> list[str]:
    def ask(here: Connection) -> list[str]:
        return sorted(inspect(here).get_table_names())

    return await connection.run_sync(ask)


async def row_sums(connection: AsyncConnection) -> dict[str, TableSum]:
    if connection.dialect.name == "postgresql":
        # As text, so what rows look like must not hang on how a server is set up.
        looks = ("TimeZone = 'UTC'", "DateStyle = 'ISO'", "bytea_output = 'hex'")
        # A whole table takes as long as it takes.
        for setting in (*looks, "statement_timeout = 0"):
            await connection.exec_driver_sql(f"SET LOCAL {setting}")
    return {name: await _sum(connection, name) for name in await table_names(connection)}


async def _sum(connection: AsyncConnection, table: str) -> TableSum:
    whole, count = hashlib.sha256(), 0
    query = IN_ORDER[connection.dialect.name].format(table)
    rows = await connection.exec_driver_sql(query)
    while some := rows.fetchmany(AT_ONCE):
        for row in some:
            whole.update(hashlib.sha256(lp(*(_part(value) for value in row))).digest())
        count += len(some)
    return TableSum(count, whole.hexdigest())


def _part(value: object) -> bytes:
    """With its type in front: 1 and "1" are not the same, and nothing is not the empty text."""
    kind = type(value).__name__
    return lp(kind, value if isinstance(value, bytes) else repr(value))
