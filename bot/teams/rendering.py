"""Message → Adaptive Card, Form → dialog: pure, in plain dicts, without Microsoft's library.

What we show stands in TextRuns, which read no Markdown; TextBlock, FactSet and a choice's title do.
Dates in double braces are read even in a TextRun: a run therefore ends between two braces.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

from prompts.message import (
    Button,
    Buttons,
    Choice,
    Choices,
    Day,
    Divider,
    Element,
    Facts,
    Field,
    Form,
    FormName,
    Heading,
    Hour,
    LongText,
    Message,
    Option,
    Quiet,
    Quote,
    ShortText,
    Switch,
    Table,
    Text,
)

Part = dict[str, Any]

CARD = "application/vnd.microsoft.card.adaptive"
VERSION = "1.5"  # the newest that Teams draws
ROOM = 80_000  # bytes in UTF-16; Teams refuses a message from 100 KB on, its own wrapping included
SUMMARY = 1_000  # what a notification could show; the card holds all of it
LABEL = 75  # of a button or a dialog; Teams names no limit, so Slack's
ACTIONS = 6  # in one set; Teams leaves out the rest without a word
CHOICES_IN_SIGHT = 10  # more go into a menu, as in Slack

_CONTROLS = ("ActionSet", "Input.")
# They reorder or hide what stands beside them on the line.
_TRICKS = re.compile("[\u202a-\u202e\u2066-\u2069]|[\u200b-\u200d\u2060\ufeff]{2,}")
# What Markdown or Teams could read as more than the words. Wider than need be: the cost is a role.
_MARKUP = re.compile(r"[\\`*_\[\]<>~|{}@\x00-\x1f\x7f-\x9f]|&#?\w+;|://|www\.|^\s|^[#=+-]|^\d+[.)]")
# Between the braces of {{DATE(…)}} and {{TIME(…)}}.
_MACRO = re.compile(r"(?<=\{)(?=\{\s*(?:DATE|TIME))", re.IGNORECASE)


def to_activity(message: Message) -> Part:
    """`summary` is the notification; a `text` would stand in the chat a second time."""
    return {
        "type": "message",
        "textFormat": "plain",
        "summary": _shorten(_settled(message.plain), SUMMARY),
        "attachments": [{"contentType": CARD, "content": to_card(message)}],
    }


def to_card(message: Message) -> Part:
    elements = message.elements
    return _card(_body(elements, _chat_action) or _passage(message.plain))


def to_dialog(form: Form) -> Part:
    """What a task/fetch is answered with; the title is the dialog's, not the card's."""
    return {
        "title": _label(form.title) or form.name.value,
        "width": "medium",
        "height": "medium",
        "card": {"contentType": CARD, "content": to_form_card(form)},
    }


def to_form_card(form: Form) -> Part:
    title = [] if _label(form.title) == _settled(form.title) else _heading(form.title)
    body = [*title, *_error(form.error), *_body(form.elements, _dialog_action)]
    for field in form.fields:
        body += _field(field) if form.submit else [_fact(field.label, _shown(field))]
    card = _card(body or _passage("Nothing here yet."))
    if form.submit:
        ours = {"submit": form.name.value, "about": form.about}
        submit = {"type": "Action.Submit", "title": _label(form.submit), "style": "positive"}
        card["actions"] = [{**submit, "data": {"bearings": ours}}]
    return card


def _card(body: list[Part]) -> Part:
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        # Read as Markdown where it is shown, so it holds no words of the message.
        "fallbackText": "This needs a newer version of Teams.",
        "body": _within(body),
    }


# Elements


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
            return _heading(words)
        case Text(words):
            return _passage(words)
        case Quiet(words):
            return _passage(words, isSubtle=True, size="Small")
        case Quote(words):
            # Untouched: a quote is a block of its own, so its marks reach no word of ours.
            quoted = {"type": "Container", "style": "emphasis", "items": [_rich(_runs(words))]}
            return [quoted] if words.strip() else []
        case Facts(facts):
            return [_fact(fact.label, fact.words) for fact in facts]
        case Table():
            return _table(element)
        case Divider():
            return []
        case Buttons(buttons):
            actions = [action(button) for button in buttons]
            return [
                {"type": "ActionSet", "actions": actions[start : start + ACTIONS]}
                for start in range(0, len(actions), ACTIONS)
            ]


def _heading(words: str) -> list[Part]:
    """Only a TextBlock can be a heading to a screen reader, and only plain words may be in one."""
    words = _settled(words)
    if _MARKUP.search(words):
        return _passage(words, weight="Bolder", size="Large")
    block = {"type": "TextBlock", "text": words, "wrap": True, "style": "heading"}
    return [{**block, "weight": "Bolder", "size": "Large"}] if words else []


def _fact(label: str, words: str) -> Part:
    colon = "" if label.endswith("?") else ":"
    name = _runs(f"{_settled(label)}{colon} ", weight="Bolder") if label else []
    return {**_rich([*name, *_runs(_settled(words) or "–")]), "spacing": "Small"}


def _table(table: Table) -> list[Part]:
    rows = [table.columns, *table.rows] if table.columns else list(table.rows)
    width = max(map(len, rows), default=0)
    caption = _passage(table.caption, weight="Bolder")
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
    filled = [_settled(cell) or "–" for cell in (*cells, *[""] * (width - len(cells)))]
    drawn = [{"type": "TableCell", "items": [_rich(_runs(words))]} for words in filled]
    return {"type": "TableRow", "cells": drawn}


# Buttons


def _chat_action(button: Button) -> Part:
    """A form opens as a dialog; a press is Executed, or Submitted by a client that is older."""
    ours = _ours(button)
    if isinstance(button.does, FormName):
        return _submit(button, {"msteams": {"type": "task/fetch"}, **ours})
    execute = {**_submit(button, ours), "type": "Action.Execute", "verb": button.does.value}
    return {**execute, "fallback": _submit(button, ours)}


def _dialog_action(button: Button) -> Part:
    """Inside a dialog every button is a task/submit; the answer may be the next card."""
    return _submit(button, _ours(button))


def _ours(button: Button) -> Part:
    """Under one key of our own: Teams lays the names of fields beside it."""
    verb = "open" if isinstance(button.does, FormName) else "press"
    return {"bearings": {verb: button.does.value, "about": button.about}}


def _submit(button: Button, sent: Part) -> Part:
    action: Part = {
        "type": "Action.Submit",
        "title": _label(button.label) or button.does.value,
        "data": sent,
        # What is half written in the card's fields stays there.
        "associatedInputs": "none",
    }
    return {**action, "style": "positive"} if button.primary else action


# Fields


def _field(field: Field) -> list[Part]:
    hint = _passage(field.hint, isSubtle=True, size="Small")
    return [*_error(field.error), *_inputs(field), *hint]


def _error(words: str) -> list[Part]:
    return _passage(words, weight="Bolder", color="Attention")


def _inputs(field: Field) -> list[Part]:
    match field:
        case ShortText(value=value) | LongText(value=value):
            several_lines = isinstance(field, LongText) or "\n" in value
            return [_input(field, "Text", value, isMultiline=several_lines)]
        case Choice(options=options, value=value):
            known = value if any(option.value == value for option in options) else ""
            plain = not any(_MARKUP.search(option.label) for option in options)
            style = "expanded" if plain and len(options) <= CHOICES_IN_SIGHT else "compact"
            return _choice(field, options, known, style=style)
        case Choices(options=options, values=values):
            known = ",".join(option.value for option in options if option.value in values)
            return _choices(field, options, known)
        case Day(value=value):
            return [_input(field, "Date", value if _is_day(value) else "")]
        case Hour(value=value):
            return [_input(field, "Time", value if _is_hour(value) else "")]
        case Switch(on=on):
            switched = "on" if on else "off"
            ways = {"title": "Yes", "valueOn": "on", "valueOff": "off"}
            return [_input(field, "Toggle", switched, **ways)]


def _input(field: Field, kind: str, value: str, **more: object) -> Part:
    # A label becomes a single TextRun that cannot be split: a word joiner parts the braces.
    label = _MACRO.sub("\u2060", _settled(field.label) or field.name)
    part: Part = {"type": f"Input.{kind}", "id": field.name, "label": label, **more}
    return {**part, "value": value} if value else part


def _choice(field: Field, options: Sequence[Option], known: str, **more: object) -> list[Part]:
    if not options:
        return [_fact(field.label, "Nothing to choose from.")]
    choices = [
        {"title": _settled(option.label) or option.value, "value": option.value}
        for option in options
    ]
    return [_input(field, "ChoiceSet", known, choices=choices, wrap=True, **more)]


def _choices(field: Choices, options: Sequence[Option], known: str) -> list[Part]:
    """Ticked titles are read as Markdown: where that matters they are numbers, told above."""
    more = {"isMultiSelect": True, "style": "expanded"}
    if not any(_MARKUP.search(option.label) for option in options):
        return _choice(field, options, known, **more)
    told = [_fact(f"{n}", option.label) for n, option in enumerate(options, start=1)]
    numbers = [Option(option.value, f"{n}") for n, option in enumerate(options, start=1)]
    return [*told, *_choice(field, numbers, known, **more)]


def _shown(field: Field) -> str:
    """A field on a page that is only read."""
    match field:
        case ShortText(value=words) | LongText(value=words):
            return words
        case Day(value=words) | Hour(value=words):
            return words
        case Choice(options=options, value=value):
            return ", ".join(option.label for option in options if option.value == value)
        case Choices(options=options, values=values):
            return ", ".join(option.label for option in options if option.value in values)
        case Switch(on=on):
            return "Yes" if on else "No"


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_hour(value: str) -> bool:
    try:
        return time.fromisoformat(value).isoformat("minutes") == value
    except ValueError:
        return False


# Words


def _passage(words: str, **look: object) -> list[Part]:
    words = _settled(words)
    return [_rich(_runs(words, **look))] if words.strip() else []


def _rich(inlines: list[Part]) -> Part:
    return {"type": "RichTextBlock", "inlines": inlines}


def _runs(words: str, **look: object) -> list[Part]:
    return [{"type": "TextRun", "text": piece, **look} for piece in _MACRO.split(words)]


def _settled(words: str) -> str:
    return _TRICKS.sub("", words)


def _label(words: str) -> str:
    return _shorten(_settled(words), LABEL)


def _shorten(words: str, most: int) -> str:
    if len(words) <= most:
        return words
    head, _, _ = words[:most].rpartition(" ")
    return (head or words[: most - 1]) + "…"


# Room


def _within(body: list[Part]) -> list[Part]:
    """What can be pressed or filled in stays; of the rest, the beginning and a line saying so."""
    if _weigh(body) <= ROOM:
        return body
    too_long = _passage("There is more than Teams can show here. The rest is left out.")
    room = ROOM - _weigh(too_long)
    kept: set[int] = set()
    for place in sorted(range(len(body)), key=lambda at: not _is_control(body[at])):
        room -= _weigh(body[place])
        if room < 0:
            break
        kept.add(place)
    first = min(set(range(len(body))) - kept)
    return [*body[:first], *too_long, *(body[at] for at in sorted(kept) if at > first)]


def _is_control(part: Part) -> bool:
    return bool(part["type"].startswith(_CONTROLS))


def _weigh(part: object) -> int:
    return len(json.dumps(part, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))
