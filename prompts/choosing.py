"""Which question comes next for one leader, and the plain reason for it.

Facts decide, never a mood: what was asked, when, what was answered, what the objectives touch.
The same bank, history, moment and seed give the same question, so every choice can be replayed.

This is the first form of the policy. It knows no experiments, sessions, dial, safety card or
coach's pin yet, so nothing that rests on one of those is ever chosen, and no question at depth 4
or 5: those need a session held and more answers, and these facts do not hold sessions.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from uuid import UUID
from zlib import crc32

from prompts.bank import Bank
from prompts.explaining import Background, reason_for, reason_for_silence
from prompts.question import NotWhen, ObjectiveState, Question, Requires, Stage, Theme

NEWCOMER_FOR = timedelta(days=14)
NEWCOMER_UNTIL_ANSWERS = 3
REVIEWS_AFTER = timedelta(weeks=4)
CHALLENGE_GAP = 6
WINDOW = 12
A_YEAR = timedelta(days=365)

NEWCOMER_SHARES = {Stage.OPEN: 0.40, Stage.EXPLORE: 0.40, Stage.EXPERIMENT: 0.20}
SETTLED_SHARES = {
    Stage.OPEN: 0.20,
    Stage.EXPLORE: 0.25,
    Stage.CHALLENGE: 0.08,
    Stage.EXPERIMENT: 0.20,
    Stage.OBSERVE: 0.12,
    Stage.CORRECT: 0.08,
    Stage.REVIEW: 0.07,
}
WANTED_DEPTH = {1: 1.0, 2: 2.0, 3: 2.5}

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question this leader was asked."""

    question_id: str
    at: datetime
    answered: bool
    objective_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ActiveObjective:
    id: UUID
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class History:
    """Facts about one leader, oldest first; `declined` holds what was "not for me"."""

    started_at: datetime
    asked: tuple[Asked, ...] = ()
    declined: frozenset[str] = frozenset()
    objectives: tuple[ActiveObjective, ...] = ()
    heavy_week: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    question: Question
    reason: str
    objective_id: UUID | None


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing fits, so nothing is asked."""

    reason: str


def choose(bank: Bank, history: History, now: datetime, seed: str) -> Chosen | Silence:
    """`now` carries the leader's own zone: its date decides the day's jitter."""
    past = _look_back(bank, history, now)
    fitting = [each for each in bank.themed if _fits(each, history, past)]
    rested = [each for each in fitting if _rested(each, past)]
    if not rested:
        return Silence(
            reason_for_silence(heavy_week=history.heavy_week, asked_lately=bool(fitting))
        )
    day = f"{seed}|{now.date().isoformat()}|"
    best = max(rested, key=lambda each: (_score(each, past, day), each.id))
    theme = _theme(best, past)
    return Chosen(
        question=best,
        reason=reason_for(_background(best, theme, history, past)),
        objective_id=_objective(theme, history),
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """The history, read once for all the questions."""

    now: datetime
    readiness: int
    cap: int
    barred: frozenset[Stage]
    forbidding: frozenset[NotWhen]
    objective_state: ObjectiveState
    own_themes: frozenset[Theme]
    last_asked: Mapping[str, datetime]
    last_in_group: Mapping[str, datetime]
    last_on_theme: Mapping[Theme, datetime]
    stage_need: Mapping[Stage, float]
    theme_need: Mapping[Theme, float]


def _look_back(bank: Bank, history: History, now: datetime) -> _Past:
    known = [
        (question, asked.at)
        for asked in history.asked
        if (question := bank.questions.get(asked.question_id))
    ]
    questions = [question for question, _ in known]
    lately = questions[-WINDOW:]
    own = frozenset(theme for objective in history.objectives for theme in objective.themes)
    readiness = _readiness(history, now)
    return _Past(
        now=now,
        readiness=readiness,
        cap=_cap(history, questions, readiness),
        barred=_barred(history, questions, now),
        forbidding=_forbidding(history, questions, now),
        objective_state=ObjectiveState.ACTIVE if history.objectives else ObjectiveState.NONE,
        own_themes=own,
        last_asked={asked.question_id: asked.at for asked in history.asked},
        last_in_group={question.group: at for question, at in known if question.group},
        last_on_theme={theme: at for question, at in known for theme in question.themes},
        stage_need=_stage_need(lately, readiness),
        theme_need=_theme_need(lately, own),
    )


def _readiness(history: History, now: datetime) -> int:
    """0 for a newcomer, 1 after two weeks and three answers."""
    answers = sum(asked.answered for asked in history.asked)
    settled = now - history.started_at >= NEWCOMER_FOR and answers >= NEWCOMER_UNTIL_ANSWERS
    return 1 if settled else 0


def _cap(history: History, questions: Sequence[Question], readiness: int) -> int:
    """The deepest a question may go today.

    Three unanswered in a row would lower it to 1. That waits until more than one question at
    depth 1 is something other than an OPEN: as an OPEN never follows an OPEN, a leader who had
    gone quiet would otherwise never be asked again.
    """
    if history.heavy_week:
        return 1
    unanswered = sum(1 for _ in takewhile(lambda asked: not asked.answered, history.asked[::-1]))
    if unanswered >= 2 or _was_a_stretch(questions):
        return 2
    return 2 + readiness


def _was_a_stretch(questions: Sequence[Question]) -> bool:
    return bool(questions) and questions[-1].depth >= 4


def _barred(history: History, questions: Sequence[Question], now: datetime) -> frozenset[Stage]:
    """The stages that may not come today."""
    # Both look back on an experiment, and there are none yet.
    barred = {Stage.OBSERVE, Stage.CORRECT}
    if questions and questions[-1].stage is not Stage.EXPLORE:
        barred.add(questions[-1].stage)
    if now - history.started_at < REVIEWS_AFTER:
        barred.add(Stage.REVIEW)
    if any(question.stage is Stage.CHALLENGE for question in questions[-CHALLENGE_GAP:]):
        barred.add(Stage.CHALLENGE)
    return frozenset(barred)


def _forbidding(
    history: History, questions: Sequence[Question], now: datetime
) -> frozenset[NotWhen]:
    facts = {
        NotWhen.HEAVY_WEEK: history.heavy_week,
        NotWhen.FIRST_14D: now - history.started_at < NEWCOMER_FOR,
        NotWhen.AFTER_STRETCH: _was_a_stretch(questions),
    }
    return frozenset(each for each, holds in facts.items() if holds)


def _fits(question: Question, history: History, past: _Past) -> bool:
    """Whether this leader may be asked this at all today, had it never been asked before."""
    states = question.objective_states
    return (
        question.depth <= past.cap
        and question.stage not in past.barred
        and question.id not in history.declined
        and not question.variables
        and (not states or past.objective_state in states)
        and past.forbidding.isdisjoint(question.not_when)
        and _met(question.requires, past)
    )


def _met(requires: Requires, past: _Past) -> bool:
    """No experiment, session or shared coach is known of yet, so none can be required."""
    return (
        not (requires.open_experiment or requires.due_experiment or requires.shared_coach)
        and requires.min_sessions <= 0
        and requires.min_readiness <= past.readiness
    )


def _rested(question: Question, past: _Past) -> bool:
    """A whole group rests when one of its members was asked."""
    last = past.last_asked.get(question.id, _NEVER)
    if question.group:
        last = max(last, past.last_in_group.get(question.group, _NEVER))
    return last is _NEVER or past.now - last >= question.cool_down


def _score(question: Question, past: _Past, day: str) -> float:
    """A tenth more is kept for what a coach or leader has starred, once that can be done."""
    return (
        0.30 * past.stage_need[question.stage]
        + 0.30 * past.theme_need[_theme(question, past)]
        + 0.20 * _depth_fit(question, past.cap)
        + 0.05 * _freshness(question, past)
        + 0.05 * crc32((day + question.id).encode()) / 2**32
    )


def _theme(question: Question, past: _Past) -> Theme:
    """The theme this question is asked for: the most needed of its own."""
    if len(question.themes) == 1:
        return question.themes[0]
    return max(question.themes, key=past.theme_need.__getitem__)


def _stage_need(lately: Sequence[Question], readiness: int) -> dict[Stage, float]:
    """A half where a stage has its share of the last dozen, more where it falls short."""
    targets = SETTLED_SHARES if readiness else NEWCOMER_SHARES
    times = Counter(question.stage for question in lately)
    missing = {s: targets.get(s, 0.0) - times[s] / max(1, len(lately)) for s in Stage}
    return {stage: min(1.0, max(0.0, 0.5 + by / 0.30)) for stage, by in missing.items()}


def _theme_need(lately: Sequence[Question], own: frozenset[Theme]) -> dict[Theme, float]:
    """An objective's own theme comes first, and the less asked of them before the more asked."""
    times = Counter(theme for question in lately for theme in question.themes)
    most = max((times[theme] for theme in own), default=0) or 1
    others = {theme: 0.05 if times[theme] else 0.20 for theme in Theme if theme not in own}
    return {theme: 1 - 0.6 * times[theme] / most for theme in own} | others


def _depth_fit(question: Question, cap: int) -> float:
    if question.stage is Stage.CHALLENGE:
        return 1 - abs(question.depth - cap) / 2
    return 1 - abs(question.depth - WANTED_DEPTH[cap]) / 4


def _freshness(question: Question, past: _Past) -> float:
    last = past.last_asked.get(question.id)
    if last is None or past.now - last >= A_YEAR:
        return 1.0
    return (past.now - last) / A_YEAR


def _objective(theme: Theme, history: History) -> UUID | None:
    """The one asked about least recently, among those the theme touches where there are any."""
    last = {asked.objective_id: asked.at for asked in history.asked}
    touched = [each for each in history.objectives if theme in each.themes]
    among = touched or history.objectives
    return min(among, key=lambda each: last.get(each.id, _NEVER)).id if among else None


def _background(question: Question, theme: Theme, history: History, past: _Past) -> Background:
    on_theme = past.last_on_theme.get(theme)
    itself = past.last_asked.get(question.id)
    return Background(
        theme=theme,
        own=theme in past.own_themes,
        objectives=len(history.objectives),
        heavy_week=history.heavy_week,
        since_theme=past.now - on_theme if on_theme else None,
        since_question=past.now - itself if itself else None,
    )
