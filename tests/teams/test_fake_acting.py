"""People act in the fake: what reaches the app, and what they see of its answer."""

import pytest

from bot.teams.rendering import to_activity, to_card, to_dialog
from prompts.message import Message
from tests.bot.samples import ABOUT, EVERY_FIELD, QUESTION_MESSAGE, SAVED
from tests.teams import FakeTeams
from tests.teams.filling import CannotDoError
from tests.teams.following import TROUBLE
from tests.teams.listening import Listening
from tests.teams.people import Person, Tenant
from tests.teams.reaching import Client

QUESTION = to_activity(QUESTION_MESSAGE)


async def test_words_come_with_the_person_their_tenant_and_their_zone(
    teams: FakeTeams, amara: Person, app: Listening
) -> None:
    answer = await teams.says(amara, "Hello")
    assert answer.status == 200
    heard = app.newest
    assert (heard["type"], heard["text"], heard["channelId"]) == ("message", "Hello", "msteams")
    assert heard["from"] == {"id": amara.id, "name": "Amara Okafor", "aadObjectId": amara.aad}
    assert heard["channelData"]["tenant"]["id"] == amara.tenant.id
    assert heard["conversation"] == {
        "conversationType": "personal",
        "tenantId": amara.tenant.id,
        "id": teams.conversation(amara).id,
    }
    assert heard["localTimezone"] == heard["entities"][0]["timezone"] == "Europe/London"
    assert heard["localTimestamp"].endswith("+01:00")
    assert heard["serviceUrl"] == amara.tenant.service_url
    assert teams.screen(amara).newest == "Hello"


async def test_execute_replaces_the_card_for_whoever_pressed(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    sent = await client.sends(amara, QUESTION)
    app.executes(to_card(SAVED))
    answer = await teams.presses(amara, "Skip")
    assert answer.status == 200
    heard = app.newest
    assert (heard["type"], heard["name"]) == ("invoke", "adaptiveCard/action")
    assert heard["replyToId"] == sent.body["id"]
    assert heard["value"]["action"]["verb"] == "skip"
    assert heard["value"]["action"]["data"] == {"bearings": {"press": "skip", "about": ABOUT}}
    assert "Saved, for you only." in teams.screen(amara).newest
    with pytest.raises(CannotDoError, match="no button 'Skip'"):
        await teams.presses(amara, "Skip")


async def test_an_old_client_submits_instead(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    amara.is_old_client = True
    sent = await client.sends(amara, QUESTION)
    await teams.presses(amara, "Skip")
    heard = app.newest
    assert (heard["type"], heard["replyToId"]) == ("message", sent.body["id"])
    assert heard["value"] == {"bearings": {"press": "skip", "about": ABOUT}}
    assert "text" not in heard


async def test_a_dialog_opens_goes_on_and_closes(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    await client.sends(amara, QUESTION)
    app.continues(to_dialog(EVERY_FIELD))
    await teams.opens(amara, "Answer")
    assert (app.newest["type"], app.newest["name"]) == ("invoke", "task/fetch")
    assert app.newest["value"]["data"]["bearings"] == {"open": "answer", "about": ABOUT}
    assert "> After the huddle" in teams.screen(amara).dialog
    filled = {"Your answer": "The sisters.", "Days": ["Monday"], "This is a heavy week": False}
    app.says = {"task": {"type": "message", "value": "Say a little more."}}
    await teams.fills(amara, filled, save="Save")
    data = app.newest["value"]["data"]
    assert (app.newest["name"], data["answer"], data["days"]) == (
        "task/submit",
        "The sisters.",
        "monday",
    )
    assert (data["heavy"], data["bearings"]["submit"]) == ("off", "when")
    assert teams.screen(amara).dialog == "Say a little more."
    teams.closes_dialog(amara)
    app.continues(to_dialog(EVERY_FIELD))
    await teams.opens(amara, "Answer")
    app.says = ""
    await teams.fills(amara, {})
    assert teams.screen(amara).dialog == ""


async def test_when_something_goes_wrong_what_was_typed_stays(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    await client.sends(amara, QUESTION)
    app.continues(to_dialog(EVERY_FIELD))
    await teams.opens(amara, "Answer")
    app.status = 500
    await teams.fills(amara, {"Your answer": "The sisters."})
    assert "> The sisters." in teams.screen(amara).dialog
    assert f"! {TROUBLE}" in teams.screen(amara).dialog


async def test_installing_and_going_away(
    teams: FakeTeams, client: Client, royal: Tenant, app: Listening
) -> None:
    rhys = teams.person(royal, "Rhys Bevan", installed=False)
    assert (await client.creates(rhys)).code == "ForbiddenOperationException"
    await teams.installs(rhys)
    kinds = [one.activity["type"] for one in app.heard]
    assert kinds == ["conversationUpdate", "installationUpdate"]
    assert app.newest["action"] == "add"
    assert "localTimezone" not in app.newest
    hello = to_activity(Message("Hello", ()))
    assert (await client.sends(rhys, hello)).status == 201
    await teams.uninstalls(rhys)
    assert (await client.sends(rhys, hello)).code == "BotNotInConversationRoster"


async def test_words_are_edited_and_taken_back(
    teams: FakeTeams, amara: Person, app: Listening
) -> None:
    said = await teams.says(amara, "Helo")
    await teams.edits(amara, "Hello")
    heard = app.newest
    assert (heard["type"], heard["text"]) == ("messageUpdate", "Hello")
    assert heard["id"] == said.activity["id"]
    assert heard["channelData"]["eventType"] == "editMessage"
    await teams.deletes(amara)
    assert app.newest["type"] == "messageDelete"
    assert app.newest["channelData"]["eventType"] == "softDeleteMessage"
    assert "text" not in app.newest
    assert teams.screen(amara).messages == ()
    again = await teams.redelivers(said)
    assert again.activity == said.activity


async def test_a_group_chat_names_the_app(
    teams: FakeTeams, royal: Tenant, amara: Person, app: Listening
) -> None:
    ruth = teams.person(royal, "Ruth Ellis")
    await teams.says(ruth, "hello", where=teams.group_chat(amara, ruth))
    heard = app.newest
    assert heard["text"] == "<at>Bearings</at> hello"
    assert heard["conversation"]["conversationType"] == "groupChat"
    assert [one["type"] for one in heard["entities"]] == ["mention", "clientInfo"]
