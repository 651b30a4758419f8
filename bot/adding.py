"""Somebody is made known by whoever runs Bearings: what is the same on every platform."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.adding_people import ZONE
from bot.conversation.newpeople import Role
from bot.conversation.noting import note_person, roles_in_words
from bot.conversation.setups import as_setup, cohort_in_words, programme_in_words
from scheduler.cadence import CadenceError, check_zone
from storage.changes import Change, Thing, note_change
from storage.members import Member, NewMember, add_members
from storage.programmes import add_cohort, add_programme, cohorts_in
from storage.tables import Cohort

__all__ = ["ZONE", "AddingError", "Role", "add_with_roles", "checked"]

PROGRAMME, COHORT = "Leadership coaching", "First cohort"


class AddingError(Exception):
    """Nobody was added; str() says why, and what to do."""


async def add_with_roles(
    db: AsyncSession,
    workspace_id: UUID,
    roles: Collection[Role],
    *,
    user_id: str,
    name: str,
    zone: str,
    knows_zone: bool,
    email: str = "",
    locale: str = "",
    is_guest: bool = False,
    now: datetime,
) -> Member:
    """`zone`: theirs where `knows_zone`, else the clock that is kept to until it is known."""
    cohort = await _cohort(db, workspace_id, now) if Role.LEADER in roles else None
    [member] = await add_members(
        db,
        workspace_id,
        [
            NewMember(
                user_id=user_id,
                name=name,
                email=email,
                timezone=zone,
                knows_zone=knows_zone,
                locale=locale,
                is_guest=is_guest,
                cohort_id=cohort.id if cohort else None,
                is_leader=Role.LEADER in roles,
                is_coach=Role.COACH in roles,
                is_lead=Role.LEAD in roles,
            )
        ],
    )
    note_person(db, member, "", roles_in_words(member), now)
    return member


def checked(zone: str) -> str:
    """Raises AddingError for what is no time zone."""
    try:
        return check_zone(zone)
    except CadenceError as error:
        raise AddingError(f"{error} Nobody was added.") from None


async def _cohort(db: AsyncSession, workspace_id: UUID, now: datetime) -> Cohort:
    """The first there is; else a programme that its lead has still to open."""
    there = await cohorts_in(db, workspace_id)
    if there:
        return there[0]
    programme = await add_programme(db, workspace_id, PROGRAMME)
    cohort = await add_cohort(db, programme, COHORT)
    for thing, one, words in (
        (Thing.PROGRAMME, programme, programme_in_words(programme.nation, is_open=False)),
        (Thing.COHORT, cohort, cohort_in_words(as_setup(cohort))),
    ):
        note_change(db, Change(now, workspace_id, thing, "", words, one.id))
    return cohort
