"""Messages to Teams: the unasked ones of the road, answers, and changes to what stands there."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from bot.pacing import Lane
from bot.teams.calling import Calls
from bot.teams.failures import CallError, Consequence
from bot.teams.heeding import Heeding
from bot.teams.incoming import Where
from bot.teams.reaching import References
from bot.teams.rendering import to_activity
from bot.teams.room import Part
from prompts.message import Message
from scheduler.delivery import CannotTell, DeliveryError, Trace
from storage.members import Addressee
from storage.references import Reached
from storage.tables import WhyNot

T = TypeVar("T")

MEETS_NOW = "Teams had told of them before they were made known, and is heard now."
A_MOMENT = timedelta(minutes=1)
NEVER_MET = "They have not opened Bearings in Teams yet, so there is no way to reach them."
TAKEN_OUT = "Bearings was taken out or blocked in Teams; it goes on when they write again."


class TeamsMessenger:
    def __init__(self, calls: Calls, references: References, heeding: Heeding) -> None:
        self._calls = calls
        self._references = references
        self._heeding = heeding

    async def deliver(self, to: Addressee, message: Message) -> str:
        reached = await self._references.of(to.id)
        if reached is None and await self._references.lets_in(to):
            raise DeliveryError(MEETS_NOW, retry_after=A_MOMENT, untried=True, why=WhyNot.BUSY)
        if reached is None:
            raise DeliveryError(NEVER_MET, permanent=True, why=WhyNot.UNREACHABLE)
        if reached.ended:
            raise DeliveryError(TAKEN_OUT, permanent=True, why=WhyNot.UNREACHABLE)
        return await self._heeded(to, self._deliver(to, reached, message), reached.seen_at)

    async def answer(self, to: Addressee, message: Message, where: Where) -> str:
        """To someone who waits for it, where they spoke."""
        return await self._heeded(to, self._reply(to.workspace, where, message), _spoken(where))

    async def change(self, to: Addressee, message_id: str, message: Message, where: Where) -> bool:
        """Whether it says that now: False where it is gone."""
        conversation, _, name = message_id.rpartition("/")
        there = to.workspace, where.service_url, conversation, name

        async def update(activity: Part) -> None:
            await self._calls.update(*there, activity)

        try:
            await self._heeded(to, _or_plainly(message, update), _spoken(where))
        except CallError as error:
            if error.consequence not in {Consequence.GONE, Consequence.DROP_CONVERSATION}:
                raise
            return False
        return True

    async def tell(self, tenant: str, where: Where, message: Message) -> None:
        """Somebody who is not known to us."""
        await self._reply(tenant, where, message)

    async def trace(self, to: Addressee, nudge_id: UUID) -> Trace:
        """Teams has no way to look."""
        del to, nudge_id
        return CannotTell()

    # How

    async def _deliver(self, to: Addressee, reached: Reached, message: Message) -> str:
        there = to.workspace, reached.service_url
        if reached.conversation:
            try:
                return await self._post(*there, reached.conversation, message, Lane.IN_TURN)
            except CallError as error:
                if error.consequence is not Consequence.DROP_CONVERSATION:
                    raise
        opened = await self._calls.create(*there, reached.bot, reached.user)
        # Made once and kept.
        await self._references.converse_in(to.id, opened)
        return await self._post(*there, opened, message, Lane.IN_TURN)

    async def _reply(self, tenant: str, where: Where, message: Message) -> str:
        return await self._post(
            tenant, where.service_url, where.conversation, message, Lane.AT_ONCE
        )

    async def _post(
        self, tenant: str, service_url: str, conversation: str, message: Message, lane: Lane
    ) -> str:
        async def send(activity: Part) -> str:
            sent = await self._calls.send(tenant, service_url, conversation, activity, lane=lane)
            return f"{conversation}/{sent}"

        return await _or_plainly(message, send)

    async def _heeded(self, to: Addressee, work: Awaitable[T], known_at: datetime | None) -> T:
        try:
            return await work
        except CallError as error:
            await self._heeding.heed(to, error.failure, known_at)
            raise


def _spoken(where: Where) -> datetime | None:
    return datetime.fromisoformat(where.spoken_at) if where.spoken_at else None


async def _or_plainly(message: Message, call: Callable[[Part], Awaitable[T]]) -> T:
    """Where Teams cannot take the card, the words alone."""
    try:
        return await call(to_activity(message, once()))
    except CallError as error:
        if error.consequence is not Consequence.PLAIN_ONCE:
            raise
    return await call({"type": "message", "textFormat": "plain", "text": message.plain})


def once() -> str:
    """Names one showing of a form."""
    return uuid4().hex[:16]
