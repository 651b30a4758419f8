"""The chat platforms that the settings name: joined when a process begins, left when it ends."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import Route

from bot.clock import Clock
from bot.settings import Settings, SettingsError
from prompts.bank import ServedBank
from prompts.composing.agreeing import KnownBy, Place
from scheduler.delivery import Messenger, Messengers

if TYPE_CHECKING:
    from bot.teams.credentials import Proof

HELD = "on your programme’s own server"

Joined = tuple[str, Messenger, list[Route]]


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
    joins = [
        join
        for join, is_named in (
            (_slack, settings.speaks_slack),
            (_teams, settings.speaks_teams),
        )
        if is_named
    ]
    async with AsyncExitStack() as stack:
        joined = [
            await stack.enter_async_context(join(engine, clock, bank, settings, hears=hears))
            for join in joins
        ]
        messengers = {platform: messenger for platform, messenger, _ in joined}
        yield Platforms(messengers, tuple(route for _, _, routes in joined for route in routes))


@asynccontextmanager
async def _slack(
    engine: AsyncEngine, clock: Clock, bank: ServedBank, settings: Settings, *, hears: bool
) -> AsyncIterator[Joined]:
    # A platform's library takes its time to load, for which no other command should wait.
    from bot.slack.joining import Access, TokenRefusedError, in_slack  # noqa: PLC0415

    access = Access(
        settings.slack_api_url,
        settings.base_url.rstrip("/"),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        bot_token=settings.slack_bot_token.get_secret_value(),
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        app_id=settings.slack_app_id,
    )
    place = _place("Slack", settings, KnownBy.MEMBER_ID)
    try:
        async with in_slack(engine, clock, bank, place, access, hears=hears) as joined:
            yield joined
    except TokenRefusedError as error:
        raise SettingsError(
            f"Slack does not take {error} Copy it once more from your app’s page on api.slack.com."
        ) from None


@asynccontextmanager
async def _teams(
    engine: AsyncEngine, clock: Clock, bank: ServedBank, settings: Settings, *, hears: bool
) -> AsyncIterator[Joined]:
    from bot.teams.credentials import token_url  # noqa: PLC0415
    from bot.teams.joining import Access, SecretRefusedError, in_teams  # noqa: PLC0415

    access = Access(
        settings.teams_app_id,
        _proof(settings),
        settings.teams_tenants,
        settings.teams_openid_url,
        token_url(settings.teams_tenants, settings.teams_token_url),
        settings.teams_hosts,
    )
    place = _place("Teams", settings)
    try:
        async with in_teams(engine, clock, bank, place, access, hears=hears) as joined:
            yield joined
    except SecretRefusedError as error:
        raise SettingsError(str(error)) from None


def _place(platform: str, settings: Settings, known_by: KnownBy = KnownBy.ADDRESS) -> Place:
    return Place(
        platform,
        HELD,
        address=settings.base_url.rstrip("/") or None,
        least=settings.totals_threshold,
        follows=True,
        known_by=known_by,
    )


def _proof(settings: Settings) -> "Proof":
    """How the app shows that it is itself. Raises SettingsError."""
    from bot.teams.credentials import (  # noqa: PLC0415
        CredentialError,
        ManagedIdentity,
        Password,
        read_certificate,
    )

    if secret := settings.teams_app_password.get_secret_value():
        return Password(secret)
    if settings.teams_certificate_file:
        try:
            return read_certificate(Path(settings.teams_certificate_file))
        except CredentialError as error:
            raise SettingsError(str(error)) from None
    client_id = settings.teams_managed_identity
    return ManagedIdentity(
        "" if client_id == "system" else client_id,
        # As App Service tells whatever runs there.
        os.environ.get("IDENTITY_ENDPOINT") or settings.teams_token_url,
        os.environ.get("IDENTITY_HEADER", ""),
    )
