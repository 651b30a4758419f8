"""Which question comes next for one leader, and the plain reason for it.

Facts decide, never a mood. The same bank, history, moment and seed give the same question, so
every choice can be replayed.

First what is owed: an experiment that is due, then one that was looked back on and is undecided,
then the next step of a sequence, then what the coach pinned. Else the bank is read through hard
filters and the question that is needed most is taken. Where none is left, a question that fits
any week; else silence, which is better than filler.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from prompts import explaining
from prompts.bank import Bank
from prompts.history import ActiveObjective, Asked, Experiment, ExperimentState, History
from prompts.question import (
    NotWhen,
    ObjectiveState,
    PartOfWeek,
    Question,
    Requires,
    Stage,
    Status,
    Theme,
)
from prompts.readiness import depth_cap, readiness, was_a_stretch
from prompts.scoring import WINDOW, Needs, score, stage_needs, theme_needs, theme_of
from prompts.sequences import IsWorkingDay, RunEnd, Runs, look_at_runs

__all__ = ["ActiveObjective", "Asked", "Chosen", "History", "Silence", "choose"]

NEWCOMER_FOR = timedelta(days=14)
REVIEWS_AFTER = timedelta(weeks=4)
# How many other questions come between two challenges, by readiness. The first
# waits for eight: else it came to everybody as soon as trust was begun, and nowhere were there
# more challenges than where there is least trust.
CHALLENGE_GAPS = (6, 6, 4, 3)
BEFORE_THE_FIRST = 8
MOST_OPEN_EXPERIMENTS = 2
ASKED_ABOUT_AT_MOST = 3
ASKED_ABOUT_AGAIN = timedelta(days=7)
# The third "not yet" is the last: there is no new day after it.
MOST_DELAYS = 3
# Whoever was away or quiet for so long after its day is not asked about it any more.
TOO_LONG_AGO = timedelta(weeks=12)
# An experiment that ended lately is still one to look back on.
STILL_LOOKED_BACK_ON = timedelta(days=28)
LOOK_BACK, DECIDE = "EX6", "EX10"
ANY_WEEK = "weekly"
NOTHING = Requires()
# Whoever is in this sequence has an objective that is being shaped.
SHAPES_AN_OBJECTIVE = "objective"
STAGES = {
    PartOfWeek.PLANNING: frozenset({Stage.EXPLORE, Stage.CHALLENGE, Stage.EXPERIMENT}),
    PartOfWeek.NOTICING: frozenset({Stage.OPEN, Stage.OBSERVE, Stage.CORRECT, Stage.REVIEW}),
    PartOfWeek.ANY: frozenset(Stage),
}

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Chosen:
    question: Question
    reason: str
    objective_id: UUID | None = None
    run_id: UUID | None = None
    experiment_id: UUID | None = None
    pin_id: UUID | None = None
    ended: tuple[RunEnd, ...] = ()

    @property
    def is_owed(self) -> bool:
        """About an experiment, a step of something, or what the coach chose: not picked by need."""
        return any((self.experiment_id, self.run_id, self.pin_id))


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing fits, so nothing is asked."""

    reason: str
    ended: tuple[RunEnd, ...] = ()


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def choose(
    bank: Bank,
    history: History,
    now: datetime,
    seed: str,
    part: PartOfWeek = PartOfWeek.ANY,
    is_working_day: IsWorkingDay = weekdays,
) -> Chosen | Silence:
    """`now` carries the leader's own zone: its date is their today, and decides the jitter."""
    past = _look_back(bank, history, now, part)
    runs = look_at_runs(bank.sequences, history, now.date(), is_working_day)
    owed = _owed(bank, history, runs, past)
    return owed or _scored(bank, history, runs, past, f"{seed}|{now.date().isoformat()}|")


def fits_now(question: Question, bank: Bank, history: History, now: datetime) -> bool:
    """Whether this may be asked straight after another, as a leader who wants it goes on."""
    past = _look_back(bank, history, now, PartOfWeek.ANY)
    return (
        question.status is Status.LIVE
        and _may_be_asked(question, history, past)
        and _rested(question, past)
    )


