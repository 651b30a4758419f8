"""A programme in a workspace of the fake Slack, served by a real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from bot import app
from bot.conversation.weekly import plan_digest
from bot.slack.assembly import Slack, assemble
from bot.slack.calling import open_calls
from bot.slack.incoming import PLATFORM
from bot.slack.installing import Installations, connect
from bot.slack.listening import Door
from bot.slack.queueing import Gate
from prompts.bank import ServedBank
from prompts.composing.agreeing import KnownBy, Place
from scheduler.ticking import tick
from scheduler.tidying import tidy
from storage.engine import reading, transaction
from storage.members import NewMember, add_members, find_member
from storage.programmes import add_cohort, add_programme
from storage.reflections import journal
from storage.tables import Intake, Nudge, Objective, Pairing, Receipt, Reflection, Reply
from tests.bot.playing import MINE, WISH, count, served
from tests.cast import MONDAY, as_they_wrote
from tests.databases import close, open_sealed
from tests.slack import SIGNING_SECRET, FakeSlack, fake_slack
from tests.slack.people import Person, Workspace
from tests.slack.workspace import Post

# Where its pages would be opened from; `address` is where they really are.
OURS = "https://bearings.example.org"
PLACE = Place(
    "Slack",
    "in the programme’s own database",
    address=OURS,
    follows=True,
    known_by=KnownBy.MEMBER_ID,
)


@dataclass
class Ward:
    """Amara (leader), Ruth (her coach) and Priya (lead). The programme's clock stands still."""

    engine: AsyncEngine
    bank: ServedBank
    slack: FakeSlack
    now: datetime = MONDAY
    royal: Workspace = field(init=False)
    amara: Person = field(init=False)
    ruth: Person = field(init=False)
    priya: Person = field(init=False)
    app: Slack = field(init=False)
    door: Door = field(init=False)
    address: str = field(init=False)

    async def clock(self) -> datetime:
        return self.now

    async def is_installed(self) -> UUID:
        """Nobody of theirs is known to us yet."""
        self.royal = self.slack.workspace("Royal Infirmary")
        self.amara = self.slack.person(self.royal, "Amara Okafor")
        self.ruth = self.slack.person(self.royal, "Ruth Ellis")
        self.priya = self.slack.person(self.royal, "Priya Nair")
        return await connect(self.engine, self.royal.token, self.slack.api_url, self.now)

    async def is_laid_out(self, place: UUID) -> None:
        async with transaction(self.engine) as db:
            programme = await add_programme(db, place, "Leading across boundaries", self.now)
            cohort = await add_cohort(db, programme, "Autumn cohort")
            amara, ruth, _ = await add_members(
                db,
                place,
                [
                    NewMember(
                        user_id=self.amara.id,
                        name="Amara Okafor",
                        cohort_id=cohort.id,
                        is_leader=True,
                    ),
                    NewMember(user_id=self.ruth.id, name="Ruth Ellis", is_coach=True),
                    NewMember(user_id=self.priya.id, name="Priya Nair", is_lead=True),
                ],
            )
            moments = dict.fromkeys(
                ("proposed_at", "leader_accepted_at", "coach_accepted_at", "accepted_at"), self.now
            )
            db.add(Pairing(workspace_id=place, leader_id=amara.id, coach_id=ruth.id, **moments))
            await db.flush()
            await plan_digest(db, ruth, self.now)

    async def settles(self) -> None:
        """Everything that came is taken, and everything that was answered has arrived."""
        await self.app.drain()
        await self.app.dealing.settle()

    async def passes(self, until: datetime | None = None, **later: float) -> None:
        self.now = until or self.now + timedelta(**later)
        await tidy(self.engine, self.now)
        await tick(self.engine, {PLATFORM: self.app.messenger}, self.bank.current, self.now)

    async def comes_to(self, person: Person) -> str:
        """The newest in their chat."""
        await self.settles()
        return self.slack.screen(person).newest

    async def says(self, person: Person, words: str, thread: object = None) -> str:
        answer = await self.slack.says(person, words, thread=thread)
        assert answer.status == 200
        return await self.comes_to(person)

    async def presses(self, person: Person, label: str) -> str:
        answer = await self.slack.presses(person, label)
        assert answer.status == 200
        return await self.comes_to(person)

    async def submits(self, person: Person, values: dict[str, object]) -> str:
        answer = await self.slack.submits(person, values)
        assert answer.status == 200
        return await self.comes_to(person)


