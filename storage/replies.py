"""What a turn answered and the platform has not got yet, written in the turn's own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import leasing
from storage.members import Member
from storage.sealing import keys_of, own_place, seal_all
from storage.tables import Reply


@dataclass(frozen=True, slots=True)
class ToSend:
    """One that was claimed. `attempts` counts this one."""

    id: UUID
    workspace_id: UUID
    member_id: UUID
    body: str
    attempts: int


async def keep_replies(
    db: AsyncSession, to: Member, bodies: Sequence[str], now: datetime, owner: UUID
) -> list[UUID]:
    """Claimed by `owner` from the beginning, who sends them as soon as this is committed."""
    rows = [
        Reply(
            workspace_id=to.workspace_id,
            member_id=to.id,
            body=b"",
            made_at=now,
            owner=owner,
            attempts=1,
        )
        for _ in bodies
    ]
    places = [own_place(row, "body") for row in rows]
    sealed = await seal_all(db, to.workspace_id, list(zip(places, bodies, strict=True)))
    for row, body in zip(rows, sealed, strict=True):
        row.body = body
    db.add_all(rows)
    await db.flush()
    ids = [row.id for row in rows]
    await leasing.put_off(db, Reply, ids, leasing.LEASE_MS)
    return ids


async def claim_replies(db: AsyncSession, owner: UUID, limit: int, platform: str) -> list[ToSend]:
    rows = await leasing.claim(db, Reply, owner, limit, platform)
    keys = await keys_of(db, {row.member_id for row in rows})
    return [
        ToSend(
            row.id,
            row.workspace_id,
            row.member_id,
            keys[row.member_id].open(own_place(row, "body"), row.body),
            row.attempts,
        )
        for row in rows
        # Whoever was forgotten a moment ago has no key, and is told nothing more.
        if row.member_id in keys
    ]
