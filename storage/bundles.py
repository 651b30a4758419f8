"""Several things that a person wrote, sealed as one: which of them are filled in shows nowhere."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Self

LEVELS = (-2, -1, 0, 1, 2)
# Stands in every part of a text that does not open.
DAMAGED = (
    "This cannot be opened: what is stored was changed or damaged. Tell whoever runs Bearings."
)


def _dump(parts: Mapping[str, object]) -> str:
    return json.dumps({name: said for name, said in parts.items() if said != ""})


def _load(words: str) -> Mapping[str, object]:
    try:
        parts = json.loads(words)
    except ValueError:
        return {}
    return parts if isinstance(parts, dict) else {}


@dataclass(frozen=True, slots=True)
class Try:
    """What a leader wrote of an experiment; each part may be empty but the action."""

    action: str
    # The action as it was first put, where it was made smaller.
    before: str = ""
    hypothesis: str = ""
    cue: str = ""
    expected: str = ""
    # What would tell them that the hunch needs another look.
    rethink: str = ""
    # What the week made more important, when it had not happened.
    delayed_by: str = ""
    # What the delay might be telling them.
    delay_told: str = ""
    observed: str = ""
    surprise: str = ""
    other: str = ""
    learned: str = ""

    def to_words(self) -> str:
        return _dump(asdict(self))

    @classmethod
    def read(cls, words: str) -> Self:
        parts = _load(words)
        known = {one.name: str(parts.get(one.name, "")) for one in fields(cls)}
        return cls(**{**known, "action": known["action"] or DAMAGED})


@dataclass(frozen=True, slots=True)
class Levels:
    """Five levels in the leader's words, by level; an empty one is not written yet."""

    words: Mapping[int, str]
    # Where they started from, or None.
    start: int | None = None

    def to_words(self) -> str:
        named = {str(level): said for level, said in self.words.items()}
        return _dump({**named, "start": "" if self.start is None else self.start})

    @classmethod
    def read(cls, words: str) -> Self:
        parts = _load(words)
        start = parts.get("start")
        return cls(
            {level: str(parts.get(str(level), "")) for level in LEVELS},
            start if isinstance(start, int) else None,
        )


@dataclass(frozen=True, slots=True)
class Placing:
    """A level, its words on that day, and what was seen or heard that supports it."""

    level: int
    level_words: str = ""
    evidence: str = ""

    def to_words(self) -> str:
        return _dump(asdict(self))

    @classmethod
    def read(cls, words: str) -> Self | None:
        """None where the text does not open."""
        parts = _load(words)
        level = parts.get("level")
        if not isinstance(level, int) or level not in LEVELS:
            return None
        return cls(level, str(parts.get("level_words", "")), str(parts.get("evidence", "")))
