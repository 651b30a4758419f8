"""What holds within a card as a whole: one id each, what was chosen can be chosen, versions."""

from collections.abc import Iterator
from typing import Any

from tests.shapes import size, wrong
from tests.teams.cards import CARDS, VERSIONS

Given = dict[str, Any]
_SINCE = {
    "Action.Execute": "1.4",
    "Action.ToggleVisibility": "1.2",
    "ActionSet": "1.2",
    "RichTextBlock": "1.2",
    "Table": "1.5",
}
_SUBMITS = {"Action.Submit", "Action.Execute"}


def in_card(card: object, *, in_dialog: bool = False) -> list[str]:
    """Everything that is wrong with it; nothing where Teams draws it."""
    found = list(CARDS(card, ""))
    if found or not isinstance(card, dict):
        return found
    if not card.get("body") and not card.get("actions"):
        found += wrong("there is nothing to draw", "/body")
    parts = list(parts_of(card))
    found += _ids(parts)
    for part in parts:
        found += _version(part, card["version"])
        found += _value(part)
        found += _table(part)
        found += _action(part, parts, in_dialog=in_dialog)
    return found


def parts_of(whole: Any) -> Iterator[Given]:
    """Elements and actions, from the top down; not what an action takes along."""
    if isinstance(whole, list):
        for one in whole:
            yield from parts_of(one)
    elif isinstance(whole, dict):
        if "type" in whole:
            yield whole
        for name, inner in whole.items():
            if name not in {"data", "msteams", "requires"} or "Chart." in whole.get("type", ""):
                yield from parts_of(inner)


def is_input(part: Given) -> bool:
    kind: str = part.get("type", "")
    return kind.startswith("Input.")


def _ids(parts: list[Given]) -> Iterator[str]:
    """Of a thing and its fallback only one is drawn, but neither may have another's id."""
    seen: set[str] = set()
    for part in parts:
        if "id" in part:
            if part["id"] in seen:
                yield from wrong(f"the id {part['id']!r} is there twice", "")
            seen.add(part["id"])


def _version(part: Given, version: str) -> Iterator[str]:
    since = _SINCE.get(part["type"], "1.3" if is_input(part) else "1.0")
    if VERSIONS.index(version) < VERSIONS.index(since):
        yield from wrong(f"{part['type']} needs version {since}", "/version")


def _value(part: Given) -> Iterator[str]:
    """What stands in an input is something that a person could have put there."""
    value = part.get("value", "")
    match part["type"]:
        case "Input.ChoiceSet":
            yield from _chosen(part, value)
        case "Input.Toggle":
            if value and value not in {part.get("valueOn", "true"), part.get("valueOff", "false")}:
                yield from wrong("is neither on nor off", f"/{part['id']}/value")
        case "Input.Text":
            if size(value) > part.get("maxLength", 100_000):
                yield from wrong("is longer than maxLength", f"/{part['id']}/value")
            if "\n" in value and not part.get("isMultiline"):
                yield from wrong("has several lines, and the input one", f"/{part['id']}/value")


def _chosen(part: Given, value: str) -> Iterator[str]:
    values = [choice["value"] for choice in part["choices"]]
    if len(set(values)) != len(values):
        yield from wrong("has a value twice", f"/{part['id']}/choices")
    several = bool(part.get("isMultiSelect"))
    if several and any("," in one for one in values):
        yield from wrong("has a comma in a value, which parts them", f"/{part['id']}/choices")
    chosen = value.split(",") if several and value else [value] if value else []
    if not set(chosen) <= set(values):
        yield from wrong("has chosen what cannot be chosen", f"/{part['id']}/value")


def _table(part: Given) -> Iterator[str]:
    if part["type"] == "Table":
        widths = {len(row["cells"]) for row in part["rows"]}
        if widths != {len(part["columns"])}:
            yield from wrong("has rows that are not as wide as its columns", "/rows")


def _action(part: Given, parts: list[Given], *, in_dialog: bool) -> Iterator[str]:
    if part["type"] == "Action.Execute" and in_dialog:
        yield from wrong("a dialog knows no Action.Execute", "/actions")
    if part["type"] not in _SUBMITS:
        return
    data = part.get("data", {})
    if "msteams" in data and data["msteams"] != {"type": "task/fetch"}:
        yield from wrong("Teams knows no such msteams", "/data/msteams")
    if "msteams" in data and part["type"] == "Action.Execute":
        yield from wrong("Action.Execute opens no dialog", "/data/msteams")
    if part.get("associatedInputs") != "none":
        for taken in {one["id"] for one in parts if is_input(one)} & set(data):
            yield from wrong(f"the input {taken!r} would stand in the place of data", "/data")
