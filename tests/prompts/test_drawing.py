"""A chart's numbers and a path's steps, as they are read aloud and as they stand in a chat."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.drawing import (
    chart_drawn,
    chart_in_words,
    levels_in_words,
    path_drawn,
    path_in_words,
)
from prompts.message import LEVELS, Chart, Message, Path, Point, Step, StepState, read_json, to_json

UNNAMED = tuple((level, "") for level in LEVELS)
MARCH, APRIL, MAY = date(2027, 3, 3), date(2027, 4, 9), date(2027, 5, 6)


def rated(*points: Point) -> Chart:
    return Chart("Decide last, not first", UNNAMED, points)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ((), "Not rated yet."),
        ((Point(MARCH, 1),), "Rated once: 3 March +1."),
        ((Point(MARCH, -2), Point(MARCH, 0)), "Rated twice: 3 March −2, 3 March 0."),
        (
            (Point(MARCH, -2), Point(APRIL, -1), Point(MAY, 0)),
            "Rated 3 times: 3 March −2, 9 April −1, 6 May 0.",
        ),
        (
            (Point(date(2026, 11, 30), -2), Point(MARCH, 2)),
            "Rated twice: 30 November 2026 −2, 3 March 2027 +2.",
        ),
    ],
)
def test_ratings_are_told_with_a_year_only_where_there_are_two(
    points: tuple[Point, ...], words: str
) -> None:
    assert chart_in_words(rated(*points)) == words


def test_a_rating_is_drawn_as_a_place_on_a_line_with_her_words_apart() -> None:
    assert chart_drawn(rated(Point(MARCH, -2, "Nobody spoke."), Point(APRIL, 1))) == [
        ("●○○○○ −2, 3 March", "Nobody spoke."),
        ("○○○●○ +1, 9 April", ""),
    ]


@given(st.lists(st.tuples(st.dates(), st.sampled_from(LEVELS)), max_size=60))
def test_every_rating_is_told_and_drawn_once(pairs: list[tuple[date, int]]) -> None:
    chart = rated(*(Point(day, level) for day, level in sorted(pairs, key=lambda pair: pair[0])))
    numbers = [{-2: "−2", -1: "−1", 0: "0", 1: "+1", 2: "+2"}[p.level] for p in chart.points]
    told = chart_in_words(chart).partition(": ")[2].removesuffix(".")
    assert [rating.split()[-1] for rating in told.split(", ") if rating] == numbers
    places = [line.split()[0].index("●") - 2 for line, _ in chart_drawn(chart)]
    assert places == [point.level for point in chart.points]


def test_a_level_that_she_gave_no_words_is_not_explained() -> None:
    levels = ((-2, "I speak first"), (-1, " "), (0, ""), (1, ""), (2, "They run it"))
    told = levels_in_words(Chart("Decide last", levels, ()))
    assert told == [("−2", "I speak first"), ("+2", "They run it")]


def test_a_path_says_where_it_stands_and_whose_words_are_whose() -> None:
    path = Path(
        "Say nothing first",
        (
            Step("Hunch", "They wait for me.\nAlways", StepState.DONE),
            Step("Try", "Who opens?", StepState.NOW),
            Step("Saw", "", StepState.AHEAD),
        ),
    )
    assert path_in_words(path) == (
        "Hunch, done: They wait for me. Always. Try, now: Who opens? Saw, ahead."
    )
    assert path_drawn(path) == [
        ("● Hunch, done", "They wait for me.\nAlways"),
        ("◉ Try, now", "Who opens?"),
        ("○ Saw, ahead", ""),
    ]
    assert path_in_words(Path("Nothing", ())) == "Nothing here yet."


def test_marks_that_turn_text_around_cannot_turn_the_state_of_a_step() -> None:
    path = Path("Try", (Step("Hunch", "\u202eenod", StepState.NOW), Step("Try", "", StepState.NOW)))
    assert path_in_words(path) == "Hunch, now: enod. Try, now."


def test_a_chart_and_a_path_are_kept_in_the_chat_log_as_they_are() -> None:
    path = Path("Try", (Step("Due", "8 April", StepState.NOW),))
    message = Message("Pictures.", (rated(Point(MARCH, -2, "Quiet.")), path))
    assert read_json(to_json(message)) == message


@pytest.mark.parametrize("levels", [(), UNNAMED[::-1], UNNAMED[:4], (*UNNAMED, (3, ""))])
def test_a_chart_has_five_levels(levels: tuple[tuple[int, str], ...]) -> None:
    with pytest.raises(ValueError, match="the five levels from −2 to \\+2, in this order"):
        Chart("Decide last", levels, ())


def test_a_rating_stands_on_a_level_and_in_its_time() -> None:
    with pytest.raises(ValueError, match="placed from −2 to \\+2"):
        rated(Point(MARCH, 3))
    with pytest.raises(ValueError, match="in the order of their days"):
        rated(Point(MARCH, 0), Point(MARCH - timedelta(days=1), 0))
