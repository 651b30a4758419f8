"""Which teams of an organisation may be heard, where the organisation let us in as a whole."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.tables import TeamAccess


async def set_access(
    db: AsyncSession, workspace_id: UUID, teams: Collection[str], at: datetime, *, is_granted: bool
) -> None:
    """Older news, come late, changes nothing."""
    news = {"is_granted": is_granted, "changed_at": at}
    rows = [{"workspace_id": workspace_id, "team": team, **news} for team in sorted(set(teams))]
    await insert_or_leave(db, TeamAccess, rows)
    await db.exec(
        update(TeamAccess)
        .where(col(TeamAccess.workspace_id) == workspace_id, col(TeamAccess.team).in_(set(teams)))
        .where(col(TeamAccess.changed_at) <= at)
        .values(**news)
        .execution_options(synchronize_session=False)
    )


async def is_shut_out(db: AsyncSession, workspace_id: UUID, team: str) -> bool:
    found = await db.exec(
        select(TeamAccess.is_granted).where(
            TeamAccess.workspace_id == workspace_id, TeamAccess.team == team
        )
    )
    return found.first() is False
