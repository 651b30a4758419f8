"""A database that does not answer, in each way in which it may not."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import transaction

# What a door waits for in these tests; an engine of its own would wait for five seconds.
BRIEFLY = 0.15


@asynccontextmanager
async def locked(engine: AsyncEngine) -> AsyncIterator[None]:
    """By another process: a file is written by one at a time, a table can be held."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(url) as other_one:
        await other_one.execute("LOCK TABLE intake, receipt IN ACCESS EXCLUSIVE MODE")
        yield
        await other_one.rollback()


@asynccontextmanager
async def taken_up(engine: AsyncEngine) -> AsyncIterator[None]:
    """By others in this process: every one of its connections, and SQLite's one turn to write."""
    async with AsyncExitStack() as stack:
        if engine.dialect.name == "sqlite":
            await stack.enter_async_context(transaction(engine))
        else:
            for _ in range(15):
                await stack.enter_async_context(engine.connect())
        yield


@asynccontextmanager
async def silent() -> AsyncIterator[str]:
    """The address of a server that lets everybody in and says nothing."""
    let_in: list[asyncio.StreamWriter] = []

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        let_in.append(writer)

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    try:
        yield f"postgresql://u@127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    finally:
        server.close()
        for writer in let_in:
            writer.close()


WEATHER = (locked, taken_up)
