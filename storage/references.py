"""How people are reached where the platform names the way to each: learnt at every contact."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.members import Member
from storage.sealing import keys_of, own_place, seal_all
from storage.tables import Reference
from storage.vault import Key

# What is told again within a day need not be written again.
FRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reached:
    """`conversation` is their chat with us. `ended`: nothing may be sent until they write again."""

    conversation: str
    user: str
    service_url: str
    bot: str
    ended: bool = False


async def learn_reference(db: AsyncSession, someone: Member, told: Reached, now: datetime) -> bool:
    """True where they had been lost, or were never reached before."""
    row = await _row(db, someone.id)
    if row is None:
        new = Reference(
            workspace_id=someone.workspace_id,
            member_id=someone.id,
            conversation=b"",
            user=b"",
            service_url="",
            bot="",
            seen_at=now,
            ended_at=now,
        )
        await insert_or_leave(db, Reference, [new.model_dump()])
        row = await _row(db, someone.id) or new
    was_lost = row.ended_at is not None
    if not was_lost and now - row.seen_at < FRESH and told == await _known(db, row):
        return False
    places = [own_place(row, "conversation"), own_place(row, "user")]
    texts = list(zip(places, (told.conversation, told.user), strict=True))
    row.conversation, row.user = await seal_all(db, someone.workspace_id, texts)
    row.service_url, row.bot = told.service_url, told.bot
    row.seen_at, row.ended_at, row.ended_because = now, None, ""
    db.add(row)
    await db.flush()
    return was_lost


async def references_of(db: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, Reached]:
    """Of those who were reached before and are known still."""
    rows = list(await db.exec(select(Reference).where(col(Reference.member_id).in_(member_ids))))
    keys = await keys_of(db, {row.member_id for row in rows})
    return {
        row.member_id: replace(_opened(keys[row.member_id], row), ended=row.ended_at is not None)
        for row in rows
        if row.member_id in keys
    }


async def converse_in(db: AsyncSession, someone: Member, conversation: str) -> None:
    """A chat with them was opened."""
    if row := await _row(db, someone.id):
        place = own_place(row, "conversation")
        [row.conversation] = await seal_all(db, someone.workspace_id, [(place, conversation)])
        db.add(row)
        await db.flush()


async def end_reference(db: AsyncSession, member_id: UUID, why: str, now: datetime) -> None:
    await db.exec(
        update(Reference)
        .where(col(Reference.member_id) == member_id, col(Reference.ended_at).is_(None))
        .values(ended_at=now, ended_because=why)
        .execution_options(synchronize_session=False)
    )


def _opened(key: Key, row: Reference) -> Reached:
    return Reached(
        key.open(own_place(row, "conversation"), row.conversation),
        key.open(own_place(row, "user"), row.user),
        row.service_url,
        row.bot,
    )


async def _known(db: AsyncSession, row: Reference) -> Reached:
    return _opened((await keys_of(db, [row.member_id]))[row.member_id], row)


async def _row(db: AsyncSession, member_id: UUID) -> Reference | None:
    found = await db.exec(
        select(Reference).where(Reference.member_id == member_id).with_for_update()
    )
    return found.first()
