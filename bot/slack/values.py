"""What somebody filled in: the raw words of each field, as every platform gives them."""

import re
from collections.abc import Mapping

from bot.payloads import Payload, UnreadableError, maybe_part, maybe_words, part, parts, words
from prompts.message import LONGEST_VALUE

# `name~2` is the second box of one text (fields.py).
_BLOCK = re.compile(r"([a-z0-9_-]{1,100})(?:~([2-9]|[1-9][0-9]))?")
_MOST = LONGEST_VALUE * 2  # of an option; Slack may count otherwise than Python

Values = Mapping[str, tuple[str, ...]]


def read_values(view: Payload) -> Values:
    """A choice that was not made is not there; a text or a date left empty is an empty text."""
    boxes: dict[str, dict[int, tuple[str, ...]]] = {}
    filled = maybe_part(maybe_part(view, "state"), "values")
    for block_id in filled:
        found = _BLOCK.fullmatch(block_id)
        if found is None:
            raise UnreadableError("There is a field that no form of ours has.")
        held = part(filled, block_id)
        if set(held) != {block_id}:
            raise UnreadableError("A field holds something else than itself.")
        given = _raw(part(held, block_id), is_more_text=found[2] is not None)
        boxes.setdefault(found[1], {})[int(found[2] or 1)] = given
    together = {name: _joined(several) for name, several in boxes.items()}
    return {name: given for name, given in together.items() if given}


def _raw(element: Payload, *, is_more_text: bool) -> tuple[str, ...]:
    match words(element, "type"):
        case "plain_text_input":
            return (maybe_words(element, "value"),)
        case _ if is_more_text:
            raise UnreadableError("What goes on in a second box is no text.")
        case "radio_buttons" | "static_select":
            chosen = maybe_part(element, "selected_option")
            return (words(chosen, "value", _MOST),) if chosen else ()
        case "checkboxes" | "multi_static_select":
            return tuple(words(one, "value", _MOST) for one in parts(element, "selected_options"))
        case "datepicker":
            return (maybe_words(element, "selected_date", _MOST),)
        case "timepicker":
            return (maybe_words(element, "selected_time", _MOST),)
    raise UnreadableError("There is a field of a kind that no form of ours has.")


def _joined(several: Mapping[int, tuple[str, ...]]) -> tuple[str, ...]:
    if len(several) == 1:
        [given] = several.values()
        return given
    return ("".join(word for number in sorted(several) for word in several[number]),)
