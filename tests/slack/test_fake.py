"""The fake's Web API, through Slack's own client."""

import json

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack import FakeSlack
from tests.slack.listening import Clock, Listening
from tests.slack.people import Person, Workspace

QUESTION = "Who spoke first?"
BLOCKS = [
    {"type": "section", "text": {"type": "plain_text", "text": QUESTION}},
    {
        "type": "actions",
        "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Skip"}}],
    },
]
METADATA = {"event_type": "bearings_nudge", "event_payload": {"delivery_id": "n1"}}
VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Answer"},
    "blocks": BLOCKS,
}
HOME = {"type": "home", "blocks": BLOCKS}


async def test_a_message_to_a_person_opens_their_conversation(
    slack: FakeSlack, client: AsyncWebClient, amara: Person
) -> None:
    posted = await client.chat_postMessage(channel=amara.id, text="Hello &amp; welcome")
    again = await client.chat_postMessage(channel=posted["channel"], text="Again")
    assert posted["channel"].startswith("D")
    assert again["channel"] == posted["channel"]
    assert float(again["ts"]) > float(posted["ts"])
    assert slack.screen(amara).messages == ("Hello & welcome", "Again")


async def test_a_message_is_changed_and_its_words_alone_take_the_blocks_away(
    slack: FakeSlack, client: AsyncWebClient, amara: Person
) -> None:
    posted = await client.chat_postMessage(channel=amara.id, text=QUESTION, blocks=BLOCKS)
    assert slack.screen(amara).newest == f"{QUESTION}\n[Skip]"
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Skipped.")
    assert slack.screen(amara).newest == "Skipped."
    assert slack.screen(amara).buttons == ()
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert slack.screen(amara).messages == ()


async def test_what_was_posted_is_found_again_by_its_metadata(
    client: AsyncWebClient, amara: Person
) -> None:
    posted = await client.chat_postMessage(channel=amara.id, text="One", metadata=METADATA)
    channel = posted["channel"]
    await client.chat_postMessage(channel=channel, text="Two")
    await client.chat_postMessage(channel=channel, text="In the thread", thread_ts=posted["ts"])
    with_it = await client.conversations_history(channel=channel, include_all_metadata=True)
    without = await client.conversations_history(channel=channel)
    assert [one["text"] for one in with_it["messages"]] == ["Two", "One"]
    assert with_it["messages"][1]["metadata"] == METADATA
    assert "metadata" not in without["messages"][1]
    replies = await client.conversations_replies(channel=channel, ts=posted["ts"])
    assert [one["text"] for one in replies["messages"]] == ["One", "In the thread"]


async def test_history_comes_in_pages_and_from_a_moment_on(
    client: AsyncWebClient, amara: Person
) -> None:
    posted = [await client.chat_postMessage(channel=amara.id, text=str(n)) for n in range(5)]
    channel = posted[0]["channel"]
    pages = await client.conversations_history(channel=channel, limit=2)
    assert [[one["text"] for one in page["messages"]] async for page in pages] == [
        ["4", "3"],
        ["2", "1"],
        ["0"],
    ]
    later = await client.conversations_history(channel=channel, oldest=posted[3]["ts"])
    assert [one["text"] for one in later["messages"]] == ["4"]
    opened = await client.conversations_open(users=[amara.id])
    assert opened["channel"]["id"] == channel


async def test_an_ephemeral_message_is_seen_by_one_person_and_in_no_history(
    slack: FakeSlack, client: AsyncWebClient, royal: Workspace, amara: Person
) -> None:
    ruth = slack.person(royal, "Ruth Adeyemi")
    channel = slack.world.direct(amara).id
    await client.chat_postEphemeral(channel=channel, user=amara.id, text="Only you see this.")
    history = await client.conversations_history(channel=channel)
    assert history["messages"] == []
    assert slack.screen(amara).newest == "Only you see this."
    with pytest.raises(SlackApiError, match="user_not_in_channel"):
        await client.chat_postEphemeral(channel=channel, user=ruth.id, text="No.")


async def test_people_are_shown_as_far_as_the_scopes_go(
    slack: FakeSlack, client: AsyncWebClient, royal: Workspace, amara: Person
) -> None:
    gone = slack.person(royal, "Rhys Bevan", deleted=True)
    outside = slack.person(royal, "Ines Duarte", home_team="T0ELSEWHERE")
    told = (await client.users_info(user=amara.id, include_locale=True))["user"]
    assert (told["tz"], told["locale"]) == ("Europe/London", "en-GB")
    assert told["tz_offset"] == 3600
    assert told["profile"]["email"] == "amara@royal.example"
    assert "locale" not in (await client.users_info(user=amara.id))["user"]
    assert "tz" not in (await client.users_info(user=gone.id))["user"]
    assert "locale" not in (await client.users_info(user=outside.id, include_locale=True))["user"]
    pages = await client.users_list(limit=2, include_locale=True)
    listed = [one["id"] async for page in pages for one in page["members"]]
    assert listed == [royal.bot.id, "USLACKBOT", amara.id, gone.id, outside.id]
    slack.token(royal).scopes.discard("users:read.email")
    assert "email" not in (await client.users_info(user=amara.id))["user"]["profile"]