@asynccontextmanager
async def another_process(ward: Ward, url: str, gate: Gate | None = None) -> AsyncIterator[Ward]:
    """The same programme, served by somebody else."""
    engine = open_sealed(url)
    other = Ward(engine, ward.bank, ward.slack, ward.now)
    other.royal, other.amara, other.ruth, other.priya = (
        *(ward.royal, ward.amara, ward.ruth),
        ward.priya,
    )
    installations = Installations(engine)
    async with open_calls(installations, api_url=ward.slack.api_url, gate=gate) as calls:
        other.app = assemble(engine, other.clock, ward.bank, PLACE, calls, installations)
        yield other
    await close(engine)


@asynccontextmanager
async def in_the_ward(engine: AsyncEngine, bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_an_empty_ward(engine, bank) as (ward, place):
        await ward.is_laid_out(place)
        yield ward


@asynccontextmanager
async def in_an_empty_ward(
    engine: AsyncEngine, bank: ServedBank
) -> AsyncIterator[tuple[Ward, UUID]]:
    async with fake_slack() as slack:
        ward = Ward(engine, bank, slack)
        place = await ward.is_installed()
        installations = Installations(engine)
        async with open_calls(installations, api_url=slack.api_url) as calls:
            ward.app = assemble(engine, ward.clock, bank, PLACE, calls, installations)
            ward.door = Door(installations, ward.app.book, ward.app.dispatcher, [SIGNING_SECRET])
            routes = [*ward.door.routes(), *app._files(engine, ward.clock)]
            async with served(Starlette(routes=routes)) as ward.address:
                slack.events_url = f"{ward.address}/slack/events"
                yield ward, place


async def agrees(ward: Ward) -> None:
    await ward.slack.opens_home(ward.amara)
    assert (await ward.comes_to(ward.amara)).startswith("Before we start")
    await ward.presses(ward.amara, "Choose and agree")
    switches = ("Send me questions", "Let me share things with my coach, one at a time")
    await ward.submits(ward.amara, dict.fromkeys(switches, True))


async def is_asked(ward: Ward) -> None:
    await agrees(ward)
    ward.amara.tab = "messages"
    await ward.presses(ward.amara, "Set an objective")
    await ward.submits(ward.amara, {WISH: MINE})
    await ward.passes(until=MONDAY + timedelta(days=1, hours=2))
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)


async def answered(ward: Ward) -> list[str]:
    """What Amara answered, the newest first."""
    async with reading(ward.engine) as db:
        amara = await find_member(db, PLATFORM, ward.royal.id, ward.amara.id)
        assert amara
        return await as_they_wrote(db, amara, await journal(db, amara, 100))


async def opens_home(ward: Ward, person: Person) -> str:
    await ward.slack.opens_home(person)
    await ward.settles()
    return ward.slack.screen(person).home


async def types(ward: Ward, person: Person, words: str) -> str:
    """With /bearings, in their chat with the app."""
    answer = await ward.slack.types(person, "/bearings", words)
    assert answer.status == 200
    return await ward.comes_to(person)


def question(ward: Ward) -> Post:
    """The newest message of ours in which a question stands, or what has become of it."""
    asked = tuple(one.text for one in ward.bank.current.questions.values())
    return [one for one in ward.slack.messages(ward.amara) if one.text.startswith(asked)][-1]


async def stored(ward: Ward) -> list[int]:
    tables = (Reflection, Objective, Nudge, Receipt, Intake, Reply)
    return [await count(ward.engine, one) for one in tables]


def said_to(ward: Ward) -> int:
    return len([one for one in ward.slack.messages(ward.amara) if one.bot_id])
