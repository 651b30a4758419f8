"""What would come, and why: the real cadence and the real choice, with nothing written."""

from dataclasses import dataclass, replace
from datetime import datetime

from prompts.bank import Bank
from prompts.choosing import Asked, Silence, choose
from scheduler.cadence import occurrences
from scheduler.planning import slot_name, to_cadence
from scheduler.writing import Facts, history
from storage.tables import CadenceRow, NudgeKind


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
    told = history(row.member_id, facts, now)
    coming: list[Preview] = []
    for occurrence in occurrences(cadence, now, until):
        seed = f"{row.member_id}/{slot_name(occurrence.day, NudgeKind.QUESTION)}"
        choice = choose(bank, told, occurrence.at, seed)
        if isinstance(choice, Silence):
            coming.append(Preview(occurrence.at, "", "", choice.reason))
            continue
        asked = Asked(
            choice.question.id, occurrence.at, answered=True, objective_id=choice.objective_id
        )
        told = replace(told, asked=(*told.asked, asked))
        coming.append(
            Preview(occurrence.at, choice.question.id, choice.question.message, choice.reason)
        )
    return coming
