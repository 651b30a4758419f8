"""How much Slack takes: its limits, and cutting at them.

Slack refuses the whole message or view when one of these is passed. Lengths are counted in UTF-16
units: Slack does not say what it counts, and no other likely count is larger.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

Block = dict[str, Any]

MESSAGE_BLOCKS = 50
MESSAGE_ROOM = 10_000  # characters in all; undocumented, refusals were seen from about 13,000 on
VIEW_BLOCKS = 100
VIEW_ROOM = 240_000  # bytes of JSON; Slack's 250 kB less what stands around the blocks
FALLBACK = 4_000  # `text`; chat.update refuses more
PASSAGE = 3_000  # one text object; also the most a text input takes
HEADER = 150
BUTTONS = 25  # in one actions block
BUTTON_LABEL = 75
TITLE = 24  # of a modal, its submit and its close
INPUT_LABEL = 2_000  # also its hint
OPTION_LABEL = 75  # also its description
OPTIONS_IN_SIGHT = 10  # radio buttons or checkboxes
OPTIONS = 100  # in one menu, or in one group of it
TABLE_ROWS = 100  # with the header
TABLE_COLUMNS = 20
ABOUT = 255  # well within a button's value (2,000) and private_metadata (3,000)

_CONTROLS = ("actions", "input")


# One text


def size(words: str) -> int:
    if words.isascii():
        return len(words)
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def pieces(words: str, most: int) -> Iterator[str]:
    """Joined again they are the words."""
    while size(words) > most:
        yield (head := _head(words, most))
        words = words[len(head) :]
    if words:
        yield words


def shorten(words: str, most: int) -> str:
    return words if size(words) <= most else _head(words, most - 1).rstrip() + "…"


def _head(words: str, most: int) -> str:
    """As much as fits, to the end of a word where there is one."""
    fits = words.encode("utf-16-le", "surrogatepass")[: most * 2].decode("utf-16-le", "ignore")
    gap = max(fits.rfind(" "), fits.rfind("\n")) + 1
    return fits[:gap] if gap > len(fits) // 2 else fits or words[:1]


# All blocks together


def within_message(blocks: list[Block], too_long: Block) -> list[Block]:
    # Nearly every message is so short that there is nothing to count: no character takes the room
    # of more than two.
    if len(blocks) <= MESSAGE_BLOCKS and len(repr(blocks)) * 2 <= MESSAGE_ROOM:
        return blocks
    return _within(blocks, too_long, MESSAGE_BLOCKS, MESSAGE_ROOM, _characters)


def is_within_view(blocks: list[Block]) -> bool:
    return len(blocks) <= VIEW_BLOCKS and sum(map(weigh_in_view, blocks)) <= VIEW_ROOM


def within_view(blocks: list[Block], too_long: Block) -> list[Block]:
    return _within(blocks, too_long, VIEW_BLOCKS, VIEW_ROOM, weigh_in_view)


def _within(
    blocks: list[Block], too_long: Block, most: int, room: int, weigh: Callable[[Block], int]
) -> list[Block]:
    """What can be pressed or filled in stays; of the rest, the beginning and a line saying so."""
    if len(blocks) <= most and sum(map(weigh, blocks)) <= room:
        return blocks
    room -= weigh(too_long)
    kept: set[int] = set()
    for place in sorted(range(len(blocks)), key=lambda at: blocks[at]["type"] not in _CONTROLS):
        room -= weigh(blocks[place])
        if room < 0 or len(kept) == most - 1:
            break
        kept.add(place)
    first = min(set(range(len(blocks))) - kept)
    return [*blocks[:first], too_long, *(blocks[at] for at in sorted(kept) if at > first)]


def _characters(part: Any) -> int:
    """Asked of every block of every message, so it is written for speed."""
    if isinstance(part, str):
        return size(part)
    if isinstance(part, dict):
        kind = part.get("type")
        return sum(map(_characters, part.values())) - (size(kind) if kind else 0)
    return sum(map(_characters, part)) if isinstance(part, list) else 0


def weigh_in_view(block: Block) -> int:
    """In bytes of JSON."""
    return len(json.dumps(block)) + 2
