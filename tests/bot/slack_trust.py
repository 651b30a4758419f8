"""A server that many workspaces of the fake Slack may let in, and a browser that installs it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from bot.slack.assembly import Slack, assemble
from bot.slack.calling import open_calls
from bot.slack.installing import Installations
from bot.slack.listening import Door
from bot.slack.oauth import OAuth, OAuthApp
from prompts.bank import ServedBank
from tests.bot.playing import served
from tests.bot.slack_ward import PLACE
from tests.slack import SIGNING_SECRET, FakeSlack, fake_slack
from tests.slack.oauth import CLIENT_ID, CLIENT_SECRET
from tests.slack.people import Person, Workspace

HERE = "https://bearings.example.org"


@dataclass
class Time:
    at: float = 1_000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Trust:
    """County has not let us in yet; Ruth works there and may."""

    engine: AsyncEngine
    slack: FakeSlack
    seconds: Time = field(default_factory=Time)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    app: Slack = field(init=False)
    site: Starlette = field(init=False)
    county: Workspace = field(init=False)
    ruth: Person = field(init=False)

    async def clock(self) -> datetime:
        return self.now

    @property
    def installations(self) -> Installations:
        return self.app.installations

    def browser(self, address: str = HERE) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.site), base_url=address)

    async def goes_to_slack(self, browser: httpx.AsyncClient) -> str:
        """Returns the address of Slack's page of consent."""
        away = await browser.get("/slack/install")
        assert away.status_code == 302
        return away.headers["location"]

    async def installs(
        self, workspace: Workspace | None = None, person: Person | None = None, **how: bool
    ) -> httpx.Response:
        async with self.browser() as browser:
            there = await self.goes_to_slack(browser)
            who = workspace or self.county, person or self.ruth
            return await browser.get(self.slack.oauth.consents(*who, there, **how))

    async def settles(self) -> None:
        await self.app.drain()
        await self.app.dealing.settle()


def brought(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@asynccontextmanager
async def in_the_trust(engine: AsyncEngine, bank: ServedBank) -> AsyncIterator[Trust]:
    async with fake_slack() as slack:
        trust = Trust(engine, slack)
        trust.county = slack.workspace("County", installed=False)
        trust.ruth = slack.person(trust.county, "Ruth Adeyemi")
        installations = Installations(engine, trust.seconds)
        known = OAuthApp(CLIENT_ID, CLIENT_SECRET, HERE, slack.api_url)
        oauth = OAuth(engine, trust.clock, installations, known)
        async with open_calls(installations, api_url=slack.api_url) as calls:
            trust.app = assemble(engine, trust.clock, bank, PLACE, calls, installations)
            door = Door(installations, trust.app.book, trust.app.dispatcher, [SIGNING_SECRET])
            trust.site = Starlette(routes=[*door.routes(), *oauth.routes()])
            async with served(trust.site) as address:
                slack.events_url = f"{address}/slack/events"
                yield trust
