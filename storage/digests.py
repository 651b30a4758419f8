"""What a coach's digest tells of: whatever is shared with them and was told by none before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, delete, exists, literal, or_, select, union_all
from sqlmodel import col
from sqlmodel import select as of_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.members import Member
from storage.reflections import Shareable
from storage.tables import (
    Aside,
    DigestItem,
    Experiment,
    Nudge,
    NudgeKind,
    NudgeState,
    Objective,
    Pairing,
    Rating,
    Reflection,
    SharedKind,
)
from storage.tables.columns import one_of

# After that a digest shows nothing of what was in it, and nothing so old comes into a new one.
FADES_AFTER = timedelta(days=90)
Row = TypeVar("Row", Reflection, Experiment, Rating, Objective)
# A digest that nobody knows the end of may have been read.
_TOLD = (NudgeState.SENT, NudgeState.IN_DOUBT)


@dataclass(frozen=True, slots=True)
class Gathered:
    """That something is shared in a pairing, and how it stands; never what it says."""

    kind: SharedKind
    id: UUID
    pairing_id: UUID
    leader_id: UUID
    coach_id: UUID
    shared_at: datetime
    moves: int
    held_until: datetime | None


async def gathered(
    db: AsyncSession, coaches: Collection[UUID], leaders: Collection[UUID], now: datetime
) -> list[Gathered]:
    """Everything that the next digest of these coaches, or about these leaders, would tell of."""
    pairings = _pairings(coaches, leaders)
    if pairings is None:
        return []
    since = now - FADES_AFTER
    connection = await db.connection()
    found = await connection.execute(
        union_all(
            _shared(SharedKind.REFLECTION, Reflection, pairings, col(Reflection.shared_at) > since),
            _shared(SharedKind.OBJECTIVE, Objective, pairings, col(Objective.shared_at) > since),
            _shared(SharedKind.RATING, Rating, pairings, col(Rating.shared_at) > since),
            _shared(SharedKind.ASIDE, Aside, pairings, col(Aside.shared_at) > since),
            _shared(
                SharedKind.EXPERIMENT,
                Experiment,
                pairings,
                or_(col(Experiment.shared_at) > since, col(Experiment.moved_at) > since),
            ),
        )
    )
    rows: Sequence[Any] = found.all()
    return [Gathered(*row) for row in rows]


def _pairings(coaches: Collection[UUID], leaders: Collection[UUID]) -> CTE | None:
    """Looked for once for all kinds of things; and nobody is not looked for, for a list of nobody
    would keep a database from the shortest way."""
    either = [
        column.in_(people)
        for column, people in ((col(Pairing.coach_id), coaches), (col(Pairing.leader_id), leaders))
        if people
    ]
    if not either:
        return None
    return select(Pairing).where(or_(*either), col(Pairing.ended_at).is_(None)).cte("theirs")


def _shared(
    kind: SharedKind,
    table: type[Reflection | Objective | Rating | Aside | Experiment],
    pairings: CTE,
    lately: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    theirs, moves = pairings.c, col(Experiment.moves) if table is Experiment else literal(0)
    told = (
        exists()
        .where(col(DigestItem.item_id) == col(table.id))
        .where(col(DigestItem.pairing_id) == theirs.id)
        .where(col(DigestItem.shared_at) == col(table.shared_at), col(DigestItem.moves) == moves)
        .where(col(Nudge.id) == col(DigestItem.nudge_id), col(Nudge.state).in_(_TOLD))
    )
    return (
        select(
            literal(kind, one_of(SharedKind)).label("kind"),
            col(table.id),
            theirs.id.label("pairing_id"),
            theirs.leader_id,
            theirs.coach_id,
            col(table.shared_at),
            moves.label("moves"),
            theirs.digest_held_until,
        )
        .join(pairings, col(table.pairing_id) == theirs.id)
        .where(lately, col(table.shared_at) >= theirs.accepted_at)
        .where(~told)
    )


async def note_told(
    db: AsyncSession, told: Mapping[UUID, Sequence[Gathered]], nudge_ids: Collection[UUID]
) -> None:
    """What each of these digests, by nudge, is about to tell. Tried again, it is noted anew."""
    rows = [
        {
            "nudge_id": nudge_id,
            "item_id": one.id,
            "kind": one.kind,
            "pairing_id": one.pairing_id,
            "member_id": one.leader_id,
            "shared_at": one.shared_at,
            "moves": one.moves,
        }
        for nudge_id in nudge_ids
        for one in told.get(nudge_id, ())
    ]
    if rows:
        await db.exec(
            delete(DigestItem)
            .where(col(DigestItem.nudge_id).in_(nudge_ids))
            .execution_options(synchronize_session=False)
        )
        await insert_or_leave(db, DigestItem, rows)


async def told_in(db: AsyncSession, nudge: Nudge) -> list[DigestItem]:
    """What this digest told of."""
    found = await db.exec(of_rows(DigestItem).where(DigestItem.nudge_id == nudge.id))
    return list(found)


async def told_of(
    db: AsyncSession, leader: Member, limit: int
) -> list[tuple[Nudge, list[DigestItem]]]:
    """The digests that told of this leader, newest first, each with what it told of them."""
    found = await db.exec(
        of_rows(Nudge, DigestItem)
        .join(DigestItem, col(DigestItem.nudge_id) == col(Nudge.id))
        .where(DigestItem.member_id == leader.id, col(Nudge.state).in_(_TOLD))
        .order_by(col(Nudge.due_at).desc())
    )
    theirs: dict[UUID, tuple[Nudge, list[DigestItem]]] = {}
    for nudge, item in found:
        theirs.setdefault(nudge.id, (nudge, []))[1].append(item)
    return list(theirs.values())[:limit]


@dataclass(frozen=True, slots=True)
class SharedRows:
    """The things themselves, as they are now, by id; sealed."""

    reflections: Mapping[UUID, Reflection]
    experiments: Mapping[UUID, Experiment]
    ratings: Mapping[UUID, Rating]
    objectives: Mapping[UUID, Objective]
    asides: Mapping[UUID, Aside]

    def by_owner(self) -> dict[UUID, "SharedRows"]:
        """Those of each leader by themselves."""
        theirs: dict[UUID, SharedRows] = {}
        for name in (one.name for one in fields(self)):
            for key, row in getattr(self, name).items():
                mine = theirs.setdefault(row.member_id, SharedRows({}, {}, {}, {}, {}))
                getattr(mine, name)[key] = row
        return theirs

    def each(self) -> list[Shareable]:
        groups = (self.reflections, self.experiments, self.ratings, self.objectives, self.asides)
        return [one for group in groups for one in group.values()]


NOTHING = SharedRows({}, {}, {}, {}, {})


async def rows_of(
    db: AsyncSession, items: Sequence[Gathered | DigestItem], until: datetime | None = None
) -> SharedRows:
    """Of these items, and of the objectives that they are about; and whatever else was shared of a
    rating's objective, for they are read side by side; of a digest, by when it was due."""
    pairings = {one.pairing_id for one in items}
    ids: dict[SharedKind, set[UUID]] = defaultdict(set)
    for one in items:
        ids[one.kind].add(one.item_id if isinstance(one, DigestItem) else one.id)
    reflections = await _by_id(db, Reflection, ids[SharedKind.REFLECTION])
    experiments = await _by_id(db, Experiment, ids[SharedKind.EXPERIMENT])
    placings = await _on_the_same(db, pairings, ids[SharedKind.RATING], until)
    ratings = await _by_id(db, Rating, placings)
    named = {
        one.objective_id
        for group in (reflections, experiments, ratings)
        for one in group.values()
        if one.objective_id is not None
    }
    return SharedRows(
        reflections,
        experiments,
        ratings,
        await _by_id(db, Objective, named | ids[SharedKind.OBJECTIVE]),
        await _asides(db, pairings, until),
    )


