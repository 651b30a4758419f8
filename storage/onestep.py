"""A statement to SQLite in one step: the driver's thread is woken once for it, not four times.

The driver wakes its thread for opening a cursor, for the statement, for its rows and for closing.
Waking costs more than most of our statements do.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
)

Running = Callable[[sqlite3.Cursor], object]


class _Statement:
    """What a cursor knows once its statement has run and it is closed."""

    arraysize = 1
    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def runs(self, running: Running) -> deque[Any]:
        return await self._connection._execute(self._run, running)  # type: ignore[no-untyped-call,no-any-return]  # noqa: SLF001

    def close(self) -> None:
        """It was, in the same step."""

    def _run(self, running: Running) -> deque[Any]:
        cursor = self._connection._conn.cursor()  # noqa: SLF001
        try:
            running(cursor)
            rows = deque(cursor.fetchall() if cursor.description else ())
            self.description = cursor.description
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
        return rows


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()
    _awaitable_cursor_close = False

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Statement(connection)

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._runs(lambda cursor: cursor.execute(operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._runs(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    async def _runs(self, running: Running) -> None:
        async with self._adapt_connection._execute_mutex:  # noqa: SLF001
            self._rows = await self._cursor.runs(running)  # type: ignore[attr-defined]


class OneStepConnection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls = _Cursor

    def rollback(self) -> None:
        # Most looks are rolled back twice, by the session and by the pool.
        inside = self._connection
        if inside._connection and inside.in_transaction:  # noqa: SLF001
            super().rollback()
