"""`python -m tests.drills.slowly work`: the real command, on a platform that takes its time.

Each delivery waits before the line is written and again after it, so that whatever happens to
the process happens in the midst of sending. DRILL_SECONDS says how long one takes at most.
"""

import asyncio
import os
import random
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app, cli
from bot.clock import Clock
from bot.connecting import Platforms
from prompts.message import Message
from scheduler.delivery import Messenger, Messengers, Trace
from storage.members import Addressee

SECONDS = float(os.environ.get("DRILL_SECONDS", "0.2"))


class Slow:
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def deliver(self, to: Addressee, message: Message) -> str:
        await _wait()
        message_id = await self._messenger.deliver(to, message)
        await _wait()
        return message_id

    async def trace(self, to: Addressee, nudge_id: UUID) -> Trace:
        return await self._messenger.trace(to, nudge_id)


async def _wait() -> None:
    await asyncio.sleep(random.uniform(0.3, 0.5) * SECONDS)  # noqa: S311 - no secret


def main() -> None:
    build = app.build_messengers

    def build_slow(engine: AsyncEngine, clock: Clock, platforms: Platforms) -> Messengers:
        built: Mapping[str, Messenger] = build(engine, clock, platforms)
        return {platform: Slow(messenger) for platform, messenger in built.items()}

    app.build_messengers = build_slow
    cli.main()


if __name__ == "__main__":
    main()
