"""A person acts in the fake, and the app gets what Slack would send it."""

import pytest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import FakeSlack
from tests.slack.filling import CannotDoError
from tests.slack.forms import open_form
from tests.slack.listening import Clock, Listening
from tests.slack.people import Person, Workspace
from tests.slack.test_fake import BLOCKS, HOME, METADATA, QUESTION

# Signatures and what Slack asks for itself


async def test_everything_is_signed_as_slack_signs(
    slack: FakeSlack, amara: Person, app: Listening, clock: Clock
) -> None:
    await slack.says(amara, "Hello")
    await slack.types(amara)
    await slack.verifies_url()
    verifier = SignatureVerifier(slack.signing_secret, clock=_At(clock))
    for heard in app.heard:
        assert verifier.is_valid_request(heard.body, heard.headers)
        assert not verifier.is_valid_request(heard.body + b" ", heard.headers)


class _At:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def now(self) -> float:
        return self.clock().timestamp()


async def test_slack_asks_whose_address_this_is_and_checks_its_certificate(
    slack: FakeSlack, app: Listening
) -> None:
    app.says = "challenge"
    answer = await slack.verifies_url("challenge")
    assert (answer.status, answer.body) == (200, "challenge")
    assert app.newest["type"] == "url_verification"
    await slack.checks_ssl()
    assert app.newest["ssl_check"] == "1"


# Words


async def test_words_arrive_escaped_in_the_conversation_and_in_a_thread(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, royal: Workspace, app: Listening
) -> None:
    question = await client.chat_postMessage(channel=amara.id, text=QUESTION)
    await slack.says(amara, "R & D <b> at https://example.org/x now", thread=question["ts"])
    event = app.newest["event"]
    assert event["text"] == "R &amp; D &lt;b&gt; at <https://example.org/x> now"
    assert event["thread_ts"] == question["ts"]
    assert event["parent_user_id"] == royal.bot.id
    assert (event["channel"], event["channel_type"]) == (question["channel"], "im")
    assert event["ts"] == event["event_ts"]
    assert app.newest["authorizations"][0]["user_id"] == royal.bot.id
    assert app.newest["team_id"] == royal.id
    await slack.says(amara, "Outside")
    assert "thread_ts" not in app.newest["event"]


