"""What one leader has shared with their coach, and nothing else.

A coach's digest and the questions it offers are made of these alone. Whatever was kept private has
no place here, so it cannot show in either, not even by being missing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prompts.experiment import Decision, TryState
from prompts.question import Theme


@dataclass(frozen=True, slots=True)
class SharedFocus:
    """What the leader wants to think about; `id` is the coaching session's."""

    id: UUID
    starts_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class SharedExperiment:
    """`surprise`, `other` and `learned`: how it sat beside what was expected, what else could
    explain it, what is known now. `times_put_off` counts each “not yet”."""

    id: UUID
    state: TryState
    due: date
    action: str
    objective_id: UUID | None = None
    hypothesis: str = ""
    expected: str = ""
    observed: str = ""
    surprise: str = ""
    other: str = ""
    learned: str = ""
    decision: Decision | None = None
    times_put_off: int = 0
    put_off_because: str = ""
    # What was told of it is out of date, and what came since no digest has told yet.
    moved_since: bool = False


@dataclass(frozen=True, slots=True)
class SharedReflection:
    """`question` as it was asked. `themes` are those of that question, or what the leader ticked on
    this answer; never those of an objective that is not shared. `nudge` is what asked it."""

    id: UUID
    nudge: UUID
    question_id: str
    question: str
    words: str
    on: date
    themes: tuple[Theme, ...] = ()
    objective_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SharedRating:
    """`before` is the one shared before it: a rating that was not shared must not show."""

    id: UUID
    level: int
    on: date
    before: int | None = None
    evidence: str = ""
    # What that level means, in the leader's words of that day.
    level_words: str = ""


@dataclass(frozen=True, slots=True)
class SharedObjective:
    """Empty `words`: its title is not shared, and so neither is its review date. A rating on it
    may be shared all the same."""

    id: UUID
    words: str = ""
    next_review: date | None = None
    ratings: tuple[SharedRating, ...] = ()
    # Every rating on it that is shared, these and earlier ones, oldest first.
    placings: tuple[SharedRating, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedAside:
    """What the leader asks the coach to leave for now."""

    id: UUID
    words: str


@dataclass(frozen=True, slots=True)
class SharedWeek:
    """`leader` is a first name."""

    pairing: UUID
    leader: str
    next_session: datetime | None = None
    focus: SharedFocus | None = None
    experiments: tuple[SharedExperiment, ...] = ()
    reflections: tuple[SharedReflection, ...] = ()
    objectives: tuple[SharedObjective, ...] = ()
    leave_for_now: SharedAside | None = None
