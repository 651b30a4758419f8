"""The workspaces that let us in, and the tokens by which we speak there."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.flights import Flights
from bot.slack.failing import failure_of
from bot.slack.failures import CallError
from bot.slack.incoming import (
    PLATFORM,
    Ended,
    Heard,
    Ignored,
    Incoming,
    LimitedIntake,
    TeamsChanged,
)
from scheduler.delivery import DeliveryError
from storage.engine import NotKeptError, reading, transaction
from storage.installations import (
    Installed,
    end_installation,
    find_installation,
    install,
    token_of,
)
from storage.tables import WhyNot
from storage.team_access import is_shut_out, set_access

# Organisations as they are told; a stranger to us is not among them.
MOST = 10_000

NOT_INSTALLED = DeliveryError(
    "This workspace has not let Bearings in.", permanent=True, why=WhyNot.DISCONNECTED
)


@dataclass(frozen=True, slots=True)
class Leave:
    """To speak in a workspace: in that of one team, or in all of an organisation (E…)."""

    workspace: str
    token: str
    bot_user: str
    enterprise: str = ""
    scopes: str = ""


class Installations:
    """As they were a second ago; what this process itself changes, it knows at once.

    That somebody has not let us in is not remembered: a moment later they may have, elsewhere.
    """

    LASTS = 1.0

    def __init__(self, engine: AsyncEngine, seconds: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._seconds = seconds
        self._found: dict[tuple[str, str], tuple[Installed, float]] = {}
        self._tokens: dict[UUID, tuple[str, float]] = {}
        self._finding = Flights[tuple[str, str], Installed | None]()
        self._looking_up = Flights[UUID, str]()
        self._changes = 0

    async def token(self, workspace_id: UUID) -> str:
        """Raises DeliveryError where there is none."""
        known = self._tokens.get(workspace_id)
        if known and self._seconds() < known[1]:
            return known[0]
        return await self._looking_up.join(workspace_id, self._look_up)

    async def _look_up(self, workspace_id: UUID) -> str:
        changes = self._changes
        try:
            async with reading(self._engine) as db:
                found = await token_of(db, workspace_id)
        except NotKeptError as error:
            raise DeliveryError(
                "The database did not say by which token to speak.", why=WhyNot.OUR_FAULT
            ) from error
        if found is None:
            self._tokens.pop(workspace_id, None)
            raise NOT_INSTALLED
        if changes == self._changes:  # else it may be the one that was just taken away
            self._tokens[workspace_id] = found, self._seconds() + self.LASTS
        return found

    async def find(self, workspace: str, enterprise: str = "") -> Installed | None:
        """The team's own, or that of the organisation it is part of."""
        names = workspace, enterprise
        known = self._found.get(names)
        if known and self._seconds() < known[1]:
            return known[0]
        return await self._finding.join(names, self._find)

    async def _find(self, names: tuple[str, str]) -> Installed | None:
        workspace, enterprise = names
        changes = self._changes
        async with reading(self._engine) as db:
            found = await find_installation(db, PLATFORM, workspace, enterprise)
            # By its organisation's leave, and shut since.
            if found is not None and found.workspace != workspace:
                is_shut = await is_shut_out(db, found.workspace_id, workspace)
                found = None if is_shut else found
        if found is None:
            self._found.pop(names, None)
        elif changes == self._changes:
            if len(self._found) >= MOST:
                self._found.clear()
            self._found[names] = found, self._seconds() + self.LASTS
        return found

    async def has_been(self, workspace: str, enterprise: str = "") -> bool:
        """Whether they let us in at any time."""
        async with reading(self._engine) as db:
            found = await find_installation(db, PLATFORM, workspace, enterprise, ended=True)
        return found is not None

    async def at_home(self, incoming: Incoming) -> Incoming:
        """By the name under which we know the workspace: for each team of it, an organisation's."""
        match incoming:
            case Ignored() | LimitedIntake() | Ended() | TeamsChanged():
                return incoming
            case Heard(event=event, enterprise=enterprise):
                found = await self.find(event.workspace, enterprise)
                if found is None or found.workspace == event.workspace:
                    return incoming
                return replace(incoming, event=replace(event, workspace=found.workspace))
            case told:
                found = await self.find(told.workspace, told.enterprise)
                return replace(told, workspace=found.workspace) if found else told

    async def let_in(self, leave: Leave, now: datetime) -> UUID:
        """For the first time, or once more. Returns the workspace's id."""
        async with transaction(self._engine) as db:
            workspace_id = await install(
                db,
                PLATFORM,
                leave.workspace,
                leave.token,
                now,
                bot_user=leave.bot_user,
                enterprise=leave.enterprise,
                scopes=leave.scopes,
            )
        self.forget()
        return workspace_id

    async def end(self, ended: Ended, now: datetime) -> bool:
        """False where they let us in again since. What a team ends is its own installation, though
        that has ended already, and never its organisation's beside it."""
        async with transaction(self._engine) as db:
            found = await find_installation(
                db, PLATFORM, ended.workspace, ended.enterprise, ended=True
            )
            has_ended = found is not None and await end_installation(
                db, found.workspace_id, ended.why, now, happened_at=ended.at
            )
        self.forget()
        return has_ended

    async def change_teams(self, changed: TeamsChanged) -> None:
        async with transaction(self._engine) as db:
            found = await find_installation(db, PLATFORM, changed.enterprise)
            if found is not None:
                where = found.workspace_id, changed.teams, changed.at
                await set_access(db, *where, is_granted=changed.is_granted)
        self.forget()

    def forget(self) -> None:
        """Somebody changed it in this process, past this."""
        self._changes += 1
        self._found.clear()
        self._tokens.clear()
        self._finding.forget()
        self._looking_up.forget()


async def connect(engine: AsyncEngine, token: str, api_url: str, now: datetime) -> UUID:
    """The one workspace whose token is in the settings. Raises CallError where Slack refuses it."""
    client = AsyncWebClient(token=token, base_url=api_url, retry_handlers=[])
    try:
        told = await client.auth_test()
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        raise CallError(failure_of(error)) from None
    enterprise = str(told.get("enterprise_id") or "")
    of_all = bool(told.get("is_enterprise_install")) and enterprise
    leave = Leave(
        enterprise if of_all else str(told["team_id"]), token, str(told["user_id"]), enterprise
    )
    return await Installations(engine).let_in(leave, now)
