"""What a turn answered reaches its place, now or, after a platform's trouble or a crash, later."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.message import Message
from scheduler.delivery import DeliveryError
from storage import leasing
from storage.engine import NotKeptError, transaction
from storage.members import Addressee, addressees
from storage.questions import stands_in
from storage.replies import ToSend, claim_replies
from storage.tables import Reply

logger = structlog.get_logger(__name__)

AT_ONCE = 50
# Somebody waited for it then; an hour later it would only puzzle.
TRIES = 6
AGAIN_MS = 30_000


class Answered(Protocol):
    """A message, and to whom. Without an id it is written down nowhere."""

    @property
    def to(self) -> Addressee: ...
    @property
    def message(self) -> Message: ...
    @property
    def id(self) -> UUID | None: ...


A = TypeVar("A", bound=Answered)


@dataclass(frozen=True, slots=True)
class Answering(Generic[A]):
    """One platform's. `place`: puts an answer where it belongs, and returns the id of the message
    in which it now stands; `read`: one that was written down; `kind`: what a log may say of an
    error."""

    engine: AsyncEngine
    platform: str
    place: Callable[[A], Awaitable[str]]
    read: Callable[[ToSend, Addressee], A]
    kind: Callable[[DeliveryError], str]
    _lines: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def send(self, answers: Sequence[A], tries: int = 1) -> None:
        """One after the other, as they were said; what was said to somebody before goes first."""
        for answer in answers:
            line = self._lines.setdefault(answer.to.user_id, asyncio.Lock())
            async with line:
                await self._send(answer, tries)

    async def _send(self, answer: A, tries: int) -> None:
        try:
            message_id = await self.place(answer)
        except DeliveryError as error:
            await self._settle(answer, error, tries)
        else:
            await self._arrived(answer, message_id)

    async def was_shown(self, answers: Sequence[A]) -> None:
        """On a page of their own: so it need not stand in the chat."""
        if ids := [answer.id for answer in answers if answer.id is not None]:
            async with transaction(self.engine) as db:
                await leasing.drop(db, Reply, ids)

    async def send_what_waits(self) -> int:
        """What a crash or the platform's trouble left behind. Returns how many were tried."""
        async with transaction(self.engine) as db:
            waiting = await claim_replies(db, uuid4(), AT_ONCE, self.platform)
            people = await addressees(db, {one.member_id for one in waiting})
        # At once, or one who cannot be reached would outlast the lease of those after them.
        sent = await asyncio.gather(
            *(self._again(one, people[one.member_id]) for one in waiting if one.member_id in people)
        )
        return len(sent)

    async def _again(self, one: ToSend, to: Addressee) -> None:
        try:
            await self.send([self.read(one, to)], one.attempts)
        except NotKeptError:
            logger.warning("the database did not answer; an answer waits")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this answer's alone
            logger.error(  # noqa: TRY400 - no quoting of what was to be sent
                "an answer was not sent",
                error=type(error).__name__,
                workspace=str(one.workspace_id),
                count=one.attempts,
            )
            async with transaction(self.engine) as db:
                if one.attempts >= TRIES:
                    await leasing.drop(db, Reply, [one.id])
                else:
                    await leasing.put_off(db, Reply, [one.id], AGAIN_MS)

    async def _arrived(self, answer: A, message_id: str) -> None:
        async with transaction(self.engine) as db:
            if answer.message.nudge is not None:
                # A question that was asked for; or one whose message had to be written anew.
                await stands_in(db, answer.message.nudge, message_id)
            if answer.id is not None:
                await leasing.drop(db, Reply, [answer.id])

    async def _settle(self, answer: A, error: DeliveryError, tries: int) -> None:
        """Doubtful: it may stand there, and a second one would puzzle more than none. A change is
        the same, done twice."""
        logger.info(
            "an answer did not arrive",
            workspace=str(answer.to.workspace_id),
            error=self.kind(error),
        )
        if answer.id is None:
            return
        is_over = error.permanent or (tries >= TRIES and not error.untried)
        if error.unsure and not answer.message.replaces:
            is_over = True
        async with transaction(self.engine) as db:
            if is_over:
                await leasing.drop(db, Reply, [answer.id])
            else:
                wait = error.retry_after
                milliseconds = int(wait.total_seconds() * 1000) if wait else AGAIN_MS
                await leasing.put_off(db, Reply, [answer.id], milliseconds)
