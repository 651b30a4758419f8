"""A simulation as one picture: how depth is dosed, and how a leader's own themes are covered.

It has to be read in black and white and by ear: lines differ in their dashes and marks, bars in
their hatching, the figures are written out, and an SVG says in words what it shows.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.typing import RcKeyType

from prompts.history import Dial
from scheduler.journeying import Policy
from scheduler.measuring import mean_depth, stretch_share
from scheduler.simulated import WorkingPattern
from scheduler.simulating import Parameters, Simulated
from scheduler.tallying import WINDOW, Tally

READINESS = range(4)
BAR = 0.27
HATCHES = {Dial.GENTLE: "", Dial.BALANCED: "////", Dial.STRETCHING: "xxxx"}
FILLS = {Dial.GENTLE: "white", Dial.BALANCED: "#d5d5d5", Dial.STRETCHING: "#a0a0a0"}
POLICY_LINES = {Policy.OURS: "o-", Policy.RANDOM: "x:", Policy.ROUND_ROBIN: "--"}
NOTE: Final[dict[str, Any]] = {"textcoords": "offset points", "ha": "center", "fontsize": 8.5}
PASS_MARK = 0.90
STYLE: Final[dict[RcKeyType, Any]] = {
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",  # text stays text: it can be read out, searched and enlarged
    "svg.hashsalt": "bearings",
    "hatch.linewidth": 0.6,
}
TITLE = "The question policy on invented leaders"


def draw(simulated: Simulated, parameters: Parameters, file: Path) -> None:
    counted = simulated.policies[Policy.OURS].all
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(11, 8.2), layout="constrained")
        figure.suptitle(f"{TITLE}: {_how_many(parameters)}", fontsize=13)
        places = figure.subplot_mosaic([["depth", "stretch"], ["coverage", "coverage"]])
        _draw_depth(places["depth"], counted)
        _draw_stretch(places["stretch"], counted)
        _draw_coverage(places["coverage"], simulated, parameters.weeks)
        words = describe(simulated, parameters)
        if file.suffix == ".svg":
            figure.savefig(file, metadata={"Date": None, "Creator": None})
            file.write_text(with_words(file.read_text(encoding="utf-8"), words), encoding="utf-8")
        else:
            figure.savefig(file, dpi=150, metadata={"Title": TITLE, "Description": words})


def _how_many(parameters: Parameters) -> str:
    seeds = "1 seed" if parameters.seeds == 1 else f"{parameters.seeds} seeds"
    return f"{parameters.leaders:,} leaders, {parameters.weeks} weeks, {seeds}"


def _draw_depth(axes: Axes, counted: Tally) -> None:
    _draw_by_dial(axes, lambda ready, dial: mean_depth(counted, ready, (dial,)), "{:.2f}", least=1)
    axes.set_title("Deeper as trust is earned")
    axes.set_ylabel("mean depth of what was asked, 1 the lightest")
    axes.set_ylim(1, 2.6)


def _draw_stretch(axes: Axes, counted: Tally) -> None:
    def percent(ready: int, dial: Dial) -> float | None:
        return _percent(_stretch(counted, ready, dial))

    axes.axhspan(6, 15, color="#ececec", zorder=0)
    axes.text(-0.45, 13.8, "aim at T2 and T3, dial not gentle: 6 to 15%", fontsize=9)
    _draw_by_dial(axes, percent, "{:.1f}", least=0)
    axes.set_title("The strongest questions, in small doses")
    axes.set_ylabel("at depth 4 or 5, % of what was asked")
    axes.set_ylim(0, 20)


def _draw_by_dial(
    axes: Axes, reckon: Callable[[int, Dial], float | None], form: str, *, least: float
) -> None:
    for number, dial in enumerate(Dial):
        for ready in READINESS:
            at, figure = ready + (number - 1) * BAR, reckon(ready, dial)
            height = least if figure is None else figure
            axes.bar(
                at,
                height - least,
                BAR,
                bottom=least,
                color=FILLS[dial],
                edgecolor="black",
                hatch=HATCHES[dial],
                label=dial.value if ready == 0 else None,
            )
            words = "–" if figure is None else form.format(figure)
            axes.annotate(words, (at, height), (0, 3), **NOTE)
    axes.set_xlabel("readiness, from the start (T0) to the most earned (T3)")
    axes.set_xticks(list(READINESS), [f"T{ready}" for ready in READINESS])
    axes.legend(title="dial", loc="upper left", frameon=False, ncols=3)


def _draw_coverage(axes: Axes, simulated: Simulated, weeks: int) -> None:
    axes.axhline(100 * PASS_MARK, color="#888888", linewidth=0.8)
    axes.text(1, 100 * PASS_MARK - 5, "pass mark, 90%", fontsize=9)
    for policy in Policy:
        shares = [100 * share for share in coverage(simulated.policies[policy].all, weeks)]
        if not shares:
            continue
        first = range(1, len(shares) + 1)
        label = f"{policy.value}, on average {sum(shares) / len(shares):.0f}%"
        axes.plot(first, shares, POLICY_LINES[policy], color="black", label=label)
        if policy is Policy.OURS:
            for week in {1, (len(shares) + 1) // 2, len(shares)}:
                axes.annotate(f"{shares[week - 1]:.0f}", (week, shares[week - 1]), (0, 6), **NOTE)
    axes.set_title("A leader’s own themes, touched within six weeks")
    axes.set_ylabel("own themes touched, %")
    axes.set_xlabel("week in which the six weeks begin")
    axes.set_ylim(0, 112)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if weeks >= WINDOW:
        axes.legend(loc="lower right", frameon=False, ncols=3)
    else:
        axes.text(0.5, 0.5, "fewer than six weeks", transform=axes.transAxes, ha="center")


def _stretch(counted: Tally, ready: int, dial: Dial) -> float | None:
    return stretch_share(counted, tuple(WorkingPattern), (ready,), (dial,))


def coverage(counted: Tally, weeks: int) -> list[float]:
    """The mean share of their own themes that leaders met, for every six weeks in a row."""
    shares: list[float] = []
    for first in range(weeks - WINDOW + 1):
        each = [(pattern, first) for pattern in WorkingPattern]
        total = sum(counted.windows[one] for one in each)
        shares.append(sum(counted.covered.get(one, 0.0) for one in each) / total)
    return shares


def describe(simulated: Simulated, parameters: Parameters) -> str:
    """All that the picture shows, in words and numbers."""
    counted = simulated.policies[Policy.OURS].all
    depths = [
        f"{dial.value} {_listed([mean_depth(counted, ready, (dial,)) for ready in READINESS])}"
        for dial in Dial
    ]
    stretches = [
        f"{dial.value} {_listed([_percent(_stretch(counted, r, dial)) for r in READINESS], 1)}"
        for dial in Dial
    ]
    covered = [_covered_in_words(simulated, policy, parameters.weeks) for policy in Policy]
    return (
        f"{_how_many(parameters)}. Mean depth at readiness T0 to T3, by dial:"
        f" {'; '.join(depths)}. Share at depth 4 or 5, in percent: {'; '.join(stretches)}."
        f" Own themes touched in six weeks, in percent, over all windows: {'; '.join(covered)}."
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _listed(figures: Sequence[float | None], places: int = 2) -> str:
    return ", ".join("none" if one is None else f"{one:.{places}f}" for one in figures)


def _covered_in_words(simulated: Simulated, policy: Policy, weeks: int) -> str:
    shares = [100 * share for share in coverage(simulated.policies[policy].all, weeks)]
    if not shares:
        return f"{policy.value} none"
    return f"{policy.value} from {min(shares):.0f} to {max(shares):.0f}"


def with_words(svg: str, words: str) -> str:
    """The drawing, with the title and description that a screen reader reads out."""
    told = f'<title id="title">{escape(TITLE)}</title>\n<desc id="desc">{escape(words)}</desc>'
    named = svg.replace("<svg ", '<svg role="img" aria-labelledby="title desc" ', 1)
    return re.sub(r"(<svg [^>]*>)", lambda found: f"{found[1]}\n{told}", named, count=1)
