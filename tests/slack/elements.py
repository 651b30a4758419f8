"""Text objects, options and block elements that Slack knows and the companion may use.

Lengths and counts are those of Slack's reference, written out again: nothing of the product's own
constants is used. A type that is missing here is refused, so whoever needs one adds it.
"""

from collections.abc import Iterator
from typing import Any

from tests.shapes import (
    Check,
    anything,
    both,
    by_type,
    flag,
    matching,
    number,
    one_of,
    several,
    size,
    thing,
    words,
    wrong,
)


def plain(most: int) -> Check:
    return thing({"type": one_of("plain_text"), "text": words(most)}, emoji=flag)


def mrkdwn(most: int) -> Check:
    return thing({"type": one_of("mrkdwn"), "text": words(most)}, verbatim=flag)


def text(most: int) -> Check:
    return by_type({"plain_text": plain(most), "mrkdwn": mrkdwn(most)})


ID = words(255)
DAY = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
HOUR = matching(r"([01]\d|2[0-3]):[0-5]\d")
ADDRESS = both(words(3000), matching(r"(?s)(https?|mailto|slack):.+"))
CONFIRM = thing(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    style=one_of("primary", "danger"),
)


def option(label: Check) -> Check:
    return thing({"text": label, "value": words(150)}, description=label, url=ADDRESS)


MENU_OPTION = option(plain(75))
BOX_OPTION = option(text(75))
OPTIONS = several(MENU_OPTION, 100)
GROUPS = several(thing({"label": plain(75), "options": OPTIONS}), 100)
BOXES = several(BOX_OPTION, 10)


def shown_options(element: dict[str, Any]) -> list[Any]:
    groups = element.get("option_groups")
    if isinstance(groups, list):
        return [one for group in groups if isinstance(group, dict) for one in _listed(group)]
    return _listed(element)


def _listed(holder: dict[str, Any]) -> list[Any]:
    options = holder.get("options")
    return options if isinstance(options, list) else []


def _initials_are_options(element: dict[str, Any], at: str) -> Iterator[str]:
    options = shown_options(element)
    if "initial_option" in element and element["initial_option"] not in options:
        yield from wrong("initial_option must be one of the options", f"{at}/initial_option")
    chosen = element.get("initial_options")
    if isinstance(chosen, list) and any(one not in options for one in chosen):
        yield from wrong("initial_options must be among the options", f"{at}/initial_options")


def _values_differ(element: dict[str, Any], at: str) -> Iterator[str]:
    values = [one.get("value") for one in shown_options(element) if isinstance(one, dict)]
    if len(set(map(str, values))) < len(values):
        yield from wrong("options must have different values", at)


def _options_or_groups(element: dict[str, Any], at: str) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield from wrong("exactly one of options and option_groups is required", at)


def _fits_its_box(element: dict[str, Any], at: str) -> Iterator[str]:
    value, most = element.get("initial_value", ""), element.get("max_length", 3000)
    least = element.get("min_length", 0)
    if isinstance(value, str) and isinstance(most, int) and size(value) > most:
        yield from wrong(f"must be less than {most + 1} characters", f"{at}/initial_value")
    if isinstance(most, int) and isinstance(least, int) and least > most:
        yield from wrong("min_length must not be more than max_length", at)


_SAID = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}
_WRITTEN = {"action_id": ID, "placeholder": plain(150), "focus_on_load": flag}
_DISPATCH = thing(
    {"trigger_actions_on": several(one_of("on_enter_pressed", "on_character_entered"), 2)}
)


def _element(kind: str, required: dict[str, Check], **optional: Check) -> Check:
    return thing({"type": one_of(kind), **required}, **optional)


