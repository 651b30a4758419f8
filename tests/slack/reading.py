"""What is to be read on a screen, top to bottom: a line for each thing that Slack draws.

A button stands in brackets, [Skip]; an input as its label, then what stands in it after `> `.
"""

import html
from collections.abc import Iterator
from typing import Any

from tests.slack.filling import Typed, standing

Given = dict[str, Any]


def words_of(blocks: list[Given], typed: Typed | None = None) -> list[str]:
    return [line for block in blocks for line in _lines(block, typed or {}) if line]


def words_of_text(text: str) -> str:
    """`text` is mrkdwn, and so escaped."""
    return html.unescape(text)


def _lines(block: Given, typed: Typed) -> Iterator[str]:
    match block["type"]:
        case "section":
            texts = [block.get("text"), *block.get("fields", [])]
            yield from (_text(one) for one in texts if one)
            if "accessory" in block:
                yield _element(block["accessory"])
        case "header":
            yield _text(block["text"])
        case "context" | "actions":
            yield from (_element(one) for one in block["elements"])
        case "divider":
            yield "———"
        case "image":
            yield block["alt_text"]
        case "markdown":
            yield block["text"]
        case "rich_text":
            yield from "".join(_rich(block)).splitlines()
        case "table":
            yield from (" | ".join(_cell(cell) for cell in row) for row in block["rows"])
        case "input":
            yield from _input(block, typed)


def _text(text: Given) -> str:
    words: str = text["text"]
    return html.unescape(words) if text["type"] == "mrkdwn" else words


def _element(element: Given) -> str:
    match element["type"]:
        case "button":
            return f"[{element['text']['text']}]"
        case "plain_text" | "mrkdwn":
            return _text(element)
        case "image":
            return str(element["alt_text"])
    shown = element.get("placeholder", {"text": element["type"]})["text"]
    return f"[{shown} …]"


def _cell(cell: Given) -> str:
    return str(cell["text"]) if cell["type"] == "raw_text" else "".join(_rich(cell)).strip()


def _rich(block: Given) -> Iterator[str]:
    for part in block["elements"]:
        items = part["elements"] if part["type"] == "rich_text_list" else [part]
        for item in items:
            yield "".join(_run(run) for run in item["elements"])
            yield "\n"


def _run(run: Given) -> str:
    names = ("text", "url", "name", "user_id", "channel_id", "range")
    return str(next((run[name] for name in names if name in run), ""))


def _input(block: Given, typed: Typed) -> Iterator[str]:
    yield block["label"]["text"]
    if "hint" in block:
        yield block["hint"]["text"]
    element = block["element"]
    value = standing(block, element, typed)
    if element["type"] in {"radio_buttons", "checkboxes"}:
        chosen = value if isinstance(value, list) else [value]
        for option in element["options"]:
            yield f"({'x' if option in chosen else ' '}) {_option(option)}"
    elif value:
        yield from (f"> {line}" for line in _value(value).splitlines())


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(map(_option, value))
    return _option(value) if isinstance(value, dict) else str(value)


def _option(option: Given) -> str:
    return _text(option["text"]) + (_text(option["description"]) if "description" in option else "")
