"""What would come, and why: the real cadence and the real choice, with nothing written."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from prompts.bank import Bank
from prompts.choosing import Silence
from prompts.variables import Variables, filled
from scheduler.cadence import occurrences
from scheduler.facts import Facts, choose_for
from scheduler.planning import slot_name, to_cadence
from storage.questions import AskedQuestion
from storage.tables import CadenceRow, NudgeKind, NudgeState, Outcome

ID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Preview:
    """One moment to come. Without a question, `reason` says why there is silence."""

    at: datetime
    question_id: str
    words: str
    reason: str


def preview(
    row: CadenceRow, facts: Facts, bank: Bank, now: datetime, until: datetime
) -> list[Preview]:
    """As if every question that comes were answered."""
    cadence = to_cadence(row, facts.away.get(row.member_id, ()))
    coming: list[Preview] = []
    for occurrence in occurrences(cadence, now, until):
        at = occurrence.at
        slot = slot_name(occurrence.day, NudgeKind.QUESTION)
        local = at.astimezone(ZoneInfo(row.zone))
        choice = choose_for(row.member_id, facts, bank, local, slot)
        facts = _without(facts, row.member_id, {end.run_id for end in choice.ended})
        if isinstance(choice, Silence):
            coming.append(Preview(at, "", "", choice.reason))
            continue
        asked = AskedQuestion(
            id=ID,
            question_id=choice.question.id,
            objective_id=choice.objective_id,
            state=NudgeState.SENT,
            due_at=at,
            sent_at=at,
            open_until=None,
            outcome=Outcome.ANSWERED,
            run_id=choice.run_id,
        )
        so_far = [*facts.asked.get(row.member_id, ()), asked]
        facts = replace(facts, asked={**facts.asked, row.member_id: so_far})
        words = filled(choice.question.message, Variables(), choice.question)
        coming.append(Preview(at, choice.question.id, words, choice.reason))
    return coming


def _without(facts: Facts, who: UUID, ended: set[UUID]) -> Facts:
    still = [run for run in facts.runs.get(who, ()) if run.id not in ended]
    return replace(facts, runs={**facts.runs, who: still})
