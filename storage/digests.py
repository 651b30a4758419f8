"""Which digest covers what: each takes up where the last one that was sent left off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Nudge, NudgeKind, NudgeState, Pairing, Reflection
from storage.tables.columns import UtcDateTime

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SharedMark:
    """That something was shared with a coach, and when; never what."""

    coach_id: UUID
    leader_id: UUID
    shared_at: datetime


async def last_digests(
    db: AsyncSession, coach_ids: Collection[UUID], before: datetime
) -> dict[UUID, datetime]:
    """When each coach's last sent digest was due, before that moment."""
    rows = await db.exec(
        select(Nudge.member_id, func.max(Nudge.due_at, type_=UtcDateTime))
        .where(col(Nudge.member_id).in_(coach_ids), Nudge.kind == NudgeKind.DIGEST)
        .where(Nudge.state == NudgeState.SENT, col(Nudge.due_at) < before)
        .group_by(col(Nudge.member_id))
    )
    return dict(rows.all())


async def shared_marks(
    db: AsyncSession, coach_ids: Collection[UUID], after: datetime
) -> list[SharedMark]:
    rows = await db.exec(
        select(Pairing.coach_id, Pairing.leader_id, Reflection.shared_at)
        .join(Reflection, col(Reflection.pairing_id) == Pairing.id)
        .where(col(Pairing.coach_id).in_(coach_ids), col(Pairing.ended_at).is_(None))
        .where(col(Reflection.shared_at) > after)
    )
    return [SharedMark(coach, leader, at) for coach, leader, at in rows if at is not None]


async def latest_digest(db: AsyncSession, coach_id: UUID) -> Nudge | None:
    found = await db.exec(
        select(Nudge)
        .where(Nudge.member_id == coach_id, Nudge.kind == NudgeKind.DIGEST)
        .where(Nudge.state == NudgeState.SENT)
        .order_by(col(Nudge.due_at).desc())
        .limit(1)
    )
    return found.first()
