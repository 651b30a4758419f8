"""One unasked message to one member: what is to be said about whom, never the words."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.tables.cadences import NudgeKind
from storage.tables.columns import moment, one_of


class NudgeState(StrEnum):
    """ready → leased → sending → sent | given up | expired | in doubt."""

    READY = "ready"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given up"
    EXPIRED = "expired"
    IN_DOUBT = "in doubt"


class WhyNot(StrEnum):
    """Why it was put off, or never went out. A closed list: it can be counted, and says nothing of
    what anybody wrote."""

    # As people chose, or as the rules have it: nothing is wrong.
    GONE = "gone"
    NO_AGREEMENT = "no agreement"
    STOPPED = "stopped"
    PAUSED = "paused"
    OUTSIDE_HOURS = "outside hours"
    STILL_OPEN = "still open"
    RESTING = "resting"
    NO_QUESTION = "no question"
    NOTHING_TO_TELL = "nothing to tell"
    NOT_NEEDED = "not needed"
    OTHER_FIRST = "other first"
    # A platform did not take it, or could not.
    DISCONNECTED = "disconnected"
    KEPT_BY_ADMINS = "kept by admins"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    DOWN = "down"
    NOT_TAKEN = "not taken"
    MISCONFIGURED = "misconfigured"
    # We did not do what we should have.
    TOO_LATE = "too late"
    CRASHED = "crashed"
    IN_DOUBT = "in doubt"
    OUR_FAULT = "our fault"

    @property
    def is_trouble(self) -> bool:
        """It should have gone out."""
        return self not in _AS_CHOSEN


_AS_CHOSEN = {
    WhyNot.GONE,
    WhyNot.NO_AGREEMENT,
    WhyNot.STOPPED,
    WhyNot.PAUSED,
    WhyNot.OUTSIDE_HOURS,
    WhyNot.STILL_OPEN,
    WhyNot.RESTING,
    WhyNot.NO_QUESTION,
    WhyNot.NOTHING_TO_TELL,
    WhyNot.NOT_NEEDED,
    WhyNot.OTHER_FIRST,
}


class Outcome(StrEnum):
    """What became of a question that was sent."""

    ANSWERED = "answered"
    SKIPPED = "skipped"
    LATER = "later"
    NOT_YET = "not yet"
    HEAVY_WEEK = "heavy week"
    NOT_FOR_ME = "not for me"
    LAPSED = "lapsed"


class Nudge(SQLModel, table=True):
    """`slot` names the local calendar occurrence, such as 2027-03-28/question.

    (workspace, member, slot) is the natural key: however often an occurrence is planned, by a
    moved schedule, a second process or a new time-zone table, it is one row and is sent once.
    """

    __table_args__ = (
        UniqueConstraint("workspace_id", "member_id", "slot"),
        Index(
            "ix_nudge_ready_at",
            "ready_at",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
        Index(
            "ix_nudge_lease_until",
            "lease_until",
            sqlite_where=text("state IN ('leased', 'sending')"),
            postgresql_where=text("state IN ('leased', 'sending')"),
        ),
        Index(
            "ix_nudge_open_until",
            "open_until",
            sqlite_where=text("open_until IS NOT NULL"),
            postgresql_where=text("open_until IS NOT NULL"),
        ),
        Index("ix_nudge_member_id_due_at", "member_id", "due_at"),
        Index("ix_nudge_due_at", "due_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id")
    slot: str = Field(max_length=60)
    kind: NudgeKind = Field(sa_type=one_of(NudgeKind))
    due_at: datetime = Field(sa_type=moment())
    ready_at: datetime = Field(sa_type=moment())
    expires_at: datetime = Field(sa_type=moment())
    state: NudgeState = Field(default=NudgeState.READY, sa_type=one_of(NudgeState))
    # Milliseconds of the database's own clock; product time never decides a lease.
    lease_until: int | None = Field(default=None, sa_type=BigInteger)
    owner: UUID | None = None
    attempts: int = 0
    # Why it waits or was not sent, for an operator: in our own words, and as what is counted.
    ended_because: str = ""
    why_not: WhyNot | None = Field(default=None, sa_type=one_of(WhyNot))
    # The platform's own id of the message, so that it can be changed later.
    message_id: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=moment())
    # A question that was sent waits for an answer until then; empty once it waits no more.
    open_until: datetime | None = Field(default=None, sa_type=moment())
    # The question this one was asked straight after, or reminds of.
    follows_id: UUID | None = Field(default=None, foreign_key="nudge.id")
    # The way through a sequence that it is a step of.
    run_id: UUID | None = Field(default=None, foreign_key="sequence_run.id")
    question_id: str = Field(default="", max_length=40)
    question_version: int = 0
    # The bank's own wording as it was asked; a later version of the question does not change it.
    question_words: str = ""
    reason: str = ""
    objective_id: UUID | None = Field(default=None, foreign_key="objective.id")
    experiment_id: UUID | None = Field(default=None, foreign_key="experiment.id")
    pin_id: UUID | None = Field(default=None, foreign_key="pin.id")
    closed_at: datetime | None = Field(default=None, sa_type=moment())
    outcome: Outcome | None = Field(default=None, sa_type=one_of(Outcome))


class DeclinedQuestion(SQLModel, table=True):
    """ "Not for me": this question is retired for this leader."""

    __tablename__ = "declined_question"

    member_id: UUID = Field(foreign_key="member.id", primary_key=True)
    question_id: str = Field(max_length=40, primary_key=True)
    declined_at: datetime = Field(sa_type=moment())
