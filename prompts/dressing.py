"""What every dress of a Message or a Form has in common, whichever platform sews it."""

import re
from datetime import date, time

from prompts.message import Choice, Choices, Day, Field, Hour, LongText, ShortText, Switch

# They reorder or hide what stands beside them on the line.
_TRICKS = re.compile("[\u202a-\u202e\u2066-\u2069]|[\u200b-\u200d\u2060\ufeff]{2,}")


def settled(words: str) -> str:
    """Words that stand among ours, without the marks that would turn ours around."""
    return _TRICKS.sub("", words)


def field_in_words(field: Field) -> str:
    """What a field holds, for a page that is only read."""
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


def is_day(value: str) -> bool:
    """Whether a calendar can show it: what was typed elsewhere may be any words."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_hour(value: str) -> bool:
    try:
        return time.fromisoformat(value).isoformat("minutes") == value
    except ValueError:
        return False