async def test_whose_token_it_is_can_be_asked(client: AsyncWebClient, royal: Workspace) -> None:
    told = await client.auth_test()
    assert (told["team_id"], told["user_id"]) == (royal.id, royal.bot.id)
    assert (await client.team_info())["team"]["name"] == "Royal Infirmary"


async def test_arguments_come_as_json_as_a_form_and_in_the_address(
    slack: FakeSlack, client: AsyncWebClient, amara: Person
) -> None:
    fields = {"channel": amara.id, "text": QUESTION, "blocks": json.dumps(BLOCKS)}
    await client.api_call("chat.postMessage", data=fields)
    await client.api_call("chat.postMessage", params=fields)
    await client.chat_postMessage(channel=amara.id, text=QUESTION, blocks=BLOCKS)
    assert [call.encoding for call in slack.called("chat.postMessage")] == ["form", "query", "json"]
    assert set(slack.screen(amara).messages) == {f"{QUESTION}\n[Skip]"}


async def test_a_home_is_published_and_changed_where_nobody_was_faster(
    slack: FakeSlack, client: AsyncWebClient, amara: Person
) -> None:
    first = await client.views_publish(user_id=amara.id, view=HOME)
    second = await client.views_publish(user_id=amara.id, view=HOME, hash=first["view"]["hash"])
    assert second["view"]["id"] == first["view"]["id"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id=amara.id, view=HOME, hash=first["view"]["hash"])
    assert slack.screen(amara).home == f"{QUESTION}\n[Skip]"


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening, clock: Clock
) -> None:
    await client.chat_postMessage(channel=amara.id, text=QUESTION, blocks=BLOCKS)
    await slack.presses(amara, "Skip")
    trigger = app.newest["trigger_id"]
    await slack.presses(amara, "Skip")
    clock.passes(seconds=3)
    opened = await client.views_open(trigger_id=trigger, view=VIEW)
    assert slack.screen(amara).view.startswith("Answer")
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=VIEW)
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id="1.2.3", view=VIEW)
    old = app.newest["trigger_id"]
    clock.passes(seconds=0.1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=old, view=VIEW)
    view = opened["view"]
    changed = await client.views_update(view_id=view["id"], hash=view["hash"], view=VIEW)
    assert changed["view"]["hash"] != view["hash"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash=view["hash"], view=VIEW)
    await slack.closes_view(amara)
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id=view["id"], view=VIEW)


async def test_views_are_stacked_three_high(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await slack.types(amara)
    await client.views_open(trigger_id=app.newest["trigger_id"], view=VIEW)
    for _ in range(2):
        await slack.presses(amara, "Skip")
        await client.views_push(trigger_id=app.newest["trigger_id"], view=VIEW)
    first, _, third = slack.views(amara)
    assert third.root == first.id
    await slack.presses(amara, "Skip")
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=app.newest["trigger_id"], view=VIEW)


async def test_a_response_url_answers_five_times_within_half_an_hour(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening, clock: Clock
) -> None:
    await client.chat_postMessage(channel=amara.id, text=QUESTION, blocks=BLOCKS, metadata=METADATA)
    await slack.presses(amara, "Skip")
    hook = AsyncWebhookClient(app.newest["response_url"], retry_handlers=[])
    answered = await hook.send(text="Skipped.", replace_original=True)
    assert (answered.status_code, answered.body) == (200, "ok")
    assert slack.screen(amara).messages == ("Skipped.",)
    assert slack.messages(amara)[0].metadata == METADATA
    assert (await hook.send(text="x" * 3, blocks=[{"type": "no"}])).status_code == 400
    for _ in range(3):
        assert (await hook.send(text="Only you see this.")).status_code == 200
    used = await hook.send(text="Once more")
    assert (used.status_code, json.loads(used.body)["error"]) == (404, "used_url")

    await client.chat_postMessage(channel=amara.id, text=QUESTION, blocks=BLOCKS)
    await slack.presses(amara, "Skip")
    clock.passes(minutes=30.5)
    late = AsyncWebhookClient(app.newest["response_url"], retry_handlers=[])
    assert json.loads((await late.send(text="Late")).body)["error"] == "expired_url"
