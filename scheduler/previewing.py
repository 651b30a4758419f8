"""What would come, and why: what sending would write at each moment, with nothing written down."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from prompts.bank import Bank
from prompts.choosing import DECIDE
from prompts.message import Text
from scheduler.between import NO_SESSION
from scheduler.cadence import occurrences
from scheduler.facts import Facts
from scheduler.planning import expiry, slot_name, to_cadence
from scheduler.writing import Held, Waits, Written, write
from storage.nudges import Planned
from storage.questions import AskedQuestion
from storage.reflections import to_the_hour
from storage.tables import (
    CadenceRow,
    Experiment,
    ExperimentState,
    Nudge,
    NudgeKind,
    NudgeState,
    Outcome,
    SequenceRun,
)


@dataclass(frozen=True, slots=True)
class Preview:
    """One moment to come. Without a question, `reason` says why there is silence."""

    at: datetime
    question_id: str
    words: str
    reason: str


def preview(
    row: CadenceRow,
    facts: Facts,
    bank: Bank,
    waiting: Iterable[Nudge],
    now: datetime,
    until: datetime,
) -> list[Preview]:
    """As if every question that comes were answered. `waiting` are the questions that are planned
    already, such as those that were put off."""
    coming: list[Preview] = []
    for nudge in _nudges(row, facts, list(waiting), now, until):
        outcome = write(nudge, facts, bank, nudge.due_at)
        if isinstance(outcome, Waits):
            # A question never does; only what one of a pairing is told.
            continue
        ended = {end.run_id for end in outcome.ended}
        facts = _without(facts, row.member_id, ended)
        match outcome:
            case Held(because=because, instead=instead):
                facts = _asked_of_sessions(facts, row.member_id, nudge, instead)
                coming.append(Preview(nudge.due_at, "", "", because.words))
            case Written(intent=intent, message=message):
                words = next(one.words for one in message.elements if isinstance(one, Text))
                coming.append(Preview(nudge.due_at, intent.question_id, words, intent.reason))
                facts = _answered(facts, nudge, outcome)
    return coming


def _nudges(
    row: CadenceRow, facts: Facts, waiting: list[Nudge], now: datetime, until: datetime
) -> Iterator[Nudge]:
    """One for each date: what is planned for it already, or else its slot's own."""
    cadence = to_cadence(row, facts.away.get(row.member_id, ()))
    planned = {one.slot: one for one in waiting if one.due_at <= until}
    for occurrence in occurrences(cadence, now, until):
        slot = slot_name(occurrence.day, NudgeKind.QUESTION)
        if occurrence.day > (row.last_day or date.min) and slot not in planned:
            planned[slot] = Nudge(
                workspace_id=row.workspace_id,
                member_id=row.member_id,
                slot=slot,
                kind=NudgeKind.QUESTION,
                due_at=occurrence.at,
                ready_at=occurrence.at,
                expires_at=expiry(NudgeKind.QUESTION, cadence, occurrence),
            )
    yield from sorted(planned.values(), key=lambda one: one.due_at)


def _answered(facts: Facts, nudge: Nudge, written: Written) -> Facts:
    asked = AskedQuestion(
        id=nudge.id,
        question_id=written.intent.question_id,
        objective_id=written.intent.objective_id,
        state=NudgeState.SENT,
        due_at=nudge.due_at,
        sent_at=nudge.due_at,
        open_until=None,
        outcome=Outcome.ANSWERED,
        run_id=written.intent.run_id,
        experiment_id=written.intent.experiment_id,
    )
    who = nudge.member_id
    runs = [_begun(run, asked) for run in facts.runs.get(who, ())]
    return replace(
        facts,
        asked={**facts.asked, who: [*facts.asked.get(who, ()), asked]},
        runs={**facts.runs, who: runs},
        experiments={**facts.experiments, who: _looked_back_on(facts, asked, who)},
        experiments_ended=_ended(facts, asked, who),
    )


def _ended(facts: Facts, asked: AskedQuestion, who: UUID) -> Mapping[UUID, datetime]:
    if asked.question_id != DECIDE:
        return facts.experiments_ended
    return {**facts.experiments_ended, who: to_the_hour(asked.due_at)}


def _looked_back_on(facts: Facts, asked: AskedQuestion, who: UUID) -> list[Experiment]:
    """What was asked about is observed, and what was observed is decided."""
    still = []
    for one in facts.experiments.get(who, ()):
        if one.id != asked.experiment_id:
            still.append(one)
        elif one.state is ExperimentState.PLANNED:
            seen = {**one.model_dump(), "state": ExperimentState.OBSERVED}
            still.append(Experiment(**seen))
    return still


def _begun(run: SequenceRun, asked: AskedQuestion) -> SequenceRun:
    if run.id != asked.run_id or run.started_at is not None:
        return run
    return SequenceRun(**{**run.model_dump(), "started_at": asked.sent_at})


def _asked_of_sessions(facts: Facts, who: UUID, nudge: Nudge, instead: Planned | None) -> Facts:
    if instead is None or not instead.slot.startswith(NO_SESSION):
        return facts
    return replace(facts, asked_of_sessions={**facts.asked_of_sessions, who: nudge.due_at})


def _without(facts: Facts, who: UUID, ended: set[UUID]) -> Facts:
    still = [run for run in facts.runs.get(who, ()) if run.id not in ended]
    return replace(facts, runs={**facts.runs, who: still})
