"""Taking a payload apart: each value is what it must be, or UnreadableError says which was not.

No error repeats what was sent: it may be somebody's words.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

DEEPEST = 64  # Slack nests about a dozen levels
LONGEST_ADDRESS = 500
LONGEST_ID = 40  # Slack's have 9 to 20 characters
LONGEST_TRIGGER = 160
LAST_SECOND = 253_402_300_799  # of the year 9999

_TOKEN = re.compile(r"[A-Za-z0-9._-]+")
_TIMESTAMP = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?")

Payload = Mapping[str, object]


class UnreadableError(ValueError):
    """Not something that Slack can have sent."""


# A text as JSON


def read_object(text: str) -> Payload:
    """One reading only: what two parsers might understand differently is refused."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse,
            parse_float=_finite,
        )
    except (ValueError, RecursionError):
        raise UnreadableError("It is not JSON.") from None
    if not isinstance(value, dict):
        raise UnreadableError("It is no JSON object.")
    # Counting brackets is quicker than walking, and nothing is deeper than it has brackets.
    if text.count("{") + text.count("[") > DEEPEST and _is_too_deep(value):
        raise UnreadableError("It is nested too deeply.")
    if "\\u" in text and _has_half_characters(value):
        raise UnreadableError("It holds half a character.")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse(_: str) -> NoReturn:
    raise ValueError("no JSON number")


def _finite(digits: str) -> float:
    if not math.isfinite(number := float(digits)):
        raise ValueError("a number without an end")
    return number


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: object) -> Sequence[object]:
    match value:
        case dict():
            return list(value.values())
        case list():
            return value
    return ()


def _has_half_characters(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


# What stands in it: required, or (maybe_…) empty where it is missing or null


def part(of: Payload, name: str) -> Payload:
    value = of.get(name)
    if not isinstance(value, Mapping):
        raise UnreadableError(f"{name} is no object.")
    return value


def maybe_part(of: Payload, name: str) -> Payload:
    return {} if of.get(name) is None else part(of, name)


def parts(of: Payload, name: str) -> list[Payload]:
    """A list of objects; empty where it is missing or null."""
    value = of.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise UnreadableError(f"{name} is no list of objects.")
    return value


def words(of: Payload, name: str, most: int | None = None) -> str:
    value = of.get(name)
    if not isinstance(value, str) or (most is not None and len(value) > most):
        raise UnreadableError(f"{name} is no text, or too long.")
    return value


def maybe_words(of: Payload, name: str, most: int | None = None) -> str:
    return "" if of.get(name) is None else words(of, name, most)


def token(of: Payload, name: str, most: int = LONGEST_ID) -> str:
    """Slack's name of something: of a person, a message, a view."""
    value = words(of, name, most)
    if _TOKEN.fullmatch(value) is None:
        raise UnreadableError(f"{name} is no id.")
    return value


def maybe_token(of: Payload, name: str, most: int = LONGEST_ID) -> str:
    return token(of, name, most) if maybe_words(of, name) else ""


def flag(of: Payload, name: str) -> bool:
    """A command's fields are texts, and so are its flags."""
    return of.get(name) is True or of.get(name) == "true"


def second(of: Payload, name: str) -> datetime:
    value = of.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LAST_SECOND:
        raise UnreadableError(f"{name} is no moment.")
    return datetime.fromtimestamp(value, UTC)


def moment(of: Payload, name: str) -> datetime:
    """Of "1784534400.000100": exact, where a float would round."""
    found = _TIMESTAMP.fullmatch(words(of, name))
    if found is None or int(found[1]) > LAST_SECOND:
        raise UnreadableError(f"{name} is no moment.")
    micros = int((found[2] or "").ljust(6, "0"))
    return datetime.fromtimestamp(int(found[1]), UTC) + timedelta(microseconds=micros)
