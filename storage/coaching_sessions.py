"""Sessions: when a leader and their coach talk. Only the date and the length are kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.runs import end_runs_about
from storage.tables import CoachingSession, Pairing, RunEnding


async def find_session(
    db: AsyncSession, pairing_ids: Collection[UUID], session_id: UUID
) -> CoachingSession | None:
    """Only one of these pairings, and none that was cancelled."""
    found = await db.exec(
        select(CoachingSession)
        .where(CoachingSession.id == session_id, col(CoachingSession.cancelled_at).is_(None))
        .where(col(CoachingSession.pairing_id).in_(pairing_ids))
    )
    return found.first()


async def last_session(
    db: AsyncSession, pairing_id: UUID, since: datetime, now: datetime
) -> CoachingSession | None:
    """The newest that was to have begun in (since, now]."""
    found = await db.exec(
        select(CoachingSession)
        .where(CoachingSession.pairing_id == pairing_id)
        .where(col(CoachingSession.cancelled_at).is_(None))
        .where(col(CoachingSession.starts_at) > since, col(CoachingSession.starts_at) <= now)
        .order_by(col(CoachingSession.starts_at).desc())
        .limit(1)
    )
    return found.first()


async def set_session(
    db: AsyncSession, pairing: Pairing, starts_at: datetime, minutes: int, now: datetime
) -> tuple[CoachingSession, bool]:
    """Say when they next talk; a date that was set before and has not come yet is moved. Also
    returns whether that changed anything."""
    # Whoever else says when at this moment waits: or each of the two would set a session.
    await db.exec(select(Pairing.id).where(Pairing.id == pairing.id).with_for_update())
    coming = await _coming(db, pairing.id, now)
    if coming is None:
        session = CoachingSession(pairing_id=pairing.id, starts_at=starts_at, minutes=minutes)
        db.add(session)
        await db.flush()
        return session, True
    if (coming.starts_at, coming.minutes) == (starts_at, minutes):
        return coming, False
    coming.starts_at, coming.minutes, coming.changes = starts_at, minutes, coming.changes + 1
    db.add(coming)
    await db.flush()
    return coming, True


async def _coming(db: AsyncSession, pairing_id: UUID, now: datetime) -> CoachingSession | None:
    found = await db.exec(
        select(CoachingSession)
        .where(CoachingSession.pairing_id == pairing_id)
        .where(col(CoachingSession.cancelled_at).is_(None), col(CoachingSession.starts_at) > now)
        .order_by(col(CoachingSession.starts_at))
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found.first()


async def cancel_session(db: AsyncSession, session: CoachingSession, now: datetime) -> None:
    """It will not take place, or did not. Nothing more is asked about it."""
    session.cancelled_at, session.changes = now, session.changes + 1
    db.add(session)
    await db.flush()
    await end_runs_about(db, [session.id], RunEnding.LEFT, now)


async def cancel_coming(db: AsyncSession, pairing_ids: Collection[UUID], now: datetime) -> None:
    """Whatever these pairings still had before them; and of what they had, nothing more is
    asked."""
    theirs = select(CoachingSession.id).where(col(CoachingSession.pairing_id).in_(pairing_ids))
    every = list(await db.exec(theirs))
    await db.exec(
        update(CoachingSession)
        .where(col(CoachingSession.id).in_(every), col(CoachingSession.starts_at) > now)
        .where(col(CoachingSession.cancelled_at).is_(None))
        .values(cancelled_at=now, changes=col(CoachingSession.changes) + 1)
    )
    await end_runs_about(db, every, RunEnding.LEFT, now)


@dataclass(frozen=True, slots=True)
class Between:
    """A pairing, and one session of it where it is about one."""

    pairing: Pairing
    session: CoachingSession | None = None


async def between(db: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Between]:
    """Of each id of a pairing or of a session, whatever became of it since."""
    pairings = await db.exec(select(Pairing).where(col(Pairing.id).in_(ids)))
    found = {one.id: Between(one) for one in pairings}
    sessions = await db.exec(
        select(CoachingSession, Pairing).join(Pairing).where(col(CoachingSession.id).in_(ids))
    )
    return found | {session.id: Between(pairing, session) for session, pairing in sessions}
