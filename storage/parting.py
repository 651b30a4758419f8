"""The end of a pairing, and of whatever rests on it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.coaching_sessions import cancel_coming
from storage.tables import Aside, Pairing, Pin


async def end(db: AsyncSession, pairings: Sequence[Pairing], now: datetime) -> None:
    """From this moment the coach can open nothing. What was shared keeps the mark of it, so that
    its leader can hand it over, or not."""
    if not pairings:
        return
    ids = [one.id for one in pairings]
    for one in pairings:
        one.ended_at = now
        db.add(one)
    await db.flush()
    await cancel_coming(db, ids, now)
    for ending in (
        update(Pin)
        .where(col(Pin.pairing_id).in_(ids), col(Pin.ended_at).is_(None))
        .values(ended_at=now),
        # What they were asked to leave alone is no business of the next one.
        update(Aside).where(col(Aside.pairing_id).in_(ids)).values(shared_at=None, pairing_id=None),
    ):
        await db.exec(ending)
