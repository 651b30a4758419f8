"""What the companion says, before any platform has dressed it.

`Message` is a line in a chat. `Form` is what opens over it: fields to fill in, or a page to read.
Both are built from closed sets, so a renderer that forgets an element does not type-check.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Literal
from uuid import UUID

from pydantic import TypeAdapter

LONGEST_VALUE = 150  # of an option: Slack takes no more
LEVELS = (-2, -1, 0, 1, 2)  # of an objective: where it can be placed
# What a page or Teams sends back beside a form's fields, under names as plain as theirs.
# The last two are what a page's script asks a form to do, which a field of that name would hide.
RESERVED = frozenset(
    {"event", "form", "about", "basis", "line", "bearings", "msteams", "closest", "reset"}
)
# Slack's renderer adds "~2" to it where words need a second box.
_NAME = re.compile(r"[a-z0-9_-]{1,100}")


class Press(StrEnum):
    """What a button does at once."""

    NOT_NOW = "not-now"
    SKIP = "skip"
    LATER = "later"
    LATER_TOMORROW = "later-tomorrow"
    LATER_NEXT_WEEK = "later-next-week"
    LATER_BACK = "later-back"
    HEAVY_WEEK = "heavy-week"
    NOT_FOR_ME = "not-for-me"
    WHY = "why"
    SHARE = "share"
    ALLOW_SHARING = "allow-sharing"
    TAKE_BACK = "take-back"
    ASK_NOW = "ask-now"
    RESUME = "resume"
    STOP = "stop"
    SHARE_OBJECTIVE = "share-objective"
    TAKE_BACK_OBJECTIVE = "take-back-objective"
    SHAPE_OBJECTIVE = "shape-objective"
    REVIEW_OBJECTIVE = "review-objective"
    PARK_OBJECTIVE = "park-objective"
    TAKE_UP_OBJECTIVE = "take-up-objective"
    COMPLETE_OBJECTIVE = "complete-objective"
    LET_GO_OBJECTIVE = "let-go-objective"
    SHARE_RATING = "share-rating"
    TAKE_BACK_RATING = "take-back-rating"
    ACCEPT_PAIRING = "accept-pairing"
    DECLINE_PAIRING = "decline-pairing"
    ACCEPT_INVITATION = "accept-invitation"
    DECLINE_INVITATION = "decline-invitation"
    TAKE_MY_DATA = "take-my-data"
    HAND_ME_MY_DATA = "hand-me-my-data"
    FORGET_ME = "forget-me"
    ASK_BEFORE_FORGETTING = "ask-before-forgetting"
    KEEP_EVERYTHING = "keep-everything"
    OPEN_PROGRAMME = "open-programme"
    LEAVE_TOTALS = "leave-totals"
    GO_DEEPER = "go-deeper"
    CARRY_ON = "carry-on"
    NO_REMINDERS = "no-reminders"
    NOT_AWAY = "not-away"
    SEND_BACK = "send-back"
    SIGN_OFF = "sign-off"
    MAKE_LIVE = "make-live"
    REST = "rest"
    RETIRE = "retire"
    WITHDRAW = "withdraw"
    LEAVE_OUT = "leave-out"
    SKIP_DIGEST = "skip-digest"
    SEND_DIGEST = "send-digest"
    SUGGESTIONS_ON = "suggestions-on"
    SUGGESTIONS_OFF = "suggestions-off"
    PIN_QUESTION = "pin-question"
    UNPIN = "unpin"
    DROP_KEPT = "drop-kept"
    ERASE_ANSWER = "erase-answer"
    ERASE_FOR_GOOD = "erase-for-good"
    KEEP_ANSWER = "keep-answer"
    CANCEL_SESSION = "cancel-session"
    ADD_TO_CALENDAR = "add-to-calendar"
    ASK_FOR_A_WORD = "ask-for-a-word"
    ASK_COACH_TO_CALL = "ask-coach-to-call"
    LEAVE_IT = "leave-it"
    END_PAIRING = "end-pairing"
    NOT_YET = "not-yet"
    LOOK_BACK = "look-back"
    LET_GO_EXPERIMENT = "let-go-experiment"
    SHARE_EXPERIMENT = "share-experiment"
    TAKE_BACK_EXPERIMENT = "take-back-experiment"


class FormName(StrEnum):
    """What a button opens."""

    AGREEMENT = "agreement"
    OBJECTIVE = "objective"
    OBJECTIVE_PAGE = "objective-page"
    LEVELS = "levels"
    RATING = "rating"
    WHEN = "when"
    ZONE = "zone"
    ANSWER = "answer"
    LINK = "link"
    PAUSE = "pause"
    JOURNAL = "journal"
    SEARCH = "search"
    LEADER_HOME = "leader-home"
    COACH_HOME = "coach-home"
    LEAD_HOME = "lead-home"
    DIGEST = "digest"
    PREVIEW = "preview"
    ASIDE = "aside"
    PIN = "pin"
    KEPT_QUESTIONS = "kept-questions"
    KEPT_QUESTION = "kept-question"
    COACHING_SESSION = "coaching-session"
    COHORT = "cohort"
    SUPPORT = "support"
    READERS = "readers"
    MY_DATA = "my-data"
    PAIRING = "pairing"
    INVITING = "inviting"
    NEW_PROGRAMME = "new-programme"
    NEW_COHORT = "new-cohort"
    ADD_PERSON = "add-person"
    ADD_PEOPLE = "add-people"
    PROGRAMME = "programme"
    CHANGES = "changes"
    DELIVERY = "delivery"
    AWAY = "away"
    QUESTIONS = "questions"
    QUESTION = "question"
    CALENDAR = "calendar"
    FOCUS = "focus"
    END_PAIRING = "end-pairing"
    HAND_OVER = "hand-over"
    EXPERIMENT = "experiment"
    EXPERIMENT_DAY = "experiment-day"
    EXPERIMENTS = "experiments"
    EXPERIMENT_PAGE = "experiment-page"


@dataclass(frozen=True, slots=True)
class Heading:
    words: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Text:
    words: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Quiet:
    """An aside: who can read this, what happens next."""

    words: str
    kind: Literal["quiet"] = "quiet"


@dataclass(frozen=True, slots=True)
class Quote:
    """A person's own words: never interpreted, pinged or linked."""

    words: str
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Facts:
    facts: tuple[Fact, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain words; the first column names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Point:
    """One rating; the words are the person's own, and may be none."""

    on: date
    level: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """An objective's ratings over time, oldest first; each level has the leader's own words."""

    title: str
    levels: tuple[tuple[int, str], ...]
    points: tuple[Point, ...]
    kind: Literal["chart"] = "chart"

    def __post_init__(self) -> None:
        if tuple(level for level, _ in self.levels) != LEVELS:
            raise ValueError("A chart has the five levels from −2 to +2, in this order.")
        if not {point.level for point in self.points} <= set(LEVELS):
            raise ValueError("A chart's points are placed from −2 to +2.")
        if any(earlier.on > later.on for earlier, later in pairwise(self.points)):
            raise ValueError("A chart's points stand in the order of their days.")


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """The label is ours; the words are a person's own or a date, and may be none."""

    label: str
    words: str
    state: StepState


@dataclass(frozen=True, slots=True)
class Path:
    """An experiment's way: what was, what is, and what is still to come."""

    title: str
    steps: tuple[Step, ...]
    kind: Literal["path"] = "path"


@dataclass(frozen=True, slots=True)
class Link:
    """An address to go to, in a Form only: what stands in a chat can be opened by others."""

    label: str
    address: str
    kind: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Divider:
    kind: Literal["divider"] = "divider"


@dataclass(frozen=True, slots=True)
class Button:
    """`about` is an id and never words: it travels through the platform and back."""

    label: str
    does: Press | FormName
    about: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Buttons:
    buttons: tuple[Button, ...]
    kind: Literal["buttons"] = "buttons"


Element = Heading | Text | Quiet | Quote | Facts | Table | Chart | Path | Link | Divider | Buttons


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. The label may be a person's own words, so it is never refused."""

    value: str
    label: str

    def __post_init__(self) -> None:
        # Teams sends the values that were chosen in one line, with commas between them.
        if not 0 < len(self.value) <= LONGEST_VALUE or "," in self.value:
            raise ValueError(
                f"An option's value has 1 to {LONGEST_VALUE} characters and no comma; "
                f"{self.value!r} does not."
            )


@dataclass(frozen=True, slots=True)
class ShortText:
    """`needed`: what is said where it is left empty, if it may not be. So for the others."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    error: str = ""
    needed: str = ""
    kind: Literal["short-text"] = "short-text"


@dataclass(frozen=True, slots=True)
class LongText:
    name: str
    label: str
    hint: str = ""
    value: str = ""
    error: str = ""
    needed: str = ""
    kind: Literal["long-text"] = "long-text"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the options; `value` is the one chosen, or empty."""

    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    value: str = ""
    error: str = ""
    needed: str = ""
    kind: Literal["choice"] = "choice"

    def __post_init__(self) -> None:
        _check_apart(self.options, self.name)


@dataclass(frozen=True, slots=True)
class Choices:
    """Any number of the options."""

    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    values: tuple[str, ...] = ()
    error: str = ""
    kind: Literal["choices"] = "choices"

    def __post_init__(self) -> None:
        _check_apart(self.options, self.name)


@dataclass(frozen=True, slots=True)
class Day:
    """A date; `value` is ISO 8601, such as 2027-03-28, or empty."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    error: str = ""
    needed: str = ""
    kind: Literal["day"] = "day"


@dataclass(frozen=True, slots=True)
class Hour:
    """A local time of day; `value` is HH:MM on the 24-hour clock, or empty."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    error: str = ""
    needed: str = ""
    kind: Literal["hour"] = "hour"


@dataclass(frozen=True, slots=True)
class Switch:
    """One yes or no. A submitted Switch sends "on" when it is on and nothing when it is off."""

    name: str
    label: str
    hint: str = ""
    on: bool = False
    error: str = ""
    kind: Literal["switch"] = "switch"


Field = ShortText | LongText | Choice | Choices | Day | Hour | Switch
Box = ShortText | LongText | Choice


@dataclass(frozen=True, slots=True)
class Message:
    """A line in the chat.

    `plain` is what a notification or a screen reader gets; it is never empty.
    `nudge` is the nudge this belongs to. With `replaces` the platform changes the message that
    already stands there (that nudge's, or the one that was pressed) instead of adding a line.
    `box` is what a question can be answered in where it stands, if the platform has inputs there.
    """

    plain: str
    elements: tuple[Element, ...]
    nudge: UUID | None = None
    replaces: bool = False
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What opens over the chat and leaves no trace in it.

    Without a `submit` label it is a page to read. `error` says why nothing was saved;
    the fields then hold what was typed. `basis` names the state the form was drawn from and comes
    back with it, so that a form left open cannot undo what was done since.
    """

    name: FormName
    title: str
    about: str = ""
    elements: tuple[Element, ...] = ()
    fields: tuple[Field, ...] = ()
    submit: str = ""
    error: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        for field in self.fields:
            if field.name in RESERVED or not _NAME.fullmatch(field.name):
                raise ValueError(f"No field can be named {field.name!r}.")
            if not _is_readable(field.label):
                raise ValueError(f"The field {field.name!r} has no label that can be read.")
        if twice := _twice(field.name for field in self.fields):
            raise ValueError(f"Two fields of the form {self.name.value!r} are named {twice!r}.")


def _check_apart(options: Iterable[Option], name: str) -> None:
    if twice := _twice(option.value for option in options):
        raise ValueError(f"Two options of the field {name!r} have the value {twice!r}.")


def _twice(words: Iterable[str]) -> str:
    """One that is there more than once, if there is one."""
    return next((word for word, times in Counter(words).items() if times > 1), "")


def _is_readable(words: str) -> bool:
    return any(letter.isprintable() and not letter.isspace() for letter in words)


_messages = TypeAdapter(Message)


def to_json(message: Message) -> str:
    """A Message as the playground's chat log keeps it."""
    return _messages.dump_json(message).decode()


def read_json(text: str) -> Message:
    return _messages.validate_json(text)
