"""Answers: private, or shared with the coach."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.tables.columns import indexed, moment, sealed


class Reflection(SQLModel, table=True):
    """One answer to one question. `question_words` is the wording that was asked."""

    __table_args__ = (
        Index("ix_reflection_pairing_id_shared_at", "pairing_id", "shared_at"),
        # In the order of a journal, so that a page reads no more than it shows.
        Index("ix_reflection_member_id_answered_at", "member_id", "answered_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id")
    nudge_id: UUID = Field(foreign_key="nudge.id", unique=True)
    question_id: str = Field(max_length=40)
    question_version: int
    question_words: str
    objective_id: UUID | None = Field(default=None, foreign_key="objective.id")
    words: bytes = Field(sa_type=sealed())
    # A keyed hash of the event by which it was typed in the chat, as long as it follows that line.
    source: bytes | None = Field(default=None, sa_type=indexed())
    answered_at: datetime = Field(sa_type=moment())
    # Both set: shared with the coach of that pairing. Both empty: private.
    shared_at: datetime | None = Field(default=None, sa_type=moment())
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id")
