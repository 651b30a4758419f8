"""How much a question is needed now: six parts, each from 0 to 1, and their weights.

The weights are those that were simulated: without theme need a leader's own themes are missed,
without stage need the arc tips over; freshness and jitter only vary what is otherwise alike.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from prompts.question import Question, Stage, Theme

WINDOW = 12
A_YEAR = timedelta(days=365)
STAGE, THEME, DEPTH, INTEREST, FRESHNESS, JITTER = 0.30, 0.30, 0.20, 0.10, 0.05, 0.05

# The share of each stage, by readiness 0 to 3.
SHARES: tuple[Mapping[Stage, float], ...] = tuple(
    dict(zip(Stage, shares, strict=True))
    for shares in (
        (0.40, 0.40, 0.00, 0.20, 0.00, 0.00, 0.00),
        (0.20, 0.25, 0.08, 0.20, 0.12, 0.08, 0.07),
        (0.15, 0.20, 0.14, 0.20, 0.12, 0.10, 0.09),
        (0.11, 0.17, 0.20, 0.20, 0.12, 0.10, 0.10),
    )
)
WANTED_DEPTH = {1: 1.0, 2: 2.0, 3: 2.5, 4: 3.0, 5: 3.5}
DEEPEST_WANTED = 2.5


@dataclass(frozen=True, slots=True)
class Needs:
    """What the last dozen questions leave wanting."""

    cap: int
    stages: Mapping[Stage, float]
    themes: Mapping[Theme, float]
    starred: frozenset[Theme]
    last_asked: Mapping[str, datetime]
    now: datetime
    day: str


def score(question: Question, needs: Needs) -> float:
    drawn = crc32((needs.day + question.id).encode()) / 2**32
    return (
        STAGE * needs.stages[question.stage]
        + THEME * needs.themes[theme_of(question, needs)]
        + DEPTH * _depth_fit(question, needs.cap)
        + INTEREST * (not needs.starred.isdisjoint(question.themes))
        + FRESHNESS * _freshness(question, needs)
        + JITTER * drawn
    )


def theme_of(question: Question, needs: Needs) -> Theme:
    """The theme this question is asked for: the most needed of its own."""
    if len(question.themes) == 1:
        return question.themes[0]
    return max(question.themes, key=needs.themes.__getitem__)


def stage_needs(lately: Sequence[Question], ready: int) -> dict[Stage, float]:
    """A half where a stage has its share of the last dozen, more where it falls short."""
    times = Counter(question.stage for question in lately)
    total = max(1, len(lately))
    return {
        stage: min(1.0, max(0.0, 0.5 + (share - times[stage] / total) / 0.30))
        for stage, share in SHARES[ready].items()
    }


def theme_needs(lately: Sequence[Question], own: frozenset[Theme]) -> dict[Theme, float]:
    """An objective's own theme comes first, and the less asked of them before the more asked."""
    times = Counter(theme for question in lately for theme in question.themes)
    most = max((times[theme] for theme in own), default=0) or 1
    others = {theme: 0.05 if times[theme] else 0.20 for theme in Theme if theme not in own}
    return {theme: 1 - 0.6 * times[theme] / most for theme in own} | others


def _depth_fit(question: Question, cap: int) -> float:
    if question.stage is Stage.CHALLENGE:
        return 1 - abs(question.depth - cap) / 2
    return 1 - abs(question.depth - min(WANTED_DEPTH[cap], DEEPEST_WANTED)) / 4


def _freshness(question: Question, needs: Needs) -> float:
    last = needs.last_asked.get(question.id)
    return 1.0 if last is None else min(1.0, (needs.now - last) / A_YEAR)
