"""What the lint has to say about one place."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error stands in the way; a warning needs a note; a noted one has it."""

    ERROR = "error"
    WARNING = "warning"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Place:
    """Where: as much of it as is known, from the file down to the words."""

    field: str = ""
    start: int = 0
    end: int = 0
    words: str = ""
    file: str = ""
    line: int = 0
    key: str = ""

    def __str__(self) -> str:
        source = f"{self.file}:{self.line}" if self.line else self.file
        span = f"{self.start}-{self.end}" if self.words else ""
        words = f"“{self.words}”" if self.words else ""
        return " ".join(part for part in (source, self.key, self.field, span, words) if part)


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    severity: Severity
    place: Place
    reason: str
    better: str

    @property
    def stands_in_the_way(self) -> bool:
        return self.severity is not Severity.NOTED
