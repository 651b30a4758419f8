"""Message → Adaptive Card, Form → dialog: pure, in plain dicts, without Microsoft's library."""

from collections.abc import Callable, Sequence

from bot.teams.boxes import Typed, beside_box, is_answer, to_box
from bot.teams.buttons import (
    to_action_beside_box,
    to_chat_action,
    to_dialog_action,
    to_form_action,
)
from bot.teams.fields import to_field
from bot.teams.pictures import to_chart, to_path
from bot.teams.room import ACTIONS, SUMMARY, Part, shorten, within
from bot.teams.words import (
    to_error,
    to_fact,
    to_heading,
    to_label,
    to_passage,
    to_quote,
    to_rich,
    to_runs,
)
from prompts.dressing import field_in_words, settled
from prompts.message import (
    Button,
    Buttons,
    Chart,
    Divider,
    Element,
    Facts,
    Form,
    Heading,
    Link,
    Message,
    Path,
    Quiet,
    Quote,
    Table,
    Text,
)

CARD = "application/vnd.microsoft.card.adaptive"
VERSION = "1.5"  # the newest that Teams draws


def to_activity(message: Message, once: str = "") -> Part:
    """`summary` is the notification; a `text` would stand in the chat a second time. `once` names
    this showing of the message, so that what is sent from it twice is taken once."""
    return {
        "type": "message",
        "textFormat": "plain",
        "summary": shorten(settled(message.plain), SUMMARY),
        "attachments": [{"contentType": CARD, "content": to_card(message, once)}],
    }


def to_card(message: Message, once: str = "", typed: Typed | None = None) -> Part:
    if message.box is None:
        return _card(_body(message.elements, to_chat_action) or to_passage(message.plain))
    box = to_box(message, once, typed)
    body: list[Part] = []
    for element in message.elements:
        if isinstance(element, Buttons) and any(map(is_answer, element.buttons)):
            body, box = [*body, *box], []
        body += _parts(beside_box(element), to_action_beside_box)
    return _card([*body, *box])


def to_dialog(form: Form, once: str = "") -> Part:
    """What a task/fetch is answered with; the title is the dialog's, not the card's."""
    return {
        "title": to_label(form.title) or form.name.value,
        "width": "medium",
        "height": "medium",
        "card": {"contentType": CARD, "content": to_form_card(form, once)},
    }


def to_page(messages: Sequence[Message]) -> Part:
    """What is answered to somebody in a dialog, who does not see the chat now."""
    body: list[Part] = []
    for message in messages:
        shown = _body(message.elements, to_dialog_action) or to_passage(message.plain)
        body += [{**shown[0], "separator": bool(body)}, *shown[1:]]
    card = {"contentType": CARD, "content": _card(body)}
    return {"title": "Bearings", "width": "medium", "height": "medium", "card": card}


def to_form_card(form: Form, once: str = "") -> Part:
    title = [] if to_label(form.title) == settled(form.title) else to_heading(form.title)
    body = [*title, *to_error(form.error), *_body(form.elements, to_dialog_action)]
    for field in form.fields:
        body += to_field(field) if form.submit else [to_fact(field.label, field_in_words(field))]
    card = _card(body or to_passage("Nothing here yet."))
    return {**card, "actions": [to_form_action(form, once)]} if form.submit else card


def _card(body: list[Part]) -> Part:
    too_long = to_passage("There is more than Teams can show here. The rest is left out.")
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        # Read as Markdown where it is shown, so it holds no words of the message.
        "fallbackText": "This needs a newer version of Teams.",
        "body": within(body, too_long),
    }


def _body(elements: Sequence[Element], action: Callable[[Button], Part]) -> list[Part]:
    """A card has no dividers: the part after one carries the line."""
    body: list[Part] = []
    divided = False
    for element in elements:
        parts = _parts(element, action)
        if divided and parts:
            parts[0] = {**parts[0], "separator": True, "spacing": "Medium"}
        divided = isinstance(element, Divider) or (divided and not parts)
        body += parts
    return body


def _parts(element: Element, action: Callable[[Button], Part]) -> list[Part]:
    match element:
        case Heading(words):
            return to_heading(words)
        case Text(words):
            return to_passage(words)
        case Quiet(words):
            return to_passage(words, isSubtle=True, size="Small")
        case Quote(words):
            return to_quote(words)
        case Facts(facts):
            return [to_fact(fact.label, fact.words) for fact in facts]
        case Table():
            return _table(element)
        case Chart():
            return to_chart(element)
        case Path():
            return to_path(element)
        case Link(label, address):
            link = {"type": "Action.OpenUrl", "title": to_label(label), "url": address}
            return [{"type": "ActionSet", "actions": [link]}]
        case Divider():
            return []
        case Buttons(buttons):
            actions = [action(button) for button in buttons]
            return [
                {"type": "ActionSet", "actions": actions[start : start + ACTIONS]}
                for start in range(0, len(actions), ACTIONS)
            ]


def _table(table: Table) -> list[Part]:
    rows = [table.columns, *table.rows] if table.columns else list(table.rows)
    width = max(map(len, rows), default=0)
    caption = to_passage(table.caption, weight="Bolder")
    if not table.rows or not width:
        return caption
    drawn = {
        "type": "Table",
        "columns": [{"width": 1}] * width,
        # The schema has the one name, Microsoft's own renderer reads the other.
        "firstRowAsHeader": bool(table.columns),
        "firstRowAsHeaders": bool(table.columns),
        "rows": [_row(row, width) for row in rows],
    }
    return [*caption, drawn]


def _row(cells: Sequence[str], width: int) -> Part:
    filled = [settled(cell) or "–" for cell in (*cells, *[""] * (width - len(cells)))]
    drawn = [{"type": "TableCell", "items": [to_rich(to_runs(words))]} for words in filled]
    return {"type": "TableRow", "cells": drawn}
