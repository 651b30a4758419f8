"""What the fake Teams keeps: tenants, people, conversations, what stands in them, dialogs."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Literal

from tests.teams.people import Given, Person, Tenant

APP_ID = "6f1d8c1e-0b1c-4a55-9a7e-3f0c5a1b2c3d"
BOT = f"28:{APP_ID}"
NAME = "Bearings"
Kind = Literal["personal", "groupChat", "channel"]


def system_now() -> datetime:
    return datetime.now(UTC)


@dataclass(eq=False)
class Holder:
    """What has inputs and buttons in it: a message's card, or a dialog."""

    card: Given = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    trouble: str = ""  # what Teams says under it


@dataclass(eq=False)
class Post(Holder):
    """One message. `replaced` is what an answer to Execute shows to a person instead."""

    id: str = ""
    sender: str = ""
    text: str = ""
    activity: Given = field(default_factory=dict)
    cards: list[Given] = field(default_factory=list)
    replaced: dict[str, Given] = field(default_factory=dict)
    edited: bool = False

    @property
    def is_ours(self) -> bool:
        return self.sender == BOT

    def seen_by(self, person: Person) -> list[Given]:
        """The cards that stand before this person."""
        return [self.replaced[person.id]] if person.id in self.replaced else self.cards


@dataclass(eq=False)
class Dialog(Holder):
    """`source` is the message whose button opened it."""

    title: str = ""
    words: str = ""  # of a task/message, which has no card
    source: Post | None = None


@dataclass(eq=False)
class Conversation:
    id: str
    tenant: Tenant
    kind: Kind
    people: list[Person]
    name: str = ""
    bot: bool = True  # the app is in its roster
    posts: list[Post] = field(default_factory=list)
    known: set[str] = field(default_factory=set)  # the ids of all that happened in it
    notices: list[str] = field(default_factory=list)  # shown for a moment, to the person


@dataclass
class World:
    now: Callable[[], datetime] = system_now
    tenants: dict[str, Tenant] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    dialogs: dict[str, Dialog] = field(default_factory=dict)  # by person
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    registered: bool = True  # False: Azure does not know the app any more
    _last: int = 0

    # Ids and times

    def new_guid(self) -> str:
        return str(uuid.UUID(int=next(self.numbers) << 64 | 0x9E3779B97F4A7C15, version=4))

    def new_id(self, letter: str) -> str:
        return f"{letter}:1{self.new_guid().replace('-', '')[:22]}"

    def new_message_id(self) -> str:
        """What a person writes is named by its time."""
        self._last = max(int(self.now().timestamp() * 1000), self._last + 1)
        return str(self._last)

    # Laying out

    def settle(self, name: str, host: str) -> Tenant:
        made = Tenant(self.new_guid(), name, "")
        made.service_url = f"{host}/uk/{made.id}/"
        self.tenants[made.id] = made
        return made

    def settle_person(self, tenant: Tenant, name: str, **more: Any) -> Person:
        person = Person(self.new_id("29"), self.new_guid(), tenant, name, **more)
        tenant.people[person.id] = person
        return person

    def settle_conversation(
        self, tenant: Tenant, kind: Kind, people: list[Person], name: str = "", *, bot: bool = True
    ) -> Conversation:
        tail = {"personal": "", "groupChat": "@thread.v2", "channel": "@thread.tacv2"}[kind]
        letter = "a" if kind == "personal" else "19"
        made = Conversation(self.new_id(letter) + tail, tenant, kind, people, name, bot)
        self.conversations[made.id] = made
        return made

    # Looking up

    def direct(self, person: Person) -> Conversation:
        """The conversation of a person with the app; there is one, whether or not it was used."""
        for one in self.conversations.values():
            if one.kind == "personal" and one.people == [person]:
                return one
        return self.settle_conversation(person.tenant, "personal", [person])

    def person(self, tenant: Tenant, user: str) -> Person | None:
        return tenant.people.get(user)
