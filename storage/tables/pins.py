"""Questions that a coach keeps for later, and those pinned for a leader."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, sealed


class CoachQuestion(SQLModel, table=True):
    """A question of a coach's own, for nobody else to see until it is pinned."""

    __tablename__ = "coach_question"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    # The coach.
    member_id: UUID = Field(foreign_key="member.id", index=True)
    # The leader it is kept for; empty: for anybody.
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id")
    words: bytes = Field(sa_type=sealed())
    # How deep it goes, 1 to 4, as the coach sees it.
    depth: int
    kept_at: datetime = Field(sa_type=moment())


class Pin(SQLModel, table=True):
    """A question that a coach chose for a leader, until it is asked, refused or taken back.

    `words` are a coach's own, which are about to stand in a chat; empty for one of the bank's.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    pairing_id: UUID = Field(foreign_key="pairing.id", index=True)
    question_id: str = Field(max_length=40)
    words: str = Field(default="", max_length=300)
    depth: int
    pinned_at: datetime = Field(sa_type=moment())
    ended_at: datetime | None = Field(default=None, sa_type=moment())
