"""In which workspace a command does what it does."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.commanding import RefusedError
from bot.settings import Settings
from bot.slack.incoming import PLATFORM as SLACK
from bot.teams.incoming import PLATFORM as TEAMS
from bot.web.posting import PLATFORM as PLAYGROUND
from bot.web.posting import WORKSPACE
from prompts.composing.agreeing import KnownBy
from storage.installations import settle_workspace
from storage.members import workspaces


@dataclass(frozen=True, slots=True)
class Where:
    """`id` is None where nobody and nothing is known yet."""

    platform: str
    workspace: str
    id: UUID | None = None

    @property
    def known_by(self) -> KnownBy:
        return KnownBy.MEMBER_ID if self.platform == SLACK else KnownBy.ADDRESS

    async def settled(self, db: AsyncSession) -> UUID:
        return self.id or await settle_workspace(db, self.platform, self.workspace)


async def find_where(db: AsyncSession, settings: Settings, named: str) -> Where:
    """`named`: the platform's own id of it, or empty for the only one. Raises RefusedError."""
    known = [Where(one.platform, one.external_id, one.id) for one in await workspaces(db)]
    there = {one.workspace.casefold() for one in known}
    known += [
        Where(TEAMS, tenant.casefold())
        for tenant in settings.teams_tenants
        if tenant.casefold() not in there
    ]
    if not known and settings.speaks_slack:
        raise RefusedError("No Slack workspace has let Bearings in. Run `bearings serve` first.")
    known = known or [Where(PLAYGROUND, WORKSPACE)]
    match [one for one in known if named.casefold() in {"", one.workspace.casefold()}]:
        case [only]:
            return only
        case []:
            raise RefusedError(f"{named} is not known here; known are {_names(known)}.")
    raise RefusedError(f"Say in which workspace with --workspace, one of {_names(known)}.")


def _names(known: list[Where]) -> str:
    return ", ".join(one.workspace for one in known)
