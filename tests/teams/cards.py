"""What Teams draws of Adaptive Cards up to 1.5: a closed description. Everything else is refused.

The tables name each element with all of its properties; inputs and charts have files of their
own. What holds between several of them (ids, versions, what a button takes along) is in `whole.py`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.shapes import Check, both, flag, matching, number, one_of, several, thing, words
from tests.teams.charts import CHARTS
from tests.teams.drawing import (
    BUTTONS,
    ELEMENTS,
    PLACED,
    a_button,
    address,
    an_element,
    an_object,
    anything_said,
    element,
    name,
    or_dropped,
    pixels,
    said,
    title,
)
from tests.teams.inputs import INPUTS

CARD = "application/vnd.microsoft.card.adaptive"
VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
ACTIONS = 6  # in a set; Teams leaves out the rest without a word, the fake with one
SCHEMA = "https?://adaptivecards.io/schemas/adaptive-card.json"

_link = both(words(2048), matching("https?://.+|mailto:.+|tel:.+"))
_size = one_of("Small", "Default", "Medium", "Large", "ExtraLarge")
_weight = one_of("Lighter", "Default", "Bolder")
_color = one_of("Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention")
_font = one_of("Default", "Monospace")
_across = one_of("Left", "Center", "Right")
_down = one_of("Top", "Center", "Bottom")
_look: dict[str, Check] = {
    "size": _size,
    "weight": _weight,
    "color": _color,
    "isSubtle": flag,
    "fontType": _font,
}
_holds: dict[str, Check] = {
    "style": one_of("default", "emphasis", "good", "attention", "warning", "accent"),
    "verticalContentAlignment": _down,
    "bleed": flag,
    "minHeight": pixels,
    "rtl": flag,
}


def _nested(value: Any, at: str) -> Iterator[str]:
    yield from CARDS(value, at)


# Words

_run = thing(
    {"type": one_of("TextRun"), "text": said},
    **_look,
    highlight=flag,
    italic=flag,
    strikethrough=flag,
    underline=flag,
    selectAction=a_button,
)
_fact = thing({"title": anything_said, "value": anything_said})
_WORDS: dict[str, Check] = {
    "TextBlock": element(
        {"text": said},
        **_look,
        wrap=flag,
        maxLines=number(1, 1000),
        horizontalAlignment=_across,
        style=one_of("default", "heading", "columnHeader"),
    ),
    "RichTextBlock": element({"inlines": several(_run, 10_000)}, horizontalAlignment=_across),
    "FactSet": element({"facts": several(_fact, 1000)}),
    "Image": element(
        {"url": address, "altText": said},
        size=one_of("Auto", "Stretch", "Small", "Medium", "Large"),
        style=one_of("default", "person"),
        width=pixels,
        backgroundColor=matching("#[0-9A-Fa-f]{6,8}"),
        horizontalAlignment=_across,
        selectAction=a_button,
        msteams=thing({"allowExpand": flag}),
    ),
}

# What holds other things

_several = several(an_element, 1000)
_share = both(
    lambda value, at: (
        number(1, 100)(value, at)
        if isinstance(value, int)
        else matching(r"auto|stretch|[0-9]{1,3}|[0-9]{1,4}px")(value, at)
    )
)
_column = thing(
    {"items": several(an_element, 1000, least=0)},
    **{**PLACED, "type": one_of("Column")},
    **_holds,
    width=_share,
    selectAction=a_button,
)
_cell = thing(
    {"type": one_of("TableCell"), "items": several(an_element, 1000, least=0)},
    **_holds,
    selectAction=a_button,
)
_row = thing(
    {"type": one_of("TableRow"), "cells": several(_cell, 100)},
    style=_holds["style"],
    horizontalCellContentAlignment=_across,
    verticalCellContentAlignment=_down,
)
_HOLDERS: dict[str, Check] = {
    "Container": element({"items": _several}, **_holds, selectAction=a_button),
    "ColumnSet": element(
        {"columns": several(_column, 100)},
        **{name: _holds[name] for name in ("style", "bleed", "minHeight")},
        horizontalAlignment=_across,
        selectAction=a_button,
    ),
    "Table": element(
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
    "ActionSet": element({"actions": several(a_button, ACTIONS)}, horizontalAlignment=_across),
}

# What is pressed

_pressed: dict[str, Check] = {
    "type": said,
    "title": title,
    "id": name,
    "iconUrl": address,
    "style": one_of("default", "positive", "destructive"),
    "mode": one_of("primary", "secondary"),
    "tooltip": said,
    "isEnabled": flag,
    "requires": thing({}, adaptiveCards=said),
    "fallback": or_dropped(a_button),
}


def _pressable(required: Mapping[str, Check], **optional: Check) -> Check:
    return thing({"title": title, **required}, **_pressed, **optional)


_sends: dict[str, Check] = {"data": an_object, "associatedInputs": one_of("auto", "none")}
_target = both(
    lambda value, at: (
        name(value, at)
        if isinstance(value, str)
        else thing({"elementId": name}, isVisible=flag)(value, at)
    )
)
BUTTONS |= {
    "Action.Submit": _pressable({}, **_sends),
    "Action.Execute": _pressable({}, **_sends, verb=said),
    "Action.OpenUrl": _pressable({"url": _link}),
    "Action.ToggleVisibility": _pressable({"targetElements": several(_target, 100)}),
    "Action.ShowCard": _pressable({"card": _nested}),
}
ELEMENTS |= {**_WORDS, **_HOLDERS, **INPUTS, **CHARTS}

_card: dict[str, Check] = {
    "$schema": matching(SCHEMA),
    "body": several(an_element, 1000, least=0),
    "actions": several(a_button, ACTIONS, least=0),
    "fallbackText": said,
    "speak": said,
    "lang": matching("[a-z]{2}(-[A-Z]{2})?"),
    "rtl": flag,
    "minHeight": pixels,
    "verticalContentAlignment": _down,
    "selectAction": a_button,
    "refresh": thing({"action": a_button}, userIds=several(name, 60)),
    "msteams": thing({}, width=one_of("Full"), entities=several(an_object, 100)),
}
CARDS = thing({"type": one_of("AdaptiveCard"), "version": one_of(*VERSIONS)}, **_card)
