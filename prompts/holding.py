"""Up to three questions that a coach may hold, not ask on cue, by rule and from shared things only.

Nothing here is a guess about the person. A reason is a fact that the coach can see on the same
page, and a quote is an exact piece of what was shared.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from prompts.bank import Bank
from prompts.composing.saying import day_of_month, level
from prompts.experiment import Decision, TryState
from prompts.question import A_VARIABLE, AnswerKind, Question, Stage, Status
from prompts.shared import (
    SharedExperiment,
    SharedObjective,
    SharedRating,
    SharedReflection,
    SharedWeek,
)

MOST_HELD = 3
LONGEST_QUOTE = 60
# A first sentence that is shorter than this may be no more than “Dr.”
SHORTEST_SENTENCE = 15
DEEPEST = 3
REVIEW_SOON = timedelta(days=14)
YOURS = "Yours."


@dataclass(frozen=True, slots=True)
class Held:
    """`words` are the bank's own, or the coach's own where there is no `question_id`."""

    words: str
    reason: str
    question_id: str = ""
    quote: str = ""


def hold(week: SharedWeek, bank: Bank, on: date, own: Sequence[str] = ()) -> tuple[Held, ...]:
    """The coach's `own` come first. Where nothing was shared there is nothing to hold. `on` is the
    day of the digest, so that opening it later finds the same."""
    if not _has_words(week):
        return ()
    held: dict[str, Held] = {}
    for words in map(str.strip, own):
        if words:
            held.setdefault(_alike(words), Held(words, YOURS))
    for one in _by_rule(week, bank, on):
        held.setdefault(_alike(one.words), one)
    return tuple(held.values())[:MOST_HELD]


def _has_words(week: SharedWeek) -> bool:
    """Whether the page of this leader has anything on it."""
    said = (
        week.focus.words if week.focus else "",
        week.leave_for_now.words if week.leave_for_now else "",
        *(part for one in week.experiments for part in (one.action, one.observed)),
        *(one.words for one in week.reflections),
        *(one.words for one in week.objectives),
    )
    return any(map(str.strip, said)) or any(one.ratings for one in week.objectives)


def _alike(words: str) -> str:
    return " ".join(words.casefold().split())


def _by_rule(week: SharedWeek, bank: Bank, on: date) -> Iterator[Held]:
    fixed = (
        *_from_experiments(week),
        *_from_ratings(week),
        *_from_reviews(week.objectives, on),
    )
    for question_id, reason, quote in fixed:
        question = bank.questions.get(question_id)
        if question is not None and _may_be_held(question):
            yield Held(question.message, reason, question_id, quote)
    yield from _from_reflections(week, bank)


def _may_be_held(question: Question) -> bool:
    """Words with something to fill in are for the leader's eyes, or may be."""
    return question.status is Status.LIVE and not A_VARIABLE.search(question.message)


Found = tuple[str, str, str]  # the question's id, the reason, the quote


def _from_experiments(week: SharedWeek) -> Iterator[Found]:
    """What surprised comes before what has not happened yet; the newest of each first."""
    newest = sorted(week.experiments, key=lambda one: (-one.due.toordinal(), str(one.id)))
    yield from (found for one in newest if (found := _surprised(one, week.leader)))
    yield from (found for one in newest if (found := _put_off(one, week.leader)))


def _surprised(one: SharedExperiment, leader: str) -> Found | None:
    """EX8, or where the leader has shared an answer to that one, EX9."""
    open_still = [
        key for key, said in (("EX8", one.other), ("EX9", one.learned)) if not said.strip()
    ]
    if not (one.surprise.strip() and one.observed.strip() and open_still):
        return None
    reason = f"{leader} wrote how it compared with what was expected."
    return open_still[0], reason, phrase(one.surprise)


