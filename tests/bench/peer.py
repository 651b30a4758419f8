"""The naive peer: one APScheduler cron job for each leader, in its SQLite job store.

Only its wake-up is timed: finding who is due, handing them to an executor that does nothing, and
storing each one's next moment. That is what our planning does, which also writes the nudge.
"Tuned" is WAL and no flush to the disk at each commit, which ours does.
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.executors.base import BaseExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, create_engine, event

from prompts.bank import Bank
from scheduler.planning import plan_due
from tests.bench.figures import Figure, again, at_most, microseconds
from tests.bench.road import reset
from tests.databases import Databases, close, open_as_served
from tests.drills.crowd import lay_out_crowd

EVERYONE, DUE = 1000, 200


class NoExecutor(BaseExecutor):
    def _do_submit_job(self, job: Any, run_times: Any) -> None:
        self._run_job_success(job.id, [])


def ask(leader: int) -> None:
    """What would ask them."""


async def measure(databases: Databases, folder: Path, _: Bank, seconds: float) -> list[Figure]:
    ours = await _ours(databases, folder, seconds / 3)
    return [
        at_most(
            f"finding {DUE} due of {EVERYONE:,}, each, sqlite; peer: cron jobs{how}",
            ours,
            _theirs(folder, name, seconds / 3, fast=fast),
            microseconds,
            aim,
        )
        for name, how, fast, aim in (
            ("default", "", False, 1 / 40),
            ("wal", ", tuned", True, 1 / 20),
        )
    ]


async def _ours(databases: Databases, folder: Path, seconds: float) -> list[float]:
    engine, now = open_as_served(databases.fresh("sqlite", folder)), datetime.now(UTC)
    await lay_out_crowd(engine, now, due=DUE, others=EVERYONE - DUE)
    took = []
    for _ in again(6, seconds):
        began = time.perf_counter()
        assert await plan_due(engine, now) == DUE
        took.append((time.perf_counter() - began) / DUE)
        await reset(engine, now, DUE, EVERYONE)
    await close(engine)
    return took[1:] or took


def _theirs(folder: Path, name: str, seconds: float, *, fast: bool) -> list[float]:
    store = create_engine(f"sqlite:///{folder / name}.db")
    if fast:
        _tune(store)
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(engine=store)},
        executors={"default": NoExecutor()},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    later = datetime.now(UTC) + timedelta(days=7)
    for leader in range(EVERYONE):
        scheduler.add_job(
            ask,
            "cron",
            args=[leader],
            id=str(leader),
            day_of_week=(datetime.now(UTC).weekday() + 3) % 7,
            hour=12,
            next_run_time=later,
        )
    took = []
    for _ in again(5, seconds):
        for leader in range(0, EVERYONE, EVERYONE // DUE):
            scheduler.modify_job(str(leader), next_run_time=datetime.now(UTC))
        # Waking up while paused does nothing; this is what its own thread does when it is not.
        scheduler.state = 1
        began = time.perf_counter()
        scheduler._process_jobs()
        took.append((time.perf_counter() - began) / DUE)
        scheduler.state = 2
    scheduler.shutdown(wait=False)
    store.dispose()
    return took


def _tune(store: Engine) -> None:
    @event.listens_for(store, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
