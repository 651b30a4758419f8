"""The measures M1 to M19: what each is, how it is reckoned, what it has to reach.

M1 to M9 and M11 to M18 follow from the policy itself. M10 depends on how the invented leaders
answer, so it is held against a rival's figure and not against a number.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2

from prompts.bank import Bank
from prompts.history import Dial
from prompts.question import Stage
from prompts.readiness import A_STRETCH
from prompts.scoring import SHARES
from scheduler.simulated import WorkingPattern
from scheduler.tallying import Tally

Figures = Mapping[str, float | None]
ONE = ""
BY_CHANCE_AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Tallied:
    """What one policy came to: a count for each seed, and all of them together."""

    seeds: Sequence[Tally]
    all: Tally
    themed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """`met` reads the policy's figures and those of random choice; `percents` names the figures
    that are shares."""

    code: str
    what: str
    formula: str
    pass_mark: str
    reckon: Callable[[Tallied], Figures]
    met: Callable[[Figures, Figures], bool]
    percents: tuple[str, ...] = (ONE,)


@dataclass(frozen=True, slots=True)
class Result:
    """`met` is None where there was nothing to measure it by."""

    measure: Measure
    policy: Figures
    random: Figures
    round_robin: Figures
    met: bool | None


def tallied(seeds: Sequence[Tally], bank: Bank) -> Tallied:
    everything = Tally()
    for each in seeds:
        everything.add(each)
    return Tallied(seeds, everything, tuple(question.id for question in bank.themed))


def results(policy: Tallied, random: Tallied, round_robin: Tallied) -> list[Result]:
    return [_result(measure, policy, random, round_robin) for measure in MEASURES]


def _result(measure: Measure, policy: Tallied, random: Tallied, round_robin: Tallied) -> Result:
    ours, theirs = measure.reckon(policy), measure.reckon(random)
    known = None not in ours.values() and bool(ours)
    met = measure.met(ours, theirs) if known else None
    return Result(measure, ours, theirs, measure.reckon(round_robin), met)


def lint_result(errors: int | None) -> Result:
    """The bank's own check is not a matter of leaders; its number of errors is told to us."""
    nothing: Figures = {}
    found: Figures = {} if errors is None else {ONE: float(errors)}
    return Result(LINT, found, nothing, nothing, None if errors is None else errors == 0)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _number(figures: Figures, key: str = ONE) -> float:
    found = figures[key]
    return 0.0 if found is None else found


def _repeats(of: Tallied) -> Figures:
    return {ONE: _share(of.all.repeats, of.all.sent)}


def _coverage(of: Tallied) -> Figures:
    return {ONE: _share(sum(of.all.covered.values()), sum(of.all.windows.values()))}


def _balance(of: Tallied) -> Figures:
    """Jensen–Shannon divergence, in bits, between what was asked and what was to be asked of
    leaders with that readiness."""
    total = sum(of.all.stages.values())
    if not total:
        return {ONE: None}
    asked = dict.fromkeys(Stage, 0.0)
    target = dict.fromkeys(Stage, 0.0)
    for (ready, stage), count in of.all.stages.items():
        asked[stage] += count / total
        for each, share in SHARES[ready].items():
            target[each] += share * count / total
    middle = {stage: (asked[stage] + target[stage]) / 2 for stage in Stage}
    return {ONE: (_divergence(asked, middle) + _divergence(target, middle)) / 2}


def _divergence(one: Mapping[Stage, float], other: Mapping[Stage, float]) -> float:
    return sum(share * log2(share / other[stage]) for stage, share in one.items() if share)


def _gates(of: Tallied) -> Figures:
    return {ONE: _share(of.all.over_gate, of.all.sent)}


def _dose(of: Tallied) -> Figures:
    depths = [mean_depth(of.all, ready) for ready in range(4)]
    return {f"T{ready}": mean for ready, mean in enumerate(depths)} | {
        "stretch": stretch_share(of.all, tuple(WorkingPattern))
    }


def mean_depth(counted: Tally, ready: int, dials: Sequence[Dial] = tuple(Dial)) -> float | None:
    there = [
        (depth, count)
        for (at, dial, _, depth), count in counted.depths.items()
        if at == ready and dial in dials
    ]
    return _share(sum(depth * count for depth, count in there), sum(count for _, count in there))


