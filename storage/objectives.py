"""Leaders' objectives."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.reflections import to_the_hour
from storage.sealing import own_place, seal
from storage.tables import Objective, ObjectiveState, ObjectiveVersion, Whose

MOST_ACTIVE = 3
# Something may still come of these; the others have come to an end.
GOING_ON = (ObjectiveState.ACTIVE, ObjectiveState.SHAPING, ObjectiveState.PARKED)


async def active_objectives(
    db: AsyncSession, member_ids: Collection[UUID]
) -> dict[UUID, list[Objective]]:
    """Each leader's active objectives, oldest first."""
    return await objectives_in(db, member_ids, (ObjectiveState.ACTIVE,))


async def objectives_in(
    db: AsyncSession, member_ids: Collection[UUID], states: Collection[ObjectiveState]
) -> dict[UUID, list[Objective]]:
    """Each leader's objectives in these states, oldest first."""
    found = await db.exec(
        select(Objective)
        .where(col(Objective.member_id).in_(member_ids))
        .where(col(Objective.state).in_(states))
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


async def going_on(db: AsyncSession, someone: Member) -> list[Objective]:
    """Those that have not come to an end: the active first, then by age."""
    found = [one for one in await all_objectives(db, someone) if one.state in GOING_ON]
    return sorted(found, key=lambda one: GOING_ON.index(one.state))


async def set_objective(
    db: AsyncSession,
    someone: Member,
    words: str,
    themes: Sequence[str],
    now: datetime,
    *,
    state: ObjectiveState = ObjectiveState.ACTIVE,
    whose: Whose | None = None,
    next_review: date | None = None,
) -> Objective:
    """`next_review` is a date on this person's own calendar."""
    objective = Objective(
        workspace_id=someone.workspace_id,
        member_id=someone.id,
        words=b"",
        themes=" ".join(themes),
        whose=whose,
        state=state,
        made_at=now,
        next_review=next_review,
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


async def keep_version(db: AsyncSession, objective: Objective, words: str, now: datetime) -> None:
    """`words` are how it is put until now; it is about to be put another way."""
    before = ObjectiveVersion(
        id=uuid4(),
        workspace_id=objective.workspace_id,
        member_id=objective.member_id,
        objective_id=objective.id,
        version=objective.version,
        words=b"",
        until=to_the_hour(now),
    )
    before.words = await seal(db, own_place(before, "words"), words)
    objective.version += 1
    db.add(before)
    db.add(objective)
    await db.flush()


async def earlier_wordings(
    db: AsyncSession, objective_ids: Collection[UUID]
) -> dict[UUID, list[ObjectiveVersion]]:
    """How each was put before, the latest first."""
    found = await db.exec(
        select(ObjectiveVersion)
        .where(col(ObjectiveVersion.objective_id).in_(objective_ids))
        .order_by(col(ObjectiveVersion.version).desc())
    )
    theirs: dict[UUID, list[ObjectiveVersion]] = defaultdict(list)
    for version in found:
        theirs[version.objective_id].append(version)
    return theirs
