"""One-time ways to a copy of one's own data."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member, open_members
from storage.tables import CopyLink, MemberRow

GOOD_FOR = timedelta(minutes=10)


class Kind(StrEnum):
    TEXT = "text"
    JSON = "json"


async def make_link(db: AsyncSession, someone: Member, now: datetime) -> str:
    """What to put in the address: 256 random bits, in letters, digits, hyphens and underscores."""
    await drop_old_links(db, now)
    token = secrets.token_urlsafe(32)
    db.add(CopyLink(digest=_digest(token), member_id=someone.id, expires_at=now + GOOD_FOR))
    await db.flush()
    return token


async def is_good(db: AsyncSession, token: str, kind: Kind, now: datetime) -> bool:
    """Whether this kind of file can still be taken. Asking takes nothing."""
    return _opens(await db.get(CopyLink, _digest(token)), kind, now) is not None


async def use_link(db: AsyncSession, token: str, kind: Kind, now: datetime) -> Member | None:
    """Whose it is, the first time that this kind of file is taken; then, and later, nobody's."""
    found = await db.exec(
        select(CopyLink).where(CopyLink.digest == _digest(token)).with_for_update()
    )
    link = _opens(found.first(), kind, now)
    if link is None:
        return None
    if kind is Kind.TEXT:
        link.text_taken = True
    else:
        link.json_taken = True
    db.add(link)
    row = await db.get(MemberRow, link.member_id)
    return next(iter(await open_members(db, [row] if row else [])), None)


def _opens(link: CopyLink | None, kind: Kind, now: datetime) -> CopyLink | None:
    if link is None or now >= link.expires_at:
        return None
    taken = link.text_taken if kind is Kind.TEXT else link.json_taken
    return None if taken else link


async def drop_old_links(db: AsyncSession, now: datetime) -> None:
    await db.exec(delete(CopyLink).where(col(CopyLink.expires_at) <= now))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
