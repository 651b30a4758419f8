"""What Slack writes in a way of its own: names of things, and moments."""

import re
from datetime import UTC, datetime, timedelta

from bot.payloads import Payload, UnreadableError, maybe_words, words

LONGEST_ADDRESS = 500
LONGEST_ID = 40  # Slack's have 9 to 20 characters
LONGEST_TRIGGER = 160
LAST_SECOND = 253_402_300_799  # of the year 9999

_TOKEN = re.compile(r"[A-Za-z0-9._-]+")
_TIMESTAMP = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?")


def token(of: Payload, name: str, most: int = LONGEST_ID) -> str:
    """Slack's name of something: of a person, a message, a view."""
    value = words(of, name, most)
    if _TOKEN.fullmatch(value) is None:
        raise UnreadableError(f"{name} is no id.")
    return value


def maybe_token(of: Payload, name: str, most: int = LONGEST_ID) -> str:
    return token(of, name, most) if maybe_words(of, name) else ""


def tokens(of: Payload, name: str, most: int) -> tuple[str, ...]:
    """A list of such names."""
    value = of.get(name)
    if not isinstance(value, list) or len(value) > most:
        raise UnreadableError(f"{name} is no list of ids.")
    return tuple(token({name: one}, name) for one in value)


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
