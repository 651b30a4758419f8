"""A quarter's totals for leads: counted from ids, suppressed, written once, read again."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Any, assert_never
from uuid import UUID, uuid4

from sqlalchemy import and_, case, exists, literal
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage.inserting import insert_or_leave
from storage.suppressing import (
    AtLeast,
    AtMost,
    Blurred,
    Count,
    Figure,
    Figures,
    People,
    Share,
    Shown,
    TooFew,
    Value,
    blur,
    check_threshold,
    counts,
    shares,
)
from storage.tables import (
    Agreement,
    Allowed,
    CadenceRow,
    Cohort,
    Counted,
    MemberRow,
    Nudge,
    NudgeKind,
    NudgeState,
    Outcome,
    Pairing,
    Permission,
    Total,
    TotalKind,
    TotalsRelease,
    TotalValue,
    Workspace,
)
from storage.tables.columns import UtcDateTime


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of the calendar, in UTC. As text 2026-Q4, which sorts, too."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime) -> "Quarter":
        there = moment.astimezone(UTC)
        return cls(there.year, (there.month + 2) // 3)

    @classmethod
    def last_ended(cls, now: datetime) -> "Quarter":
        running = cls.of(now)
        if running.number == 1:
            return cls(running.year - 1, 4)
        return cls(running.year, running.number - 1)

    @classmethod
    def named(cls, name: str) -> "Quarter":
        year, _, number = name.partition("-Q")
        return cls(int(year), int(number))

    @property
    def start(self) -> datetime:
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        if self.number == 4:
            return datetime(self.year + 1, 1, 1, tzinfo=UTC)
        return datetime(self.year, 3 * self.number + 1, 1, tzinfo=UTC)

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure is about. Without a cohort the programme; without either the workspace."""

    kind: TotalKind
    programme_id: UUID | None = None
    cohort_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Released:
    quarter: Quarter
    about: Subject
    figure: Figure


async def is_anything_due(db: AsyncSession, now: datetime) -> bool:
    """Whether some workspace has not had the quarter that ended last: one cheap look."""
    return (await db.exec(_without(Quarter.last_ended(now)).limit(1))).first() is not None


async def release_ended(db: AsyncSession, k: int, now: datetime, chance: Random) -> int:
    """Release the quarter that ended last wherever it was not. Returns in how many workspaces.

    An older one is not made up for: who takes part now is not who took part then.
    """
    quarter = Quarter.last_ended(now)
    return await _release(db, _without(quarter), quarter, k, now, chance)


async def release(
    db: AsyncSession, workspace_id: UUID, quarter: Quarter, k: int, now: datetime, chance: Random
) -> bool:
    """Write a quarter, once. False: it has not ended, or was released already.

    `chance` blurs: in earnest SystemRandom, for whoever can guess it can take the blur away.
    """
    here = _without(quarter).where(Workspace.id == workspace_id)
    return await _release(db, here, quarter, k, now, chance) == 1


async def released(db: AsyncSession, workspace_id: UUID) -> list[Released]:
    """Every figure of every quarter, newest quarter first."""
    rows = await db.exec(
        select(Total)
        .where(Total.workspace_id == workspace_id)
        .order_by(col(Total.quarter).desc(), col(Total.id))
    )
    return [Released(Quarter.named(row.quarter), _about(row), _figure(row)) for row in rows]


def _without(quarter: Quarter) -> SelectOfScalar[UUID]:
    """The workspaces in which it was not released."""
    there = exists().where(
        col(TotalsRelease.workspace_id) == Workspace.id,
        col(TotalsRelease.quarter) == str(quarter),
    )
    return select(Workspace.id).where(~there)


async def _release(
    db: AsyncSession,
    where: SelectOfScalar[UUID],
    quarter: Quarter,
    k: int,
    now: datetime,
    chance: Random,
) -> int:
    check_threshold(k)
    if now < quarter.end:
        return 0
    workspaces = await _claim(db, where, quarter, k, now)
    if workspaces:
        censuses = await _count(db, workspaces, quarter, now)
        pasts = await _look_back(db, workspaces)
        await _write(
            db,
            quarter,
            [
                (one, about, figure)
                for one in workspaces
                for about, figure in _figures(censuses[one], pasts[one], k, chance)
            ],
        )
    return len(workspaces)


async def _claim(
    db: AsyncSession, where: SelectOfScalar[UUID], quarter: Quarter, k: int, now: datetime
) -> list[UUID]:
    """Two processes wait for each other here; each workspace is the first one's alone."""
    rows = where.add_columns(literal(str(quarter)), literal(k), literal(now, UtcDateTime))
    claimed = await db.exec(
        insert(TotalsRelease)
        .from_select(["workspace_id", "quarter", "threshold", "released_at"], rows)
        .on_conflict_do_nothing()
        .returning(col(TotalsRelease.workspace_id))
    )
    return sorted(claimed.scalars())


