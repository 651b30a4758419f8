"""The parts that descriptions of elements and buttons are made of.

What may stand inside another is looked up by its type when a card is checked: `cards.py` enters
all that there are.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.shapes import (
    Check,
    both,
    by_type,
    flag,
    matching,
    one_of,
    thing,
    words,
    wrong,
)

ELEMENTS: dict[str, Check] = {}
BUTTONS: dict[str, Check] = {}
an_element = by_type(ELEMENTS)
a_button = by_type(BUTTONS)

said = words(100_000)
anything_said = words(100_000, least=0)
title = words(256)
name = words(256)
address = both(words(2048), matching("https://.+|data:image/(png|jpeg|gif);base64,.+"))
pixels = matching(r"[0-9]{1,4}px")
PLACED: dict[str, Check] = {
    "type": said,
    "id": name,
    "separator": flag,
    "spacing": one_of("Default", "None", "Small", "Medium", "Large", "ExtraLarge", "Padding"),
    "isVisible": flag,
    "height": one_of("auto", "stretch"),
    "requires": thing({}, adaptiveCards=said),
}


def or_dropped(check: Check) -> Check:
    """What a client draws that does not know the thing."""

    def is_dropped_or_drawn(value: Any, at: str) -> Iterator[str]:
        if value != "drop":
            yield from check(value, at)

    return is_dropped_or_drawn


def element(required: Mapping[str, Check], **optional: Check) -> Check:
    return thing(required, **PLACED, **optional, fallback=or_dropped(an_element))


def an_object(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield from wrong("must be an object", at)
