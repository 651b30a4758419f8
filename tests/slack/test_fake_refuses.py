"""The fake refuses what Slack refuses, by Slack's names."""

from collections.abc import Mapping
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import FakeSlack
from tests.slack.forms import FORM, box, options, plain
from tests.slack.listening import Listening
from tests.slack.people import Person, Workspace
from tests.slack.refusing import in_blocks, in_view
from tests.slack.test_fake import BLOCKS, HOME

Given = dict[str, Any]


async def refused(client: AsyncWebClient, method: str, **args: Any) -> Mapping[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=args)
    return dict(caught.value.response.data)


async def error(client: AsyncWebClient, method: str, **args: Any) -> str:
    return str((await refused(client, method, **args))["error"])


# Tokens and scopes


async def test_tokens_that_are_unknown_revoked_or_of_the_wrong_kind(
    slack: FakeSlack, client: AsyncWebClient, royal: Workspace, app: Listening
) -> None:
    for token, said in (("xoxb-unknown", "invalid_auth"), ("", "not_authed")):
        stranger = AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[])
        assert await error(stranger, "auth.test") == said
    await slack.revokes_tokens(royal)
    assert await error(client, "auth.test") == "token_revoked"
    await slack.uninstalls(royal)
    assert await error(client, "auth.test") == "account_inactive"


async def test_each_method_asks_for_its_scope(
    slack: FakeSlack, client: AsyncWebClient, royal: Workspace, amara: Person
) -> None:
    slack.token(royal).scopes.intersection_update({"users:read", "commands"})
    said = await refused(client, "chat.postMessage", channel=amara.id, text="Hello")
    assert said["error"] == "missing_scope"
    assert (said["needed"], said["provided"]) == ("chat:write", "commands,users:read")
    assert await error(client, "conversations.open", users=amara.id) == "missing_scope"
    await client.users_info(user=amara.id)
    assert await error(client, "chat.invent") == "unknown_method"


# Whom, and where


async def test_people_and_places_that_cannot_be_written_to(
    slack: FakeSlack, client: AsyncWebClient, royal: Workspace, amara: Person
) -> None:
    county = slack.workspace("County")
    elsewhere = slack.person(county, "Ines Duarte")
    gone = slack.person(royal, "Rhys Bevan", deleted=True)
    channels = {
        "U0NOBODY": "channel_not_found",
        elsewhere.id: "channel_not_found",
        slack.world.direct(elsewhere).id: "channel_not_found",
        gone.id: "channel_not_found",
        slack.person(royal, "A Stranger", is_stranger=True).id: "channel_not_found",
        royal.bot.id: "cannot_dm_bot",
        "USLACKBOT": "cannot_dm_bot",
        slack.channel(royal, "ward-7", amara).id: "not_in_channel",
    }
    for channel, said in channels.items():
        assert await error(client, "chat.postMessage", channel=channel, text="Hello") == said
    assert await error(client, "conversations.open", users=gone.id) == "user_disabled"
    assert await error(client, "conversations.open", users=elsewhere.id) == "user_not_found"
    assert await error(client, "users.info", user=elsewhere.id) == "user_not_found"
    assert await error(client, "views.publish", user_id=gone.id, view=HOME) == "invalid_arguments"
    royal.messages_tab = False
    assert (
        await error(client, "chat.postMessage", channel=amara.id, text="Hello")
        == "messages_tab_disabled"
    )
    royal.home_tab = False
    assert await error(client, "views.publish", user_id=amara.id, view=HOME) == "not_enabled"


