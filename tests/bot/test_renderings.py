"""What Slack and Teams get: the golden files, within the platforms' limits, and single rules.

`RECORD=1 pytest tests/bot/test_renderings.py` rewrites the golden files; the diff is the review.
"""

import json
import os
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.slack import rendering as slack
from bot.teams import rendering as teams
from bot.web.rendering import Place, form_to_html
from prompts.drawing import chart_drawn
from prompts.message import (
    LEVELS,
    RESERVED,
    Button,
    Buttons,
    Chart,
    Element,
    Fact,
    Facts,
    Field,
    Form,
    FormName,
    Message,
    Point,
    Press,
    Quote,
    Text,
)
from tests.bot.accepted import check_slack, check_teams, parts, size
from tests.bot.samples import (
    ABOUT,
    DRESSES,
    EVERY_ELEMENT,
    EVERY_FIELD,
    NOTICE,
    PICTURES,
    QUESTION_MESSAGE,
    RATINGS,
    SAMPLES,
    SAVED,
    as_slack,
    as_teams,
)
from tests.teams.reading import buttons_of

GOLDEN = Path(__file__).parents[1] / "golden"


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


@pytest.mark.parametrize("times", [0, 1, 60])
def test_five_years_of_ratings_fit_into_a_form_with_what_was_written(times: int) -> None:
    days = [date(2027, 1, 3) + timedelta(days=30 * n) for n in range(times)]
    points = tuple(Point(day, n % 5 - 2, f"Week {n}: {'seen ' * 30}") for n, day in enumerate(days))
    levels = tuple((level, "What it is like, in her words. " * 5) for level in LEVELS)
    form = Form(FormName.OBJECTIVE, "Objective", elements=(Chart("Decide", levels, points),))
    view, card = as_slack(form), as_teams(form)
    check_slack(view)
    check_teams(card)
    for dressed in (view, card):
        shown = "".join(
            part["text"] for part in parts(dressed) if isinstance(part.get("text"), str)
        )
        assert "left out" not in shown
        assert shown.count("●") == shown.count("Week ") == times
        assert ("Not rated yet." in shown) == (times == 0)


def lines_of(chart: Chart) -> list[dict[str, Any]]:
    card = as_teams(Form(FormName.OBJECTIVE, "Objective", elements=(chart,)))
    return [part for part in parts(card) if part.get("type") == "Chart.Line"]


def test_in_teams_ratings_are_a_line_and_rows_of_circles_where_none_can_be_drawn() -> None:
    [line] = lines_of(RATINGS)
    [drawn] = line["data"]
    assert [(point["x"], point["y"]) for point in drawn["values"]] == [
        ("3 Mar", -2),
        ("9 Apr", -1),
        ("20 Apr", -1),
        ("6 May", 0),
    ]
    assert (line["yMin"], line["yMax"]) == (-2, 2)
    rows = [run["text"] for part in line["fallback"]["items"] for run in part["inlines"]]
    assert rows == [ours for ours, _ in chart_drawn(RATINGS)]


def test_one_rating_is_no_line_and_of_many_the_newest_are_drawn() -> None:
    assert lines_of(replace(RATINGS, points=RATINGS.points[:1])) == []
    days = [date(2026, 9, 3) + timedelta(days=20 * n) for n in range(12)]
    [line] = lines_of(replace(RATINGS, points=tuple(Point(day, 0) for day in days)))
    shown = [point["x"] for point in line["data"][0]["values"]]
    assert len(shown) == 6
    assert (shown[0], shown[-1]) == ("1 Jan", "11 Apr")


def test_two_ratings_of_one_day_are_two_points_of_the_line() -> None:
    twice = tuple(Point(date(2027, 3, 3), level) for level in (-1, 0))
    [line] = lines_of(replace(RATINGS, points=twice))
    assert [point["x"] for point in line["data"][0]["values"]] == ["3 Mar (1)", "3 Mar (2)"]


def test_in_slack_a_rating_is_our_line_and_a_persons_words_are_a_quote_under_it() -> None:
    block = next(b for b in as_slack(PICTURES)["blocks"] if "●" in repr(b))
    drawn = [
        (one["type"], "".join(t["text"] for t in one["elements"])) for one in block["elements"]
    ]
    assert drawn == [
        ("rich_text_section", "●○○○○ −2, 3 March"),
        ("rich_text_quote", RATINGS.points[0].words),
        ("rich_text_section", "○●○○○ −1, 9 April\n○●○○○ −1, 20 April\n○○●○○ 0, 6 May"),
        ("rich_text_quote", RATINGS.points[3].words),
    ]


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
    actions = buttons_of(teams.to_card(QUESTION_MESSAGE))
    [answer] = [one for one in actions if one["title"] == "Answer"]
    [skip] = [one for one in actions if one["title"] == "Skip"]
    assert answer["data"]["msteams"] == {"type": "task/fetch"}
    assert answer["data"]["bearings"] == {"open": "answer", "about": ABOUT}
    assert (skip["type"], skip["verb"]) == ("Action.Execute", "skip")
    assert skip["fallback"]["data"] == {"bearings": {"press": "skip", "about": ABOUT}}


def test_what_is_sent_beside_the_fields_is_reserved() -> None:
    form = Form(FormName.ANSWER, "Answer", about=ABOUT, submit="Save")
    page = form_to_html(form, Place("/leader/amara", "opened", token=lambda: "t", line="l1"))
    hidden = set(re.findall(r'type="hidden" name="([^"]+)"', page))
    card = teams.to_form_card(form)
    sent = {name for part in parts(card) for name in part.get("data", {})}
    opened = {name for part in parts(teams.to_card(SAVED)) for name in part.get("data", {})}
    # And what a page's script asks of a form, which a field of that name would hide.
    assert hidden | sent | opened | {"closest", "reset"} == RESERVED
    kept = teams.to_form_card(replace(form, basis="then"))
    assert "then" in repr(kept)
    assert "then" in slack.to_view(replace(form, basis="then"))["private_metadata"]
