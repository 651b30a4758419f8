"""Chart and Path → lines of text: an image in Slack needs an address that anybody can open."""

from collections.abc import Iterable

from bot.slack.room import PASSAGE, Block, pieces, size
from bot.slack.words import to_bold, to_facts, to_sections, to_text
from prompts.drawing import chart_drawn, chart_in_words, levels_in_words, path_drawn
from prompts.message import Chart, Path

OURS = "rich_text_section"
THEIRS = "rich_text_quote"


def to_chart(chart: Chart) -> list[Block]:
    return [
        *to_bold(chart.title),
        *to_sections(chart_in_words(chart)),
        *_to_lines(chart_drawn(chart)),
        *to_facts(levels_in_words(chart)),
    ]


def to_path(path: Path) -> list[Block]:
    steps = _to_lines(path_drawn(path)) or to_sections("Nothing here yet.")
    return [*to_bold(path.title), *steps]


def _to_lines(lines: Iterable[tuple[str, str]]) -> list[Block]:
    """Each line of ours and, as a quote under it, a person's words, in as few blocks as hold them.

    A view has room for 100 blocks, and so for too few ratings with a block for each quote.
    """
    blocks: list[list[Block]] = []
    room = 0
    for ours, theirs in lines:
        for shape, words in ((OURS, ours), (THEIRS, theirs if theirs.strip() else "")):
            for piece in pieces(words, PASSAGE):
                if size(piece) >= room:
                    blocks.append([])
                    room = PASSAGE
                _put(blocks[-1], shape, piece)
                room -= size(piece) + 1
    return [{"type": "rich_text", "elements": parts} for parts in blocks]


def _put(parts: list[Block], shape: str, words: str) -> None:
    """Two lines of ours with nothing between them are one part with a line break in it."""
    if parts and parts[-1]["type"] == shape == OURS:
        parts[-1]["elements"].append(to_text(f"\n{words}", bold=False))
    else:
        parts.append({"type": shape, "elements": [to_text(words, bold=False)]})
