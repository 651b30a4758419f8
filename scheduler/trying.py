"""The experiments of an invented leader: made, asked about, looked back on, decided or let go."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from prompts.choosing import (
    MOST_DELAYS,
    MOST_OPEN_EXPERIMENTS,
    STILL_LOOKED_BACK_ON,
    is_to_be_let_go,
)
from prompts.history import Experiment, ExperimentState
from prompts.question import Question, Stage
from scheduler.simulated import Leader, Slot

IS_TRIED, HAS_HAPPENED = 0.5, 0.7
SOONEST, LATEST = 7, 21


@dataclass(slots=True)
class Try:
    """`first_due` and `first_asked_on` are for reckoning how timely it was asked about."""

    id: UUID
    first_due: date
    due: date
    objective_id: UUID | None
    state: ExperimentState = ExperimentState.PLANNED
    times_asked: int = 0
    last_asked: datetime | None = None
    delays: int = 0
    first_asked_on: date | None = None
    ended_at: datetime | None = None

    def as_known(self) -> Experiment:
        return Experiment(
            self.id,
            self.state,
            self.due,
            self.objective_id,
            self.times_asked,
            self.last_asked,
            self.delays,
        )


@dataclass(slots=True)
class Tries:
    all: list[Try] = field(default_factory=list)

    @property
    def open(self) -> list[Try]:
        return [one for one in self.all if one.ended_at is None]

    @property
    def ended_at(self) -> datetime | None:
        return max((one.ended_at for one in self.all if one.ended_at is not None), default=None)

    def has_tried(self, now: datetime) -> bool:
        """Whether there is anything to look back on."""
        return any(
            one.ended_at is None or now - one.ended_at <= STILL_LOOKED_BACK_ON for one in self.all
        )

    def let_go_of_the_unanswered(self, now: datetime) -> None:
        """Asked about three times, and a week of silence after the last."""
        for one in self.open:
            if is_to_be_let_go(one.as_known(), now):
                one.ended_at = now

    def met_by(self, question: Question, today: date) -> Try | None:
        """The one that a question happens to meet, though it was not chosen for it."""
        for one in self.open:
            planned = one.state is ExperimentState.PLANNED
            if planned and question.stage is Stage.OBSERVE and one.due <= today:
                return one
            if not planned and question.stage is Stage.CORRECT:
                return one
        return None

    def ask_about(self, one: Try, slot: Slot) -> None:
        one.times_asked += 1
        one.last_asked = slot.at
        one.first_asked_on = one.first_asked_on or slot.day

    def hear(
        self,
        leader: Leader,
        slot: Slot,
        question: Question,
        about: Try | None,
        objective_id: UUID | None,
    ) -> None:
        """What an answer makes of them."""
        if about is not None:
            self._hear_about(leader, slot, about)
        elif (
            question.stage is Stage.EXPERIMENT
            and len(self.open) < MOST_OPEN_EXPERIMENTS
            and slot.luck.tries < IS_TRIED
        ):
            due = due_date(leader, slot)
            self.all.append(Try(UUID(int=len(self.all) + 1), due, due, objective_id))

    def _hear_about(self, leader: Leader, slot: Slot, about: Try) -> None:
        if about.state is ExperimentState.OBSERVED:
            about.ended_at = slot.at
        elif slot.luck.happened < HAS_HAPPENED:
            about.state, about.times_asked, about.last_asked = ExperimentState.OBSERVED, 0, None
        elif about.delays + 1 == MOST_DELAYS:
            about.ended_at = slot.at
        else:
            about.delays += 1
            about.due, about.times_asked, about.last_asked = due_date(leader, slot), 0, None


def due_date(leader: Leader, slot: Slot) -> date:
    """Within one to three weeks, and not while they are away."""
    day = slot.day + timedelta(days=SOONEST + int(slot.luck.when * (LATEST - SOONEST + 1)))
    while leader.is_away(day):
        day += timedelta(days=1)
    return day
