"""How people are reached where the platform names the way to each: learnt at every contact.

Which contact is the newest is told by the platform's own clock: what comes late changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.members import Member
from storage.sealing import keys_of, own_place, seal_all
from storage.tables import Reference
from storage.vault import Key


@dataclass(frozen=True, slots=True)
class Reached:
    """`conversation` is their chat with us. `ended`: nothing may be sent until they write again.
    `seen_at`: when they were last there."""

    conversation: str
    user: str
    service_url: str
    bot: str
    ended: bool = False
    seen_at: datetime | None = field(default=None, compare=False)


class Met(StrEnum):
    """What a contact was: the first one, the first after they had been lost, one more, or an old
    one that came late."""

    NEW = "new"
    BACK = "back"
    AGAIN = "again"
    LATE = "late"


async def learn_reference(db: AsyncSession, someone: Member, told: Reached, at: datetime) -> Met:
    """`at`: when they were there, by the platform's clock."""
    row = await _row(db, someone.id)
    met = Met.NEW if row is None else _met(row, at)
    if met is Met.LATE:
        return met
    if row is None:
        new = Reference(
            workspace_id=someone.workspace_id,
            member_id=someone.id,
            conversation=b"",
            user=b"",
            service_url="",
            bot="",
            seen_at=at,
            ended_at=at,
        )
        await insert_or_leave(db, Reference, [new.model_dump()])
        row = await _row(db, someone.id) or new
    if met is not Met.AGAIN or told != await _known(db, row):
        places = [own_place(row, "conversation"), own_place(row, "user")]
        texts = list(zip(places, (told.conversation, told.user), strict=True))
        row.conversation, row.user = await seal_all(db, someone.workspace_id, texts)
        row.service_url, row.bot = told.service_url, told.bot
    row.seen_at, row.ended_at, row.ended_because = at, None, ""
    db.add(row)
    await db.flush()
    return met


def _met(row: Reference, at: datetime) -> Met:
    if at < row.seen_at:
        return Met.LATE
    return Met.BACK if row.ended_at is not None else Met.AGAIN


async def was_met(db: AsyncSession, someone: Member) -> bool:
    found = await db.exec(select(Reference.id).where(Reference.member_id == someone.id))
    return found.first() is not None


async def references_of(db: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, Reached]:
    """Of those who were reached before and are known still."""
    rows = list(await db.exec(select(Reference).where(col(Reference.member_id).in_(member_ids))))
    keys = await keys_of(db, {row.member_id for row in rows})
    return {
        row.member_id: replace(
            _opened(keys[row.member_id], row), ended=row.ended_at is not None, seen_at=row.seen_at
        )
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


async def end_reference(
    db: AsyncSession, member_id: UUID, why: str, known_at: datetime, now: datetime
) -> bool:
    """False where they were there since `known_at`, the moment that this is about: it came late."""
    done: CursorResult[Any] = await db.exec(
        update(Reference)
        .where(
            col(Reference.member_id) == member_id,
            col(Reference.ended_at).is_(None),
            col(Reference.seen_at) <= known_at,
        )
        .values(ended_at=now, ended_because=why, seen_at=known_at)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount > 0


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
