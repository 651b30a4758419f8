"""Everybody whom we know is looked up in Slack, because an operator asks for it."""

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.slack.assembly import open_slack
from bot.slack.keeping_up import KeepingUp, Kept
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place

# Nobody is told anything by it; a turn needs one all the same.
NOWHERE = Place("Slack", "")


async def look_everybody_up(engine: AsyncEngine, clock: Clock, api_url: str) -> Kept:
    """Raises DeliveryError where Slack does not answer."""
    async with open_slack(engine, clock, ServedBank(), NOWHERE, api_url) as slack:
        kept = await KeepingUp(engine, slack.calls, slack.dealing).go_through()
        await slack.dealing.settle()
        return kept
