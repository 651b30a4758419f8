"""Filling in: what a person types by an input's label, and how a client hands it to the app.

In a card each value is a text: days as 2027-03-28, what was ticked with commas between.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.shapes import size
from tests.teams.inputs import day, hour
from tests.teams.whole import is_input, parts_of

Given = dict[str, Any]
Typed = dict[str, str]  # by the input's id


class CannotDoError(AssertionError):
    """Nobody who looks at Teams could do this: it is not there, or Teams does not let them."""


class MissingError(CannotDoError):
    """The client itself sends nothing off, and says why under the input."""

    def __init__(self, label: str, says: str) -> None:
        super().__init__(f"{label!r} must be filled in: {says}")
        self.says = says


def inputs_of(cards: Iterable[Given]) -> list[Given]:
    return [part for card in cards for part in parts_of(card) if is_input(part)]


def standing(part: Given, typed: Typed) -> str:
    """What stands in the input now: what was typed, or what the app put there."""
    put = part.get("value", "")
    if part["type"] == "Input.Toggle":
        put = put or part.get("valueOff", "false")
    return typed.get(part["id"], str(put))


def sent_along(cards: Iterable[Given], typed: Typed) -> Given:
    """What a Submit takes along. An input in which nothing stands is left out, as Teams does."""
    found = {part["id"]: standing(part, typed) for part in inputs_of(cards)}
    return {name: value for name, value in found.items() if value}


def fill(cards: Iterable[Given], values: Mapping[str, Any], typed: Typed) -> None:
    cards = list(cards)
    for label, value in values.items():
        part = _labelled(cards, label)
        typed[part["id"]] = _meant(part, value, label)


def _labelled(cards: Iterable[Given], label: str) -> Given:
    inputs = inputs_of(cards)
    found = [part for part in inputs if part["label"] == label]
    if len(found) != 1:
        there = [part["label"] for part in inputs]
        raise CannotDoError(f"{len(found)} inputs are called {label!r}; there are {there}")
    return found[0]


def _meant(part: Given, value: Any, label: str) -> str:
    match part["type"]:
        case "Input.Toggle":
            if not isinstance(value, bool):
                raise CannotDoError(f"{label!r} is switched on or off")
            return str(part.get("valueOn", "true") if value else part.get("valueOff", "false"))
        case "Input.ChoiceSet":
            return _chosen(part, value, label)
        case "Input.Date":
            return _checked(value, label, day)
        case "Input.Time":
            return _checked(value, label, hour)
        case "Input.Number":
            if value not in {None, ""} and not re.fullmatch(r"-?\d+", str(value)):
                raise CannotDoError(f"{label!r} takes a number")
            return "" if value is None else str(value)
    return _written(part, value or "", label)


def _written(part: Given, value: Any, label: str) -> str:
    if not isinstance(value, str):
        raise CannotDoError(f"{label!r} takes words")
    if "\n" in value and not part.get("isMultiline"):
        raise CannotDoError(f"{label!r} has one line")
    if size(value) > part.get("maxLength", 100_000):
        raise CannotDoError(f"{label!r} takes at most {part['maxLength']} characters")
    if value and "regex" in part and not re.search(part["regex"], value):
        raise CannotDoError(f"{label!r} takes no such words")
    return value


def _checked(value: Any, label: str, check: Any) -> str:
    if value not in {None, ""} and list(check(value, "")):
        raise CannotDoError(f"{label!r} does not take {value!r}")
    return value or ""


def _chosen(part: Given, value: Any, label: str) -> str:
    if part.get("isMultiSelect"):
        if isinstance(value, str):
            raise CannotDoError(f"{label!r} takes several: give a list")
        chosen = {_choice(part, one, label) for one in value or ()}
        return ",".join(one["value"] for one in part["choices"] if one["value"] in chosen)
    return "" if value in {None, ""} else _choice(part, value, label)


def _choice(part: Given, title: str, label: str) -> str:
    found: list[str] = [one["value"] for one in part["choices"] if one["title"] == title]
    if len(found) != 1:
        there = [one["title"] for one in part["choices"]]
        raise CannotDoError(f"{label!r} has {len(found)} choices {title!r}; there are {there}")
    return found[0]


def check_required(cards: Iterable[Given], typed: Typed) -> None:
    """A client itself sends nothing off in which something required is missing."""
    for part in inputs_of(cards):
        if part.get("isRequired") and not standing(part, typed):
            raise MissingError(part["label"], part["errorMessage"])
