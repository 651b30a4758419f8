"""A Chart and a Path in plain text, whichever platform shows them."""

from collections.abc import Sequence

from babel.dates import format_date

from prompts.composing.saying import LOCALE
from prompts.dressing import settled
from prompts.message import LEVELS, Chart, Path, Point, Step, StepState


def chart_in_words(chart: Chart) -> str:
    """Rated 3 times: 3 March −2, 9 April −1, 6 May 0."""
    if not chart.points:
        return "Not rated yet."
    days = days_in_words(chart.points)
    rated = [
        f"{day} {level_in_words(point.level)}"
        for day, point in zip(days, chart.points, strict=True)
    ]
    return f"Rated {_times(len(rated))}: {', '.join(rated)}."


def path_in_words(path: Path) -> str:
    """Hunch, done: they wait for me. Try, now: say nothing first."""
    return " ".join(_sentence(step) for step in path.steps) or "Nothing here yet."


def step_in_words(step: Step) -> str:
    """Hunch, done"""
    return f"{settled(step.label)}, {step.state.value}"


def level_in_words(level: int) -> str:
    """−2, 0, +1"""
    return f"{level:+d}".replace("-", "−") if level else "0"


def days_in_words(points: Sequence[Point]) -> list[str]:
    """Each point's day, with its year only where not all are of the same one."""
    pattern = "d MMMM" if len({point.on.year for point in points}) == 1 else "d MMMM y"
    return [format_date(point.on, pattern, locale=LOCALE) for point in points]


def chart_drawn(chart: Chart) -> list[tuple[str, str]]:
    """For each point a line of ours, and the person's own words.

    ○●○○○ −1, 9 April: under one another the lines are a chart, with its time going down.
    """
    told = zip(points_in_words(chart), chart.points, strict=True)
    return [(f"{_track(point.level)} {words}", point.words) for words, point in told]


def points_in_words(chart: Chart) -> list[str]:
    """−1, 9 April"""
    days = zip(days_in_words(chart.points), chart.points, strict=True)
    return [f"{level_in_words(point.level)}, {day}" for day, point in days]


def levels_in_words(chart: Chart) -> list[tuple[str, str]]:
    """What each level means to the person, where they said it."""
    return [(level_in_words(level), words) for level, words in chart.levels if words.strip()]


def path_drawn(path: Path) -> list[tuple[str, str]]:
    """For each step a line of ours, such as ● Hunch, done, and the person's own words."""
    return [(f"{_mark(step.state)} {step_in_words(step)}", step.words) for step in path.steps]


def _track(level: int) -> str:
    return "".join("●" if place == level else "○" for place in LEVELS)


def _mark(state: StepState) -> str:
    match state:
        case StepState.DONE:
            return "●"
        case StepState.NOW:
            return "◉"
        case StepState.AHEAD:
            return "○"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _sentence(step: Step) -> str:
    words = " ".join(settled(step.words).split())
    stop = "" if words.endswith((".", "?", "!", "…")) else "."
    return f"{step_in_words(step)}{': ' if words else ''}{words}{stop}"
