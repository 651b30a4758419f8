"""Every table, so that one import knows the whole of what is remembered."""

from storage.tables.agreements import Agreement, Allowed, Permission
from storage.tables.audit import Action, AuditHead, AuditRow
from storage.tables.cadences import Away, CadenceRow, NudgeKind
from storage.tables.nudges import DeclinedQuestion, Nudge, NudgeState, Outcome
from storage.tables.objectives import Objective, ObjectiveState
from storage.tables.own_questions import OwnQuestion
from storage.tables.people import CopyLink, MemberRow, Workspace
from storage.tables.playground import ChatLine, PlaygroundClock
from storage.tables.programmes import CoachingSession, Cohort, Pairing, Programme
from storage.tables.receipts import Receipt
from storage.tables.reflections import Reflection
from storage.tables.runs import RunEnding, SequenceRun
from storage.tables.totals import Counted, Total, TotalKind, TotalsRelease, TotalValue
from storage.tables.vaults import SealedWith

__all__ = [
    "Action",
    "Agreement",
    "Allowed",
    "AuditHead",
    "AuditRow",
    "Away",
    "CadenceRow",
    "ChatLine",
    "CoachingSession",
    "Cohort",
    "CopyLink",
    "Counted",
    "DeclinedQuestion",
    "MemberRow",
    "Nudge",
    "NudgeKind",
    "NudgeState",
    "Objective",
    "ObjectiveState",
    "Outcome",
    "OwnQuestion",
    "Pairing",
    "Permission",
    "PlaygroundClock",
    "Programme",
    "Receipt",
    "Reflection",
    "RunEnding",
    "SealedWith",
    "SequenceRun",
    "Total",
    "TotalKind",
    "TotalValue",
    "TotalsRelease",
    "Workspace",
]
