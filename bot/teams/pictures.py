"""Chart and Path → lines of a card."""

from collections.abc import Iterable, Sequence

from babel.dates import format_date

from bot.teams.room import Part
from bot.teams.words import to_fact, to_passage, to_quote
from prompts.composing.saying import LOCALE
from prompts.drawing import (
    chart_drawn,
    chart_in_words,
    levels_in_words,
    path_drawn,
    points_in_words,
)
from prompts.message import LEVELS, Chart, Path, Point

# More days than these cannot be told apart under a line; all of them are in the words.
IN_SIGHT = 6
MAKE_A_LINE = 2


def to_chart(chart: Chart) -> list[Part]:
    """The numbers in words, the picture, and a person's words for each point and level."""
    return [
        *to_passage(chart.title, weight="Bolder"),
        *to_passage(chart_in_words(chart)),
        *_to_picture(chart),
        *(to_fact(level, words) for level, words in levels_in_words(chart)),
    ]


def _to_picture(chart: Chart) -> list[Part]:
    """A line; or rows of circles, where the client draws none or there is one point. What was
    written about each point stands in no picture, so it stands below."""
    drawn = chart_drawn(chart)
    points = chart.points[-IN_SIGHT:]
    if len(points) < MAKE_A_LINE:
        return _to_lines(drawn)
    rows = {"type": "Container", "items": _to_lines((ours, "") for ours, _ in drawn)}
    values = [
        {"x": day, "y": point.level} for day, point in zip(_days(points), points, strict=True)
    ]
    line = {
        "type": "Chart.Line",
        "data": [{"legend": "Placing", "values": values}],
        # All that there is, so that one step is never drawn as if it were the whole way.
        "yMin": min(LEVELS),
        "yMax": max(LEVELS),
        "fallback": rows,
    }
    newest = f"The line shows the newest {IN_SIGHT}."
    told = to_passage(newest, isSubtle=True, size="Small") if len(chart.points) > IN_SIGHT else []
    written = zip(points_in_words(chart), chart.points, strict=True)
    return [line, *told, *_to_lines((ours, p.words) for ours, p in written if p.words.strip())]


def _days(points: Sequence[Point]) -> list[str]:
    """As words: a date would be spelt in the client's own way, and cut. Two of one day are told
    apart, or they would be drawn as one. The years are in the words: there is no room for them."""
    days = [format_date(point.on, "d MMM", locale=LOCALE) for point in points]
    return [
        day if days.count(day) == 1 else f"{day} ({days[: place + 1].count(day)})"
        for place, day in enumerate(days)
    ]


def to_path(path: Path) -> list[Part]:
    steps = _to_lines(path_drawn(path)) or to_passage("Nothing here yet.")
    return [*to_passage(path.title, weight="Bolder"), *steps]


def _to_lines(lines: Iterable[tuple[str, str]]) -> list[Part]:
    """Each line of ours and, set apart under it, a person's words."""
    parts: list[Part] = []
    for ours, theirs in lines:
        parts += [{**line, "spacing": "Small"} for line in to_passage(ours)]
        parts += to_quote(theirs)
    return parts
