"""The strict fake Slack with people in front of it, for whoever wants to see the whole road.

`bearings demo --slack` looks for `in_pretended_slack`. What is heard, answered and sent is the
program's own; only Slack, and the page on which somebody sees it, are pretended.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from bot.slack.assembly import assemble
from bot.slack.calling import open_calls
from bot.slack.incoming import PLATFORM
from bot.slack.installing import Installations, connect
from bot.slack.listening import Door
from bot.web.calendar import CalendarFiles
from bot.web.clock import movable_clock
from bot.web.copying import Copies
from bot.web.guarding import guards, not_here, unforeseen
from bot.web.sample import lay_out_programme
from bot.web.stepping import Stepper
from prompts.bank import ServedBank
from prompts.composing.agreeing import KnownBy, Place
from scheduler.ticking import tick
from scheduler.tidying import reap, tidy
from scheduler.timetable import keeping_time
from storage.engine import transaction
from tests.slack import SIGNING_SECRET, FakeSlack, fake_slack
from tests.slack.demo.pages import Pages
from tests.slack.people import Person

# Short name, name, part in the programme, clock.
CAST = (
    ("amara", "Amara Okafor", "leader", "Europe/London"),
    ("dan", "Dan Whitfield", "leader", "Atlantic/Stanley"),
    ("ruth", "Ruth Ellis", "coach", "Europe/London"),
    ("priya", "Priya Nair", "lead", "Europe/London"),
)


@asynccontextmanager
async def in_pretended_slack(
    engine: AsyncEngine, bank: ServedBank, address: str
) -> AsyncIterator[Starlette]:
    """`address` is where the application will be served."""
    clock = movable_clock(engine)
    place = Place(
        "Slack", "on this computer", address=address, follows=True, known_by=KnownBy.MEMBER_ID
    )
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(fake_slack())
        slack.echoes = True
        slack.events_url = f"{address}/slack/events"
        people = await _lay_out(engine, bank, slack, await clock())
        installations = Installations(engine)
        calls = await stack.enter_async_context(open_calls(installations, api_url=slack.api_url))
        app = assemble(engine, clock, bank, place, calls, installations)
        messengers = {PLATFORM: app.messenger}

        async def pass_at(now: datetime) -> None:
            await tidy(engine, now)
            await tick(engine, messengers, bank.current, now)

        async def settle() -> None:
            """What was sent has come back, and everything that came was taken and answered."""
            await slack.settled()
            await app.drain()
            await app.dealing.settle()

        async def every_five_seconds() -> None:
            await reap(engine, messengers, await clock())

        async def every_minute() -> None:
            await tidy(engine, await clock())

        stepper = Stepper(engine, clock, pass_at)

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            async with keeping_time(
                every_second=stepper.tick,
                every_five_seconds=every_five_seconds,
                every_minute=every_minute,
            ):
                yield
            await settle()

        door = Door(installations, app.book, app.dispatcher, [SIGNING_SECRET])
        parts = {key: part for key, _, part, _ in CAST}
        yield Starlette(
            routes=[
                *door.routes(),
                *Copies(engine, clock).routes(),
                *CalendarFiles(engine, clock).routes(),
                *Pages(engine, slack, people, parts, stepper, settle).routes(),
            ],
            middleware=guards(),
            exception_handlers={HTTPException: not_here, Exception: unforeseen},
            lifespan=lifespan,
        )


async def _lay_out(
    engine: AsyncEngine, bank: ServedBank, slack: FakeSlack, now: datetime
) -> Mapping[str, Person]:
    """The sample programme, in a workspace that has let Bearings in. Nobody has opened it yet."""
    royal = slack.workspace("Royal Infirmary")
    people = {
        key: slack.person(royal, name, timezone=zone, email=f"{key}@example.org")
        for key, name, _, zone in CAST
    }
    place = await connect(engine, royal.token, slack.api_url, now)
    async with transaction(engine) as db:
        user_ids = {key: person.id for key, person in people.items()}
        await lay_out_programme(db, bank.current, place, now, user_ids)
    return people
