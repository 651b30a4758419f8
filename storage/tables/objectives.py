"""What a leader wants to be different."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, one_of, sealed


class ObjectiveState(StrEnum):
    ACTIVE = "active"
    PARKED = "parked"
    COMPLETED = "completed"
    LET_GO = "let go"


class Objective(SQLModel, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id", index=True)
    words: bytes = Field(sa_type=sealed())
    # Names of the bank's themes, separated by spaces; the leader confirmed them.
    themes: str = Field(default="", max_length=200)
    state: ObjectiveState = Field(default=ObjectiveState.ACTIVE, sa_type=one_of(ObjectiveState))
    made_at: datetime = Field(sa_type=moment())
    # Both set: this one is shared with the coach of that pairing.
    shared_at: datetime | None = Field(default=None, sa_type=moment())
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id")
