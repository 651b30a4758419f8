"""What a chat platform would keep, kept here for the playground: its chat log and its clock."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, sealed


class ChatLine(SQLModel, table=True):
    """A line of the playground's chat: a Message as JSON, or what the person typed."""

    __tablename__ = "chat_line"

    number: int | None = Field(default=None, primary_key=True)
    # What the body is bound to: the number is not known before there is a row.
    id: UUID = Field(default_factory=uuid4, unique=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id", index=True)
    typed: bool = False
    body: bytes = Field(sa_type=sealed())
    nudge_id: UUID | None = Field(default=None, foreign_key="nudge.id", index=True)
    at: datetime = Field(sa_type=moment())
    # Counts the changes of one line, so that an open page knows to look again.
    changes: int = 0


class PlaygroundClock(SQLModel, table=True):
    """How far the playground's clock was moved. One row."""

    __tablename__ = "playground_clock"

    id: int = Field(default=1, primary_key=True)
    ahead_seconds: float = 0
