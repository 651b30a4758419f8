"""The road from due to sent, as rows: who holds a nudge, and what became of it.

Core statements on the hot path. A lease is judged by the database's clock alone, and every step
names the owner it expects, so a process that lost its lease can no longer record anything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Integer,
    and_,
    bindparam,
    or_,
    text,
    true,
    update,
)
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.databasetime import database_milliseconds
from storage.inserting import insert_or_leave
from storage.tables import Nudge, NudgeKind, NudgeState, WhyNot

LEASE_MS = 60_000
_NUDGE = Nudge.__table__  # type: ignore[attr-defined]
# In the words of the index on `lease_until`: with parameters SQLite would not know it for the
# same, and would read every nudge there ever was to find the few that are held.
_HELD = text("nudge.state IN ('leased', 'sending')")
# What a new nudge holds in every other column.
_UNTOUCHED = {
    name: field.default
    for name, field in Nudge.model_fields.items()
    if not field.is_required() and field.default_factory is None
}


@dataclass(frozen=True, slots=True)
class Because:
    """Why something waits or was not sent: `words` are for an operator, `why` is counted."""

    why: WhyNot
    words: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A nudge to be. Not a whole Nudge, which takes as long to make as all the rest of planning.
    Without a `ready_at` it is ready when it is due."""

    workspace_id: UUID
    member_id: UUID
    slot: str
    kind: NudgeKind
    due_at: datetime
    expires_at: datetime
    state: NudgeState = NudgeState.READY
    because: Because | None = None
    follows_id: UUID | None = None
    ready_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be said, noted before the first byte leaves."""

    nudge_id: UUID
    question_id: str = ""
    question_version: int = 0
    question_words: str = ""
    reason: str = ""
    objective_id: UUID | None = None
    run_id: UUID | None = None
    pin_id: UUID | None = None
    experiment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """`open_until`: how long a question waits for its answer."""

    nudge_id: UUID
    message_id: str
    at: datetime
    open_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutBack:
    """To be tried again at `ready_at`. `untried`: what was begun came to no attempt."""

    nudge_id: UUID
    ready_at: datetime
    because: Because
    untried: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """Given up or expired, with a reason that an operator can read."""

    nudge_id: UUID
    state: NudgeState
    because: Because


async def add_nudges(db: AsyncSession, nudges: Sequence[Nudge | Planned]) -> int:
    """Plan these; an occurrence that is planned already is left alone. Returns how many are new."""
    return await insert_or_leave(
        db,
        Nudge,
        [_planned_row(one) if isinstance(one, Planned) else one.model_dump() for one in nudges],
    )


async def newest_notices(
    db: AsyncSession, member_ids: Collection[UUID], slots: str, since: datetime
) -> dict[UUID, datetime]:
    """When each of them last had a notice whose slot begins so, whatever became of it."""
    found = await db.exec(
        select(Nudge.member_id, Nudge.due_at)
        .where(col(Nudge.member_id).in_(member_ids), Nudge.kind == NudgeKind.NOTICE)
        .where(col(Nudge.slot).startswith(slots), col(Nudge.due_at) > since)
        .order_by(col(Nudge.due_at))
    )
    return dict(found.all())


async def drop_notice(
    db: AsyncSession, member_id: UUID, slot: str, because: Because, now: datetime
) -> bool:
    """It is not sent any more, where nobody has begun to. Whether it was, or is not there."""
    done: CursorResult[Any] = await db.exec(
        update(Nudge)
        .where(col(Nudge.member_id) == member_id, col(Nudge.slot) == slot)
        .where(col(Nudge.kind) == NudgeKind.NOTICE)
        .where(col(Nudge.state).in_((NudgeState.READY, NudgeState.LEASED, NudgeState.GIVEN_UP)))
        .values(
            state=NudgeState.EXPIRED,
            ended_because=because.words,
            why_not=because.why,
            closed_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    return done.rowcount > 0


async def slots_of(db: AsyncSession, member_ids: Collection[UUID], begins: str) -> list[str]:
    """The names of their notices that begin so, by day."""
    found = await db.exec(
        select(Nudge.slot)
        .where(col(Nudge.member_id).in_(member_ids), Nudge.kind == NudgeKind.NOTICE)
        .where(col(Nudge.slot).startswith(begins))
        .order_by(col(Nudge.due_at))
    )
    return list(found)


def _planned_row(planned: Planned) -> dict[str, Any]:
    return _UNTOUCHED | {
        "id": uuid4(),
        "workspace_id": planned.workspace_id,
        "member_id": planned.member_id,
        "slot": planned.slot,
        "kind": planned.kind,
        "due_at": planned.due_at,
        "ready_at": planned.ready_at or planned.due_at,
        "expires_at": planned.expires_at,
        "state": planned.state,
        "ended_because": planned.because.words if planned.because else "",
        "why_not": planned.because.why if planned.because else None,
        "follows_id": planned.follows_id,
    }


async def lease(
    db: AsyncSession, owner: UUID, now: datetime, limit: int, but_not: Collection[UUID] = ()
) -> list[Nudge]:
    """Take up to `limit` ready nudges, earliest first, of all workspaces but those. Two
    statements: with one, PostgreSQL picks from a snapshot older than its locks and leases rows
    twice."""
    ready = (
        select(Nudge.id)
        .where(Nudge.state == NudgeState.READY, col(Nudge.ready_at) <= now)
        .order_by(col(Nudge.ready_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if but_not:
        ready = ready.where(col(Nudge.workspace_id).not_in(but_not))
    ids = list(await db.exec(ready))
    if not ids:
        return []
    await db.exec(
        update(Nudge)
        .where(col(Nudge.id).in_(ids), col(Nudge.state) == NudgeState.READY)
        .values(
            state=NudgeState.LEASED, owner=owner, lease_until=database_milliseconds() + LEASE_MS
        )
        .execution_options(synchronize_session=False)
    )
    return list(await db.exec(select(Nudge).where(col(Nudge.id).in_(ids))))


async def mark_sending(db: AsyncSession, owner: UUID, intents: Sequence[Intent]) -> set[UUID]:
    """Written before the first byte. Returns those that are still this owner's to send."""
    if not intents:
        return set()
    mine = set(
        await db.exec(
            select(Nudge.id)
            .where(col(Nudge.id).in_([intent.nudge_id for intent in intents]))
            .where(Nudge.owner == owner, Nudge.state == NudgeState.LEASED)
            .where(col(Nudge.lease_until) > database_milliseconds())
            .with_for_update()
        )
    )
    still = [intent for intent in intents if intent.nudge_id in mine]
    if still:
        connection = await db.connection()
        await connection.execute(
            update(_NUDGE)
            .where(_NUDGE.c.id == bindparam("this"))
            .values(
                state=NudgeState.SENDING,
                attempts=_NUDGE.c.attempts + 1,
                lease_until=database_milliseconds() + LEASE_MS,
                question_id=bindparam("question"),
                question_version=bindparam("version"),
                question_words=bindparam("words"),
                reason=bindparam("why"),
                objective_id=bindparam("objective"),
                run_id=bindparam("run"),
                pin_id=bindparam("pin"),
                experiment_id=bindparam("experiment"),
            ),
            [_intent_row(intent) for intent in still],
        )
    return mine


