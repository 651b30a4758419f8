"""Five levels in a leader's words, and where the leader places themselves on them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.bundles import Levels, Placing
from storage.members import Member
from storage.reflections import to_the_hour
from storage.sealing import own_place, seal
from storage.tables import Measure, Nudge, Objective, Rating

_NEWEST = (col(Rating.rated_at).desc(), col(Rating.shared_at).is_not(None), col(Rating.id))


async def measure_of(db: AsyncSession, objective: Objective) -> Measure | None:
    """The levels that hold now."""
    found = await db.exec(
        select(Measure)
        .where(Measure.objective_id == objective.id, col(Measure.closed_at).is_(None))
        .order_by(col(Measure.made_at).desc())
        .limit(1)
    )
    return found.first()


async def draft_levels(
    db: AsyncSession, objective: Objective, levels: Levels, now: datetime
) -> None:
    """Written over whatever was drafted before."""
    measure = await measure_of(db, objective) or _new(objective, now)
    await _write(db, measure, levels)


async def set_levels(db: AsyncSession, objective: Objective, levels: Levels, now: datetime) -> None:
    """In the place of those that held until now, which are kept for what was rated on them."""
    before = await measure_of(db, objective)
    if before is not None:
        before.closed_at = to_the_hour(now)
        db.add(before)
    await _write(db, _new(objective, now), levels)


def _new(objective: Objective, now: datetime) -> Measure:
    return Measure(
        workspace_id=objective.workspace_id,
        member_id=objective.member_id,
        objective_id=objective.id,
        words=b"",
        made_at=to_the_hour(now),
    )


async def _write(db: AsyncSession, measure: Measure, levels: Levels) -> None:
    measure.words = await seal(db, own_place(measure, "words"), levels.to_words())
    db.add(measure)
    await db.flush()


async def all_measures(
    db: AsyncSession, objective_ids: Collection[UUID]
) -> dict[UUID, list[Measure]]:
    """Those that hold and those that held, oldest first, by objective."""
    found = await db.exec(
        select(Measure)
        .where(col(Measure.objective_id).in_(objective_ids))
        .order_by(col(Measure.made_at), col(Measure.closed_at).is_(None))
    )
    theirs: dict[UUID, list[Measure]] = defaultdict(list)
    for measure in found:
        theirs[measure.objective_id].append(measure)
    return theirs


async def keep_rating(
    db: AsyncSession,
    objective: Objective,
    placing: Placing,
    now: datetime,
    *,
    instead_of: Rating | None = None,
    nudge: Nudge | None = None,
) -> Rating:
    """`instead_of` is a placing that this one corrects."""
    rating = instead_of or Rating(
        workspace_id=objective.workspace_id,
        member_id=objective.member_id,
        objective_id=objective.id,
        words=b"",
        rated_at=to_the_hour(now),
    )
    rating.nudge_id = nudge.id if nudge else rating.nudge_id
    rating.words = await seal(db, own_place(rating, "words"), placing.to_words())
    db.add(rating)
    await db.flush()
    return rating


async def ratings_of(db: AsyncSession, objective_ids: Collection[UUID]) -> dict[UUID, list[Rating]]:
    """Oldest first, by objective. Of two of one hour the private one was made in the place of the
    one that had been shared, and is the newer."""
    found = await db.exec(
        select(Rating)
        .where(col(Rating.objective_id).in_(objective_ids))
        .order_by(col(Rating.rated_at), col(Rating.shared_at).is_(None), col(Rating.id))
    )
    theirs: dict[UUID, list[Rating]] = defaultdict(list)
    for rating in found:
        theirs[rating.objective_id].append(rating)
    return theirs


async def newest_rating(
    db: AsyncSession,
    someone: Member,
    objective: Objective | None = None,
    *,
    shared: bool = False,
) -> Rating | None:
    """Theirs, on this objective or on any; `shared`: among those that are shared."""
    query = select(Rating).where(Rating.member_id == someone.id)
    if objective is not None:
        query = query.where(Rating.objective_id == objective.id)
    if shared:
        query = query.where(col(Rating.shared_at).is_not(None))
    return (await db.exec(query.order_by(*_NEWEST).limit(1))).first()


async def rating_on(db: AsyncSession, nudge_ids: Collection[UUID]) -> Rating | None:
    """The placing that answers one of these questions, the newest of them."""
    found = await db.exec(
        select(Rating).where(col(Rating.nudge_id).in_(nudge_ids)).order_by(*_NEWEST).limit(1)
    )
    return found.first()


async def erase_ratings_on(db: AsyncSession, nudge: Nudge) -> None:
    """Every placing that the answer to this question made."""
    await db.exec(
        delete(Rating).where(
            col(Rating.nudge_id) == nudge.id, col(Rating.member_id) == nudge.member_id
        )
    )


async def rewrite_levels(db: AsyncSession, measure: Measure, levels: Levels) -> None:
    """Of the words that hold, or that held."""
    await _write(db, measure, levels)


async def find_rating(db: AsyncSession, someone: Member, rating_id: UUID) -> Rating | None:
    """Only their own."""
    found = await db.exec(
        select(Rating).where(Rating.id == rating_id, Rating.member_id == someone.id)
    )
    return found.first()