async def test_messages_that_cannot_be_changed(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    posted = await client.chat_postMessage(channel=amara.id, text="Hello")
    here = {"channel": posted["channel"]}
    at = {**here, "ts": posted["ts"]}
    assert (
        await error(client, "chat.update", **here, ts="1.000000", text="x") == "message_not_found"
    )
    assert await error(client, "chat.update", **at, text="x" * 4001) == "msg_too_long"
    assert await error(client, "chat.update", **at) == "no_text"
    await slack.says(amara, "Mine")
    mine = {**here, "ts": slack.messages(amara)[-1].ts}
    assert await error(client, "chat.update", **mine, text="Yours") == "cant_update_message"
    assert await error(client, "chat.delete", **mine) == "cant_delete_message"
    by_user = {"channel": amara.id, "ts": posted["ts"]}
    assert await error(client, "chat.update", **by_user, text="x") == "channel_not_found"
    in_thread = {**here, "text": "x", "thread_ts": "1.000000"}
    assert await error(client, "chat.postMessage", **in_thread) == "cannot_reply_to_message"
    assert await error(client, "conversations.replies", **here, ts="1.0") == "thread_not_found"


async def test_words_and_metadata_that_are_refused(client: AsyncWebClient, amara: Person) -> None:
    async def said(**args: Any) -> str:
        return await error(client, "chat.postMessage", channel=amara.id, **args)

    assert await said() == await said(text=" ") == await said(text="", blocks=[]) == "no_text"
    assert await said(text="x", markdown_text="y") == "markdown_text_conflict"
    assert await said(text="x", blocks="not JSON") == "invalid_blocks_format"
    assert await said(text="x", metadata={"event_type": "x"}) == "invalid_metadata_format"
    assert await said(text="x", metadata={"event_payload": {}}) == "invalid_metadata_schema"
    large = {"event_type": "x", "event_payload": {"x": "x" * 17_000}}
    assert await said(text="x", metadata=large) == "metadata_too_large"
    long = [{"type": "section", "text": plain("x" * 3000)}] * 5
    assert await said(text="x", blocks=long) == "msg_blocks_too_long"


async def test_what_is_wrong_in_blocks_is_said_by_its_place(
    client: AsyncWebClient, amara: Person
) -> None:
    blocks = [{"type": "header", "text": plain("x" * 151)}]
    said = await refused(client, "chat.postMessage", channel=amara.id, text="x", blocks=blocks)
    assert said["error"] == "invalid_blocks"
    [why] = said["response_metadata"]["messages"]
    assert why == "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"


# Blocks


def button(**more: Any) -> Given:
    element = {"type": "button", "text": plain("Skip"), **more}
    return {"type": "actions", "elements": [element]}


def chooser(kind: str, **more: Any) -> Given:
    return box("Choice", {"type": kind, "options": options("One", "Two"), **more})


def cell(words: str) -> Given:
    return {"type": "raw_text", "text": words}


TABLE = {"type": "table", "rows": [[cell("a"), cell("b")], [cell("c"), cell("d")]]}
TEXT = {"type": "plain_text_input"}
RIGHT: list[list[Given]] = [
    BLOCKS,
    [TABLE],
    [button(value="x" * 2000, style="primary", url="https://example.org")],
    [chooser("radio_buttons", initial_option=options("One")[0])],
    [chooser("multi_static_select", initial_options=options("One", "Two"))],
    [box("A", {**TEXT, "initial_value": "x" * 3000, "max_length": 3000})],
    [{"type": "context", "elements": [plain("x")]}, {"type": "divider"}] * 25,
]
WRONG: list[tuple[str, list[Any]]] = [
    ("no more than 50 items", [{"type": "divider"}] * 51),
    ("unsupported type: fancy", [{"type": "fancy"}]),
    ("unsupported type: None", [None]),
    ("unknown field: colour", [button(colour="red")]),
    ("missing required field: text", [{"type": "header"}]),
    ("text or fields", [{"type": "section"}]),
    ("must be more than 0 characters", [{"type": "section", "text": plain("")}]),
    ("less than 3001", [{"type": "section", "text": plain("x" * 3001)}]),
    ("must be one of plain_text", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]),
    ("less than 76", [button(text=plain("x" * 76))]),
    ("no more than 25 items", [{"type": "actions", "elements": button()["elements"] * 26}]),
    ("no less than 1 items", [{"type": "actions", "elements": []}]),
    ("no more than 10 items", [{"type": "context", "elements": [plain("x")] * 11}]),
    ("less than 2001", [button(value="x" * 2001)]),
    ("one of primary, danger", [button(style="loud")]),
    ("must match", [button(url="javascript:alert(1)")]),
    ("less than 256", [button(action_id="x" * 256)]),
    ("action_ids must differ", [{"type": "actions", "elements": [
        {"type": "button", "action_id": "a", "text": plain("x")} for _ in range(2)]}]),
    ("block_id a already exists", [{"type": "divider", "block_id": "a"}] * 2),
    ("less than 4", [box("A", {**TEXT, "initial_value": "four", "max_length": 3})]),
    ("from 1 to 3000", [box("A", {**TEXT, "max_length": 3001})]),
    ("must be a boolean", [box("A", {**TEXT, "multiline": "yes"})]),
    ("unsupported type: button", [box("A", {"type": "button", "text": plain("x")})]),
    ("one of the options", [chooser("radio_buttons", initial_option=options("Three")[0])]),
    ("among the options", [chooser("checkboxes", initial_options=options("Three"))]),
    ("different values", [chooser("static_select", options=options("One", "One"))]),
    ("no more than 10 items", [chooser("radio_buttons", options=options(*map(str, range(11))))]),
    ("no more than 100 items", [chooser("static_select", options=options(*map(str, range(101))))]),
    ("exactly one of options", [chooser("static_select", option_groups=[])]),
    ("must match", [box("A", {"type": "datepicker", "initial_date": "28/03/2027"})]),
    ("must match", [box("A", {"type": "timepicker", "initial_time": "8:40"})]),
    ("same number of cells", [{**TABLE, "rows": [[cell("a")], [cell("a"), cell("b")]]}]),
    ("only_one_table_allowed", [TABLE, TABLE]),
]  # fmt: skip


