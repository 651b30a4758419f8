"""What comes once a week by itself: the coach's digest on Monday, the leader's look on Friday."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from scheduler.planning import replan
from storage.cadences import cadence_of
from storage.members import Member
from storage.tables import CadenceRow, NudgeKind

DIGEST_SLOTS, DIGEST_FROM, DIGEST_UNTIL = "mon 09:00", "08:00", "18:00"
NOON = "12:00"


async def plan_digest(db: AsyncSession, coach: Member, now: datetime) -> None:
    """From a coach's first pairing on; whoever has a day and an hour keeps them."""
    if await cadence_of(db, coach, NudgeKind.DIGEST) is not None:
        return
    row = CadenceRow(
        member_id=coach.id,
        kind=NudgeKind.DIGEST,
        workspace_id=coach.workspace_id,
        slots=DIGEST_SLOTS,
        zone=coach.timezone,
        earliest=DIGEST_FROM,
        latest=DIGEST_UNTIL,
    )
    await replan(db, row, now)


async def plan_preview(db: AsyncSession, leader: Member, now: datetime) -> None:
    """From the first thing that a leader shares on."""
    asked = await cadence_of(db, leader)
    if asked is None or await cadence_of(db, leader, NudgeKind.PREVIEW) is not None:
        return
    row = CadenceRow(
        member_id=leader.id,
        kind=NudgeKind.PREVIEW,
        workspace_id=leader.workspace_id,
        slots=NOON,
        zone=asked.zone,
    )
    await _keep_hours(db, row, asked, now)


async def move_preview(db: AsyncSession, leader: Member, asked: CadenceRow, now: datetime) -> None:
    """It goes with the hours, the zone and the holidays of their questions."""
    row = await cadence_of(db, leader, NudgeKind.PREVIEW)
    if row is not None:
        await _keep_hours(db, row, asked, now)


async def _keep_hours(db: AsyncSession, row: CadenceRow, asked: CadenceRow, now: datetime) -> None:
    moved = row.zone != asked.zone
    row.zone, row.earliest, row.latest = asked.zone, asked.earliest, asked.latest
    row.slots = friday(asked)
    await replan(db, row, now, zone_moved=moved)


def friday(asked: CadenceRow) -> str:
    """At noon, or as near to it as their hours allow."""
    return f"fri {min(max(NOON, asked.earliest), asked.latest)}"
