"""Answers: kept for the leader, and shared one at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage.members import Member
from storage.sealing import index_of, own_place, seal
from storage.tables import Aside, Experiment, Nudge, Objective, Rating, Reflection

_ROW = Reflection.__table__  # type: ignore[attr-defined]
_NUDGE = Nudge.__table__  # type: ignore[attr-defined]
# Whatever can be shared with a coach, and taken back.
SHAREABLE = (Reflection, Objective, Experiment, Rating, Aside)
Shareable = Reflection | Objective | Experiment | Rating | Aside


async def keep_reflection(
    db: AsyncSession,
    someone: Member,
    nudge: Nudge,
    question_words: str,
    words: str,
    now: datetime,
    said: str = "",
) -> Reflection:
    """Keep this answer. A second answer to the same question takes the first one's place.

    `said` is the event by which it was typed in a chat, whose changes it follows from then on.
    """
    kept = await reflection_on(db, nudge)
    if kept is None:
        kept = Reflection(
            workspace_id=someone.workspace_id,
            member_id=someone.id,
            nudge_id=nudge.id,
            question_id=nudge.question_id,
            question_version=nudge.question_version,
            question_words=question_words,
            objective_id=nudge.objective_id,
            words=b"",
            answered_at=to_the_hour(now),
        )
    kept.answered_at = to_the_hour(now)
    kept.source = await _source(db, someone, said) if said else None
    kept.words = await seal(db, own_place(kept, "words"), words)
    db.add(kept)
    await db.flush()
    return kept


async def reflection_from(db: AsyncSession, someone: Member, said: str) -> Reflection | None:
    """The answer of theirs that follows what they typed in that event."""
    source = await _source(db, someone, said)
    found = await db.exec(
        select(Reflection).where(Reflection.member_id == someone.id, Reflection.source == source)
    )
    return found.first()


async def writer_from(db: AsyncSession, workspace_id: UUID, said: str) -> UUID | None:
    """Whose answer follows what was typed in that event, for platforms that do not say."""
    source = await index_of(db, workspace_id, "event", said)
    found = await db.exec(
        select(Reflection.member_id).where(
            Reflection.workspace_id == workspace_id, Reflection.source == source
        )
    )
    return found.first()


async def _source(db: AsyncSession, someone: Member, said: str) -> bytes:
    return await index_of(db, someone.workspace_id, "event", said)


def to_the_hour(moment: datetime) -> datetime:
    """When somebody wrote is nobody's business to the minute."""
    return moment.replace(minute=0, second=0, microsecond=0)


async def blur_older(db: AsyncSession, before: datetime) -> None:
    """Of what was answered before then, only the day is kept: noon in UTC stands for it."""
    # A day's worth each day; more, for days on which nobody ran.
    since = before - timedelta(days=60)
    found = await db.exec(
        select(Reflection.id, Reflection.nudge_id, Reflection.answered_at).where(
            col(Reflection.answered_at) < before, col(Reflection.answered_at) >= since
        )
    )
    days = [
        {"this": key, "nudge": nudge, "day": at.replace(hour=12, minute=0, second=0, microsecond=0)}
        for key, nudge, at in found
    ]
    if days:
        connection = await db.connection()
        for row, column, which in (
            (_ROW, "answered_at", "this"),
            # Or the question's own row would still tell the hour.
            (_NUDGE, "closed_at", "nudge"),
        ):
            await connection.execute(
                update(row).where(row.c.id == bindparam(which)).values({column: bindparam("day")}),
                days,
            )


async def reflection_on(db: AsyncSession, nudge: Nudge) -> Reflection | None:
    found = await db.exec(select(Reflection).where(Reflection.nudge_id == nudge.id))
    return found.first()


@dataclass(frozen=True, slots=True)
class Looked:
    """What of a journal is looked for: on this objective, answered from `first` on and before
    `until`, among these ids, older than that one."""

    objective_id: UUID | None = None
    first: datetime | None = None
    until: datetime | None = None
    among: Collection[UUID] | None = None
    older_than: Reflection | None = None


EVERYTHING = Looked()
FEW = 500


async def journal(
    db: AsyncSession, someone: Member, limit: int, looked: Looked = EVERYTHING
) -> list[Reflection]:
    """A leader's own reflections, newest first."""
    query = (
        select(Reflection)
        .where(Reflection.member_id == someone.id)
        .join(Nudge)
        .order_by(col(Reflection.answered_at).desc(), col(Nudge.due_at).desc(), col(Reflection.id))
    )
    if looked.objective_id is not None:
        query = query.where(Reflection.objective_id == looked.objective_id)
    if looked.first is not None:
        query = query.where(Reflection.answered_at >= looked.first)
    if looked.until is not None:
        query = query.where(Reflection.answered_at < looked.until)
    if looked.older_than is not None:
        query = query.where(await _comes_after(db, looked.older_than))
    if looked.among is not None:
        query = query.where(col(Reflection.id).in_(await _newest(db, query, looked.among, limit)))
    return list(await db.exec(query.limit(limit)))


async def _newest(
    db: AsyncSession, query: SelectOfScalar[Reflection], among: Collection[UUID], limit: int
) -> Collection[UUID]:
    """So many of these, or few. All that a search finds can be more than a statement takes."""
    if len(among) <= FEW:
        return among
    newest: list[UUID] = []
    connection = await db.connection()
    ids = await connection.stream_scalars(query.with_only_columns(col(Reflection.id)))
    async for some in ids.partitions(FEW):
        newest += [key for key in some if key in among]
        if len(newest) >= limit:
            break
    await ids.close()
    return newest[:limit]


async def _comes_after(db: AsyncSession, last: Reflection) -> ColumnElement[bool]:
    """In the order of a journal."""
    due_at = (await db.get_one(Nudge, last.nudge_id)).due_at
    return and_(
        # Said by itself, it is where a database begins to read.
        col(Reflection.answered_at) <= last.answered_at,
        or_(
            col(Reflection.answered_at) < last.answered_at,
            col(Nudge.due_at) < due_at,
            and_(col(Nudge.due_at) == due_at, col(Reflection.id) > last.id),
        ),
    )


async def find_reflection(
    db: AsyncSession, someone: Member, reflection_id: UUID
) -> Reflection | None:
    """Only their own."""
    found = await db.exec(
        select(Reflection).where(Reflection.id == reflection_id, Reflection.member_id == someone.id)
    )
    return found.first()


async def erase_reflection(db: AsyncSession, kept: Reflection) -> None:
    """The answer; that it was asked, and answered, stays with the question."""
    await db.delete(kept)
    await db.flush()


async def take_everything_back(db: AsyncSession, someone: Member) -> None:
    """Whatever they had shared is private again, and stays so until they share it anew."""
    for table in SHAREABLE:
        await db.exec(
            update(table)
            .where(col(table.member_id) == someone.id, col(table.shared_at).is_not(None))
            .values(shared_at=None, pairing_id=None)
        )


async def asked_about(
    db: AsyncSession, someone: Member, reflection_ids: Collection[UUID]
) -> dict[UUID, str]:
    """The question that each of their reflections answers."""
    rows = await db.exec(
        select(Reflection.id, Reflection.question_words).where(
            col(Reflection.id).in_(reflection_ids), Reflection.member_id == someone.id
        )
    )
    return dict(rows.all())
