"""Our own posts come back as events: by the id that each carries, what was in doubt is settled."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.slack.incoming import PLATFORM, Echo
from scheduler.arriving import came_back
from storage import replies
from storage.members import find_workspace


async def note_echo(db: AsyncSession, echo: Echo, now: datetime) -> bool:
    """Whether anything was learnt by it."""
    try:
        delivery_id = UUID(echo.delivery_id)
    except ValueError:
        return False
    workspace = await find_workspace(db, PLATFORM, echo.workspace)
    if workspace is None:
        return False
    message_id = f"{echo.channel}/{echo.message}"
    return await replies.came_back(db, workspace.id, delivery_id, message_id) or await came_back(
        db, workspace.id, delivery_id, message_id, now
    )
