"""What is to be read on a card, top to bottom: a line for each thing that Teams draws.

A button stands in brackets, [Skip]; an input as its label, then what stands in it after `> `.
"""

from collections.abc import Iterator
from typing import Any

from tests.teams.filling import Typed, standing

Given = dict[str, Any]


def words_of(card: Given, typed: Typed | None = None) -> list[str]:
    drawn = [*card.get("body", []), *card.get("actions", [])]
    return [line for part in drawn for line in _lines(part, typed or {}) if line]


def buttons_of(card: Given) -> list[Given]:
    """In the order in which they stand there."""
    return [
        *(action for part in card.get("body", []) for action in _actions(part)),
        *card.get("actions", []),
    ]


def _actions(part: Given) -> Iterator[Given]:
    if part.get("isVisible", True):
        yield from part.get("actions", [])
        for inner in _inside(part):
            yield from _actions(inner)


def _inside(part: Given) -> list[Given]:
    holders = [*part.get("columns", []), *(c for r in part.get("rows", []) for c in r["cells"])]
    return [*part.get("items", []), *(one for held in holders for one in held.get("items", []))]


def _lines(part: Given, typed: Typed) -> Iterator[str]:
    if not part.get("isVisible", True):
        return
    match part["type"]:
        case "TextBlock":
            yield part["text"]
        case "RichTextBlock":
            yield "".join(run["text"] for run in part["inlines"])
        case "FactSet":
            yield from (f"{fact['title']} {fact['value']}" for fact in part["facts"])
        case "Image":
            yield part["altText"]
        case "Table":
            yield from (" | ".join(map(_cell, row["cells"])) for row in part["rows"])
        case "ActionSet":
            yield from (f"[{action['title']}]" for action in part["actions"])
        case kind if kind.startswith("Action."):
            yield f"[{part['title']}]"
        case kind if kind.startswith("Chart."):
            yield from _chart(part)
        case kind if kind.startswith("Input."):
            yield from _input(part, typed)
        case _:
            for inner in _inside(part):
                yield from _lines(inner, typed)


def _cell(cell: Given) -> str:
    return " ".join(line for item in cell["items"] for line in _lines(item, {}))


def _chart(part: Given) -> Iterator[str]:
    yield part.get("title", "")
    for one in part["data"]:
        told = f"{one.get('legend', one.get('x', ''))} {one.get('value', one.get('y', ''))}"
        yield told.strip()
        yield from (f"{point['x']}: {point['y']}" for point in one.get("values", []))


def _input(part: Given, typed: Typed) -> Iterator[str]:
    yield part["label"] + (" *" if part.get("isRequired") else "")
    value = standing(part, typed)
    if part["type"] == "Input.Toggle":
        on = value == part.get("valueOn", "true")
        yield f"({'x' if on else ' '}) {part['title']}"
    elif part["type"] == "Input.ChoiceSet":
        yield from _choices(part, value)
    elif value:
        yield from (f"> {line}" for line in value.splitlines())


def _choices(part: Given, value: str) -> Iterator[str]:
    several = bool(part.get("isMultiSelect"))
    chosen = value.split(",") if several else [value]
    if several or part.get("style") == "expanded":
        for choice in part["choices"]:
            yield f"({'x' if choice['value'] in chosen else ' '}) {choice['title']}"
        return
    yield from (f"> {one['title']}" for one in part["choices"] if one["value"] in chosen)
