"""A strict fake Teams: real HTTP on this machine, and it refuses what Teams refuses.

    async with fake_teams() as teams:
        royal = teams.tenant("Royal Infirmary")
        amara = teams.person(royal, "Amara Okafor", zone="Europe/London")
        teams.messages_url = "http://127.0.0.1:8080/api/messages"
        await teams.installs(amara)
        answer = await teams.says(amara, "Hello")         # answer.status, answer.body
        await teams.opens(amara, "Answer")
        await teams.fills(amara, {"Your answer": "The sisters spoke first."}, save="Save")
        assert "Saved" in teams.screen(amara).newest

The app is told where Teams is by `teams.settings(royal)`, as environment variables. Time is what
`now` says. `teams.until(…)` waits for what the app does after it answered. What goes wrong is laid
out in `teams.faults`, Teams' limits in `teams.limits`; `teams.signer` signs, well and badly;
`teams.tokens` gives the app its tokens.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import web

from tests.teams.calls import Call, Operation
from tests.teams.connector import Connector
from tests.teams.faults import Faults
from tests.teams.people import Person, Tenant
from tests.teams.pressing import Pressing
from tests.teams.screens import Screen, screen_of
from tests.teams.signing import Signer
from tests.teams.tokens import Tokens
from tests.teams.world import APP_ID, BOT, Conversation, Post, World, system_now

PASSWORD = "of.the~fake-alone.8f742231b10e8888"  # noqa: S105


class FakeTeams(Pressing):
    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(World(now), Signer(APP_ID, now))
        self.app_id, self.bot, self.password = APP_ID, BOT, PASSWORD
        self.faults = Faults()
        self.tokens = Tokens(self.world, self.faults, self.signer, PASSWORD)
        self.connector = Connector(self.world, self.faults, self.tokens)
        self.limits = self.connector.limits
        self.host = ""  # http://127.0.0.1:…

    # Where it is

    @property
    def openid_url(self) -> str:
        return f"{self.host}/v1/.well-known/openidconfiguration"

    @property
    def token_url(self) -> str:
        return f"{self.host}/{self.tokens.home}/oauth2/v2.0/token"

    @property
    def service_host(self) -> str:
        """host:port, as it stands in TEAMS_SERVICE_HOSTS. A tenant has its own `service_url`."""
        return self.host.removeprefix("http://")

    @property
    def service_url(self) -> str:
        """The one for all tenants, for an app that was never written to."""
        return f"{self.host}/teams/"

    def settings(self, *tenants: Tenant) -> dict[str, str]:
        return {
            "TEAMS_APP_ID": self.app_id,
            "TEAMS_APP_PASSWORD": self.password,
            "TEAMS_TENANT_IDS": ",".join(tenant.id for tenant in tenants),
            "TEAMS_OPENID_URL": self.openid_url,
            "TEAMS_TOKEN_URL": self.token_url,
            "TEAMS_SERVICE_HOSTS": self.service_host,
        }

    # Laying out

    def tenant(self, name: str = "Royal Infirmary") -> Tenant:
        return self.world.settle(name, self.host)

    def moves(self, tenant: Tenant, region: str = "emea") -> None:
        """From now on it has another service URL; the old one still leads there."""
        tenant.service_url = f"{self.host}/{region}/{tenant.id}/"

    def person(self, tenant: Tenant, name: str, **more: Any) -> Person:
        """`more`: zone, locale, email; role="guest" or "anonymous"; home_tenant; is_old_client;
        installed=False for whom the app is not there yet."""
        return self.world.settle_person(tenant, name, **more)

    def group_chat(self, *people: Person, name: str = "", bot: bool = True) -> Conversation:
        tenant = people[0].tenant
        return self.world.settle_conversation(tenant, "groupChat", [*people], name, bot=bot)

    def channel(self, *people: Person, name: str = "Wards", bot: bool = True) -> Conversation:
        tenant = people[0].tenant
        return self.world.settle_conversation(tenant, "channel", [*people], name, bot=bot)

    # Looking

    @property
    def calls(self) -> list[Call]:
        """Each call of the connector, in order, with its answer; `tokens.calls` are the others."""
        return self.connector.calls

    def called(self, operation: Operation) -> list[Call]:
        calls = [*self.connector.calls, *self.tokens.calls]
        return [call for call in calls if call.operation == operation]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Looks after each call of the app's; for what it does once it has answered Teams."""
        async with asyncio.timeout(self.patience), self.connector.changed:
            await self.connector.changed.wait_for(is_so)

    def screen(self, person: Person) -> Screen:
        return screen_of(self, person)

    def messages(self, person: Person) -> list[Post]:
        """What stands in their chat with the app, oldest first."""
        return list(self.world.direct(person).posts)

    def conversation(self, person: Person) -> Conversation:
        """Their chat with the app."""
        return self.world.direct(person)


@asynccontextmanager
async def fake_teams(now: Callable[[], datetime] = system_now) -> AsyncIterator[FakeTeams]:
    teams = FakeTeams(now)
    app = web.Application(client_max_size=4 * 1024**2)
    app.add_routes([*teams.connector.routes(), *teams.tokens.routes()])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.host = "http://{}:{}".format(*runner.addresses[0])
    teams.tokens.host = teams.host
    try:
        yield teams
    finally:
        teams.faults.clear()
        await teams.closes()
        await runner.cleanup()
