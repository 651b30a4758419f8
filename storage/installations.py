"""Where a workspace let us in, and the token to speak there by."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import find_workspace
from storage.sealing import common_place, keys_of, seal
from storage.tables import Installation, Workspace


@dataclass(frozen=True, slots=True)
class Installed:
    """`workspace` is the platform's own id of it."""

    workspace_id: UUID
    workspace: str
    bot_user: str
    enterprise: str


async def install(
    db: AsyncSession,
    platform: str,
    workspace: str,
    token: str,
    now: datetime,
    *,
    bot_user: str,
    enterprise: str = "",
    scopes: str = "",
) -> UUID:
    """For the first time, or once more. Returns the workspace's id."""
    found = await find_workspace(db, platform, workspace)
    if found is None:
        found = Workspace(platform=platform, external_id=workspace)
        db.add(found)
        await db.flush()
    row = await _row(db, found.id) or Installation(
        workspace_id=found.id, token=b"", bot_user=bot_user, installed_at=now
    )
    row.token = await seal(db, common_place(row, "token"), token)
    row.bot_user, row.enterprise, row.scopes = bot_user, enterprise, scopes
    row.installed_at, row.ended_at, row.ended_because = now, None, ""
    db.add(row)
    await db.flush()
    return found.id


async def end_installation(
    db: AsyncSession, workspace_id: UUID, why: str, now: datetime, *, happened_at: datetime
) -> bool:
    """False where they let us in again since: the news of the end came late."""
    row = await _row(db, workspace_id)
    if row is None or row.installed_at > happened_at:
        return False
    row.ended_at, row.ended_because = now, why
    db.add(row)
    return True


async def installations(db: AsyncSession, platform: str) -> list[Installed]:
    """All that hold."""
    found = await db.exec(
        select(Installation, Workspace.external_id)
        .join(Workspace)
        .where(Workspace.platform == platform, col(Installation.ended_at).is_(None))
    )
    return [
        Installed(row.workspace_id, workspace, row.bot_user, row.enterprise)
        for row, workspace in found
    ]


async def token_of(db: AsyncSession, workspace_id: UUID) -> str | None:
    """None where nobody let us in, or does not any more."""
    row = await _row(db, workspace_id)
    if row is None or row.ended_at is not None:
        return None
    keys = await keys_of(db, {workspace_id})
    return keys[workspace_id].open(common_place(row, "token"), row.token)


async def _row(db: AsyncSession, workspace_id: UUID) -> Installation | None:
    found = await db.exec(select(Installation).where(Installation.workspace_id == workspace_id))
    return found.first()
