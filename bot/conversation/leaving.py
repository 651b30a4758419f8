"""They are gone from the workspace, or back in it, as the platform says."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Left, Returned
from bot.conversation.scene import Scene
from prompts.composing import home
from prompts.message import Form, Message
from scheduler.planning import replan
from scheduler.writing import GONE
from storage.cadences import cadence_of, forget_cadences
from storage.leaving import find_gone, mark_back, mark_left
from storage.nudges import cancel_waiting
from storage.receipts import first_time
from storage.tables import Leaving, NudgeKind

# What comes by itself at their hours.
_KINDS = (NudgeKind.QUESTION, NudgeKind.DIGEST, NudgeKind.PREVIEW)


async def leave(scene: Scene, event: Left) -> list[Message | Form]:
    """Nothing more is sent, not even what was queued; whoever can still read it is told so."""
    because = Leaving.OUTSIDE if event.is_outside else Leaving.GONE
    await mark_left(scene.db, scene.someone, scene.now, because)
    await cancel_waiting(scene.db, [scene.someone.id], GONE, scene.now)
    await forget_cadences(scene.db, scene.someone)
    return [home.outside_now()] if event.is_outside else []


async def come_back(db: AsyncSession, event: Returned, now: datetime) -> None:
    """What they had is theirs, and they are asked from now on. What was stopped, paused or ended
    stays so, by them or by others meanwhile."""
    gone = await find_gone(db, event.platform, event.workspace, event.user_id, to_change=True)
    if gone is None or not await first_time(db, gone.member.workspace_id, event.id, now):
        return
    await mark_back(db, gone.member)
    for kind in _KINDS:
        row = await cadence_of(db, gone.member, kind)
        if row is not None:
            await replan(db, row, now)
