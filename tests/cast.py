"""The people of the tests: the sample programme's, at a moment that is easy to reckon from.

Amara (leader, London) is new. Dan (leader, Stanley) has been here for a fortnight. Ruth coaches
both. Priya leads the programme and must see no reflection.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Arrived, Happened, Opened, Pressed, Said, Submitted
from bot.conversation.turn import Reply, take_turn
from bot.web.posting import PLATFORM, WORKSPACE
from bot.web.sample import lay_out_sample
from prompts.bank import Bank
from prompts.composing.agreeing import Place
from prompts.message import Form, FormName, Message, Press
from scheduler.ticking import tick
from scheduler.tidying import tidy
from storage.engine import reading, transaction
from storage.members import Member, named_member
from storage.nudges import Sent
from storage.rights import Purpose
from storage.texts import Kept, open_texts
from tests.fakes import FakeMessenger

# A Monday, 10:00 in London and 07:00 in Stanley; no clock changes for months.
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PLACE = Place("this playground", "in a file on this computer", address="")


@dataclass
class Programme:
    """The sample programme in a real database, with a clock that stands still until moved."""

    engine: AsyncEngine
    bank: Bank
    now: datetime = MONDAY
    messenger: FakeMessenger = field(default_factory=FakeMessenger)
    _ids: count = field(default_factory=lambda: count(1))

    async def lay_out(self) -> "Programme":
        async with transaction(self.engine) as db:
            await lay_out_sample(db, self.bank, self.now)
        return self

    async def member(self, name: str) -> Member:
        async with reading(self.engine) as db:
            return await named_member(db, name)

    def event_id(self) -> str:
        return f"event-{next(self._ids)}"

    def who(self, key: str) -> tuple[str, str, str, str]:
        return (self.event_id(), PLATFORM, WORKSPACE, key)

    async def hear(self, event: Happened) -> list[Reply]:
        async with transaction(self.engine) as db:
            return await take_turn(db, event, now=self.now, bank=self.bank, place=PLACE)

    async def arrives(self, key: str) -> list[Reply]:
        return await self.hear(Arrived(*self.who(key)))

    async def says(self, key: str, words: str) -> list[Reply]:
        return await self.hear(Said(*self.who(key), words))

    async def presses(self, key: str, press: Press, about: object = "") -> list[Reply]:
        return await self.hear(Pressed(*self.who(key), press, str(about)))

    async def opens(self, key: str, form: FormName, about: object = "") -> Reply:
        [reply] = await self.hear(Opened(*self.who(key), form, str(about)))
        return reply

    async def submits(
        self, key: str, form: FormName, about: object = "", **values: str | Sequence[str]
    ) -> list[Reply]:
        raw: Mapping[str, tuple[str, ...]] = {
            name: (value,) if isinstance(value, str) else tuple(value)
            for name, value in values.items()
        }
        # As a platform does it: the form is opened, and what it says of its state comes back.
        opened = await self.opens(key, form, about)
        basis = opened.basis if isinstance(opened, Form) else ""
        return await self.hear(Submitted(*self.who(key), form, str(about), raw, basis))

    async def agrees(self, key: str, *switches: str) -> list[Reply]:
        """With at least the one permission that is needed."""
        on = dict.fromkeys(("questions", *switches), "on")
        return await self.submits(key, FormName.AGREEMENT, **on)

    async def passes(self, until: datetime | None = None, **later: float) -> list[Sent]:
        """Time goes by, and one pass of everything that is due then."""
        self.now = until or self.now + timedelta(**later)
        await tidy(self.engine, self.now)
        return await tick(self.engine, {PLATFORM: self.messenger}, self.bank, self.now)

    def asked(self, name: str) -> UUID:
        """The nudge that was delivered last to this person."""
        nudges = [message.nudge for who, message in self.messenger.delivered if who == name]
        assert nudges, f"nothing was delivered to {name}"
        assert nudges[-1] is not None
        return nudges[-1]


def plain(replies: Sequence[Reply]) -> list[str]:
    """What a screen reader would say of each reply."""
    return [reply.plain if isinstance(reply, Message) else reply.title for reply in replies]


def words_of(reply: Reply) -> str:
    """Everything that is to be read in a Message or Form, for looking something up in it."""
    return repr(reply)


def the_form(replies: Sequence[Reply]) -> Form:
    [form] = [reply for reply in replies if isinstance(reply, Form)]
    return form


async def as_they_wrote(db: AsyncSession, someone: Member, kept: Sequence[Kept]) -> list[str]:
    """The words of each, as whoever wrote them reads them on their own page."""
    words = await open_texts(db, someone, Purpose.OWN_PAGE, kept, MONDAY)
    return [words[one.id] for one in kept]


def a_member(key: str, name: str, **more: Any) -> Member:
    """Somebody who is in no database."""
    fields = {
        "id": uuid4(),
        "workspace_id": uuid4(),
        "address": key,
        "email": "",
        "timezone": "Europe/London",
        "zone_told": "Europe/London",
        "zone_chosen": False,
        "locale": "",
        "is_guest": False,
        "cohort_id": None,
        "is_leader": True,
        "is_coach": False,
        "is_lead": False,
        "arrived_at": None,
        "told_of_chat_at": None,
        "asked_to_be_forgotten_at": None,
        "hand_over_until": None,
    }
    return Member(user_id=key, name=name, **{**fields, **more})
