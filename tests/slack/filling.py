"""Filling in: what a person types by an input's label, and how Slack hands it to the app."""

from collections.abc import Mapping
from typing import Any

from tests.shapes import size
from tests.slack.elements import shown_options

Given = dict[str, Any]
Typed = dict[tuple[str, str], Any]  # block_id and action_id → what stands in the element
_WRITTEN = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_CHOSEN_ONE = {"radio_buttons", "static_select"}
_CHOSEN_SEVERAL = {"checkboxes", "multi_static_select"}
_NAMES = {
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "users_select": ("selected_user", "initial_user"),
    **dict.fromkeys(_WRITTEN, ("value", "initial_value")),
    **dict.fromkeys(_CHOSEN_ONE, ("selected_option", "initial_option")),
    **dict.fromkeys(_CHOSEN_SEVERAL, ("selected_options", "initial_options")),
}


class CannotDoError(AssertionError):
    """Nobody who looks at Slack could do this: it is not there, or Slack does not let them."""


def holders(blocks: list[Given]) -> list[tuple[Given, Given]]:
    """Each block with each element in it that holds a value."""
    found = []
    for block in blocks:
        inside = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
        found += [(block, e) for e in inside if e and e.get("type") in _NAMES]
    return found


def state_of(blocks: list[Given], typed: Typed) -> Given:
    values: Given = {}
    for block, element in holders(blocks):
        shape = {
            "type": element["type"],
            _NAMES[element["type"]][0]: standing(block, element, typed),
        }
        values.setdefault(block["block_id"], {})[element["action_id"]] = shape
    return values


def standing(block: Given, element: Given, typed: Typed) -> Any:
    """What stands in the element now: what was typed, or what the app put there."""
    nothing = [] if element["type"] in _CHOSEN_SEVERAL else None
    initial = element.get(_NAMES[element["type"]][1], nothing)
    value = typed.get((block["block_id"], element["action_id"]), initial)
    return None if value == "" and element["type"] in _WRITTEN else value


def fill(blocks: list[Given], values: Mapping[str, Any], typed: Typed) -> None:
    for label, value in values.items():
        block, element = _labelled(blocks, label)
        typed[block["block_id"], element["action_id"]] = _meant(element, value, label)


def _labelled(blocks: list[Given], label: str) -> tuple[Given, Given]:
    inputs = [(block, block["element"]) for block in blocks if block["type"] == "input"]
    found = [one for one in inputs if one[0]["label"]["text"] == label]
    if len(found) != 1:
        there = [block["label"]["text"] for block, _ in inputs]
        raise CannotDoError(f"{len(found)} inputs are called {label!r}; there are {there}")
    return found[0]


def _meant(element: Given, value: Any, label: str) -> Any:
    kind = element["type"]
    if kind in _WRITTEN:
        return _written(element, value or "", label)
    if kind in _CHOSEN_ONE:
        return None if value is None else _option(element, value, label)
    if kind in _CHOSEN_SEVERAL:
        return _options(element, value, label)
    return None if value in {None, ""} else str(value)


def _written(element: Given, value: str, label: str) -> str:
    if not isinstance(value, str):
        raise CannotDoError(f"{label!r} takes words")
    if "\n" in value and not element.get("multiline"):
        raise CannotDoError(f"{label!r} has one line")
    if size(value) > element.get("max_length", 3000):
        raise CannotDoError(f"{label!r} takes at most {element.get('max_length', 3000)} characters")
    return value


def _options(element: Given, value: Any, label: str) -> list[Given]:
    """A box that stands alone is switched on or off."""
    if isinstance(value, bool):
        [alone] = shown_options(element)
        return [alone] if value else []
    return [_option(element, one, label) for one in value or ()]


def _option(element: Given, value: str, label: str) -> Given:
    found: list[Given] = [one for one in shown_options(element) if value in _called(one)]
    if len(found) != 1:
        there = [_called(one)[-1] for one in shown_options(element)]
        raise CannotDoError(f"{label!r} has {len(found)} options {value!r}; there are {there}")
    return found[0]


def _called(option: Given) -> tuple[str, ...]:
    text = option["text"]["text"]
    return (text, text + option.get("description", {"text": ""})["text"])


def check_required(blocks: list[Given], typed: Typed) -> None:
    """Slack itself lets nobody send a form in which something required is missing."""
    for block in blocks:
        if block["type"] == "input" and not block.get("optional"):
            value = standing(block, block["element"], typed)
            if not value:
                raise CannotDoError(f"{block['label']['text']!r} must be filled in")
            if isinstance(value, str) and size(value) < block["element"].get("min_length", 0):
                raise CannotDoError(f"{block['label']['text']!r} is too short")


def carried_over(before: list[Given], after: list[Given], typed: Typed) -> Typed:
    """What was typed stays where block, action and type stay the same."""
    same = {(b["block_id"], e["action_id"], e["type"]) for b, e in holders(before)}
    again = [(b["block_id"], e["action_id"], e["type"]) for b, e in holders(after)]
    return {one[:2]: typed[one[:2]] for one in again if one in same and one[:2] in typed}
