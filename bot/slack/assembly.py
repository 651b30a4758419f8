"""Slack as a whole: what hears, what answers, what is sent unasked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.answering import Answering
from bot.clock import Clock
from bot.intake import IntakeBook
from bot.slack.answering import answers_in_slack
from bot.slack.calling import Calls, open_calls
from bot.slack.dealing import Dealing
from bot.slack.dispatching import Dispatcher
from bot.slack.hearing import Answer, Hearing
from bot.slack.heeding import Addresses, Heeding
from bot.slack.incoming import PLATFORM
from bot.slack.installing import Installations
from bot.slack.posting import SlackMessenger
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place


@dataclass(frozen=True, slots=True)
class Slack:
    messenger: SlackMessenger
    answering: Answering[Answer]
    dealing: Dealing
    dispatcher: Dispatcher
    book: IntakeBook
    installations: Installations
    addresses: Addresses
    calls: Calls

    async def drain(self) -> None:
        """Take everything that waits, in and out; and write down where people were reached."""
        await self.take_in()
        await self.send_out()

    async def take_in(self) -> None:
        while await self.book.drain(self.dispatcher.dispatch):
            pass

    async def send_out(self) -> None:
        await self.answering.send_what_waits()
        await self.addresses.write_down()


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
    answering = answers_in_slack(engine, clock, messenger)
    hearing = Hearing(engine, clock, bank, place)
    dealing = Dealing(engine, hearing, calls, answering, installations)
    dispatcher = Dispatcher(dealing, installations)
    book = IntakeBook(engine, PLATFORM)
    return Slack(messenger, answering, dealing, dispatcher, book, installations, addresses, calls)