def may_come_back(
    question: Question,
    bank: Bank,
    history: History,
    now: datetime,
    experiment_id: UUID | None = None,
) -> bool:
    """Whether what was put off may be asked now. That it was asked before, and set aside, is no
    reason against it; that the experiment it asks about has gone on since is one."""
    if experiment_id is not None and not _still_asks(question, history, experiment_id):
        return False
    others = tuple(asked for asked in history.asked if asked.question_id != question.id)
    past = _look_back(bank, replace(history, asked=others), now, PartOfWeek.ANY)
    return question.status is Status.LIVE and _may_be_asked(question, history, past)


def _still_asks(question: Question, history: History, experiment_id: UUID) -> bool:
    one = next((each for each in history.experiments if each.id == experiment_id), None)
    if one is None:
        return False
    return question.id != LOOK_BACK or one.state is ExperimentState.PLANNED


@dataclass(frozen=True, slots=True)
class _Past:
    """The history, read once for all the questions."""

    now: datetime
    part: PartOfWeek
    month_ends: bool
    readiness: int
    sessions_held: int
    cap: int
    barred: frozenset[Stage]
    forbidding: frozenset[NotWhen]
    objective_states: frozenset[ObjectiveState]
    own_themes: frozenset[Theme]
    lately: Sequence[Question]
    last_asked: Mapping[str, datetime]
    last_in_group: Mapping[str, datetime]
    last_on_theme: Mapping[Theme, datetime]
    declined: frozenset[str]


def _look_back(bank: Bank, history: History, now: datetime, part: PartOfWeek) -> _Past:
    known = [
        (question, asked.at)
        for asked in history.asked
        if (question := bank.questions.get(asked.question_id))
    ]
    ready = readiness(history, now)
    return _Past(
        now=now,
        part=part,
        month_ends=(now.date() + timedelta(days=7)).month != now.month,
        readiness=ready,
        sessions_held=sum(session < now for session in history.sessions),
        cap=depth_cap(history, known, ready, now),
        barred=_barred(history, known, ready, now),
        forbidding=_forbidding(history, known, now),
        objective_states=_objective_states(history),
        own_themes=frozenset(t for objective in history.objectives for t in objective.themes),
        lately=[question for question, _ in known[-WINDOW:]],
        last_asked={asked.question_id: asked.at for asked in history.asked},
        last_in_group={question.group: at for question, at in known if question.group},
        last_on_theme={theme: at for question, at in known for theme in question.themes},
        declined=history.declined,
    )


def _objective_states(history: History) -> frozenset[ObjectiveState]:
    states = {ObjectiveState.ACTIVE if history.objectives else ObjectiveState.NONE}
    if any(run.sequence == SHAPES_AN_OBJECTIVE for run in history.runs):
        states.add(ObjectiveState.SHAPING)
    return frozenset(states)


def _barred(
    history: History, known: Sequence[tuple[Question, datetime]], ready: int, now: datetime
) -> frozenset[Stage]:
    """The stages that may not come today."""
    barred: set[Stage] = set()
    if known and known[-1][0].stage is not Stage.EXPLORE:
        barred.add(known[-1][0].stage)
    if now - history.started_at < REVIEWS_AFTER:
        barred.add(Stage.REVIEW)
    if _is_too_soon_for_a_challenge([each.stage for each, _ in known], ready):
        barred.add(Stage.CHALLENGE)
    if len(history.experiments) >= MOST_OPEN_EXPERIMENTS:
        barred.add(Stage.EXPERIMENT)
    if not _has_seen_one_through(history, now):
        barred.add(Stage.CORRECT)
        if not history.experiments:
            barred.add(Stage.OBSERVE)
    return frozenset(barred)


def _is_too_soon_for_a_challenge(asked: Sequence[Stage], ready: int) -> bool:
    if Stage.CHALLENGE in asked[-CHALLENGE_GAPS[ready] :]:
        return True
    return len(asked) < BEFORE_THE_FIRST and Stage.CHALLENGE not in asked


