"""What may be shown of a count of people. Pure: sets of opaque ids in, figures out.

The rule (sources: NHS Staff Survey practice, NHS hospital statistics, TalentMap's overlap rule):
- a figure counts distinct leaders, at least `k` of them (11 unless told; never below 5);
- the people by whom it differs from any figure already released, of this quarter or an earlier
  one, and from any sum of the parts of one breakdown, are at least `k`. This holds the complement
  within an enclosing group, too. Where too few have come or gone, the released figure stands;
- the parts of a breakdown are shown all together or not at all, so none is found by subtraction;
- counts are rounded to the nearest 5; shares stand on at least 20 people, in steps of 5 per cent,
  with the ends as "10% or less" and "90% or more".

A hard line and plain rounding give away the last person to whoever knows all the others, in a
fifth of all releases. So every number that is counted is blurred once, before anything is decided
from it, and the line stands SPREAD higher: what is shown has at least `k` people, surely.

What the blur gives: whether one person is among those counted changes the chance of any outcome of
one blur by a factor of 2 at most, but for a chance of 1 in 190 (differential privacy with
epsilon = ln 2, delta = 1/190). Someone who thought it even chances that one leader is counted can
be 3/4 sure of it after a count, no surer, but for that 1 in 190; 9/10 after one that is held
against an earlier one, but for 3 in 190; of one answer 3/4 after a share, but for 3 in 190.
Answering is blurred once a quarter. Taking part is blurred up to six times (the count, the answers,
the pairings, and three times whether enough has changed): at worst 2 to the power of 6, if someone
stands on the edge of every line at once. A long series of quarters adds up.

What it costs: a blur moves a count by 1.8 typically and 6 at most, rounding by 2 more. With k = 11
a cohort is surely shown from 23 people, two times in three at 17, never below 11; a whole of
several cohorts needs up to 12 more for each further one. A figure may lag by up to 22 people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

FLOOR, THRESHOLD, MOST = 5, 11, 50
SHARE_BASE = 20  # people; fewer have no share shown
STEP = 5  # people of a count, per cent of a share
SPREAD = 6  # people; no blur moves a count further
# Two-sided geometric: each step further is half as likely.
STEPS = range(-SPREAD, SPREAD + 1)
WEIGHTS = [2 ** (SPREAD - abs(step)) for step in STEPS]

People = frozenset[object]


@dataclass(frozen=True, slots=True)
class Count:
    """Leaders, to the nearest 5."""

    people: int


@dataclass(frozen=True, slots=True)
class Share:
    """Per cent, in steps of 5."""

    percent: int


@dataclass(frozen=True, slots=True)
class AtMost:
    """The lower end of a share: this many per cent or less."""

    percent: int = 10


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The upper end of a share: this many per cent or more."""

    percent: int = 90


Value = Count | Share | AtMost | AtLeast


@dataclass(frozen=True, slots=True)
class Shown:
    """A value, and for a count whom it was counted from: kept to compare later figures with."""

    value: Value
    people: People = frozenset()


@dataclass(frozen=True, slots=True)
class TooFew:
    """Nothing may be shown."""


Figure = Shown | TooFew


@dataclass(frozen=True, slots=True)
class Blurred:
    """Some people, and about how many they are. Only `about` may decide what is shown."""

    people: People
    about: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A whole, and its parts in the order in which they were given."""

    whole: Figure
    parts: tuple[Figure, ...]


def check_threshold(k: int) -> None:
    """Raises ValueError for a threshold that protects nobody."""
    if k < FLOOR:
        raise ValueError(f"No totals of fewer than {FLOOR} people; {k} is too low a threshold.")


def blur(people: People, chance: Random) -> Blurred:
    return Blurred(people, len(people) + _step(chance))


def _step(chance: Random) -> int:
    return chance.choices(STEPS, WEIGHTS)[0]


def counts(
    parts: Sequence[tuple[Blurred, Shown | None]],
    standing: Shown | None,
    released: Sequence[Sequence[People]],
    k: int,
    chance: Random,
) -> Figures:
    """Each part comes with the figure last shown for it, if any; `standing` is the whole's.

    `released` has the people of every figure so far: one entry for each whole, and one for all
    the parts of each breakdown. One part alone is the whole.
    """
    check_threshold(k)
    groups = [group for group, _ in parts]
    everyone = Blurred(_all(group.people for group in groups), sum(one.about for one in groups))
    if len(parts) < 2:
        whole = _judge(everyone, SPREAD, standing, released, k, chance)
        return Figures(whole, (whole,) * len(parts))
    judged = [_judge(group, SPREAD, last, released, k, chance) for group, last in parts]
    shown = [figure for figure in judged if isinstance(figure, Shown)]
    if len(shown) == len(parts):
        # The whole is what they add up to, and tells nothing that they do not.
        values = [one.value for one in shown]
        total = Blurred(
            _all(one.people for one in shown),
            sum(value.people for value in values if isinstance(value, Count)),
        )
        # Only if somebody changed parts can a whole be nearly one of them.
        moved = len(total.people) < sum(len(one.people) for one in shown)
        near = [*released, *([one.people] for one in shown if moved)]
        whole = _judge(total, 0, standing, near, k, chance)
        if isinstance(whole, Shown):
            return Figures(whole, tuple(judged))
    else:
        whole = _judge(everyone, SPREAD * len(parts), standing, released, k, chance)
    return Figures(whole, (TooFew(),) * len(parts))


def _judge(
    group: Blurred,
    slack: int,
    standing: Shown | None,
    released: Sequence[Sequence[People]],
    k: int,
    chance: Random,
) -> Figure:
    """`slack`: by how much the blur may have made this group look larger than it is.

    The very same people again are no exception to the second rule: shown anew, that figure would
    tell whoever knows all but one that the one is not there. The standing figure tells nothing.
    """
    if group.about < k + slack:
        return TooFew()
    if released:
        changed = min(_nearest(group.people, parts) for parts in released) + _step(chance)
        if changed < k + SPREAD:
            return standing or TooFew()
    return Shown(Count(_rounded(group.about)), group.people)


def _nearest(people: People, parts: Sequence[People]) -> int:
    """By how many people this differs from that sum of one or more parts which is most like it."""
    each = [len(part - people) - len(part & people) for part in parts]
    return len(people) + (sum(one for one in each if one < 0) or min(each))


def shares(bases: Sequence[Blurred], some: Sequence[Blurred], k: int) -> Figures:
    """The share that `some` of each base are of it, made of blurred numbers alone."""
    check_threshold(k)
    floor = max(k, SHARE_BASE)
    base, part = sum(one.about for one in bases), sum(one.about for one in some)
    whole = _share(part, base) if base >= floor + SPREAD * len(bases) else TooFew()
    if len(bases) < 2:
        return Figures(whole, (whole,) * len(bases))
    if any(one.about < floor + SPREAD for one in bases):
        return Figures(whole, (TooFew(),) * len(bases))
    return Figures(
        whole, tuple(_share(one.about, of.about) for one, of in zip(some, bases, strict=True))
    )


def _share(part: int, base: int) -> Figure:
    percent = (100 * part + STEP * base // 2) // (STEP * base) * STEP
    if percent <= AtMost().percent:
        return Shown(AtMost())
    if percent >= AtLeast().percent:
        return Shown(AtLeast())
    return Shown(Share(percent))


def _rounded(people: int) -> int:
    return (people + STEP // 2) // STEP * STEP


def _all(groups: Iterable[People]) -> People:
    return frozenset().union(*groups)
