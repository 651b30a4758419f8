"""Whoever waits for an answer has one in time, though what was begun goes on."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from storage.engine import NotKeptError

T = TypeVar("T")

# By then the limits of the database's own connections have ended what could be ended.
AT_LAST_SECONDS = 30.0
Underway = set["asyncio.Task[Any]"]


class LateError(NotKeptError):
    """Nobody knows yet whether it is kept."""


async def in_time(
    work: Coroutine[Any, Any, T],
    seconds: float,
    underway: Underway,
    when_late: Callable[[T], object] | None = None,
    when_failed: Callable[[BaseException], object] | None = None,
) -> T:
    """Raises LateError where it takes longer; what comes of it after that is for `when_late`, or
    for `when_failed`.

    It is not cut off at once: to end a statement takes an answer from the database too. `underway`
    keeps it meanwhile, as the loop itself would not.
    """
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    underway.add(task)
    task.add_done_callback(underway.discard)
    done, _ = await asyncio.wait([task], timeout=seconds)
    if done:
        return task.result()

    def ended(late: "asyncio.Task[T]") -> None:
        # A failure is asked for, or the loop would complain: those who waited were told.
        if late.cancelled():
            return
        error = late.exception()
        if error is None and when_late is not None:
            when_late(late.result())
        if error is not None and when_failed is not None:
            when_failed(error)

    task.add_done_callback(ended)
    loop.call_later(AT_LAST_SECONDS, task.cancel)
    raise LateError("The database did not answer in time.")
