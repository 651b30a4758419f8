"""What Teams draws of Adaptive Cards up to 1.5: a closed description. Everything else is refused.

The tables name each element with all of its properties. What holds between several of them (ids,
versions, what a button takes along) is in `whole.py`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

from tests.shapes import (
    Check,
    both,
    by_type,
    flag,
    matching,
    number,
    one_of,
    several,
    thing,
    words,
    wrong,
)

CARD = "application/vnd.microsoft.card.adaptive"
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
ACTIONS = 6  # in a set; Teams leaves out the rest without a word, the fake with one
SCHEMA = "https?://adaptivecards.io/schemas/adaptive-card.json"

_said = words(100_000)
_any = words(100_000, least=0)
_title = words(256)
_id = words(256)
_address = both(words(2048), matching("https://.+|data:image/(png|jpeg|gif);base64,.+"))
_link = both(words(2048), matching("https?://.+|mailto:.+|tel:.+"))
_size = one_of("Small", "Default", "Medium", "Large", "ExtraLarge")
_weight = one_of("Lighter", "Default", "Bolder")
_color = one_of("Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention")
_font = one_of("Default", "Monospace")
_across = one_of("Left", "Center", "Right")
_down = one_of("Top", "Center", "Bottom")
_pixels = matching(r"[0-9]{1,4}px")
_look: dict[str, Check] = {
    "size": _size,
    "weight": _weight,
    "color": _color,
    "isSubtle": flag,
    "fontType": _font,
}
_placed: dict[str, Check] = {
    "type": _said,
    "id": _id,
    "separator": flag,
    "spacing": one_of("Default", "None", "Small", "Medium", "Large", "ExtraLarge", "Padding"),
    "isVisible": flag,
    "height": one_of("auto", "stretch"),
    "requires": thing({}, adaptiveCards=_said),
}
_holds: dict[str, Check] = {
    "style": one_of("default", "emphasis", "good", "attention", "warning", "accent"),
    "verticalContentAlignment": _down,
    "bleed": flag,
    "minHeight": _pixels,
    "rtl": flag,
}


def whatever(value: Any, at: str) -> Iterator[str]:
    yield from ELEMENT(value, at)


def _action(value: Any, at: str) -> Iterator[str]:
    yield from ACTION(value, at)


def _nested(value: Any, at: str) -> Iterator[str]:
    yield from CARDS(value, at)


def _fallback(check: Check) -> Check:
    def is_dropped_or_drawn(value: Any, at: str) -> Iterator[str]:
        if value != "drop":
            yield from check(value, at)

    return is_dropped_or_drawn


def _element(required: Mapping[str, Check], **optional: Check) -> Check:
    return thing(required, **_placed, **optional, fallback=_fallback(whatever))


def _object(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield from wrong("must be an object", at)


# Words

_run = thing(
    {"type": one_of("TextRun"), "text": _said},
    **_look,
    highlight=flag,
    italic=flag,
    strikethrough=flag,
    underline=flag,
    selectAction=_action,
)
_WORDS: dict[str, Check] = {
    "TextBlock": _element(
        {"text": _said},
        **_look,
        wrap=flag,
        maxLines=number(1, 1000),
        horizontalAlignment=_across,
        style=one_of("default", "heading", "columnHeader"),
    ),
    "RichTextBlock": _element({"inlines": several(_run, 10_000)}, horizontalAlignment=_across),
    "FactSet": _element({"facts": several(thing({"title": _any, "value": _any}), 1000)}),
    "Image": _element(
        {"url": _address, "altText": _said},
        size=one_of("Auto", "Stretch", "Small", "Medium", "Large"),
        style=one_of("default", "person"),
        width=_pixels,
        backgroundColor=matching("#[0-9A-Fa-f]{6,8}"),
        horizontalAlignment=_across,
        selectAction=_action,
        msteams=thing({"allowExpand": flag}),
    ),
}

# What holds other things

_several = several(whatever, 1000)
_share = both(
    lambda value, at: (
        number(1, 100)(value, at)
        if isinstance(value, int)
        else matching(r"auto|stretch|[0-9]{1,3}|[0-9]{1,4}px")(value, at)
    )
)
_column = thing(
    {"items": several(whatever, 1000, least=0)},
    **{**_placed, "type": one_of("Column")},
    **_holds,
    width=_share,
    selectAction=_action,
)
_cell = thing(
    {"type": one_of("TableCell"), "items": several(whatever, 1000, least=0)},
    **_holds,
    selectAction=_action,
)
_row = thing(
    {"type": one_of("TableRow"), "cells": several(_cell, 100)},
    style=_holds["style"],
    horizontalCellContentAlignment=_across,
    verticalCellContentAlignment=_down,
)
_HOLDERS: dict[str, Check] = {
    "Container": _element({"items": _several}, **_holds, selectAction=_action),
    "ColumnSet": _element(
        {"columns": several(_column, 100)},
        **{name: _holds[name] for name in ("style", "bleed", "minHeight")},
        horizontalAlignment=_across,
        selectAction=_action,
    ),
    "Table": _element(
        {
            "columns": several(
                thing(
                    {"width": _share},
                    horizontalCellContentAlignment=_across,
                    verticalCellContentAlignment=_down,
                ),
                100,
            ),
            "rows": several(_row, 1000),
        },
        # The schema has the one name, Microsoft's own renderer reads the other.
        firstRowAsHeader=flag,
        firstRowAsHeaders=flag,
        showGridLines=flag,
        gridStyle=_holds["style"],
        horizontalCellContentAlignment=_across,
        verticalCellContentAlignment=_down,
    ),
    "ActionSet": _element({"actions": several(_action, ACTIONS)}, horizontalAlignment=_across),
}

# What is filled in


def _input(required: Mapping[str, Check], **optional: Check) -> Check:
    """A label, so that a screen reader can say what it is; a sentence where it is required."""

    def check(value: Any, at: str) -> Iterator[str]:
        yield from drawn(value, at)
        if isinstance(value, dict) and value.get("isRequired") and not value.get("errorMessage"):
            yield from wrong("must say what is missing in errorMessage", at)

    drawn = _element(
        {"id": _id, "label": _said, **required}, isRequired=flag, errorMessage=_said, **optional
    )
    return check


def day(value: Any, at: str) -> Iterator[str]:
    if not _is_read(date.fromisoformat, value, r"\d{4}-\d\d-\d\d"):
        yield from wrong("must be a day, as 2027-03-28", at)


def hour(value: Any, at: str) -> Iterator[str]:
    if not _is_read(time.fromisoformat, value, r"\d\d:\d\d"):
        yield from wrong("must be an hour, as 08:40", at)


def _is_read(read: Any, value: Any, pattern: str) -> bool:
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        return False
    try:
        read(value)
    except ValueError:
        return False
    return True


_choice = thing({"title": _title, "value": _said})
_INPUTS: dict[str, Check] = {
    "Input.Text": _input(
        {},
        value=_any,
        placeholder=_said,
        isMultiline=flag,
        maxLength=number(1, 100_000),
        regex=_said,
        style=one_of("Text", "Tel", "Url", "Email", "Password"),
        inlineAction=_action,
    ),
    "Input.Number": _input(
        {},
        value=number(-(10**9), 10**9),
        placeholder=_said,
        min=number(-(10**9), 10**9),
        max=number(-(10**9), 10**9),
    ),
    "Input.Date": _input({}, value=day, placeholder=_said, min=day, max=day),
    "Input.Time": _input({}, value=hour, placeholder=_said, min=hour, max=hour),
    "Input.Toggle": _input({"title": _said}, value=_said, valueOn=_said, valueOff=_said, wrap=flag),
    "Input.ChoiceSet": _input(
        {"choices": several(_choice, 1000)},
        value=_any,
        placeholder=_said,
        isMultiSelect=flag,
        style=one_of("compact", "expanded", "filtered"),
        wrap=flag,
    ),
}

# Charts, which an older client draws as their fallback


def _amount(value: Any, at: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield from wrong("must be a number", at)


_tint = matching("[a-zA-Z]+[0-9]*|#[0-9A-Fa-f]{6}")
_point = thing({"x": both(_any), "y": _amount}, color=_tint)
_slice = thing({"legend": _said, "value": _amount}, color=_tint)
_bar = thing({"x": _said, "y": _amount}, color=_tint)
_series = thing({"legend": _said, "values": several(_point, 1000)}, color=_tint)


def _chart(data: Check, **optional: Check) -> Check:
    told: dict[str, Check] = {"title": _said, "colorSet": _said}
    return thing(
        {"data": several(data, 1000), "fallback": _fallback(whatever)},
        **_placed,
        **told,
        **optional,
    )


_axes: dict[str, Check] = {"xAxisTitle": _said, "yAxisTitle": _said}
_CHARTS: dict[str, Check] = {
    "Chart.Line": _chart(_series, **_axes, color=_tint, yMin=_amount, yMax=_amount),
    "Chart.VerticalBar": _chart(_bar, **_axes, color=_tint, showBarValues=flag),
    "Chart.VerticalBar.Grouped": _chart(_series, **_axes, color=_tint, stacked=flag),
    "Chart.HorizontalBar": _chart(
        _bar, **_axes, color=_tint, displayMode=one_of("AbsoluteWithAxis", "AbsoluteNoAxis")
    ),
    "Chart.Donut": _chart(_slice),
    "Chart.Pie": _chart(_slice),
}

# What is pressed

_pressed: dict[str, Check] = {
    "type": _said,
    "title": _title,
    "id": _id,
    "iconUrl": _address,
    "style": one_of("default", "positive", "destructive"),
    "mode": one_of("primary", "secondary"),
    "tooltip": _said,
    "isEnabled": flag,
    "requires": thing({}, adaptiveCards=_said),
    "fallback": _fallback(_action),
}


def _pressable(required: Mapping[str, Check], **optional: Check) -> Check:
    return thing({"title": _title, **required}, **_pressed, **optional)


_sends: dict[str, Check] = {"data": _object, "associatedInputs": one_of("auto", "none")}
_target = both(
    lambda value, at: (
        _id(value, at)
        if isinstance(value, str)
        else thing({"elementId": _id}, isVisible=flag)(value, at)
    )
)
ACTION = by_type(
    {
        "Action.Submit": _pressable({}, **_sends),
        "Action.Execute": _pressable({}, **_sends, verb=_said),
        "Action.OpenUrl": _pressable({"url": _link}),
        "Action.ToggleVisibility": _pressable({"targetElements": several(_target, 100)}),
        "Action.ShowCard": _pressable({"card": _nested}),
    }
)
ELEMENT = by_type({**_WORDS, **_HOLDERS, **_INPUTS, **_CHARTS})

_card: dict[str, Check] = {
    "$schema": matching(SCHEMA),
    "body": several(whatever, 1000, least=0),
    "actions": several(_action, ACTIONS, least=0),
    "fallbackText": _said,
    "speak": _said,
    "lang": matching("[a-z]{2}(-[A-Z]{2})?"),
    "rtl": flag,
    "minHeight": _pixels,
    "verticalContentAlignment": _down,
    "selectAction": _action,
    "refresh": thing({"action": _action}, userIds=several(_id, 60)),
    "msteams": thing({}, width=one_of("Full"), entities=several(_object, 100)),
}
CARDS = thing({"type": one_of("AdaptiveCard"), "version": one_of(*VERSIONS)}, **_card)
