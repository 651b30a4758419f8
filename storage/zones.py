"""By which clock somebody lives: what they chose, what their chat says, or what was assumed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, exists, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.tables import CadenceRow, MemberRow


async def follow_zone(db: AsyncSession, someone: Member, zone: str) -> bool:
    """Their chat says it. False where they chose another, which stands."""
    theirs = update(MemberRow).where(col(MemberRow.id) == someone.id)
    await db.exec(theirs.values(zone_told=zone))
    done: CursorResult[Any] = await db.exec(
        theirs.where(col(MemberRow.zone_chosen).is_(False)).values(timezone=zone)
    )
    return done.rowcount > 0


async def choose_zone(db: AsyncSession, someone: Member, zone: str) -> None:
    theirs = update(MemberRow).where(col(MemberRow.id) == someone.id)
    await db.exec(theirs.values(timezone=zone, zone_chosen=True))


async def let_chat_say(db: AsyncSession, someone: Member) -> None:
    """What they chose stands no more."""
    theirs = update(MemberRow).where(col(MemberRow.id) == someone.id)
    await db.exec(theirs.values(timezone=someone.zone_told, zone_chosen=False))


async def ask_for_zone(db: AsyncSession, someone: Member, now: datetime) -> bool:
    """True once, where nobody has said it, and something comes to them by the clock."""
    done: CursorResult[Any] = await db.exec(
        update(MemberRow)
        .where(
            col(MemberRow.id) == someone.id,
            col(MemberRow.zone_told) == "",
            col(MemberRow.zone_chosen).is_(False),
            col(MemberRow.zone_asked_at).is_(None),
            exists().where(
                col(CadenceRow.member_id) == someone.id, col(CadenceRow.next_due_at).is_not(None)
            ),
        )
        .values(zone_asked_at=now)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount > 0
