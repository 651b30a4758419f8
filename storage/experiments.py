"""Leaders' experiments."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.bundles import Try
from storage.members import Member
from storage.reflections import to_the_hour
from storage.sealing import own_place, seal
from storage.tables import Experiment, ExperimentState

MOST_OPEN = 2


async def open_experiments(
    db: AsyncSession, member_ids: Collection[UUID]
) -> dict[UUID, list[Experiment]]:
    """Each leader's planned and undecided ones, the earliest due first."""
    found = await db.exec(
        select(Experiment)
        .where(col(Experiment.member_id).in_(member_ids))
        .where(Experiment.state != ExperimentState.CLOSED)
        .order_by(col(Experiment.due), col(Experiment.id))
    )
    theirs: dict[UUID, list[Experiment]] = defaultdict(list)
    for one in found:
        theirs[one.member_id].append(one)
    return theirs


async def experiments_of(db: AsyncSession, someone: Member) -> list[Experiment]:
    """Whatever became of them, newest first."""
    found = await db.exec(
        select(Experiment)
        .where(Experiment.member_id == someone.id)
        .order_by(col(Experiment.made_at).desc(), col(Experiment.id))
    )
    return list(found)


async def find_experiment(
    db: AsyncSession, someone: Member, experiment_id: UUID
) -> Experiment | None:
    """Only their own."""
    found = await db.exec(
        select(Experiment).where(Experiment.id == experiment_id, Experiment.member_id == someone.id)
    )
    return found.first()


async def set_experiment(
    db: AsyncSession,
    someone: Member,
    what: Try,
    due: date,
    now: datetime,
    *,
    objective_id: UUID | None = None,
    reflection_id: UUID | None = None,
    follows_id: UUID | None = None,
) -> Experiment:
    at = to_the_hour(now)
    experiment = Experiment(
        workspace_id=someone.workspace_id,
        member_id=someone.id,
        objective_id=objective_id,
        reflection_id=reflection_id,
        follows_id=follows_id,
        due=due,
        words=b"",
        made_at=at,
        moved_at=at,
    )
    experiment.words = await seal(db, own_place(experiment, "words"), what.to_words())
    db.add(experiment)
    await db.flush()
    return experiment


async def write_of(db: AsyncSession, experiment: Experiment, what: Try, now: datetime) -> None:
    """What is written of it from now on; whatever else of the row was changed is kept with it."""
    experiment.words = await seal(db, own_place(experiment, "words"), what.to_words())
    experiment.moves, experiment.moved_at = experiment.moves + 1, to_the_hour(now)
    db.add(experiment)
    await db.flush()
