"""Taking a payload apart: each value is what it must be, or UnreadableError says which was not.

No error repeats what was sent: it may be somebody's words.
"""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

DEEPEST = 64  # no platform nests more than about a dozen levels
LONGEST_MOMENT = 40

Payload = Mapping[str, object]


class UnreadableError(ValueError):
    """Not something that a platform can have sent."""


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


def maybe_moment(of: Payload, name: str) -> datetime | None:
    """None, too, for what is no moment, or of no known zone."""
    try:
        said = datetime.fromisoformat(maybe_words(of, name, LONGEST_MOMENT))
        return said.astimezone(UTC) if said.tzinfo else None
    except (ValueError, OverflowError):
        return None


def flag(of: Payload, name: str) -> bool:
    """A form's fields are texts, and so are its flags."""
    return of.get(name) is True or of.get(name) == "true"
