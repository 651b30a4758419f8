"""The chat platforms that the settings name: joined when a process begins, left when it ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import Route

from bot.clock import Clock
from bot.settings import Settings, SettingsError
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place
from scheduler.delivery import Messengers

HELD = "on your programme’s own server"


@dataclass(frozen=True, slots=True)
class Platforms:
    messengers: Messengers
    routes: tuple[Route, ...] = ()


@asynccontextmanager
async def open_platforms(
    engine: AsyncEngine, clock: Clock, bank: ServedBank, settings: Settings
) -> AsyncIterator[Platforms]:
    """Raises SettingsError where a platform refuses what the settings say."""
    if not settings.speaks_slack:
        yield Platforms({})
        return
    # Slack's library takes its time to load, for which no other command should wait.
    from bot.slack.joining import TokenRefusedError, in_slack  # noqa: PLC0415

    place = Place(
        "Slack",
        HELD,
        address=settings.base_url.rstrip("/") or None,
        least=settings.totals_threshold,
        follows=True,
    )
    try:
        async with in_slack(
            engine,
            clock,
            bank,
            place,
            token=settings.slack_bot_token.get_secret_value(),
            secrets=[settings.slack_signing_secret.get_secret_value()],
            app_id=settings.slack_app_id,
            api_url=settings.slack_api_url,
        ) as (platform, messenger, routes):
            yield Platforms({platform: messenger}, tuple(routes))
    except TokenRefusedError as error:
        raise SettingsError(
            f"Slack does not take SLACK_BOT_TOKEN. {error} Copy the bot token (xoxb-…) from your "
            "app’s page, under OAuth & Permissions."
        ) from None
