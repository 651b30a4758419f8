"""Who went to a platform to let us in there, and is expected back within minutes."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import InstallState

GOOD_FOR = timedelta(minutes=10)
# Anybody can begin. Whoever does so all day fills no disk and keeps nobody else from it: the oldest
# go.
MOST = 10_000


async def make_state(db: AsyncSession, now: datetime) -> str:
    """256 random bits, in letters, digits, hyphens and underscores."""
    newest_first = select(InstallState.digest).order_by(col(InstallState.expires_at).desc())
    too_many = newest_first.offset(MOST - 1)
    await db.exec(
        delete(InstallState).where(
            or_(col(InstallState.expires_at) <= now, col(InstallState.digest).in_(too_many))
        )
    )
    state = secrets.token_urlsafe(32)
    db.add(InstallState(digest=_digest(state), expires_at=now + GOOD_FOR))
    await db.flush()
    return state


async def use_state(db: AsyncSession, state: str, now: datetime) -> bool:
    """True once, within its minutes."""
    used = await db.exec(
        delete(InstallState)
        .where(col(InstallState.digest) == _digest(state), col(InstallState.expires_at) > now)
        .returning(col(InstallState.digest))
    )
    return used.first() is not None


def _digest(state: str) -> bytes:
    return hashlib.sha256(state.encode("utf-8", "replace")).digest()
