"""Somebody of a tenant is made known by their address, so that Bearings talks with them."""

import re
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.adding import ZONE, AddingError, Role, add_with_roles, checked
from bot.conversation.newpeople import by_mail, is_address
from bot.conversation.noting import note_suggested
from bot.teams.incoming import PLATFORM
from bot.teams.newcomers import let_in
from storage.engine import transaction
from storage.installations import settle_workspace
from storage.members import Member, found_by_email
from storage.pairings import propose


async def add_to_teams(
    engine: AsyncEngine,
    tenants: Collection[str],
    email: str,
    roles: Collection[Role],
    coach_email: str,
    now: datetime,
    zone: str = ZONE,
) -> bool:
    """Nobody is asked of Teams: it tells whose the address is. `zone`: the clock to keep to until
    theirs is known. Returns whether the app is there for them already, so that they are greeted
    now. Raises AddingError."""
    zone = checked(zone)
    if not is_address(email):
        raise AddingError(f"{email!r} is no e-mail address. Nobody was added.")
    async with transaction(engine) as db:
        workspace_id = await settle_workspace(db, PLATFORM, _the_tenant(tenants))
        coach = await _coach(db, workspace_id, coach_email) if coach_email else None
        if await found_by_email(db, workspace_id, email):
            raise AddingError(f"{email} is known here already. Nothing was changed.")
        member = await add_with_roles(
            db,
            workspace_id,
            roles,
            user_id=by_mail(email),
            name=name_in(email),
            email=email,
            zone=zone,
            knows_zone=False,
            now=now,
        )
        if coach is not None:
            note_suggested(db, await propose(db, member, coach, now), now)
        return await let_in(db, workspace_id, email)


def name_in(email: str) -> str:
    """As it can be told from the address, until Teams says it."""
    words = re.split(r"[._-]+", email.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word) or email


def _the_tenant(tenants: Collection[str]) -> str:
    match [*tenants]:
        case [only]:
            return only.casefold()
    raise AddingError("More than one tenant may use Bearings; give --tenant.")


async def _coach(db: AsyncSession, workspace_id: UUID, email: str) -> Member:
    for one in await found_by_email(db, workspace_id, email):
        if one.is_coach:
            return one
    raise AddingError(f"{email} is no coach here yet: add them first. Nobody was added.")
