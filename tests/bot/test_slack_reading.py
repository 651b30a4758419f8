"""What Slack sends, recorded with invented people, and whatever else could be sent in its place."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.conversation.events import Opened, Pressed, Said, Submitted
from bot.slack.pages import NONE_OPEN, Opener, Page, Pages, read_pages
from bot.slack.reading import (
    Echo,
    Edited,
    Ended,
    Heard,
    HomeOpened,
    Ignored,
    Incoming,
    LimitedIntake,
    PersonChanged,
    SlackPerson,
    Stale,
    TeamsChanged,
    UnreadableError,
    Where,
    Withdrawn,
    app_of,
    read,
    read_action,
    read_command,
    read_event,
    read_person,
    read_view,
)
from bot.slack.rendering import to_blocks, to_view
from bot.slack.room import Block
from bot.slack.typed import as_typed
from prompts.dressing import is_day, is_hour
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Choices,
    Day,
    Form,
    FormName,
    Hour,
    LongText,
    Message,
    Press,
    ShortText,
    Switch,
)
from tests.bot.hostile import HOSTILE, forms, ids, patiently

RECORDED = {
    file.stem: json.loads(file.read_text())
    for file in sorted((Path(__file__).parents[1] / "payloads" / "slack").glob("*.json"))
}
TEAM, TRUST = "T0HARBOUR1", "E0TRUST001"
AMARA, DAN, LENA, AMARA_AT_THE_TRUST = "U0AMARA001", "U0DAN00001", "U0LENA0001", "W0AMARA001"
DM, ID = "D0AMARA001", "7b0f3c52-4b0e-4e36-8f07-9d2f0f5f3a11"
TRIGGER, SENT = "8134529760.4410983217.9f8e7d6c5b4a39281706", "1805360000.000900"
ANSWER_AT = "https://hooks.slack.com/actions/T0HARBOUR1/8134529761/aBcDeFgHiJkLmNoP"


def said(
    words: str,
    ts: str = "1805360400.000100",
    *,
    thread: str = "",
    workspace: str = TEAM,
    user: str = AMARA,
    enterprise: str = "",
    from_outside: bool = False,
) -> Heard:
    event = Said(f"slack:{DM}:{ts}", "slack", workspace, user, words=words)
    where = Where(DM, thread, message=ts, surface="message")
    return Heard(event, where, enterprise, from_outside)


MESSAGES: dict[str, Incoming] = {
    "message": said("I asked the ward manager what she would try first."),
    "message_in_thread": said("Only on Tuesdays, I think.", "1805360460.000200", thread=SENT),
    "message_with_marks": said(
        "Thanks @someone & @here, see the rota (https://harbour.example/rota) <soon> *now*"
    ),
    "message_with_file": said("The rota as it stands", "1805360520.000300"),
    "message_of_file_alone": said("", "1805360530.000300"),
    "message_broadcast": said("For both of us, then.", "1805360580.000400", thread=SENT),
    "message_me": said("is away on Friday", "1805360590.000500"),
    "message_from_outside": said("May I join?", "1805361100.001100", user=LENA, from_outside=True),
    "message_in_an_organisation": said(
        "Both sites agreed.", "1805361200.001200", user=AMARA_AT_THE_TRUST, enterprise=TRUST
    ),
    "message_changed": Edited(
        "Ev0HARBOUR08",
        TEAM,
        AMARA,
        DM,
        "1805360400.000100",
        "I asked her & she said yes.",
        datetime(2027, 3, 18, 9, 5, 0, 700, tzinfo=UTC),
    ),
    "message_deleted": Withdrawn("Ev0HARBOUR11", TEAM, AMARA, DM, "1805360400.000100"),
    "message_gone_with_replies": Withdrawn("Ev0HARBOUR10", TEAM, AMARA, DM, "1805360400.000100"),
    "own_post": Echo("Ev0HARBOUR12", TEAM, DM, SENT, ID),
    "message_unfurled": Ignored("a message whose words are the same"),
    "own_answer": Ignored("a message of a program"),
    "own_post_updated": Ignored("a message that nobody wrote"),
    "own_post_deleted": Ignored("a message that nobody wrote"),
    "message_of_another_bot": Ignored("a message of a program"),
    "message_in_a_channel": Ignored("not said to us alone"),
}

PEOPLE: dict[str, Incoming] = {
    "home_opened": HomeOpened("Ev0HARBOUR20", TEAM, AMARA, "V0HOME0001", "1805360000.abCdEf12"),
    "home_opened_first": HomeOpened("Ev0HARBOUR21", TEAM, DAN),
    "chat_opened": Ignored("the chat was opened"),
    "person_changed": PersonChanged(
        "Ev0HARBOUR23",
        TEAM,
        SlackPerson(AMARA, "Amara Okafor", "Africa/Lagos", "en-GB"),
    ),
    "person_gone": PersonChanged(
        "Ev0HARBOUR24", TEAM, SlackPerson(DAN, "Dan Whitcombe", is_gone=True)
    ),
    "guest_changed": PersonChanged(
        "Ev0HARBOUR25",
        TEAM,
        SlackPerson("U0GUEST001", "Joan Pell", "", "en-GB", is_guest=True),
    ),
    "stranger_changed": PersonChanged(
        "Ev0HARBOUR26",
        TEAM,
        SlackPerson(
            LENA,
            "Lena Brandt",
            "Europe/London",
            "en-GB",
            is_external=True,
        ),
    ),
    "app_uninstalled": Ended(
        "Ev0HARBOUR27", TEAM, datetime(2027, 3, 18, 9, 0, 27, tzinfo=UTC), "app_uninstalled"
    ),
    "team_access_granted": TeamsChanged(
        "Ev0HARBOUR91",
        TRUST,
        ("T0HARBOUR1", "T0HARBOUR2"),
        True,
        datetime(2027, 3, 18, 9, 1, 40, tzinfo=UTC),
        enterprise=TRUST,
    ),
    "team_access_revoked": TeamsChanged(
        "Ev0HARBOUR92",
        TRUST,
        ("T0HARBOUR1", "T0HARBOUR2"),
        False,
        datetime(2027, 3, 18, 9, 1, 41, tzinfo=UTC),
        enterprise=TRUST,
    ),
    "tokens_revoked": Ended(
        "Ev0HARBOUR28", TEAM, datetime(2027, 3, 18, 9, 0, 28, tzinfo=UTC), "tokens_revoked"
    ),
    "tokens_of_people_revoked": Ignored("tokens that we do not use"),
    "reaction_added": Ignored("an event that is not used"),
    "intake_limited": LimitedIntake(TEAM),
    "shortcut": Ignored("a kind of payload that is not used"),
}

IN_MESSAGE = Where(DM, "", SENT, ANSWER_AT, TRIGGER, surface="message")
# Carried along by the form that it opens.
ON_IT = Pages(opener=Opener(f"{DM}/{SENT}", ANSWER_AT))
IN_HOME = Where(trigger=TRIGGER, view="V0HOME0001", view_hash="1805360000.abCdEf12", surface="home")
IN_MODAL = Where(
    trigger=TRIGGER, view="V0MODAL001", view_hash="1805362100.XyZ12345", surface="modal"
)


def key(action: str, at: str = SENT, user: str = AMARA) -> str:
    return f"slack:{user}:{at}:{action}:1805362000.123456"


def pressed(
    press: Press, place: int, where: Where = IN_MESSAGE, *, at: str = SENT, about: str = ID
) -> Heard:
    event_id = key(f"press:{press}:{place}", at)
    event = Pressed(event_id, "slack", TEAM, AMARA, press=press, about=about)
    return Heard(event, where, pages=ON_IT if where.surface == "message" else NONE_OPEN)


SKIPPED = key("press:skip:0")
PRESSES: dict[str, Incoming] = {
    "press_in_message": pressed(Press.SKIP, 1),
    "press_on_message_with_replies": pressed(Press.WHY, 3, about=""),
    "press_in_modal": replace(
        pressed(Press.ERASE_ANSWER, 0, IN_MODAL, at="V0MODAL001"),
        pages=Pages((Page(FormName.JOURNAL, ID, "V0MODAL001"),)),
    ),
    "press_in_passing": pressed(
        Press.SKIP, 0, Where(response_url=ANSWER_AT, trigger=TRIGGER, surface="ephemeral")
    ),
    "open_in_thread": Heard(
        Opened(key("open:answer:0"), "slack", TEAM, AMARA, form=FormName.ANSWER, about=ID),
        Where(DM, "1805350000.000100", SENT, ANSWER_AT, TRIGGER, surface="message"),
        pages=ON_IT,
    ),
    "press_in_home": Heard(
        Opened(
            key("open:journal:2", "V0HOME0001"),
            "slack",
            TEAM,
            AMARA,
            form=FormName.JOURNAL,
            about=ID,
        ),
        IN_HOME,
        pages=Pages(over_home=True),
    ),
    "press_in_an_organisation": Heard(
        Pressed(
            key("press:skip:0", user=AMARA_AT_THE_TRUST),
            "slack",
            TEAM,
            AMARA_AT_THE_TRUST,
            press=Press.SKIP,
            about=ID,
        ),
        IN_MESSAGE,
        TRUST,
        pages=ON_IT,
    ),
    "press_from_outside": Heard(
        Pressed(key("press:skip:0", user=LENA), "slack", TEAM, LENA, press=Press.SKIP, about=ID),
        IN_MESSAGE,
        from_outside=True,
        pages=ON_IT,
    ),
    "press_of_an_older_version": Stale(key(""), TEAM, AMARA, IN_MESSAGE, ON_IT),
    "link_followed": Ignored("a control that asks nothing of us"),
    "menu_chosen": Ignored("a control that asks nothing of us"),
    "form_closed": Ignored("a form was closed"),
}

COMMANDED = Where(
    response_url="https://hooks.slack.com/commands/T0HARBOUR1/8134529780/qRsTuVwXyZ",
    trigger="8134529781.4410983217.0f1e2d3c4b5a69788796",
)


def commanded(words: str, user: str = AMARA, enterprise: str = "") -> Heard:
    event_id = f"slack:{COMMANDED.trigger}"
    return Heard(Said(event_id, "slack", TEAM, user, words=words), COMMANDED, enterprise)


COMMANDS: dict[str, Incoming] = {
    "command": commanded("pause until Friday & rest"),
    "command_alone": commanded("help"),
    "command_in_an_organisation": commanded("my data", AMARA_AT_THE_TRUST, TRUST),
}
WHOLE = MESSAGES | PEOPLE | PRESSES | COMMANDS


@pytest.mark.parametrize("name", WHOLE)
def test_a_recorded_payload_is_read(name: str) -> None:
    assert read(RECORDED[name]) == WHOLE[name]


FORMS: dict[str, tuple[FormName, dict[str, tuple[str, ...]]]] = {
    "answer_sent": (
        FormName.ANSWER,
        {"words": ("She asked me back.\n\nI had not expected it & said so.",)},
    ),
    "long_answer_sent": (
        FormName.ANSWER,
        {"words": ("It begins and goes on until its last.",)},
    ),
    "every_kind_of_field_sent": (
        FormName.OBJECTIVE,
        {
            "words": ("",),
            "whose": ("mine",),
            "objective": ("obj-2",),
            "themes": ("time", "trust"),
            "leaders": ("dan", "joan"),
            "review": ("2027-06-01",),
            "until": ("",),
            "at": ("07:45",),
            "reminders": ("on",),
        },
    ),
    "form_sent_in_an_organisation": (FormName.ANSWER, {"words": ("From both sites.",)}),
}


def submitted(payload: Any) -> Submitted:
    heard = read(payload)
    assert isinstance(heard, Heard)
    assert isinstance(heard.event, Submitted)
    return heard.event


@pytest.mark.parametrize("name", FORMS)
def test_a_recorded_form_holds_what_was_filled_in_as_on_every_platform(name: str) -> None:
    event = submitted(RECORDED[name])
    assert (event.form, event.values) == FORMS[name]


def test_a_form_says_what_it_is_about_and_what_it_was_drawn_from() -> None:
    event = submitted(RECORDED["long_answer_sent"])
    assert (event.about, event.basis) == (ID, "3")
    heard = read(RECORDED["form_sent_in_an_organisation"])
    assert isinstance(heard, Heard)
    assert (heard.event.workspace, heard.enterprise) == ("T0HARBOUR2", TRUST)
    assert heard.where == Where(
        trigger="8134529770.4410983217.1a2b3c4d5e6f70819203",
        view="V0MODAL001",
        view_hash="1805362100.XyZ12345",
        surface="modal",
    )


def test_a_form_of_an_older_version_is_stale() -> None:
    heard = read(RECORDED["form_of_an_older_version"])
    assert isinstance(heard, Stale)
    assert (heard.user_id, heard.where.view) == (AMARA, "V0MODAL001")


def test_every_payload_is_in_a_table_and_is_for_our_app() -> None:
    assert set(RECORDED) == {*WHOLE, *FORMS, "form_of_an_older_version"}
    assert {app_of(body) for body in RECORDED.values()} == {"A0BEARINGS", ""}
    assert {name for name, body in RECORDED.items() if not app_of(body)} == {"shortcut"}


# ---- one thing done is one event ----


def test_a_form_that_was_corrected_is_another_event_and_one_sent_twice_is_not() -> None:
    """A form that comes back with what is wrong keeps its view and its hash."""
    sent = RECORDED["answer_sent"]
    again = deepcopy(sent) | {"trigger_id": "1.2.another"}
    corrected = deepcopy(sent)
    corrected["view"]["state"]["values"]["words"]["words"]["value"] = "She asked me back."
    assert submitted(sent).id == submitted(again).id
    assert submitted(sent).id != submitted(corrected).id


def test_the_id_of_a_form_tells_nothing_of_its_words_without_what_slack_alone_knows() -> None:
    elsewhere = deepcopy(RECORDED["answer_sent"]) | {"token": "Vanother"}
    assert submitted(elsewhere).id != submitted(RECORDED["answer_sent"]).id


def test_a_message_is_the_same_event_however_often_and_under_whatever_number_it_comes() -> None:
    again = RECORDED["message"] | {"event_id": "Ev0ANOTHER1", "event_time": 1805369999}
    assert read(again) == read(RECORDED["message"])


# ---- what is put away, and what is not ----


def changed(name: str, **event: object) -> Any:
    body = deepcopy(RECORDED[name])
    body["event"] |= event
    return body


@pytest.mark.parametrize(
    "subtype",
    [
        *("bot_message", "channel_join", "channel_topic", "reminder_add", "huddle_thread"),
        *("assistant_app_thread", "tombstone", "message_replied", "ekm_access_denied"),
    ],
)
def test_what_slack_says_in_somebodys_name_is_no_word_of_theirs(subtype: str) -> None:
    assert isinstance(read(changed("message", subtype=subtype)), Ignored)
    after = RECORDED["message_changed"]["event"]["message"]
    edit = changed("message_changed", message={**after, "subtype": subtype})
    assert isinstance(read(edit), Withdrawn if subtype == "tombstone" else Ignored)


def test_slackbot_programs_and_hidden_messages_are_nobodys_words() -> None:
    for event in ({"user": "USLACKBOT"}, {"bot_id": "B0STANDUP1"}, {"hidden": True}):
        assert isinstance(read(changed("message", **event)), Ignored)


def test_an_echo_is_of_our_own_app() -> None:
    body = RECORDED["own_post"]
    assert isinstance(read(changed("own_post", app_id="A0STANDUP1")), Ignored)
    without_app = changed("own_post", app_id=None)
    assert read(without_app) == read(body)
    metadata = {"event_type": "other", "event_payload": {"delivery_id": ID}}
    assert isinstance(read(changed("own_post", metadata=metadata)), Ignored)


def test_an_edit_that_only_changes_slacks_marks_changes_no_word() -> None:
    before = RECORDED["message_changed"]["event"]["message"]
    typed = {**before, "text": "see harbour.example"}
    marked = {**before, "text": "see <http://harbour.example|harbour.example>"}
    edit = changed("message_changed", message=marked, previous_message=typed)
    assert isinstance(read(edit), Ignored)


def test_what_was_deleted_goes_even_where_slack_does_not_say_whose_it_was() -> None:
    for name in ("message_deleted", "message_gone_with_replies"):
        gone = read(changed(name, previous_message=None))
        assert isinstance(gone, Withdrawn)
        assert (gone.user_id, gone.message) == ("", "1805360400.000100")


def test_a_message_that_is_already_a_tombstone_is_withdrawn_once() -> None:
    tombstone = RECORDED["message_gone_with_replies"]["event"]["message"]
    assert isinstance(read(changed("message_deleted", previous_message=tombstone)), Ignored)


def test_a_direct_message_is_known_by_its_channel_where_its_kind_is_missing() -> None:
    assert isinstance(read(changed("message_changed", channel_type=None)), Edited)
    assert isinstance(read(changed("message", channel_type=None, channel="C0WARD0001")), Ignored)
    assert isinstance(read(changed("message", channel_type="mpim", channel="G0WARD0001")), Ignored)


def test_a_command_of_another_name_is_not_ours() -> None:
    assert isinstance(read_command(RECORDED["command"] | {"command": "/standup"}), Ignored)


def test_an_answer_to_a_command_goes_to_one_person_wherever_it_was_typed() -> None:
    heard = read(RECORDED["command"])
    assert isinstance(heard, Heard)
    assert RECORDED["command"]["channel_id"] == "C0WARD0001"
    assert (heard.where.channel, heard.where.message) == ("", "")


# ---- people ----


def test_a_colleague_in_another_workspace_of_the_organisation_is_not_external() -> None:
    dan: dict[str, object] = {"id": DAN, "team_id": "T0HARBOUR2", "real_name": "Dan Whitcombe"}
    assert read_person(dan, TEAM).is_external
    assert not read_person(dan).is_external
    dan["enterprise_user"] = {"id": DAN, "enterprise_id": TRUST, "teams": ["T0HARBOUR2", TEAM]}
    assert not read_person(dan, TEAM, TRUST).is_external
    assert read_person(dan, TEAM, "E0ANOTHER1").is_external


def test_somebody_is_called_by_the_name_they_are_known_by() -> None:
    full = {
        "id": DAN,
        "name": "dan.w",
        "real_name": "Dan Whitcombe",
        "profile": {"real_name": " Dan Whitcombe ", "display_name": "dan"},
    }
    assert read_person(full).name == "Dan Whitcombe"
    assert read_person({**full, "profile": None}).name == "Dan Whitcombe"
    assert read_person({"id": DAN, "name": "dan.w", "real_name": ""}).name == "dan.w"
    assert read_person({"id": DAN, "tz": None, "locale": None, "profile": {}}) == SlackPerson(DAN)


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({"is_bot": True}, SlackPerson(DAN, is_bot=True)),
        ({"deleted": True}, SlackPerson(DAN, is_gone=True)),
        ({"is_ultra_restricted": True}, SlackPerson(DAN, is_guest=True)),
        ({"is_stranger": True}, SlackPerson(DAN, is_external=True)),
        ({"id": "USLACKBOT"}, SlackPerson("USLACKBOT", is_bot=True)),
    ],
)
def test_what_somebody_is_decides_whether_they_are_asked(
    flags: dict[str, object], told: SlackPerson
) -> None:
    assert read_person({"id": DAN, **flags}) == told


# ---- what was typed ----


def escaped(words: str) -> str:
    """As Slack does it."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@given(st.text() | st.sampled_from(HOSTILE))
