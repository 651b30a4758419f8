"""Who somebody in Slack is to us: by which clock they live, and whether they are still there."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.moving import follow_clock
from bot.slack.incoming import PLATFORM, SlackPerson
from storage.engine import reading
from storage.members import find_member, find_workspace, member
from storage.reflections import writer_from


async def keep_up_with(
    db: AsyncSession, workspace: str, person: SlackPerson, now: datetime
) -> bool:
    """Follow their clock. Returns whether somebody we know is not there any more."""
    someone = await find_member(db, PLATFORM, workspace, person.user_id, to_change=True)
    if someone is None:
        return False
    if person.is_gone:
        return True
    await follow_clock(db, someone, person.timezone, now)
    return False


async def person_behind(engine: AsyncEngine, workspace: str, said: str) -> str:
    """Their user id, where an answer of theirs follows what was typed in that event."""
    async with reading(engine) as db:
        where = await find_workspace(db, PLATFORM, workspace)
        writer = await writer_from(db, where.id, said) if where else None
        return (await member(db, writer)).user_id if writer else ""
