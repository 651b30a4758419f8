"""What goes wrong on the way, as Slack's own client meets it."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import FakeSlack
from tests.slack.faults import disconnected, failed, html_page, on_hold, rate_limited
from tests.slack.listening import Clock
from tests.slack.people import Person, Workspace

POST = "chat.postMessage"


async def test_too_many_calls_are_held_off_as_often_as_was_said(
    slack: FakeSlack, client: AsyncWebClient, amara: Person
) -> None:
    slack.faults.put(POST, rate_limited(30), times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="ratelimited") as caught:
            await client.chat_postMessage(channel=amara.id, text="Hello")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "30"
    await client.auth_test()
    await client.chat_postMessage(channel=amara.id, text="Hello")
    assert slack.screen(amara).messages == ("Hello",)


async def test_one_person_may_be_met_by_a_fault_and_another_not(
    slack: FakeSlack, client: AsyncWebClient, royal: Workspace, amara: Person
) -> None:
    ruth = slack.person(royal, "Ruth Adeyemi")
    fault = failed("app_access_restricted")
    slack.faults.put(POST, fault, times=None, when=lambda args: args["channel"] == ruth.id)
    await client.chat_postMessage(channel=amara.id, text="Hello")
    for _ in range(2):
        with pytest.raises(SlackApiError, match="app_access_restricted"):
            await client.chat_postMessage(channel=ruth.id, text="Hello")
    slack.faults.clear()
    await client.chat_postMessage(channel=ruth.id, text="Hello")


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_page_instead_of_an_answer_leaves_open_what_was_done(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, accepted: bool
) -> None:
    slack.faults.put(POST, html_page(503, accepted=accepted))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=amara.id, text="Hello")
    assert caught.value.response.status_code == 503
    assert caught.value.response["error"] is None
    assert slack.screen(amara).messages == (("Hello",) if accepted else ())


async def test_slack_takes_the_message_and_the_line_breaks(
    slack: FakeSlack, client: AsyncWebClient, amara: Person
) -> None:
    slack.faults.put(POST, disconnected())
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=amara.id, text="Hello")
    assert slack.screen(amara).messages == ("Hello",)
    assert slack.called(POST)[0].answer["ok"]


async def test_a_client_that_tries_again_posts_twice_where_the_line_breaks(
    slack: FakeSlack, royal: Workspace, amara: Person
) -> None:
    """As Slack's does by itself, and why the product hands it no retry handlers."""
    slack.faults.put(POST, disconnected())
    again = AsyncConnectionErrorRetryHandler(
        interval_calculator=FixedValueRetryIntervalCalculator(0)
    )
    eager = AsyncWebClient(royal.token, base_url=slack.api_url, retry_handlers=[again])
    await eager.chat_postMessage(channel=amara.id, text="Hello")
    assert slack.screen(amara).messages == ("Hello", "Hello")


async def test_an_answer_is_held_back_until_the_test_lets_it_go(
    slack: FakeSlack, client: AsyncWebClient, amara: Person
) -> None:
    held = slack.faults.put(POST, on_hold())
    posting = asyncio.ensure_future(client.chat_postMessage(channel=amara.id, text="Hello"))
    await held.arrived.wait()
    assert slack.screen(amara).messages == ()
    held.released.set()
    assert (await posting)["ok"]
    assert slack.screen(amara).messages == ("Hello",)


async def test_slack_takes_so_many_calls_within_a_minute_and_no_more(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, clock: Clock
) -> None:
    slack.limits.are_on = True
    for _ in range(20):
        await client.users_list()
    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await client.users_list()
    assert caught.value.response.headers["Retry-After"] == "3"
    await client.users_info(user=amara.id)
    clock.passes(seconds=3)
    await client.users_list()


async def test_one_conversation_takes_a_message_each_second(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, clock: Clock
) -> None:
    slack.limits.are_on = True
    for _ in range(5):
        await client.chat_postMessage(channel=amara.id, text="Hello")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=amara.id, text="Hello")
    clock.passes(seconds=1)
    await client.chat_postMessage(channel=amara.id, text="Hello")