def test_words_come_back_exactly_as_they_were_typed(words: str) -> None:
    assert as_typed(escaped(words)) == words
    assert as_typed(escaped(escaped(words))) == escaped(words)


@given(st.text("<>|&;ampltg@#!^:/U0 \n") | st.text())
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(as_typed(text), str)


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("<@U0DAN00001>", "@someone"),
        ("<@U0DAN00001|dan>", "@dan"),
        ("<#C0WARD0001|ward-4>", "#ward-4"),
        ("<#C0WARD0001|>", "#channel"),
        ("<#C0WARD0001>", "#channel"),
        ("<!channel> <!here> <!everyone> <!here|here>", "@channel @here @everyone @here"),
        ("<!subteam^S0WARD0001|@ward-4> <!subteam^S0WARD0001>", "@ward-4 @group"),
        ("<!date^1805360400^{date}|18 March>", "18 March"),
        ("<https://harbour.example/a?b=1&amp;c=2>", "https://harbour.example/a?b=1&c=2"),
        ("<http://harbour.example|harbour.example>", "harbour.example"),
        ("<https://harbour.example/|harbour.example>", "harbour.example"),
        ("<https://harbour.example|https://harbour.example>", "https://harbour.example"),
        (
            "<https://evil.example|the &lt;rota&gt;>",
            "the <rota> (https://evil.example)",
        ),
        ("<mailto:amara@harbour.example|amara@harbour.example>", "amara@harbour.example"),
        ("<mailto:amara@harbour.example>", "amara@harbour.example"),
        ("<tel:+441234567|01234 567>", "01234 567"),
        ("&amp;lt;3 &lt;3", "&lt;3 <3"),
        ("&amp;amp; &quot; &nbsp;", "&amp; &quot; &nbsp;"),
        ("a < b > c <> <|> < | >", "a < b > c <> <|> < | >"),
        ("<plain> <!unheard> <!unheard|of>", "<plain> <!unheard> of"),
        (":smile: *bold* _it_ `code`", ":smile: *bold* _it_ `code`"),
    ],
)
def test_marks_are_turned_back_into_what_the_person_saw(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


def test_a_megabyte_of_brackets_takes_no_longer_than_its_length() -> None:
    for text in ("<" * 500_000, "<a" * 500_000, "&" * 500_000, "<a|" * 300_000 + ">"):
        assert as_typed(text).replace("a|", "|")[:1] in {"<", "&"}


# ---- there and back: what we draw is what we read ----


@patiently
@given(st.sampled_from([*Press, *FormName]), ids | st.just(""), st.integers(0, 29))
def test_every_button_that_is_drawn_can_be_pressed(
    does: Press | FormName, about: str, place: int
) -> None:
    row = Buttons((*(Button("Other", Press.WHY) for _ in range(place)), Button("It", does, about)))
    drawn: list[Block] = [
        element for block in to_blocks(Message("x", (row,))) for element in block["elements"]
    ]
    body = deepcopy(RECORDED["press_in_message"])
    action = {name: drawn[-1].get(name) for name in ("action_id", "type", "value")}
    body["actions"] = [{**action, "action_ts": "1805362000.123456"}]
    heard = read(body)
    assert isinstance(heard, Heard)
    event = heard.event
    assert isinstance(event, Pressed | Opened)
    assert (event.press if isinstance(event, Pressed) else event.form) is does
    assert event.about == about
    assert len(event.id) <= 200


def sent_as_it_is(form: Form) -> Any:
    """As Slack sends a form in which nothing was changed."""
    view = to_view(form)
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            values[block["block_id"]] = {element["action_id"]: _as_filled_in(element)}
    body = deepcopy(RECORDED["answer_sent"])
    body["view"] |= {name: view[name] for name in ("callback_id", "private_metadata")}
    body["view"]["state"] = {"values": values}
    return body


def _as_filled_in(element: Block) -> Block:
    kind = element["type"]
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "radio_buttons" | "static_select":
            return {"type": kind, "selected_option": element.get("initial_option")}
        case "checkboxes" | "multi_static_select":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
    return {"type": kind, "selected_time": element.get("initial_time")}


@patiently
@given(forms)
def test_a_form_sent_as_it_was_drawn_gives_back_what_stood_in_it(form: Form) -> None:
    assume(form.submit)
    # Where a form is too long for Slack, its last fields are not drawn.
    assume("The rest is left out" not in str(to_view(form)))
    event = submitted(sent_as_it_is(form))
    assert (event.form, event.about, event.basis) == (form.name, form.about, form.basis)
    assert len(event.id) <= 200
    for field in form.fields:
        given = event.values.get(field.name, ())
        match field:
            case ShortText(value=value) | LongText(value=value):
                assert given == (value,)
            case Choice(value=value, options=options):
                assert given == ((value,) if value in {one.value for one in options} else ())
            case Choices(values=values, options=options):
                assert given == tuple(one.value for one in options if one.value in values)
            case Switch(on=on):
                assert given == (("on",) if on else ())
            case Day(value=value):
                assert given == (value if is_day(value) else "",)
            case Hour(value=value):
                assert given == (value if is_hour(value) else "",)


# ---- anything at all ----

READS: list[Callable[[Mapping[str, object]], object]] = [
    read,
    read_event,
    read_action,
    read_view,
    read_command,
    read_person,
    app_of,
]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
anything = st.recursive(
    scalars | st.sampled_from(["event_callback", "block_actions", "view_submission", "T0", DM, ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
NAMES = sorted({name for body in RECORDED.values() for name in body})
bodies = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=9), anything, max_size=8)


def is_read_or_refused(reads: Callable[[Mapping[str, object]], object], body: Any) -> None:
    try:
        found = reads(body)
    except UnreadableError:
        return
    if isinstance(found, Heard):
        assert 0 < len(found.event.id) <= 200
        assert found.event.workspace
        assert len(found.where.response_url) <= 500
    else:
        assert isinstance(found, Incoming | SlackPerson | str)


@given(st.sampled_from(READS), bodies)
def test_any_json_is_read_or_refused(
    reads: Callable[[Mapping[str, object]], object], body: dict[str, object]
) -> None:
    is_read_or_refused(reads, body)


def _places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    match value:
        case dict():
            inner = [place for name in value for place in _places(value[name], (*path, name))]
        case list():
            inner = [p for at, one in enumerate(value) for p in _places(one, (*path, at))]
        case _:
            inner = []
    return [path, *inner] if path else inner


PLACES = [(name, place) for name, body in RECORDED.items() for place in _places(body)]
WRONG = [None, "", 0, -1, 1e300, True, [], {}, [None], {"a": 1}, "x" * 4_000, "\0", "é", "\ud800"]


@given(
    st.sampled_from(PLACES),
    st.sampled_from([*WRONG, "away"]) | anything,
    st.sampled_from(READS),
)
def test_a_payload_with_anything_in_any_of_its_places_is_read_or_refused(
    at: tuple[str, tuple[Any, ...]],
    wrong: object,
    reads: Callable[[Mapping[str, object]], object],
) -> None:
    name, [*path, last] = at
    body = deepcopy(RECORDED[name])
    part = body
    for step in path:
        part = part[step]
    if wrong == "away":
        del part[last]
    else:
        part[last] = wrong
    is_read_or_refused(reads, body)
    is_read_or_refused(read, body)


def test_each_place_of_each_payload_may_be_missing_or_wrong() -> None:
    for name, [*path, last] in PLACES:
        for wrong in WRONG:
            body = deepcopy(RECORDED[name])
            part = body
            for step in path:
                part = part[step]
            part[last] = wrong
            is_read_or_refused(read, body)


# ---- what nobody but a forger sends ----


def with_metadata(metadata: str, callback_id: str = "answer") -> Any:
    body = deepcopy(RECORDED["answer_sent"])
    body["view"] |= {"private_metadata": metadata, "callback_id": callback_id}
    return body


TAMPERED = [
    "",
    "{}",
    "[]",
    "null",
    '"answer"',
    '{"name": "answer"}',
    '{"about": ""}',
    '{"name": "answer", "about": null}',
    '{"name": "answer", "about": 1}',
    '{"name": ["answer"], "about": ""}',
    '{"name": "answer", "about": "", "basis": 3}',
    '{"name": "answer", "about": "", "owner": "amara"}',
    '{"name": "journal", "about": ""}',
    '{"name": "answer", "about": "", "about": "x"}',
    '{"name": "answer", "about": "' + "x" * 256 + '"}',
    '{"name": "answer", "about": "\\ud800"}',
    '{"name": "answer", "about": "' + "x" * 3_000 + '"}',
]


@pytest.mark.parametrize("metadata", TAMPERED)
def test_a_form_whose_hidden_part_is_not_ours_is_taken_for_one_of_another_version(
    metadata: str,
) -> None:
    found = read(with_metadata(metadata))
    assert isinstance(found, Stale)
    assert found.is_form


FILLED: list[dict[str, Any]] = [
    {"Words": {"Words": {"type": "plain_text_input", "value": "x"}}},
    {"words~1": {"words~1": {"type": "plain_text_input", "value": "x"}}},
    {"words~100": {"words~100": {"type": "plain_text_input", "value": "x"}}},
    {"words~02": {"words~02": {"type": "plain_text_input", "value": "x"}}},
    {"words": {"about": {"type": "plain_text_input", "value": "x"}}},
    {"words": {}},
    {"words": {"words": {"type": "plain_text_input", "value": 1}}},
    {"words": {"words": {"type": "plain_text_input", "value": ["x"]}}},
    {"words": {"words": {"type": "file_input", "files": []}}},
    {"words": {"words": {"type": "rich_text_input", "rich_text_value": {}}}},
    {"words": {"words": {"value": "x"}}},
    {"words~2": {"words~2": {"type": "checkboxes", "selected_options": []}}},
    {"themes": {"themes": {"type": "checkboxes", "selected_options": ["time"]}}},
    {"themes": {"themes": {"type": "checkboxes", "selected_options": [{"value": 1}]}}},
    {"whose": {"whose": {"type": "radio_buttons", "selected_option": "mine"}}},
    {"whose": {"whose": {"type": "static_select", "selected_option": {"text": {}}}}},
    {"until": {"until": {"type": "datepicker", "selected_date": 20270601}}},
    {"until": {"until": {"type": "datepicker", "selected_date": "x" * 301}}},
]


@pytest.mark.parametrize("filled", FILLED)
def test_a_form_with_a_field_that_none_of_ours_has_is_of_another_version(
    filled: dict[str, Any],
) -> None:
    body = deepcopy(RECORDED["answer_sent"])
    body["view"]["state"] = {"values": filled}
    found = read(body)
    assert isinstance(found, Stale)
    assert found.is_form


def on_top_of_others(metadata: str, **view: object) -> Any:
    body = deepcopy(RECORDED["press_in_modal"])
    body["view"] |= {"root_view_id": "V0ROOT", "previous_view_id": "V0MIDDLE", **view}
    body["view"] |= {"private_metadata": metadata, "callback_id": "search"}
    return body


def pages_of(body: Any) -> Pages:
    heard = read(body)
    assert isinstance(heard, Heard)
    return heard.pages


BELOW = '{"name": "search", "about": "", "made": 1, "home": true, "below": %s}'


def test_a_page_knows_what_it_stands_on() -> None:
    below = f'[["leader-home", "", 0], ["journal", "{ID}", 2]]'
    third = Page(FormName.SEARCH, "", "V0MODAL001")
    assert pages_of(on_top_of_others(BELOW % below)) == Pages(
        (
            Page(FormName.LEADER_HOME, "", "V0ROOT"),
            Page(FormName.JOURNAL, ID, "V0MIDDLE", leaf=2),
            third,
        ),
        over_home=True,
    )
    alone = on_top_of_others(BELOW % "[]", root_view_id="V0MODAL001", previous_view_id=None)
    assert pages_of(alone) == Pages((third,), over_home=True)


@pytest.mark.parametrize(
    "below",
    [
        *("[]", "null", "3", '"x"', "{}", "[1, 2]", "[[], []]", '[["journal"], ["journal"]]'),
        *('[["journal", 1, 0], ["journal", "", 0]]', '[["journal", "", 0], ["journal", "", -1]]'),
        '[["journal", "", true], ["journal", "", 0]]',
        '[["from-before", "", 0], ["said", "", 0]]',
        '[["journal", "", 0], ["journal", "%s", 0]]' % ("x" * 256),
    ],
)
def test_what_a_page_wrongly_says_of_what_it_stands_on_is_not_believed(below: str) -> None:
    pages = pages_of(on_top_of_others(BELOW % below))
    assert [page.view for page in pages.stack] == ["V0ROOT", "V0MIDDLE", "V0MODAL001"]
    assert {page.form for page in pages.stack[:2]} == {None}


@given(st.lists(st.tuples(st.sampled_from(FormName), ids), max_size=3), st.booleans(), forms)
def test_what_a_page_stands_on_comes_back_as_it_was_drawn(
    below: list[tuple[FormName, str]], over_home: bool, form: Form
) -> None:
    under = Pages(tuple(Page(name, about) for name, about in below[:2]), over_home=over_home)
    view_ids = ["V0ROOT", "V0MIDDLE"][: len(under.stack)]
    view = {
        **to_view(form, under),
        "id": "V0TOP",
        "root_view_id": [*view_ids, "V0TOP"][0],
        "previous_view_id": view_ids[-1] if view_ids else None,
    }
    assert len(view["private_metadata"]) <= 3_000
    again = read_pages(view)
    assert [(page.form, page.about) for page in again.below.stack] == below[:2]
    assert [page.view for page in again.stack] == [*view_ids, "V0TOP"]
    assert again.over_home == over_home


def test_what_cannot_be_of_slack_is_refused() -> None:
    press, message, form = (
        RECORDED[name] for name in ("press_in_message", "message", "answer_sent")
    )
    action = press["actions"][0]
    wrong: list[tuple[Any, dict[str, Any]]] = [
        (press, {"actions": []}),
        (press, {"actions": None}),
        (press, {"actions": {}}),
        (press, {"user": None}),
        (press, {"container": None}),
        (press, {"team": None, "user": {"id": AMARA}}),
        (press, {"response_url": "https://hooks.slack.com/" + "x" * 500}),
        (press, {"actions": [{**action, "value": "x" * 256}]}),
        (press, {"actions": [{**action, "action_id": "x" * 256}]}),
        (press, {"actions": [{**action, "action_ts": None}]}),
        (press, {"user": {"id": "U0AMARA001\0", "team_id": TEAM}}),
        (message, {"event": None}),
        (message, {"event": "message"}),
        (message, {"authorizations": {}}),
        (message, {"team_id": None, "authorizations": [], "context_team_id": None}),
        (message, {"team_id": "not a team", "authorizations": []}),
        (form, {"view": None}),
        (form, {"view": {**form["view"], "id": "V" * 41}}),
    ]
    for body, change in wrong:
        with pytest.raises(UnreadableError):
            read({**body, **change})
    for reads in (read_event, read_action, read_view):
        with pytest.raises(UnreadableError):
            reads({"type": "shortcut"})
        with pytest.raises(UnreadableError):
            reads({})
