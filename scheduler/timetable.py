"""The only file that knows APScheduler. It wakes us; the rows say what is due."""

from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Job = Callable[[], Awaitable[object]]


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
    timetable.add_job(every_five_seconds, "interval", seconds=5, jitter=1, id="every five seconds")
    timetable.add_job(every_minute, "interval", seconds=60, jitter=5, id="every minute")
    return timetable
