"""Socket Mode of the fake, through Slack's own client."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import FakeSlack
from tests.slack.people import Person, Workspace


class Hearing:
    """An app on a socket: keeps what it got, and takes as much of it as it is told."""

    def __init__(self, client: SocketModeClient) -> None:
        self.client = client
        self.heard: asyncio.Queue[SocketModeRequest] = asyncio.Queue()
        self.takes = True
        self.says: dict[str, Any] | None = None
        client.socket_mode_request_listeners.append(self._hear)

    async def _hear(self, client: Any, request: SocketModeRequest) -> None:
        if self.takes:
            said = SocketModeResponse(request.envelope_id, self.says)
            await client.send_socket_mode_response(said)
        self.heard.put_nowait(request)


@pytest.fixture
async def connect(slack: FakeSlack) -> AsyncIterator[Callable[[], Awaitable[Hearing]]]:
    token = slack.turns_on_socket_mode()
    clients: list[SocketModeClient] = []

    async def connect() -> Hearing:
        web_client = AsyncWebClient(base_url=slack.api_url)
        clients.append(SocketModeClient(token, web_client=web_client))
        hearing = Hearing(clients[-1])
        await clients[-1].connect()
        return hearing

    yield connect
    for client in clients:
        await client.close()


Connect = Callable[[], Awaitable[Hearing]]


async def test_everything_comes_in_envelopes_and_is_acknowledged(
    slack: FakeSlack, connect: Connect, amara: Person
) -> None:
    hearing = await connect()
    answer = await slack.says(amara, "Hello")
    assert (answer.status, answer.body) == (200, None)
    event = await hearing.heard.get()
    assert (event.type, event.payload["event"]["text"]) == ("events_api", "Hello")
    hearing.says = {"text": "Paused."}
    answer = await slack.types(amara, "/bearings", "pause")
    command = await hearing.heard.get()
    assert (command.type, command.payload["text"]) == ("slash_commands", "pause")
    assert command.accepts_response_payload
    assert slack.screen(amara).newest == "Paused."


async def test_what_was_not_acknowledged_comes_again(
    slack: FakeSlack, connect: Connect, amara: Person
) -> None:
    hearing = await connect()
    hearing.takes = False
    saying = asyncio.ensure_future(slack.says(amara, "Hello"))
    first = await hearing.heard.get()
    hearing.takes = True
    await slack.sockets.redelivers_unacked()
    second = await hearing.heard.get()
    assert (await saying).status == 200
    assert second.envelope_id == first.envelope_id
    assert second.payload["event_id"] == first.payload["event_id"]
    assert (second.retry_attempt, second.retry_reason) == (1, "timeout")


async def test_who_connects_anew_gets_what_was_left(
    slack: FakeSlack, connect: Connect, amara: Person
) -> None:
    hearing = await connect()
    await slack.sockets.connected()
    old = slack.sockets.open[0]
    hearing.takes = False
    saying = asyncio.ensure_future(slack.says(amara, "Hello"))
    await hearing.heard.get()
    hearing.takes = True
    await slack.sockets.disconnects("refresh_requested")
    assert (await saying).status == 200
    assert slack.sockets.open[0] is not old
    assert len(slack.called("apps.connections.open")) == 2


async def test_with_two_connections_one_of_them_gets_it(
    slack: FakeSlack, connect: Connect, amara: Person
) -> None:
    one, other = await connect(), await connect()
    await slack.sockets.connected(2)
    for words in ("One", "Two"):
        await slack.says(amara, words)
    assert (one.heard.qsize(), other.heard.qsize()) == (1, 1)


async def test_a_workspaces_token_opens_no_socket(
    slack: FakeSlack, client: AsyncWebClient, royal: Workspace
) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token=royal.token)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await client.apps_connections_open(app_token="xapp-unknown")  # noqa: S106
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.auth_test(token=slack.turns_on_socket_mode())
