"""What goes on beside the requests is done as soon as there is news, and ended with care."""

import asyncio

import pytest

from bot.running import keep_draining, running
from storage.engine import NotKeptError


async def test_what_is_under_way_at_the_end_is_brought_to_its_end() -> None:
    begun, ends, told = asyncio.Event(), asyncio.Event(), list[str]()

    async def drain() -> None:
        begun.set()
        await ends.wait()
        told.append("done")

    async with running(keep_draining(drain, asyncio.Event())):
        await begun.wait()
        asyncio.get_running_loop().call_soon(ends.set)
    assert told == ["done"]


async def test_what_does_not_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.running.END_SECONDS", 0.0)
    begun, told = asyncio.Event(), list[str]()

    async def drain() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            told.append("cut off")

    async with running(keep_draining(drain, asyncio.Event())):
        await begun.wait()
    assert told == ["cut off"]


async def test_a_database_that_did_not_answer_is_asked_again_with_the_next_news() -> None:
    news, once, twice = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def drain() -> None:
        if not once.is_set():
            once.set()
            raise NotKeptError("locked")
        twice.set()

    async with running(keep_draining(drain, news)):
        await once.wait()
        news.set()
        async with asyncio.timeout(1):
            await twice.wait()


async def test_a_fault_of_ours_ends_nothing_that_others_wait_for() -> None:
    once, twice, news = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def drain() -> None:
        if not once.is_set():
            once.set()
            raise LookupError("a row of an older version")
        twice.set()

    async with running(keep_draining(drain, news)):
        await once.wait()
        news.set()
        async with asyncio.timeout(1):
            await twice.wait()
