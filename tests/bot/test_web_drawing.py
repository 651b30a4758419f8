"""The picture of a chart: every mark where its number says, at any number of ratings."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.drawing import to_plot
from bot.web.rendering import Place, to_html
from prompts.drawing import chart_in_words
from prompts.message import LEVELS, Chart, Element, Message, Path, Point, Step, StepState
from tests.bot.browsing import Node, read
from tests.bot.samples import RATINGS, WAY

MARCH = date(2027, 3, 3)
UNNAMED = tuple((level, "") for level in LEVELS)
points = st.lists(st.builds(Point, st.dates(), st.sampled_from(LEVELS)), max_size=60).map(
    lambda them: sorted(them, key=lambda point: point.on)
)


def draw(element: Element) -> Node:
    return read(to_html(Message("plain", (element,)), Place("/leader/amara", "here", lambda: "t")))


def share(percent: str) -> float:
    return float(percent.removesuffix("%"))


def weekly(times: int) -> tuple[Point, ...]:
    return tuple(Point(MARCH + timedelta(days=7 * n), LEVELS[n % 5], "Seen.") for n in range(times))


@given(points)
def test_each_dot_stands_on_its_levels_line_and_later_ones_further_right(them: list[Point]) -> None:
    plot = to_plot(them)
    lines = {rule.number: rule.y for rule in plot.rules}
    numbers = {-2: "−2", -1: "−1", 0: "0", 1: "+1", 2: "+2"}
    assert [dot.y for dot in plot.dots] == [lines[numbers[point.level]] for point in them]
    across = [share(dot.x) for dot in plot.dots]
    assert across == sorted(across)
    assert all(0 < place < 100 for place in across)
    assert list(plot.ways) == list(pairwise(plot.dots))


def test_a_higher_level_is_drawn_higher_and_the_lines_are_as_far_apart_as_the_numbers() -> None:
    heights = [share(rule.y) for rule in to_plot(()).rules]
    assert heights == sorted(heights, reverse=True)
    assert len({round(below - above, 2) for below, above in pairwise(heights)}) == 1


def test_time_runs_evenly() -> None:
    first, second, last = (
        share(dot.x)
        for dot in to_plot([Point(MARCH + timedelta(days=days), 0) for days in (0, 30, 120)]).dots
    )
    assert (second - first) / (last - first) == pytest.approx(1 / 4, abs=0.001)


def test_ratings_of_one_day_stand_in_the_middle_under_its_name() -> None:
    plot = to_plot((Point(MARCH, -2), Point(MARCH, 1)))
    assert len({dot.x for dot in plot.dots}) == 1
    assert [(tick.anchor, tick.words) for tick in plot.ticks] == [("middle", "3 March")]
    assert plot.ticks[0].x == plot.dots[0].x


@pytest.mark.parametrize("times", [0, 1, 2, 60])
def test_a_chart_has_a_dot_and_a_row_for_each_rating(times: int) -> None:
    root = draw(Chart("Decide last, not first", UNNAMED, weekly(times)))
    assert len(list(root.all("svg"))) == (times > 0)
    assert len(list(root.all("circle"))) == times
    assert len([row for row in root.all("tr") if list(row.all("td"))]) == times
    assert ("Not rated yet." in root.words) == (times == 0)


def test_the_picture_is_told_in_words_and_the_numbers_stand_under_it() -> None:
    root = draw(RATINGS)
    picture = root.one("svg", role="img")
    named = [root.one(tag).attributes["id"] for tag in ("title", "desc")]
    assert picture.attributes["aria-labelledby"].split() == named
    assert picture.one("title").words == root.one("figcaption").words == RATINGS.title
    assert picture.one("desc").words == chart_in_words(RATINGS)
    rows = [[cell.words for cell in row.inside if isinstance(cell, Node)] for row in root.all("tr")]
    assert rows[0] == ["Day", "Placed at", "What was seen"]
    assert rows[1] == ["3 March", "−2", RATINGS.points[0].words]
    assert rows[2] == ["9 April", "−1", ""]


def test_levels_are_explained_in_her_words_from_the_highest_down() -> None:
    levels = draw(RATINGS).one("dl")
    assert [node.words for node in levels.all("dt")] == ["+2", "0", "−1", "−2"]
    assert not list(draw(Chart("Decide last", UNNAMED, weekly(2))).all("dl"))


def test_a_chart_that_nobody_wrote_about_has_no_column_for_it() -> None:
    root = draw(Chart("Decide last", UNNAMED, (Point(MARCH, 0),)))
    assert [node.words for node in root.all("th")] == ["Day", "Placed at", "3 March"]


def test_a_path_is_a_list_in_order_that_says_each_state_in_words() -> None:
    steps = list(draw(WAY).one("ol").all("li"))
    told = [" ".join(step.one("p", **{"class": "step"}).words.split()) for step in steps]
    assert told == [
        "Hunch, done",
        "Try, done",
        "Cue, done",
        "Due, now",
        "Saw, ahead",
        "Learned, ahead",
    ]
    current = [step for step in steps if "aria-current" in step.attributes]
    assert current == [steps[3]]
    assert [len(list(step.all("p"))) for step in steps] == [2, 2, 2, 2, 1, 1]


def test_a_path_without_steps_says_so() -> None:
    root = draw(Path("Say nothing", ()))
    assert not list(root.all("ol"))
    assert "Nothing here yet." in root.words


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_whatever_she_wrote_is_shown_as_she_wrote_it(words: str) -> None:
    root = draw(Chart("Decide last", UNNAMED, (Point(MARCH, 0, words),)))
    assert list(root.all("td"))[1].words == words
    step = draw(Path("Try", (Step("Hunch", words, StepState.NOW),))).one("li")
    assert step.one("p", **{"class": "words"}).words == words
