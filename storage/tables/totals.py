"""What leads are shown of a quarter: written once, and never changed."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, one_of


class TotalKind(StrEnum):
    """What a figure is about. Each leader counts once, however often they were asked."""

    TAKING_PART = "taking part"
    ANSWERED = "answered"
    PAIRED = "paired"
    COACHES = "coaches"


class TotalValue(StrEnum):
    """How to read `amount`: people, or per cent; empty where there were too few."""

    TOO_FEW = "too few"
    COUNT = "count"
    SHARE = "share"
    AT_MOST = "at most"
    AT_LEAST = "at least"


class TotalsRelease(SQLModel, table=True):
    """That a quarter, such as 2026-Q4, was released, so that it never is again."""

    __tablename__ = "totals_release"

    workspace_id: UUID = Field(foreign_key="workspace.id", primary_key=True)
    quarter: str = Field(max_length=7, primary_key=True)
    threshold: int
    released_at: datetime = Field(sa_type=moment())


class Total(SQLModel, table=True):
    """One figure. Without a programme it is the workspace's, without a cohort the programme's."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "quarter"], ["totals_release.workspace_id", "totals_release.quarter"]
        ),
        Index("ix_total_workspace_id_quarter", "workspace_id", "quarter"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID
    quarter: str = Field(max_length=7)
    programme_id: UUID | None = Field(default=None, foreign_key="programme.id")
    cohort_id: UUID | None = Field(default=None, foreign_key="cohort.id")
    kind: TotalKind = Field(sa_type=one_of(TotalKind))
    value: TotalValue = Field(sa_type=one_of(TotalValue))
    amount: int | None = None


class Counted(SQLModel, table=True):
    """Who stands behind a count that was shown, to keep later counts far enough from it.

    Whoever is erased is deleted here; the figure stays.
    """

    total_id: UUID = Field(foreign_key="total.id", primary_key=True)
    member_id: UUID = Field(foreign_key="member.id", primary_key=True, index=True)
