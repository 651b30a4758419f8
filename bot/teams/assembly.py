"""Teams as a whole: what hears, what answers, what is sent unasked."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.answering import Answering
from bot.clock import Clock
from bot.intake import IntakeBook
from bot.payloads import Payload
from bot.teams.answering import answers_in_teams
from bot.teams.calling import Calls
from bot.teams.dealing import Dealing
from bot.teams.dispatching import Dispatcher
from bot.teams.hearing import Answer, Hearing
from bot.teams.heeding import Heeding
from bot.teams.incoming import PLATFORM, Ignored, Unwelcome
from bot.teams.invokes import Body
from bot.teams.knowing import Profiles
from bot.teams.lining_up import line_of
from bot.teams.posting import TeamsMessenger
from bot.teams.reaching import References
from bot.teams.reading import read
from bot.teams.telling import Telling
from bot.teams.tenants import Tenants
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place

NOTHING = 200, None


@dataclass(frozen=True, slots=True)
class Teams:
    messenger: TeamsMessenger
    answering: Answering[Answer]
    dealing: Dealing
    dispatcher: Dispatcher
    book: IntakeBook
    tenants: Tenants

    async def take(self, activity: Payload, claims: object = None) -> tuple[int, Body | None]:
        """What was trusted: an invoke is answered at once, anything else is written down first.

        Raises UnreadableError, and NotKeptError where it is to come again."""
        del claims
        incoming = read(activity)
        if activity.get("type") == "invoke":
            return await self.dispatcher.dispatch(activity)
        match incoming:
            case Ignored():
                return NOTHING
            case Unwelcome():
                # Nothing of it is kept, not even for a moment.
                return await self.dispatcher.dispatch(activity)
        workspace_id = await self.tenants.workspace(incoming.contact.tenant)
        line = line_of(incoming)
        await self.book.put(workspace_id, incoming.id, activity, line)
        return NOTHING

    async def drain(self) -> None:
        """Take everything that waits, in and out."""
        await self.take_in()
        await self.send_out()

    async def take_in(self) -> None:
        while await self.book.drain(self.dispatcher.dispatch):
            pass

    async def send_out(self) -> None:
        await self.answering.send_what_waits()


def assemble(
    engine: AsyncEngine,
    clock: Clock,
    bank: ServedBank,
    place: Place,
    calls: Calls,
    app_id: str,
) -> Teams:
    messenger = TeamsMessenger(calls, References(engine), Heeding(engine, clock))
    answering = answers_in_teams(engine, clock, messenger)
    hearing = Hearing(engine, clock, bank, place, Profiles(calls))
    dealing = Dealing(engine, hearing, answering, Telling(messenger))
    dispatcher = Dispatcher(dealing, app_id)
    book = IntakeBook(engine, PLATFORM)
    return Teams(messenger, answering, dealing, dispatcher, book, Tenants(engine))
