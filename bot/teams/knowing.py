"""Somebody who was added by their address is known by their id from their first contact on.

Teams tells the address of whoever wrote; what they write themselves proves nothing.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.newpeople import MAIL
from bot.payloads import Payload, UnreadableError, maybe_words
from bot.teams.calling import Calls
from bot.teams.incoming import PLATFORM, Contact
from scheduler.delivery import DeliveryError
from storage.members import Member, find_in, find_workspace, found_by_email, known_as

LONGEST = 320
# Somebody waits for the answer to what they pressed.
PATIENCE_SECONDS = 2.0
# A profile stands so long: whoever writes again and again without being known is not asked for.
STANDS_SECONDS = 60.0
MOST = 10_000
_INVITED = {"guest", "anonymous"}


@dataclass(frozen=True, slots=True)
class Profile:
    """What Teams says of somebody; empty where it says nothing. `is_told`: it was there to say."""

    user_id: str = ""
    addresses: tuple[str, ...] = ()
    is_invited: bool = False
    name: str = ""
    is_told: bool = True


class Profiles:
    """Of those whose id says nothing to us. `seconds`: a clock that only goes forward."""

    def __init__(self, calls: Calls, seconds: Callable[[], float] = time.monotonic) -> None:
        self._calls = calls
        self._seconds = seconds
        self._told: dict[tuple[str, str], tuple[float, Profile]] = {}

    async def of(self, contact: Contact) -> Profile:
        """Asked once in a while for each. Not told where Teams does not answer soon: then it is
        asked again as soon as somebody needs it."""
        who, now = (contact.tenant, contact.user_id), self._seconds()
        told_at, known = self._told.get(who, (-inf, Profile()))
        if now - told_at < STANDS_SECONDS:
            return known
        profile = await self._asked(contact)
        if not profile.is_told:
            return profile
        if len(self._told) >= MOST:
            self._told.clear()
        self._told[who] = now, profile
        return profile

    async def _asked(self, contact: Contact) -> Profile:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                told = await self._calls.member(
                    contact.tenant, contact.service_url, contact.conversation, contact.user
                )
                return read_profile(told)
        except DeliveryError as error:
            return Profile(is_told=error.permanent)
        except TimeoutError:
            return Profile(is_told=False)
        except UnreadableError:
            return Profile()


def read_profile(told: Payload) -> Profile:
    user_id = maybe_words(told, "aadObjectId", LONGEST) or maybe_words(told, "objectId", LONGEST)
    named = (maybe_words(told, "email", LONGEST), maybe_words(told, "userPrincipalName", LONGEST))
    role = maybe_words(told, "userRole", LONGEST).casefold()
    return Profile(
        user_id.casefold(),
        tuple(filter(None, named)),
        role in _INVITED,
        maybe_words(told, "name", LONGEST).strip(),
    )


async def join(db: AsyncSession, contact: Contact, profile: Profile) -> Member | None:
    """Only who waits to be known so, and only where it is one person."""
    where = await find_workspace(db, PLATFORM, contact.tenant)
    if where is None or profile.is_invited or profile.user_id != contact.user_id:
        return None
    for address in profile.addresses:
        found = await found_by_email(db, where.id, address, to_change=True)
        waiting = [one for one in found if one.user_id.startswith(MAIL)]
        if len(waiting) == 1:
            [someone] = waiting
            await known_as(db, someone, contact.user_id, profile.name)
            return await find_in(db, where.id, contact.user_id)
    return None
