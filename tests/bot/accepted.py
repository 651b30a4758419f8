"""What Slack and Teams accept.

The limits are written out again here, so that a slip in a constant is seen.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt

MACRO = re.compile(r"\{\{(DATE|TIME)\(")  # as Microsoft's renderer looks for them


def parts(whole: Any) -> Iterator[dict[str, Any]]:
    if isinstance(whole, dict):
        yield whole
        for inner in whole.values():
            yield from parts(inner)
    elif isinstance(whole, list):
        for inner in whole:
            yield from parts(inner)


def size(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def check_text(text: dict[str, Any], most: int) -> None:
    assert text["type"] == "plain_text"
    assert text["emoji"] is False
    assert 0 < size(text["text"]) <= most


def check_slack(dressed: dict[str, Any]) -> None:
    json.dumps(dressed).encode()
    blocks = dressed["blocks"]
    assert blocks
    if "callback_id" in dressed:
        assert len(blocks) <= 100
        assert len(json.dumps(dressed)) <= 250_000
        assert set(json.loads(dressed["private_metadata"])) - {"leaf"} == {"name", "about", "made"}
        assert len(dressed["private_metadata"]) <= 3000
        assert ("submit" in dressed) or not any(block["type"] == "input" for block in blocks)
        for name in {"title", "close", "submit"} & set(dressed):
            check_text(dressed[name], 24)
    else:
        assert len(blocks) <= 50
        assert size(dressed["text"]) <= 4000
        assert not re.search("[<>]|&(?!amp;|lt;|gt;)", dressed["text"])
        assert dressed["parse"] == "none"
        assert not any(dressed[name] for name in ("link_names", "unfurl_links", "unfurl_media"))
    tables = [block for block in blocks if block["type"] == "table"]
    assert len(tables) <= (0 if "callback_id" in dressed else 1)
    names = [block["block_id"] for block in blocks if block["type"] == "input"]
    assert len(names) == len(set(names))
    for part in parts(blocks):
        check_slack_part(part)


def check_slack_part(part: dict[str, Any]) -> None:
    kind = part.get("type", "option")
    assert kind not in {"mrkdwn", "markdown", "link", "user", "broadcast", "emoji"}
    if kind in {"header", "section"}:
        check_text(part["text"], 150 if kind == "header" else 3000)
    elif kind == "context":
        assert len(part["elements"]) <= 10
        check_text(part["elements"][0], 3000)
    elif kind == "text":
        assert 0 < size(part["text"]) <= 3000
    elif kind == "actions":
        assert 0 < len(part["elements"]) <= 25
        assert len({button["action_id"] for button in part["elements"]}) == len(part["elements"])
    elif kind == "button":
        check_text(part["text"], 75)
        assert len(part["action_id"]) <= 255
        assert 0 < len(part.get("value", "-")) <= 2000
    elif kind == "table":
        assert len(part["rows"]) <= 100
        assert {len(row) for row in part["rows"]} <= set(range(1, 21))
        assert len({len(row) for row in part["rows"]}) == 1
    elif kind == "input":
        check_text(part["label"], 2000)
        check_text(part.get("hint", part["label"]), 2000)
    elif kind == "plain_text_input":
        assert size(part.get("initial_value", "")) <= part["max_length"] <= 3000
    elif kind in {"radio_buttons", "checkboxes"}:
        assert 0 < len(part["options"]) <= 10
    elif kind in {"static_select", "multi_static_select"}:
        groups = part.get("option_groups", [part])
        assert all(0 < len(group["options"]) <= 100 for group in groups)
    elif kind == "option" and "value" in part:
        check_text(part["text"], 75)
        check_text(part.get("description", part["text"]), 75)


def check_teams(dressed: dict[str, Any]) -> None:
    assert len(json.dumps(dressed, ensure_ascii=False).encode("utf-16-le")) <= 100_000
    attachment = dressed["card"] if "card" in dressed else dressed["attachments"][0]
    assert attachment["content"]["version"] == "1.5"
    assert attachment["content"]["body"]
    assert "text" not in dressed
    for part in parts(attachment["content"]):
        check_teams_part(part)


def check_teams_part(part: dict[str, Any]) -> None:
    kind = part.get("type", "")
    assert kind not in {"FactSet", "Image", "Media"}
    if kind == "Action.OpenUrl":
        # Only an address of our own ever stands on a card.
        assert part["url"].startswith("https://bearings.example.org/data/")
    if kind == "TextBlock":
        check_inert(part["text"])
    elif kind == "TextRun":
        assert part["text"]
        assert not MACRO.search(part["text"])
    elif kind == "ActionSet":
        assert 0 < len(part["actions"]) <= 6
    elif kind.startswith("Input."):
        assert part["label"]
        assert not MACRO.search(part["label"])
    if part.get("style") == "expanded":
        for choice in part["choices"]:
            check_inert(choice["title"])


def check_inert(words: str) -> None:
    """A Markdown reader that is not ours finds nothing in the words but the words."""
    seen = MarkdownIt().enable(["strikethrough", "table"]).render(words).strip()
    assert html.unescape(seen.removeprefix("<p>").removesuffix("</p>")) == words.strip()
    assert "<p>" in seen
    assert not re.search(r"\{\{|://", words)
