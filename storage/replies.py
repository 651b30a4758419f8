"""What a turn answered and the platform has not got yet, written in the turn's own transaction.

One that shows a question as it is now, anew or in its place, makes way for a newer one of the same
question: an older state never comes after a newer one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, false, update
from sqlalchemy import select as sa_select
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import leasing
from storage.databasetime import database_milliseconds
from storage.members import Member
from storage.questions import stands_in
from storage.sealing import keys_of, own_place, seal_all
from storage.tables import Nudge, Reply

_ROW = Reply.__table__.c  # type: ignore[attr-defined]
# Until one that is under way elsewhere has come to its end.
WAIT_MS = 1_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A message and where it belongs, and the question that it shows."""

    body: str
    nudge_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """One that is written down, and by whom it was claimed."""

    id: UUID
    owner: UUID


@dataclass(frozen=True, slots=True)
class ToSend:
    """One that was claimed. `attempts` counts this one."""

    held: Held
    workspace_id: UUID
    member_id: UUID
    body: str
    attempts: int


class Begun(Enum):
    """What a try comes to before its first byte."""

    FIRST = "first"
    # One was begun before, and nobody knows whether it arrived.
    IN_DOUBT = "in doubt"
    # An older one of the same question is under way; its turn comes after.
    NOT_YET = "not yet"
    # It is another's by now, has arrived, or a newer one is there instead.
    NOT_OURS = "not ours"


async def keep_replies(
    db: AsyncSession, to: Member, drafts: Sequence[Draft], now: datetime, owner: UUID
) -> list[Held]:
    """Claimed by `owner` from the beginning, who sends them as soon as this is committed."""
    rows = [
        Reply(
            workspace_id=to.workspace_id,
            member_id=to.id,
            nudge_id=draft.nudge_id,
            body=b"",
            made_at=now,
            owner=owner,
            attempts=1,
        )
        for draft in drafts
    ]
    places = [own_place(row, "body") for row in rows]
    bodies = [draft.body for draft in drafts]
    sealed = await seal_all(db, to.workspace_id, list(zip(places, bodies, strict=True)))
    for row, body in zip(rows, sealed, strict=True):
        row.body = body
    nudge_ids = {draft.nudge_id for draft in drafts if draft.nudge_id is not None}
    if nudge_ids:
        await overtake(db, nudge_ids)
    db.add_all(rows)
    await db.flush()
    ids = [row.id for row in rows]
    await leasing.put_off(db, Reply, owner, ids, leasing.LEASE_MS)
    return [Held(one, owner) for one in ids]


async def overtake(db: AsyncSession, nudge_ids: Collection[UUID]) -> None:
    """What waits to show these questions as they were is not shown any more. One that is under way
    cannot be called back; whatever is newer comes after it."""
    waits = col(Reply.nudge_id).in_(nudge_ids), col(Reply.sending) == false()
    # Locked in the order in which everybody else does.
    found = await db.exec(
        select(Reply.id).where(*waits).order_by(col(Reply.number)).with_for_update()
    )
    if ids := list(found):
        await db.exec(delete(Reply).where(_ROW.id.in_(ids)))


async def claim_replies(db: AsyncSession, owner: UUID, limit: int, platform: str) -> list[ToSend]:
    rows = await leasing.claim(db, Reply, owner, limit, platform)
    keys = await keys_of(db, {row.member_id for row in rows})
    return [
        ToSend(
            Held(row.id, owner),
            row.workspace_id,
            row.member_id,
            keys[row.member_id].open(own_place(row, "body"), row.body),
            row.attempts,
        )
        for row in rows
        # Whoever was forgotten a moment ago has no key, and is told nothing more.
        if row.member_id in keys
    ]


async def begin(db: AsyncSession, held: Held, nudge_id: UUID | None) -> Begun:
    """Written before the first byte, and the lease with it. Whoever shows the same question locks
    the same rows in the same order, so that of two at once one waits for the other."""
    rows = await _of_the_same(db, held, nudge_id)
    place = next((n for n, row in enumerate(rows) if row.id == held.id), None)
    if place is None or rows[place].owner != held.owner:
        return Begun.NOT_OURS
    if place < len(rows) - 1:
        await drop(db, [held])
        return Begun.NOT_OURS
    older = rows[:place]
    if any(row.sending and row.is_held for row in older):
        await leasing.put_off(db, Reply, held.owner, [held.id], WAIT_MS)
        return Begun.NOT_YET
    if older:
        await db.exec(delete(Reply).where(_ROW.id.in_([row.id for row in older])))
    await _mark(db, held, leasing.LEASE_MS, sending=True)
    return Begun.IN_DOUBT if rows[place].sending else Begun.FIRST


async def _of_the_same(db: AsyncSession, held: Held, nudge_id: UUID | None) -> Sequence[Row[Any]]:
    """It, and what shows the same question, oldest first."""
    same = _ROW.id == held.id
    found = await (await db.connection()).execute(
        sa_select(
            _ROW.id,
            _ROW.owner,
            _ROW.sending,
            (_ROW.lease_until > database_milliseconds()).label("is_held"),
        )
        .where(same if nudge_id is None else or_(same, _ROW.nudge_id == nudge_id))
        .order_by(_ROW.number)
        .with_for_update()
    )
    return found.all()


async def put_back(db: AsyncSession, held: Held, milliseconds: int, *, in_doubt: bool) -> None:
    """For another try. `in_doubt`: nobody knows whether this one arrived."""
    await _mark(db, held, milliseconds, sending=in_doubt)


async def drop(db: AsyncSession, replies: Sequence[Held]) -> None:
    """They have arrived, or never will."""
    for owner in {one.owner for one in replies}:
        await leasing.drop(db, Reply, owner, [one.id for one in replies if one.owner == owner])


async def came_back(db: AsyncSession, workspace_id: UUID, reply_id: UUID, message_id: str) -> bool:
    """Our own message came back from the platform, so this one has arrived, whoever is at it. False
    where none waits by that name."""
    this = Reply.id == reply_id, Reply.workspace_id == workspace_id
    shown = (await db.exec(select(Reply.nudge_id).where(*this))).first()
    if shown is not None:
        # As in a turn: what is asked first, what is answered about it after.
        await db.exec(select(Nudge.id).where(Nudge.id == shown).with_for_update())
    found = (await db.exec(select(Reply.id).where(*this).with_for_update())).first()
    if found is None:
        return False
    if shown is not None:
        await stands_in(db, shown, message_id)
    await db.exec(delete(Reply).where(_ROW.id == found))
    return True


async def _mark(db: AsyncSession, held: Held, milliseconds: int, *, sending: bool) -> None:
    await db.exec(
        update(Reply)
        .where(col(Reply.id) == held.id, col(Reply.owner) == held.owner)
        .values(sending=sending, lease_until=database_milliseconds() + milliseconds)
        .execution_options(synchronize_session=False)
    )