def _intent_row(intent: Intent) -> dict[str, Any]:
    return {
        "this": intent.nudge_id,
        "question": intent.question_id,
        "version": intent.question_version,
        "words": intent.question_words,
        "why": intent.reason,
        "objective": intent.objective_id,
        "run": intent.run_id,
        "pin": intent.pin_id,
        "experiment": intent.experiment_id,
    }


async def record_sent(db: AsyncSession, owner: UUID, sent: Sequence[Sent]) -> None:
    await _record(
        db,
        owner,
        {
            "state": NudgeState.SENT,
            "sent_at": bindparam("at"),
            "message_id": bindparam("message"),
            "open_until": bindparam("open"),
            "why_not": None,
        },
        [
            {
                "this": one.nudge_id,
                "at": one.at,
                "message": one.message_id,
                "open": one.open_until,
            }
            for one in sent
        ],
    )


async def record_put_back(db: AsyncSession, owner: UUID, back: Sequence[PutBack]) -> None:
    """But not what came back to us meanwhile (arriving.py): it is held until somebody looks."""
    await _record(
        db,
        owner,
        {
            "state": NudgeState.READY,
            "ready_at": bindparam("at"),
            "ended_because": bindparam("words"),
            "why_not": bindparam("why"),
            "attempts": _NUDGE.c.attempts - bindparam("untried", type_=Integer),
        },
        [
            {
                "this": one.nudge_id,
                "at": one.ready_at,
                "words": one.because.words,
                "why": one.because.why,
                "untried": int(one.untried),
            }
            for one in back
        ],
        _NUDGE.c.message_id == "",
    )


