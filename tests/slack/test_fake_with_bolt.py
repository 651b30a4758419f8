"""Bolt, which knows real Slack, takes the fake for it: over HTTP and over a socket."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import FakeSlack, fake_slack
from tests.slack.forms import FORM
from tests.slack.people import Person, Workspace
from tests.slack.test_fake import BLOCKS, HOME

Given = dict[str, Any]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """By the real time, since Bolt asks the machine's clock about a signature."""
    async with fake_slack() as slack:
        yield slack


def a_bolt_app(slack: FakeSlack, workspace: Workspace) -> AsyncApp:
    client = AsyncWebClient(workspace.token, base_url=slack.api_url)
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)
    app.message("hello")(_greets)
    app.event("app_home_opened")(_shows_home)
    app.action(re.compile(".+"))(_opens)
    app.view("when")(_asks_for_more)
    app.command("/bearings")(_helps)
    return app


async def _greets(say: Any) -> None:
    await say(text="Who spoke first?", blocks=BLOCKS)


async def _shows_home(client: AsyncWebClient, event: Given) -> None:
    await client.views_publish(user_id=event["user"], view=HOME)


async def _opens(ack: Any, body: Given, client: AsyncWebClient) -> None:
    await client.views_open(trigger_id=body["trigger_id"], view=FORM)
    await ack()


async def _asks_for_more(ack: Any, view: Given) -> None:
    words = view["state"]["values"]["answer"]["answer"]["value"]
    if len(words) > 3:
        await ack()
    else:
        await ack(response_action="errors", errors={"answer": "Say a little more."})


async def _helps(ack: Any, command: Given) -> None:
    await ack(f"You typed {command['text']}")


async def a_talk(slack: FakeSlack, amara: Person) -> None:
    assert (await slack.opens_home(amara)).status == 200
    assert (await slack.says(amara, "hello")).status == 200
    await slack.until(lambda: slack.screen(amara).buttons == ("Skip", "Skip"))
    await slack.presses(amara, "Skip")
    assert slack.screen(amara).view.startswith("When")
    await slack.submits(amara, {"Answer": "No"})
    assert "! Say a little more." in slack.screen(amara).view
    await slack.submits(amara, {"Answer": "The sisters."})
    assert slack.views(amara) == []
    await slack.types(amara, "/bearings", "help")
    assert slack.screen(amara).newest == "You typed help"


async def test_over_http(slack: FakeSlack, royal: Workspace, amara: Person) -> None:
    server = a_bolt_app(slack, royal).web_app(path="/slack/events")
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.events_url = "http://{}:{}/slack/events".format(*runner.addresses[0])
    try:
        assert (await slack.verifies_url("abc")).body == {"challenge": "abc"}
        await a_talk(slack, amara)
    finally:
        await runner.cleanup()


async def test_over_a_socket(slack: FakeSlack, royal: Workspace, amara: Person) -> None:
    token = slack.turns_on_socket_mode()
    handler = AsyncSocketModeHandler(a_bolt_app(slack, royal), token)
    try:
        await handler.connect_async()
        await slack.sockets.connected()
        await a_talk(slack, amara)
    finally:
        await handler.close_async()
