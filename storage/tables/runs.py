"""One leader's way through a sequence."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, one_of


class RunEnding(StrEnum):
    """Each is a proper end, and none is a failure."""

    FINISHED = "finished"
    LEFT = "left"
    OVERTAKEN = "overtaken"


class SequenceRun(SQLModel, table=True):
    """Planned until its first step is asked; which step comes next is reckoned from what was.

    `anchor` is the day that its steps are counted from, such as a session's, where that is another
    one than the day it was planned on. Both are dates on the leader's own calendar.
    """

    __tablename__ = "sequence_run"
    __table_args__ = (
        Index(
            "ix_sequence_run_member_id",
            "member_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_sequence_run_about",
            "about",
            sqlite_where=text("about IS NOT NULL"),
            postgresql_where=text("about IS NOT NULL"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id")
    sequence: str = Field(max_length=40)
    planned_on: date
    anchor: date | None = None
    # What it is about, such as a coaching session.
    about: UUID | None = None
    started_at: datetime | None = Field(default=None, sa_type=moment())
    ended_at: datetime | None = Field(default=None, sa_type=moment())
    ended_as: RunEnding | None = Field(default=None, sa_type=one_of(RunEnding))
