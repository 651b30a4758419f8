"""One turn of somebody in Teams: what they did, and what is answered, in one transaction."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from bot.conversation.events import Arrived, Event, Opened, Said
from bot.conversation.looking import was_looked_before
from bot.conversation.moving import follow_clock
from bot.conversation.offering import openable
from bot.conversation.scene import Scene
from bot.conversation.turn import Reply, take_turn, was_refused
from bot.conversation.words import Word, understand
from bot.payloads import Payload
from bot.strangers import OUTSIDE
from bot.teams import newcomers
from bot.teams.boxes import Typed
from bot.teams.drafts import with_what_is_typed
from bot.teams.incoming import PLATFORM, Contact, Way, Where
from bot.teams.knowing import Profile, Profiles, join
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place
from prompts.composing.saying import note
from prompts.message import Form, Message, read_json, to_json
from storage.engine import NotKeptError, transaction
from storage.members import Addressee, Member, addressees, find_member, find_workspace
from storage.receipts import forget_receipt
from storage.references import Met, Reached, learn_reference, was_met
from storage.replies import Draft, Held, ToSend, keep_replies

logger = structlog.get_logger(__name__)

NOBODY = UUID(int=0)
# A dialog can go on in the next one; nothing else can open one.
_OPENS = {Way.OPENING, Way.DIALOG}
# Whoever Teams cannot tell us about for so long hears that we do not know them.
UNTOLD_FOR = timedelta(hours=1)


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
    """What a turn came to: forms to show at once, messages to send after the commit, and the
    card whose box keeps what is typed and not saved."""

    forms: Sequence[Form] = ()
    answers: Sequence[Answer] = ()
    box: tuple[Message, Typed] | None = None
    was_refused: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    engine: AsyncEngine
    clock: Clock
    bank: ServedBank
    place: Place
    profiles: Profiles

    async def hear(
        self,
        event: Event,
        contact: Contact,
        where: Where,
        typed: str = "",
        told: Payload | None = None,
    ) -> Taken:
        """`typed`: what stood in the box of the card that was pressed; `told`: that the app is
        there for them, in Teams' own words. Raises NotKeptError where nothing could be kept; then
        nothing has happened."""
        taken = await self._take(event, contact, where, typed, None, told)
        if taken is None:
            profile = await self.profiles.of(contact)
            taken = await self._take(event, contact, where, typed, profile, told)
        return taken or Taken()

    async def _take(
        self,
        event: Event,
        contact: Contact,
        where: Where,
        typed: str,
        profile: Profile | None,
        told: Payload | None,
    ) -> Taken | None:
        """None for somebody whom we have not met, until their profile was looked at."""
        now = await self.clock()
        async with transaction(self.engine) as db:
            before = await _somebody(db, event)
            if profile is None and (before is None or not await was_met(db, before)):
                return None
            if profile is not None and profile.is_invited:
                return await _refuse(db, event, where, now)
            if before is None and profile is not None:
                if _may_be_told_yet(profile, contact, now):
                    raise NotKeptError("Teams does not say just now whose this is.")
                before = await _let_in(db, contact, profile, told, now)
            if await was_looked_before(db, event, now):
                return Taken()
            replies = await self._arrive(db, event, before, now) if before else []
            # Whose profile Teams did not tell is met another time, and sent nothing before.
            if before is not None and (profile is None or profile.user_id == contact.user_id):
                event = await _meet(db, before, contact, event, now)
            if not (replies and _is_greeting(event, now)):
                replies += await self._turn(db, event, now)
            refused, box = was_refused(event, replies), None
            if refused and before is not None:
                # Sent again as it was, from the same card, it is refused again: in silence what
                # was typed would be gone.
                await forget_receipt(db, before.workspace_id, event.id)
            if before is not None and where.way.is_on_card:
                scene = Scene(db, before, now, self.bank.current, self.place)
                replies, box = await with_what_is_typed(scene, event, where.way, replies, typed)
            if where.way not in _OPENS:
                replies = [openable(reply) for reply in replies]
            taken = await self._keep(db, event, where, replies, before, now)
            return replace(taken, box=box, was_refused=refused)

    async def _turn(self, db: AsyncSession, event: Event, now: datetime) -> list[Reply]:
        return await take_turn(db, event, now=now, bank=self.bank.current, place=self.place)

    async def _arrive(
        self, db: AsyncSession, event: Event, someone: Member, now: datetime
    ) -> list[Reply]:
        """Whoever was added after the app was there is greeted when they first write."""
        if someone.arrived_at is not None or isinstance(event, Arrived | Opened):
            return []
        came = Arrived(f"{event.id}:came", event.platform, event.workspace, event.user_id)
        return await self._turn(db, came, now)

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
        to = (await addressees(db, [someone.id]))[someone.id]
        drafts = [Draft(_to_body(one, where, now), one.nudge) for one in messages]
        kept = await keep_replies(db, someone, drafts, now, uuid4())
        answers = [
            Answer(to, one, where, now, held) for one, held in zip(messages, kept, strict=True)
        ]
        return Taken(forms, answers)


def _may_be_told_yet(profile: Profile, contact: Contact, now: datetime) -> bool:
    """Nobody is turned away because Teams was down for a moment."""
    return not profile.is_told and now - (contact.at or now) < UNTOLD_FOR


def _is_greeting(event: Event, now: datetime) -> bool:
    return isinstance(event, Said) and understand(event.words, now.date()) is Word.HELP


async def _refuse(db: AsyncSession, event: Event, where: Where, now: datetime) -> Taken:
    """Somebody from outside, known here or not: their profile says so, if their request did not."""
    logger.info("a guest was refused")
    to = await _stranger(db, event, None)
    return Taken(answers=[Answer(to, note(OUTSIDE), where, now)])


async def _let_in(
    db: AsyncSession, contact: Contact, profile: Profile, told: Payload | None, now: datetime
) -> Member | None:
    """Who waits to be known by their address; who does not may be made known later."""
    someone = await join(db, contact, profile)
    if someone is not None:
        await newcomers.forget(db, contact)
    elif told is not None:
        await newcomers.keep(db, contact, profile, told, now)
    return someone


async def _meet(
    db: AsyncSession, someone: Member, contact: Contact, event: Event, now: datetime
) -> Event:
    """Where they are reached from now on, and by which clock they live; and what happened, in the
    light of that."""
    reached = Reached(contact.conversation, contact.user, contact.service_url, contact.bot)
    met = await learn_reference(db, someone, reached, contact.at or now)
    if met is not Met.LATE:
        await follow_clock(db, someone, contact.zone, now)
    return replace(event, is_back=met is Met.BACK) if isinstance(event, Arrived) else event


async def _somebody(db: AsyncSession, event: Event) -> Member | None:
    return await find_member(db, event.platform, event.workspace, event.user_id)


async def _stranger(db: AsyncSession, event: Event, before: Member | None) -> Addressee:
    workspace = await find_workspace(db, PLATFORM, event.workspace)
    return Addressee(
        id=before.id if before else NOBODY,
        workspace_id=workspace.id if workspace else NOBODY,
        platform=PLATFORM,
        workspace=event.workspace,
        user_id=event.user_id,
        address="",
        name="",
    )


def _to_body(message: Message, where: Where, now: datetime) -> str:
    return json.dumps([to_json(message), asdict(where), now.isoformat()])


def read_answer(waiting: ToSend, to: Addressee) -> Answer:
    message, where, made_at = json.loads(waiting.body)
    place = Where(**{**where, "way": Way(where["way"])})
    return Answer(to, read_json(message), place, datetime.fromisoformat(made_at), waiting.held)
