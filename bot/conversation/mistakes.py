"""What is wrong in what somebody wrote on many lines, each with its line."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    line: int
    words: str


class MistakesError(Exception):
    """It cannot be used; str() says every mistake with its line."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(f"line {one.line}: {one.words}" for one in self.mistakes))


def shown(typed: str) -> str:
    """As it was typed, between marks and not endlessly."""
    return repr(typed if len(typed) <= 40 else f"{typed[:39]}…")
