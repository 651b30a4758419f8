"""Slack joined when a process begins, and left when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import Route

from bot.clock import Clock
from bot.running import keep_draining, running
from bot.slack.assembly import Slack, open_slack
from bot.slack.incoming import PLATFORM
from bot.slack.installing import connect
from bot.slack.keeping_up import KeepingUp, keep_up
from bot.slack.listening import Door
from bot.slack.oauth import OAuth, OAuthApp
from bot.slack.posting import SlackMessenger
from bot.slack.sockets import by_socket
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place
from scheduler.delivery import DeliveryError
from storage.engine import NotKeptError

logger = structlog.get_logger(__name__)

AGAIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Access:
    """What Slack knows us by. With a bot token there is one workspace; with a client's id and
    secret, as many as install it. With the app's own token Slack is heard through a socket."""

    api_url: str
    base_url: str = ""
    signing_secret: str = ""
    bot_token: str = ""
    client_id: str = ""
    client_secret: str = ""
    app_token: str = ""
    app_id: str = ""


class TokenRefusedError(Exception):
    """Slack knows no such token; str() names the setting, and gives the reason in our words."""


@asynccontextmanager
async def in_slack(
    engine: AsyncEngine,
    clock: Clock,
    bank: ServedBank,
    place: Place,
    access: Access,
    *,
    hears: bool,
) -> AsyncIterator[tuple[str, SlackMessenger, list[Route]]]:
    """(the platform's name, its messenger, its routes). Raises TokenRefusedError."""
    is_joined = await _join(engine, clock, access)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(
            open_slack(engine, clock, bank, place, access.api_url)
        )
        # What is cut off at the end is written down, and sent by whoever comes next.
        stack.push_async_callback(slack.dealing.settle)
        # Beside each other: what cannot be sent holds up nothing that comes.
        await stack.enter_async_context(running(keep_draining(slack.take_in, slack.book.has_news)))
        await stack.enter_async_context(running(keep_draining(slack.send_out, asyncio.Event())))
        if not hears:
            keeping = KeepingUp(engine, slack.calls, slack.dealing)
            await stack.enter_async_context(running(keep_up(keeping, clock)))
        if not is_joined:
            await stack.enter_async_context(running(_keep_joining(engine, clock, access)))
        routes = await _hear(stack, engine, clock, slack, access) if hears else []
        yield PLATFORM, slack.messenger, routes


async def _hear(
    stack: AsyncExitStack, engine: AsyncEngine, clock: Clock, slack: Slack, access: Access
) -> list[Route]:
    secrets = [access.signing_secret] if access.signing_secret else []
    door = Door(slack.installations, slack.book, slack.dispatcher, secrets, access.app_id)
    if access.app_token:
        try:
            await stack.enter_async_context(by_socket(access.app_token, access.api_url, door.take))
        except DeliveryError as error:
            raise TokenRefusedError(f"SLACK_APP_TOKEN. {error}") from None
        return []
    routes = door.routes()
    if access.client_id:
        app = OAuthApp(access.client_id, access.client_secret, access.base_url, access.api_url)
        routes += OAuth(engine, clock, slack.installations, app).routes()
    return routes


async def _join(engine: AsyncEngine, clock: Clock, access: Access) -> bool:
    """False where Slack or the database cannot be reached now."""
    if not access.bot_token:
        return True
    try:
        await connect(engine, access.bot_token, access.api_url, await clock())
    except NotKeptError:
        return False
    except DeliveryError as error:
        if error.permanent:
            raise TokenRefusedError(f"SLACK_BOT_TOKEN. {error}") from None
        logger.warning("slack was not reached")
        return False
    return True


async def _keep_joining(engine: AsyncEngine, clock: Clock, access: Access) -> None:
    is_joined = False
    while not is_joined:
        await asyncio.sleep(AGAIN_SECONDS)
        try:
            is_joined = await _join(engine, clock, access)
        except TokenRefusedError:
            logger.error("slack does not take the bot token")  # noqa: TRY400 - it says all
            return