def stretch_share(
    counted: Tally,
    patterns: Sequence[WorkingPattern],
    readinesses: Sequence[int] = (2, 3),
    dials: Sequence[Dial] = (Dial.BALANCED, Dial.STRETCHING),
) -> float | None:
    there = [
        (depth, count)
        for (at, dial, pattern, depth), count in counted.depths.items()
        if at in readinesses and dial in dials and pattern in patterns
    ]
    stretched = sum(count for depth, count in there if depth >= A_STRETCH)
    return _share(stretched, sum(count for _, count in there))


def _dose_rises(ours: Figures, _: Figures) -> bool:
    first, second, third, fourth = (_number(ours, f"T{ready}") for ready in range(4))
    return first < second <= third < fourth and 0.06 <= _number(ours, "stretch") <= 0.15


def _double_stretches(of: Tallied) -> Figures:
    return {ONE: float(of.all.double_stretches)}


def _heavy_weeks(of: Tallied) -> Figures:
    return {ONE: _share(of.all.over_in_heavy_week, of.all.sent)}


def _orphans(of: Tallied) -> Figures:
    return {ONE: _share(of.all.orphans, of.all.sent)}


def _timeliness(of: Tallied) -> Figures:
    return {
        "reachable": timely_share(of.all, tuple(WorkingPattern)),
        "all due": _share(of.all.asked_in_time, of.all.came_due),
    }


def timely_share(counted: Tally, patterns: Sequence[WorkingPattern]) -> float | None:
    timely = sum(counted.asked_about[pattern, True] for pattern in patterns)
    late = sum(counted.asked_about[pattern, False] for pattern in patterns)
    return _share(timely, timely + late)


def _closure(of: Tallied) -> Figures:
    return {ONE: _share(of.all.tries_closed, of.all.tries_made)}


def _silences(of: Tallied) -> Figures:
    return {ONE: _share(of.all.silences, of.all.offered)}


def _use(of: Tallied) -> Figures:
    """Of one seed's leaders, then the mean: more seeds must not hide what is never sent."""
    used = [[each.used[question] for question in of.themed] for each in of.seeds]
    never = [counts.count(0) / len(counts) for counts in used if counts]
    spread = [gini(counts) for counts in used if sum(counts)]
    return {
        "never sent": _share(sum(never), len(never)),
        "Gini": _share(sum(spread), len(spread)),
    }


def gini(counts: Sequence[int]) -> float:
    """0 where each is sent equally often, near 1 where one is sent and no other."""
    size = len(counts)
    ranked = sum((2 * rank - size - 1) * count for rank, count in enumerate(sorted(counts), 1))
    return ranked / (size * sum(counts))


