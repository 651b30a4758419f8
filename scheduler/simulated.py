"""Invented leaders, for trying the policy out: who they are, their weeks, and how they answer.

Everything about them follows from a seed. What chance holds for a slot is drawn before anything is
asked in it, so that each policy meets the same leaders with the same luck. How likely they are to
answer is made up: it compares one policy with another, and says nothing about people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from prompts.history import ActiveObjective, Dial
from prompts.question import PartOfWeek, Question, Stage, Theme
from scheduler.cadence import Away, Cadence, occurrences, read_slots

ZONE = ZoneInfo("Europe/London")
# A Monday. Half a year from here meets a change of the clocks.
FIRST_DAY = date(2027, 1, 4)
BETWEEN_SESSIONS = timedelta(weeks=4)
HEAVY_WEEKS = 0.10


class Kind(StrEnum):
    KEEN = "keen"
    STEADY = "steady"
    BUSY = "busy"
    SCEPTIC = "sceptic"
    FADING = "fading"


class WorkingPattern(StrEnum):
    FULL_WEEK = "full week"
    PART_TIME = "part time"
    SHIFT = "shift"


ANSWERS = {Kind.KEEN: 0.85, Kind.STEADY: 0.65, Kind.BUSY: 0.45, Kind.SCEPTIC: 0.35}
FADING_FROM, FADING_A_WEEK = 0.55, 0.02
SLOTS = {
    WorkingPattern.FULL_WEEK: "tue 12:00, thu 16:00",
    WorkingPattern.PART_TIME: "mon 12:00, wed 12:00",
    WorkingPattern.SHIFT: "wed 10:00, sat 10:00",
}
# What a leader welcomes; beyond it they answer less.
COMFORT = {Dial.GENTLE: 2, Dial.BALANCED: 3, Dial.STRETCHING: 4}


@dataclass(frozen=True, slots=True)
class Luck:
    """What chance holds for one slot, each from 0 to 1, whatever comes to be asked in it."""

    picks: float
    answers: float
    sets_aside: float
    heeds_reminder: float
    tries: float
    when: float
    happened: float


@dataclass(frozen=True, slots=True)
class Slot:
    at: datetime
    day: date
    week: int
    part: PartOfWeek
    heavy: bool
    luck: Luck

    @property
    def now(self) -> datetime:
        """The moment on the leader's own clock."""
        return self.at.astimezone(ZONE)


@dataclass(frozen=True, slots=True)
class Leader:
    """`words` stands for everything private that this leader ever wrote."""

    name: str
    kind: Kind
    dial: Dial
    pattern: WorkingPattern
    objectives: tuple[ActiveObjective, ...]
    started_at: datetime
    sessions: tuple[datetime, ...]
    away: tuple[Away, ...]
    slots: tuple[Slot, ...]
    words: str

    @property
    def themes(self) -> frozenset[Theme]:
        return frozenset(theme for objective in self.objectives for theme in objective.themes)

    def is_away(self, day: date) -> bool:
        return any(away.first <= day <= away.last for away in self.away)


def invent(seed: int, number: int, weeks: int) -> Leader:
    """The `number` decides kind, dial and pattern, so that each sort is met equally often."""
    chance = Random(f"{seed}/{number}")  # noqa: S311 - played, not secret
    pattern = tuple(WorkingPattern)[number // 15 % 3]
    # What does not hang on the weeks is drawn first: a longer run has the same leaders.
    objectives, words = tuple(_objectives(chance)), f"private-{chance.getrandbits(64):016x}"
    sessions = tuple(_sessions(chance, weeks))
    away = tuple(_away(chance, pattern, weeks))
    return Leader(
        name=f"{seed}/{number}",
        kind=tuple(Kind)[number % 5],
        dial=tuple(Dial)[number // 5 % 3],
        pattern=pattern,
        objectives=objectives,
        started_at=_at(FIRST_DAY, 8),
        sessions=sessions,
        away=away,
        slots=tuple(_slots(chance, pattern, away, weeks)),
        words=words,
    )


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)


def _objectives(chance: Random) -> Iterator[ActiveObjective]:
    for _ in range(chance.randint(1, 3)):
        themes = chance.sample(tuple(Theme), k=chance.randint(1, 2))
        yield ActiveObjective(UUID(int=chance.getrandbits(128)), tuple(themes))


def _sessions(chance: Random, weeks: int) -> Iterator[datetime]:
    """One every four weeks, and one beyond the end: a session is booked ahead."""
    day = FIRST_DAY + BETWEEN_SESSIONS + timedelta(days=chance.randrange(5))
    last = FIRST_DAY + timedelta(weeks=weeks) + BETWEEN_SESSIONS
    while day <= last:
        yield _at(day, 10)
        day += BETWEEN_SESSIONS


def _away(chance: Random, pattern: WorkingPattern, weeks: int) -> Iterator[Away]:
    """A week of leave each quarter; whoever works shifts has nights besides, four every month."""
    for first_week in range(0, weeks, 13):
        first = FIRST_DAY + timedelta(weeks=first_week + chance.randrange(2, 13))
        yield Away(first, first + timedelta(days=6))
    for first_week in range(0, weeks if pattern is WorkingPattern.SHIFT else 0, 4):
        first = FIRST_DAY + timedelta(weeks=first_week, days=chance.randrange(28))
        yield Away(first, first + timedelta(days=3))


def _slots(
    chance: Random, pattern: WorkingPattern, away: tuple[Away, ...], weeks: int
) -> Iterator[Slot]:
    slots = read_slots(SLOTS[pattern])
    cadence = Cadence(slots, ZONE.key, away=away)
    begins = _at(FIRST_DAY, 0)
    heavy = [chance.random() < HEAVY_WEEKS for _ in range(weeks)]
    for one in occurrences(cadence, begins, begins + timedelta(weeks=weeks)):
        week = (one.day - FIRST_DAY).days // 7
        if week < weeks:
            first = one.day.weekday() == slots[0].weekday
            part = PartOfWeek.PLANNING if first else PartOfWeek.NOTICING
            luck = Luck(*(chance.random() for _ in range(7)))
            yield Slot(one.at, one.day, week, part, heavy[week], luck)


def chance_of_answer(
    leader: Leader, slot: Slot, question: Question, *, has_tried: bool, about_try: bool
) -> float:
    """Made up: what touches an objective of theirs draws leaders in, what is too deep does not."""
    chance = ANSWERS.get(leader.kind, FADING_FROM - FADING_A_WEEK * slot.week)
    if about_try or not leader.themes.isdisjoint(question.themes):
        chance += 0.10
    if slot.heavy and question.depth > 1:
        chance -= 0.20
    if not has_tried and question.stage in {Stage.OBSERVE, Stage.CORRECT}:
        chance -= 0.15
    chance -= 0.08 * max(0, question.depth - COMFORT[leader.dial])
    return min(0.97, max(0.02, chance))
