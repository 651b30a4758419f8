"""Who is here: workspaces and the people known in them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.tables.columns import moment


class Workspace(SQLModel, table=True):
    """One Slack workspace, one Teams tenant or the local playground. Nothing crosses it."""

    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    platform: str = Field(max_length=20)
    external_id: str = Field(max_length=200)
    name: str = ""


class Member(SQLModel, table=True):
    """A person known in a workspace. One person can be leader, coach and lead at once."""

    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    user_id: str = Field(max_length=200)
    address: str = ""
    name: str
    email: str = ""
    timezone: str = Field(default="Europe/London", max_length=64)
    cohort_id: UUID | None = Field(default=None, foreign_key="cohort.id", index=True)
    is_leader: bool = False
    is_coach: bool = False
    is_lead: bool = False
    arrived_at: datetime | None = Field(default=None, sa_type=moment())
    left_at: datetime | None = Field(default=None, sa_type=moment())
