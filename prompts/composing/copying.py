"""A copy of everything that is theirs: for another program, and to be read."""

import json
from dataclasses import asdict, dataclass

from prompts.composing.saying import say


@dataclass(frozen=True, slots=True)
class AgreementCopy:
    notice: str
    agreed_at: str
    withdrawn_at: str
    switched_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LevelsCopy:
    """Five levels by name, in their words; `until` is empty for those that hold."""

    levels: dict[str, str]
    start: str
    made_at: str
    until: str


@dataclass(frozen=True, slots=True)
class RatingCopy:
    level: str
    level_words: str
    evidence: str
    rated_at: str
    shared_at: str


@dataclass(frozen=True, slots=True)
class ObjectiveCopy:
    """`earlier` is (words, until when), `reviews` is (decision, when)."""

    id: str
    words: str
    version: int
    themes: str
    whose: str
    state: str
    made_at: str
    next_review: str
    shared_at: str
    earlier: tuple[tuple[str, str], ...]
    levels: tuple[LevelsCopy, ...]
    ratings: tuple[RatingCopy, ...]
    reviews: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnswerCopy:
    question: str
    answer: str
    answered_at: str
    objective: str
    shared_at: str


@dataclass(frozen=True, slots=True)
class ExperimentCopy:
    """`parts` are what they wrote of it, each with its label; what was left empty is not there."""

    id: str
    parts: dict[str, str]
    state: str
    decision: str
    due: str
    put_off: int
    made_at: str
    closed_at: str
    objective: str
    changes: str
    shared_at: str


@dataclass(frozen=True, slots=True)
class QuestionCopy:
    """What was asked, or would have been; `became` says what came of it."""

    due_at: str
    kind: str
    question: str
    why: str
    became: str


@dataclass(frozen=True, slots=True)
class CoachCopy:
    name: str
    accepted_at: str
    ended_at: str
    sessions: tuple[str, ...]
    # The days on which the leader asked them to call.
    asked_to_call: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeedCopy:
    """A row of the audit log that is about them."""

    at: str
    what: str
    by: str
    about: str


@dataclass(frozen=True, slots=True)
class Everything:
    """Moments are ISO 8601 in UTC; what did not happen is empty."""

    id: str
    name: str
    email: str
    user_id: str
    reached_at: str
    timezone: str
    zone_chosen: bool
    zone_told: str
    language: str
    arrived_at: str
    invited: str
    rhythm: str
    hours: str
    paused_until: str
    stopped_at: str
    stretch: str
    reminders: str
    bank_holidays: str
    away: tuple[str, ...]
    declined_questions: tuple[str, ...]
    sequences: tuple[str, ...]
    written_questions: tuple[str, ...]
    leave_for_now: tuple[str, ...]
    kept_questions: tuple[str, ...]
    agreements: tuple[AgreementCopy, ...]
    objectives: tuple[ObjectiveCopy, ...]
    answers: tuple[AnswerCopy, ...]
    experiments: tuple[ExperimentCopy, ...]
    questions: tuple[QuestionCopy, ...]
    coaches: tuple[CoachCopy, ...]
    log: tuple[DeedCopy, ...]


def to_json(everything: Everything) -> str:
    return json.dumps(asdict(everything), ensure_ascii=False, indent=2) + "\n"


def to_text(everything: Everything) -> str:
    return say("copy", all=everything) + "\n"