@pytest.mark.parametrize("blocks", RIGHT)
def test_blocks_that_slack_takes(blocks: list[Given]) -> None:
    assert in_blocks(blocks, "message") == []


@pytest.mark.parametrize(("why", "blocks"), WRONG)
def test_blocks_that_slack_refuses(why: str, blocks: list[Any]) -> None:
    assert why in " ".join(in_blocks(blocks, "message"))


# Views


@pytest.mark.parametrize(
    ("why", "changed"),
    [
        ("submit is required", {"submit": None}),
        ("less than 25", {"title": plain("x" * 25)}),
        ("less than 25", {"submit": plain("x" * 25)}),
        ("less than 3001", {"private_metadata": "x" * 3001}),
        ("less than 256", {"callback_id": "x" * 256}),
        ("unsupported type: dialog", {"type": "dialog"}),
        ("unknown field: state", {"state": {}}),
        ("no less than 1 items", {"blocks": []}),
        ("no more than 100 items", {"blocks": [{"type": "divider"}] * 101}),
        ("unsupported type: table", {"blocks": [TABLE]}),
        ("unsupported type: markdown", {"blocks": [{"type": "markdown", "text": "x"}]}),
        ("missing required field: title", {"title": None}),
    ],
)
def test_views_that_slack_refuses(why: str, changed: Given) -> None:
    view = {name: value for name, value in {**FORM, **changed}.items() if value is not None}
    assert in_view(FORM, "modal") == []
    assert why in " ".join(in_view(view, "modal"))


async def test_a_view_that_is_too_large_or_wrong_does_not_open(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening
) -> None:
    await slack.types(amara)
    trigger = app.newest["trigger_id"]
    section = {"type": "section", "text": plain("x" * 3000)}
    large = {**FORM, "blocks": [section] * 90}
    opens = {"trigger_id": trigger, "view": large}
    assert await error(client, "views.open", **opens) == "view_too_large"
    opens["view"] = {**FORM, "blocks": []}
    said = await refused(client, "views.open", **opens)
    assert said["error"] == "invalid_arguments"
    assert "json-pointer:/blocks" in said["response_metadata"]["messages"][0]
    assert await error(client, "views.push", trigger_id=trigger, view=FORM) == "not_found"
    assert slack.views(amara) == []
