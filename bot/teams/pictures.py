"""Chart and Path → lines of a card."""

from collections.abc import Iterable

from bot.teams.room import Part
from bot.teams.words import to_fact, to_passage, to_quote
from prompts.drawing import chart_drawn, chart_in_words, levels_in_words, path_drawn
from prompts.message import Chart, Path


def to_chart(chart: Chart) -> list[Part]:
    return [
        *to_passage(chart.title, weight="Bolder"),
        *to_passage(chart_in_words(chart)),
        *_to_lines(chart_drawn(chart)),
        *(to_fact(level, words) for level, words in levels_in_words(chart)),
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
