"""What is reckoned without a database: the next moment, and the next question."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from apscheduler.triggers.cron import CronTrigger

from prompts.bank import Bank
from prompts.choosing import ActiveObjective, Asked, Chosen, History, choose
from prompts.question import Theme
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
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    objective = ActiveObjective(UUID(int=1), (Theme.CONNECT,))
    asked = tuple(
        Asked(question.id, now - timedelta(days=3 * number), answered=True)
        for number, question in enumerate(bank.themed[:30], 1)
    )[::-1]
    history = History(now - timedelta(days=100), asked=asked, objectives=(objective,))
    took = []
    for number in range(1000):
        began = time.perf_counter()
        choice = choose(bank, history, now, f"leader-{number}")
        took.append(time.perf_counter() - began)
        assert isinstance(choice, Chosen)
    return [within("choose(), p50, 30 asked before", took, microseconds, 200e-6)]
