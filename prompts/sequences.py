"""Which step of a sequence comes next for one leader, and how a run ends.

A run holds nothing but its sequence, the day it counts from and what was asked in it; the step is
reckoned afresh each time from those facts. So a run cannot stand in the way of anything: whoever
says "stop", or lets it lie, simply is not asked the next step.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from prompts.history import Asked, History, Run
from prompts.question import At, FollowUp, Question
from prompts.question import Sequence as SequenceOfSteps

IsWorkingDay = Callable[[date], bool]
THREAD = "same_thread"
LONGEST_THREAD = 2
FURTHEST = 366


class End(StrEnum):
    """Each is a proper end. Left: its steps were not taken up. Overtaken: something else came
    first, or its time went by."""

    FINISHED = "finished"
    LEFT = "left"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class RunEnd:
    run_id: UUID
    end: End


@dataclass(frozen=True, slots=True)
class Step:
    run: Run
    question: Question
    reason: str


@dataclass(frozen=True, slots=True)
class Runs:
    """What the open runs come to today: the steps that are due, the one to be asked first in
    front, and those runs that have come to an end."""

    steps: tuple[Step, ...] = ()
    ended: tuple[RunEnd, ...] = ()

    def overtaken_by(self, asked: Step) -> tuple[RunEnd, ...]:
        """One run at a time: what had been begun and stands behind this step is over."""
        behind = self.steps[self.steps.index(asked) :]
        begun = dict.fromkeys(
            step.run.id
            for step in behind
            if step.run.id != asked.run.id and step.run.started_at is not None
        )
        return tuple(RunEnd(run_id, End.OVERTAKEN) for run_id in begun)


def look_at_runs(
    sequences: Mapping[str, SequenceOfSteps],
    history: History,
    today: date,
    is_working_day: IsWorkingDay,
) -> Runs:
    """The steps that are due; each may still be too deep for today.

    Where two runs have one due, the sequence of higher rank goes first, then what was begun.
    """
    steps: list[Step] = []
    ended: list[RunEnd] = []
    for run in history.runs:
        sequence = sequences.get(run.sequence)
        if sequence is None:
            ended.append(RunEnd(run.id, End.OVERTAKEN))
            continue
        taken = _taken(history, run.id)
        if (end := _end(sequence, run, taken, today, is_working_day)) is not None:
            ended.append(RunEnd(run.id, end))
            continue
        due = _due(sequence, run, taken, today, is_working_day)
        reason = sequence.later_reason if taken and sequence.later_reason else sequence.reason
        steps += [Step(run, question, reason) for question in due]
    steps.sort(key=lambda step: _standing(sequences, step.run), reverse=True)
    return Runs(tuple(steps), tuple(ended))


def _taken(history: History, run_id: UUID) -> dict[str, Asked]:
    return {asked.question_id: asked for asked in history.asked if asked.run_id == run_id}


def belongs_now(step: Question, run_id: UUID, history: History) -> bool:
    """Whether the facts of this run let the step be asked, whatever its day."""
    return _facts_hold(step.only_if, _taken(history, run_id))


def _standing(sequences: Mapping[str, SequenceOfSteps], run: Run) -> tuple[int, bool, str]:
    # The id only keeps the steps of each run together.
    return sequences[run.sequence].rank, run.started_at is not None, str(run.id)


def _due(
    sequence: SequenceOfSteps,
    run: Run,
    taken: Mapping[str, Asked],
    today: date,
    is_working_day: IsWorkingDay,
) -> list[Question]:
    """Steps whose day has come and whose facts hold, in their order. Those that belong in a
    thread are not asked out of it."""
    return [
        step
        for step in sequence.steps
        if step.at is not None
        and _is_still_to_come(step.at, taken.get(step.id), today)
        and _facts_hold(step.only_if, taken)
        and day_of(step.at, run, is_working_day) <= today
        and not _is_past(step.at, run, today, is_working_day)
    ]


def _end(
    sequence: SequenceOfSteps,
    run: Run,
    taken: Mapping[str, Asked],
    today: date,
    is_working_day: IsWorkingDay,
) -> End | None:
    if sequence.left_if and _facts_hold(sequence.left_if, taken):
        return End.LEFT
    dated = [step for step in sequence.steps if step.at is not None]
    open_steps = [
        step
        for step in dated
        if (step.id not in taken or _is_asked_again(step.at, taken[step.id]))
        and not _is_past(step.at, run, today, is_working_day)
        and _may_still_come(step, taken)
    ]
    if open_steps:
        return None
    return End.FINISHED if any(step.id in taken for step in dated) else End.OVERTAKEN


def _is_still_to_come(at: At, asked: Asked | None, today: date) -> bool:
    if asked is None:
        return True
    return _is_asked_again(at, asked) and today >= asked.at.date() + timedelta(
        days=at.again_after or 0
    )


def _is_asked_again(at: At | None, asked: Asked) -> bool:
    return at is not None and at.again_after is not None and not asked.answered


def _may_still_come(step: Question, taken: Mapping[str, Asked]) -> bool:
    """A fact about a step that was not asked yet may still come true."""
    return all(
        _fact_holds(fact, taken) or _about(fact) not in taken or _waits(taken[_about(fact)])
        for fact in step.only_if
    )


def _waits(asked: Asked) -> bool:
    """Neither answered nor set aside yet: either may still happen."""
    return asked.met_with_silence


def _facts_hold(facts: Iterable[str], taken: Mapping[str, Asked]) -> bool:
    return all(_fact_holds(fact, taken) for fact in facts)


def _fact_holds(fact: str, taken: Mapping[str, Asked]) -> bool:
    """`answered=ON1`, `skipped=BS1`, `unanswered=ON3` or `not_asked=BS3`."""
    what, _, about = fact.partition("=")
    asked = taken.get(about)
    match what:
        case "not_asked":
            return asked is None
        case "answered":
            return asked is not None and asked.answered
        case "skipped":
            return asked is not None and asked.set_aside and not asked.put_off
        case _:
            return asked is not None and asked.met_with_silence


def _about(fact: str) -> str:
    return fact.partition("=")[2]


def day_of(at: At, run: Run, is_working_day: IsWorkingDay) -> date:
    """The first date on which this step may be asked."""
    start = run.anchor or run.planned_on
    if at.working_day is None:
        return start + timedelta(days=at.day)
    return _working_days_from(start, at.working_day, is_working_day)


def _working_days_from(start: date, count: int, is_working_day: IsWorkingDay) -> date:
    """So many working days after that date, or before it where the count is negative."""
    step = timedelta(days=1 if count > 0 else -1)
    day, left = start, abs(count)
    for _ in range(FURTHEST):
        if not left:
            break
        day += step
        left -= is_working_day(day)
    return day


def _is_past(at: At | None, run: Run, today: date, is_working_day: IsWorkingDay) -> bool:
    """Its time has gone by: a focus for a session is not asked for after the session."""
    if at is None:
        return True
    first = day_of(at, run, is_working_day)
    start = run.anchor or run.planned_on
    if first < start:
        return today >= start
    return today > first + timedelta(days=at.for_days)


def follow_up(
    question: Question,
    fact: str,
    bank: Mapping[str, Question],
    thread: Sequence[str],
    fits: Callable[[Question], bool],
) -> Question | None:
    """What is asked straight after this one, in the same thread, now that `fact` holds: the first
    that fits this leader today.

    A thread of a leader's own deepening ends after two more questions; a sequence's goes on to
    its own end. `thread` holds the ids asked in it so far, this one included.
    """
    for after in question.follow_ups:
        following = bank.get(after.ask)
        if (
            _comes_now(after, fact)
            and following is not None
            and following.id not in thread
            and (following.sequence or len(thread) <= LONGEST_THREAD)
            and fits(following)
        ):
            return following
    return None


def _comes_now(after: FollowUp, fact: str) -> bool:
    return after.when == fact and after.max_wait == THREAD
