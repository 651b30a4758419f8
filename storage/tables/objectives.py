"""What a leader wants to be different, how it was put before, and where they place themselves."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, one_of, sealed


class ObjectiveState(StrEnum):
    """Let go is an end as good as completed."""

    SHAPING = "shaping"
    ACTIVE = "active"
    PARKED = "parked"
    COMPLETED = "completed"
    LET_GO = "let go"


class Whose(StrEnum):
    """Whose wish it is, as far as the leader can tell."""

    MINE = "mine"
    SHARED = "shared"
    GIVEN = "given"
    UNSURE = "unsure"


class Objective(SQLModel, table=True):
    __table_args__ = (
        Index(
            "ix_objective_next_review",
            "next_review",
            sqlite_where=text("next_review IS NOT NULL"),
            postgresql_where=text("next_review IS NOT NULL"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id", index=True)
    words: bytes = Field(sa_type=sealed())
    version: int = 1
    # Names of the bank's themes, separated by spaces; the leader confirmed them.
    themes: str = Field(default="", max_length=200)
    whose: Whose | None = Field(default=None, sa_type=one_of(Whose))
    state: ObjectiveState = Field(default=ObjectiveState.ACTIVE, sa_type=one_of(ObjectiveState))
    made_at: datetime = Field(sa_type=moment())
    # The day on which to stop and look, on the leader's own calendar.
    next_review: date | None = None
    # Both set: this one is shared with the coach of that pairing.
    shared_at: datetime | None = Field(default=None, sa_type=moment())
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id", index=True)


class ObjectiveVersion(SQLModel, table=True):
    """How an objective was put before it was put another way."""

    __tablename__ = "objective_version"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id")
    objective_id: UUID = Field(foreign_key="objective.id", index=True)
    version: int
    words: bytes = Field(sa_type=sealed())
    until: datetime = Field(sa_type=moment())


class Measure(SQLModel, table=True):
    """Five levels in the leader's words, all in one sealed text. Other words are another row."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id")
    objective_id: UUID = Field(foreign_key="objective.id", index=True)
    words: bytes = Field(sa_type=sealed())
    made_at: datetime = Field(sa_type=moment())
    closed_at: datetime | None = Field(default=None, sa_type=moment())


class Rating(SQLModel, table=True):
    """One placing. The level, its words of that day and what was seen are one sealed text."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id")
    objective_id: UUID = Field(foreign_key="objective.id", index=True)
    # The question it answers, where it was asked for.
    nudge_id: UUID | None = Field(default=None, foreign_key="nudge.id", index=True)
    words: bytes = Field(sa_type=sealed())
    rated_at: datetime = Field(sa_type=moment())
    shared_at: datetime | None = Field(default=None, sa_type=moment())
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id", index=True)


class ReviewDecision(StrEnum):
    KEEP = "keep"
    REVISE = "revise"
    COMPLETE = "complete"
    LET_GO = "let go"


class Review(SQLModel, table=True):
    """A stop to look at an objective. It is closed by a decision, and by nothing else."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id")
    objective_id: UUID = Field(foreign_key="objective.id", index=True)
    decision: ReviewDecision = Field(sa_type=one_of(ReviewDecision))
    decided_at: datetime = Field(sa_type=moment())
