"""What a leader asks their coach not to raise for now."""

from datetime import datetime

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.sealing import own_place, seal
from storage.tables import Aside, Pairing


async def aside_of(db: AsyncSession, someone: Member, pairing: Pairing) -> Aside | None:
    found = await db.exec(
        select(Aside).where(Aside.member_id == someone.id, Aside.pairing_id == pairing.id)
    )
    return found.first()


async def say_aside(
    db: AsyncSession, someone: Member, pairing: Pairing, words: str, now: datetime
) -> Aside:
    """For the coach of this pairing to read, in place of what was said before."""
    await drop_asides(db, someone)
    aside = Aside(
        workspace_id=someone.workspace_id,
        member_id=someone.id,
        words=b"",
        shared_at=now,
        pairing_id=pairing.id,
    )
    aside.words = await seal(db, own_place(aside, "words"), words)
    db.add(aside)
    await db.flush()
    return aside


async def drop_asides(db: AsyncSession, someone: Member) -> None:
    await db.exec(
        delete(Aside)
        .where(col(Aside.member_id) == someone.id)
        .execution_options(synchronize_session=False)
    )


async def all_asides(db: AsyncSession, someone: Member) -> list[Aside]:
    return list(await db.exec(select(Aside).where(Aside.member_id == someone.id)))
