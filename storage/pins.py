"""Questions that coaches keep, and those they pinned for a leader."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.sealing import own_place, seal
from storage.tables import CoachQuestion, Pairing, Pin

# What was not asked by then has had its time.
STANDS_FOR = timedelta(days=14)
MOST_KEPT = 50


async def kept_by(db: AsyncSession, coach: Member) -> list[CoachQuestion]:
    """Newest first."""
    found = await db.exec(
        select(CoachQuestion)
        .where(CoachQuestion.member_id == coach.id)
        .order_by(col(CoachQuestion.kept_at).desc(), col(CoachQuestion.id))
    )
    return list(found)


async def kept_for(
    db: AsyncSession, coach: Member, pairing_ids: Collection[UUID]
) -> list[CoachQuestion]:
    """Those that this coach keeps for one of these leaders."""
    return [one for one in await kept_by(db, coach) if one.pairing_id in pairing_ids]


async def find_kept(db: AsyncSession, coach: Member, question_id: UUID) -> CoachQuestion | None:
    """Only one's own."""
    found = await db.exec(
        select(CoachQuestion).where(
            CoachQuestion.id == question_id, CoachQuestion.member_id == coach.id
        )
    )
    return found.first()


async def keep_question(
    db: AsyncSession,
    coach: Member,
    words: str,
    depth: int,
    pairing_id: UUID | None,
    now: datetime,
    kept: CoachQuestion | None = None,
) -> CoachQuestion:
    """A new one; or `kept`, changed."""
    if kept is None:
        kept = CoachQuestion(
            workspace_id=coach.workspace_id,
            member_id=coach.id,
            words=b"",
            depth=depth,
            kept_at=now,
        )
    kept.depth, kept.pairing_id = depth, pairing_id
    kept.words = await seal(db, own_place(kept, "words"), words)
    db.add(kept)
    await db.flush()
    return kept


async def drop_kept(db: AsyncSession, kept: CoachQuestion) -> None:
    await db.delete(kept)
    await db.flush()


async def newest_pins(db: AsyncSession, pairing_ids: Collection[UUID]) -> dict[UUID, Pin]:
    """The newest of each pairing that has any, open or not."""
    found = await db.exec(
        select(Pin).where(col(Pin.pairing_id).in_(pairing_ids)).order_by(col(Pin.pinned_at))
    )
    return {one.pairing_id: one for one in found}


async def pin(
    db: AsyncSession, pairing: Pairing, question_id: str, words: str, depth: int, now: datetime
) -> Pin:
    """`words` are a coach's own; empty for one of the bank's."""
    made = Pin(
        workspace_id=pairing.workspace_id,
        pairing_id=pairing.id,
        question_id=question_id,
        words=words,
        depth=depth,
        pinned_at=now,
    )
    db.add(made)
    await db.flush()
    return made


async def pins_for(
    db: AsyncSession, leader_ids: Collection[UUID], now: datetime
) -> dict[UUID, tuple[Pin, UUID]]:
    """The pin that waits for each leader, with the coach who chose it."""
    found = await db.exec(
        select(Pin, Pairing.leader_id, Pairing.coach_id)
        .join(Pairing, col(Pairing.id) == Pin.pairing_id)
        .where(col(Pairing.leader_id).in_(leader_ids), col(Pairing.ended_at).is_(None))
        .where(col(Pin.ended_at).is_(None), col(Pin.pinned_at) > now - STANDS_FOR)
        .order_by(col(Pin.pinned_at))
    )
    return {leader: (one, coach) for one, leader, coach in found}


async def end_pins(db: AsyncSession, pin_ids: Sequence[UUID], now: datetime) -> None:
    """They were asked, refused or taken back: which of these, their rows do not tell."""
    if pin_ids:
        await db.exec(
            update(Pin)
            .where(col(Pin.id).in_(pin_ids), col(Pin.ended_at).is_(None))
            .values(ended_at=now)
            .execution_options(synchronize_session=False)
        )


async def open_again(db: AsyncSession, pin_id: UUID) -> None:
    """It was put off, and is to come at another moment."""
    await db.exec(
        update(Pin)
        .where(col(Pin.id) == pin_id)
        .values(ended_at=None)
        .execution_options(synchronize_session=False)
    )
