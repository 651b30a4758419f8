"""Words as parts of a card, in which nothing comes alive.

What we show stands in TextRuns, which read no Markdown; TextBlock, FactSet and a choice's title do.
Dates in double braces are read even in a TextRun: a run therefore ends between two braces.
"""

import re

from bot.teams.room import LABEL, Part, shorten
from prompts.dressing import settled

# What Markdown or Teams could read as more than the words. Wider than need be: the cost is a role.
_MARKUP = re.compile(
    r"[\\`*_\[\]<>~|{}@\x00-\x1f\x7f-\x9f]|&#?\w+;|://|www\.|^\s|^[#=]|^[+-](?!\d)|^\d+[.)]"
)
# Between the braces of {{DATE(…)}} and {{TIME(…)}}.
_MACRO = re.compile(r"(?<=\{)(?=\{\s*(?:DATE|TIME))", re.IGNORECASE)


def is_plain(words: str) -> bool:
    """Whether they may stand where Markdown is read."""
    return _MARKUP.search(words) is None


def to_heading(words: str) -> list[Part]:
    """Only a TextBlock can be a heading to a screen reader, and only plain words may be in one."""
    words = settled(words)
    if not is_plain(words):
        return to_passage(words, weight="Bolder", size="Large")
    block = {"type": "TextBlock", "text": words, "wrap": True, "style": "heading"}
    return [{**block, "weight": "Bolder", "size": "Large"}] if words else []


def to_passage(words: str, **look: object) -> list[Part]:
    words = settled(words)
    return [to_rich(to_runs(words, **look))] if words.strip() else []


def to_quote(words: str) -> list[Part]:
    """Untouched: a quote is a block of its own, so its marks reach no word of ours."""
    quoted = {"type": "Container", "style": "emphasis", "items": [to_rich(to_runs(words))]}
    return [quoted] if words.strip() else []


def to_error(words: str) -> list[Part]:
    return to_passage(words, weight="Bolder", color="Attention")


def to_fact(label: str, words: str) -> Part:
    colon = "" if label.endswith("?") else ":"
    name = to_runs(f"{settled(label)}{colon} ", weight="Bolder") if label else []
    return {**to_rich([*name, *to_runs(settled(words) or "–")]), "spacing": "Small"}


def to_rich(inlines: list[Part]) -> Part:
    return {"type": "RichTextBlock", "inlines": inlines}


def to_runs(words: str, **look: object) -> list[Part]:
    return [{"type": "TextRun", "text": piece, **look} for piece in _MACRO.split(words)]


def to_label(words: str) -> str:
    return shorten(settled(words), LABEL)


def to_input_label(words: str) -> str:
    """It becomes a single TextRun that cannot be split: a word joiner parts the braces."""
    return _MACRO.sub("\u2060", settled(words))