async def record_ended(db: AsyncSession, owner: UUID, ended: Sequence[Ended]) -> None:
    """The same."""
    await _record(
        db,
        owner,
        {
            "state": bindparam("end"),
            "ended_because": bindparam("words"),
            "why_not": bindparam("why"),
        },
        [
            {
                "this": one.nudge_id,
                "end": one.state,
                "words": one.because.words,
                "why": one.because.why,
            }
            for one in ended
        ],
        _NUDGE.c.message_id == "",
    )


async def _record(
    db: AsyncSession,
    owner: UUID,
    values: dict[str, Any],
    rows: Sequence[dict[str, Any]],
    only: ColumnElement[bool] | None = None,
) -> None:
    """Let go of the lease and say what came of it, if this owner still holds it."""
    if not rows:
        return
    connection = await db.connection()
    await connection.execute(
        update(_NUDGE)
        .where(_NUDGE.c.id == bindparam("this"), _NUDGE.c.owner == owner)
        # Not `in_`: its parameters cannot be expanded where many rows are written at once.
        .where(or_(_NUDGE.c.state == NudgeState.LEASED, _NUDGE.c.state == NudgeState.SENDING))
        .where(true() if only is None else only)
        .values(owner=None, lease_until=None, **values),
        list(rows),
    )


async def let_go(db: AsyncSession, owner: UUID) -> None:
    """What this owner has leased and not begun to send is anyone's again."""
    await db.exec(
        update(Nudge)
        .where(col(Nudge.owner) == owner, col(Nudge.state) == NudgeState.LEASED)
        .where(_HELD, col(Nudge.lease_until) > 0)
        .values(state=NudgeState.READY, owner=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


async def take_abandoned(db: AsyncSession, owner: UUID, limit: int) -> list[Nudge]:
    """Nudges whose holder is gone, now held by `owner`; their state says how far they had come."""
    ids = list(
        await db.exec(
            select(Nudge.id)
            .where(_HELD, col(Nudge.lease_until) <= database_milliseconds())
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    if not ids:
        return []
    await db.exec(
        update(Nudge)
        .where(col(Nudge.id).in_(ids))
        .values(owner=owner, lease_until=database_milliseconds() + LEASE_MS)
        .execution_options(synchronize_session=False)
    )
    return list(await db.exec(select(Nudge).where(col(Nudge.id).in_(ids))))


async def cancel_waiting(
    db: AsyncSession, member_ids: Collection[UUID], because: Because, now: datetime
) -> None:
    """Nothing that has come due for them goes out any more, not even what a sender has leased.

    What is not due yet stays where it is, and is judged on its day like everything else: by then
    they may have resumed.
    """
    await _cancel(db, col(Nudge.member_id).in_(member_ids), because, now)


async def cancel_all_waiting(
    db: AsyncSession, workspace_id: UUID, because: Because, now: datetime
) -> None:
    """The same, for everybody there."""
    await _cancel(db, col(Nudge.workspace_id) == workspace_id, because, now)


async def _cancel(
    db: AsyncSession, whose: ColumnElement[bool], because: Because, now: datetime
) -> None:
    await db.exec(
        update(Nudge)
        .where(whose)
        .where(
            or_(
                col(Nudge.state) == NudgeState.LEASED,
                and_(col(Nudge.state) == NudgeState.READY, col(Nudge.ready_at) <= now),
            )
        )
        .values(
            state=NudgeState.EXPIRED,
            ended_because=because.words,
            why_not=because.why,
            owner=None,
            lease_until=None,
        )
        .execution_options(synchronize_session=False)
    )
