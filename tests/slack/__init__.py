"""A strict fake Slack: real HTTP on this machine, and it refuses what Slack refuses.

    async with fake_slack() as slack:
        royal = slack.workspace("Royal Infirmary")        # royal.token goes into AsyncWebClient
        amara = slack.person(royal, "Amara Osei")
        slack.events_url = "http://127.0.0.1:8080/slack/events"
        answer = await slack.says(amara, "Hello")         # answer.status, answer.body
        await slack.presses(amara, "Answer")
        await slack.submits(amara, {"Your answer": "The sisters spoke first."})
        assert "Saved" in slack.screen(amara).newest

Time is what `now` says, so a trigger grows old without anybody waiting. `slack.until(…)` waits for
what the app does after it answered; `slack.settled()` for the echoes of its posts, where
`slack.echoes`. What goes wrong is laid out in `slack.faults`, Slack's tiers in `slack.limits`;
`slack.oauth` installs, and `slack.turns_on_socket_mode()` lets the app call instead.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import web

from tests.slack.calls import Call
from tests.slack.chatting import Happened
from tests.slack.faults import Faults
from tests.slack.oauth import OAuth
from tests.slack.people import Given, Person, Token, Workspace
from tests.slack.pressing import Pressing
from tests.slack.screens import Screen, screen_of
from tests.slack.socketmode import Sockets
from tests.slack.webapi import WebApi
from tests.slack.workspace import SCOPES, Conversation, Post, View, World, system_now

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of the fake alone


class FakeSlack(Pressing):
    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(World(now), SIGNING_SECRET)
        self.faults = Faults()
        self.echoes = False  # True: the app's own posts come back as events, as they do in Slack
        self.sockets = Sockets(self.world)
        self.oauth = OAuth(self.world)
        by_themselves = {
            "apps.connections.open": self.sockets.open_connection,
            "oauth.v2.access": self.oauth.access,
        }
        self.api = WebApi(self.world, self.faults, self._happened, by_themselves)
        self.viewing = self.api.viewing
        self.limits = self.api.limits
        self.api_url = ""
        self.authorize_url = ""
        self.respond_url = ""

    # Laying out

    def workspace(
        self,
        name: str = "Royal Infirmary",
        *,
        scopes: set[str] | None = None,
        enterprise: str = "",
        installed: bool = True,
    ) -> Workspace:
        """Where it is not `installed` yet, `oauth` gives it its token."""
        asked = set(SCOPES if scopes is None else scopes)
        return self.world.settle(name, asked, enterprise, installed=installed)

    def person(self, workspace: Workspace, name: str, **more: Any) -> Person:
        return self.world.settle_person(workspace.id, name, **more)

    def channel(
        self, workspace: Workspace, name: str, *people: Person, bot: bool = False
    ) -> Conversation:
        return self.world.settle_channel(workspace.id, name, *people, bot=bot)

    def token(self, workspace: Workspace) -> Token:
        """To change its `scopes`, or to have it `refused` ("token_expired" …)."""
        return self.world.tokens[workspace.token]

    def turns_on_socket_mode(self) -> str:
        """From now on nothing comes over HTTP. The app's own token, to connect with."""
        token = "xapp-1-A0BEARINGS-1"  # noqa: S105 - of the fake alone
        self.world.tokens[token] = Token(token, "", {"connections:write"}, kind="app")
        self.through_socket = self.sockets.deliver
        return token

    # Looking

    @property
    def calls(self) -> list[Call]:
        """Each call of the Web API and of a response_url, in order, with its answer."""
        return self.api.calls

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Looks after each call of the app's; for what it does once it has answered Slack."""
        async with asyncio.timeout(self.patience), self.api.changed:
            await self.api.changed.wait_for(is_so)

    def screen(self, person: Person) -> Screen:
        return screen_of(self, person)

    def messages(self, person: Person) -> list[Post]:
        """What stands in their conversation with the app, oldest first."""
        return self.posts_for(person)

    def views(self, person: Person) -> list[View]:
        return list(self.world.stack(person))

    # Within

    def compose(self, team: str, channel: str, said: Given) -> Post:
        return self.api.chatting.compose(team, channel, said, most=40_000)

    def _happened(self, happened: Happened) -> None:
        if self.echoes and happened.conversation.kind == "im":
            self.echo(happened)


@asynccontextmanager
async def fake_slack(now: Callable[[], datetime] = system_now) -> AsyncIterator[FakeSlack]:
    slack = FakeSlack(now)
    app = web.Application()
    app.router.add_route("*", "/api/{method}", slack.api.serve)
    app.router.add_post("/respond/{name:.+}", slack.api.respond)
    app.router.add_get("/link", slack.sockets.serve)
    app.router.add_get("/oauth/v2/authorize", slack.oauth.authorize)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host = "http://{}:{}".format(*runner.addresses[0])
    slack.api_url, slack.respond_url = f"{host}/api/", f"{host}/respond/"
    slack.sockets.address = host.replace("http", "ws", 1) + "/link"
    slack.authorize_url = f"{host}/oauth/v2/authorize"
    try:
        yield slack
    finally:
        slack.faults.clear()
        slack.sockets.breaks()
        await slack.closes()
        await runner.cleanup()
