"""Slack as a whole: what hears, what answers, what is sent unasked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from bot.slack.answering import Answering
from bot.slack.calling import Calls, open_calls
from bot.slack.dealing import Dealing
from bot.slack.dispatching import Dispatcher
from bot.slack.hearing import Hearing
from bot.slack.heeding import Addresses, Heeding
from bot.slack.installing import Installations
from bot.slack.intake import IntakeBook
from bot.slack.posting import SlackMessenger
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place
from storage.engine import NotKeptError

logger = structlog.get_logger(__name__)

# For what somebody else left behind, and what was put off.
LOOK_AGAIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Slack:
    messenger: SlackMessenger
    answering: Answering
    dealing: Dealing
    dispatcher: Dispatcher
    book: IntakeBook
    installations: Installations
    addresses: Addresses
    calls: Calls

    async def drain(self) -> None:
        """Take everything that waits, in and out; and write down where people were reached."""
        while await self.book.drain(self.dispatcher.dispatch):
            pass
        await self.answering.send_what_waits()
        await self.addresses.write_down()

    async def keep_draining(self) -> None:
        """As soon as something comes, for as long as this runs."""
        while True:
            self.book.has_news.clear()
            try:
                await self.drain()
            except NotKeptError:
                logger.warning("the database did not answer; what came in waits")
            try:
                async with asyncio.timeout(LOOK_AGAIN_SECONDS):
                    await self.book.has_news.wait()
            except TimeoutError:
                continue


@asynccontextmanager
async def open_slack(
    engine: AsyncEngine, clock: Clock, bank: ServedBank, place: Place, api_url: str
) -> AsyncIterator[Slack]:
    installations = Installations(engine)
    heeding = Heeding(engine, clock, installations.forget)
    async with open_calls(installations, api_url=api_url, heeds=heeding) as calls:
        yield assemble(engine, clock, bank, place, calls, installations)


def assemble(
    engine: AsyncEngine,
    clock: Clock,
    bank: ServedBank,
    place: Place,
    calls: Calls,
    installations: Installations,
) -> Slack:
    addresses = Addresses(engine)
    messenger = SlackMessenger(calls, learn=addresses.learn)
    answering = Answering(engine, messenger)
    hearing = Hearing(engine, clock, bank, place)
    dealing = Dealing(engine, hearing, calls, answering, installations)
    dispatcher = Dispatcher(dealing, installations)
    book = IntakeBook(engine, clock)
    return Slack(messenger, answering, dealing, dispatcher, book, installations, addresses, calls)
