"""What a member did, in the past tense, whatever platform it happened on."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from prompts.message import FormName, Press


@dataclass(frozen=True, slots=True)
class Happened:
    """`id` names the event for ever: a second delivery of it changes nothing."""

    id: str
    platform: str
    workspace: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Arrived(Happened):
    """They are here for the first time, or opened the companion again. `is_back`: what had been
    taken out is there again."""

    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Left(Happened):
    """They are not part of the workspace any more. `is_outside`: they are in reach still, as a
    guest or as somebody of another organisation."""

    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Returned(Happened):
    """Whoever had left is part of the workspace again, as the platform says."""


@dataclass(frozen=True, slots=True)
class Said(Happened):
    """They typed this in the chat; `to` is the nudge under which they typed it, where it shows.
    `is_command`: it was typed as a command, so it is a wish, and never an answer."""

    words: str
    to: UUID | None = None
    is_command: bool = False


@dataclass(frozen=True, slots=True)
class Reworded(Happened):
    """They changed what they had typed; `said` is the id of that event."""

    said: str
    words: str


@dataclass(frozen=True, slots=True)
class Unsaid(Happened):
    """They took out of the chat what they had typed."""

    said: str


@dataclass(frozen=True, slots=True)
class Pressed(Happened):
    press: Press
    about: str = ""


@dataclass(frozen=True, slots=True)
class Opened(Happened):
    """They asked to see a form or a page; nothing is changed by looking."""

    form: FormName
    about: str = ""


@dataclass(frozen=True, slots=True)
class Submitted(Happened):
    """They sent a form. `values` are the raw words of each field, by its name; `basis` is what the
    form said of the state it was drawn from."""

    form: FormName
    about: str
    values: Mapping[str, tuple[str, ...]]
    basis: str = ""


Event = Arrived | Left | Returned | Said | Reworded | Unsaid | Pressed | Opened | Submitted
