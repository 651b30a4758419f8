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
    engine: AsyncEngine,
    clock: Clock,
    bank: ServedBank,
    settings: Settings,
    *,
    hears: bool = False,
) -> AsyncIterator[Platforms]:
    """`hears`: for the web process, which platforms speak to. Raises SettingsError where a platform
    refuses what the settings say."""
    if not settings.speaks_slack:
        yield Platforms({})
        return
    # Slack's library takes its time to load, for which no other command should wait.
    from bot.slack.joining import Access, TokenRefusedError, in_slack  # noqa: PLC0415

    base_url = settings.base_url.rstrip("/")
    place = Place(
        "Slack", HELD, address=base_url or None, least=settings.totals_threshold, follows=True
    )
    access = Access(
        settings.slack_api_url,
        base_url,
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        bot_token=settings.slack_bot_token.get_secret_value(),
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        app_id=settings.slack_app_id,
    )
    try:
        async with in_slack(engine, clock, bank, place, access, hears=hears) as joined:
            platform, messenger, routes = joined
            yield Platforms({platform: messenger}, tuple(routes))
    except TokenRefusedError as error:
        raise SettingsError(
            f"Slack does not take {error} Copy it once more from your app’s page on api.slack.com."
        ) from None
