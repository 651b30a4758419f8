"""The playground's clock: the real one, moved ahead as far as its people moved it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock, system_now
from storage.engine import reading, transaction
from storage.playground import ahead, move_ahead


def movable_clock(engine: AsyncEngine) -> Clock:
    async def now() -> datetime:
        async with reading(engine) as db:
            return await system_now() + await ahead(db)

    return now


async def move_clock(engine: AsyncEngine, to: datetime) -> None:
    """Never backwards: what was sent would lie in the future."""
    async with transaction(engine) as db:
        wanted = to - await system_now()
        if wanted > await ahead(db):
            await move_ahead(db, wanted)
