"""What a choice may rest on: facts about one leader, never a mood and never a word of an answer."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from prompts.question import Question, Theme


class Dial(StrEnum):
    """How much stretch a leader welcomes; theirs alone to turn."""

    GENTLE = "gentle"
    BALANCED = "balanced"
    STRETCHING = "stretching"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question this leader was asked. `set_aside`: they skipped it, put it off, said that it
    was not for them or that the week is heavy; so they were there, and it is no silence. What was
    `put_off` is to come again."""

    question_id: str
    at: datetime
    answered: bool
    objective_id: UUID | None = None
    set_aside: bool = False
    run_id: UUID | None = None
    put_off: bool = False

    @property
    def met_with_silence(self) -> bool:
        return not self.answered and not self.set_aside


@dataclass(frozen=True, slots=True)
class ActiveObjective:
    id: UUID
    themes: tuple[Theme, ...]


class ExperimentState(StrEnum):
    """Those that still wait for something: the day, or the decision."""

    PLANNED = "planned"
    OBSERVED = "observed"


@dataclass(frozen=True, slots=True)
class Experiment:
    """`due` is a date on the leader's own calendar; `times_asked` counts from that day on."""

    id: UUID
    state: ExperimentState
    due: date
    objective_id: UUID | None = None
    times_asked: int = 0
    last_asked: datetime | None = None
    delays: int = 0


@dataclass(frozen=True, slots=True)
class Pin:
    """A question that the coach chose for this leader; shown as theirs."""

    id: UUID
    question: Question
    coach: str


@dataclass(frozen=True, slots=True)
class Run:
    """One way through a sequence that has not ended. Without `started_at` it waits for its first
    step; `anchor` is the day that its steps are counted from, where that is another one than the
    day it was planned on. `objective_id` is the objective that it shapes or looks at again."""

    id: UUID
    sequence: str
    planned_on: date
    started_at: datetime | None = None
    anchor: date | None = None
    objective_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Facts about one leader; `asked` is oldest first, `declined` holds what was "not for me".

    `sessions` are coaching sessions, past and to come. `experiments` are the open ones;
    `experiment_ended_at` says when the newest of the others came to its end.
    """

    started_at: datetime
    asked: tuple[Asked, ...] = ()
    declined: frozenset[str] = frozenset()
    objectives: tuple[ActiveObjective, ...] = ()
    heavy_week: bool = False
    dial: Dial = Dial.BALANCED
    sessions: tuple[datetime, ...] = ()
    has_coach: bool = False
    experiments: tuple[Experiment, ...] = ()
    experiment_ended_at: datetime | None = None
    starred: frozenset[Theme] = frozenset()
    pin: Pin | None = None
    runs: tuple[Run, ...] = ()
