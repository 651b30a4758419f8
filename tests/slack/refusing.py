"""What Slack refuses of what an app sends: pure, each function yields what is wrong.

`invalid_blocks` and `invalid_arguments` carry these lines as Slack does, in response_metadata.
"""

import json
from collections.abc import Iterator
from typing import Any, Literal

from tests.shapes import (
    Check,
    by_type,
    flag,
    one_of,
    several,
    size,
    thing,
    words,
    wrong,
)
from tests.slack.elements import (
    ACCESSORY,
    ADDRESS,
    ID,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    RICH_PARTS,
    plain,
    text,
)

Surface = Literal["message", "modal", "home"]
Given = dict[str, Any]


def _block(kind: str, required: dict[str, Check], **optional: Check) -> Check:
    return thing({"type": one_of(kind), **required}, block_id=ID, **optional)


def _section_says_something(block: Given, at: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield from wrong("missing required field: text or fields", at)


_SECTION = _block(
    "section", {}, text=text(3000), fields=several(text(2000), 10), accessory=ACCESSORY, expand=flag
)


def _section(value: Any, at: str) -> Iterator[str]:
    yield from _SECTION(value, at)
    yield from _section_says_something(value, at)


_CELL = by_type(
    {
        "raw_text": thing({"type": one_of("raw_text"), "text": words(3000)}),
        "rich_text": thing({"type": one_of("rich_text"), "elements": RICH_PARTS}),
    }
)
_TABLE = _block(
    "table",
    {"rows": several(several(_CELL, 20), 100)},
    column_settings=several(
        thing({}, align=one_of("left", "center", "right"), is_wrapped=flag), 20, 0
    ),
)


def _table(value: Any, at: str) -> Iterator[str]:
    yield from _TABLE(value, at)
    rows = value.get("rows")
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield from wrong("rows must have the same number of cells", f"{at}/rows")


_EVERYWHERE: dict[str, Check] = {
    "section": _section,
    "divider": _block("divider", {}),
    "header": _block("header", {"text": plain(150)}),
    "context": _block("context", {"elements": several(IN_CONTEXT, 10)}),
    "actions": _block("actions", {"elements": several(IN_ACTIONS, 25)}),
    "image": _block("image", {"image_url": ADDRESS, "alt_text": words(2000)}, title=plain(2000)),
    "rich_text": _block("rich_text", {"elements": RICH_PARTS}),
    "input": _block(
        "input",
        {"label": plain(2000), "element": IN_INPUT},
        hint=plain(2000),
        optional=flag,
        dispatch_action=flag,
    ),
}
_ON: dict[Surface, Check] = {
    "message": by_type(
        {**_EVERYWHERE, "table": _table, "markdown": _block("markdown", {"text": words(12_000)})}
    ),
    "modal": by_type(_EVERYWHERE),
    "home": by_type(_EVERYWHERE),
}


def in_blocks(blocks: Any, surface: Surface) -> list[str]:
    most = 50 if surface == "message" else 100
    least = 0 if surface == "message" else 1
    found = list(several(_ON[surface], most, least)(blocks, "/blocks"))
    return found or [*_together(blocks)]


def _together(blocks: list[Given]) -> Iterator[str]:
    """What no block shows by itself."""
    names = [block["block_id"] for block in blocks if "block_id" in block]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield from wrong(f"block_id {name} already exists", "/blocks")
    for place, block in enumerate(blocks):
        acts = [e["action_id"] for e in _acting(block) if "action_id" in e]
        if len(set(acts)) < len(acts):
            yield from wrong("action_ids must differ within a block", f"/blocks/{place}")
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield from wrong("only_one_table_allowed", "/blocks")
    if sum(size(b["text"]) for b in blocks if b["type"] == "markdown") > 12_000:
        yield from wrong("markdown blocks must be less than 12001 characters", "/blocks")
    focused = [e for block in blocks for e in _acting(block) if e.get("focus_on_load")]
    if len(focused) > 1:
        yield from wrong("only one element may have focus_on_load", "/blocks")


def _acting(block: Given) -> list[Given]:
    match block["type"]:
        case "actions":
            elements: list[Given] = block["elements"]
            return elements
        case "input":
            return [block["element"]]
        case "section" if "accessory" in block:
            return [block["accessory"]]
    return []


def are_too_long(blocks: list[Given]) -> bool:
    """Slack says no number; refusals were seen from about 13,200 characters in all."""
    return _characters(blocks) > 13_200


def _characters(part: Any) -> int:
    match part:
        case str():
            return size(part)
        case list():
            return sum(map(_characters, part))
        case dict():
            return sum(_characters(inner) for name, inner in part.items() if name != "type")
    return 0


# Views

_MODAL = thing(
    {"type": one_of("modal"), "title": plain(24), "blocks": lambda *_: iter(())},
    submit=plain(24),
    close=plain(24),
    private_metadata=words(3000, 0),
    callback_id=words(255, 0),
    external_id=words(255, 0),
    clear_on_close=flag,
    notify_on_close=flag,
    submit_disabled=flag,
)
_HOME = thing(
    {"type": one_of("home"), "blocks": lambda *_: iter(())},
    private_metadata=words(3000, 0),
    callback_id=words(255, 0),
    external_id=words(255, 0),
)


def in_view(view: Any, *kinds: Surface) -> list[str]:
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in kinds:
        return list(wrong(f"unsupported type: {kind}", "/view/type"))
    found = list((_MODAL if kind == "modal" else _HOME)(view, "/view"))
    found += in_blocks(view.get("blocks"), kind)
    if not found and kind == "modal" and "submit" not in view and _has_inputs(view["blocks"]):
        found += wrong("submit is required when an input block is within blocks", "/view")
    return found


def _has_inputs(blocks: list[Given]) -> bool:
    return any(block["type"] == "input" for block in blocks)


def is_view_too_large(view: Any) -> bool:
    return len(json.dumps(view)) > 250_000


# Metadata

_METADATA = thing({"event_type": words(255), "event_payload": lambda *_: iter(())})


def metadata_error(metadata: Any) -> str:
    """The error's name, or nothing where it may stay. Empty metadata takes away what there was."""
    if metadata == {}:
        return ""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        return "invalid_metadata_format"
    if next(_METADATA(metadata, "/metadata"), None):
        return "invalid_metadata_schema"
    return "metadata_too_large" if len(json.dumps(metadata)) > 16_000 else ""
