"""What a lead looks after: cohorts, and whether messages reach people."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import CadenceRow, Cohort, Member, Nudge, NudgeKind, NudgeState


@dataclass(frozen=True, slots=True)
class Reach:
    """How the newest message to someone fared; never what it was, nor what became of it."""

    arrived: bool
    because: str


async def cohorts_in(db: AsyncSession, workspace_id: UUID) -> list[Cohort]:
    found = await db.exec(
        select(Cohort).where(Cohort.workspace_id == workspace_id).order_by(Cohort.name)
    )
    return list(found)


async def find_cohort(db: AsyncSession, workspace_id: UUID, cohort_id: UUID) -> Cohort | None:
    """Only one of this workspace's."""
    found = await db.exec(
        select(Cohort).where(Cohort.id == cohort_id, Cohort.workspace_id == workspace_id)
    )
    return found.first()


async def with_own_hours(db: AsyncSession, cohort_id: UUID) -> int:
    """How many of a cohort's leaders chose their own days and hours."""
    found = await db.exec(
        select(func.count())
        .select_from(CadenceRow)
        .join(Member)
        .where(Member.cohort_id == cohort_id, CadenceRow.kind == NudgeKind.QUESTION)
        .where(col(CadenceRow.own).is_(True))
    )
    return found.one()


async def reach(db: AsyncSession, workspace_id: UUID) -> dict[UUID, Reach]:
    """For everyone to whom a question was delivered, or could not be: how the newest fared.

    Nudges that were not sent for the leader's own reasons do not count, or a lead would learn of
    a pause or of a question left unanswered.
    """
    tried = (NudgeState.SENT, NudgeState.GIVEN_UP)
    newest = (
        select(
            Nudge.member_id,
            Nudge.state,
            Nudge.ended_because,
            func.row_number()
            .over(partition_by=col(Nudge.member_id), order_by=col(Nudge.due_at).desc())
            .label("newness"),
        )
        .where(Nudge.workspace_id == workspace_id, Nudge.kind == NudgeKind.QUESTION)
        .where(col(Nudge.state).in_(tried))
        .subquery()
    )
    rows = await db.exec(
        select(newest.c.member_id, newest.c.state, newest.c.ended_because).where(
            newest.c.newness == 1
        )
    )
    return {
        member_id: Reach(state == NudgeState.SENT, because) for member_id, state, because in rows
    }
