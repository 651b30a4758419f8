"""Runs of sequences: which are open, which were begun, and how they ended."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.tables import Nudge, NudgeKind, NudgeState, Outcome, RunEnding, SequenceRun

_RUN = SequenceRun.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class RunEnded:
    run_id: UUID
    ended_as: RunEnding


async def plan_run(
    db: AsyncSession,
    someone: Member,
    sequence: str,
    today: date,
    *,
    anchor: date | None = None,
    about: UUID | None = None,
) -> SequenceRun:
    """`today` and `anchor` are dates on this person's own calendar."""
    run = SequenceRun(
        workspace_id=someone.workspace_id,
        member_id=someone.id,
        sequence=sequence,
        planned_on=today,
        anchor=anchor,
        about=about,
    )
    db.add(run)
    await db.flush()
    return run


async def open_runs(
    db: AsyncSession, member_ids: Collection[UUID]
) -> dict[UUID, list[SequenceRun]]:
    """Those that have not ended, oldest first."""
    found = await db.exec(
        select(SequenceRun)
        .where(col(SequenceRun.member_id).in_(member_ids), col(SequenceRun.ended_at).is_(None))
        .order_by(col(SequenceRun.planned_on), col(SequenceRun.id))
    )
    theirs: dict[UUID, list[SequenceRun]] = defaultdict(list)
    for run in found:
        theirs[run.member_id].append(run)
    return theirs


async def runs_about(db: AsyncSession, about: UUID) -> list[SequenceRun]:
    """The open ones that are about this."""
    return await _open_about(db, [about])


async def _open_about(db: AsyncSession, about: Collection[UUID]) -> list[SequenceRun]:
    found = await db.exec(
        select(SequenceRun).where(
            col(SequenceRun.about).in_(about), col(SequenceRun.ended_at).is_(None)
        )
    )
    return list(found)


async def find_run(db: AsyncSession, someone: Member, run_id: UUID | None) -> SequenceRun | None:
    """Only their own."""
    found = await db.exec(
        select(SequenceRun).where(SequenceRun.id == run_id, SequenceRun.member_id == someone.id)
    )
    return found.first()


async def asked_in(db: AsyncSession, run: SequenceRun) -> list[Nudge]:
    """What was asked in it so far, oldest first."""
    found = await db.exec(
        select(Nudge)
        .where(Nudge.run_id == run.id, Nudge.member_id == run.member_id)
        .where(Nudge.kind == NudgeKind.QUESTION, Nudge.state == NudgeState.SENT)
        # Of two of one moment, the one that still waits is the later.
        .order_by(col(Nudge.sent_at), col(Nudge.closed_at).is_(None))
    )
    return list(found)


async def end_runs_about(
    db: AsyncSession, about: Collection[UUID], ended_as: RunEnding, now: datetime
) -> None:
    """Nothing more is asked in them: what stands open is closed, and what was put off gives its
    place to another question."""
    runs = await _open_about(db, about)
    ending = {run.id for run in runs}
    if not ending:
        return
    await record_run_ends(db, [RunEnded(one, ended_as) for one in ending], now)
    found = await db.exec(
        select(Nudge)
        .where(col(Nudge.member_id).in_({run.member_id for run in runs}))
        .where(col(Nudge.run_id).in_(ending), col(Nudge.closed_at).is_(None))
        .where(col(Nudge.state).in_((NudgeState.READY, NudgeState.SENT)))
    )
    for nudge in found:
        if nudge.state is NudgeState.READY:
            _give_place(nudge)
        else:
            nudge.outcome, nudge.closed_at, nudge.open_until = Outcome.LAPSED, now, None
        db.add(nudge)
    await db.flush()


async def take_up_now(db: AsyncSession, run: SequenceRun) -> None:
    """What was put off in this run is not asked once more on its day: she goes on now."""
    found = await db.exec(
        select(Nudge)
        .where(Nudge.member_id == run.member_id, Nudge.run_id == run.id)
        .where(Nudge.state == NudgeState.READY)
    )
    for nudge in found:
        _give_place(nudge)
        db.add(nudge)


def _give_place(nudge: Nudge) -> None:
    """Another question is chosen for that day."""
    nudge.question_id = nudge.question_words = nudge.reason = ""
    nudge.run_id = nudge.objective_id = None


async def mark_started(db: AsyncSession, run_ids: Collection[UUID], now: datetime) -> None:
    if run_ids:
        await db.exec(
            update(SequenceRun)
            .where(col(SequenceRun.id).in_(run_ids), col(SequenceRun.started_at).is_(None))
            .values(started_at=now)
            .execution_options(synchronize_session=False)
        )


async def record_run_ends(db: AsyncSession, ended: Sequence[RunEnded], now: datetime) -> None:
    if not ended:
        return
    rows: list[dict[str, Any]] = [{"this": one.run_id, "how": one.ended_as} for one in ended]
    connection = await db.connection()
    await connection.execute(
        update(_RUN)
        .where(_RUN.c.id == bindparam("this"), _RUN.c.ended_at.is_(None))
        .values(ended_at=now, ended_as=bindparam("how")),
        rows,
    )


async def all_runs(db: AsyncSession, someone: Member) -> list[SequenceRun]:
    """Everything they were ever in, oldest first."""
    found = await db.exec(
        select(SequenceRun)
        .where(SequenceRun.member_id == someone.id)
        .order_by(col(SequenceRun.planned_on), col(SequenceRun.id))
    )
    return list(found)
