"""What a lead looks after: cohorts, and whether messages reach people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.sealing import common_place, keys_of, seal
from storage.tables import Cohort, Nudge, NudgeState, Programme


async def add_programme(
    db: AsyncSession, workspace_id: UUID, name: str, now: datetime | None = None
) -> Programme:
    """Open from `now` on; without it, still to be opened."""
    programme = Programme(workspace_id=workspace_id, name=b"", opened_at=now)
    programme.name = await seal(db, common_place(programme, "name"), name)
    db.add(programme)
    await db.flush()
    return programme


async def add_cohort(db: AsyncSession, programme: Programme, name: str) -> Cohort:
    """With the usual days and hours, until somebody changes them."""
    cohort = Cohort(workspace_id=programme.workspace_id, programme_id=programme.id, name=b"")
    cohort.name = await seal(db, common_place(cohort, "name"), name)
    db.add(cohort)
    await db.flush()
    return cohort


async def names_of(db: AsyncSession, rows: Sequence[Programme | Cohort]) -> dict[UUID, str]:
    """What the programme lead called each of these."""
    keys = await keys_of(db, {row.workspace_id for row in rows})
    return {
        row.id: keys[row.workspace_id].open(common_place(row, "name"), row.name) for row in rows
    }


async def rename(db: AsyncSession, row: Programme | Cohort, name: str) -> None:
    row.name = await seal(db, common_place(row, "name"), name)
    db.add(row)
    await db.flush()


async def purposes_of(db: AsyncSession, rows: Sequence[Programme]) -> dict[UUID, str]:
    """What each of these is for, as far as anybody said so."""
    keys = await keys_of(db, {row.workspace_id for row in rows})
    return {
        row.id: keys[row.workspace_id].open(common_place(row, "purpose"), row.purpose)
        for row in rows
        if row.purpose is not None
    }


async def say_purpose(db: AsyncSession, programme: Programme, words: str) -> None:
    programme.purpose = await seal(db, common_place(programme, "purpose"), words) if words else None
    db.add(programme)


async def programmes_in(db: AsyncSession, workspace_id: UUID) -> list[Programme]:
    found = await db.exec(
        select(Programme).where(Programme.workspace_id == workspace_id).order_by(col(Programme.id))
    )
    return list(found)


async def programme_of(db: AsyncSession, cohort_id: UUID | None) -> Programme | None:
    """The programme that a leader of this cohort is in."""
    found = await db.exec(select(Programme).join(Cohort).where(Cohort.id == cohort_id))
    return found.first()


async def cohorts_in(db: AsyncSession, workspace_id: UUID) -> list[Cohort]:
    found = await db.exec(
        select(Cohort).where(Cohort.workspace_id == workspace_id).order_by(col(Cohort.id))
    )
    return list(found)


async def find_cohort(db: AsyncSession, workspace_id: UUID, cohort_id: UUID) -> Cohort | None:
    """Only one of this workspace's."""
    found = await db.exec(
        select(Cohort).where(Cohort.id == cohort_id, Cohort.workspace_id == workspace_id)
    )
    return found.first()


async def refused_deliveries(db: AsyncSession, workspace_id: UUID) -> dict[UUID, str]:
    """For everyone whose newest message a platform did not take: why.

    That a message did arrive is not told: it would tell who has agreed, and who paused.
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
        .where(Nudge.workspace_id == workspace_id, col(Nudge.state).in_(tried))
        .subquery()
    )
    rows = await db.exec(
        select(newest.c.member_id, newest.c.ended_because)
        .where(newest.c.newness == 1)
        .where(newest.c.state == NudgeState.GIVEN_UP)
    )
    return dict(rows.all())


async def nation_of(db: AsyncSession, cohort: Cohort) -> str:
    """Whose bank holidays this cohort keeps: its own nation's, or else its programme's."""
    return cohort.nation or (await db.get_one(Programme, cohort.programme_id)).nation


async def cohorts_of(db: AsyncSession, programme: Programme) -> list[Cohort]:
    found = await db.exec(select(Cohort).where(Cohort.programme_id == programme.id))
    return list(found)
