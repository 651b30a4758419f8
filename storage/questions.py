"""Questions that were sent: which stand open, what was asked before, what was declined."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlalchemy import select as sa_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.members import Member
from storage.reflections import to_the_hour
from storage.tables import DeclinedQuestion, Nudge, NudgeKind, NudgeState, Outcome

_ROW = Nudge.__table__.c  # type: ignore[attr-defined]
# In doubt counts as asked: the leader may well have seen it.
_WAS_ASKED = (NudgeState.SENT, NudgeState.IN_DOUBT, NudgeState.SENDING)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """What a choice may know of a question that was asked. A year of them for each leader of a
    batch is read at once: as whole objects they took a third of the time that sending takes."""

    id: UUID
    question_id: str
    objective_id: UUID | None
    state: NudgeState
    due_at: datetime
    sent_at: datetime | None
    open_until: datetime | None
    outcome: Outcome | None
    run_id: UUID | None
    experiment_id: UUID | None = None


async def asked_questions(
    db: AsyncSession, member_ids: Collection[UUID], since: datetime
) -> dict[UUID, list[AskedQuestion]]:
    """What each leader was asked since then, oldest first."""
    connection = await db.connection()
    found = await connection.execute(
        sa_select(
            _ROW.member_id,
            _ROW.id,
            _ROW.question_id,
            _ROW.objective_id,
            _ROW.state,
            _ROW.due_at,
            _ROW.sent_at,
            _ROW.open_until,
            _ROW.outcome,
            _ROW.run_id,
            _ROW.experiment_id,
        )
        .where(col(Nudge.member_id).in_(member_ids), col(Nudge.kind) == NudgeKind.QUESTION)
        .where(col(Nudge.state).in_(_WAS_ASKED), col(Nudge.question_id) != "")
        .where(col(Nudge.due_at) >= since)
        .order_by(col(Nudge.due_at))
    )
    theirs: dict[UUID, list[AskedQuestion]] = defaultdict(list)
    for member_id, *asked in found:
        theirs[member_id].append(AskedQuestion(*asked))
    return theirs


async def words_asked(db: AsyncSession, nudge_ids: Collection[UUID | None]) -> dict[UUID, str]:
    """These questions, in the wording that was asked."""
    found = await db.exec(
        select(Nudge.id, Nudge.question_words).where(col(Nudge.id).in_(nudge_ids))
    )
    return dict(found.all())


async def open_question(db: AsyncSession, someone: Member, now: datetime) -> Nudge | None:
    """The newest question that waits for an answer."""
    found = await db.exec(
        select(Nudge)
        .where(Nudge.member_id == someone.id, Nudge.kind == NudgeKind.QUESTION)
        .where(Nudge.state == NudgeState.SENT, col(Nudge.open_until) > now)
        .order_by(col(Nudge.sent_at).desc())
        .limit(1)
    )
    return found.first()


async def latest_question(
    db: AsyncSession, someone: Member, outcome: Outcome | None = None
) -> Nudge | None:
    """The newest question that was sent, open or not; or the newest that ended so."""
    query = (
        select(Nudge)
        .where(Nudge.member_id == someone.id, Nudge.kind == NudgeKind.QUESTION)
        .where(Nudge.state == NudgeState.SENT)
        # Of two of one moment, the one that still waits.
        .order_by(col(Nudge.sent_at).desc(), col(Nudge.closed_at).is_not(None))
        .limit(1)
    )
    if outcome is not None:
        query = query.where(Nudge.outcome == outcome)
    return (await db.exec(query)).first()


async def thread_of(db: AsyncSession, nudge: Nudge) -> list[str]:
    """The ids of the questions asked straight after one another up to this one, itself last."""
    thread = [nudge.question_id]
    before = nudge.follows_id
    while before is not None:  # a thread is a few questions long
        earlier = await db.get_one(Nudge, before)
        thread.insert(0, earlier.question_id)
        before = earlier.follows_id
    return thread


async def followed_by(db: AsyncSession, nudge: Nudge) -> Nudge | None:
    """The question that was asked straight after this one."""
    found = await db.exec(
        select(Nudge).where(Nudge.follows_id == nudge.id, Nudge.kind == NudgeKind.QUESTION).limit(1)
    )
    return found.first()


async def asked_in(db: AsyncSession, someone: Member, message_id: str) -> UUID | None:
    """The nudge that stands in this message of the platform's, if it is theirs."""
    found = await db.exec(
        select(Nudge.id).where(Nudge.member_id == someone.id, Nudge.message_id == message_id)
    )
    return found.first()


