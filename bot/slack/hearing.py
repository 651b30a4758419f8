"""One turn of somebody in Slack: what they did, and what is answered, in one transaction."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from bot.conversation.events import Event, Left, Opened, Returned, Said
from bot.conversation.looking import was_looked_before
from bot.conversation.offering import openable
from bot.conversation.turn import Reply, take_turn
from bot.slack.incoming import PLATFORM, Where
from bot.slack.pages import Page
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place
from prompts.message import Form, FormName, Message, read_json, to_json
from storage.engine import transaction
from storage.leaving import find_gone
from storage.members import (
    Addressee,
    Member,
    addressees,
    find_member,
    find_workspace,
    reached_at,
)
from storage.questions import asked_in
from storage.replies import Draft, Held, ToSend, keep_replies
from storage.tables import Leaving

NOBODY = UUID(int=0)
HOMES = (
    ("is_leader", FormName.LEADER_HOME),
    ("is_coach", FormName.COACH_HOME),
    ("is_lead", FormName.LEAD_HOME),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A message, and where it belongs. What is not held is written down nowhere."""

    to: Addressee
    message: Message
    where: Where
    made_at: datetime
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a turn came to: forms to show at once, and messages to send after the commit. `gone`:
    it was of somebody who had left, so that no turn was taken."""

    forms: Sequence[Form] = ()
    answers: Sequence[Answer] = ()
    gone: Leaving | None = None


@dataclass(frozen=True, slots=True)
class Hearing:
    engine: AsyncEngine
    clock: Clock
    bank: ServedBank
    place: Place

    async def hear(self, event: Event, where: Where) -> Taken:
        """Raises NotKeptError where nothing could be kept; then nothing has happened."""
        now = await self.clock()
        async with transaction(self.engine) as db:
            if await was_looked_before(db, event, now):
                return Taken()
            event = await _with_its_question(db, event, where)
            before = await _somebody(db, event)
            if before is None and (gone := await find_gone(db, *_who(event))):
                return Taken(gone=gone.because)
            replies = await take_turn(db, event, now=now, bank=self.bank.current, place=self.place)
            if not where.trigger:
                replies = [openable(reply) for reply in replies]
            return await self._keep(db, event, where, replies, before, now)

    async def note(self, happened: Left | Returned) -> Sequence[Answer]:
        """That somebody is not here any more, or is again; and what they are told of it."""
        now = await self.clock()
        async with transaction(self.engine) as db:
            before = await _somebody(db, happened)
            replies = await take_turn(
                db, happened, now=now, bank=self.bank.current, place=self.place
            )
            if before is None:
                return ()
            to = await _stranger(db, happened, before)
            said = [reply for reply in replies if isinstance(reply, Message)]
            return [Answer(to, message, Where(), now) for message in said]

    async def homes(self, event_id: str, workspace: str, user_id: str) -> list[Form]:
        """Their own pages, one for each of their roles."""
        now = await self.clock()
        async with transaction(self.engine) as db:
            someone = await find_member(db, PLATFORM, workspace, user_id)
            forms: list[Form] = []
            for role, name in HOMES:
                if someone is not None and getattr(someone, role):
                    looks = Opened(event_id, PLATFORM, workspace, user_id, name)
                    forms += await self._page(db, looks, now)
        return forms

    async def look_again(
        self, event: Event, pages: Sequence[Page]
    ) -> list[tuple[Page, Form | Message]]:
        """Each as it is now; but for those that cannot be drawn again."""
        drawn: list[tuple[Page, Form | Message]] = []
        now = await self.clock()
        async with transaction(self.engine) as db:
            for page in pages:
                if page.form is not None:
                    who = (event.id, PLATFORM, event.workspace, event.user_id)
                    looks = Opened(*who, page.form, page.about)
                    [reply] = await self._look(db, looks, now)
                    drawn.append((page, reply))
        return drawn

    async def _look(self, db: AsyncSession, looks: Opened, now: datetime) -> list[Reply]:
        return await take_turn(db, looks, now=now, bank=self.bank.current, place=self.place)

    async def _page(self, db: AsyncSession, looks: Opened, now: datetime) -> list[Form]:
        replies = await self._look(db, looks, now)
        return [
            reply if isinstance(reply, Form) else Form(looks.form, "", elements=reply.elements)
            for reply in replies
        ]

    async def _keep(
        self,
        db: AsyncSession,
        event: Event,
        where: Where,
        replies: Sequence[Reply],
        before: Member | None,
        now: datetime,
    ) -> Taken:
        forms = [reply for reply in replies if isinstance(reply, Form)]
        messages = [reply for reply in replies if isinstance(reply, Message)]
        someone = await _somebody(db, event)
        if someone is None:
            # Nobody we know, or nobody we know any more: it is said, and kept nowhere.
            to = await _stranger(db, event, before)
            return Taken(forms, [Answer(to, one, where, now) for one in messages])
        if where.channel and where.channel != someone.address:
            if isinstance(event, Said) or not someone.address:
                await reached_at(db, someone, where.channel)
            else:
                # A button of somebody else's: whatever is answered belongs to who pressed it.
                where = replace(where, channel=someone.address, thread="", message="")
        to = (await addressees(db, [someone.id]))[someone.id]
        drafts = [Draft(_to_body(one, where, now), one.nudge) for one in messages]
        kept = await keep_replies(db, someone, drafts, now, uuid4())
        answers = [
            Answer(to, one, where, now, held) for one, held in zip(messages, kept, strict=True)
        ]
        return Taken(forms, answers)


def is_aside(where: Where) -> bool:
    """A command, or what was shown to one person in passing: answered there, to them alone."""
    return bool(where.response_url) and where.surface in {"", "ephemeral"}


async def _with_its_question(db: AsyncSession, event: Event, where: Where) -> Event:
    """What is said in the thread of a question is its answer."""
    if not isinstance(event, Said):
        return event
    if is_aside(where):
        return replace(event, is_command=True)
    if not where.thread:
        return event
    someone = await _somebody(db, event)
    if someone is None:
        return event
    return replace(event, to=await asked_in(db, someone, f"{where.channel}/{where.thread}"))


async def _somebody(db: AsyncSession, event: Event) -> Member | None:
    return await find_member(db, *_who(event))


def _who(event: Event) -> tuple[str, str, str]:
    return event.platform, event.workspace, event.user_id


async def _stranger(db: AsyncSession, event: Event, before: Member | None) -> Addressee:
    workspace = await find_workspace(db, PLATFORM, event.workspace)
    return Addressee(
        id=before.id if before else NOBODY,
        workspace_id=workspace.id if workspace else NOBODY,
        platform=PLATFORM,
        workspace=event.workspace,
        user_id=event.user_id,
        address=before.address if before else "",
        name="",
    )


def _to_body(message: Message, where: Where, now: datetime) -> str:
    return json.dumps([to_json(message), asdict(where), now.isoformat()])


def read_answer(waiting: ToSend, to: Addressee) -> Answer:
    message, where, made_at = json.loads(waiting.body)
    return Answer(
        to, read_json(message), Where(**where), datetime.fromisoformat(made_at), waiting.held
    )
