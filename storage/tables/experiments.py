"""Small tries in the real world."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, one_of, sealed


class ExperimentState(StrEnum):
    """planned → observed → closed; a planned one may be put off twice, and is then let go."""

    PLANNED = "planned"
    OBSERVED = "observed"
    CLOSED = "closed"


class Decision(StrEnum):
    """What became of it. Let go is as good an end as any."""

    KEEP = "keep"
    CHANGE = "change"
    STOP = "stop"
    LET_GO = "let go"


class Experiment(SQLModel, table=True):
    """`words` is all that the leader wrote of it, sealed as one: how much there is of it and which
    parts are filled in is nobody's business either. `due` is a date on the leader's calendar."""

    __table_args__ = (
        Index(
            "ix_experiment_due",
            "due",
            sqlite_where=text("state != 'closed'"),
            postgresql_where=text("state != 'closed'"),
        ),
        Index("ix_experiment_pairing_id", "pairing_id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id", index=True)
    objective_id: UUID | None = Field(default=None, foreign_key="objective.id")
    # The answer that it was made from, which may be gone by now.
    reflection_id: UUID | None = None
    # The experiment that it changes.
    follows_id: UUID | None = Field(default=None, foreign_key="experiment.id")
    state: ExperimentState = Field(default=ExperimentState.PLANNED, sa_type=one_of(ExperimentState))
    decision: Decision | None = Field(default=None, sa_type=one_of(Decision))
    due: date
    # How often it was "not yet".
    delays: int = 0
    words: bytes = Field(sa_type=sealed())
    made_at: datetime = Field(sa_type=moment())
    # How often something of it changed that a coach may be shown, and when it last did.
    moves: int = 0
    moved_at: datetime = Field(sa_type=moment())
    closed_at: datetime | None = Field(default=None, sa_type=moment())
    shared_at: datetime | None = Field(default=None, sa_type=moment())
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id")
