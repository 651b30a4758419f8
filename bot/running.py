"""What goes on beside the requests for as long as a process is joined to a platform."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog

from storage.engine import NotKeptError

logger = structlog.get_logger(__name__)

# For what somebody else left behind, and what was put off.
LOOK_AGAIN_SECONDS = 2.0
END_SECONDS = 3.0


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """For as long as this is open."""
    task = asyncio.get_running_loop().create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def keep_draining(drain: Callable[[], Awaitable[None]], has_news: asyncio.Event) -> None:
    """As soon as something comes, for as long as this runs. What is under way when it is to end is
    brought to its end, if that does not take too long: cut off, it would leave its connection to
    the database behind."""
    while True:
        has_news.clear()
        draining = asyncio.ensure_future(_drained(drain))
        try:
            await asyncio.shield(draining)
        except asyncio.CancelledError:
            await asyncio.wait([draining], timeout=END_SECONDS)
            draining.cancel()
            await asyncio.gather(draining, return_exceptions=True)
            raise
        try:
            async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                await has_news.wait()
        except TimeoutError:
            continue


async def _drained(drain: Callable[[], Awaitable[None]]) -> None:
    try:
        await drain()
    except NotKeptError:
        logger.warning("the database did not answer; what came in waits")
    except Exception as error:  # noqa: BLE001 - it must not end what everybody waits for
        logger.error("what waits was not seen to", error=type(error).__name__)  # noqa: TRY400
