"""The day on which to look at an objective again: when it has come, a run is planned for it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import reading, transaction
from storage.reviews import plan_reviews, reviews_due

# A review that came to its end without a decision is not begun again at once.
RESTS = timedelta(days=14)
# Whoever is asked nothing for longer than this is paused or away; their review waits, too.
SOON = timedelta(days=7)
FARTHEST_AHEAD = timedelta(hours=14)


async def plan_reviews_due(engine: AsyncEngine, now: datetime) -> int:
    """For every objective whose day has come on its leader's own calendar. Returns how many are
    planned. Harmless to repeat, by any number of processes."""
    latest = (now + FARTHEST_AHEAD).date()
    async with reading(engine) as db:
        due = await reviews_due(db, latest, asked_before=now + SOON, ended_since=now - RESTS)
    come = [
        (one, today)
        for one in due
        if one.next_review <= (today := now.astimezone(ZoneInfo(one.zone)).date())
    ]
    if not come:
        return 0
    async with transaction(engine) as db:
        return await plan_reviews(db, come)
