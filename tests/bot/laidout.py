"""The sample programme on the disk, seen from outside of the commands."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from storage import audit
from storage.engine import reading
from storage.members import named_member
from storage.tables import Action, AuditRow
from tests.databases import close, open_sealed

DANS = "The call with the island council."
SECRETS = ("island council", "ambulance volunteers")


def with_data(house: Path, act: Callable[[AsyncEngine], Awaitable[Any]]) -> Any:
    async def go() -> Any:
        engine = open_sealed(f"sqlite:///{house}/var/bearings.db")
        try:
            return await act(engine)
        finally:
            await close(engine)

    return asyncio.run(go())


def id_of(house: Path, name: str) -> UUID:
    async def ask(engine: AsyncEngine) -> UUID:
        async with reading(engine) as db:
            return (await named_member(db, name)).id

    found: UUID = with_data(house, ask)
    return found


def log_of(house: Path, owner: UUID) -> list[AuditRow]:
    async def ask(engine: AsyncEngine) -> list[AuditRow]:
        async with reading(engine) as db:
            return await audit.of_owner(db, owner, Action, 100)

    found: list[AuditRow] = with_data(house, ask)
    return found


def tell(house: Path, *statements: str) -> None:
    with closing(sqlite3.connect(house / "var" / "bearings.db", isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def counted(house: Path, table: str) -> int:
    with closing(sqlite3.connect(house / "var" / "bearings.db")) as database:
        [(number,)] = database.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(number)