@dataclass(slots=True)
class _Census:
    """One workspace's people by what is counted. Every leader is in one cohort at most."""

    cohorts: dict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    taking_part: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    answered: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    paired: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    coaches: set[UUID] = field(default_factory=set)


async def _count(
    db: AsyncSession, workspaces: Collection[UUID], quarter: Quarter, now: datetime
) -> dict[UUID, _Census]:
    censuses: dict[UUID, _Census] = defaultdict(_Census)
    here = and_(col(MemberRow.workspace_id).in_(workspaces), col(MemberRow.left_at).is_(None))
    # Which cohorts have leaders at all is no secret: a lead's page names them.
    places = await db.exec(
        select(Cohort.workspace_id, Cohort.programme_id, Cohort.id)
        .join(MemberRow, and_(col(MemberRow.cohort_id) == Cohort.id, col(MemberRow.is_leader)))
        .where(here)
        .distinct()
        .order_by(col(Cohort.programme_id), col(Cohort.id))
    )
    for workspace_id, programme_id, place in places:
        censuses[workspace_id].cohorts[programme_id].append(place)
    answers = func.sum(case((col(Nudge.outcome) == Outcome.ANSWERED, 1), else_=0))
    pairings = await db.exec(
        select(Pairing.leader_id)
        .where(col(Pairing.workspace_id).in_(workspaces))
        .where(col(Pairing.accepted_at) >= quarter.start, col(Pairing.accepted_at) < quarter.end)
    )
    paired = set(pairings)
    leaders = await db.exec(
        select(MemberRow.workspace_id, Cohort.id, MemberRow.id, answers * 2 >= func.count())
        .join(Cohort, col(Cohort.id) == MemberRow.cohort_id)
        .join(Nudge, col(Nudge.member_id) == MemberRow.id)
        .where(here, col(MemberRow.is_leader))
        .where(col(Nudge.kind) == NudgeKind.QUESTION, col(Nudge.state) == NudgeState.SENT)
        .where(col(Nudge.sent_at) >= quarter.start, col(Nudge.sent_at) < quarter.end)
        .where(_allows(Allowed.QUESTIONS), _allows(Allowed.TOTALS), ~_rests(now))
        .group_by(col(MemberRow.workspace_id), col(Cohort.id), col(MemberRow.id))
    )
    for workspace_id, cohort_id, member_id, mostly in leaders:
        census = censuses[workspace_id]
        census.taking_part[cohort_id].add(member_id)
        if mostly:
            census.answered[cohort_id].add(member_id)
        if member_id in paired:
            census.paired[cohort_id].add(member_id)
    coaches = await db.exec(
        select(MemberRow.workspace_id, MemberRow.id).where(here, col(MemberRow.is_coach))
    )
    for workspace_id, member_id in coaches:
        censuses[workspace_id].coaches.add(member_id)
    return censuses


def _allows(allowed: Allowed) -> Any:
    agreement, permission = aliased(Agreement), aliased(Permission)
    return exists().where(
        col(agreement.member_id) == MemberRow.id,
        col(agreement.withdrawn_at).is_(None),
        col(permission.agreement_id) == agreement.id,
        col(permission.allows) == allowed,
        col(permission.withdrawn_at).is_(None),
    )


def _rests(now: datetime) -> Any:
    """Paused or stopped: their data are not used. A pause that ends today counts as one, for the
    day begins later where they may be."""
    row = aliased(CadenceRow)
    until = col(row.paused_until)
    return exists().where(
        col(row.member_id) == MemberRow.id,
        col(row.kind) == NudgeKind.QUESTION,
        or_(
            col(row.stopped_at).is_not(None),
            and_(
                col(row.paused_at).is_not(None),
                or_(until.is_(None), until >= now.astimezone(UTC).date()),
            ),
        ),
    )


@dataclass(slots=True)
class _Past:
    """What one workspace was shown: the newest figure about each subject, and whom each counted."""

    standing: dict[Subject, Shown] = field(default_factory=dict)
    released: list[Sequence[People]] = field(default_factory=list)


async def _look_back(db: AsyncSession, workspaces: Collection[UUID]) -> dict[UUID, _Past]:
    people: dict[UUID, set[object]] = defaultdict(set)
    for total_id, member_id in await db.exec(
        select(Counted.total_id, Counted.member_id)
        .join(Total)
        .where(col(Total.workspace_id).in_(workspaces))
    ):
        people[total_id].add(member_id)
    pasts: dict[UUID, _Past] = defaultdict(_Past)
    breakdowns: dict[tuple[str, Subject], list[People]] = defaultdict(list)
    for row in await db.exec(
        select(Total)
        .where(col(Total.workspace_id).in_(workspaces), Total.value == TotalValue.COUNT)
        .order_by(col(Total.quarter))
    ):
        counted = frozenset(people[row.id])
        past = pasts[row.workspace_id]
        past.standing[_about(row)] = Shown(Count(row.amount or 0), counted)
        if row.cohort_id is None:
            past.released.append([counted])
        else:
            of = breakdowns[row.quarter, Subject(row.kind, row.programme_id)]
            if not of:
                past.released.append(of)
            of.append(counted)
    return pasts


