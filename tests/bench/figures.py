"""One figure is ours, measured beside a peer or a floor in the same run."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is ours to the other; `met` is None where there is no aim."""

    what: str
    ours: str
    other: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None


def at_most(
    what: str, ours: float, other: float, show: Callable[[float], str], aim: float
) -> Figure:
    """Less is better."""
    ratio = ours / other
    return Figure(what, show(ours), show(other), ratio, f"≤ {aim:g}", ratio <= aim)


def at_least(
    what: str, ours: float, other: float, show: Callable[[float], str], aim: float
) -> Figure:
    """More is better."""
    ratio = ours / other
    return Figure(what, show(ours), show(other), ratio, f"≥ {aim:g}", ratio >= aim)


def within(what: str, ours: float, show: Callable[[float], str], aim: float) -> Figure:
    """Nothing to compare with, but a limit."""
    return Figure(what, show(ours), aim=f"≤ {show(aim)}", met=ours <= aim)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"


def microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs"


def whole_seconds(seconds: float) -> str:
    return f"{seconds:.2f} s"


def each_second(rate: float) -> str:
    return f"{rate:,.0f}/s"


def megabytes(size: float) -> str:
    return f"{size / 2**20:.0f} MB"


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def again(most: int, within_seconds: float) -> Iterator[int]:
    """Repeat so often, at least once, and no longer than that: the machine may be busy."""
    began = time.monotonic()
    for number in range(most):
        if number and (time.monotonic() - began) * (number + 1) / number > within_seconds:
            return
        yield number


def middle(values: Sequence[float]) -> str:
    """For the notes: how far the runs lay apart."""
    return f"{statistics.median(values):.4g} [{min(values):.4g} to {max(values):.4g}]"


def to_table(figures: Sequence[Figure]) -> Table:
    table = Table("what", "ours", "peer or floor", "ratio", "aim", "met")
    for column in table.columns[1:4]:
        column.justify = "right"
    for one in figures:
        table.add_row(
            one.what,
            one.ours,
            one.other or "–",
            "–" if one.ratio is None else f"{one.ratio:.2f}",
            one.aim or "–",
            {True: "yes", False: "no", None: "–"}[one.met],
        )
    return table
