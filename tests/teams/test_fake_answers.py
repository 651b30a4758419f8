"""What Teams makes of an app's answer to an invoke."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from bot.teams.rendering import to_activity, to_card
from tests.bot.samples import QUESTION_MESSAGE, SAVED
from tests.teams import FakeTeams
from tests.teams.filling import CannotDoError
from tests.teams.following import ERROR, MESSAGE, TROUBLE
from tests.teams.listening import Listening
from tests.teams.people import Person, Tenant
from tests.teams.reaching import Client

Given = dict[str, Any]
QUESTION = to_activity(QUESTION_MESSAGE)

# Answers to Execute


async def test_a_message_is_shown_for_a_moment_and_the_card_stays(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    await client.sends(amara, QUESTION)
    before = teams.screen(amara).newest
    app.says = {"statusCode": 200, "type": MESSAGE, "value": "Saved already."}
    await teams.presses(amara, "Skip")
    assert teams.screen(amara).notice == "Saved already."
    assert teams.screen(amara).newest == before


async def test_an_error_leaves_the_card_and_says_so_until_the_next_try(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    await client.sends(amara, QUESTION)
    error = {"code": "BadRequest", "message": "No such verb."}
    app.says = {"statusCode": 400, "type": ERROR, "value": error}
    await teams.presses(amara, "Skip")
    assert teams.screen(amara).newest.endswith(f"! {TROUBLE}")
    app.executes(to_card(SAVED))
    await teams.presses(amara, "Skip")
    assert TROUBLE not in teams.screen(amara).newest


@pytest.mark.parametrize("status", [201, 400, 401, 500, 501])
async def test_any_other_status_went_wrong(
    teams: FakeTeams, client: Client, amara: Person, app: Listening, status: int
) -> None:
    await client.sends(amara, QUESTION)
    app.executes(to_card(SAVED))
    app.status = status
    await teams.presses(amara, "Skip")
    assert teams.screen(amara).newest.endswith(f"! {TROUBLE}")
    await teams.presses(amara, "Answer")
    assert teams.screen(amara).dialog == ""


@pytest.mark.parametrize(
    "says",
    [
        None,
        "Saved.",
        {},
        {"statusCode": 200},
        {"statusCode": 200, "type": "text", "value": "Saved."},
        {"statusCode": 200, "type": MESSAGE, "value": {"text": "Saved."}},
        {"statusCode": 200, "type": MESSAGE, "value": ""},
        {"statusCode": 400, "type": ERROR, "value": "No."},
        {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {}},
        {"statusCode": 200, "type": MESSAGE, "value": "Saved.", "more": 1},
        {"task": {"type": "message", "value": "Saved."}},
    ],
)
async def test_what_teams_could_not_follow_fails_the_test(
    teams: FakeTeams, client: Client, amara: Person, app: Listening, says: Any
) -> None:
    await client.sends(amara, QUESTION)
    app.says = says
    with pytest.raises(CannotDoError):
        await teams.presses(amara, "Skip")


@pytest.mark.parametrize(
    "says",
    [
        None,
        {},
        {"task": None},
        {"task": {"type": "continue"}},
        {"task": {"type": "continue", "value": {"title": "x"}}},
        {"task": {"type": "message", "value": ""}},
        {"task": {"type": "close", "value": "x"}},
        {"statusCode": 200, "type": MESSAGE, "value": "Saved."},
    ],
)
async def test_a_dialog_that_teams_could_not_open_fails_the_test(
    teams: FakeTeams, client: Client, amara: Person, app: Listening, says: Any
) -> None:
    await client.sends(amara, QUESTION)
    app.says = says
    with pytest.raises(CannotDoError):
        await teams.opens(amara, "Answer")


async def test_an_answer_that_comes_too_late_went_wrong(
    teams: FakeTeams, client: Client, amara: Person
) -> None:
    let_go = asyncio.Event()

    async def hear(_: web.Request) -> web.Response:
        await let_go.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/api/messages", hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.messages_url = "http://{}:{}/api/messages".format(*runner.addresses[0])
    assert teams.invoke_patience == 5
    teams.invoke_patience = 0.05
    await client.sends(amara, QUESTION)
    answer = await teams.presses(amara, "Skip")
    assert (answer.status, answer.text) == (0, "timeout")
    assert teams.screen(amara).newest.endswith(f"! {TROUBLE}")
    let_go.set()
    await runner.cleanup()


# Other people, and what comes again


async def test_guests_and_whoever_is_anonymous_are_told_apart(
    teams: FakeTeams, royal: Tenant, app: Listening
) -> None:
    await teams.says(teams.person(royal, "Ines Duarte", role="guest"), "Hello")
    assert app.newest["from"]["userRole"] == "guest"
    await teams.says(teams.person(royal, "Somebody", role="anonymous"), "Hello")
    assert "aadObjectId" not in app.newest["from"]
    home = teams.tenant("St Elsewhere")
    await teams.says(teams.person(royal, "Rhys Bevan", home_tenant=home.id), "Hello")
    assert app.newest["from"]["tenantId"] == home.id
    assert app.newest["channelData"]["tenant"]["id"] == royal.id


async def test_whoever_has_no_zone_says_none(
    teams: FakeTeams, royal: Tenant, app: Listening
) -> None:
    await teams.says(teams.person(royal, "Rhys Bevan", zone=""), "Hello")
    assert not {"localTimezone", "localTimestamp"} & set(app.newest)
    assert "timezone" not in app.newest["entities"][0]


async def test_the_same_activity_comes_again_and_changes_nothing_for_the_person(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    await client.sends(amara, QUESTION)
    app.executes(to_card(SAVED))
    pressed = await teams.presses(amara, "Skip")
    before = teams.screen(amara)
    again = await teams.redelivers(pressed)
    assert (again.body, app.heard[0].activity) == (pressed.body, app.heard[1].activity)
    assert teams.screen(amara) == before


async def test_a_channel_is_told_with_its_team_and_the_app_comes_and_goes(
    teams: FakeTeams, amara: Person, app: Listening, client: Client
) -> None:
    wards = teams.channel(amara, bot=False)
    await teams.adds_app(amara, wards)
    assert [one.activity["type"] for one in app.heard] == ["conversationUpdate", app.newest["type"]]
    await teams.says(amara, "hello", where=wards)
    assert app.newest["conversation"]["conversationType"] == "channel"
    assert app.newest["channelData"]["team"]["id"]
    url = f"{amara.tenant.service_url}v3/conversations/{wards.id}/activities"
    hello = {"type": "message", "text": "Hello"}
    assert (await client.calls("POST", url, hello)).status == 201
    await teams.removes_app(amara, wards)
    assert (app.newest["type"], app.newest["action"]) == ("installationUpdate", "remove")
    assert (await client.calls("POST", url, hello)).code == "BotNotInConversationRoster"


async def test_a_reaction_and_a_deletion_undone(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    sent = await client.sends(amara, QUESTION)
    await teams.reacts(amara)
    assert (app.newest["type"], app.newest["replyToId"]) == ("messageReaction", sent.body["id"])
    said = await teams.says(amara, "Hello")
    await teams.deletes(amara)
    await teams.undoes_delete(amara, said)
    assert app.newest["channelData"]["eventType"] == "undeleteMessage"
    assert teams.screen(amara).newest == "Hello"
