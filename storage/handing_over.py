"""What a leader had shared with a coach who is their coach no longer."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarResult
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.tables import Experiment, Objective, Pairing, Rating, Reflection

Handable = Reflection | Objective | Experiment | Rating
NEVER = datetime.min.replace(tzinfo=UTC)
_HANDABLE: tuple[type[Handable], ...] = (Reflection, Objective, Experiment, Rating)


async def left_behind(db: AsyncSession, leader: Member) -> list[Handable]:
    """Whatever was not taken back before a pairing ended, newest first."""
    ended = list(
        await db.exec(
            select(Pairing.id).where(
                Pairing.leader_id == leader.id, col(Pairing.ended_at).is_not(None)
            )
        )
    )
    if not ended:
        return []
    found: list[Handable] = []
    for table in _HANDABLE:
        theirs: ScalarResult[Any] = await db.exec(
            select(table)
            .where(col(table.member_id) == leader.id, col(table.shared_at).is_not(None))
            .where(col(table.pairing_id).in_(ended))
        )
        found += list(theirs)
    return sorted(found, key=lambda one: (one.shared_at or NEVER, one.id), reverse=True)


async def hand_over(
    db: AsyncSession, chosen: Sequence[Handable], pairing_id: UUID, now: datetime
) -> None:
    """From now on the coach of this pairing can read these."""
    for one in chosen:
        one.shared_at, one.pairing_id = now, pairing_id
        db.add(one)
    await db.flush()
