"""What time it is. Everything below takes the moment as an argument."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

Clock = Callable[[], Awaitable[datetime]]


async def system_now() -> datetime:
    return datetime.now(UTC)
