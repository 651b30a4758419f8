"""Once a day everybody we know is looked up: Slack may have told us of a change while nobody heard.

A workspace is read page by page. An organisation is listed team by team, and people are in several,
so that of its people each whom we know is looked up alone.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.pacing import Lane
from bot.payloads import UnreadableError
from bot.slack.asking import Reply
from bot.slack.calling import Calls
from bot.slack.dealing import Dealing
from bot.slack.failures import CallError
from bot.slack.incoming import PLATFORM, PersonChanged, SlackPerson
from bot.slack.whoiswho import why_not_here
from bot.slack.whose import read_person
from scheduler.delivery import DeliveryError
from storage.engine import NotKeptError, reading, transaction
from storage.installations import Installed, installations
from storage.leaving import Gone, find_all_gone, gone_in
from storage.members import find_all_in, people
from storage.receipts import first_time

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 60 * 60.0
# How often one page is asked for, where Slack wants patience.
TRIES = 5

Found = TypeVar("Found")
Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of those whom we know were looked up, moved to another clock, have left, and are
    back."""

    known: int = 0
    moved: int = 0
    left: int = 0
    back: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(
            self.known + other.known,
            self.moved + other.moved,
            self.left + other.left,
            self.back + other.back,
        )


@dataclass(frozen=True, slots=True)
class KeepingUp:
    engine: AsyncEngine
    calls: Calls
    dealing: Dealing
    sleep: Sleep = asyncio.sleep

    async def go_through(self) -> Kept:
        """Every workspace that lets us in. Raises DeliveryError where Slack does not answer."""
        async with reading(self.engine) as db:
            all_of_them = await installations(db, PLATFORM)
        kept = Kept()
        for workspace in all_of_them:
            kept += await self.go_through_one(workspace)
        return kept

    async def once_a_day(self, now: datetime) -> None:
        """However many processes do this, one goes through each workspace, and no trouble with one
        keeps the others waiting."""
        async with reading(self.engine) as db:
            all_of_them = await installations(db, PLATFORM)
        for workspace in all_of_them:
            try:
                async with transaction(self.engine) as db:
                    name = f"slack:people:{now.date().isoformat()}"
                    is_ours = await first_time(db, workspace.workspace_id, name, now)
                if is_ours:
                    kept = await self.go_through_one(workspace)
                    logger.info("looked everybody up", count=kept.known)
            except (DeliveryError, NotKeptError) as error:
                logger.warning("not everybody was looked up", error=type(error).__name__)

    async def go_through_one(self, workspace: Installed) -> Kept:
        kept = Kept()
        async for page in self._pages(workspace):
            kept += await self._follow(workspace, page)
        return kept

    async def _pages(self, workspace: Installed) -> AsyncIterator[Sequence[SlackPerson]]:
        if workspace.workspace == workspace.enterprise:
            async with reading(self.engine) as db:
                here = await people(db, workspace.workspace_id)
                gone = await gone_in(db, workspace.workspace_id)
            ids = [one.user_id for one in [*here, *(each.member for each in gone)]]
            for user_id in ids:
                yield await self._one_by_one(workspace, user_id)
            return
        cursor, is_more = "", True
        while is_more:
            page, cursor = await self._page(workspace, cursor)
            yield page
            is_more = bool(cursor)

    async def _page(self, workspace: Installed, cursor: str) -> tuple[Sequence[SlackPerson], str]:
        async def ask() -> tuple[Sequence[SlackPerson], str]:
            found, following = await self.calls.users(workspace.workspace_id, cursor)
            return [one for user in found if (one := _read(workspace, user))], following

        return await self._patiently(ask)

    async def _one_by_one(self, workspace: Installed, user_id: str) -> Sequence[SlackPerson]:
        async def ask() -> Sequence[SlackPerson]:
            told = await self.calls.user(workspace.workspace_id, user_id, Lane.IN_TURN)
            return [one] if (one := _read(workspace, told)) else []

        try:
            return await self._patiently(ask)
        except CallError as error:
            if error.permanent and error.failure.name in {"user_not_found", "user_not_visible"}:
                return []
            raise

    async def _patiently(self, ask: Callable[[], Awaitable[Found]]) -> Found:
        for _ in range(TRIES):
            try:
                return await ask()
            except DeliveryError as error:
                if error.retry_after is None:
                    raise
                await self.sleep(error.retry_after.total_seconds())
        return await ask()

    async def _follow(self, workspace: Installed, page: Sequence[SlackPerson]) -> Kept:
        """Most are as they were, and cost no turn."""
        theirs = {one.user_id: one for one in page}
        async with reading(self.engine) as db:
            known = await find_all_in(db, workspace.workspace_id, theirs.keys())
            gone = await find_all_gone(db, workspace.workspace_id, theirs.keys())
        left = [one for one in known if why_not_here(theirs[one.user_id], one)]
        others = [one for one in known if one not in left]
        moved = [one for one in others if theirs[one.user_id].timezone not in {"", one.zone_told}]
        spoken = [one for one in others if theirs[one.user_id].locale not in {"", one.locale}]
        back = [one for one in gone if not why_not_here(theirs[one.member.user_id], one.member)]
        other = [one.member for one in gone if _is_other(one, theirs)]
        for user_id in {one.user_id for one in (*moved, *spoken, *left, *other)}:
            news = f"slack:people:{uuid4()}"
            await self.dealing.deal(PersonChanged(news, workspace.workspace, theirs[user_id]))
        return Kept(len(known), len(moved), len(left), len(back))


def _is_other(gone: Gone, people: Mapping[str, SlackPerson]) -> bool:
    return why_not_here(people[gone.member.user_id], gone.member) is not gone.because


def _read(workspace: Installed, user: Reply) -> SlackPerson | None:
    """What cannot be read is passed over: the others are no worse for it."""
    try:
        return read_person(user, workspace.workspace, workspace.enterprise)
    except UnreadableError:
        return None


async def keep_up(keeping: KeepingUp, clock: Callable[[], Awaitable[datetime]]) -> None:
    """For as long as this runs."""
    while True:
        try:
            await keeping.once_a_day(await clock())
        except NotKeptError:
            logger.warning("the database did not answer; people are looked up later")
        await asyncio.sleep(LOOK_SECONDS)
