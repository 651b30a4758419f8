"""Finding people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Member, Workspace


@dataclass(frozen=True, slots=True)
class Addressee:
    """What a messenger must know to reach someone."""

    id: UUID
    platform: str
    workspace: str
    user_id: str
    address: str
    name: str


class MemberError(Exception):
    """Nobody, or more than one, answers to that name; str() says which."""


async def find_member(
    db: AsyncSession, platform: str, workspace: str, user_id: str, *, to_change: bool = False
) -> Member | None:
    """By the ids that the platform itself sends. `to_change`: other turns of theirs wait."""
    query = (
        select(Member)
        .join(Workspace)
        .where(Workspace.platform == platform, Workspace.external_id == workspace)
        .where(Member.user_id == user_id, col(Member.left_at).is_(None))
    )
    if to_change:
        query = query.with_for_update(of=Member)
    return (await db.exec(query)).first()


async def find_workspace(db: AsyncSession, platform: str, workspace: str) -> Workspace | None:
    found = await db.exec(
        select(Workspace).where(Workspace.platform == platform, Workspace.external_id == workspace)
    )
    return found.first()


async def member(db: AsyncSession, member_id: UUID) -> Member:
    return await db.get_one(Member, member_id)


async def people(db: AsyncSession, workspace_id: UUID) -> list[Member]:
    """Everyone who is still here, by name."""
    found = await db.exec(
        select(Member)
        .where(Member.workspace_id == workspace_id, col(Member.left_at).is_(None))
        .order_by(Member.name)
    )
    return list(found)


async def named_member(db: AsyncSession, reference: str) -> Member:
    """By id, e-mail address, or a name that only one person has. Raises MemberError."""
    if not reference.strip():
        # Whoever has no e-mail address would be meant by it.
        raise MemberError("Nobody is named. Use a full name, e-mail or id.")
    wanted = or_(
        func.lower(Member.name) == reference.lower(), func.lower(Member.email) == reference.lower()
    )
    as_id = _as_id(reference)
    if as_id is not None:
        wanted = or_(wanted, Member.id == as_id)
    found = list(await db.exec(select(Member).where(wanted).limit(2)))
    if not found:
        raise MemberError(f"Nobody here is called {reference!r}. Use a full name, e-mail or id.")
    if len(found) > 1:
        raise MemberError(f"More than one person is called {reference!r}. Use an e-mail or id.")
    return found[0]


def _as_id(reference: str) -> UUID | None:
    try:
        return UUID(reference)
    except ValueError:
        return None


async def addressees(db: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, Addressee]:
    rows = await db.exec(
        select(Member, Workspace)
        .join(Workspace)
        .where(col(Member.id).in_(member_ids), col(Member.left_at).is_(None))
    )
    return {who.id: _addressee(who, where) for who, where in rows}


def _addressee(who: Member, where: Workspace) -> Addressee:
    return Addressee(who.id, where.platform, where.external_id, who.user_id, who.address, who.name)


async def mark_arrived(db: AsyncSession, someone: Member, now: datetime) -> bool:
    """True the first time."""
    if someone.arrived_at is not None:
        return False
    someone.arrived_at = now
    db.add(someone)
    return True