def _burden(of: Tallied) -> Figures:
    weeks = sorted(of.all.a_week.elements())
    if not weeks:
        return {"a week": None, "reminders": None}
    return {
        "a week": float(weeks[-(-len(weeks) * 95 // 100) - 1]),
        "reminders": float(max(of.all.reminders, default=0)),
    }


def _back_off(of: Tallied) -> Figures:
    return {ONE: float(max(of.all.a_fortnight, default=0))}


def _explained(of: Tallied) -> Figures:
    return {ONE: _share(of.all.explained, of.all.sent)}


def _replayed(of: Tallied) -> Figures:
    return {ONE: _share(of.all.replayed_alike, of.all.replayed)} if of.all.replayed else {}


def _leaks(of: Tallied) -> Figures:
    if not of.all.planted:
        return {}
    return {
        "found": float(of.all.found),
        "alike": _share(of.all.ways_alike, of.all.ways_compared),
    }


def _gaps(of: Tallied) -> Figures:
    each = [(pattern,) for pattern in WorkingPattern]
    return {
        "M2": _gap([_covered_by(of.all, pattern) for (pattern,) in each]),
        "M5": _gap([stretch_share(of.all, pattern) for pattern in each]),
        "M9": _gap([timely_share(of.all, pattern) for pattern in each]),
    }


def _covered_by(counted: Tally, pattern: WorkingPattern) -> float | None:
    covered = sum(share for (whose, _), share in counted.covered.items() if whose is pattern)
    return _share(covered, sum(n for (whose, _), n in counted.windows.items() if whose is pattern))


def _gap(shares: Sequence[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return max(known) - min(known) if len(known) == len(shares) else None


def _none(ours: Figures, _: Figures) -> bool:
    return _number(ours) == 0


def _all(ours: Figures, _: Figures) -> bool:
    return _number(ours) == 1


MEASURES = (
    Measure(
        "M1",
        "repeats inside the cool-down",
        "questions sent before they or their group had rested / sent",
        "0",
        _repeats,
        _none,
    ),
    Measure(
        "M2",
        "own themes covered",
        "mean share of a leader's themes touched in six weeks, over every six weeks in a row",
        "≥ 90%",
        _coverage,
        lambda ours, _: _number(ours) >= 0.90,
    ),
    Measure(
        "M3",
        "stage balance, in bits",
        "Jensen–Shannon divergence from the target shares",
        "≤ .02",
        _balance,
        lambda ours, _: _number(ours) <= 0.02,
        percents=(),
    ),
    Measure(
        "M4",
        "gate breaks",
        "questions deeper than readiness or dial allow / sent",
        "0",
        _gates,
        _none,
    ),
    Measure(
        "M5",
        "dose: mean depth at T0; T1; T2; T3; depth 4 or 5",
        "mean depth at readiness T0 to T3; share at depth 4 or 5 at T2 and T3, dial not gentle",
        "T0 < T1 ≤ T2 < T3; 6–15%",
        _dose,
        _dose_rises,
        percents=("stretch",),
    ),
    Measure(
        "M6",
        "double stretch",
        "questions at depth 4 or 5 right after another, or within 14 days of it",
        "0",
        _double_stretches,
        _none,
        percents=(),
    ),
    Measure(
        "M7",
        "heavy-week breach",
        "questions over depth 1 in a heavy week / sent",
        "0",
        _heavy_weeks,
        _none,
    ),
    Measure(
        "M8",
        "orphans",
        "OBSERVE or CORRECT with no experiment open or ended in four weeks / sent",
        "0",
        _orphans,
        _none,
    ),
    Measure(
        "M9",
        "experiments asked about in time; of all due",
        "first asked about within 4 days of the due date / due with a slot open in those days;"
        " beside it, / all that came due",
        "≥ 98%",
        _timeliness,
        lambda ours, _: _number(ours, "reachable") >= 0.98,
        percents=("reachable", "all due"),
    ),
    Measure(
        "M10",
        "loop closure",
        "experiments ended in a decision or let go / made",
        "≥ 2 × random",
        _closure,
        lambda ours, random: _number(ours) >= BY_CHANCE_AT_LEAST * _number(random),
    ),
    Measure(
        "M11",
        "nothing eligible",
        "slots with no candidate / slots in which one was looked for",
        "≤ 1%",
        _silences,
        lambda ours, _: _number(ours) <= 0.01,
    ),
    Measure(
        "M12",
        "bank use: never sent; Gini",
        "themed questions never sent / all; Gini of how often each was sent; mean of the seeds",
        "≤ 2%; ≤ .40",
        _use,
        lambda ours, _: _number(ours, "never sent") <= 0.02 and _number(ours, "Gini") <= 0.40,
        percents=("never sent",),
    ),
    Measure(
        "M13",
        "burden: questions a week; reminders",
        "questions a week, 95th centile; most reminders of one question",
        "≤ 2; ≤ 1",
        _burden,
        lambda ours, _: _number(ours, "a week") <= 2 and _number(ours, "reminders") <= 1,
        percents=(),
    ),
    Measure(
        "M14",
        "backing off",
        "most questions in a fortnight after six unanswered",
        "≤ 1",
        _back_off,
        lambda ours, _: _number(ours) <= 1,
        percents=(),
    ),
    Measure("M15", "explained", "sent with a plain reason / sent", "100%", _explained, _all),
    Measure(
        "M16",
        "replay",
        "picks made again from the stored history and seed, and the same / made again",
        "100%",
        _replayed,
        _all,
    ),
    Measure(
        "M17",
        "leak: strings found; picks alike",
        "planted private strings found in questions, reasons and histories; leaders whose picks"
        " are the same with other private text. The whole product: tests/drills/test_canary.py",
        "0; 100%",
        _leaks,
        lambda ours, _: _number(ours, "found") == 0 and _number(ours, "alike") == 1,
        percents=("alike",),
    ),
    Measure(
        "M18",
        "fairness: gaps in M2; M5; M9",
        "largest gap between working patterns: M2, share at depth 4 or 5 as in M5, M9",
        "≤ 5 points",
        _gaps,
        lambda ours, _: all(_number(ours, each) <= 0.05 for each in ("M2", "M5", "M9")),
        percents=("M2", "M5", "M9"),
    ),
)
LINT = Measure(
    "M19",
    "lint",
    "errors that the lint finds in the live bank",
    "0",
    lambda _: {},
    _none,
    percents=(),
)
