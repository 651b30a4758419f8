"""The workspaces that let us in, and the tokens by which we speak there."""

from datetime import datetime
from uuid import UUID

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.slack.failing import failure_of
from bot.slack.failures import CallError
from bot.slack.incoming import PLATFORM
from scheduler.delivery import DeliveryError
from storage.engine import NotKeptError, reading, transaction
from storage.installations import install, token_of

NOT_INSTALLED = DeliveryError("This workspace has not let Bearings in.", permanent=True)


class InstalledTokens:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def token(self, workspace_id: UUID) -> str:
        try:
            async with reading(self._engine) as db:
                found = await token_of(db, workspace_id)
        except NotKeptError as error:
            raise DeliveryError("The database did not say by which token to speak.") from error
        if found is None:
            raise NOT_INSTALLED
        return found


async def connect(engine: AsyncEngine, token: str, api_url: str, now: datetime) -> UUID:
    """The one workspace whose token is in the settings. Raises CallError where Slack refuses it."""
    client = AsyncWebClient(token=token, base_url=api_url, retry_handlers=[])
    try:
        told = await client.auth_test()
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        raise CallError(failure_of(error)) from None
    async with transaction(engine) as db:
        return await install(
            db,
            PLATFORM,
            str(told["team_id"]),
            token,
            now,
            bot_user=str(told["user_id"]),
            enterprise=str(told.get("enterprise_id") or ""),
        )
