"""Whether what was due went out: counted over all of them at once, and nobody is named.

Counts by workspace, kind, state and reason alone. Who answered, and what, is in none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, and_, case, or_, select, text
from sqlalchemy.orm import Mapped
from sqlmodel import col, func
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.databasetime import database_milliseconds, database_moment, seconds_between
from storage.tables import CadenceRow, Intake, Nudge, NudgeKind, NudgeState, Reply, WhyNot

# Sent so long after its turn had come, it was late.
LATE = timedelta(minutes=5)
# In the words of the two indexes, by which neither reads what ended long ago.
_READY = text("nudge.state = 'ready'")
_HELD = text("nudge.state IN ('leased', 'sending')")


@dataclass(frozen=True, slots=True)
class Tally:
    """Of what came due in some time. `tried`: something was sent, whatever came of it; `late`: of
    those that arrived."""

    workspace_id: UUID
    kind: NudgeKind
    state: NudgeState
    why: WhyNot | None
    nudges: int
    people: int
    tried: int
    late: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What should have happened by now and did not, and since when."""

    workspace_id: UUID
    count: int
    since: datetime


async def tallies(
    db: AsyncSession, since: datetime, until: datetime, workspace_id: UUID | None = None
) -> list[Tally]:
    """Of what came due from the one moment until before the other."""
    late = and_(
        col(Nudge.state) == NudgeState.SENT,
        or_(
            col(Nudge.attempts) > 1,
            seconds_between(col(Nudge.ready_at), col(Nudge.sent_at)) > LATE.total_seconds(),
        ),
    )
    by = (col(Nudge.workspace_id), col(Nudge.kind), col(Nudge.state), col(Nudge.why_not))
    found = await (await db.connection()).execute(
        select(
            *by,
            func.count(),
            func.count(func.distinct(col(Nudge.member_id))),
            func.sum(case((col(Nudge.attempts) > 0, 1), else_=0)),
            func.sum(case((late, 1), else_=0)),
        )
        .where(col(Nudge.due_at) >= since, col(Nudge.due_at) < until)
        .where(*_there(col(Nudge.workspace_id), workspace_id))
        .group_by(*by)
        .order_by(*by)
    )
    return [Tally(*row) for row in found]


async def unplanned(
    db: AsyncSession, before: datetime, workspace_id: UUID | None = None
) -> list[Backlog]:
    """People whose moment has come, for whom nothing was planned."""
    due = col(CadenceRow.next_due_at)
    return await _backlog(db, col(CadenceRow.workspace_id), due, [due <= before], workspace_id)


async def unsent(
    db: AsyncSession, before: datetime, workspace_id: UUID | None = None
) -> list[Backlog]:
    """What was ready, and nobody has taken up."""
    ready = col(Nudge.ready_at)
    return await _backlog(
        db, col(Nudge.workspace_id), ready, [_READY, ready <= before], workspace_id
    )


async def unsettled(
    db: AsyncSession, leases_until_ms: int, workspace_id: UUID | None = None
) -> list[Backlog]:
    """What somebody began to send who is gone, so many milliseconds and more after their lease ran
    out."""
    over = col(Nudge.lease_until) <= database_milliseconds() - leases_until_ms
    return await _backlog(
        db, col(Nudge.workspace_id), col(Nudge.ready_at), [_HELD, over], workspace_id
    )


async def put_off(
    db: AsyncSession, before: datetime, workspace_id: UUID | None = None
) -> list[tuple[WhyNot, Backlog]]:
    """What came due before then and waits for another try, by its reason."""
    found = await (await db.connection()).execute(
        select(
            col(Nudge.why_not), col(Nudge.workspace_id), func.count(), func.min(col(Nudge.due_at))
        )
        .where(_READY, col(Nudge.due_at) <= before, col(Nudge.why_not).is_not(None))
        .where(*_there(col(Nudge.workspace_id), workspace_id))
        .group_by(col(Nudge.why_not), col(Nudge.workspace_id))
        .order_by(col(Nudge.why_not), col(Nudge.workspace_id))
    )
    return [
        (why, Backlog(place, count, since)) for why, place, count, since in found if why is not None
    ]


async def _backlog(
    db: AsyncSession,
    place: Mapped[UUID],
    moment: Mapped[Any],
    which: Sequence[ColumnElement[bool] | TextClause],
    workspace_id: UUID | None,
) -> list[Backlog]:
    found = await (await db.connection()).execute(
        select(place, func.count(), func.min(moment))
        .where(*which, *_there(place, workspace_id))
        .group_by(place)
        .order_by(place)
    )
    return [Backlog(*row) for row in found]


@dataclass(frozen=True, slots=True)
class Queue:
    """`age_seconds`: of what waits longest, by the database's clock; 0 where nothing does."""

    name: str
    count: int
    age_seconds: float


async def queues(db: AsyncSession) -> list[Queue]:
    """What came in, what was answered, and what is due: each until somebody has seen to it."""
    ready = (_READY, col(Nudge.ready_at) <= database_moment())
    return [
        await _queue(db, "intake", col(Intake.received_at)),
        await _queue(db, "replies", col(Reply.made_at)),
        await _queue(db, "messages", col(Nudge.ready_at), *ready),
    ]


async def _queue(
    db: AsyncSession, name: str, since: Mapped[Any], *which: ColumnElement[bool] | TextClause
) -> Queue:
    [(count, age)] = await (await db.connection()).execute(
        select(func.count(), seconds_between(func.min(since), database_moment())).where(*which)
    )
    return Queue(name, count, max(0.0, float(age or 0)))


def _there(place: Mapped[UUID], workspace_id: UUID | None) -> list[ColumnElement[bool]]:
    return [] if workspace_id is None else [place == workspace_id]
