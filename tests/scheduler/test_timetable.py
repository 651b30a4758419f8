"""The alarm clock: a handful of fixed jobs, all of them harmless to repeat, and no memory."""

import asyncio
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from structlog.testing import capture_logs

from scheduler.timetable import _steadily, keeping_time, make_timetable

SECOND = timedelta(seconds=1)


async def nothing() -> None:
    pass


def a_timetable() -> AsyncIOScheduler:
    timetable = make_timetable(
        every_second=nothing, every_five_seconds=nothing, every_minute=nothing
    )
    timetable.start(paused=True)
    return timetable


async def test_the_jobs_are_few_and_the_same_in_every_process() -> None:
    timetable = a_timetable()
    intervals = {job.id: job.trigger.interval for job in timetable.get_jobs()}
    assert intervals == {
        "every second": SECOND,
        "every five seconds": 5 * SECOND,
        "every minute": 60 * SECOND,
    }
    # Whoever starts settles at once what a crash left.
    reaping = timetable.get_job("every five seconds")
    assert reaping.next_run_time <= datetime.now(UTC)
    # Nobody's name or hour is in them, so nothing is lost with them.
    assert all(not job.args and not job.kwargs for job in timetable.get_jobs())
    timetable.shutdown()


async def test_a_late_wake_up_is_still_a_wake_up_and_one_is_enough() -> None:
    timetable = a_timetable()
    for job in timetable.get_jobs():
        assert job.misfire_grace_time is None
        assert job.coalesce is True
        assert job.max_instances == 1
        assert job.trigger.timezone is UTC
        # Not all processes at the same instant.
        assert job.trigger.jitter > 0
    timetable.shutdown()


async def test_the_clock_keeps_nothing_outside_its_own_process() -> None:
    timetable = a_timetable()
    assert [type(store) for store in timetable._jobstores.values()] == [MemoryJobStore]
    timetable.shutdown()


async def test_a_pass_that_fails_is_named_without_its_words_and_the_next_one_comes() -> None:
    passes: list[str] = []

    async def fails_once() -> None:
        passes.append("a pass")
        if len(passes) == 1:
            raise ValueError("something private")

    running: set[asyncio.Task[object]] = set()
    every_second = _steadily(fails_once, running)
    with capture_logs() as logs:
        await every_second()
        await every_second()
    assert len(passes) == 2
    assert [(one["event"], one["error"]) for one in logs] == [("pass failed", "ValueError")]
    assert "private" not in repr(logs)
    assert running == set()


async def test_who_starts_settles_first_and_who_leaves_finishes_what_is_begun() -> None:
    begun, ended = asyncio.Event(), []

    async def settle() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("recorded what it did")

    # Given as a lambda, as they may be: it is awaited all the same.
    async with keeping_time(
        every_second=nothing,
        every_five_seconds=lambda: settle(),  # noqa: PLW0108
        every_minute=nothing,
    ):
        await asyncio.wait_for(begun.wait(), 10)
    assert ended == ["recorded what it did"]