async def _asides(
    db: AsyncSession, pairings: Collection[UUID], until: datetime | None
) -> dict[UUID, Aside]:
    """What is not to be raised stands in every digest, and not only in the one that told it."""
    if not pairings:
        return {}
    query = of_rows(Aside).where(col(Aside.pairing_id).in_(pairings))
    if until is not None:
        query = query.where(col(Aside.shared_at) <= until)
    return {one.id: one for one in await db.exec(query)}


async def _on_the_same(
    db: AsyncSession,
    pairings: Collection[UUID],
    told: Collection[UUID],
    until: datetime | None,
) -> set[UUID]:
    """These ratings, and those on the same objectives that a digest of these pairings told before
    `until`: they are drawn as one line. What is shared and waits for a digest is not among them,
    and of other objectives none, for what is looked at is opened, and each opening is recorded."""
    if not told:
        return set()
    objectives = select(col(Rating.objective_id)).where(col(Rating.id).in_(told))
    told_before = (
        select(col(DigestItem.item_id))
        .join(Nudge, col(Nudge.id) == col(DigestItem.nudge_id))
        .where(col(DigestItem.pairing_id).in_(pairings), col(Nudge.state).in_(_TOLD))
    )
    if until is not None:
        told_before = told_before.where(col(Nudge.due_at) <= until)
    found = await db.exec(
        of_rows(Rating.id)
        .where(col(Rating.objective_id).in_(objectives))
        .where(col(Rating.pairing_id).in_(pairings), col(Rating.id).in_(told_before))
    )
    return {*told, *found}


async def _by_id(db: AsyncSession, table: type[Row], ids: Collection[UUID]) -> dict[UUID, Row]:
    if not ids:
        return {}
    found = await db.exec(of_rows(table).where(col(table.id).in_(ids)))
    return {one.id: one for one in found}


async def latest_digest(db: AsyncSession, coach_id: UUID) -> Nudge | None:
    found = await db.exec(
        of_rows(Nudge)
        .where(Nudge.member_id == coach_id, Nudge.kind == NudgeKind.DIGEST)
        .where(col(Nudge.state).in_(_TOLD))
        .order_by(col(Nudge.due_at).desc())
        .limit(1)
    )
    return found.first()
