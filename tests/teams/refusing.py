"""What Teams refuses of an activity or of a dialog, before anybody sees it."""

import json
from typing import Any

from tests.shapes import anything, number, one_of, several, thing, words
from tests.teams.calls import RefusedError
from tests.teams.cards import CARD
from tests.teams.whole import in_card
from tests.teams.world import BOT, Conversation

Given = dict[str, Any]
LARGEST = 100_000  # bytes of the whole message in UTF-16
_KINDS = ("message", "typing")

_any = words(100_000, least=0)
_attachment = thing({"contentType": one_of(CARD), "content": anything}, name=_any)
_account = thing({"id": words(500)}, name=_any, aadObjectId=_any, role=_any)
# What a bot may say of a message, by Microsoft's schema. Nothing else is meant for Teams.
_ACTIVITY = thing(
    {"type": one_of(*_KINDS)},
    **dict.fromkeys(
        ("id", "timestamp", "localTimestamp", "localTimezone", "callerId", "speak"), anything
    ),
    text=_any,
    textFormat=one_of("plain", "markdown", "xml"),
    summary=_any,
    attachments=several(_attachment, 10, least=0),
    attachmentLayout=one_of("list", "carousel"),
    channelId=one_of("msteams"),
    serviceUrl=words(2048),
    conversation=anything,
    recipient=_account,
    replyToId=_any,
    locale=_any,
    inputHint=one_of("acceptingInput", "ignoringInput", "expectingInput"),
    importance=one_of("low", "normal", "high", "urgent"),
    deliveryMode=one_of("normal", "notification"),
    entities=several(anything, 100, least=0),
    channelData=anything,
    value=anything,
    **{"from": _account},
)
_side = one_of("small", "medium", "large")


def weight(whole: object) -> int:
    return len(json.dumps(whole, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def check_activity(body: Given, conversation: Conversation) -> None:
    """Raises RefusedError with everything that is wrong with it."""
    if weight(body) >= LARGEST:
        raise RefusedError(413, "MessageSizeTooBig", "Message size too large.")
    found = in_activity(body)
    sender, where = body.get("from"), body.get("conversation")
    if sender is not None and sender.get("id") != BOT:
        found.append("the sender is not the app")
    if where is not None and (not isinstance(where, dict) or where.get("id") != conversation.id):
        found.append("the conversation is another one than in the address")
    if found:
        raise RefusedError(400, "BadSyntax", "\n".join(found))


def in_activity(body: Given) -> list[str]:
    found = list(_ACTIVITY(body, ""))
    if found or body["type"] == "typing":
        return found
    attachments = body.get("attachments", [])
    if not attachments and not body.get("text", "").strip():
        return ["a message needs words or an attachment"]
    if len(attachments) > 1 and "attachmentLayout" not in body:
        found.append("several attachments need a layout")
    return found + [said for one in attachments for said in in_card(one["content"])]


def in_dialog(value: object) -> list[str]:
    """Of a task/continue: what is wrong with its title, its measures or its card."""
    found = list(_DIALOG(value, ""))
    if found or not isinstance(value, dict):
        return found
    return in_card(value["card"]["content"], in_dialog=True)


def _measure(value: Any, at: str) -> Any:
    yield from (number(1, 10_000) if isinstance(value, int) else _side)(value, at)


_DIALOG = thing(
    {"title": words(256), "card": thing({"contentType": one_of(CARD), "content": anything})},
    width=_measure,
    height=_measure,
)
