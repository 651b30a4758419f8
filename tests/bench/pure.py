"""What is reckoned without a database: the next moment, and the next question."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from prompts.bank import Bank
from prompts.choosing import ActiveObjective, Asked, Chosen, History, choose
from prompts.question import PartOfWeek, Theme
from scheduler.cadence import Cadence, next_occurrence, read_slots
from tests.bench.figures import Figure, at_most, microseconds, within

ROUNDS = 9
CALLS = 500
ZONE = "Europe/London"


def measure(bank: Bank) -> list[Figure]:
    return [*_next_moment(), *_next_question(bank)]


def _together(*acts: Callable[[datetime], object]) -> list[list[float]]:
    """Seconds for one call of each, in rounds in which each has its turn."""
    start = datetime(2026, 11, 23, 10, tzinfo=UTC)
    moments = [start + timedelta(hours=17.5 * number) for number in range(CALLS)]
    took: list[list[float]] = [[] for _ in acts]
    for _ in range(ROUNDS):
        for runs, act in zip(took, acts, strict=True):
            began = time.perf_counter()
            for moment in moments:
                act(moment)
            runs.append((time.perf_counter() - began) / CALLS)
    return took


def _next_moment() -> list[Figure]:
    cadence = Cadence(read_slots("tue 12:00, thu 12:00"), ZONE)

    def build() -> CronTrigger:
        return CronTrigger(day_of_week="tue,thu", hour=12, timezone=ZONE)

    trigger = build()
    ours, kept, built = _together(
        lambda moment: next_occurrence(cadence, moment),
        lambda moment: trigger.get_next_fire_time(None, moment),
        lambda moment: build().get_next_fire_time(None, moment),
    )
    return [
        at_most("next_occurrence; peer: CronTrigger, kept", ours, kept, microseconds, 1 / 5),
        at_most("next_occurrence; peer: CronTrigger, built", ours, built, microseconds, 1 / 15),
    ]


def _next_question(bank: Bank) -> list[Figure]:
    """After a year of two a week: nobody's history is longer, and no choice takes longer."""
    now = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo(ZONE))
    objectives = (
        ActiveObjective(UUID(int=1), (Theme.CONNECT,)),
        ActiveObjective(UUID(int=2), (Theme.CARE, Theme.DEVELOP)),
    )
    asked = tuple(
        Asked(
            bank.themed[37 * number % len(bank.themed)].id,
            (now - timedelta(days=3.5 * number)).astimezone(UTC),
            answered=True,
        )
        for number in range(104, 0, -1)
    )
    sessions = tuple((now - timedelta(days=days)).astimezone(UTC) for days in (60, 30))
    start = (now - timedelta(days=370)).astimezone(UTC)
    history = History(start, asked=asked, objectives=objectives, sessions=sessions)
    took = []
    for number in range(1000):
        began = time.perf_counter()
        choice = choose(bank, history, now, f"leader-{number}", PartOfWeek.PLANNING)
        took.append(time.perf_counter() - began)
        assert isinstance(choice, Chosen)
    what = f"choose(), p50, {len(bank.themed)} themed, 104 asked before"
    return [within(what, took, microseconds, 300e-6)]
