"""Each call to Slack, through Slack's own library, over real HTTP."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from bot.failures import Verdict
from bot.pacing import Lane
from bot.slack.asking import SLACK, response_origins
from bot.slack.calling import open_calls
from bot.slack.failures import CallError, Consequence
from scheduler.delivery import DeliveryError
from tests.bot.hands import settle
from tests.bot.in_slack import InSlack, KnownTokens, in_slack
from tests.slack.faults import (
    Fault,
    disconnected,
    failed,
    html_page,
    on_hold,
    rate_limited,
)

WORDS = "I never speak up on Thursdays."
PAYLOAD = {"text": WORDS}
VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Answer"},
    "close": {"type": "plain_text", "text": "Close"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Who spoke?"}}],
}
AT_ONCE = Lane.AT_ONCE


@pytest.fixture
async def world() -> AsyncIterator[InSlack]:
    async with in_slack() as world:
        yield world


async def test_a_message_a_view_a_home_and_a_person_each_take_one_call(world: InSlack) -> None:
    royal = world.install("Royal Infirmary")
    amara, to = world.meet(royal, "Amara Osei")

    posted = await world.calls.post(to.workspace_id, amara.id, PAYLOAD, lane=AT_ONCE)
    await world.calls.update(to.workspace_id, posted.channel, posted.ts, {"text": "Saved."})
    home = {"type": "home", "blocks": VIEW["blocks"]}
    await world.calls.publish_home(to.workspace_id, amara.id, home)
    known = await world.calls.user(to.workspace_id, amara.id)

    assert world.slack.screen(amara).messages == ("Saved.",)
    assert known["tz"] == "Europe/London"
    assert known["locale"] == "en-GB"
    assert [call.method for call in world.slack.calls] == [
        "chat.postMessage",
        "chat.update",
        "views.publish",
        "users.info",
    ]


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (failed("invalid_blocks"), Verdict.NEVER),
        (failed("fatal_error", accepted=True), Verdict.DOUBTFUL),
        (failed("something_new"), Verdict.LATER),
        (rate_limited(30), Verdict.LATER),
        (html_page(503), Verdict.DOUBTFUL),
        (html_page(200, accepted=True), Verdict.DOUBTFUL),
        (html_page(404), Verdict.LATER),
        (disconnected(), Verdict.DOUBTFUL),
        (Fault(is_html=True, status=429, headers={"Retry-After": "3"}), Verdict.LATER),
    ],
    ids=lambda value: value.error or str(value.status) if isinstance(value, Fault) else value,
)
async def test_whatever_goes_wrong_is_tried_once_and_says_what_it_means(
    world: InSlack, fault: Fault, verdict: Verdict
) -> None:
    royal = world.install("Royal Infirmary")
    amara, to = world.meet(royal, "Amara Osei")
    world.slack.faults.put("chat.postMessage", fault)

    with pytest.raises(CallError) as raised:
        await world.calls.post(to.workspace_id, amara.id, PAYLOAD, lane=AT_ONCE)

    assert raised.value.failure.verdict is verdict
    assert WORDS not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    assert len(world.slack.called("chat.postMessage")) == 1


async def test_an_answer_that_does_not_come_in_time_is_doubtful() -> None:
    async with in_slack(aiohttp.ClientTimeout(total=0.05)) as world:
        royal = world.install("Royal Infirmary")
        amara, to = world.meet(royal, "Amara Osei")
        held = world.slack.faults.put("chat.postMessage", on_hold())

        with pytest.raises(DeliveryError) as raised:
            await world.calls.post(to.workspace_id, amara.id, PAYLOAD, lane=AT_ONCE)

        assert held.arrived.is_set()
        assert raised.value.unsure


async def test_where_nobody_listens_nothing_was_sent_and_it_may_go_later() -> None:
    async with in_slack() as world:
        gone = world.slack.api_url
    tokens = KnownTokens({(home := uuid4()): "xoxb-1"})
    async with open_calls(tokens, api_url=gone) as calls:
        with pytest.raises(DeliveryError) as raised:
            await calls.post(home, "U0AMARA", PAYLOAD, lane=AT_ONCE)

    assert not raised.value.unsure
    assert not raised.value.permanent


async def test_once_the_process_stops_nothing_more_is_sent(world: InSlack) -> None:
    royal = world.install("Royal Infirmary")
    async with open_calls(world.tokens, api_url=world.slack.api_url) as calls:
        pass

    with pytest.raises(DeliveryError):
        await calls.post(world.id_of(royal), "U0AMARA", PAYLOAD, lane=AT_ONCE)

    assert world.slack.calls == []


async def test_without_a_token_no_call_is_made(world: InSlack) -> None:
    with pytest.raises(DeliveryError, match="Nobody has installed"):
        await world.calls.user(uuid4(), "U0AMARA")

    assert world.slack.calls == []


async def test_what_was_sent_stands_in_no_log(
    world: InSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    royal = world.install("Royal Infirmary")
    amara, to = world.meet(royal, "Amara Osei")
    world.slack.faults.put("chat.postMessage", failed("invalid_blocks", echoed=WORDS))

    with pytest.raises(DeliveryError):
        await world.calls.post(to.workspace_id, amara.id, PAYLOAD, lane=AT_ONCE)
    await world.calls.post(to.workspace_id, amara.id, PAYLOAD, lane=AT_ONCE)

    assert WORDS not in caplog.text
    assert royal.token not in caplog.text


# Patience


async def test_a_workspace_in_trouble_delays_no_other(world: InSlack) -> None:
    royal, county = world.install("Royal Infirmary"), world.install("County Hospital")
    amara, to_amara = world.meet(royal, "Amara Osei")
    ben, to_ben = world.meet(county, "Ben Carter")
    is_royals = {amara.id}
    world.slack.faults.put(
        "chat.postMessage", rate_limited(10), when=lambda args: args["channel"] in is_royals
    )
    with pytest.raises(DeliveryError):
        await world.calls.post(to_amara.workspace_id, amara.id, PAYLOAD, lane=AT_ONCE)

    waiting = asyncio.create_task(
        world.calls.post(to_amara.workspace_id, amara.id, PAYLOAD, lane=AT_ONCE)
    )
    await settle()
    for _ in range(3):
        await world.calls.post(to_ben.workspace_id, ben.id, PAYLOAD, lane=AT_ONCE)
    known = await world.calls.user(to_amara.workspace_id, amara.id)

    assert known["id"] == amara.id  # nor does it stop another method of its own
    assert not waiting.done()
    assert len(world.slack.messages(ben)) == 3
    assert world.slack.messages(amara) == []

    await world.hands.move(9.9)
    assert world.slack.messages(amara) == []
    await world.hands.move(0.2)
    await waiting
    assert len(world.slack.messages(amara)) == 1


async def test_two_complaints_in_a_row_are_both_obeyed(world: InSlack) -> None:
    royal = world.install("Royal Infirmary")
    amara, to = world.meet(royal, "Amara Osei")
    world.slack.faults.put("chat.postMessage", rate_limited(10), times=2)

    for _ in range(2):
        with pytest.raises(DeliveryError) as raised:
            await world.calls.post(to.workspace_id, amara.id, PAYLOAD, lane=AT_ONCE)
        assert raised.value.retry_after == timedelta(seconds=10)
        with pytest.raises(DeliveryError) as refused:
            await world.calls.post(to.workspace_id, amara.id, PAYLOAD, lane=Lane.IN_TURN)
        assert refused.value.retry_after is not None
        assert refused.value.retry_after >= timedelta(seconds=10)
        await world.hands.move(12)
    await world.hands.move(3)
    await world.calls.post(to.workspace_id, amara.id, PAYLOAD, lane=AT_ONCE)

    assert len(world.slack.called("chat.postMessage")) == 3
    assert len(world.slack.messages(amara)) == 1


# Consequences


async def test_a_dead_token_ends_its_workspace_and_says_so_once(world: InSlack) -> None:
    royal = world.install("Royal Infirmary")
    _, to = world.meet(royal, "Amara Osei")
    world.slack.world.tokens[royal.token].refused = "token_revoked"

    with pytest.raises(CallError):
        await world.calls.post(
            to.workspace_id, to.user_id, PAYLOAD, lane=AT_ONCE, person=to.user_id
        )

    ended = (Consequence.WORKSPACE_ENDED, to.workspace_id, to.user_id)
    assert world.noted.consequences == [ended]


async def test_a_refusal_is_told_even_where_it_cannot_be_heeded(world: InSlack) -> None:
    class Stuck:
        async def heed(self, *_: object) -> None:
            raise OSError("The disk is full.")

    royal = world.install("Royal Infirmary")
    url = world.slack.api_url
    async with open_calls(world.tokens, api_url=url, heeds=Stuck()) as calls:
        with pytest.raises(CallError) as raised:
            await calls.post(world.id_of(royal), "D0NOBODY", PAYLOAD, lane=AT_ONCE)

    assert raised.value.consequence is Consequence.DROP_CHANNEL


# Response URLs


@pytest.mark.parametrize(
    ("api", "hooks"),
    [
        (SLACK, "https://hooks.slack.com"),
        ("https://slack-gov.com/api/", "https://hooks.slack-gov.com"),
    ],
)
def test_an_answer_goes_to_the_host_beside_the_api(api: str, hooks: str) -> None:
    assert URL(hooks) in response_origins(api)
    assert URL("https://hooks.example.com") not in response_origins(api)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.slack.com/actions/T1/2/3",
        "http://hooks.slack.com/actions/T1/2/3",
        "https://hooks.slack.com:8443/actions/T1/2/3",
        "https://hooks.slack.com.evil.example/actions",
        "https://hooks.slack.com@evil.example/actions",
        "https://someone@hooks.slack.com/actions",
        "https://evil.example/https://hooks.slack.com/",
        "https://evil.example#@hooks.slack.com/",
        "https://slack.com/api/chat.postMessage",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost:1/",
        "http://[::1]:1/",
        "http://[",
        "file:///etc/passwd",
        "https://hooks.slack.com:99999/",
    ],
)
async def test_an_answer_goes_to_no_address_but_slacks_own(address: str) -> None:
    tokens = KnownTokens()
    async with open_calls(tokens, api_url=SLACK) as calls:
        with pytest.raises(CallError) as raised:
            await calls.respond(uuid4(), address, PAYLOAD)

    assert raised.value.failure.name == "strange address"
    assert raised.value.permanent


async def test_an_answer_is_not_carried_on_to_where_a_redirect_points() -> None:
    followed: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        followed.append(await request.text())
        return web.Response(text="ok")

    async def points_away(request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/elsewhere")

    app = web.Application()
    app.router.add_post("/elsewhere", elsewhere)
    app.router.add_post("/actions", points_away)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host = "http://{}:{}".format(*runner.addresses[0])
    try:
        async with open_calls(KnownTokens(), api_url=f"{host}/api/") as calls:
            with pytest.raises(CallError):
                await calls.respond(uuid4(), f"{host}/actions", PAYLOAD)
    finally:
        await runner.cleanup()

    assert followed == []


# Views


async def test_a_form_whose_press_is_too_old_asks_for_another_press(
    world: InSlack,
) -> None:
    royal = world.install("Royal Infirmary")

    with pytest.raises(CallError) as raised:
        await world.calls.open_view(world.id_of(royal), "13345224609.738474920.8088", VIEW)

    assert raised.value.consequence is Consequence.PRESS_AGAIN


async def test_a_form_is_not_opened_once_its_trigger_would_have_run_out(world: InSlack) -> None:
    royal = world.install("Royal Infirmary")
    world.slack.faults.put("views.open", rate_limited(3))
    with pytest.raises(CallError):
        await world.calls.open_view(world.id_of(royal), "1.2.a", VIEW)

    with pytest.raises(CallError) as raised:
        await world.calls.open_view(world.id_of(royal), "1.2.b", VIEW)

    assert raised.value.failure.name == "no room"
    assert len(world.slack.called("views.open")) == 1
