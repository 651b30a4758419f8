"""Letting the other one of a pairing know."""

from datetime import datetime
from uuid import UUID

from bot.conversation.scene import Scene
from scheduler.between import USEFUL_FOR, planned
from storage.nudges import add_nudges


async def tell(scene: Scene, whom: UUID, slot: str, until: datetime | None = None) -> bool:
    """When they may be written to. False where that was planned before."""
    useful_until = until or scene.now + USEFUL_FOR
    notice = planned(scene.someone.workspace_id, whom, slot, scene.now, useful_until)
    return await add_nudges(scene.db, [notice]) > 0
