"""Words as Slack's text objects, in which nothing comes alive.

What we show stands in `plain_text` or in a `rich_text` text element. Slack interprets neither, so
no mention, link, emoji code or emphasis in a name, an objective or an answer comes alive.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.slack.room import FALLBACK, HEADER, PASSAGE, Block, pieces, shorten, size
from prompts.dressing import settled

Run = tuple[str, bool]  # words, and whether they are bold


# Blocks


def to_heading(words: str) -> list[Block]:
    words = settled(words)
    if size(words) > HEADER:
        return to_rich([(words, True)])
    return [{"type": "header", "text": to_plain(words)}] if words.strip() else []


def to_sections(words: str) -> list[Block]:
    return [{"type": "section", "text": text} for text in to_passages(words)]


def to_quote(words: str) -> list[Block]:
    """Untouched: a quote is a block of its own, so its marks reach no word of ours."""
    return to_rich([(words, False)], "rich_text_quote") if words.strip() else []


def to_bold(words: str) -> list[Block]:
    return to_rich([(settled(words), True)])


def to_facts(facts: Sequence[tuple[str, str]]) -> list[Block]:
    return to_lines(run for label, words in facts for run in fact_line(label, words))


def fact_line(label: str, words: str) -> Iterator[Run]:
    colon = "" if label.endswith("?") else ":"
    yield f"\n{settled(label)}{colon} " if label else "\n", True
    yield settled(words) or "–", False


def to_lines(runs: Iterable[Run]) -> list[Block]:
    """Each line brings its own line break; before the first there is nothing to break."""
    return to_rich((words[place == 0 :], bold) for place, (words, bold) in enumerate(runs))


def to_rich(runs: Iterable[Run], shape: str = "rich_text_section") -> list[Block]:
    """Runs in as few blocks as hold them; a run too long for one goes on in the next."""
    blocks: list[list[Block]] = []
    room = 0
    for words, bold in runs:
        for piece in pieces(words, PASSAGE):
            if not blocks or size(piece) > room:
                blocks.append([])
                room = PASSAGE
            blocks[-1].append(to_text(piece, bold=bold))
            room -= size(piece)
    return [
        {"type": "rich_text", "elements": [{"type": shape, "elements": texts}]} for texts in blocks
    ]


# Texts within them


def to_passages(words: str) -> list[Block]:
    words = settled(words)
    return [to_plain(piece) for piece in pieces(words, PASSAGE)] if words.strip() else []


def to_text(words: str, *, bold: bool) -> Block:
    text: Block = {"type": "text", "text": words}
    return {**text, "style": {"bold": True}} if bold else text


def to_plain(words: str) -> Block:
    return {"type": "plain_text", "text": words, "emoji": False}


def to_label(words: str, most: int) -> Block:
    return to_plain(shorten(settled(words), most))


def to_fallback(words: str) -> str:
    """`text` is the one place Slack reads as mrkdwn; a screen reader gets it instead of blocks."""
    escaped = settled(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub("&[a-z]*…$", "…", shorten(escaped, FALLBACK))
