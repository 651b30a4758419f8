"""Between any two steps of the road something can happen: a person acts, or the power fails.

Every step of the road is a transaction, so the moment before the n-th one is such a place.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.databases import close, open_sealed

# The transactions of one pass that sends a single window, in their order.
LEASE, LOOK_UP, MARK_SENDING, RECORD = 1, 2, 3, 4
# And before them, where what is sent is planned in the same pass.
PLAN = 1


class PowerCutError(BaseException):
    """The process is no more: nothing may catch this."""


def cut_the_power() -> None:
    raise PowerCutError


@contextmanager
def just_before(engine: AsyncEngine, step: int, happens: Callable[[], None]) -> Iterator[None]:
    """`happens` happens as this engine is about to begin that transaction."""
    steps = count(1)

    def listen(*_: Any) -> None:
        if next(steps) == step:
            happens()

    # When its connection is taken out of the pool: before any lock is taken.
    event.listen(engine.sync_engine, "checkout", listen)
    try:
        yield
    finally:
        event.remove(engine.sync_engine, "checkout", listen)


@contextmanager
def instead_of_commit(engine: AsyncEngine, number: int) -> Iterator[None]:
    """The power fails when everything of that transaction is written and nothing is kept."""
    commits = count(1)

    def listen(_: Any) -> None:
        if next(commits) == number:
            raise PowerCutError

    event.listen(engine.sync_engine, "commit", listen)
    try:
        yield
    finally:
        event.remove(engine.sync_engine, "commit", listen)


def in_another_process(
    url: str, act: Callable[[AsyncEngine], Coroutine[Any, Any, object]]
) -> Callable[[], None]:
    """Somebody else does this, with an engine of their own, while everything here stands still."""

    async def run() -> None:
        engine = open_sealed(url, busy_timeout_ms=500)
        try:
            await act(engine)
        finally:
            await close(engine)

    def happens() -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, run()).result()

    return happens
