"""Slack joined when a process begins, and left when it ends."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import Route

from bot.clock import Clock
from bot.slack.assembly import open_slack
from bot.slack.incoming import PLATFORM
from bot.slack.installing import connect
from bot.slack.listening import Door
from bot.slack.posting import SlackMessenger
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place
from scheduler.delivery import DeliveryError
from storage.engine import NotKeptError

logger = structlog.get_logger(__name__)

AGAIN_SECONDS = 30.0


class TokenRefusedError(Exception):
    """Slack knows no such token; str() is its reason in our words."""


@asynccontextmanager
async def in_slack(
    engine: AsyncEngine,
    clock: Clock,
    bank: ServedBank,
    place: Place,
    *,
    token: str,
    secrets: Sequence[str],
    app_id: str,
    api_url: str,
) -> AsyncIterator[tuple[str, SlackMessenger, list[Route]]]:
    """(the platform's name, its messenger, its routes). Raises TokenRefusedError."""

    async def join() -> bool:
        """False where Slack or the database cannot be reached now."""
        try:
            await connect(engine, token, api_url, await clock())
        except NotKeptError:
            return False
        except DeliveryError as error:
            if error.permanent:
                raise TokenRefusedError(str(error)) from None
            logger.warning("slack was not reached", reason=str(error))
            return False
        return True

    async def keep_joining() -> None:
        joined = False
        while not joined:
            await asyncio.sleep(AGAIN_SECONDS)
            try:
                joined = await join()
            except TokenRefusedError as error:
                logger.error("slack refuses the token", reason=str(error))  # noqa: TRY400
                return

    is_joined = await join()
    async with open_slack(engine, clock, bank, place, api_url) as slack:
        tasks = [asyncio.create_task(slack.keep_draining())]
        if not is_joined:
            tasks.append(asyncio.create_task(keep_joining()))
        door = Door(slack.installations, slack.book, slack.dispatcher, secrets, app_id)
        try:
            yield PLATFORM, slack.messenger, door.routes()
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            # What is cut off here is written down, and sent by whoever comes next.
            await slack.dealing.settle()
