"""Reviews of objectives: which are due, and how each was decided."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import and_, exists, or_
from sqlalchemy import select as sa_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.reflections import to_the_hour
from storage.tables import (
    CadenceRow,
    NudgeKind,
    Objective,
    ObjectiveState,
    Review,
    ReviewDecision,
    SequenceRun,
)

REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Due:
    """An active objective whose day to be looked at again has come somewhere."""

    objective_id: UUID
    workspace_id: UUID
    member_id: UUID
    zone: str
    next_review: date


async def reviews_due(
    db: AsyncSession, latest: date, *, asked_before: datetime, ended_since: datetime
) -> list[Due]:
    """Up to this day, of everyone whose next question comes before then: not while stopped, paused
    or away. Not those whose review is under way, or ended lately."""
    has_one = exists().where(
        col(SequenceRun.about) == col(Objective.id),
        col(SequenceRun.sequence) == REVIEW,
        or_(col(SequenceRun.ended_at).is_(None), col(SequenceRun.ended_at) > ended_since),
    )
    is_asked = and_(
        col(CadenceRow.member_id) == col(Objective.member_id),
        col(CadenceRow.kind) == NudgeKind.QUESTION,
        col(CadenceRow.next_due_at) <= asked_before,
    )
    connection = await db.connection()
    found = await connection.execute(
        sa_select(
            col(Objective.id),
            col(Objective.workspace_id),
            col(Objective.member_id),
            col(CadenceRow.zone),
            col(Objective.next_review),
        )
        .join(CadenceRow, is_asked)
        .where(col(Objective.next_review) <= latest, col(Objective.state) == ObjectiveState.ACTIVE)
        .where(~has_one)
    )
    return [
        Due(key, workspace, member, zone, day)
        for key, workspace, member, zone, day in found
        if day is not None
    ]


async def plan_reviews(db: AsyncSession, due: Sequence[tuple[Due, date]]) -> int:
    """Each with the date it is there. However often this is done on one date, it is one run.
    Returns how many are new."""
    rows: list[dict[str, Any]] = [
        {
            "id": uuid5(one.objective_id, today.isoformat()),
            "workspace_id": one.workspace_id,
            "member_id": one.member_id,
            "sequence": REVIEW,
            "planned_on": today,
            "about": one.objective_id,
        }
        for one, today in due
    ]
    return await insert_or_leave(db, SequenceRun, rows)


async def record_decision(
    db: AsyncSession, objective: Objective, decision: ReviewDecision, now: datetime
) -> Review:
    review = Review(
        workspace_id=objective.workspace_id,
        member_id=objective.member_id,
        objective_id=objective.id,
        decision=decision,
        decided_at=to_the_hour(now),
    )
    db.add(review)
    await db.flush()
    return review


async def reviews_of(db: AsyncSession, objective_ids: Collection[UUID]) -> dict[UUID, list[Review]]:
    """Newest first, by objective."""
    found = await db.exec(
        select(Review)
        .where(col(Review.objective_id).in_(objective_ids))
        .order_by(col(Review.decided_at).desc(), col(Review.id))
    )
    theirs: dict[UUID, list[Review]] = defaultdict(list)
    for review in found:
        theirs[review.objective_id].append(review)
    return theirs
