"""The notice a leader accepted, and one switch for each permission."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, one_of


class Allowed(StrEnum):
    """What a leader may permit, each by itself. All are off until switched on."""

    QUESTIONS = "questions"
    SHARING = "sharing"
    TITLES = "titles"
    TOTALS = "totals"
    RESEARCH = "research"


class Agreement(SQLModel, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id", index=True)
    notice: str = Field(max_length=20)
    agreed_at: datetime = Field(sa_type=moment())
    withdrawn_at: datetime | None = Field(default=None, sa_type=moment())


class Permission(SQLModel, table=True):
    """One switch that was turned on; `withdrawn_at` says when it was turned off again."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    agreement_id: UUID = Field(foreign_key="agreement.id", index=True)
    allows: Allowed = Field(sa_type=one_of(Allowed))
    given_at: datetime = Field(sa_type=moment())
    withdrawn_at: datetime | None = Field(default=None, sa_type=moment())
