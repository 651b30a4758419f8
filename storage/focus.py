"""What a leader wants to think about in the coming session, where they let their coach read it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.pairings import next_sessions
from storage.tables import CoachingSession, Nudge, Pairing, Reflection, SequenceRun

# The questions that ask for it.
ASK_FOR_A_FOCUS = ("BS1", "BS2", "BS3")


async def focus_of(
    db: AsyncSession, pairing_ids: Collection[UUID], now: datetime
) -> dict[UUID, Reflection]:
    """By pairing: the newest that is shared with its coach, for its next session."""
    coming = {one.id for one in (await next_sessions(db, pairing_ids, now)).values()}
    found = await db.exec(
        select(Reflection)
        .join(Nudge, col(Nudge.id) == Reflection.nudge_id)
        .join(SequenceRun, col(SequenceRun.id) == Nudge.run_id)
        .join(CoachingSession, col(CoachingSession.id) == SequenceRun.about)
        .where(col(CoachingSession.id).in_(coming))
        .where(col(Reflection.pairing_id) == CoachingSession.pairing_id)
        .where(col(Reflection.shared_at).is_not(None))
        .where(col(Reflection.question_id).in_(ASK_FOR_A_FOCUS))
        .order_by(col(Reflection.answered_at), col(Nudge.due_at))
    )
    return {one.pairing_id: one for one in found if one.pairing_id is not None}


async def session_for(db: AsyncSession, nudge: Nudge, now: datetime) -> CoachingSession | None:
    """The session to come that this question asks the focus of."""
    if nudge.run_id is None or nudge.question_id not in ASK_FOR_A_FOCUS:
        return None
    found = await db.exec(
        select(CoachingSession)
        .join(SequenceRun, col(SequenceRun.about) == CoachingSession.id)
        .join(Pairing, col(Pairing.id) == CoachingSession.pairing_id)
        .where(SequenceRun.id == nudge.run_id, col(Pairing.ended_at).is_(None))
        .where(col(CoachingSession.cancelled_at).is_(None), col(CoachingSession.starts_at) > now)
    )
    return found.first()
