"""A look at a form or a page, as a platform delivers it: taken once, like everything else."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Event, Opened
from storage.members import find_member
from storage.receipts import first_time


async def was_looked_before(db: AsyncSession, event: Event, now: datetime) -> bool:
    """Our own pages look as often as they like; what is delivered again would be answered again.

    It waits for what else they do: what it shows is then as new as what was said before it.
    """
    if not isinstance(event, Opened):
        return False
    someone = await find_member(db, event.platform, event.workspace, event.user_id, to_change=True)
    return someone is not None and not await first_time(db, someone.workspace_id, event.id, now)
