"""Who has written nothing for long: after the programme's months they are told, and forgotten."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select as sa_select
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import (
    Agreement,
    CadenceRow,
    Cohort,
    MemberRow,
    Nudge,
    NudgeKind,
    NudgeState,
    Programme,
    Reflection,
)
from storage.tables.columns import UtcDateTime

# Where somebody is in no programme.
KEPT_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Quiet:
    """A leader of whom nothing new came. `next_due_at` is empty where they are asked nothing."""

    workspace_id: UUID
    member_id: UUID
    last_at: datetime
    kept_months: int
    next_due_at: datetime | None


async def quiet_since(db: AsyncSession, before: datetime) -> list[Quiet]:
    """Whoever last agreed to or answered something before then."""
    answered = (
        select(
            Reflection.member_id, func.max(Reflection.answered_at, type_=UtcDateTime).label("at")
        )
        .group_by(col(Reflection.member_id))
        .subquery()
    )
    agreed = (
        select(Agreement.member_id, func.max(Agreement.agreed_at, type_=UtcDateTime).label("at"))
        .group_by(col(Agreement.member_id))
        .subquery()
    )
    connection = await db.connection()
    rows = await connection.execute(
        sa_select(
            col(MemberRow.workspace_id),
            col(MemberRow.id),
            answered.c.at,
            agreed.c.at,
            col(Programme.kept_months),
            col(CadenceRow.next_due_at),
        )
        .join(agreed, agreed.c.member_id == MemberRow.id)
        .join(answered, answered.c.member_id == MemberRow.id, isouter=True)
        .join(Cohort, col(Cohort.id) == MemberRow.cohort_id, isouter=True)
        .join(Programme, col(Programme.id) == Cohort.programme_id, isouter=True)
        .join(
            CadenceRow,
            (col(CadenceRow.member_id) == MemberRow.id) & (CadenceRow.kind == NudgeKind.QUESTION),
            isouter=True,
        )
        .where(agreed.c.at < before)
        .where((answered.c.at < before) | answered.c.at.is_(None))
    )
    return [
        Quiet(
            workspace_id,
            member_id,
            max(agreed_at, answered_at) if answered_at else agreed_at,
            kept_months or KEPT_MONTHS,
            next_due_at,
        )
        for workspace_id, member_id, answered_at, agreed_at, kept_months, next_due_at in rows
    ]


async def told_before(db: AsyncSession, slots: str, before: datetime) -> set[UUID]:
    """Whoever was sent a notice whose slot begins so, by that moment."""
    found = await db.exec(
        select(Nudge.member_id)
        .where(Nudge.kind == NudgeKind.NOTICE, col(Nudge.slot).startswith(slots))
        .where(Nudge.state == NudgeState.SENT, col(Nudge.sent_at) <= before)
    )
    return set(found)
