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
    # How far the runs lay apart, in the unit that was measured.
    runs: str = ""


Runs = Sequence[float]
Show = Callable[[float], str]


def at_most(what: str, ours: Runs, other: Runs, show: Show, aim: float) -> Figure:
    """Medians, of which less is better."""
    ratio = statistics.median(ours) / statistics.median(other)
    return _beside(what, ours, other, show, ratio, f"≤ {aim:.3g}", met=ratio <= aim)


def at_least(what: str, ours: Runs, other: Runs, show: Show, aim: float) -> Figure:
    """Medians, of which more is better."""
    ratio = statistics.median(ours) / statistics.median(other)
    return _beside(what, ours, other, show, ratio, f"≥ {aim:.3g}", met=ratio >= aim)


def _beside(
    what: str, ours: Runs, other: Runs, show: Show, ratio: float, aim: str, *, met: bool
) -> Figure:
    middle, others = show(statistics.median(ours)), show(statistics.median(other))
    runs = f"{_range(ours, show)}; beside {_range(other, show)}"
    return Figure(what, middle, others, ratio, aim, met, runs if len(ours) > 1 else "")


def within(what: str, ours: Runs, show: Show, aim: float) -> Figure:
    """Nothing to compare with, but a limit for the median."""
    middle = statistics.median(ours)
    runs = _range(ours, show) if len(ours) > 1 else ""
    return Figure(what, show(middle), aim=f"≤ {show(aim)}", met=middle <= aim, runs=runs)


def _range(runs: Runs, show: Show) -> str:
    return f"{len(runs)} runs, {show(min(runs))} to {show(max(runs))}"


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
