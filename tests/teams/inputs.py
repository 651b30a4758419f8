"""What can be filled in on a card: each kind of input, with all of its properties."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

from tests.shapes import Check, flag, number, one_of, several, thing, wrong
from tests.teams.drawing import a_button, anything_said, element, name, said, title


def _input(required: Mapping[str, Check], **optional: Check) -> Check:
    """A label, so that a screen reader can say what it is; a sentence where it is required."""

    def check(value: Any, at: str) -> Iterator[str]:
        yield from drawn(value, at)
        if isinstance(value, dict) and value.get("isRequired") and not value.get("errorMessage"):
            yield from wrong("must say what is missing in errorMessage", at)

    drawn = element(
        {"id": name, "label": said, **required}, isRequired=flag, errorMessage=said, **optional
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


_choice = thing({"title": title, "value": said})
INPUTS: dict[str, Check] = {
    "Input.Text": _input(
        {},
        value=anything_said,
        placeholder=said,
        isMultiline=flag,
        maxLength=number(1, 100_000),
        regex=said,
        style=one_of("Text", "Tel", "Url", "Email", "Password"),
        inlineAction=a_button,
    ),
    "Input.Number": _input(
        {},
        value=number(-(10**9), 10**9),
        placeholder=said,
        min=number(-(10**9), 10**9),
        max=number(-(10**9), 10**9),
    ),
    "Input.Date": _input({}, value=day, placeholder=said, min=day, max=day),
    "Input.Time": _input({}, value=hour, placeholder=said, min=hour, max=hour),
    "Input.Toggle": _input({"title": said}, value=said, valueOn=said, valueOff=said, wrap=flag),
    "Input.ChoiceSet": _input(
        {"choices": several(_choice, 1000)},
        value=anything_said,
        placeholder=said,
        isMultiSelect=flag,
        style=one_of("compact", "expanded", "filtered"),
        wrap=flag,
    ),
}
