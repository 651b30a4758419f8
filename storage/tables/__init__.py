"""Every table, so that one import knows the whole of what is remembered."""

from storage.tables.agreements import Agreement, Allowed, Permission
from storage.tables.cadences import Away, CadenceRow, NudgeKind
from storage.tables.nudges import DeclinedQuestion, Nudge, NudgeState, Outcome
from storage.tables.objectives import Objective, ObjectiveState
from storage.tables.people import Member, Workspace
from storage.tables.playground import ChatLine, PlaygroundClock
from storage.tables.programmes import CoachingSession, Cohort, Pairing, Programme
from storage.tables.receipts import Receipt
from storage.tables.reflections import Reflection

__all__ = [
    "Agreement",
    "Allowed",
    "Away",
    "CadenceRow",
    "ChatLine",
    "CoachingSession",
    "Cohort",
    "DeclinedQuestion",
    "Member",
    "Nudge",
    "NudgeKind",
    "NudgeState",
    "Objective",
    "ObjectiveState",
    "Outcome",
    "Pairing",
    "Permission",
    "PlaygroundClock",
    "Programme",
    "Receipt",
    "Reflection",
    "Workspace",
]
