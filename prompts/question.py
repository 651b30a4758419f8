"""The nouns of the bank: a question, what stands around it, and a sequence of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict, Strict

from prompts.message import FormName

Number = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]

A_VARIABLE = re.compile(r"\{([^{}]*)\}")
COOL_DOWNS = {
    depth: timedelta(days=days) for depth, days in {1: 42, 2: 60, 3: 90, 4: 120, 5: 180}.items()
}


class Stage(StrEnum):
    """Where in the arc a question stands, from arriving to looking back."""

    OPEN = "OPEN"
    EXPLORE = "EXPLORE"
    CHALLENGE = "CHALLENGE"
    EXPERIMENT = "EXPERIMENT"
    OBSERVE = "OBSERVE"
    CORRECT = "CORRECT"
    REVIEW = "REVIEW"


class Theme(StrEnum):
    PURPOSE = "purpose"
    CARE = "care"
    EVIDENCE = "evidence"
    CONNECT = "connect"
    VISION = "vision"
    ENGAGE = "engage"
    ACCOUNT = "account"
    DEVELOP = "develop"
    INFLUENCE = "influence"
    UNCERTAINTY = "uncertainty"
    EQUITY = "equity"
    SELF = "self"


class Lens(StrEnum):
    GOALS = "goals"
    METHODS = "methods"
    RELATIONSHIPS = "relationships"
    SELF = "self"


class Audience(StrEnum):
    LEADER = "leader"
    TEAM = "team"
    ENQUIRER = "enquirer"
    WORKSHOP = "workshop"


class Status(StrEnum):
    """Only a live question is ever asked."""

    DRAFT = "draft"
    REVIEW = "review"
    PILOT = "pilot"
    LIVE = "live"
    RESTING = "resting"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


class AnswerKind(StrEnum):
    TEXT = "text"
    ONE_WORD = "one-word"
    CHOICE = "choice"
    SCALE = "scale"


class ObjectiveState(StrEnum):
    NONE = "none"
    IDEA = "idea"
    SHAPING = "shaping"
    ACTIVE = "active"
    UNDER_REVIEW = "under_review"
    COMPLETED = "completed"
    LET_GO = "let_go"
    PARKED = "parked"


class NotWhen(StrEnum):
    """A fact about the leader's days that rules a question out."""

    HEAVY_WEEK = "heavy_week"
    AFTER_STRETCH = "after_stretch"
    SAFETY_CARD_7D = "safety_card_7d"
    FIRST_14D = "first_14d"
    ON_LEAVE = "on_leave"


class Sensitivity(StrEnum):
    MAY_TOUCH_DISTRESS = "may_touch_distress"
    MAY_NAME_THIRD_PARTY = "may_name_third_party"


class Sets(StrEnum):
    """What the leader's answer changes at once, besides being kept."""

    DIAL = "dial"
    # Of shaping an objective: its words, and what becomes of its five levels.
    OBJECTIVE = "objective"
    DRAFT = "draft of level 0"
    ENOUGH = "level 0"
    MORE = "level +1"
    START = "starting point"
    # Of a review.
    PLACING = "placing"
    EVIDENCE = "evidence"
    WORDING = "wording"
    DECISION = "decision"


_FORBID = ConfigDict(extra="forbid")


class PartOfWeek(StrEnum):
    """The week's first slot looks ahead, its last one looks back."""

    PLANNING = "planning"
    NOTICING = "noticing"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Requires:
    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    open_experiment: Flag = False
    due_experiment: Flag = False
    shared_coach: Flag = False
    heavy_week: Flag = False
    month_end: Flag = False
    part_of_week: PartOfWeek = PartOfWeek.ANY
    min_readiness: Number = 0
    min_sessions: Number = 0


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`when` names a fact, such as a tap or a choice, and never a mood."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    when: str
    ask: str
    max_wait: str = "same_thread"


@dataclass(frozen=True, slots=True)
class At:
    """The first day on which a step may be asked, counted from its run's own day: in dates, or in
    working days where that is given. Before the day where it is negative. `for_days` later its
    time has gone by; until then it is asked again every `again_after` days, where that is given,
    as long as it has no answer."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    day: Number = 0
    working_day: Number | None = None
    for_days: Number = 14
    again_after: Number | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """Words filled in at the last moment; a private one only where the leader alone reads."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    name: str
    fallback: str
    private: Flag = False


def _named(variables: object) -> object:
    """In a file a variable's name is the key it stands under."""
    if not isinstance(variables, dict):
        return variables
    return [
        {"name": name, **said} if isinstance(said, dict) else said
        for name, said in variables.items()
    ]


@dataclass(frozen=True, slots=True)
class Question:
    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    id: str
    stage: Stage
    depth: Number
    text: str
    purpose: str
    lens: Lens
    author: str
    reviewed_by: str = ""
    reviewed_on: date | None = None
    next_review: date | None = None
    version: Number = 1
    status: Status = Status.LIVE
    locale: str = "en-GB"
    context_line: str = ""
    audience: Audience = Audience.LEADER
    themes: tuple[Theme, ...] = ()
    answer: AnswerKind = AnswerKind.TEXT
    options: tuple[str, ...] = ()
    objective_states: tuple[ObjectiveState, ...] = ()
    requires: Requires = Requires()
    not_when: tuple[NotWhen, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    settle_with: str = ""
    cool_down_days: Number | None = None
    group: str = ""
    sequence: str = ""
    order: Number = 0
    when: str = ""
    at: At | None = None
    only_if: tuple[str, ...] = ()
    variables: Annotated[tuple[Variable, ...], BeforeValidator(_named)] = ()
    sensitivity: tuple[Sensitivity, ...] = ()
    framework: tuple[str, ...] = ()
    # What an answer decides besides being kept, and the form that is offered after it.
    sets: Sets | None = None
    offers: FormName | None = None
    inspiration: str = ""
    licence: str = ""
    # Why a warning of the lint may stand, by its rule.
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def cool_down(self) -> timedelta:
        """How long this rests before the same leader meets it again: longer, the deeper it goes."""
        if self.cool_down_days is None:
            return COOL_DOWNS[self.depth]
        return timedelta(days=self.cool_down_days)

    @property
    def message(self) -> str:
        """The whole of what is shown, its variables not yet filled in."""
        return f"{self.context_line} {self.text}" if self.context_line else self.text


def filled_in(question: Question, text: str) -> str:
    """A text of this question with each variable's fallback in its place."""
    fallbacks = {variable.name: variable.fallback for variable in question.variables}
    return A_VARIABLE.sub(lambda used: fallbacks.get(used[1], used[0]), text)


@dataclass(frozen=True, slots=True)
class Sequence:
    """An ordered, branching set of questions, with what starts it and how it ends.

    `reason` is what a leader reads under "Why this question?", and `later_reason` once it was
    begun, where that is another. Of two that have a step due, the one of higher `rank` goes first.
    Once the facts of `left_if` all hold, a run is over.
    """

    id: str
    name: str
    trigger: str
    exit: str
    reason: str
    steps: tuple[Question, ...]
    rank: int = 0
    left_if: tuple[str, ...] = ()
    later_reason: str = ""