def _put_off(one: SharedExperiment, leader: str) -> Found | None:
    if one.observed.strip() or not one.action.strip() or not one.times_put_off:
        return None
    quote = phrase(one.action)
    if one.decision is Decision.LET_GO:
        return "EX13", f"{leader} said “not yet” to this experiment, and then it was let go.", quote
    if one.state is not TryState.PLANNED or one.times_put_off == 1:
        return None
    question_id = "EX12" if one.times_put_off == 2 else "EX13"
    return question_id, "This experiment has not happened yet.", quote


def _from_ratings(week: SharedWeek) -> Iterator[Found]:
    moved = [
        (rating, rating.before, objective)
        for objective in week.objectives
        if (rating := _newest(objective.ratings)) and rating.before is not None
    ]
    moved.sort(key=lambda one: (-one[0].on.toordinal(), str(one[0].id)))
    for rating, before, objective in moved:
        if rating.level == before:
            continue
        question_id, way = ("QR3", "up") if rating.level > before else ("QR4", "down")
        change = f"{way}, from {level(before)} to {level(rating.level)}"
        quote = phrase(rating.evidence) or phrase(objective.words)
        yield question_id, f"The rating that {week.leader} shared went {change}.", quote


def _newest(ratings: Sequence[SharedRating]) -> SharedRating | None:
    return max(ratings, key=lambda one: (one.on, str(one.id)), default=None)


def _from_reviews(objectives: Sequence[SharedObjective], on: date) -> Iterator[Found]:
    due = [
        (one.next_review, one)
        for one in objectives
        if one.words.strip() and one.next_review and on <= one.next_review <= on + REVIEW_SOON
    ]
    for review, one in sorted(due, key=lambda pair: (pair[0], str(pair[1].id))):
        reason = f"The review of this objective is due on {day_of_month(review)}."
        yield "QR4", reason, phrase(one.words)


def _from_reflections(week: SharedWeek, bank: Bank) -> Iterator[Held]:
    """For each, newest first, one that is on the same theme and was not answered here already."""
    taken = {one.question_id for one in week.reflections}
    for one in sorted(week.reflections, key=lambda each: (-each.on.toordinal(), str(each.id))):
        fitting = [each for each in _on_the_theme(one, bank) if each.id not in taken]
        if not (fitting and one.words.strip()):
            continue
        # By the answer's id and the question's alone: nothing private can tip the choice, and a
        # bank that gains a question changes few choices.
        chosen = min(fitting, key=lambda each: sha256(f"{one.id}/{each.id}".encode()).digest())
        taken.add(chosen.id)
        reason = f"It is on the same theme as “{one.question}”, which {week.leader} answered."
        yield Held(chosen.message, reason, chosen.id, phrase(one.words))


def _on_the_theme(one: SharedReflection, bank: Bank) -> Iterator[Question]:
    for question in bank.themed:
        if (
            question.stage in {Stage.EXPLORE, Stage.CHALLENGE}
            and question.depth <= DEEPEST
            and question.answer is AnswerKind.TEXT
            and not set(one.themes).isdisjoint(question.themes)
            and _may_be_held(question)
        ):
            yield question


_END_OF_SENTENCE = re.compile(r"[.?!…][’”\"']?(?=\s)")


def phrase(words: str) -> str:
    """The opening of it, whole or to the end of a sentence or else of a word, exactly as written.
    Empty where not even one word fits."""
    lines = words.strip().splitlines()
    first = lines[0].rstrip() if lines else ""
    if len(first) <= LONGEST_QUOTE:
        return first
    ends = [found.end() for found in _END_OF_SENTENCE.finditer(first[: LONGEST_QUOTE + 1])]
    if ends and ends[-1] >= SHORTEST_SENTENCE:
        return first[: ends[-1]]
    gaps = [found.start() for found in re.finditer(r"\s", first[: LONGEST_QUOTE + 1])]
    return first[: gaps[-1]].rstrip(" ,;:–—-(“‘\"'") if gaps else ""
