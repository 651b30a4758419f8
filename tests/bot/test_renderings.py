"""What each platform gets: the golden files, Slack's and Teams' limits, and nobody's words touched.

`RECORD=1 pytest tests/bot/test_renderings.py` rewrites the golden files; the diff is the review.
The limits are written out again here, so that a slip in a constant is seen.
"""

import html
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.slack import rendering as slack
from bot.teams import rendering as teams
from prompts.message import (
    Button,
    Buttons,
    Choice,
    Choices,
    Day,
    Divider,
    Element,
    Fact,
    Facts,
    Field,
    Form,
    FormName,
    Heading,
    Hour,
    LongText,
    Message,
    Option,
    Press,
    Quiet,
    Quote,
    ShortText,
    Switch,
    Table,
    Text,
)

MACRO = re.compile(r"\{\{(DATE|TIME)\(")  # as Microsoft's renderer looks for them
GOLDEN = Path(__file__).parents[1] / "golden"
NUDGE = UUID("5b0e7c52-95c4-4f0a-9d4e-6a1c3f0a7d10")
ABOUT = str(NUDGE)

QUESTION = "Who will notice first if Thursday’s bed meeting runs differently?"
QUESTION_MESSAGE = Message(
    plain=QUESTION,
    elements=(
        Text(QUESTION),
        Quiet("Only you can read your answer."),
        Buttons(
            (
                Button("Answer", FormName.ANSWER, ABOUT, primary=True),
                Button("Skip", Press.SKIP, ABOUT),
                Button("Later", Press.LATER, ABOUT),
                Button("Heavy week", Press.HEAVY_WEEK, ABOUT),
                Button("Not for me", Press.NOT_FOR_ME, ABOUT),
                Button("Why this question?", Press.WHY, ABOUT),
                Button("Pause", FormName.PAUSE),
            )
        ),
    ),
    nudge=NUDGE,
)

NOTICE = Form(
    name=FormName.AGREEMENT,
    title="Before we start",
    about="agreement-3",
    elements=(
        Text(
            "One short question at a time, at an hour you choose. You can stop whenever you like."
        ),
        Quiet("Your answers are kept for you. Nobody else reads one unless you share it."),
        Divider(),
    ),
    fields=(
        Switch("coach", "My coach sees what I share, once a week"),
        Switch("objectives", "My coach sees my objectives", on=True),
        Switch(
            "totals", "Count me in totals", hint="Only where a total hides at least five people."
        ),
        Switch("reminders", "Remind me once about a question I left open"),
        Switch("research", "Ask me about research", error="Choose this again: the notice changed."),
    ),
    submit="Agree and start",
    error="The notice changed while it was open. Read it once more.",
)

SAVED = Message(
    plain="Saved, for you only.",
    elements=(
        Text(QUESTION),
        Quiet("Saved, for you only."),
        Buttons(
            (
                Button("Share with my coach", Press.SHARE, ABOUT),
                Button("Link to an objective", FormName.LINK, ABOUT),
            )
        ),
    ),
    nudge=NUDGE,
    replaces=True,
)

DIGEST = Form(
    name=FormName.DIGEST,
    title="Shared with you this week",
    about="2027-03-29",
    elements=(
        Heading("Amira Osei"),
        Quiet("Shared on Tuesday 23 March"),
        Quote(
            "I asked the ward sisters to speak first. I said *nothing* for six minutes & it held."
        ),
        Facts((Fact("Objective", "Decide last, not first"), Fact("Placed at", "+1, from 0"))),
        Divider(),
        Heading("Rhys Bevan"),
        Quote("Finance wants <one> page.\n\nI sent [two](https://example.org), then rang them."),
        Buttons((Button("Ask next week", FormName.COACHING_SESSION, "pairing-7"),)),
    ),
)

PEOPLE = Message(
    plain="The spring cohort: two people have started, one has not.",
    elements=(
        Table(
            "Spring cohort",
            ("Name", "Role", "Started"),
            (
                ("Amira Osei", "Leader", "2 March"),
                ("Rhys Bevan", "Leader", ""),
                ("Ines Duarte", "Coach", "2 March"),
            ),
        ),
        Table("Hours", ("Day", "At"), (("Tuesday", "12:15"), ("Thursday", "08:40"))),
    ),
)

