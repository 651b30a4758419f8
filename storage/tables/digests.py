"""What went into which digest, and what a leader asks their coach to leave alone."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, one_of, sealed


class SharedKind(StrEnum):
    REFLECTION = "reflection"
    EXPERIMENT = "experiment"
    RATING = "rating"
    OBJECTIVE = "objective"
    ASIDE = "aside"


class DigestItem(SQLModel, table=True):
    """That this digest told of this thing, and how it stood then; never what it said.

    By it the next digest tells only what is new, and what was taken back since shows as that.
    """

    __tablename__ = "digest_item"
    # Both: by the pairing alone, a year of digests would be read for each thing that is shared.
    __table_args__ = (Index("ix_digest_item_item_id_pairing_id", "item_id", "pairing_id"),)

    nudge_id: UUID = Field(foreign_key="nudge.id", primary_key=True)
    item_id: UUID = Field(primary_key=True)
    kind: SharedKind = Field(sa_type=one_of(SharedKind))
    pairing_id: UUID = Field(foreign_key="pairing.id", index=True)
    # The leader whose it is.
    member_id: UUID = Field(foreign_key="member.id", index=True)
    # The sharing it tells of, and how often an experiment had moved by then.
    shared_at: datetime = Field(sa_type=moment())
    moves: int = 0


class Aside(SQLModel, table=True):
    """What the leader asks the coach not to raise for now: one text for each pairing."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id", index=True)
    words: bytes = Field(sa_type=sealed())
    shared_at: datetime | None = Field(default=None, sa_type=moment())
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id", index=True)
