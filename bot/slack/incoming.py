"""What can come in from Slack, once it was read: a closed union."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.conversation.events import Event
from bot.slack.pages import NONE_OPEN, Pages

PLATFORM = "slack"
COMMAND = "/bearings"
# Our posts carry it as metadata, which everybody in the workspace can read: so ids only.
NUDGE_METADATA = "bearings_nudge"

Surface = Literal["", "message", "ephemeral", "modal", "home"]


@dataclass(frozen=True, slots=True)
class Where:
    """Where an answer belongs; each is empty where there is none.

    What was shown to one person in passing (`ephemeral`) has no channel and no message here: it
    can be answered by `response_url` alone.
    """

    channel: str = ""  # D…, theirs with us
    thread: str = ""  # the ts of what the thread hangs on, where it was said in one
    message: str = ""  # the ts of what was said, or of the message that was pressed
    response_url: str = ""
    trigger: str = ""  # by which a modal may open
    view: str = ""
    view_hash: str = ""
    surface: Surface = ""  # what was pressed or sent
    opened_on: str = ""  # D…/ts: the message whose button opened the form that was sent
    opened_url: str = ""  # the response_url of that press


@dataclass(frozen=True, slots=True)
class Heard:
    """`from_outside`: somebody of another organisation, through Slack Connect. `turns_to`: which
    leaf of the page that stands open they want to see."""

    event: Event
    where: Where
    enterprise: str = ""
    from_outside: bool = False
    pages: Pages = NONE_OPEN
    turns_to: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """`workspace` is a team's id, or the organisation's where Slack names no team."""

    id: str
    workspace: str
    enterprise: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Edited(Told):
    """They put what they said in other words."""

    user_id: str
    channel: str
    message: str
    words: str
    event_at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawn(Told):
    """A message of theirs was deleted. `user_id` is empty where Slack does not say whose it was."""

    user_id: str
    channel: str
    message: str


@dataclass(frozen=True, slots=True)
class Echo(Told):
    """Our own post, come back: it arrived."""

    channel: str
    message: str
    delivery_id: str


@dataclass(frozen=True, slots=True)
class HomeOpened(Told):
    user_id: str
    view: str = ""
    view_hash: str = ""
    from_outside: bool = False


@dataclass(frozen=True, slots=True)
class Stale(Told):
    """They pressed or sent what an older version showed; a person waits for a sentence."""

    user_id: str
    where: Where
    pages: Pages = NONE_OPEN
    is_form: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class SlackPerson:
    """What is unknown is empty. `is_external`: of another workspace or organisation."""

    user_id: str
    name: str = ""
    timezone: str = ""
    locale: str = ""
    is_gone: bool = False
    is_bot: bool = False
    is_guest: bool = False
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class PersonChanged(Told):
    person: SlackPerson


@dataclass(frozen=True, slots=True)
class Ended(Told):
    """The workspace took Bearings out; a later installation is not touched by it."""

    at: datetime
    why: Literal["app_uninstalled", "tokens_revoked"]


@dataclass(frozen=True, slots=True)
class TeamsChanged(Told):
    """An organisation that let us in opens some of its teams to us, or closes them."""

    teams: tuple[str, ...]
    is_granted: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class LimitedIntake:
    """Slack holds events back, because there were too many."""

    workspace: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Well-formed, and nothing to do. `why` is of our own words and may be logged."""

    why: str


Incoming = (
    Heard
    | Edited
    | Withdrawn
    | Echo
    | HomeOpened
    | Stale
    | PersonChanged
    | Ended
    | TeamsChanged
    | LimitedIntake
    | Ignored
)