_MENU = {**_SAID, "placeholder": plain(150), "options": OPTIONS, "option_groups": GROUPS}
BUTTON = _element(
    "button",
    {"text": plain(75)},
    action_id=ID,
    url=ADDRESS,
    value=words(2000),
    style=one_of("primary", "danger"),
    confirm=CONFIRM,
    accessibility_label=words(75),
)
PLAIN_TEXT_INPUT = both(
    _element(
        "plain_text_input",
        {},
        **_WRITTEN,
        initial_value=words(3000, 0),
        multiline=flag,
        min_length=number(0, 3000),
        max_length=number(1, 3000),
        dispatch_action_config=_DISPATCH,
    ),
    _fits_its_box,
)
STATIC_SELECT = both(
    _element("static_select", {}, **_MENU, initial_option=MENU_OPTION),
    _options_or_groups,
    _initials_are_options,
    _values_differ,
)
MULTI_STATIC_SELECT = both(
    _element(
        "multi_static_select",
        {},
        **_MENU,
        initial_options=several(MENU_OPTION, 100),
        max_selected_items=number(1, 100),
    ),
    _options_or_groups,
    _initials_are_options,
    _values_differ,
)
RADIO_BUTTONS = both(
    _element("radio_buttons", {"options": BOXES}, **_SAID, initial_option=BOX_OPTION),
    _initials_are_options,
    _values_differ,
)
CHECKBOXES = both(
    _element("checkboxes", {"options": BOXES}, **_SAID, initial_options=several(BOX_OPTION, 10)),
    _initials_are_options,
    _values_differ,
)
OVERFLOW = both(
    _element("overflow", {"options": several(MENU_OPTION, 5)}, action_id=ID, confirm=CONFIRM),
    _values_differ,
)
DATEPICKER = _element("datepicker", {}, **_SAID, placeholder=plain(150), initial_date=DAY)
TIMEPICKER = _element(
    "timepicker", {}, **_SAID, placeholder=plain(150), initial_time=HOUR, timezone=words(100)
)
EMAIL = _element("email_text_input", {}, **_WRITTEN, initial_value=words(3000))
URL = _element("url_text_input", {}, **_WRITTEN, initial_value=words(3000))
NUMBER = _element(
    "number_input",
    {"is_decimal_allowed": flag},
    **_WRITTEN,
    initial_value=words(100),
    min_value=words(100),
    max_value=words(100),
)
USERS_SELECT = _element(
    "users_select", {}, **_SAID, placeholder=plain(150), initial_user=matching("[UW].+")
)
IMAGE = _element("image", {"image_url": ADDRESS, "alt_text": words(2000)})

_CHOSEN = {
    "static_select": STATIC_SELECT,
    "multi_static_select": MULTI_STATIC_SELECT,
    "radio_buttons": RADIO_BUTTONS,
    "checkboxes": CHECKBOXES,
    "datepicker": DATEPICKER,
    "timepicker": TIMEPICKER,
    "users_select": USERS_SELECT,
}
IN_ACTIONS = by_type(
    {
        "button": BUTTON,
        "overflow": OVERFLOW,
        **{kind: shape for kind, shape in _CHOSEN.items() if not kind.startswith("multi_")},
    }
)
ACCESSORY = by_type({"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE, **_CHOSEN})
IN_INPUT = by_type(
    {
        "plain_text_input": PLAIN_TEXT_INPUT,
        "email_text_input": EMAIL,
        "url_text_input": URL,
        "number_input": NUMBER,
        **_CHOSEN,
    }
)
IN_CONTEXT = by_type({"plain_text": plain(3000), "mrkdwn": mrkdwn(3000), "image": IMAGE})

# Rich text

_STYLE = thing({}, bold=flag, italic=flag, strike=flag, code=flag)
_RUN = by_type(
    {
        "text": _element("text", {"text": words(3000)}, style=_STYLE),
        "link": _element("link", {"url": ADDRESS}, text=words(3000), style=_STYLE, unsafe=flag),
        "emoji": _element("emoji", {"name": words(255)}, unicode=words(255), style=_STYLE),
        "user": _element("user", {"user_id": matching("[UW].+")}, style=_STYLE),
        "channel": _element("channel", {"channel_id": matching("[CGD].+")}, style=_STYLE),
        "broadcast": _element("broadcast", {"range": one_of("here", "channel", "everyone")}),
        "date": _element("date", {"timestamp": anything, "format": words(255)}),
    }
)
_RUNS = several(_RUN, 1000)
_SECTION = _element("rich_text_section", {"elements": _RUNS})
RICH_PARTS = several(
    by_type(
        {
            "rich_text_section": _SECTION,
            "rich_text_quote": _element("rich_text_quote", {"elements": _RUNS}, border=anything),
            "rich_text_preformatted": _element("rich_text_preformatted", {"elements": _RUNS}),
            "rich_text_list": _element(
                "rich_text_list",
                {"elements": several(_SECTION, 1000), "style": one_of("bullet", "ordered")},
                indent=number(0, 8),
                offset=number(0, 10_000),
                border=anything,
            ),
        }
    ),
    1000,
)
