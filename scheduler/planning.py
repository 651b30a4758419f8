"""From a cadence to its nudges: what has come due becomes a row, and the cadence moves on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from scheduler.cadence import (
    Away,
    Cadence,
    Occurrence,
    after_zone_change,
    last_useful,
    local_moment,
    next_occurrence,
    occurrences,
    read_slots,
)
from scheduler.spreading import A_FEW, ready_from
from storage.cadences import away_days, crowds_due, due_cadences, move_on
from storage.engine import transaction
from storage.nudges import Because, Planned, add_nudges
from storage.tables import Away as AwayRow
from storage.tables import CadenceRow, NudgeKind, NudgeState, WhyNot

# Small enough that nobody on the same event loop waits for a batch to be reckoned.
BATCH = 100

# A question belongs to its moment: four hours later the day has moved on, and the next one comes
# soon enough. It is let go, with this as the reason.
QUESTION_USEFUL_FOR = timedelta(hours=4)
# A digest is still worth reading on the Wednesday; after that the next one will hold it.
DIGEST_USEFUL_FOR = timedelta(days=2)
STALE = Because(WhyNot.TOO_LATE, "It was due while nothing could be sent, and its time had passed.")

# By workspace and moment.
Crowds = Mapping[tuple[UUID, datetime], int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one cadence's row turns into, and the newest day that is planned with it."""

    nudges: tuple[Planned, ...]
    newest: date | None
    next: Occurrence | None


async def plan_due(engine: AsyncEngine, now: datetime) -> int:
    """Plan everything that has come due. Returns how many nudges are new."""
    planned = 0
    crowds: Crowds | None = None
    while True:
        async with transaction(engine) as db:
            rows = await due_cadences(db, now, BATCH)
            # Counted before the first of them is planned, for the pass as a whole.
            if crowds is None:
                crowds = await crowds_due(db, now, A_FEW) if len(rows) == BATCH else {}
            planned += await _plan_rows(db, rows, crowds, now)
        if len(rows) < BATCH:
            return planned


async def _plan_rows(
    db: AsyncSession, rows: Sequence[CadenceRow], crowds: Crowds, now: datetime
) -> int:
    away = await away_days(db, [row.member_id for row in rows])
    plans = [
        (row, plan(row, away.get(row.member_id, ()), now, _crowd(row, crowds))) for row in rows
    ]
    await move_on(
        db,
        [
            (row, planned.next.at, planned.next.day, planned.newest)
            if planned.next
            else (row, None, None, planned.newest)
            for row, planned in plans
        ],
    )
    return await add_nudges(db, [nudge for _, planned in plans for nudge in planned.nudges])


def _crowd(row: CadenceRow, crowds: Crowds) -> int:
    """How many are due together with this one, where they are more than a few."""
    return crowds.get((row.workspace_id, row.next_due_at), 1) if row.next_due_at else 1


def plan(row: CadenceRow, away: Iterable[AwayRow], now: datetime, crowd: int = 1) -> Plan:
    """Everything of this cadence up to now, and what comes after. Whatever was missed is a row
    too, already expired: nothing is lost unseen. `crowd` is how many are due at that moment."""
    if row.next_due_at is None or row.next_day is None:
        return Plan((), row.last_day, None)
    cadence = to_cadence(row, away)
    first = Occurrence(row.next_day, row.next_due_at)
    missed = [first, *occurrences(cadence, row.next_due_at, now)]
    newest = missed[-1].day
    return Plan(
        tuple(_nudge(row, cadence, one, crowd, now) for one in missed),
        newest,
        next_occurrence(cadence, max(now, row.next_due_at), newest),
    )


def _nudge(
    row: CadenceRow, cadence: Cadence, occurrence: Occurrence, crowd: int, now: datetime
) -> Planned:
    expires_at = expiry(row.kind, cadence, occurrence)
    stale = expires_at < now
    return Planned(
        workspace_id=row.workspace_id,
        member_id=row.member_id,
        slot=slot_name(occurrence.day, row.kind),
        kind=row.kind,
        due_at=occurrence.at,
        ready_at=ready_from(cadence, occurrence, expires_at, crowd, row.member_id),
        expires_at=expires_at,
        state=NudgeState.EXPIRED if stale else NudgeState.READY,
        because=STALE if stale else None,
    )


def expiry(kind: NudgeKind, cadence: Cadence, occurrence: Occurrence) -> datetime:
    match kind:
        case NudgeKind.QUESTION | NudgeKind.REMINDER:
            return last_useful(cadence, occurrence, QUESTION_USEFUL_FOR)
        case NudgeKind.DIGEST | NudgeKind.PREVIEW | NudgeKind.NOTICE:
            return occurrence.at + DIGEST_USEFUL_FOR


def slot_name(day: date, kind: NudgeKind) -> str:
    """An occurrence's name: one of each kind on each local date, whatever the hour."""
    return f"{day.isoformat()}/{kind.value}"


def to_cadence(row: CadenceRow, away: Iterable[AwayRow] = ()) -> Cadence:
    return Cadence(
        read_slots(row.slots),
        row.zone,
        time.fromisoformat(row.earliest),
        time.fromisoformat(row.latest),
        tuple(Away(one.first, one.last) for one in away),
        row.nation,
    )


def is_paused(row: CadenceRow, now: datetime) -> bool:
    """A pause ends by itself at the start of its last date, on the leader's own calendar."""
    if row.paused_at is None:
        return False
    if row.paused_until is None:
        return True
    return now.astimezone(ZoneInfo(row.zone)).date() < row.paused_until


async def replan(
    db: AsyncSession, row: CadenceRow, now: datetime, *, zone_moved: bool = False
) -> None:
    """Set this person's next moment afresh, after something about it was changed."""
    away = (await away_days(db, [row.member_id])).get(row.member_id, [])
    coming = next_moment(row, away, now, zone_moved=zone_moved)
    row.next_due_at, row.next_day = (coming.at, coming.day) if coming else (None, None)
    db.add(row)


def next_moment(
    row: CadenceRow, away: Iterable[AwayRow], now: datetime, *, zone_moved: bool = False
) -> Occurrence | None:
    """None while stopped, or paused with no end."""
    if row.stopped_at is not None or (is_paused(row, now) and row.paused_until is None):
        return None
    cadence = to_cadence(row, away)
    if zone_moved and not is_paused(row, now):
        return after_zone_change(cadence, now, row.last_day)
    return next_occurrence(cadence, not_before(row, now), row.last_day)


def not_before(row: CadenceRow, now: datetime) -> datetime:
    """The end of their pause; without one, or without an end to it, now."""
    if not is_paused(row, now) or row.paused_until is None:
        return now
    midnight = local_moment(row.paused_until, time(0), row.zone)
    # A midnight that the clocks skip: noon is early enough, for nobody's hours end before it.
    start = midnight or local_moment(row.paused_until, time(12), row.zone) or now
    return max(now, start - timedelta(microseconds=1))
