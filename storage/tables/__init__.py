"""Every table, so that one import knows the whole of what is remembered."""

from storage.tables.agreements import Agreement, Allowed, Permission
from storage.tables.audit import Action, AuditHead, AuditRow
from storage.tables.cadences import Away, CadenceRow, NudgeKind
from storage.tables.digests import Aside, DigestItem, SharedKind
from storage.tables.experiments import Decision, Experiment, ExperimentState
from storage.tables.nudges import DeclinedQuestion, Nudge, NudgeState, Outcome, WhyNot
from storage.tables.objectives import (
    Measure,
    Objective,
    ObjectiveState,
    ObjectiveVersion,
    Rating,
    Review,
    ReviewDecision,
    Whose,
)
from storage.tables.own_questions import OwnQuestion
from storage.tables.people import CalendarLink, CopyLink, Leaving, MemberRow, Workspace
from storage.tables.pins import CoachQuestion, Pin
from storage.tables.platforms import (
    Installation,
    InstallState,
    Intake,
    Newcomer,
    Reply,
    TeamAccess,
)
from storage.tables.playground import ChatLine, PlaygroundClock
from storage.tables.programmes import CoachingSession, Cohort, Invitation, Pairing, Programme
from storage.tables.receipts import Receipt
from storage.tables.references import Reference
from storage.tables.reflections import Reflection
from storage.tables.runs import RunEnding, SequenceRun
from storage.tables.totals import Counted, Total, TotalKind, TotalsRelease, TotalValue
from storage.tables.vaults import SealedWith

__all__ = [
    "Action",
    "Agreement",
    "Allowed",
    "Aside",
    "AuditHead",
    "AuditRow",
    "Away",
    "CadenceRow",
    "CalendarLink",
    "ChatLine",
    "CoachQuestion",
    "CoachingSession",
    "Cohort",
    "CopyLink",
    "Counted",
    "Decision",
    "DeclinedQuestion",
    "DigestItem",
    "Experiment",
    "ExperimentState",
    "InstallState",
    "Installation",
    "Intake",
    "Invitation",
    "Leaving",
    "Measure",
    "MemberRow",
    "Newcomer",
    "Nudge",
    "NudgeKind",
    "NudgeState",
    "Objective",
    "ObjectiveState",
    "ObjectiveVersion",
    "Outcome",
    "OwnQuestion",
    "Pairing",
    "Permission",
    "Pin",
    "PlaygroundClock",
    "Programme",
    "Rating",
    "Receipt",
    "Reference",
    "Reflection",
    "Reply",
    "Review",
    "ReviewDecision",
    "RunEnding",
    "SealedWith",
    "SequenceRun",
    "SharedKind",
    "TeamAccess",
    "Total",
    "TotalKind",
    "TotalValue",
    "TotalsRelease",
    "Whose",
    "WhyNot",
    "Workspace",
]
