"""A programme in a tenant of the fake Teams, served by a real server."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from bot import app
from bot.conversation.newpeople import by_mail
from bot.conversation.weekly import plan_digest
from bot.hosts import hosts_of
from bot.teams.assembly import Teams, assemble
from bot.teams.calling import open_calls
from bot.teams.credentials import Password
from bot.teams.incoming import PLATFORM
from bot.teams.keys import open_keys
from bot.teams.listening import Door
from bot.teams.trusting import Trust
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place
from scheduler.ticking import tick
from scheduler.tidying import tidy
from storage.engine import reading, transaction
from storage.members import NewMember, add_members, find_member
from storage.programmes import add_cohort, add_programme
from storage.reflections import journal
from storage.tables import Pairing
from tests.bot.playing import MINE, WISH, served
from tests.cast import MONDAY, as_they_wrote
from tests.teams import FakeTeams, fake_teams
from tests.teams.people import Person, Tenant
from tests.teams.sending import Answer

# Where its pages would be opened from; `address` is where they really are.
OURS = "https://bearings.example.org"
PLACE = Place("Teams", "in the programme’s own database", address=OURS, follows=True)


@dataclass
class Ward:
    """Amara (leader), Ruth (her coach) and Priya (lead). The programme's clock stands still."""

    engine: AsyncEngine
    bank: ServedBank
    teams: FakeTeams
    now: datetime = MONDAY
    royal: Tenant = field(init=False)
    amara: Person = field(init=False)
    ruth: Person = field(init=False)
    priya: Person = field(init=False)
    app: Teams = field(init=False)
    door: Door = field(init=False)
    address: str = field(init=False)

    async def clock(self) -> datetime:
        return self.now

    async def is_laid_out(self) -> None:
        """Amara is known by her address alone; the others by what Teams calls them."""
        self.royal = self.teams.tenant("Royal Infirmary")
        self.amara = self.teams.person(self.royal, "Amara Okafor", email="amara@royal.example")
        self.ruth = self.teams.person(self.royal, "Ruth Ellis")
        self.priya = self.teams.person(self.royal, "Priya Nair")
        place = await self.app.tenants.workspace(self.royal.id)
        async with transaction(self.engine) as db:
            programme = await add_programme(db, place, "Leading across boundaries", self.now)
            cohort = await add_cohort(db, programme, "Autumn cohort")
            amara, ruth, _ = await add_members(
                db,
                place,
                [
                    NewMember(
                        user_id=by_mail("amara@royal.example"),
                        name="Amara Okafor",
                        email="Amara@royal.example",
                        cohort_id=cohort.id,
                        is_leader=True,
                        knows_zone=False,
                    ),
                    NewMember(
                        user_id=self.ruth.aad, name="Ruth Ellis", is_coach=True, knows_zone=False
                    ),
                    NewMember(
                        user_id=self.priya.aad, name="Priya Nair", is_lead=True, knows_zone=False
                    ),
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

    async def comes_to(self, person: Person, answer: Answer | None = None) -> str:
        """The newest in their chat."""
        assert answer is None or answer.status == 200, answer
        await self.settles()
        return self.teams.screen(person).newest

    async def says(self, person: Person, words: str) -> str:
        return await self.comes_to(person, await self.teams.says(person, words))

    async def presses(self, person: Person, label: str) -> str:
        self.has_read(person)
        return await self.comes_to(person, await self.teams.presses(person, label))

    async def fills(self, person: Person, values: dict[str, Any], save: str = "") -> str:
        self.has_read(person)
        return await self.comes_to(person, await self.teams.fills(person, values, save=save))

    def has_read(self, person: Person) -> None:
        """What a dialog said at its end, and closes it."""
        dialog = self.teams.world.dialogs.get(person.id)
        if dialog is not None and dialog.words:
            self.teams.closes_dialog(person)

    def dialog(self, person: Person) -> str:
        return self.teams.screen(person).dialog


@asynccontextmanager
async def in_the_ward(engine: AsyncEngine, bank: ServedBank) -> AsyncIterator[Ward]:
    async with AsyncExitStack() as stack:
        teams = await stack.enter_async_context(fake_teams())
        ward, hosts = Ward(engine, bank, teams), hosts_of([teams.service_host])
        proof = Password(teams.password)
        calls, _ = await stack.enter_async_context(
            open_calls(teams.app_id, proof, teams.token_url, hosts)
        )
        ward.app = assemble(engine, ward.clock, bank, PLACE, calls, teams.app_id)
        await ward.is_laid_out()
        keys = await stack.enter_async_context(open_keys(teams.openid_url))
        trust = Trust(teams.app_id, keys, hosts, [ward.royal.id])
        ward.door = Door(trust, ward.app.take)
        routes = [*ward.door.routes(), *app._files(engine, ward.clock)]
        async with served(Starlette(routes=routes)) as ward.address:
            teams.messages_url = f"{ward.address}/api/messages"
            yield ward
            await ward.settles()


async def agrees(ward: Ward) -> None:
    await ward.teams.installs(ward.amara)
    assert (await ward.comes_to(ward.amara)).startswith("Before we start")
    await ward.presses(ward.amara, "Choose and agree")
    switches = ("Send me questions", "Let me share things with my coach, one at a time")
    await ward.fills(ward.amara, dict.fromkeys(switches, True))


async def is_asked(ward: Ward) -> None:
    await agrees(ward)
    await ward.presses(ward.amara, "Set an objective")
    await ward.fills(ward.amara, {WISH: MINE})
    await ward.passes(until=MONDAY + timedelta(days=1, hours=2))
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)
    ward.has_read(ward.amara)


async def answered(ward: Ward) -> list[str]:
    """What Amara answered, the newest first."""
    async with reading(ward.engine) as db:
        amara = await find_member(db, PLATFORM, ward.royal.id, ward.amara.aad)
        assert amara
        return await as_they_wrote(db, amara, await journal(db, amara, 100))
