"""Somebody's clock moved, as their platform tells: they are asked by it from now on."""

from datetime import datetime
from zoneinfo import available_timezones

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.weekly import move_preview
from scheduler.planning import replan
from storage.cadences import cadence_of
from storage.members import Member, move_to_zone
from storage.tables import NudgeKind


async def follow_clock(db: AsyncSession, someone: Member, zone: str, now: datetime) -> None:
    """Where the zone is one that we know, and not the one they live in already."""
    if not zone or zone == someone.timezone or zone not in available_timezones():
        return
    await move_to_zone(db, someone, zone)
    for kind in (NudgeKind.QUESTION, NudgeKind.DIGEST):
        row = await cadence_of(db, someone, kind)
        # Whoever chose another clock than their own has their reason.
        if row is None or row.zone != someone.timezone:
            continue
        row.zone = zone
        await replan(db, row, now, zone_moved=True)
        if kind is NudgeKind.QUESTION:
            await move_preview(db, someone, row, now)
