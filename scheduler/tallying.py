"""From journeys to counts: whatever the measures need, and nothing of any one leader.

Counts add up, so that a run can be spread over processes and put together again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from itertools import pairwise

from prompts.history import Dial
from prompts.question import Question, Stage
from prompts.readiness import A_STRETCH, STRETCH_RESTS
from scheduler.journeying import Journey, Sent
from scheduler.simulated import FIRST_DAY, WorkingPattern

WINDOW = 6
TIMELY = timedelta(days=4)
SILENT_SO_OFTEN, FORTNIGHT = 6, timedelta(days=14)

Depth = tuple[int, Dial, WorkingPattern, int]
Windows = tuple[WorkingPattern, int]


@dataclass(slots=True)
class Tally:
    """`covered` is a sum of shares, one for each leader's window; `depths` are by readiness,
    dial, pattern and depth."""

    offered: int = 0
    silences: int = 0
    sent: int = 0
    answered: int = 0
    on_own_theme: int = 0
    repeats: int = 0
    over_gate: int = 0
    over_in_heavy_week: int = 0
    double_stretches: int = 0
    looking_back: int = 0
    orphans: int = 0
    explained: int = 0
    came_due: int = 0
    asked_in_time: int = 0
    tries_made: int = 0
    tries_closed: int = 0
    replayed: int = 0
    replayed_alike: int = 0
    planted: int = 0
    found: int = 0
    ways_compared: int = 0
    ways_alike: int = 0
    stages: Counter[tuple[int, Stage]] = field(default_factory=Counter)
    depths: Counter[Depth] = field(default_factory=Counter)
    windows: Counter[Windows] = field(default_factory=Counter)
    covered: dict[Windows, float] = field(default_factory=dict)
    asked_about: Counter[tuple[WorkingPattern, bool]] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    a_week: Counter[int] = field(default_factory=Counter)
    reminders: Counter[int] = field(default_factory=Counter)
    a_fortnight: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, dict):
                for key, count in theirs.items():
                    mine[key] = mine.get(key, 0) + count
            else:
                setattr(self, each.name, mine + theirs)


def tally(journey: Journey, weeks: int) -> Tally:
    counted = Tally(
        offered=len(journey.sent) + journey.silences,
        silences=journey.silences,
        sent=len(journey.sent),
    )
    _count_each(counted, journey)
    _count_repeats(counted, journey.sent)
    _count_stretches(counted, journey.sent)
    _count_windows(counted, journey, weeks)
    _count_burden(counted, journey.sent, weeks)
    _count_tries(counted, journey, weeks)
    return counted


def _count_each(counted: Tally, journey: Journey) -> None:
    leader = journey.leader
    own = leader.themes
    for one in journey.sent:
        question = one.question
        counted.answered += one.answered
        counted.on_own_theme += not own.isdisjoint(question.themes)
        counted.over_gate += question.depth > one.gate
        counted.over_in_heavy_week += one.heavy and question.depth > 1
        if question.stage in {Stage.OBSERVE, Stage.CORRECT} and not one.in_run:
            counted.looking_back += 1
            counted.orphans += not one.has_tried
        counted.explained += is_plain(one.reason)
        counted.stages[one.readiness, question.stage] += 1
        counted.depths[one.readiness, leader.dial, leader.pattern, question.depth] += 1
        counted.used[question.id] += 1
        counted.reminders[one.reminders] += 1


def is_plain(reason: str) -> bool:
    """One sentence or two, whole, with no blank left to be filled in."""
    return (
        reason[:1].isupper()
        and reason.endswith(".")
        and reason.isprintable()
        and not set("{}<>_") & set(reason)
        and len(reason.split()) <= 40
    )


def _count_repeats(counted: Tally, sent: Sequence[Sent]) -> None:
    """A question, or another of its group, before it had rested."""
    last: dict[str, datetime] = {}
    for one in sent:
        names = _names(one.question)
        before = [last[name] for name in names if name in last]
        counted.repeats += any(one.at - at < one.question.cool_down for at in before)
        last.update(dict.fromkeys(names, one.at))


def _names(question: Question) -> tuple[str, ...]:
    return (question.id, f"group {question.group}") if question.group else (question.id,)


def _count_stretches(counted: Tally, sent: Sequence[Sent]) -> None:
    numbered = [(n, one.at) for n, one in enumerate(sent) if one.question.depth >= A_STRETCH]
    for (n, before), (m, at) in pairwise(numbered):
        counted.double_stretches += m == n + 1 or at - before < STRETCH_RESTS


def _count_windows(counted: Tally, journey: Journey, weeks: int) -> None:
    """Every six weeks in a row, each week beginning one."""
    own, pattern = journey.leader.themes, journey.leader.pattern
    for first in range(weeks - WINDOW + 1):
        touched = {
            theme
            for one in journey.sent
            if first <= one.week < first + WINDOW
            for theme in one.question.themes
        }
        counted.windows[pattern, first] += 1
        share = len(own & touched) / len(own)
        counted.covered[pattern, first] = counted.covered.get((pattern, first), 0.0) + share


def _count_burden(counted: Tally, sent: Sequence[Sent], weeks: int) -> None:
    in_week = Counter(one.week for one in sent)
    counted.a_week.update(in_week[week] for week in range(weeks))
    quiet = [one.day for one in _after_long_silence(sent)]
    counted.a_fortnight.update(
        sum(day <= other < day + FORTNIGHT for other in quiet) for day in quiet
    )


def _after_long_silence(sent: Sequence[Sent]) -> Iterator[Sent]:
    in_a_row = 0
    for one in sent:
        if in_a_row >= SILENT_SO_OFTEN:
            yield one
        in_a_row = in_a_row + 1 if one.met_with_silence else 0


def _count_tries(counted: Tally, journey: Journey, weeks: int) -> None:
    end = FIRST_DAY + timedelta(weeks=weeks)
    open_days = [slot.day for slot in journey.open_slots]
    for one in journey.tries:
        counted.tries_made += 1
        counted.tries_closed += one.ended_at is not None
        latest = one.first_due + TIMELY
        if latest < end:
            asked = one.first_asked_on
            timely = asked is not None and one.first_due <= asked <= latest
            counted.came_due += 1
            counted.asked_in_time += timely
            if any(one.first_due <= day <= latest for day in open_days):
                counted.asked_about[journey.leader.pattern, timely] += 1
