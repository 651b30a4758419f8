"""One pass over everything that is due."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import Bank
from scheduler.delivery import Messengers
from scheduler.planning import plan_due
from scheduler.sending import send_due
from storage.nudges import Sent


async def tick(
    engine: AsyncEngine, messengers: Messengers, bank: Bank, now: datetime
) -> list[Sent]:
    """Plan what has come due and send it. Returns what was sent.

    Any number of processes may do this at the same moment.
    """
    await plan_due(engine, now)
    return await send_due(engine, messengers, bank, now)
