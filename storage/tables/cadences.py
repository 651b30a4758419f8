"""When each person is next asked, or told. The row is the schedule."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, one_of


class NudgeKind(StrEnum):
    """What comes unasked: a question or its reminder to a leader, a digest to a coach and the
    leader's look at it before, a notice to anybody."""

    QUESTION = "question"
    REMINDER = "reminder"
    PREVIEW = "preview"
    DIGEST = "digest"
    NOTICE = "notice"


class CadenceRow(SQLModel, table=True):
    """One person's rhythm for one kind of nudge.

    `next_due_at` is empty while nothing may come: before the agreement, after "stop", while
    paused with no end. `next_day` and `last_day` are dates on the person's own calendar.
    """

    __tablename__ = "cadence"
    __table_args__ = (
        Index(
            "ix_cadence_next_due_at",
            "next_due_at",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
    )

    member_id: UUID = Field(foreign_key="member.id", primary_key=True)
    kind: NudgeKind = Field(sa_type=one_of(NudgeKind), primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    slots: str
    zone: str = Field(max_length=64)
    earliest: str = Field(default="08:00", max_length=5)
    latest: str = Field(default="18:00", max_length=5)
    # False: the cohort's days and hours are followed when a lead changes them.
    own: bool = False
    paused_at: datetime | None = Field(default=None, sa_type=moment())
    paused_until: date | None = None
    heavy_until: datetime | None = Field(default=None, sa_type=moment())
    # How much stretch they welcome: the bank's word for it.
    dial: str = Field(default="balanced", max_length=20)
    reminders: bool = True
    # Whether a coach's digest holds questions to hold.
    suggestions: bool = True
    # Whose bank holidays are kept; empty: nobody's.
    nation: str = Field(default="", max_length=40)
    # When they chose to carry on after a long silence: what went unanswered before counts no more.
    carried_on_at: datetime | None = Field(default=None, sa_type=moment())
    stopped_at: datetime | None = Field(default=None, sa_type=moment())
    next_due_at: datetime | None = Field(default=None, sa_type=moment())
    next_day: date | None = None
    last_day: date | None = None


class Away(SQLModel, table=True):
    """Days on which nothing is asked, both ends included, on the person's own calendar."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    member_id: UUID = Field(foreign_key="member.id", index=True)
    first: date
    last: date
