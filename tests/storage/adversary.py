"""Someone who knows all but one person's status, all that was released, and how it was blurred."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from storage.suppressing import WEIGHTS, Figures, Shown, Value

Chances = dict[Hashable, Fraction]


class Still(Random):
    """No blur at all."""

    def choices(self, *_: object, **__: object) -> list[int]:
        return [0]


STILL = Still()


class Told(Random):
    """A chance that goes as it is told, and knows how likely that was."""

    def __init__(self, which: Sequence[int]) -> None:
        super().__init__(0)
        self.which, self.taken, self.likely = list(which), 0, Fraction(1)

    def choices(self, population: Any, weights: Any = None, **_: Any) -> list[Any]:
        if self.taken == len(self.which):
            self.which.append(0)
        index = self.which[self.taken]
        self.taken += 1
        self.likely *= Fraction(weights[index], sum(weights))
        return [population[index]]


def outcomes(of: Callable[[Random], Hashable]) -> Chances:
    """The exact chance of each outcome, over every way the blur can go."""
    chances: Chances = defaultdict(Fraction)
    which: list[int] = []
    while True:
        told = Told(which)
        chances[of(told)] += told.likely
        which = told.which[: told.taken]
        while which and which[-1] == len(WEIGHTS) - 1:
            which.pop()
        if not which:
            return dict(chances)
        which[-1] += 1


def surer_than(bound: Fraction, without: Chances, within: Chances) -> Fraction:
    """How likely it is, from even chances, that the posterior passes the bound either way.

    In whichever of the two worlds it is likelier.
    """
    odds = bound / (1 - bound)
    return max(
        sum(
            (chance for outcome, chance in here.items() if chance > odds * there.get(outcome, 0)),
            Fraction(0),
        )
        for here, there in ((without, within), (within, without))
    )


def values(figures: Figures) -> tuple[Value | None, ...]:
    return tuple(
        one.value if isinstance(one, Shown) else None for one in (figures.whole, *figures.parts)
    )
