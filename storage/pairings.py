"""Who coaches whom, and when they next talk."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import CoachingSession, Member, Pairing


async def coach_of(db: AsyncSession, leader: Member) -> tuple[Pairing, Member] | None:
    """The leader's coach, once both have accepted."""
    found = await db.exec(
        select(Pairing, Member)
        .join(Member, col(Member.id) == Pairing.coach_id)
        .where(Pairing.leader_id == leader.id)
        .where(col(Pairing.accepted_at).is_not(None), col(Pairing.ended_at).is_(None))
    )
    return found.first()


async def leaders_of(db: AsyncSession, coach: Member) -> list[tuple[Pairing, Member]]:
    """A coach's leaders, by name."""
    found = await db.exec(
        select(Pairing, Member)
        .join(Member, col(Member.id) == Pairing.leader_id)
        .where(Pairing.coach_id == coach.id)
        .where(col(Pairing.accepted_at).is_not(None), col(Pairing.ended_at).is_(None))
        .order_by(Member.name)
    )
    return list(found)


async def pairings_in(db: AsyncSession, workspace_id: UUID) -> list[Pairing]:
    found = await db.exec(
        select(Pairing)
        .where(Pairing.workspace_id == workspace_id)
        .where(col(Pairing.accepted_at).is_not(None), col(Pairing.ended_at).is_(None))
    )
    return list(found)


async def next_sessions(
    db: AsyncSession, pairing_ids: Collection[UUID], after: datetime
) -> dict[UUID, CoachingSession]:
    """The next session of each pairing that has one."""
    found = await db.exec(
        select(CoachingSession)
        .where(col(CoachingSession.pairing_id).in_(pairing_ids))
        .where(col(CoachingSession.starts_at) > after)
        .order_by(col(CoachingSession.starts_at).desc())
    )
    return {session.pairing_id: session for session in found}


async def set_next_session(
    db: AsyncSession, pairing: Pairing, starts_at: datetime, now: datetime
) -> None:
    """Say when they next talk; a date that was set before and has not come yet is moved."""
    coming = (await next_sessions(db, [pairing.id], now)).get(pairing.id)
    if coming is None:
        coming = CoachingSession(pairing_id=pairing.id, starts_at=starts_at)
    coming.starts_at = starts_at
    db.add(coming)
    await db.flush()
