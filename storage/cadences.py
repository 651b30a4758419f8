"""When people are next due. The hot path speaks Core; one person's row is an object."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.tables import Away, CadenceRow, MemberRow, NudgeKind

_ROW = CadenceRow.__table__.c  # type: ignore[attr-defined]


async def due_cadences(db: AsyncSession, now: datetime, limit: int) -> list[CadenceRow]:
    """Those whose moment has come, earliest first. Other planners pass over the same rows."""
    found = await db.exec(
        select(CadenceRow)
        .where(col(CadenceRow.next_due_at) <= now)
        .order_by(col(CadenceRow.next_due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(found)


async def crowds_due(
    db: AsyncSession, now: datetime, more_than: int
) -> dict[tuple[UUID, datetime], int]:
    """How many are due at one moment in one workspace, where they are more than that."""
    found = await db.exec(
        select(CadenceRow.workspace_id, CadenceRow.next_due_at, func.count())
        .where(col(CadenceRow.next_due_at) <= now)
        .group_by(col(CadenceRow.workspace_id), col(CadenceRow.next_due_at))
        .having(func.count() > more_than)
    )
    return {(workspace, due): count for workspace, due, count in found if due}


async def move_on(
    db: AsyncSession,
    moves: Sequence[tuple[CadenceRow, datetime | None, date | None, date | None]],
) -> None:
    """Write (next due, its day, the newest day already planned) for many rows in one statement."""
    if not moves:
        return
    connection = await db.connection()
    await connection.execute(
        update(CadenceRow.__table__)  # type: ignore[attr-defined]
        .where(_ROW.member_id == bindparam("who"), _ROW.kind == bindparam("what"))
        .values(
            next_due_at=bindparam("due"), next_day=bindparam("day"), last_day=bindparam("last")
        ),
        [
            {"who": row.member_id, "what": row.kind, "due": due, "day": day, "last": last}
            for row, due, day, last in moves
        ],
    )


async def cadence_of(
    db: AsyncSession, someone: Member, kind: NudgeKind = NudgeKind.QUESTION
) -> CadenceRow | None:
    return await db.get(CadenceRow, (someone.id, kind))


async def cadences(
    db: AsyncSession, member_ids: Collection[UUID], kind: NudgeKind
) -> dict[UUID, CadenceRow]:
    found = await db.exec(
        select(CadenceRow).where(col(CadenceRow.member_id).in_(member_ids), CadenceRow.kind == kind)
    )
    return {row.member_id: row for row in found}


async def forget_cadences(db: AsyncSession, someone: Member) -> None:
    """Nothing comes due for them any more."""
    await db.exec(
        update(CadenceRow)
        .where(col(CadenceRow.member_id) == someone.id)
        .values(next_due_at=None, next_day=None)
    )


async def in_cohort(db: AsyncSession, cohort_id: UUID) -> list[CadenceRow]:
    """Every question cadence of a cohort, with days of their own or without."""
    found = await db.exec(
        select(CadenceRow)
        .join(MemberRow)
        .where(MemberRow.cohort_id == cohort_id, CadenceRow.kind == NudgeKind.QUESTION)
    )
    return list(found)


async def away_days(db: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, list[Away]]:
    found = await db.exec(select(Away).where(col(Away.member_id).in_(member_ids)))
    theirs: dict[UUID, list[Away]] = defaultdict(list)
    for away in found:
        theirs[away.member_id].append(away)
    return theirs


async def next_due(db: AsyncSession, member_id: UUID | None = None) -> datetime | None:
    """The earliest moment that anyone, or this person, is due."""
    query = select(func.min(CadenceRow.next_due_at))
    if member_id is not None:
        query = query.where(CadenceRow.member_id == member_id)
    return (await db.exec(query)).one()


async def add_away(db: AsyncSession, someone: Member, first: date, last: date) -> None:
    db.add(Away(member_id=someone.id, first=first, last=last))
    await db.flush()


async def remove_away(db: AsyncSession, someone: Member, away_id: UUID) -> bool:
    """False where there is no such thing of theirs."""
    away = await db.get(Away, away_id)
    if away is None or away.member_id != someone.id:
        return False
    await db.delete(away)
    await db.flush()
    return True