def _has_seen_one_through(history: History, now: datetime) -> bool:
    """What to keep, change or stop is asked of somebody who has seen what came of a try."""
    ended = history.experiment_ended_at
    return any(one.state is ExperimentState.OBSERVED for one in history.experiments) or (
        ended is not None and now - ended <= STILL_LOOKED_BACK_ON
    )


def _forbidding(
    history: History, known: Sequence[tuple[Question, datetime]], now: datetime
) -> frozenset[NotWhen]:
    """Whether somebody was shown where to find help is kept nowhere, so it rules nothing out by
    itself: what they chose then, light questions or none, does."""
    facts = {
        NotWhen.HEAVY_WEEK: history.heavy_week,
        NotWhen.SAFETY_CARD_7D: history.heavy_week,
        NotWhen.FIRST_14D: now - history.started_at < NEWCOMER_FOR,
        NotWhen.AFTER_STRETCH: was_a_stretch(known),
    }
    return frozenset(each for each, holds in facts.items() if holds)


def _owed(bank: Bank, history: History, runs: Runs, past: _Past) -> Chosen | None:
    """The fixed order, in which a question is not chosen but due."""
    today = past.now.date()
    for one in history.experiments:
        if _is_to_be_asked_about(one, today, past.now):
            due = _about_experiment(bank, one, LOOK_BACK, past, explaining.EXPERIMENT_DUE)
            if due is not None:
                return due
    for one in history.experiments:
        if _waits_for_a_decision(one, past.now) and not history.heavy_week:
            undecided = _about_experiment(bank, one, DECIDE, past, explaining.UNDECIDED)
            if undecided is not None:
                return undecided
    for step in runs.steps:
        if _may_be_asked(step.question, history, past) and _rested(step.question, past):
            return Chosen(
                step.question,
                step.reason,
                step.run.objective_id or _objective((), history),
                step.run.id,
                ended=(*runs.ended, *runs.overtaken_by(step)),
            )
    pinned = history.pin
    if pinned is not None and _may_be_asked(pinned.question, history, past):
        reason = explaining.pinned_by(pinned.coach)
        return Chosen(pinned.question, reason, pin_id=pinned.id, ended=runs.ended)
    return None


def _is_to_be_asked_about(one: Experiment, today: date, now: datetime) -> bool:
    """Three times, a week apart; after that it is let go."""
    return (
        one.state is ExperimentState.PLANNED
        and one.due <= today
        and one.delays < MOST_DELAYS
        and one.times_asked < ASKED_ABOUT_AT_MOST
        and (one.last_asked is None or now - one.last_asked >= ASKED_ABOUT_AGAIN)
    )


def _waits_for_a_decision(one: Experiment, now: datetime) -> bool:
    return (
        one.state is ExperimentState.OBSERVED
        and one.times_asked < ASKED_ABOUT_AT_MOST
        and (one.last_asked is None or now - one.last_asked >= ASKED_ABOUT_AGAIN)
    )


def is_to_be_let_go(one: Experiment, now: datetime) -> bool:
    """Asked about three times with a week of silence after the last, put off for good, or long
    past. Only of those about which no question stands open."""
    if now.date() - one.due >= TOO_LONG_AGO:
        return True
    if one.state is ExperimentState.PLANNED and one.delays >= MOST_DELAYS:
        return True
    return (
        one.times_asked >= ASKED_ABOUT_AT_MOST
        and one.last_asked is not None
        and now - one.last_asked >= ASKED_ABOUT_AGAIN
    )


def _about_experiment(
    bank: Bank, one: Experiment, question_id: str, past: _Past, reason: str
) -> Chosen | None:
    question = bank.questions.get(question_id)
    if question is None or question not in bank.live or question.depth > past.cap:
        return None
    if question.id in past.declined:
        return None
    return Chosen(question, reason, one.objective_id, None, one.id)


