"""What can come in from Teams, once it was read: a closed union."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.conversation.events import Opened, Pressed, Said, Submitted
from bot.payloads import Payload

PLATFORM = "teams"

Why = Literal["elsewhere", "outside"]


class Way(StrEnum):
    """How it came, and so in which form it is answered.

    The last three are invokes: somebody looks at a card or a dialog and waits for the answer to
    their request. The first two are messages, which are answered in the chat.
    """

    CHAT = "chat"
    OLD_CARD = "old card"  # Action.Submit, from a client that knows no Action.Execute
    CARD = "card"
    OPENING = "opening"  # a dialog
    DIALOG = "dialog"

    @property
    def is_waited_for(self) -> bool:
        return self in {Way.CARD, Way.OPENING, Way.DIALOG}

    @property
    def is_on_card(self) -> bool:
        return self in {Way.CARD, Way.OLD_CARD}


@dataclass(frozen=True, slots=True)
class Contact:
    """Who it was, and how they are reached: all that a later message to them needs.

    `user_id` is the person in their directory, `user` the name under which Teams lets this app
    know them. What is unknown is empty.
    """

    tenant: str
    user_id: str
    user: str
    bot: str
    conversation: str
    service_url: str
    zone: str = ""
    name: str = ""
    # By the clock of Teams, where it says so.
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Where:
    """Where an answer belongs. `message` is what was said, or the message that was pressed."""

    conversation: str = ""
    message: str = ""
    way: Way = Way.CHAT
    service_url: str = ""
    # When they spoke there, by the clock of Teams, as it is written in ISO 8601; or empty.
    spoken_at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Come:
    """`id` names it for ever, and gives away neither the chat nor a word."""

    id: str
    contact: Contact
    where: Where


@dataclass(frozen=True, slots=True)
class Heard(Come):
    """`data`: a form as it was sent, for it to be shown again where it cannot be kept; `typed`:
    what stood in a question's box when another button of its card was pressed."""

    event: Said | Pressed | Opened | Submitted
    data: Payload = field(default_factory=dict)
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Edited(Come):
    """They put what they said in other words; `said` is the id under which they said it."""

    said: str
    words: str


@dataclass(frozen=True, slots=True)
class Withdrawn(Come):
    said: str


@dataclass(frozen=True, slots=True)
class Unkept(Come):
    """Nothing of it can be kept, and a person waits for a sentence."""

    what: Literal["a line that came back", "a file"]


@dataclass(frozen=True, slots=True)
class Installed(Come):
    """The app is there for them, for the first time or again. `told`: in Teams' own words, which
    can be taken once more."""

    told: Payload = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Removed(Come):
    """They, or who runs Teams for them, took the app out."""


@dataclass(frozen=True, slots=True)
class Stale(Come):
    """They pressed or sent what an older version showed; a person waits for a sentence."""


@dataclass(frozen=True, slots=True)
class Unwelcome(Come):
    """In a group chat or a channel, where others read along; or somebody from outside."""

    why: Why


@dataclass(frozen=True, slots=True)
class Ignored:
    """Well-formed, and nothing to do. `why` is of our own words and may be logged."""

    why: str


Incoming = Heard | Edited | Withdrawn | Unkept | Installed | Removed | Stale | Unwelcome | Ignored
