"""Leaders' objectives."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.sealing import own_place, seal
from storage.tables import Objective, ObjectiveState

MOST_ACTIVE = 3


async def active_objectives(
    db: AsyncSession, member_ids: Collection[UUID]
) -> dict[UUID, list[Objective]]:
    """Each leader's active objectives, oldest first."""
    found = await db.exec(
        select(Objective)
        .where(col(Objective.member_id).in_(member_ids))
        .where(Objective.state == ObjectiveState.ACTIVE)
        .order_by(col(Objective.made_at), col(Objective.id))
    )
    theirs: dict[UUID, list[Objective]] = defaultdict(list)
    for objective in found:
        theirs[objective.member_id].append(objective)
    return theirs


async def objectives_of(db: AsyncSession, someone: Member) -> list[Objective]:
    return (await active_objectives(db, [someone.id])).get(someone.id, [])


async def find_objective(db: AsyncSession, someone: Member, objective_id: UUID) -> Objective | None:
    """Only their own: another person's objective is not found."""
    found = await db.exec(
        select(Objective).where(Objective.id == objective_id, Objective.member_id == someone.id)
    )
    return found.first()


async def set_objective(
    db: AsyncSession, someone: Member, words: str, themes: Sequence[str], now: datetime
) -> Objective:
    objective = Objective(
        workspace_id=someone.workspace_id,
        member_id=someone.id,
        words=b"",
        themes=" ".join(themes),
        made_at=now,
    )
    objective.words = await seal(db, own_place(objective, "words"), words)
    db.add(objective)
    await db.flush()
    return objective


async def objectives_by_id(
    db: AsyncSession, objective_ids: Collection[UUID | None]
) -> dict[UUID, Objective]:
    """Whatever became of them since."""
    wanted = [one for one in objective_ids if one is not None]
    found = await db.exec(select(Objective).where(col(Objective.id).in_(wanted)))
    return {one.id: one for one in found}


async def all_objectives(db: AsyncSession, someone: Member) -> list[Objective]:
    """Whatever became of them, oldest first."""
    found = await db.exec(
        select(Objective)
        .where(Objective.member_id == someone.id)
        .order_by(col(Objective.made_at), col(Objective.id))
    )
    return list(found)


async def change_objective(
    db: AsyncSession, objective: Objective, words: str, themes: Sequence[str]
) -> None:
    objective.words = await seal(db, own_place(objective, "words"), words)
    objective.themes = " ".join(themes)
    db.add(objective)
    await db.flush()
