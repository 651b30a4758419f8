"""How a block or a card must look: small checks that are put together into schemas.

A check takes a value and where it stands, and yields what is wrong in Slack's manner, such as
`must be less than 76 characters [json-pointer:/blocks/0/text]`. Lengths are counted in UTF-16
units, since no other likely count is larger.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def size(words: str) -> int:
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def wrong(said: str, at: str) -> Iterator[str]:
    yield f"[ERROR] {said} [json-pointer:{at}]"


def words(most: int, least: int = 1) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield from wrong("must be a string", at)
        elif size(value) < least:
            yield from wrong(f"must be more than {least - 1} characters", at)
        elif size(value) > most:
            yield from wrong(f"must be less than {most + 1} characters", at)
        elif _has_lone_surrogate(value):
            yield from wrong("is no text", at)

    return check


def _has_lone_surrogate(value: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in value)


def matching(pattern: str) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield from wrong(f"must match {pattern}", at)

    return check


def one_of(*allowed: Any) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield from wrong(f"must be one of {', '.join(map(str, allowed))}", at)

    return check


def flag(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield from wrong("must be a boolean", at)


def number(least: int, most: int) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield from wrong(f"must be a whole number from {least} to {most}", at)

    return check


def several(check: Check, most: int, least: int = 1) -> Check:
    def check_all(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield from wrong("must be an array", at)
            return
        if len(value) < least:
            yield from wrong(f"no less than {least} items allowed", at)
        if len(value) > most:
            yield from wrong(f"no more than {most} items allowed", at)
        for place, one in enumerate(value):
            yield from check(one, f"{at}/{place}")

    return check_all


def thing(required: Mapping[str, Check], **optional: Check) -> Check:
    """An object with these keys and no other."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield from wrong("must provide an object", at)
            return
        for name in required:
            if name not in value:
                yield from wrong(f"missing required field: {name}", at)
        for name, inner in value.items():
            known = required.get(name) or optional.get(name)
            if known is None:
                yield from wrong(f"unknown field: {name}", at)
            else:
                yield from known(inner, f"{at}/{name}")

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """One of several objects, told apart by `type`."""

    def check(value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            yield from wrong(f"unsupported type: {kind}", f"{at}/type")
        else:
            yield from kinds[kind](value, at)

    return check


def anything(value: Any, at: str) -> Iterator[str]:
    yield from ()


def both(*checks: Check) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        found = [said for one in checks for said in one(value, at)]
        yield from found

    return check
