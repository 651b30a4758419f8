"""The app is there for somebody whom nobody made known here yet: they are greeted once they are.

What Teams said then is kept sealed, and taken once more, as if it came now.
"""

import json
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.payloads import Payload, read_object
from bot.teams.incoming import PLATFORM, Contact
from bot.teams.knowing import Profile
from bot.teams.reading import event_id
from storage.intake import Arrival, take_in
from storage.members import find_workspace
from storage.newcomers import drop_newcomer, keep_newcomer, take_newcomers


async def keep(
    db: AsyncSession, contact: Contact, profile: Profile, told: Payload, now: datetime
) -> None:
    """Only of somebody of the tenant's own, and by the addresses that Teams tells."""
    where = await find_workspace(db, PLATFORM, contact.tenant)
    if where is None or profile.user_id != contact.user_id or not profile.addresses:
        return
    body = json.dumps(told, separators=(",", ":"))
    await keep_newcomer(db, where.id, contact.conversation, profile.addresses, body, now)


async def forget(db: AsyncSession, contact: Contact) -> None:
    where = await find_workspace(db, PLATFORM, contact.tenant)
    if where is not None:
        await drop_newcomer(db, where.id, contact.conversation)


async def let_in(db: AsyncSession, workspace_id: UUID, email: str) -> bool:
    """Whether the app is there already for whoever has that address, who was just made known."""
    bodies = await take_newcomers(db, workspace_id, email)
    events = [(event_id(read_object(body)), body) for body in bodies]
    await take_in(db, [Arrival(workspace_id, name, body) for name, body in events])
    return bool(bodies)