async def test_words_are_changed_and_taken_back(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await slack.says(amara, "The sister")
    first = app.newest["event"]
    await slack.edits(amara, "The sisters")
    changed = app.newest["event"]
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == "The sisters"
    assert changed["previous_message"]["text"] == "The sister"
    assert changed["message"]["ts"] == first["ts"] != changed["ts"]
    await slack.deletes(amara)
    gone = app.newest["event"]
    assert (gone["subtype"], gone["deleted_ts"]) == ("message_deleted", first["ts"])
    assert slack.screen(amara).messages == ()
    await slack.says(amara, "Answered")
    kept = slack.messages(amara)[-1]
    await client.chat_postMessage(channel=kept.channel, text="Saved.", thread_ts=kept.ts)
    await slack.deletes(amara)
    assert app.newest["event"]["message"]["subtype"] == "tombstone"


async def test_an_event_comes_again_with_the_same_id(
    slack: FakeSlack, amara: Person, app: Listening
) -> None:
    app.status = 503
    answer = await slack.says(amara, "Hello")
    assert answer.status == 503
    await slack.redelivers(answer, 2, "http_error")
    first, second = app.heard
    assert first.payload == second.payload
    assert "x-slack-retry-num" not in first.headers
    assert second.headers["x-slack-retry-num"] == "2"
    assert second.headers["x-slack-retry-reason"] == "http_error"
    slack.retries = True
    await slack.says(amara, "Once more")
    assert len(app.heard) == 6
    app.headers = {"x-slack-no-retry": "1"}
    await slack.says(amara, "Never again")
    assert len(app.heard) == 7


async def test_an_app_that_is_not_there_is_no_exception(slack: FakeSlack, amara: Person) -> None:
    slack.events_url = "http://127.0.0.1:9/slack/events"
    assert (await slack.says(amara, "Hello")).text == "connection_failed"


async def test_our_own_posts_come_back_where_that_is_switched_on(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, royal: Workspace, app: Listening
) -> None:
    slack.echoes = True
    posted = await client.chat_postMessage(channel=amara.id, text="Hello", metadata=METADATA)
    await slack.settled()
    event = app.newest["event"]
    assert (event["bot_id"], event["ts"]) == (royal.bot_id, posted["ts"])
    assert event["metadata"] == METADATA
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Bye")
    [answer] = await slack.settled()
    assert answer.status == 200
    assert app.newest["event"]["message"]["bot_id"] == royal.bot_id


# Home, people, the end


async def test_the_home_is_opened_and_its_buttons_pressed(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await slack.opens_home(amara)
    assert "view" not in app.newest["event"]
    home = await client.views_publish(user_id=amara.id, view=HOME)
    await slack.opens_home(amara)
    assert app.newest["event"]["view"]["id"] == home["view"]["id"]
    await slack.presses(amara, "Skip")
    assert app.newest["container"] == {"type": "view", "view_id": home["view"]["id"]}
    assert app.newest["view"]["hash"] == home["view"]["hash"]
    assert "response_url" not in app.newest
    assert slack.screen(amara).words == f"{QUESTION}\n[Skip]"


async def test_people_change_and_workspaces_end(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, royal: Workspace, app: Listening
) -> None:
    await slack.changes(amara, timezone="Europe/Lisbon")
    assert app.newest["event"]["user"]["tz"] == "Europe/Lisbon"
    await slack.limits_events(royal)
    assert app.newest["type"] == "app_rate_limited"
    assert "event" not in app.newest
    await slack.revokes_tokens(royal)
    assert app.newest["event"]["tokens"] == {"oauth": [], "bot": [royal.bot.id]}
    await slack.uninstalls(royal)
    assert app.newest["event"]["type"] == "app_uninstalled"


# Presses


async def test_a_press_brings_the_message_and_where_to_answer(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, royal: Workspace, app: Listening
) -> None:
    posted = await client.chat_postMessage(channel=amara.id, text=QUESTION, blocks=BLOCKS)
    answer = await slack.presses(amara, "Skip")
    assert answer.status == 200
    pressed = app.newest
    assert pressed["type"] == "block_actions"
    assert pressed["user"]["id"] == amara.id
    assert pressed["team"] == {"id": royal.id, "domain": royal.domain}
    assert pressed["container"]["message_ts"] == pressed["message"]["ts"] == posted["ts"]
    assert pressed["channel"]["id"] == posted["channel"]
    [action] = pressed["actions"]
    assert action["text"]["text"] == "Skip"
    block = posted["message"]["blocks"][1]
    assert action["block_id"] == block["block_id"]
    assert action["action_id"] == block["elements"][0]["action_id"]
    assert pressed["response_url"].startswith(slack.respond_url)


async def test_only_what_is_in_sight_is_pressed(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await client.chat_postMessage(channel=amara.id, text=QUESTION, blocks=BLOCKS)
    with pytest.raises(CannotDoError, match=r"no button 'Later' in sight; there are \['Skip'\]"):
        await slack.presses(amara, "Later")
    await open_form(slack, client, app, amara)
    with pytest.raises(CannotDoError, match="no button 'Skip'"):
        await slack.presses(amara, "Skip")
    await slack.closes_view(amara)
    await slack.presses(amara, "Skip")


# Commands


async def test_a_command_is_answered_to_the_one_who_typed_it(
    slack: FakeSlack, amara: Person, app: Listening
) -> None:
    app.says = {"text": "Paused &amp; quiet."}
    answer = await slack.types(amara, "/bearings", "pause")
    assert answer.body == app.says
    assert (app.newest["command"], app.newest["text"]) == ("/bearings", "pause")
    assert slack.screen(amara).newest == "Paused & quiet."
    assert slack.messages(amara)[-1].ephemeral_to == amara.id


async def test_somebody_from_outside_says_where_they_belong(
    slack: FakeSlack, royal: Workspace, app: Listening
) -> None:
    ines = slack.person(royal, "Ines Duarte", home_team="T0COUNTY")
    await slack.says(ines, "Hello", subtype="file_share", files=[{"id": "F1"}])
    event = app.newest["event"]
    assert (event["team"], event["user_team"]) == ("T0COUNTY", "T0COUNTY")
    assert (event["subtype"], event["files"]) == ("file_share", [{"id": "F1"}])
    assert app.newest["team_id"] == royal.id
    await slack.types(ines)
    assert (app.newest["team_id"], app.newest["user_id"]) == (royal.id, ines.id)