DAYS = tuple(Option(day.lower(), day) for day in ("Monday", "Tuesday", "Wednesday"))
ZONES = tuple(Option(f"zone-{n}", f"Zone {n}") for n in range(1, 131))
LONG_OBJECTIVE = (
    "Make the Thursday bed meeting one where the ward sisters speak first and I am the last to "
    "say what I would do"
)
EVERY_FIELD = Form(
    name=FormName.WHEN,
    title="When shall we ask you, and about what?",
    about=ABOUT,
    elements=(Table("Away", ("From", "To"), (("1 April", "9 April"),)),),
    fields=(
        ShortText(
            "cue", "When exactly?", hint="Such as: after the huddle", value="After the huddle"
        ),
        LongText("answer", "Your answer", value="One line.\nAnother.", error="Say a little more."),
        Choice("objective", "Objective", (Option("o1", LONG_OBJECTIVE),), value="o1"),
        Choice("zone", "Time zone", ZONES, value="zone-101"),
        Choices("days", "Days", DAYS, values=("tuesday", "wednesday")),
        Choices(
            "topics", "Topics", (Option("t1", "*Beds*"), Option("t2", "Rotas")), values=("t2",)
        ),
        Choice("nothing", "Experiment", ()),
        Day("from", "From", value="2027-03-28"),
        Hour("at", "At", value="08:40"),
        Switch("heavy", "This is a heavy week", on=True),
    ),
    submit="Save",
)
EVERY_ELEMENT = Message(
    plain="Everything once, with <b> & {{DATE(2027-03-28T08:00:00Z)}}.",
    elements=(
        Heading("Objective 1"),
        Heading("Objective *2*"),
        Text("Plain words & <angles>, *stars* and <!channel>."),
        Quiet("Only you can read this."),
        Quote("Met at {{DATE(2027-03-28T08:00:00Z)}} with <@U123> :smile:"),
        Facts((Fact("Measure", "Who speaks first"), Fact("Next", ""))),
        Divider(),
        Table("Totals", ("Week", "Asked"), (("12", "9"), ("13",))),
        Buttons(()),
        Text(""),
        Buttons(tuple(Button(f"Objective {n}", FormName.OBJECTIVE, f"o{n}") for n in range(27))),
    ),
)
READ_ONLY = Form(
    name=FormName.JOURNAL, title="Journal", fields=EVERY_FIELD.fields, elements=(Quote("One."),)
)

SAMPLES: dict[str, Message | Form] = {
    "question": QUESTION_MESSAGE,
    "notice": NOTICE,
    "saved": SAVED,
    "digest": DIGEST,
    "people": PEOPLE,
    "every-element": EVERY_ELEMENT,
    "every-field": EVERY_FIELD,
    "read-only": READ_ONLY,
    "words-alone": Message(plain="Paused until 9 April.", elements=()),
    "nothing": Form(name=FormName.LEAD_HOME, title="Programme"),
}


def as_slack(said: Message | Form) -> dict[str, Any]:
    return slack.to_payload(said) if isinstance(said, Message) else slack.to_view(said)


def as_teams(said: Message | Form) -> dict[str, Any]:
    return teams.to_activity(said) if isinstance(said, Message) else teams.to_dialog(said)


