"""One invented leader's half-year under one policy: every slot, what was asked, what came of it.

Ours is the real code: whether anything is asked at all, and what. The rivals ask in every slot.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from prompts.bank import Bank
from prompts.choosing import Chosen, Silence, choose
from prompts.history import Asked, History, Run
from prompts.question import Question, Stage
from prompts.readiness import CAPS, DIALS, readiness, session_is_near
from prompts.sequences import RunEnd
from scheduler.backing_off import backing_off
from scheduler.simulated import FIRST_DAY, Leader, Luck, Slot, chance_of_answer
from scheduler.trying import Tries, Try

SETS_ASIDE = 0.25
HEEDS_A_REMINDER = 0.2
RUN_IS_PLANNED = timedelta(days=7)


class Policy(StrEnum):
    OURS = "policy"
    RANDOM = "random"
    ROUND_ROBIN = "round robin"


@dataclass(frozen=True, slots=True)
class Sent:
    """One question as it went out, with what was true at that moment, and what came back.

    `gate` is the deepest that readiness and dial allowed. `in_run`: a step of a sequence.
    """

    at: datetime
    day: date
    week: int
    question: Question
    reason: str
    readiness: int
    gate: int
    heavy: bool
    has_tried: bool
    answered: bool
    set_aside: bool
    reminders: int
    in_run: bool = False

    @property
    def met_with_silence(self) -> bool:
        return not self.answered and not self.set_aside


@dataclass(frozen=True, slots=True)
class Pick:
    """What a choice was made from, so that it can be made again; None was silence."""

    history: History
    slot: Slot
    question_id: str | None


@dataclass(frozen=True, slots=True)
class Journey:
    """`open_slots` are those in which anything might be asked: no backing off, no day away."""

    leader: Leader
    sent: tuple[Sent, ...]
    tries: tuple[Try, ...]
    silences: int
    open_slots: tuple[Slot, ...]
    picks: tuple[Pick, ...] = ()


@dataclass(slots=True)
class _Way:
    """How far this leader has come."""

    asked: list[Asked] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    tries: Tries = field(default_factory=Tries)
    runs: list[Run] = field(default_factory=list)
    silences: int = 0
    open_slots: list[Slot] = field(default_factory=list)


def travel(bank: Bank, leader: Leader, policy: Policy, *, sequences: bool = False) -> Journey:
    way = _Way()
    planned = list(_runs(leader)) if sequences else []
    for number, slot in enumerate(leader.slots):
        if policy is Policy.OURS and backing_off(way.asked, slot.now) is not None:
            continue
        way.open_slots.append(slot)
        if policy is Policy.OURS:
            way.tries.let_go_of_the_unanswered(slot.at)
        while planned and planned[0].planned_on <= slot.day:
            way.runs.append(planned.pop(0))
        history = _history(leader, way, slot)
        choice = _pick(bank, leader, history, slot, policy, number)
        if policy is Policy.OURS:
            chosen = choice.question.id if isinstance(choice, Chosen) else None
            way.picks.append(Pick(history, slot, chosen))
            way.runs = _still_running(way.runs, choice.ended)
        if isinstance(choice, Silence):
            way.silences += 1
        else:
            _ask(leader, way, slot, history, choice, policy)
    return Journey(
        leader,
        tuple(way.sent),
        tuple(way.tries.all),
        way.silences,
        tuple(way.open_slots),
        tuple(way.picks),
    )


def _history(leader: Leader, way: _Way, slot: Slot) -> History:
    to_come = (session for session in leader.sessions if session >= slot.at)
    return History(
        started_at=leader.started_at,
        asked=tuple(way.asked),
        objectives=leader.objectives,
        heavy_week=slot.heavy,
        dial=leader.dial,
        sessions=(
            *(session for session in leader.sessions if session < slot.at),
            *list(to_come)[:1],
        ),
        has_coach=True,
        experiments=tuple(one.as_known() for one in way.tries.open),
        experiment_ended_at=way.tries.ended_at,
        runs=tuple(way.runs),
    )


def _pick(
    bank: Bank, leader: Leader, history: History, slot: Slot, policy: Policy, number: int
) -> Chosen | Silence:
    match policy:
        case Policy.OURS:
            return choose(bank, history, slot.now, leader.name, slot.part)
        case Policy.RANDOM:
            return Chosen(_any_of(bank.themed, slot), "")
        case Policy.ROUND_ROBIN:
            stage = tuple(Stage)[number % len(Stage)]
            there = [each for each in bank.themed if each.stage is stage]
            # In another order than the bank's, or both rivals would meet the same themes.
            there.sort(key=lambda each: each.text)
            return Chosen(_any_of(there or bank.themed, slot), "")
        case _:
            assert_never(policy)


def _any_of(questions: Sequence[Question], slot: Slot) -> Question:
    return questions[int(slot.luck.picks * len(questions))]


def _ask(
    leader: Leader, way: _Way, slot: Slot, history: History, choice: Chosen, policy: Policy
) -> None:
    question = choice.question
    about = _about(way.tries, choice, slot, policy)
    has_tried = way.tries.has_tried(slot.at)
    chance = chance_of_answer(
        leader, slot, question, has_tried=has_tried, about_try=about is not None
    )
    came = _came_back(slot.luck, chance)
    way.asked.append(
        Asked(
            question.id, slot.at, came.answered, choice.objective_id, came.set_aside, choice.run_id
        )
    )
    ready = readiness(history, slot.now)
    way.sent.append(
        Sent(
            at=slot.at,
            day=slot.day,
            week=slot.week,
            question=question,
            reason=choice.reason,
            readiness=ready,
            gate=_gate(history, ready, slot),
            heavy=slot.heavy,
            has_tried=has_tried,
            answered=came.answered,
            set_aside=came.set_aside,
            reminders=came.reminders,
            in_run=choice.run_id is not None,
        )
    )
    if about is not None:
        way.tries.ask_about(about, slot)
    if came.answered:
        way.tries.hear(leader, slot, question, about, choice.objective_id)
    way.runs = [_begun(run, choice.run_id, slot.at) for run in way.runs]


@dataclass(frozen=True, slots=True)
class _CameBack:
    answered: bool
    set_aside: bool
    reminders: int


def _came_back(luck: Luck, chance: float) -> _CameBack:
    """Whoever says nothing is reminded once, on the next working day."""
    if luck.answers < chance:
        return _CameBack(answered=True, set_aside=False, reminders=0)
    if luck.sets_aside < SETS_ASIDE:
        return _CameBack(answered=False, set_aside=True, reminders=0)
    return _CameBack(luck.heeds_reminder < HEEDS_A_REMINDER * chance, set_aside=False, reminders=1)


def _about(tries: Tries, choice: Chosen, slot: Slot, policy: Policy) -> Try | None:
    """Ours says which experiment it asks about; a rival's question may happen to meet one."""
    if policy is Policy.OURS:
        return next((one for one in tries.open if one.id == choice.experiment_id), None)
    return tries.met_by(choice.question, slot.day)


def _gate(history: History, ready: int, slot: Slot) -> int:
    earned = CAPS[ready] if session_is_near(history, slot.now) else min(CAPS[ready], 4)
    return min(earned, DIALS[history.dial])


def _runs(leader: Leader) -> Iterator[Run]:
    """The first week's questions, then those around each session; in the order they begin."""
    yield Run(UUID(int=1), "onboarding", FIRST_DAY)
    for number, session in enumerate(leader.sessions, 2):
        day = session.date()
        yield Run(UUID(int=number), "session", day - RUN_IS_PLANNED, anchor=day)


def _still_running(runs: list[Run], ended: Sequence[RunEnd]) -> list[Run]:
    over = {end.run_id for end in ended}
    return [run for run in runs if run.id not in over]


def _begun(run: Run, asked_in: UUID | None, at: datetime) -> Run:
    if run.id != asked_in or run.started_at is not None:
        return run
    return replace(run, started_at=at)
