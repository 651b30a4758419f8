"""What the fake Slack keeps: workspaces, tokens, conversations, messages, views, triggers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Literal

from tests.slack.people import Given, Person, Token, Workspace

APP_ID = "A0BEARINGS"
SCOPES = frozenset({"chat:write", "commands", "im:history", "users:read"})


def system_now() -> datetime:
    return datetime.now(UTC)


@dataclass(eq=False)
class Post:
    """One message. What the app and what a person posted differ in `bot_id` alone."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Given] = field(default_factory=list)
    metadata: Given = field(default_factory=dict)
    thread_ts: str = ""
    bot_id: str = ""
    edited: str = ""
    ephemeral_to: str = ""
    client_msg_id: str = ""
    response_type: str = ""
    typed: dict[tuple[str, str], Any] = field(default_factory=dict)


@dataclass(eq=False)
class Conversation:
    id: str
    team: str
    kind: Literal["im", "channel"]
    members: set[str]
    name: str = "directmessage"
    archived: bool = False
    posts: list[Post] = field(default_factory=list)


@dataclass(eq=False)
class View:
    """A modal or a Home: as the app gave it, what was filled in, and what Slack added."""

    id: str
    team: str
    person: Person
    given: Given
    hash: str
    root: str = ""
    previous: str = ""
    typed: dict[tuple[str, str], Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Given]:
        blocks: list[Given] = self.given["blocks"]
        return blocks


@dataclass(eq=False)
class Trigger:
    id: str
    person: Person
    given_at: datetime
    from_modal: bool
    used: bool = False


@dataclass(eq=False)
class Answering:
    """A response_url: where it answers, until when, and how often it still may."""

    channel: str
    person: Person
    given_at: datetime
    post: Post | None
    left: int = 5


@dataclass
class World:
    now: Callable[[], datetime] = system_now
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)  # by person, the top one last
    homes: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    answering: dict[str, Answering] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _last: float = 0.0

    # Ids and times

    def new_id(self, letter: str) -> str:
        return f"{letter}0{next(self.numbers):08X}"

    def new_ts(self) -> str:
        """Slack's time of a message is its name too, so no two are the same."""
        self._last = max(self.now().timestamp(), self._last + 0.000_1)
        return f"{self._last:.6f}"

    # Laying out

    def settle(
        self, name: str, scopes: set[str], enterprise: str = "", *, installed: bool = True
    ) -> Workspace:
        team = self.new_id("T")
        bot = Person(self.new_id("U"), team, "Bearings", is_bot=True)
        token = f"xoxb-{team}-{next(self.numbers)}" if installed else ""
        domain = name.lower().replace(" ", "-")
        made = Workspace(team, name, domain, bot, self.new_id("B"), token, enterprise)
        slackbot = Person("USLACKBOT", team, "Slackbot")
        made.people = {bot.id: bot, slackbot.id: slackbot}
        self.workspaces[team] = made
        if installed:
            self.tokens[token] = Token(token, team, scopes)
        return made

    def settle_person(self, team: str, name: str, **more: Any) -> Person:
        person = Person(self.new_id("U"), team, name, **more)
        self.workspaces[team].people[person.id] = person
        return person

    def settle_channel(self, team: str, name: str, *members: Person, bot: bool) -> Conversation:
        them = {person.id for person in members}
        them |= {self.workspaces[team].bot.id} if bot else set()
        made = Conversation(self.new_id("C"), team, "channel", them, name)
        self.conversations[made.id] = made
        return made

    # Looking up

    def direct(self, person: Person) -> Conversation:
        """The conversation of a person with the app; opened where there is none yet."""
        bot = self.workspaces[person.team].bot.id
        for one in self.conversations.values():
            if one.kind == "im" and one.team == person.team and one.members == {person.id, bot}:
                return one
        made = Conversation(self.new_id("D"), person.team, "im", {person.id, bot})
        self.conversations[made.id] = made
        return made

    def person(self, team: str, user: str) -> Person | None:
        return self.workspaces[team].people.get(user)

    def view(self, team: str, view_id: str) -> View | None:
        known = [*self.homes.values(), *(one for stack in self.modals.values() for one in stack)]
        return next((one for one in known if one.team == team and one.id == view_id), None)

    def stack(self, person: Person) -> list[View]:
        return self.modals.setdefault(f"{person.team}/{person.id}", [])

    def home(self, person: Person) -> View | None:
        return self.homes.get(f"{person.team}/{person.id}")

    # Giving out

    def new_trigger(self, person: Person, *, from_modal: bool = False) -> str:
        name = f"{next(self.numbers)}.{person.team}.{self.new_id('x').lower()}"
        self.triggers[name] = Trigger(name, person, self.now(), from_modal)
        return name

    def new_answering(self, channel: str, person: Person, post: Post | None) -> str:
        name = f"{person.team}/{next(self.numbers)}/{self.new_id('r')}"
        self.answering[name] = Answering(channel, person, self.now(), post)
        return name

    def is_stale(self, since: datetime, after: timedelta) -> bool:
        return self.now() - since > after