async def message_of(db: AsyncSession, nudge_id: UUID) -> str:
    """The platform's id of the message in which this nudge stands, or empty."""
    found = await db.exec(select(Nudge.message_id).where(Nudge.id == nudge_id))
    return found.first() or ""


async def stands_in(db: AsyncSession, nudge_id: UUID, message_id: str) -> None:
    await db.exec(
        update(Nudge)
        .where(col(Nudge.id) == nudge_id)
        .values(message_id=message_id)
        .execution_options(synchronize_session=False)
    )


async def find_nudge(
    db: AsyncSession, someone: Member, nudge_id: UUID, kind: NudgeKind = NudgeKind.QUESTION
) -> Nudge | None:
    """Only their own, and only what may have reached them: anything else is not found.

    Whoever presses a button of it has it before them, even where a crash left us in doubt.
    """
    found = await db.exec(
        select(Nudge)
        .where(Nudge.id == nudge_id, Nudge.member_id == someone.id, Nudge.kind == kind)
        .where(col(Nudge.state).in_(_WAS_ASKED))
    )
    return found.first()


async def find_slot(db: AsyncSession, someone: Member, slot: str) -> Nudge | None:
    found = await db.exec(select(Nudge).where(Nudge.member_id == someone.id, Nudge.slot == slot))
    return found.first()


def close(nudge: Nudge, outcome: Outcome, now: datetime) -> None:
    """The question no longer waits. When it was answered is kept to the hour."""
    nudge.outcome, nudge.closed_at, nudge.open_until = outcome, to_the_hour(now), None


async def let_lapse(db: AsyncSession, now: datetime) -> int:
    """Questions that have waited long enough. Lapsed is not failed. Returns how many."""
    done: CursorResult[Any] = await db.exec(
        update(Nudge)
        .where(col(Nudge.open_until) < now)
        .values(outcome=Outcome.LAPSED, closed_at=now, open_until=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount


async def close_about(
    db: AsyncSession, someone: Member, experiment_id: UUID, now: datetime
) -> None:
    """Nobody is asked, or reminded, about an experiment that has come to its end."""
    await db.exec(
        update(Nudge)
        .where(col(Nudge.member_id) == someone.id, col(Nudge.experiment_id) == experiment_id)
        .where(col(Nudge.open_until).is_not(None))
        .values(outcome=Outcome.SKIPPED, closed_at=to_the_hour(now), open_until=None)
        .execution_options(synchronize_session=False)
    )


async def decline_question(
    db: AsyncSession, someone: Member, question_id: str, now: datetime
) -> None:
    """ "Not for me": never again for this leader."""
    row = {"member_id": someone.id, "question_id": question_id, "declined_at": now}
    await insert_or_leave(db, DeclinedQuestion, [row])


async def declined_questions(
    db: AsyncSession, member_ids: Collection[UUID]
) -> dict[UUID, frozenset[str]]:
    rows = await db.exec(
        select(DeclinedQuestion).where(col(DeclinedQuestion.member_id).in_(member_ids))
    )
    theirs: dict[UUID, set[str]] = defaultdict(set)
    for row in rows:
        theirs[row.member_id].add(row.question_id)
    return {member_id: frozenset(ids) for member_id, ids in theirs.items()}


async def waiting_questions(db: AsyncSession, someone: Member) -> list[Nudge]:
    """Those that are planned and not sent yet."""
    found = await db.exec(
        select(Nudge)
        .where(Nudge.member_id == someone.id, Nudge.kind == NudgeKind.QUESTION)
        .where(Nudge.state == NudgeState.READY)
    )
    return list(found)


async def all_nudges(db: AsyncSession, someone: Member) -> list[Nudge]:
    """Everything that ever came due for them, oldest first."""
    found = await db.exec(
        select(Nudge).where(Nudge.member_id == someone.id).order_by(col(Nudge.due_at))
    )
    return list(found)
