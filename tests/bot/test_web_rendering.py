"""The playground's pages: every element drawn, every word escaped, every name as promised."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count, pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.web.rendering import (
    Line,
    Page,
    Person,
    Place,
    form_to_html,
    to_error_page,
    to_html,
    to_page,
    to_welcome,
)
from prompts.message import (
    LEVELS,
    Button,
    Buttons,
    Chart,
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
    Link,
    LongText,
    Message,
    Option,
    Path,
    Point,
    Press,
    Quiet,
    Quote,
    ShortText,
    Step,
    StepState,
    Switch,
    Table,
    Text,
)
from tests.bot.browsing import Node, read

NOW = datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
AMARA = Person("amara", "Amara Okafor", "leader")
GWEN = Person("gwen", "Gwen Pritchard", "leader")
RUTH = Person("ruth", "Ruth Adler", "coach")
INES = Person("ines", "Ines Ferreira", "lead")
EVERYONE = (AMARA, GWEN, RUTH, INES)

# Anything a person can type; carriage returns and the like are the browser's to normalise.
typed = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("<>&\"'{}%#\nمرحبا🧭"),
    min_size=1,
)


def fresh() -> Callable[[], str]:
    numbers = count()
    return lambda: f"event-{next(numbers)}"


def place(id_: str = "here", line: str = "l1") -> Place:
    return Place("/leader/amara", id_, fresh(), line)


def draw(element: Element) -> Node:
    return read(to_html(Message("plain", (element,)), place()))


def draw_field(field: Field) -> Node:
    return read(form_to_html(Form(FormName.WHEN, "When", fields=(field,), submit="Save"), place()))


def every_element(words: str) -> tuple[Element, ...]:
    return (
        Heading(words),
        Text(words),
        Quiet(words),
        Quote(words),
        Facts((Fact(words, words),)),
        Table(words, ("Name", words), ((words, words),)),
        Table(words, ("Name",), ()),
        Chart(words, tuple((n, words) for n in LEVELS), (Point(date(2027, 3, 3), -2, words),)),
        Path(words, tuple(Step(words, words, state) for state in StepState)),
        Link(words, "/data/x/text"),
        Divider(),
        Buttons((Button(words, Press.SKIP, "n1"), Button(words, FormName.PAUSE, primary=True))),
    )


def every_field(words: str, error: str = "") -> tuple[Field, ...]:
    few = tuple(Option(f"v{n}", words) for n in range(5))
    many = tuple(Option(f"v{n}", words) for n in range(6))
    label = f"{words}a"  # whatever was written, and something to read
    return (
        ShortText("title", label, hint=words, value=words, error=error),
        LongText("words", label, hint=words, value=words, error=error),
        Choice("few", label, few, hint=words, value="v1", error=error),
        Choice("many", label, many, hint=words, value="v1", error=error),
        Choices("days", label, few, hint=words, values=("v1", "v2"), error=error),
        Day("day", label, hint=words, value="2027-03-28", error=error),
        Hour("hour", label, hint=words, value="12:15", error=error),
        Switch("switch", label, hint=words, on=True, error=error),
    )


def a_page(**changes: object) -> Page:
    page = Page(
        person=AMARA,
        people=EVERYONE,
        now=NOW,
        zone="Europe/London",
        lines=(),
        home=Form(FormName.LEADER_HOME, "Home"),
        token=fresh(),
        version="v7",
    )
    return replace(page, **changes)


ANSWER = Form(FormName.ANSWER, "Your answer", "n1", (), (LongText("words", "Your answer"),), "Save")
QUESTION = Message(
    "What moved?",
    (
        Text("What moved?"),
        Buttons((Button("Answer", FormName.ANSWER, "n1"), Button("Skip", Press.SKIP, "n1"))),
    ),
)


def a_full_page(words: str = "words", error: str = "") -> Page:
    def form(name: FormName) -> Form:
        return Form(
            name, words, "a1", every_element(words), every_field(words, error), words, error
        )

    return a_page(
        lines=(
            Line("l1", NOW, words=words),
            Line("l2", NOW, message=Message(words, every_element(words)), form=form(FormName.WHEN)),
            Line(
                "l3",
                NOW,
                message=QUESTION,
                form=ANSWER,
                platforms=("Slack", "Teams"),
                dressed=("Slack", words),
            ),
        ),
        home=form(FormName.LEADER_HOME),
        opened=form(FormName.OBJECTIVE),
        notice=words,
        draft=words,
    )


PAGES = {
    "empty": to_page(a_page()),
    "full": to_page(a_full_page()),
    "refused": to_page(a_full_page(error="Not like this")),
    "welcome": to_welcome(EVERYONE, NOW, "Europe/London"),
    "error": to_error_page("There is no such page", "Nothing was changed."),
}
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())


def test_the_samples_hold_every_element_and_field_there_is() -> None:
    assert {type(element) for element in every_element("x")} == set(get_args(Element))
    assert {type(field) for field in every_field("x")} == set(get_args(Field))


# ---- words ----


@settings(deadline=None)
@given(typed)
def test_whatever_is_written_stays_words(words: str) -> None:
    plain, full = read(to_page(a_full_page("words"))), read(to_page(a_full_page(words)))
    tags = Counter(node.tag for node in plain.all()) - Counter(node.tag for node in full.all())
    extra = Counter(node.tag for node in full.all()) - Counter(node.tag for node in plain.all())
    # Only the number of paragraphs follows the words.
    assert set(tags) | set(extra) <= {"p"}


@given(typed)
def test_a_quote_is_exactly_what_was_written(words: str) -> None:
    quote = draw(Quote(words)).one("blockquote")
    assert quote.words == words
    assert quote.attributes["dir"] == "auto"


@given(typed)
def test_what_was_typed_comes_back_as_it_was(words: str) -> None:
    root = draw_field(LongText("words", "Words", value=words))
    # A browser drops the line break that opens a textarea.
    assert root.one("textarea").words == "\n" + words
    assert (
        draw_field(ShortText("t", "T", value=words)).one("input", name="t").attributes["value"]
        == words
    )


def test_a_long_text_is_read_in_paragraphs_and_keeps_its_line_breaks() -> None:
    paragraphs = [node.words for node in draw(Text("One\ntwo\n\nthree")).all("p")]
    assert paragraphs == ["One\ntwo", "three"]


def test_a_message_with_nothing_to_draw_says_its_plain_words() -> None:
    assert read(to_html(Message("Saved, for you only.", ()), place())).words.strip() == (
        "Saved, for you only."
    )


# ---- elements ----


def test_a_table_names_its_rows_and_columns_also_as_cards() -> None:
    table = draw(Table("People", ("Name", "Zone"), (("Amara", "London"),))).one("table")
    assert table.one("caption").words == "People"
    assert [node.attributes["scope"] for node in table.all("th")] == ["col", "col", "row"]
    assert table.one("td").attributes["data-column"] == "Zone"


def test_a_table_without_rows_says_so() -> None:
    assert "Nothing here yet." in draw(Table("People", ("Name",), ())).words


def test_a_press_says_what_it_does_about_what_and_where() -> None:
    form = draw(Buttons((Button("Skip", Press.SKIP, "n1"),))).one("form")
    assert form.attributes["action"] == "/leader/amara/press"
    assert form.attributes["method"] == "post"
    assert form.sends == {"event": "event-0", "does": "skip", "about": "n1", "line": "l1"}
    assert form.one("button").words == "Skip"


def test_a_button_that_opens_asks_for_the_form_and_changes_nothing() -> None:
    form = draw(Buttons((Button("Journal", FormName.JOURNAL, "o1", primary=True),))).one("form")
    assert (form.attributes["method"], form.attributes["action"]) == ("get", "/leader/amara")
    assert form.sends == {"open": "journal", "about": "o1"}
    assert form.one("button").attributes["class"] == "primary"


def test_a_form_that_stands_open_is_not_offered_again_and_comes_before_the_buttons() -> None:
    root = read(to_html(QUESTION, place(), ANSWER))
    assert [button.words for button in root.all("button")] == ["Save", "Skip"]
    another = replace(ANSWER, about="n2")
    assert [button.words for button in read(to_html(QUESTION, place(), another)).all("button")] == [
        "Save",
        "Answer",
        "Skip",
    ]


def test_no_form_stands_inside_another() -> None:
    for form in read(to_page(a_full_page())).all("form"):
        assert not list(form.all("form"))


# ---- fields ----


@pytest.mark.parametrize("error", ["", "Not like this"])
@pytest.mark.parametrize("field", every_field("Words"), ids=lambda field: field.name)
def test_every_field_has_its_label_and_says_its_hint_and_error(field: Field, error: str) -> None:
    root = draw_field(replace(field, error=error))
    controls = [node for node in root.all() if node.attributes.get("name") == field.name]
    labelled = {node.attributes["for"] for node in root.all("label")}
    assert controls
    assert {node.attributes["id"] for node in controls} == labelled
    words = {node.attributes["id"]: node.words for node in root.all() if "id" in node.attributes}
    described = [node for node in root.all() if "aria-describedby" in node.attributes]
    said = " ".join(words[id_] for id_ in described[0].attributes["aria-describedby"].split())
    assert len(described) == 1
    assert "Words" in said
    assert error in said


def test_a_choice_is_all_in_sight_up_to_five_and_a_list_beyond_that() -> None:
    few, many = every_field("Words")[2:4]
    radios = [node for node in draw_field(few).all("input") if node.attributes["type"] == "radio"]
    assert [("checked" in radio.attributes) for radio in radios] == [False, True] + [False] * 3
    options = list(draw_field(many).one("select").all("option"))
    assert options[0].attributes["value"] == ""
    assert [node.attributes["value"] for node in options if "selected" in node.attributes] == ["v1"]


def test_choices_switch_day_and_hour_hold_what_was_chosen() -> None:
    root = read(form_to_html(Form(FormName.WHEN, "When", fields=every_field("Words")), place()))
    ticked = [
        node.attributes["value"] for node in root.all("input") if "checked" in node.attributes
    ]
    assert ticked == ["v1", "v1", "v2", "on"]
    assert root.one("input", type="date").attributes["value"] == "2027-03-28"
    assert root.one("input", type="time").attributes["value"] == "12:15"


def test_a_long_text_has_no_end() -> None:
    assert "maxlength" not in draw_field(LongText("words", "Words")).one("textarea").attributes


def test_a_form_says_what_it_is_about_which_line_and_which_event() -> None:
    form = read(form_to_html(ANSWER, place())).one("form")
    assert form.attributes["action"] == "/leader/amara/submit"
    sent = {"event": "event-0", "form": "answer", "about": "n1", "basis": "", "line": "l1"}
    assert form.sends == sent


def test_a_refused_form_says_so_first_takes_focus_and_leads_to_each_error() -> None:
    field = LongText("words", "Your answer", value="x", error="Write a little more.")
    refused = replace(ANSWER, fields=(field,), error="It was too short.")
    root = read(form_to_html(refused, place()))
    summary = root.one("div", **{"class": "refusal"})
    assert "autofocus" in summary.attributes
    assert "Nothing was saved. It was too short." in summary.words
    says_so = read(form_to_html(replace(refused, error="This was not saved."), place()))
    assert "Nothing was saved." not in says_so.words
    textarea = root.one("textarea")
    assert summary.one("a").attributes["href"] == f"#{textarea.attributes['id']}"
    assert textarea.attributes["aria-invalid"] == "true"
    assert "data-refused" in root.one("form").attributes


def test_a_page_to_read_has_nothing_to_submit() -> None:
    root = read(form_to_html(Form(FormName.JOURNAL, "Journal", elements=(Quote("x"),)), place()))
    assert not list(root.all("form"))


# ---- the page ----


@every_page
def test_every_page_is_one_sound_document(page: str) -> None:
    root = read(page)
    ids = Counter(node.attributes["id"] for node in root.all() if "id" in node.attributes)
    assert [id_ for id_, times in ids.items() if times > 1] == []
    assert not [id_ for id_ in ids if re.search(r"\s", id_) or not id_]
    assert root.one("html").attributes["lang"] == "en-GB"
    assert len(list(root.all("h1"))) == len(list(root.all("main"))) == 1
    levels = [
        int(node.tag[1]) for node in root.one("main").all() if re.fullmatch("h[1-6]", node.tag)
    ]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    points_at = [
        node.attributes["href"][1:] for node in root.all("a") if node.attributes["href"][:1] == "#"
    ]
    assert set(points_at) <= set(ids)


@every_page
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(page: str) -> None:
    for node in read(page).all():
        assert node.tag != "style"
        assert "style" not in node.attributes
        assert not [name for name in node.attributes if name.startswith("on")]
        if node.tag == "script":
            assert node.words == ""
        for address in (
            node.attributes.get("src"),
            node.attributes.get("href"),
            node.attributes.get("action"),
        ):
            assert address is None or re.match(r"/(?!/)|#", address)


@every_page
def test_the_three_pages_are_reached_by_their_names(page: str) -> None:
    links = [(node.words.strip(), node.attributes["href"]) for node in read(page).all("a")]
    named = [link for link in links if re.search("lead|coach", link[0], re.IGNORECASE)]
    assert named == [("Leader", "/leader"), ("Coach", "/coach"), ("Lead", "/lead")]


def test_the_clock_shows_the_persons_own_time_once() -> None:
    root = read(to_page(a_page(now=NOW.replace(hour=1), zone="Europe/London")))
    clock = root.one("time")
    assert clock.attributes["datetime"] == "2027-03-28T02:59:00+01:00"
    assert clock.words == "Sun 28 Mar 2027, 02:59"


def test_next_moment_says_whose_page_to_come_back_to() -> None:
    form = read(to_page(a_page())).one("form", action="/next")
    assert form.one("button").words == "Next moment"
    assert form.sends["page"] == "leader/amara"


def test_the_conversation_is_a_named_region_with_the_newest_last() -> None:
    root = read(to_page(a_full_page()))
    region = root.one("section", id="conversation")
    assert root.one("h2", id=region.attributes["aria-labelledby"]).words == "Conversation"
    log = region.one("div", role="log")
    assert log.attributes["aria-live"] == "polite"
    assert [node.attributes["id"] for node in log.all("article")] == ["l1", "l2", "l3"]


def test_the_answer_box_and_the_chat_line_carry_their_names() -> None:
    root = read(to_page(a_page(lines=(Line("l1", NOW, message=QUESTION, form=ANSWER),))))
    names = {node.attributes["for"]: node.words for node in root.all("label")}
    boxes = {names[node.attributes["id"]]: node.attributes["name"] for node in root.all("textarea")}
    assert boxes == {"Your answer": "words", "Message Bearings": "words"}
    say = root.one("form", action="/leader/amara/say")
    assert say.one("button").words == "Send"
    assert set(say.sends) == {"event"}


def test_days_are_told_apart_in_the_persons_own_zone() -> None:
    lines = tuple(Line(f"l{n}", NOW.replace(hour=n * 6), words="x") for n in range(2))
    days = [
        node.words.strip()
        for node in read(to_page(a_page(lines=lines, zone="America/New_York"))).all("p")
        if node.attributes.get("class") == "day-name"
    ]
    assert days == ["Saturday 27 March 2027", "Sunday 28 March 2027"]


def test_every_form_gets_an_event_id_of_its_own() -> None:
    events = [
        form.sends["event"]
        for form in read(to_page(a_full_page())).all("form")
        if "event" in form.sends
    ]
    assert len(events) == len(set(events)) > 3


def test_an_opened_form_is_a_dialog_that_can_be_closed_and_comes_back_after_a_refusal() -> None:
    opened = Form(FormName.OBJECTIVE, "Add an objective", "o/1", submit="Save")
    root = read(to_page(a_page(opened=opened, here="?open=objective")))
    dialog = root.one("section", role="dialog")
    assert root.one("h2", id=dialog.attributes["aria-labelledby"]).words == "Add an objective"
    assert "autofocus" in dialog.attributes
    assert dialog.one("a", id="close").attributes["href"] == "/leader/amara"
    assert root.one("main").attributes["data-here"] == "/leader/amara?open=objective"
    again = read(to_page(a_page(opened=replace(opened, error="Nothing was written."))))
    assert [node.tag for node in again.all() if "autofocus" in node.attributes] == ["div"]


def test_what_is_typed_about_one_thing_never_turns_up_under_another() -> None:
    first, second = (
        read(to_page(a_page(opened=replace(ANSWER, about=about)))).one("section", role="dialog")
        for about in ("n1", "n2")
    )
    assert first.one("textarea").attributes["id"] != second.one("textarea").attributes["id"]


def test_people_of_the_same_role_can_be_switched_to() -> None:
    root = read(to_page(a_page()))
    people = {
        node.words: node.attributes["href"] for node in root.one("details", id="people").all("a")
    }
    assert people == {"Amara Okafor": "/leader/amara", "Gwen Pritchard": "/leader/gwen"}
    alone = read(to_page(a_page(person=RUTH)))
    assert not [node for node in alone.all("details") if node.attributes.get("id") == "people"]


def test_each_message_can_be_seen_as_the_platforms_get_it() -> None:
    root = read(to_page(a_full_page()))
    offers = {
        node.words: node.attributes["aria-expanded"]
        for node in root.all("button")
        if "aria-expanded" in node.attributes
    }
    assert offers == {"As Slack gets it": "true", "As Teams gets it": "false"}
    assert root.one("pre").attributes["aria-label"] == "JSON for Slack"


def test_an_empty_page_says_that_it_is_empty() -> None:
    words = read(to_page(a_page())).words
    assert "Nothing has been said yet." in words
    assert "There is nothing here yet." in words


def test_an_error_page_says_what_happened_and_where_to_go() -> None:
    root = read(to_error_page("There is no such page", "Nothing was changed.\n\nGo back."))
    assert root.one("h1").words == "There is no such page"
    assert "Nothing was changed." in root.words
    assert "Go to the start" in [node.words for node in root.all("a")]
