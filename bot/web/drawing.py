"""Where each mark of a chart stands; pure.

Every place is a share of the picture's width and height, so that the picture is as wide as the
page has room for, while its words, dots and lines keep the size of the words around them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from prompts.drawing import days_in_words, level_in_words
from prompts.message import LEVELS, Point

# In percent. The levels' numbers stand to the left of LEFT, the days below the lowest level.
LEFT, RIGHT = 13.0, 96.0
TOP, STEP = 7.0, 19.0
# More dots than these are drawn smaller, or they would be a stripe.
MANY = 20


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A level's line across the picture."""

    y: str
    number: str
    middle: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A day under the picture; `anchor` is which part of its words stands at `x`."""

    x: str
    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Plot:
    rules: tuple[Rule, ...]
    dots: tuple[Dot, ...]
    ways: tuple[tuple[Dot, Dot], ...]
    ticks: tuple[Tick, ...]
    many: bool


def to_plot(points: Sequence[Point]) -> Plot:
    rules = (Rule(_height(level), level_in_words(level), level == 0) for level in LEVELS)
    placed = zip(_across(points), points, strict=True)
    dots = tuple(Dot(x, _height(point.level)) for x, point in placed)
    return Plot(tuple(rules), dots, tuple(pairwise(dots)), _ticks(points), len(dots) > MANY)


def _across(points: Sequence[Point]) -> list[str]:
    """Time runs evenly from the first day to the last; a single day stands in the middle."""
    if not points:
        return []
    first, whole = points[0].on, points[-1].on - points[0].on
    if not whole:
        return [_percent((LEFT + RIGHT) / 2)] * len(points)
    return [_percent(LEFT + (RIGHT - LEFT) * ((point.on - first) / whole)) for point in points]


def _ticks(points: Sequence[Point]) -> tuple[Tick, ...]:
    """The first day and the last: between them there is no room on a phone."""
    if not points:
        return ()
    days, across = days_in_words(points), _across(points)
    if points[-1].on - points[0].on == timedelta():
        return (Tick(across[0], "middle", days[0]),)
    return (Tick(_percent(LEFT - 2), "start", days[0]), Tick("100%", "end", days[-1]))


def _height(level: int) -> str:
    return _percent(TOP + STEP * (LEVELS[-1] - level))


def _percent(share: float) -> str:
    return f"{share:.2f}%"
