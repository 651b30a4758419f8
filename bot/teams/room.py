"""How much Teams takes: its limits, and cutting at them."""

import json
from typing import Any

Part = dict[str, Any]

ROOM = 80_000  # bytes in UTF-16; Teams refuses a message from 100 KB on, its own wrapping included
SUMMARY = 1_000  # what a notification could show; the card holds all of it
LABEL = 75  # of a button or a dialog; Teams names no limit, so Slack's
ACTIONS = 6  # in one set; Teams leaves out the rest without a word
ABOUT = 255  # as in Slack
BASIS = 1_000
CHOICES_IN_SIGHT = 10  # more go into a menu, as in Slack

BETWEEN = 4  # a comma and a space

_CONTROLS = ("ActionSet", "Input.")


def shorten(words: str, most: int) -> str:
    if len(words) <= most:
        return words
    head, _, _ = words[:most].rpartition(" ")
    return (head or words[: most - 1]) + "…"


def within(body: list[Part], too_long: list[Part]) -> list[Part]:
    """What can be pressed or filled in stays; of the rest, the beginning and a line saying so."""
    if _weigh(body) <= ROOM:
        return body
    room = ROOM - _weigh(too_long) - BETWEEN
    kept: set[int] = set()
    for place in sorted(range(len(body)), key=lambda at: not _is_control(body[at])):
        room -= _weigh(body[place]) + BETWEEN
        if room < 0:
            break
        kept.add(place)
    first = min(set(range(len(body))) - kept)
    return [*body[:first], *too_long, *(body[at] for at in sorted(kept) if at > first)]


def _is_control(part: Part) -> bool:
    return bool(part["type"].startswith(_CONTROLS))


def _weigh(part: object) -> int:
    return len(json.dumps(part, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))