DRESSES = {"slack": as_slack, "teams": as_teams}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("platform", DRESSES)
def test_each_platform_gets_what_was_reviewed(platform: str, name: str) -> None:
    path = GOLDEN / platform / f"{name}.json"
    dressed = json.dumps(DRESSES[platform](SAMPLES[name]), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("RECORD"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dressed, encoding="utf-8")
    assert dressed == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("platform", DRESSES)
def test_no_golden_file_is_left_behind(platform: str) -> None:
    assert {path.stem for path in (GOLDEN / platform).iterdir()} == set(SAMPLES)


def test_the_samples_hold_every_element_and_every_field() -> None:
    assert {type(element) for element in EVERY_ELEMENT.elements} == set(get_args(Element))
    assert {type(field) for field in EVERY_FIELD.fields} == set(get_args(Field))


@pytest.mark.parametrize("said", SAMPLES.values(), ids=SAMPLES)
def test_every_sample_is_within_the_limits(said: Message | Form) -> None:
    check_slack(as_slack(said))
    check_teams(as_teams(said))


# What the platforms accept, written out once more


def parts(whole: Any) -> Iterator[dict[str, Any]]:
    if isinstance(whole, dict):
        yield whole
        for inner in whole.values():
            yield from parts(inner)
    elif isinstance(whole, list):
        for inner in whole:
            yield from parts(inner)


def size(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def check_text(text: dict[str, Any], most: int) -> None:
    assert text["type"] == "plain_text"
    assert text["emoji"] is False
    assert 0 < size(text["text"]) <= most


def check_slack(dressed: dict[str, Any]) -> None:
    json.dumps(dressed).encode()
    blocks = dressed["blocks"]
    assert blocks
    if "callback_id" in dressed:
        assert len(blocks) <= 100
        assert len(json.dumps(dressed)) <= 250_000
        assert set(json.loads(dressed["private_metadata"])) == {"name", "about"}
        assert len(dressed["private_metadata"]) <= 3000
        assert ("submit" in dressed) or not any(block["type"] == "input" for block in blocks)
        for name in {"title", "close", "submit"} & set(dressed):
            check_text(dressed[name], 24)
    else:
        assert len(blocks) <= 50
        assert size(dressed["text"]) <= 4000
        assert not re.search("[<>]|&(?!amp;|lt;|gt;)", dressed["text"])
        assert dressed["parse"] == "none"
        assert not any(dressed[name] for name in ("link_names", "unfurl_links", "unfurl_media"))
    tables = [block for block in blocks if block["type"] == "table"]
    assert len(tables) <= (0 if "callback_id" in dressed else 1)
    names = [block["block_id"] for block in blocks if block["type"] == "input"]
    assert len(names) == len(set(names))
    for part in parts(blocks):
        check_slack_part(part)


def check_slack_part(part: dict[str, Any]) -> None:
    kind = part.get("type", "option")
    assert kind not in {"mrkdwn", "markdown", "link", "user", "broadcast", "emoji"}
    if kind in {"header", "section"}:
        check_text(part["text"], 150 if kind == "header" else 3000)
    elif kind == "context":
        assert len(part["elements"]) <= 10
        check_text(part["elements"][0], 3000)
    elif kind == "text":
        assert 0 < size(part["text"]) <= 3000
    elif kind == "actions":
        assert 0 < len(part["elements"]) <= 25
        assert len({button["action_id"] for button in part["elements"]}) == len(part["elements"])
    elif kind == "button":
        check_text(part["text"], 75)
        assert len(part["action_id"]) <= 255
        assert 0 < len(part.get("value", "-")) <= 2000
    elif kind == "table":
        assert len(part["rows"]) <= 100
        assert {len(row) for row in part["rows"]} <= set(range(1, 21))
        assert len({len(row) for row in part["rows"]}) == 1
    elif kind == "input":
        check_text(part["label"], 2000)
        check_text(part.get("hint", part["label"]), 2000)
    elif kind == "plain_text_input":
        assert size(part.get("initial_value", "")) <= part["max_length"] <= 3000
    elif kind in {"radio_buttons", "checkboxes"}:
        assert 0 < len(part["options"]) <= 10
    elif kind in {"static_select", "multi_static_select"}:
        groups = part.get("option_groups", [part])
        assert all(0 < len(group["options"]) <= 100 for group in groups)
    elif kind == "option" and "value" in part:
        check_text(part["text"], 75)
        check_text(part.get("description", part["text"]), 75)


def check_teams(dressed: dict[str, Any]) -> None:
    assert len(json.dumps(dressed, ensure_ascii=False).encode("utf-16-le")) <= 100_000
    attachment = dressed["card"] if "card" in dressed else dressed["attachments"][0]
    assert attachment["content"]["version"] == "1.5"
    assert attachment["content"]["body"]
    assert "text" not in dressed
    for part in parts(attachment["content"]):
        check_teams_part(part)


def check_teams_part(part: dict[str, Any]) -> None:
    kind = part.get("type", "")
    assert kind not in {"FactSet", "Action.OpenUrl", "Image", "Media"}
    if kind == "TextBlock":
        check_inert(part["text"])
    elif kind == "TextRun":
        assert part["text"]
        assert not MACRO.search(part["text"])
    elif kind == "ActionSet":
        assert 0 < len(part["actions"]) <= 6
    elif kind.startswith("Input."):
        assert part["label"]
        assert not MACRO.search(part["label"])
    if part.get("style") == "expanded":
        for choice in part["choices"]:
            check_inert(choice["title"])


def check_inert(words: str) -> None:
    """A Markdown reader that is not ours finds nothing in the words but the words."""
    seen = MarkdownIt().enable(["strikethrough", "table"]).render(words).strip()
    assert html.unescape(seen.removeprefix("<p>").removesuffix("</p>")) == words.strip()
    assert "<p>" in seen
    assert not re.search(r"\{\{|://", words)


# Anybody's words

HOSTILE = (
    "<!channel> <@U0123456> <https://evil.example|Payslips>",
    "[x](javascript:alert(1)) ![y](https://evil.example/y.png)",
    "{{DATE(2027-03-28T08:00:00Z, SHORT)}} {{{TIME(2027-03-28T08:00:00Z)}}}",
    "*bold* _it_ ~no~ `code` :smile: &lt;b&gt; &amp; <b>b</b>\n> quoted\n# head\n1. one\n- two",
    "שלום עולם \u202egnirts\u202c مرحبا \u2066x\u2069",
    "👩🏽‍⚕️👨‍👩‍👧‍👦🇬🇧 e\u0301",
    "\x00\x01\x07\x1b[31m\r\n\t\x7f\x85",
    "=HYPERLINK(1) www.evil.example @everyone",
    "nospaceatall",
    "{",
    " ",
)
words = st.builds(
    lambda said, times: (said * times)[:10_000],
    st.sampled_from(HOSTILE) | st.text(max_size=80),
    st.sampled_from([1, 1, 1, 30, 1000, 10_000]),
)
some = st.sampled_from(HOSTILE) | st.text(max_size=40)
ids = st.text("abcdef0123456789-", min_size=1, max_size=40)
does = st.sampled_from([*Press, *FormName])
rows = st.lists(st.lists(some, max_size=4).map(tuple), max_size=6).map(tuple)
elements = st.lists(
    st.one_of(
        st.builds(Heading, words),
        st.builds(Text, words),
        st.builds(Quiet, words),
        st.builds(Quote, words),
        st.lists(st.builds(Fact, some, words), max_size=4).map(tuple).map(Facts),
        st.builds(Table, some, st.lists(some, max_size=22).map(tuple), rows),
        st.just(Divider()),
        st.lists(st.builds(Button, words, does, ids | st.just(""), st.booleans()), max_size=30)
        .map(tuple)
        .map(Buttons),
    ),
    max_size=8,
).map(tuple)
options = (
    st.lists(ids, max_size=130, unique=True)
    .flatmap(lambda them: st.tuples(*(st.builds(Option, st.just(it), some) for it in them)))
    .map(tuple)
)
told = {"label": words, "hint": some, "error": some}
fields = st.lists(
    st.one_of(
        st.builds(ShortText, ids, value=words, **told),
        st.builds(LongText, ids, value=words, **told),
        st.builds(Choice, ids, options=options, value=ids, **told),
        st.builds(Choices, ids, options=options, values=st.lists(ids).map(tuple), **told),
        st.builds(Day, ids, value=some | st.dates().map(str), **told),
        st.builds(Hour, ids, value=some | st.times().map(lambda t: f"{t:%H:%M}"), **told),
        st.builds(Switch, ids, on=st.booleans(), **told),
    ),
    max_size=5,
    unique_by=lambda field: field.name,
).map(tuple)
messages = st.builds(Message, words.map("News: {}".format), elements)
forms = st.builds(Form, st.sampled_from(FormName), words, ids, elements, fields, some, words)
patiently = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def slack_quotes(blocks: list[dict[str, Any]]) -> str:
    quotes = [part for part in parts(blocks) if part.get("type") == "rich_text_quote"]
    return "".join(text["text"] for quote in quotes for text in quote["elements"])


def teams_quotes(body: list[dict[str, Any]]) -> str:
    quotes = [part for part in body if part["type"] == "Container"]
    return "".join(run["text"] for quote in quotes for run in quote["items"][0]["inlines"])


def check_quotes(said: Message | Form, shown: str, dressed: Any) -> None:
    quotes = [element.words for element in said.elements if isinstance(element, Quote)]
    theirs = "".join(quote for quote in quotes if quote.strip())
    left_out = any("The rest is left out." in str(part.get("text")) for part in parts(dressed))
    assert theirs.startswith(shown) if left_out else theirs == shown


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # said only when one fails
@patiently
@given(messages | forms)
def test_anybodys_words_arrive_in_slack_untouched(said: Message | Form) -> None:
    dressed = as_slack(said)
    check_slack(dressed)
    check_quotes(said, slack_quotes(dressed["blocks"]), dressed["blocks"])


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # said only when one fails
@patiently
@given(messages | forms)
def test_anybodys_words_arrive_in_teams_untouched(said: Message | Form) -> None:
    dressed = as_teams(said)
    check_teams(dressed)
    card = (dressed["card"] if "card" in dressed else dressed["attachments"][0])["content"]
    check_quotes(said, teams_quotes(card["body"]), card["body"])


@pytest.mark.parametrize("said", HOSTILE)
def test_ten_thousand_characters_arrive_whole(said: str) -> None:
    long = (said * 10_000)[:10_000]
    message = Message("A long answer.", (Quote(long),))
    form = Form(FormName.ANSWER, "Answer", elements=(Quote(long),))
    whole = long if long.strip() else ""
    assert slack_quotes(slack.to_view(form)["blocks"]) == whole
    assert teams_quotes(teams.to_form_card(form)["body"]) == whole
    assert teams_quotes(teams.to_card(message)["body"]) == whole
    if size(long) <= 10_000:
        assert slack_quotes(slack.to_blocks(message)) == whole


@pytest.mark.parametrize("kind", [ShortText, LongText])
@pytest.mark.parametrize("said", HOSTILE)
def test_what_was_typed_stays_in_the_field(said: str, kind: Callable[..., Field]) -> None:
    long = (said * 10_000)[:10_000]
    form = Form(FormName.ANSWER, "Answer", fields=(kind("answer", "Your answer", value=long),))
    form = Form(form.name, form.title, fields=form.fields, submit="Save")
    inputs = [block["element"] for block in slack.to_view(form)["blocks"]]
    assert "".join(box["initial_value"] for box in inputs) == long
    assert [box["action_id"] for box in inputs][:2] == ["answer", "answer~2"]
    assert teams.to_form_card(form)["body"][0]["value"] == long


# Single rules


def test_what_does_not_fit_is_said_and_buttons_stay() -> None:
    message = Message("Long.", (*[Text("A line.")] * 70, QUESTION_MESSAGE.elements[-1]))
    blocks = slack.to_blocks(message)
    assert len(blocks) == 50
    assert "left out" in blocks[-2]["text"]["text"]
    assert blocks[-1]["type"] == "actions"
    body = teams.to_card(Message("Long.", (Quote("x" * 50_000), *message.elements)))["body"]
    assert "left out" in body[0]["inlines"][0]["text"]
    assert {part["type"] for part in body[1:]} == {"ActionSet"}


def test_marks_that_turn_text_around_are_taken_from_our_lines_only() -> None:
    fact = Facts((Fact("Objective", "Decide \u202etsal\u202c"),))
    quote = Quote("Decide \u202etsal\u202c")
    message = Message("\u202eplain", (fact, quote))
    assert slack.to_payload(message)["text"] == "plain"
    shown = [part["text"] for part in parts(slack.to_blocks(message)) if part.get("type") == "text"]
    assert shown == ["Objective: ", "Decide tsal", quote.words]
    runs = [part["text"] for part in parts(teams.to_card(message)) if part.get("type") == "TextRun"]
    assert runs == ["Objective: ", "Decide tsal", quote.words]


def test_a_cut_is_made_at_a_word_and_seen() -> None:
    view = slack.to_view(Form(FormName.WHEN, "When shall we ask you, and about what?"))
    assert view["title"]["text"] == "When shall we ask you,…"
    assert view["blocks"][0]["text"]["text"] == "When shall we ask you, and about what?"


def test_the_fallback_is_never_cut_inside_an_entity() -> None:
    for before in range(6):
        text = slack.to_payload(Message("x" * before + "&" * 5000, ()))["text"]
        assert size(text) <= 4000
        assert re.fullmatch("x*(&amp;)+…", text)


def test_an_id_that_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(ValueError, match="an id"):
        slack.to_blocks(Message("x", (Buttons((Button("Skip", Press.SKIP, "x" * 256),)),)))


def test_errors_are_handed_to_slack_by_field() -> None:
    assert slack.to_errors(NOTICE) == {"research": "Choose this again: the notice changed."}


def test_a_press_is_executed_in_teams_and_a_form_opens_a_dialog() -> None:
    actions = [
        part for part in parts(teams.to_card(QUESTION_MESSAGE)) if "associatedInputs" in part
    ]
    answer, skip = actions[0], actions[1]
    assert answer["data"]["msteams"] == {"type": "task/fetch"}
    assert answer["data"]["bearings"] == {"open": "answer", "about": ABOUT}
    assert (skip["type"], skip["verb"]) == ("Action.Execute", "skip")
    assert skip["fallback"]["data"] == {"bearings": {"press": "skip", "about": ABOUT}}
