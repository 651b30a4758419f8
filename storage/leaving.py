"""Who is not here any more, because their platform said so; and who is back, when it says that.

Nobody else is found here: whoever left in another way is brought back by people, and not by news.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage.members import Member, find_workspace, open_members
from storage.sealing import index_of, indexes_of
from storage.tables import Leaving, MemberRow


@dataclass(frozen=True, slots=True)
class Gone:
    member: Member
    because: Leaving


async def mark_left(
    db: AsyncSession, someone: Member, now: datetime, because: Leaving | None = None
) -> None:
    """`because`: what the platform said, where it was the platform."""
    await _change(db, someone, left_at=now, left_because=because or "")


async def left_because(db: AsyncSession, gone: Gone, because: Leaving) -> None:
    """They were gone already, and now it is for this."""
    await _change(db, gone.member, left_because=because)


async def known_as_guest(db: AsyncSession, gone: Gone) -> None:
    await _change(db, gone.member, is_guest=True)


async def mark_back(db: AsyncSession, someone: Member) -> None:
    await _change(db, someone, left_at=None, left_because="")


async def find_gone(
    db: AsyncSession, platform: str, workspace: str, user_id: str, *, to_change: bool = False
) -> Gone | None:
    """By the ids that the platform itself sends. `to_change`: other turns of theirs wait."""
    where = await find_workspace(db, platform, workspace)
    if where is None:
        return None
    found = await _all_gone(db, where.id, [user_id], to_change=to_change)
    return found[0] if found else None


async def find_all_gone(
    db: AsyncSession, workspace_id: UUID, user_ids: Collection[str]
) -> list[Gone]:
    return await _all_gone(db, workspace_id, user_ids, to_change=False)


async def gone_in(db: AsyncSession, workspace_id: UUID) -> list[Gone]:
    return await _opened(db, _left(workspace_id))


async def is_taken(db: AsyncSession, workspace_id: UUID, user_id: str) -> bool:
    """Whether there is a row of theirs, whatever it holds and whoever may open it."""
    index = await index_of(db, workspace_id, "user", user_id)
    found = await db.exec(
        select(MemberRow.id).where(
            MemberRow.workspace_id == workspace_id, MemberRow.user_index == index
        )
    )
    return found.first() is not None


async def _all_gone(
    db: AsyncSession, workspace_id: UUID, user_ids: Collection[str], *, to_change: bool
) -> list[Gone]:
    indexes = await indexes_of(db, workspace_id, "user", user_ids)
    query = _left(workspace_id).where(col(MemberRow.user_index).in_(indexes))
    return await _opened(db, query.with_for_update(of=MemberRow) if to_change else query)


def _left(workspace_id: UUID) -> SelectOfScalar[MemberRow]:
    return select(MemberRow).where(
        MemberRow.workspace_id == workspace_id,
        col(MemberRow.left_at).is_not(None),
        col(MemberRow.left_because).in_(list(Leaving)),
    )


async def _opened(db: AsyncSession, query: SelectOfScalar[MemberRow]) -> list[Gone]:
    rows = list(await db.exec(query))
    because = {row.id: Leaving(row.left_because) for row in rows}
    return [Gone(one, because[one.id]) for one in await open_members(db, rows)]


async def _change(db: AsyncSession, someone: Member, **values: object) -> None:
    await db.exec(update(MemberRow).where(col(MemberRow.id) == someone.id).values(**values))
