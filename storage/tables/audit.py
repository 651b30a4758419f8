"""What was done with private things: ids only, each row bound to the one before it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, one_of


class Action(StrEnum):
    """A closed list, so that no word that a person wrote can find its way into a row."""

    AGREED = "agreed"
    WITHDREW = "withdrew"
    LEFT_TOTALS = "left the totals"
    SHARED = "shared"
    TOOK_BACK = "took back"
    OPENED = "opened"
    REFUSED = "refused"
    CORRECTED = "corrected"
    HANDED_OVER = "handed over"
    ASKED_FOR_DATA = "asked for data"
    TOOK_DATA = "took data"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPED = "stopped"
    ERASED = "erased"
    PAIRED = "paired"
    UNPAIRED = "unpaired"
    CONFIGURED = "configured"
    KEYS = "keys"


class AuditRow(SQLModel, table=True):
    """`number` counts from 1 in each workspace. `actor_id` is empty for the operator's commands
    and for what comes by itself; `owner_id` is whose thing it was; `about` is the thing.

    Nothing here refers to another table: a row outlives whatever it tells of.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_owner_id_at", "owner_id", "at"),)

    workspace_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=moment())
    actor_id: UUID | None = None
    action: Action = Field(sa_type=one_of(Action))
    owner_id: UUID | None = None
    about: UUID | None = None
    # The program's own words; never a person's.
    detail: str = Field(default="", max_length=400)
    # Of what was configured: as it was, empty for something new, and as it is now.
    before: str = Field(default="", max_length=400)
    after: str = Field(default="", max_length=400)
    hash: bytes = Field(sa_type=LargeBinary)


class AuditHead(SQLModel, table=True):
    """Where a workspace's chain ends. Whoever adds to it holds this row."""

    __tablename__ = "audit_head"

    workspace_id: UUID = Field(primary_key=True)
    number: int = 0
    hash: bytes = Field(default=b"", sa_type=LargeBinary)
