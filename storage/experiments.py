"""Leaders' experiments."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, func, or_, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.bundles import Try
from storage.members import Member
from storage.reflections import to_the_hour
from storage.sealing import own_place, seal
from storage.tables import (
    Decision,
    Experiment,
    ExperimentState,
    MemberRow,
    Nudge,
    NudgeState,
)

MOST_OPEN = 2
# In the words of the index on `due`: with a parameter SQLite would not know it for the same.
_OPEN = text("experiment.state != 'closed'")


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
    move(experiment, now)
    db.add(experiment)
    await db.flush()


def move(experiment: Experiment, now: datetime) -> None:
    experiment.moves, experiment.moved_at = experiment.moves + 1, to_the_hour(now)


def close(experiment: Experiment, decision: Decision, now: datetime) -> None:
    experiment.state, experiment.decision = ExperimentState.CLOSED, decision
    experiment.closed_at = to_the_hour(now)


async def last_ended(db: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each leader last came to the end of an experiment that they had seen through."""
    found = await db.exec(
        select(Experiment.member_id, func.max(col(Experiment.closed_at)))
        .where(col(Experiment.member_id).in_(member_ids))
        .where(Experiment.state == ExperimentState.CLOSED, Experiment.decision != Decision.LET_GO)
        .group_by(col(Experiment.member_id))
    )
    return {member_id: at for member_id, at in found if at is not None}


async def made_from(db: AsyncSession, someone: Member, reflection_id: UUID) -> Experiment | None:
    """The open experiment that was made of this answer."""
    found = await db.exec(
        select(Experiment)
        .where(Experiment.member_id == someone.id, Experiment.reflection_id == reflection_id)
        .where(Experiment.state != ExperimentState.CLOSED)
        .limit(1)
    )
    return found.first()


async def changed_to(db: AsyncSession, experiment: Experiment) -> Experiment | None:
    """The experiment that took this one's place."""
    found = await db.exec(
        select(Experiment)
        .where(Experiment.member_id == experiment.member_id)
        .where(Experiment.follows_id == experiment.id)
        .order_by(col(Experiment.made_at).desc())
        .limit(1)
    )
    return found.first()


async def left_lying(
    db: AsyncSession, today: date, untouched_since: datetime, last_delay: int
) -> list[tuple[Experiment, str]]:
    """Open ones past their day, each with its leader's zone, about which nothing stands open or is
    to be asked again: untouched since then, or put off for the last time."""
    waits = (
        exists()
        .where(col(Nudge.member_id) == col(Experiment.member_id))
        .where(col(Nudge.experiment_id) == col(Experiment.id))
        .where(col(Nudge.due_at) >= col(Experiment.made_at))
        .where(
            or_(
                col(Nudge.open_until).is_not(None),
                col(Nudge.state).in_((NudgeState.READY, NudgeState.LEASED, NudgeState.SENDING)),
            )
        )
    )
    found = await db.exec(
        select(Experiment, MemberRow.timezone)
        .join(MemberRow, col(MemberRow.id) == col(Experiment.member_id))
        .where(_OPEN, col(Experiment.due) <= today, ~waits)
        .where(
            or_(
                col(Experiment.moved_at) <= untouched_since,
                col(Experiment.delays) >= last_delay,
            )
        )
    )
    return list(found.all())


async def let_go(db: AsyncSession, experiment_ids: Collection[UUID], now: datetime) -> None:
    """Quietly, and as good an end as any."""
    if not experiment_ids:
        return
    await db.exec(
        update(Experiment)
        .where(col(Experiment.id).in_(experiment_ids), _OPEN)
        .values(
            state=ExperimentState.CLOSED,
            decision=Decision.LET_GO,
            closed_at=to_the_hour(now),
            moves=col(Experiment.moves) + 1,
            moved_at=to_the_hour(now),
        )
        .execution_options(synchronize_session=False)
    )
