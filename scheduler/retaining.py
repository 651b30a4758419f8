"""What nobody adds to any more is not kept for ever: first they are told, then it is forgotten."""

from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from scheduler.writing import RETENTION
from storage.audit import Entry, record
from storage.engine import reading, transaction
from storage.erasing import forget, left_half_forgotten
from storage.nudges import Planned, add_nudges
from storage.reflections import blur_older
from storage.retention import Quiet, quiet_since, told_before
from storage.tables import Action, NudgeKind

logger = structlog.get_logger(__name__)

# From being told to being forgotten, at least.
NOTICE_OF = timedelta(days=28)
USEFUL_FOR = timedelta(days=7)
# From then on only the day of an answer is kept.
TO_THE_DAY_AFTER = timedelta(days=30)
SHORTEST_MONTHS = 1


async def retain(engine: AsyncEngine, now: datetime) -> int:
    """Tell whoever is soon forgotten, and forget whoever was told. Returns how many were
    forgotten. Harmless to repeat; once a day is enough."""
    async with reading(engine) as db:
        quiet = await quiet_since(db, now - timedelta(days=30 * SHORTEST_MONTHS) + NOTICE_OF)
        told = await told_before(db, RETENTION, now - NOTICE_OF)
        unfinished = await left_half_forgotten(db)
    async with transaction(engine) as db:
        await blur_older(db, now - TO_THE_DAY_AFTER)
    await _tell(engine, [one for one in quiet if _is_to_be_told(one, now)])
    over = [one for one in quiet if is_over(one, now, was_told=one.member_id in told)]
    for who in [*((one.workspace_id, one.member_id) for one in over), *unfinished]:
        await _forget(engine, *who, now)
    if over or unfinished:
        logger.info("forgotten", count=len(over), finished=len(unfinished))
    return len(over)


def forgotten_on(quiet: Quiet) -> date:
    """The day on which their time is over, by thirty days a month."""
    return (quiet.last_at + timedelta(days=30 * quiet.kept_months)).date()


def _is_to_be_told(quiet: Quiet, now: datetime) -> bool:
    return quiet.next_due_at is not None and forgotten_on(quiet) <= (now + NOTICE_OF).date()


def is_over(quiet: Quiet, now: datetime, *, was_told: bool) -> bool:
    """Whoever is asked nothing was told when they stopped, and cannot be told again; whoever
    cannot be reached is not kept much longer for that."""
    if now.date() < forgotten_on(quiet):
        return False
    too_late = now.date() >= forgotten_on(quiet) + 2 * NOTICE_OF
    return was_told or quiet.next_due_at is None or too_late


async def _tell(engine: AsyncEngine, quiet: list[Quiet]) -> None:
    """At the moment of their next question, so within their hours; once."""
    notices = [
        Planned(
            workspace_id=one.workspace_id,
            member_id=one.member_id,
            slot=f"{RETENTION}{forgotten_on(one).isoformat()}",
            kind=NudgeKind.NOTICE,
            due_at=one.next_due_at,
            expires_at=one.next_due_at + USEFUL_FOR,
        )
        for one in quiet
        if one.next_due_at is not None
    ]
    async with transaction(engine) as db:
        await add_nudges(db, notices)


async def _forget(engine: AsyncEngine, workspace_id: UUID, member_id: UUID, now: datetime) -> None:
    async with transaction(engine) as db:
        await forget(db, workspace_id, member_id)
        record(db, Entry(now, workspace_id, Action.ERASED, owner=member_id, detail="retention"))
