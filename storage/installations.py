"""Where a workspace let us in, and the token to speak there by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.members import find_workspace
from storage.nudges import Because, cancel_all_waiting
from storage.sealing import common_place, keys_of, seal
from storage.tables import Installation, WhyNot, Workspace

ENDED = Because(WhyNot.DISCONNECTED, "This workspace has taken Bearings out.")


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
    found = await settle_workspace(db, platform, workspace)
    row = await _kept(db, found, bot_user, now)
    row.token = await seal(db, common_place(row, "token"), token)
    row.bot_user, row.enterprise, row.scopes = bot_user, enterprise, scopes
    row.installed_at, row.ended_at, row.ended_because = now, None, ""
    row.refused_at, row.refused_because = None, ""
    db.add(row)
    await db.flush()
    return found


async def settle_workspace(db: AsyncSession, platform: str, workspace: str) -> UUID:
    """Its id. Two who come at the same moment find each other's."""
    if found := await find_workspace(db, platform, workspace):
        return found.id
    new = Workspace(platform=platform, external_id=workspace)
    await insert_or_leave(db, Workspace, [new.model_dump()])
    found = await find_workspace(db, platform, workspace)
    return found.id if found else new.id


async def _kept(db: AsyncSession, workspace_id: UUID, bot_user: str, now: datetime) -> Installation:
    if found := await _row(db, workspace_id, for_update=True):
        return found
    new = Installation(workspace_id=workspace_id, token=b"", bot_user=bot_user, installed_at=now)
    await insert_or_leave(db, Installation, [new.model_dump()])
    return await _row(db, workspace_id, for_update=True) or new


async def end_installation(
    db: AsyncSession, workspace_id: UUID, why: str, now: datetime, *, happened_at: datetime
) -> bool:
    """False where they let us in again since: the news of the end came late. It is told to the
    second, so whoever ended in the second of the beginning ended after it.

    What has come due there is not sent any more, also where somebody is about to."""
    row = await _row(db, workspace_id, for_update=True)
    if row is None or row.installed_at.replace(microsecond=0) > happened_at:
        return False
    row.ended_at, row.ended_because = now, why
    # It opens nothing any more, and is not kept.
    row.token = b""
    db.add(row)
    await cancel_all_waiting(db, workspace_id, ENDED, now)
    return True


async def ended_among(db: AsyncSession, workspace_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those that let us in once and do not any more."""
    found = await db.exec(
        select(Installation.workspace_id).where(
            col(Installation.workspace_id).in_(workspace_ids),
            col(Installation.ended_at).is_not(None),
        )
    )
    return frozenset(found)


async def note_refusal(db: AsyncSession, workspace_id: UUID, because: str, now: datetime) -> None:
    """What the platform said no to, for all who are there: for whoever runs Bearings to read."""
    row = await _row(db, workspace_id, for_update=True)
    if row is not None:
        row.refused_at, row.refused_because = now, because[:200]
        db.add(row)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a workspace that let us in, now or once. `workspace` is the platform's
    own id of it."""

    workspace: str
    ended_at: datetime | None
    refused_at: datetime | None
    refused_because: str


async def standings(db: AsyncSession, platform: str) -> list[Standing]:
    found = await db.exec(
        select(Installation, Workspace.external_id)
        .join(Workspace)
        .where(Workspace.platform == platform)
        .order_by(col(Workspace.external_id))
    )
    return [
        Standing(workspace, row.ended_at, row.refused_at, row.refused_because)
        for row, workspace in found
    ]


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


async def find_installation(
    db: AsyncSession, platform: str, workspace: str, organisation: str = "", *, ended: bool = False
) -> Installed | None:
    """The workspace's own, or that of the organisation it is part of. `ended`: also one that does
    not hold any more."""
    found = await db.exec(
        select(Installation, Workspace.external_id)
        .join(Workspace)
        .where(
            Workspace.platform == platform,
            col(Workspace.external_id).in_({workspace, organisation} - {""}),
            true() if ended else col(Installation.ended_at).is_(None),
        )
    )
    named = {
        name: Installed(row.workspace_id, name, row.bot_user, row.enterprise) for row, name in found
    }
    return named.get(workspace) or named.get(organisation)


async def is_an_organisation(db: AsyncSession, workspace_id: UUID) -> bool:
    """Of many teams, and not one of them alone."""
    found = await db.exec(
        select(Installation.id)
        .join(Workspace)
        .where(
            Installation.workspace_id == workspace_id,
            Installation.enterprise == Workspace.external_id,
        )
    )
    return found.first() is not None


async def token_of(db: AsyncSession, workspace_id: UUID) -> str | None:
    """None where nobody let us in, or does not any more."""
    row = await _row(db, workspace_id)
    if row is None or row.ended_at is not None:
        return None
    keys = await keys_of(db, {workspace_id})
    return keys[workspace_id].open(common_place(row, "token"), row.token)


async def _row(
    db: AsyncSession, workspace_id: UUID, *, for_update: bool = False
) -> Installation | None:
    wanted = select(Installation).where(Installation.workspace_id == workspace_id)
    found = await db.exec(wanted.with_for_update() if for_update else wanted)
    return found.first()
