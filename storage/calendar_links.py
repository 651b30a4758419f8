"""Ways to the calendar file of one session, each good for a day."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.tables import CalendarLink, CoachingSession

GOOD_FOR = timedelta(days=1)


async def make_calendar_link(
    db: AsyncSession, someone: Member, session_id: UUID, now: datetime
) -> str:
    """What to put in the address: 256 random bits, in letters, digits, hyphens and underscores."""
    await db.exec(delete(CalendarLink).where(col(CalendarLink.expires_at) <= now))
    token = secrets.token_urlsafe(32)
    db.add(
        CalendarLink(
            digest=_digest(token),
            member_id=someone.id,
            session_id=session_id,
            expires_at=now + GOOD_FOR,
        )
    )
    await db.flush()
    return token


async def session_behind(db: AsyncSession, token: str, now: datetime) -> CoachingSession | None:
    """As it stands now. Calendars ask more than once, so looking uses nothing up."""
    found = await db.exec(
        select(CoachingSession)
        .join(CalendarLink)
        .where(CalendarLink.digest == _digest(token), col(CalendarLink.expires_at) > now)
    )
    return found.first()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
