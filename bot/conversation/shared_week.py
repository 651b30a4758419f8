"""From the rows of what one leader shared to the week that a coach reads. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from uuid import UUID

from prompts.bank import Bank
from prompts.experiment import Decision, TryState
from prompts.question import Question
from prompts.shared import (
    SharedAside,
    SharedExperiment,
    SharedFocus,
    SharedObjective,
    SharedRating,
    SharedReflection,
    SharedWeek,
)
from prompts.variables import PRIVATE, Variables, filled
from storage.bundles import Placing, Try
from storage.digests import Gathered, SharedRows
from storage.tables import CoachingSession, DigestItem, Experiment, Rating, Reflection


def week_of(
    pairing: UUID,
    leader: str,
    items: Sequence[Gathered | DigestItem],
    rows: SharedRows,
    words: Mapping[UUID, str],
    session: CoachingSession | None,
    focus_id: UUID | None,
    bank: Bank,
    zone: tzinfo,
) -> SharedWeek:
    """`items` are this leader's, and so is `zone`; `focus_id` is the answer that says what the
    session is to be about. Whatever is not in `words` may not be read, and is not in the week."""
    told = {one.item_id if isinstance(one, DigestItem) else one.id for one in items}
    stood = {one.item_id: one.moves for one in items if isinstance(one, DigestItem)}
    reflections = [
        _reflection(one, words[one.id], bank, zone)
        for one in rows.reflections.values()
        if one.id in told & words.keys()
    ]
    focus = _focus(reflections, session, focus_id)
    experiments = [
        _moved_since(one)
        if stood.get(one.id, one.moves) != one.moves
        else _experiment(one, Try.read(words[one.id]))
        for one in rows.experiments.values()
        if one.id in told & words.keys()
    ]
    return SharedWeek(
        pairing=pairing,
        leader=leader,
        next_session=session.starts_at if session else None,
        focus=focus,
        experiments=tuple(sorted(experiments, key=lambda one: (one.due, str(one.id)))),
        reflections=tuple(one for one in reflections if focus is None or one.id != focus.id),
        objectives=_objectives(told, rows, words, zone),
        leave_for_now=next(
            (SharedAside(one, words[one]) for one in rows.asides if one in words),
            None,
        ),
    )


def _reflection(one: Reflection, words: str, bank: Bank, zone: tzinfo) -> SharedReflection:
    question = bank.questions.get(one.question_id)
    return SharedReflection(
        id=one.id,
        nudge=one.nudge_id,
        question_id=one.question_id,
        question=_as_read(one.question_words, question),
        words=words,
        on=one.answered_at.astimezone(zone).date(),
        themes=question.themes if question else (),
        objective_id=one.objective_id,
    )


def _as_read(words: str, question: Question | None) -> str:
    """Without the opening line that shows the leader's own words to the leader alone."""
    private = any(f"{{{name}}}" in words for name in PRIVATE)
    return question.text if private and question else filled(words, Variables())


def _focus(
    reflections: Sequence[SharedReflection], session: CoachingSession | None, focus_id: UUID | None
) -> SharedFocus | None:
    found = next((one for one in reflections if one.id == focus_id), None)
    if session is None or found is None:
        return None
    return SharedFocus(found.id, session.starts_at, found.words)


def _moved_since(one: Experiment) -> SharedExperiment:
    """Nothing of what it says now, which the leader may not have let go yet."""
    return SharedExperiment(one.id, TryState.PLANNED, one.due, action="", moved_since=True)


def _experiment(one: Experiment, said: Try) -> SharedExperiment:
    return SharedExperiment(
        id=one.id,
        state=TryState(one.state),
        due=one.due,
        action=said.action,
        objective_id=one.objective_id,
        hypothesis=said.hypothesis,
        expected=said.expected,
        observed=said.observed,
        surprise=said.surprise,
        other=said.other,
        learned=said.learned,
        decision=Decision(one.decision) if one.decision else None,
        times_put_off=one.delays,
        put_off_because=said.delayed_by,
    )


def _objectives(
    told: set[UUID], rows: SharedRows, words: Mapping[UUID, str], zone: tzinfo
) -> tuple[SharedObjective, ...]:
    """Those that something of the week is about, or that were shared themselves."""
    ratings = _ratings(rows, words, zone)
    named = {
        one.objective_id
        for group in (rows.reflections, rows.experiments, rows.ratings)
        for one in group.values()
        if one.id in told & words.keys()
    }
    return tuple(
        SharedObjective(
            one.id,
            words.get(one.id, ""),
            one.next_review if one.id in words else None,
            tuple(each for each in ratings.get(one.id, ()) if each.id in told),
            tuple(ratings.get(one.id, ())),
        )
        for one in sorted(rows.objectives.values(), key=lambda each: (each.made_at, str(each.id)))
        if one.id in named or one.id in told & words.keys()
    )


def _ratings(
    rows: SharedRows, words: Mapping[UUID, str], zone: tzinfo
) -> dict[UUID, list[SharedRating]]:
    """Each beside the one that was shared before it, oldest first."""
    theirs: dict[UUID, list[SharedRating]] = defaultdict(list)
    readable = [one for one in rows.ratings.values() if one.id in words]
    for one in sorted(readable, key=lambda each: (each.rated_at, str(each.id))):
        rating = _rating(one, words[one.id], one.rated_at, zone)
        if rating is not None:
            earlier = theirs[one.objective_id]
            before = earlier[-1].level if earlier else None
            earlier.append(replace(rating, before=before))
    return theirs


def _rating(one: Rating, words: str, at: datetime, zone: tzinfo) -> SharedRating | None:
    placing = Placing.read(words)
    if placing is None:
        return None
    return SharedRating(
        one.id,
        placing.level,
        at.astimezone(zone).date(),
        evidence=placing.evidence,
        level_words=placing.level_words,
    )