def _scored(bank: Bank, history: History, runs: Runs, past: _Past, day: str) -> Chosen | Silence:
    fitting = [
        each
        for each in bank.themed
        if each.stage not in past.barred and _may_be_asked(each, history, past)
    ]
    rested = [each for each in fitting if _rested(each, past)]
    # The part of the week is a leaning: better a question of the other kind than none.
    leaning = [each for each in rested if each.stage in STAGES[past.part]] or rested
    if not leaning:
        any_week = _for_any_week(bank, history, runs, past)
        return any_week or Silence(
            explaining.reason_for_silence(
                heavy_week=history.heavy_week, asked_lately=bool(fitting)
            ),
            runs.ended,
        )
    needs = Needs(
        past.cap,
        stage_needs(past.lately, past.readiness),
        theme_needs(past.lately, past.own_themes),
        history.starred,
        past.last_asked,
        past.now,
        day,
    )
    best = max(leaning, key=lambda each: (score(each, needs), each.id))
    theme = theme_of(best, needs)
    return Chosen(
        best,
        explaining.reason_for(_background(best, theme, history, past)),
        _objective((theme,), history),
        ended=runs.ended,
    )


def _for_any_week(bank: Bank, history: History, runs: Runs, past: _Past) -> Chosen | None:
    weekly = bank.sequences.get(ANY_WEEK)
    if weekly is None:
        return None
    for each in weekly.steps:
        # A step that asks for nothing of the week belongs in another's thread.
        if (
            each.requires != NOTHING
            and each in bank.live
            and each.stage not in past.barred
            and _may_be_asked(each, history, past)
            and _rested(each, past)
        ):
            return Chosen(each, weekly.reason, _objective((), history), ended=runs.ended)
    return None


def _may_be_asked(question: Question, history: History, past: _Past) -> bool:
    """Whether this leader may be asked this at all today, had it never been asked before."""
    states = question.objective_states
    return (
        question.depth <= past.cap
        and question.id not in history.declined
        and (not states or not past.objective_states.isdisjoint(states))
        and past.forbidding.isdisjoint(question.not_when)
        and _met(question.requires, history, past)
    )


def _met(requires: Requires, history: History, past: _Past) -> bool:
    if requires == NOTHING:
        return True
    return (
        requires.min_readiness <= past.readiness
        and requires.min_sessions <= past.sessions_held
        and (not requires.shared_coach or history.has_coach)
        and (not requires.open_experiment or bool(history.experiments))
        and (not requires.due_experiment or _any_due(history, past.now.date()))
        and (not requires.heavy_week or history.heavy_week)
        and (not requires.month_end or past.month_ends)
        and requires.part_of_week in {PartOfWeek.ANY, past.part}
    )


def _any_due(history: History, today: date) -> bool:
    return any(
        one.state is ExperimentState.PLANNED and one.due <= today for one in history.experiments
    )


def _rested(question: Question, past: _Past) -> bool:
    """A whole group rests when one of its members was asked."""
    last = past.last_asked.get(question.id, _NEVER)
    if question.group:
        last = max(last, past.last_in_group.get(question.group, _NEVER))
    return last is _NEVER or past.now - last >= question.cool_down


def _objective(themes: Iterable[Theme], history: History) -> UUID | None:
    """The one asked about least recently, among those a theme touches where there are any."""
    if not history.objectives:
        return None
    last = {asked.objective_id: asked.at for asked in history.asked}
    wanted = set(themes)
    touched = [each for each in history.objectives if not wanted.isdisjoint(each.themes)]
    return min(touched or history.objectives, key=lambda each: last.get(each.id, _NEVER)).id


def _background(
    question: Question, theme: Theme, history: History, past: _Past
) -> explaining.Background:
    on_theme = past.last_on_theme.get(theme)
    itself = past.last_asked.get(question.id)
    return explaining.Background(
        theme=theme,
        own=theme in past.own_themes,
        objectives=len(history.objectives),
        heavy_week=history.heavy_week,
        since_theme=past.now - on_theme if on_theme else None,
        since_question=past.now - itself if itself else None,
    )
