"""Who somebody in Slack is to us: by which clock they live, and whether they are still there."""

from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.weekly import move_preview
from bot.slack.incoming import PLATFORM, SlackPerson
from scheduler.planning import replan
from storage.cadences import cadence_of
from storage.engine import reading
from storage.members import find_member, find_workspace, member, move_to_zone
from storage.reflections import writer_from
from storage.tables import NudgeKind

OUTSIDE = (
    "I am here for people of this organisation, so I cannot talk with you. "
    "Nothing of what you wrote was kept."
)


async def keep_up_with(
    db: AsyncSession, workspace: str, person: SlackPerson, now: datetime
) -> bool:
    """Follow their clock. Returns whether somebody we know is not there any more."""
    someone = await find_member(db, PLATFORM, workspace, person.user_id, to_change=True)
    if someone is None:
        return False
    if person.is_gone:
        return True
    zone = person.timezone
    if zone and zone != someone.timezone and zone in available_timezones():
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
    return False


async def person_behind(engine: AsyncEngine, workspace: str, said: str) -> str:
    """Their user id, where an answer of theirs follows what was typed in that event."""
    async with reading(engine) as db:
        where = await find_workspace(db, PLATFORM, workspace)
        writer = await writer_from(db, where.id, said) if where else None
        return (await member(db, writer)).user_id if writer else ""