def _figures(
    census: _Census, past: _Past, k: int, chance: Random
) -> Iterator[tuple[Subject, Figure]]:
    """Each number is blurred once, whatever is then made of it."""
    for programme_id, cohorts in census.cohorts.items():
        taking_part = [blur(frozenset(census.taking_part[one]), chance) for one in cohorts]
        answered = [blur(frozenset(census.answered[one]), chance) for one in cohorts]
        paired = blur(frozenset().union(*(census.paired[one] for one in cohorts)), chance)
        about = Subject(TotalKind.TAKING_PART, programme_id)
        figures = _compare(about, cohorts, taking_part, past, k, chance)
        yield from _each(about, cohorts, figures)
        about = Subject(TotalKind.ANSWERED, programme_id)
        yield from _each(about, cohorts, shares(taking_part, answered, k))
        about = Subject(TotalKind.PAIRED, programme_id)
        yield about, _compare(about, (), [paired], past, k, chance).whole
    about = Subject(TotalKind.COACHES)
    coaches = blur(frozenset(census.coaches), chance)
    yield about, _compare(about, (), [coaches], past, k, chance).whole


def _compare(
    about: Subject,
    cohorts: Sequence[UUID],
    groups: Sequence[Blurred],
    past: _Past,
    k: int,
    chance: Random,
) -> Figures:
    """Counts, held against all that was shown before; they are themselves past to the next."""
    # What happened in one quarter cannot stand for what happened in another.
    standing = {} if about.kind is TotalKind.PAIRED else past.standing
    parts = [replace(about, cohort_id=one) for one in cohorts] or [about]
    figures = counts(
        [(group, standing.get(part)) for group, part in zip(groups, parts, strict=True)],
        standing.get(about),
        past.released,
        k,
        chance,
    )
    for figure_or_all in ([figures.whole], figures.parts):
        if shown := [one.people for one in figure_or_all if isinstance(one, Shown)]:
            past.released.append(shown)
    return figures


def _each(
    about: Subject, cohorts: Sequence[UUID], figures: Figures
) -> Iterator[tuple[Subject, Figure]]:
    yield about, figures.whole
    for cohort_id, figure in zip(cohorts, figures.parts, strict=True):
        yield replace(about, cohort_id=cohort_id), figure


async def _write(
    db: AsyncSession, quarter: Quarter, figures: Sequence[tuple[UUID, Subject, Figure]]
) -> None:
    totals: list[dict[str, Any]] = []
    counted: list[dict[str, Any]] = []
    for workspace_id, about, figure in figures:
        key = uuid4()
        kind, amount = _stored(figure)
        totals.append(
            {
                "id": key,
                "workspace_id": workspace_id,
                "quarter": str(quarter),
                "programme_id": about.programme_id,
                "cohort_id": about.cohort_id,
                "kind": about.kind,
                "value": kind,
                "amount": amount,
            }
        )
        if isinstance(figure, Shown):
            counted += [{"total_id": key, "member_id": one} for one in figure.people]
    await insert_or_leave(db, Total, totals)
    await insert_or_leave(db, Counted, counted)


def _stored(figure: Figure) -> tuple[TotalValue, int | None]:
    if isinstance(figure, TooFew):
        return TotalValue.TOO_FEW, None
    return _stored_value(figure.value)


def _stored_value(value: Value) -> tuple[TotalValue, int]:
    match value:
        case Count(people):
            return TotalValue.COUNT, people
        case Share(percent):
            return TotalValue.SHARE, percent
        case AtMost(percent):
            return TotalValue.AT_MOST, percent
        case AtLeast(percent):
            return TotalValue.AT_LEAST, percent
        case _:
            assert_never(value)


def _figure(row: Total) -> Figure:
    amount = row.amount or 0
    match row.value:
        case TotalValue.TOO_FEW:
            return TooFew()
        case TotalValue.COUNT:
            return Shown(Count(amount))
        case TotalValue.SHARE:
            return Shown(Share(amount))
        case TotalValue.AT_MOST:
            return Shown(AtMost(amount))
        case TotalValue.AT_LEAST:
            return Shown(AtLeast(amount))
        case _:
            assert_never(row.value)


def _about(row: Total) -> Subject:
    return Subject(row.kind, row.programme_id, row.cohort_id)
