"""A platform brings our own message back: what was in doubt about it is settled."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from scheduler.delivery import Found
from scheduler.tidying import settle
from storage.arriving import find_doubted, note_arrived, record_arrived
from storage.nudges import Sent


async def came_back(
    db: AsyncSession, workspace_id: UUID, nudge_id: UUID, message_id: str, now: datetime
) -> bool:
    """Whether anything was learnt by it. What is settled stays as it is."""
    if await note_arrived(db, workspace_id, nudge_id, message_id):
        return True
    nudge = await find_doubted(db, workspace_id, nudge_id)
    if nudge is None:
        return False
    match settle(nudge, Found(message_id), now):
        case Sent(_, _, at, open_until):
            await record_arrived(db, nudge, message_id, at, open_until)
    return True
