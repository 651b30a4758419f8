"""Somebody of a Slack workspace is made known, so that Bearings talks with them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.adding import ZONE, AddingError, Role, add_with_roles, checked
from bot.conversation.events import Returned
from bot.conversation.leaving import come_back
from bot.conversation.noting import note_suggested
from bot.slack.calling import Calls, open_calls
from bot.slack.incoming import PLATFORM, SlackPerson
from bot.slack.installing import Installations
from bot.slack.whoiswho import keep_up_with
from bot.slack.whose import read_person
from scheduler.cadence import is_zone
from scheduler.delivery import DeliveryError
from storage.engine import reading, transaction
from storage.installations import Installed, installations
from storage.leaving import find_gone, is_taken, known_as_guest
from storage.members import Member, find_member
from storage.pairings import propose


@dataclass(frozen=True, slots=True)
class Added:
    """`is_back`: they were known here and had left. They have what they had, and no more."""

    person: SlackPerson
    is_back: bool = False


async def add_from_slack(
    engine: AsyncEngine,
    api_url: str,
    user_id: str,
    roles: Collection[Role],
    coach_id: str,
    now: datetime,
    team: str = "",
    zone: str = ZONE,
) -> Added:
    """Who they are is asked of Slack. `coach_id` is the user id of the coach who is proposed, or
    empty; `team` the workspace's own id, where there are several; `zone` the clock to keep to where
    Slack names none. Raises AddingError, and
    DeliveryError where Slack does not answer."""
    zone = checked(zone)
    workspace = await _the_workspace(engine, team)
    async with open_calls(Installations(engine), api_url=api_url) as calls:
        person = await _look_up(calls, workspace, user_id)
    async with transaction(engine) as db:
        if await _is_back(db, workspace, person, now):
            return Added(person, is_back=True)
        coach = await _coach(db, workspace, coach_id) if coach_id else None
        member = await _add(db, workspace, person, roles, zone, now)
        if coach is not None:
            note_suggested(db, await propose(db, member, coach, now), now)
    return Added(person)


async def look_up_all(
    engine: AsyncEngine, api_url: str, team: str, user_ids: Collection[str]
) -> dict[str, SlackPerson | str]:
    """Who they are, as Slack says; or why somebody cannot be added. Raises AddingError, and
    DeliveryError where Slack does not answer."""
    workspace = await _the_workspace(engine, team)
    found: dict[str, SlackPerson | str] = {}
    async with open_calls(Installations(engine), api_url=api_url) as calls:
        for user_id in user_ids:
            try:
                found[user_id] = await _look_up(calls, workspace, user_id)
            except AddingError as error:
                found[user_id] = str(error)
            except DeliveryError as error:
                if not error.permanent:
                    raise
                found[user_id] = f"Slack knows nobody by {user_id}. {error}"
    return found


async def _the_workspace(engine: AsyncEngine, team: str) -> Installed:
    async with reading(engine) as db:
        everywhere = await installations(db, PLATFORM)
    names = ", ".join(sorted(one.workspace for one in everywhere))
    match [one for one in everywhere if team in {"", one.workspace}]:
        case [only]:
            return only
        case [] if not everywhere:
            raise AddingError("No Slack workspace has let Bearings in. Run `bearings serve` first.")
        case []:
            raise AddingError(f"{team} has not let Bearings in; these have: {names}.")
    raise AddingError(f"Say in which workspace with --workspace, one of {names}.")


async def _look_up(calls: Calls, workspace: Installed, user_id: str) -> SlackPerson:
    told = await calls.user(workspace.workspace_id, user_id)
    person = read_person(told, workspace.workspace, workspace.enterprise)
    if person.is_bot or person.is_gone or person.is_external:
        raise AddingError(
            f"{user_id} is a program, was deactivated, or is of another organisation. "
            "Nobody was added."
        )
    return person


async def _coach(db: AsyncSession, workspace: Installed, coach_id: str) -> Member:
    coach = await find_member(db, PLATFORM, workspace.workspace, coach_id)
    if coach is None or not coach.is_coach:
        raise AddingError(f"{coach_id} is no coach here yet: add them first. Nobody was added.")
    return coach


async def _is_back(
    db: AsyncSession, workspace: Installed, person: SlackPerson, now: datetime
) -> bool:
    """Who left because Slack said so, and is there again as Slack says. A guest is here on purpose
    from now on."""
    who = (PLATFORM, workspace.workspace, person.user_id)
    gone = await find_gone(db, *who, to_change=True)
    if gone is None:
        return False
    if person.is_guest:
        await known_as_guest(db, gone)
    await come_back(db, Returned(f"slack:people:{uuid4()}", *who), now)
    await keep_up_with(db, "", workspace.workspace, person, now)
    return True


async def _add(
    db: AsyncSession,
    workspace: Installed,
    person: SlackPerson,
    roles: Collection[Role],
    zone: str,
    now: datetime,
) -> Member:
    if await find_member(db, PLATFORM, workspace.workspace, person.user_id) is not None:
        raise AddingError(f"{person.user_id} is known here already. Nothing was changed.")
    if await is_taken(db, workspace.workspace_id, person.user_id):
        raise AddingError(
            f"{person.user_id} was known here once, and what is left of them is not open to me: "
            "they were forgotten, or taken out. Nothing was changed. If they were forgotten, "
            "`bearings work` clears the rest within a day; then add them again."
        )
    knows_zone = is_zone(person.timezone)
    return await add_with_roles(
        db,
        workspace.workspace_id,
        roles,
        user_id=person.user_id,
        name=person.name or person.user_id,
        zone=person.timezone if knows_zone else zone,
        knows_zone=knows_zone,
        locale=person.locale,
        is_guest=person.is_guest,
        now=now,
    )
