"""What Teams sends, read; and whatever else could be sent in its place."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.events import Opened, Pressed, Said, Submitted
from bot.payloads import UnreadableError
from bot.teams.incoming import (
    Contact,
    Edited,
    Heard,
    Ignored,
    Installed,
    Removed,
    Stale,
    Unkept,
    Unwelcome,
    Way,
    Where,
    Withdrawn,
)
from bot.teams.reading import read, tenant_of
from bot.teams.rendering import to_form_card
from prompts.message import Choices, Form, FormName, Option, Press, Switch
from tests.bot.hostile import patiently

TENANT = "5f1c1f0e-0000-4000-8000-00000000000a"
AMARA = "0a0a0a0a-0000-4000-8000-000000000001"
CHAT = "a:1-the-chat-of-amara-with-bearings"
NUDGE = "7b0f3c52-4b0e-4e36-8f07-9d2f0f5f3a11"
WORDS = "I asked the ward manager what she would try first."


def activity(kind: str = "message", **more: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "type": kind,
        "id": "1805360400100",
        "timestamp": "2027-03-28T09:00:00.000Z",
        "localTimezone": "Europe/Dublin",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "from": {"id": "29:amara", "name": "Amara Okafor", "aadObjectId": AMARA},
        "recipient": {"id": "28:bearings", "name": "Bearings"},
        "conversation": {"id": CHAT, "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
    }
    return {**whole, **more}


def invoke(name: str, data: object, **more: Any) -> dict[str, Any]:
    value = {"data": data, "context": {"theme": "default"}}
    if name == "adaptiveCard/action":
        value = {"action": {"type": "Action.Execute", "verb": "x", "data": data}}
    return activity("invoke", name=name, value=value, replyToId="m-1", **more)


WHO = Contact(
    TENANT,
    AMARA,
    "29:amara",
    "28:bearings",
    CHAT,
    "https://smba.trafficmanager.net/emea/",
    "Europe/Dublin",
    "Amara Okafor",
)


def heard(body: dict[str, Any]) -> Heard:
    incoming = read(body)
    assert isinstance(incoming, Heard)
    return incoming


# Messages


def test_a_message_is_said_by_whoever_their_directory_knows() -> None:
    incoming = heard(activity(text=f" {WORDS}\r\n"))
    assert incoming.event == Said(incoming.id, "teams", TENANT, AMARA, words=WORDS)
    assert incoming.contact == WHO
    assert incoming.where == Where(CHAT, "1805360400100", Way.CHAT, WHO.service_url)


def test_the_id_of_an_event_gives_the_chat_away_to_nobody() -> None:
    event_id = heard(activity(text=WORDS)).id
    assert CHAT not in event_id
    assert len(event_id) <= 200
    assert event_id == heard(activity(text="Something else.")).id
    assert event_id != heard(activity(text=WORDS, id="2")).id


def test_the_zone_is_in_the_clients_words_where_the_message_names_none() -> None:
    entities = [{"type": "clientInfo", "timezone": "Asia/Kathmandu", "locale": "en-GB"}]
    told = activity(text=WORDS, localTimezone=None, entities=entities)
    assert heard(told).contact.zone == "Asia/Kathmandu"
    assert heard(activity(text=WORDS, localTimezone=None)).contact.zone == ""


def test_a_line_that_is_edited_or_taken_out_names_what_was_said() -> None:
    said = heard(activity(text=WORDS)).id
    edited = read(activity("messageUpdate", text="Other.", channelData=_told("editMessage")))
    assert isinstance(edited, Edited)
    assert (edited.said, edited.words) == (said, "Other.")
    assert edited.id != said
    gone = read(activity("messageDelete", channelData=_told("softDeleteMessage")))
    assert isinstance(gone, Withdrawn)
    assert gone.said == said
    back = read(activity("messageUpdate", text=WORDS, channelData=_told("undeleteMessage")))
    assert isinstance(back, Unkept)
    assert back.what == "a line that came back"


def _told(kind: str) -> dict[str, Any]:
    return {"eventType": kind, "tenant": {"id": TENANT}}


@pytest.mark.parametrize("text", [None, "", " \n "])
def test_a_message_without_words_is_none(text: str | None) -> None:
    assert isinstance(read(activity(text=text)), Ignored)


@pytest.mark.parametrize(
    "kind", ["image/png", "application/vnd.microsoft.teams.file.download.info"]
)
def test_a_file_without_words_is_answered_and_one_with_words_is_its_words(kind: str) -> None:
    attached = [{"contentType": kind, "name": "rota.pdf"}]
    assert isinstance(read(activity(text="", attachments=attached)), Unkept)
    assert heard(activity(text=WORDS, attachments=attached)).event
    html = [{"contentType": "text/html", "content": "<p></p>"}]
    assert isinstance(read(activity(text="", attachments=html)), Ignored)


@pytest.mark.parametrize(
    "beside",
    [
        {"localTimezone": "Europe/" + "Dublin" * 12},
        {"localTimezone": 1},
        {"localTimezone": None, "entities": "none"},
        {"localTimezone": None, "entities": [{"type": "clientInfo", "timezone": ["UTC"]}]},
        {"value": "hello"},
        {"value": ["hello"]},
    ],
)
def test_good_words_are_not_refused_for_what_stands_beside_them(beside: dict[str, Any]) -> None:
    event = heard(activity(text=WORDS, **beside)).event
    assert isinstance(event, Said)
    assert event.words == WORDS


# Buttons and forms


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("adaptiveCard/action", Way.CARD),
        ("task/fetch", Way.OPENING),
        ("task/submit", Way.DIALOG),
    ],
)
def test_a_button_is_pressed_and_a_form_opened_in_every_way(name: str, way: Way) -> None:
    pressed = heard(invoke(name, {"bearings": {"press": "skip", "about": NUDGE}}))
    assert isinstance(pressed.event, Pressed)
    assert (pressed.event.press, pressed.event.about) == (Press.SKIP, NUDGE)
    assert pressed.where == Where(CHAT, "m-1", way, WHO.service_url)
    opened = heard(invoke(name, {"bearings": {"open": "answer", "about": NUDGE}}))
    assert isinstance(opened.event, Opened)
    assert opened.event.form is FormName.ANSWER


def test_an_older_client_sends_a_message_with_a_value() -> None:
    value = {"bearings": {"submit": "answer", "about": NUDGE}, "words": WORDS}
    sent = heard(activity(value=value, replyToId="m-1"))
    assert isinstance(sent.event, Submitted)
    assert sent.event.values == {"words": (WORDS,)}
    assert sent.where == Where(CHAT, "m-1", Way.OLD_CARD, WHO.service_url)


def test_what_each_field_holds_is_as_the_form_has_said() -> None:
    form = Form(
        FormName.AGREEMENT,
        "Agree",
        fields=(
            Choices("days", "Days", (Option("mon", "Monday"), Option("tue", "Tuesday"))),
            Switch("questions", "Ask me"),
            Switch("sharing", "Share"),
        ),
        submit="Agree",
    )
    data = to_form_card(form, "once")["actions"][0]["data"]
    filled = {**data, "days": "mon,tue", "questions": "on", "sharing": "off", "words": "a,off"}
    sent = heard(invoke("task/submit", filled)).event
    assert isinstance(sent, Submitted)
    assert sent.values == {"days": ("mon", "tue"), "questions": ("on",), "words": ("a,off",)}


def test_a_form_sent_twice_from_one_showing_is_one_event_and_corrected_it_is_another() -> None:
    def sent(words: str, once: str = "o1", **more: str) -> str:
        ours = {"submit": "answer", "about": NUDGE, "once": once}
        return heard(invoke("task/submit", {"bearings": ours, "words": words}, **more)).id

    assert sent(WORDS) == sent(WORDS, id="another-invoke")
    assert sent(WORDS) != sent("Other.")
    assert sent(WORDS) != sent(WORDS, "o2")
    assert sent(WORDS, "") != sent(WORDS, "", id="another-invoke")


@pytest.mark.parametrize("name", ["adaptiveCard/action", "task/fetch", "task/submit"])
@pytest.mark.parametrize("data", [{}, {"bearings": {"press": "from-before"}}, {"foreign": 1}])
def test_who_presses_what_is_no_more_waits_for_a_sentence(name: str, data: object) -> None:
    assert isinstance(read(invoke(name, data)), Stale)


def test_a_card_that_is_not_ours_is_nothing_to_us() -> None:
    assert isinstance(read(activity(value={"foreign": 1}, text="x")), Ignored)
    assert isinstance(read(invoke("composeExtension/query", {})), Ignored)


# Coming and going


def test_the_app_comes_and_goes() -> None:
    assert isinstance(read(activity("installationUpdate", action="add")), Installed)
    assert isinstance(read(activity("installationUpdate", action="add-upgrade")), Installed)
    assert isinstance(read(activity("installationUpdate", action="remove-upgrade")), Ignored)
    assert isinstance(read(activity("installationUpdate", action="remove")), Removed)
    added = [{"id": "28:bearings"}, {"id": "29:amara"}]
    assert isinstance(read(activity("conversationUpdate", membersAdded=added)), Installed)
    assert isinstance(read(activity("conversationUpdate", membersAdded=added[1:])), Ignored)
    assert isinstance(read(activity("typing")), Ignored)


# Who and where is not welcome


@pytest.mark.parametrize(
    "conversation",
    [
        {"id": "19:x@thread.tacv2", "conversationType": "channel", "isGroup": True},
        {"id": "19:x@thread.v2", "conversationType": "groupChat", "isGroup": True},
        {"id": "19:x@thread.v2", "isGroup": True},
    ],
)
def test_where_others_read_along_nothing_is_taken(conversation: dict[str, Any]) -> None:
    body = activity(text=WORDS, conversation={**conversation, "tenantId": TENANT})
    incoming = read(body)
    assert isinstance(incoming, Unwelcome)
    assert incoming.why == "elsewhere"
    gone = {**body, "type": "messageDelete"}
    assert isinstance(read(gone), Ignored)


@pytest.mark.parametrize(
    "who",
    [
        {"id": "29:anonymous"},
        {"id": "29:guest", "aadObjectId": AMARA, "userRole": "guest"},
        {"id": "29:guest", "aadObjectId": AMARA, "userRole": "Anonymous"},
        {"id": "29:other", "aadObjectId": AMARA, "tenantId": "another-tenant"},
    ],
)
def test_guests_and_people_of_other_organisations_are_outside(who: dict[str, Any]) -> None:
    for body in (
        activity(text=WORDS, **{"from": who}),
        invoke("task/fetch", {"bearings": {"open": "journal"}}, **{"from": who}),
    ):
        incoming = read(body)
        assert isinstance(incoming, Unwelcome)
        assert incoming.why == "outside"


def test_the_tenant_is_read_where_the_library_of_microsoft_loses_it() -> None:
    assert tenant_of(activity(channelData={"tenant": {"id": TENANT.upper()}})) == TENANT
    assert tenant_of(activity(channelData=None)) == TENANT
    with pytest.raises(UnreadableError):
        tenant_of(activity(channelData=None, conversation={"id": CHAT}))


# Whatever else

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
BODIES = [
    activity(text=WORDS),
    activity("messageUpdate", text=WORDS, channelData=_told("editMessage")),
    activity("messageDelete"),
    activity("installationUpdate", action="add"),
    activity("conversationUpdate", membersAdded=[{"id": "28:bearings"}]),
    activity(value={"bearings": {"press": "skip"}}),
    invoke("adaptiveCard/action", {"bearings": {"press": "skip", "about": NUDGE}}),
    invoke("task/fetch", {"bearings": {"open": "answer", "about": NUDGE}}),
    invoke("task/submit", {"bearings": {"submit": "answer", "several": ["a"]}, "a": "b,c"}),
]
SOMEWHERE = [
    (n, path)
    for n, body in enumerate(BODIES)
    for path in [
        *((name,) for name in body),
        *((name, inner) for name in body for inner in body[name] if isinstance(body[name], dict)),
    ]
]


@patiently
@given(st.dictionaries(st.text(max_size=12), anything, max_size=6))
def test_any_json_is_read_or_refused(body: dict[str, Any]) -> None:
    read_or_refused(body)


@patiently
@given(st.sampled_from(SOMEWHERE), anything)
def test_whatever_stands_in_one_place_of_what_teams_sends_is_read_or_refused(
    place: tuple[int, tuple[str, ...]], value: object
) -> None:
    n, path = place
    body = deepcopy(BODIES[n])
    inner = body
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    read_or_refused(body)


@patiently
@given(st.dictionaries(st.sampled_from(["bearings", "words", "msteams", "~", "a"]), anything))
def test_whatever_comes_back_with_a_button_is_read_or_refused(data: dict[str, Any]) -> None:
    for name in ("adaptiveCard/action", "task/fetch", "task/submit"):
        read_or_refused(invoke(name, data))


def read_or_refused(body: dict[str, Any]) -> None:
    try:
        incoming = read(body)
    except UnreadableError:
        return
    if not isinstance(incoming, Ignored):
        assert incoming.id.startswith("teams:")
        assert incoming.contact.tenant == tenant_of(body)
