"""What came back with a button: what it does, and the raw words of each field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.payloads import Payload, UnreadableError, maybe_words, part, words
from bot.teams.room import ABOUT, BASIS
from prompts.message import FormName, Press

MOST_FIELDS = 100

_NAME = re.compile(r"[a-z0-9_-]{1,100}")
_OURS = {"bearings", "msteams"}
_VERBS = ("press", "open", "submit")

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sent:
    """`does` is None where an older version had such a button, and this one has not.

    `once` names the one showing of a form from which it was sent."""

    verb: str
    does: Press | FormName | None
    about: str
    basis: str
    once: str
    values: Values


def read_sent(data: Payload) -> Sent:
    ours = part(data, "bearings")
    verbs = [verb for verb in _VERBS if verb in ours]
    if len(verbs) != 1:
        raise UnreadableError("It does not say what it does.")
    [verb] = verbs
    return Sent(
        verb,
        _does(verb, words(ours, verb, ABOUT)),
        maybe_words(ours, "about", ABOUT),
        maybe_words(ours, "basis", BASIS),
        maybe_words(ours, "once", ABOUT),
        _values(data, _names(ours, "several"), _names(ours, "switches")),
    )


def _does(verb: str, name: str) -> Press | FormName | None:
    try:
        return Press(name) if verb == "press" else FormName(name)
    except ValueError:
        return None


def _values(data: Payload, several: frozenset[str], switches: frozenset[str]) -> Values:
    """Teams sends every field as one text; the form says which of them hold more than that."""
    given = {name: value for name, value in data.items() if name not in _OURS}
    if len(given) > MOST_FIELDS or not all(map(_NAME.fullmatch, given)):
        raise UnreadableError("There is a field that no form of ours has.")
    values: dict[str, tuple[str, ...]] = {}
    for name in given:
        value = maybe_words(data, name).replace("\r\n", "\n").replace("\r", "\n")
        if name in several:
            values[name] = tuple(one for one in value.split(",") if one)
        elif name in switches:
            values[name] = ("on",) if value == "on" else ()
        else:
            values[name] = (value,)
    return {name: value for name, value in values.items() if value}


def _names(ours: Payload, which: str) -> frozenset[str]:
    names = ours.get(which, [])
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise UnreadableError("The form does not say what its fields are.")
    return frozenset(names)
