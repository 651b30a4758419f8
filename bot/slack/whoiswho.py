"""Who somebody in Slack is to us: by which clock they live, and whether they are here."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Left, Returned
from bot.conversation.moving import follow_clock
from bot.payloads import UnreadableError
from bot.slack.calling import Calls
from bot.slack.incoming import PLATFORM, SlackPerson
from bot.slack.whose import read_person
from scheduler.delivery import DeliveryError
from storage.engine import reading
from storage.installations import find_installation
from storage.leaving import find_gone, left_because
from storage.members import Member, find_member, find_workspace, member, speaks
from storage.reflections import writer_from
from storage.tables import Leaving


def why_not_here(person: SlackPerson, someone: Member) -> Leaving | None:
    """A guest is here where they were made known as one, and somebody of elsewhere never."""
    if person.is_gone:
        return Leaving.GONE
    if person.is_external or (person.is_guest and not someone.is_guest):
        return Leaving.OUTSIDE
    return None


async def keep_up_with(
    db: AsyncSession, news: str, workspace: str, person: SlackPerson, now: datetime
) -> Left | Returned | None:
    """Follow their clock and their language. Returns what else has happened by these news, where
    it is somebody whom we know."""
    who = (news, PLATFORM, workspace, person.user_id)
    someone = await find_member(db, PLATFORM, workspace, person.user_id, to_change=True)
    if someone is None:
        gone = await find_gone(db, PLATFORM, workspace, person.user_id, to_change=True)
        if gone is None:
            return None
        because = why_not_here(person, gone.member)
        if because is None:
            return Returned(*who)
        if because is not gone.because:
            await left_because(db, gone, because)
        return None
    if because := why_not_here(person, someone):
        return Left(*who, is_outside=because is Leaving.OUTSIDE)
    if person.locale not in {"", someone.locale}:
        await speaks(db, someone, person.locale)
    await follow_clock(db, someone, person.timezone, now)
    return None


async def look_up(
    engine: AsyncEngine, calls: Calls, workspace: str, user_id: str
) -> SlackPerson | None:
    """What Slack says of somebody now; None where it does not say."""
    async with reading(engine) as db:
        where = await find_installation(db, PLATFORM, workspace)
    if where is None:
        return None
    try:
        told = await calls.user(where.workspace_id, user_id)
        return read_person(told, where.workspace, where.enterprise)
    except (DeliveryError, UnreadableError):
        return None


async def person_behind(engine: AsyncEngine, workspace: str, said: str) -> str:
    """Their user id, where an answer of theirs follows what was typed in that event."""
    async with reading(engine) as db:
        where = await find_workspace(db, PLATFORM, workspace)
        writer = await writer_from(db, where.id, said) if where else None
        return (await member(db, writer)).user_id if writer else ""
