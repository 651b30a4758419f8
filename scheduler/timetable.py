"""The only file that knows APScheduler. It wakes us; the rows say what is due."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

logger = structlog.get_logger(__name__)
# It warns each time that a pass takes longer than a second, which is how a large batch looks.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)

Job = Callable[[], Awaitable[object]]

# A pass that is under way when we are told to stop gets this long to record what it sent: a
# platform's patience, and a little.
LAST_PASS_SECONDS = 12


def make_timetable(
    *, every_second: Job, every_five_seconds: Job, every_minute: Job
) -> AsyncIOScheduler:
    """A handful of fixed jobs, all of them harmless to repeat.

    No job store and no job per leader: measured, that loses or repeats everything.
    """
    timetable = AsyncIOScheduler(
        timezone=UTC,
        # A late wake-up is still a wake-up, and one is enough.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    timetable.add_job(every_second, "interval", seconds=1, jitter=0.2, id="every second")
    timetable.add_job(
        every_five_seconds,
        "interval",
        seconds=5,
        jitter=1,
        id="every five seconds",
        # Whoever starts settles first what a crash left.
        next_run_time=datetime.now(UTC),
    )
    timetable.add_job(every_minute, "interval", seconds=60, jitter=5, id="every minute")
    return timetable


@asynccontextmanager
async def keeping_time(
    *, every_second: Job, every_five_seconds: Job, every_minute: Job
) -> AsyncIterator[None]:
    """While inside, the jobs run. On leaving, a pass that is under way is told to stop: it finishes
    and records what it has begun, and begins nothing more."""
    running: set[asyncio.Task[object]] = set()
    timetable = make_timetable(
        every_second=_steadily(every_second, running),
        every_five_seconds=_steadily(every_five_seconds, running),
        every_minute=_steadily(every_minute, running),
    )
    timetable.start()
    # What was made so far lives as long as the process. Looked through again and again for what
    # could be thrown away, it holds the event loop up for a tenth of a second each time.
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        timetable.pause()
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(set(running), timeout=LAST_PASS_SECONDS)
        timetable.shutdown(wait=False)
        gc.unfreeze()


def _steadily(job: Job, running: set[asyncio.Task[object]]) -> Job:
    """A pass that fails is named in the log, and the next one comes all the same."""

    async def run() -> None:
        task = asyncio.ensure_future(job())
        running.add(task)
        try:
            await task
        except asyncio.CancelledError:
            logger.debug("pass ended early")
        except Exception as error:  # noqa: BLE001 - a clock that stops for one bad pass is worse
            logger.error("pass failed", error=type(error).__name__)  # noqa: TRY400 - no quoting
        finally:
            running.discard(task)

    return run
