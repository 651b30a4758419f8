"""What a turn answered reaches its place, now or, after a platform's trouble or a crash, later."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import uuid4
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import Clock
from prompts.message import Message
from scheduler.delivery import CannotTell, DeliveryError, Found, NotThere, Trace
from storage.engine import NotKeptError, transaction
from storage.members import Addressee, addressees
from storage.questions import stands_in
from storage.replies import Begun, Held, ToSend, begin, claim_replies, drop, put_back

logger = structlog.get_logger(__name__)

AT_ONCE = 50
# Somebody waited for it then; an hour later it would only puzzle. What stands there already is put
# right for as long as anybody may look at it.
LASTS, CHANGE_LASTS = timedelta(hours=1), timedelta(days=7)
AGAIN_MS, LONGEST_WAIT_MS = 30_000, 300_000
# What fails through a fault of ours.
TRIES = 6
# Much shorter than a lease: nobody else may begin while this may still be under way.
TRY_SECONDS = 45.0


class Answered(Protocol):
    """A message, and to whom. What is not held is written down nowhere."""

    @property
    def to(self) -> Addressee: ...
    @property
    def message(self) -> Message: ...
    @property
    def made_at(self) -> datetime: ...
    @property
    def held(self) -> Held | None: ...


A = TypeVar("A", bound=Answered)
A_contra = TypeVar("A_contra", bound=Answered, contravariant=True)


class Places(Protocol[A_contra]):
    """Where on a platform an answer belongs. Each raises DeliveryError and nothing else."""

    async def change(self, answer: A_contra) -> str:
        """Put it in the place of what stands there, and return that message's id; empty where
        nothing stands there any more. Done twice, it changes nothing more."""
        ...

    async def say(self, answer: A_contra) -> str:
        """As a message of its own, whose id is returned."""
        ...

    async def trace(self, answer: A_contra) -> Trace:
        """Did it arrive as a message of its own?"""
        ...


@dataclass(frozen=True, slots=True)
class _Failed:
    """`in_doubt`: a message of its own may have arrived."""

    error: DeliveryError
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class _LetGo:
    because: str


IN_DOUBT = _LetGo("an answer may not have arrived")
TOO_LATE = _LetGo("an answer came too late to be sent")


@dataclass(frozen=True, slots=True)
class Answering(Generic[A]):
    """One platform's. `read`: one that was written down; `kind`: what a log may say of an error."""

    engine: AsyncEngine
    clock: Clock
    platform: str
    places: Places[A]
    read: Callable[[ToSend, Addressee], A]
    kind: Callable[[DeliveryError], str]
    _lines: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def send(self, answers: Sequence[A], tries: int = 1) -> None:
        """One after the other, as they were said; what was said to somebody before goes first."""
        for answer in answers:
            line = self._lines.setdefault(answer.to.user_id, asyncio.Lock())
            async with line:
                try:
                    await self._send(answer, tries)
                except NotKeptError:
                    logger.warning("the database did not answer; an answer waits")

    async def was_shown(self, answers: Sequence[A]) -> None:
        """On a page of their own: so it need not stand in the chat."""
        if held := [answer.held for answer in answers if answer.held is not None]:
            async with transaction(self.engine) as db:
                await drop(db, held)

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
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this answer's alone
            logger.error(  # noqa: TRY400 - no quoting of what was to be sent
                "an answer was not sent",
                error=type(error).__name__,
                workspace=str(one.workspace_id),
                count=one.attempts,
            )
            # Otherwise it is claimed again when its lease has run out.
            if one.attempts >= TRIES:
                async with transaction(self.engine) as db:
                    await drop(db, [one.held])

    # One try

    async def _send(self, answer: A, tries: int) -> None:
        until = asyncio.get_running_loop().time() + TRY_SECONDS
        begun = Begun.FIRST
        if answer.held is not None:
            async with transaction(self.engine) as db:
                begun = await begin(db, answer.held, answer.message.nudge)
        if begun in {Begun.NOT_YET, Begun.NOT_OURS}:
            return
        match await self._try(answer, until, in_doubt=begun is Begun.IN_DOUBT):
            case str(message_id):
                await self._arrived(answer, message_id)
            case _Failed() as failed:
                await self._settle(answer, failed, tries)
            case _LetGo() as let_go:
                await self._let_go(answer, let_go)

    async def _try(self, answer: A, until: float, *, in_doubt: bool) -> str | _Failed | _LetGo:
        """The id of the message in which it now stands, or what came in between."""
        try:
            if answer.message.replaces:
                async with _in_time(until):
                    if message_id := await self.places.change(answer):
                        return message_id
            if in_doubt:
                async with _in_time(until):
                    trace = await self._trace(answer)
                match trace:
                    case Found(message_id):
                        return message_id
                    case CannotTell():
                        return IN_DOUBT
                    case NotThere():
                        in_doubt = False
            if await self._is_over(answer, LASTS):
                return TOO_LATE
        except DeliveryError as error:
            return _Failed(error, in_doubt)
        try:
            async with _in_time(until):
                return await self.places.say(answer)
        except DeliveryError as error:
            return _Failed(error, error.unsure)

    async def _trace(self, answer: A) -> Trace:
        """Where it can never be asked, there is no telling."""
        try:
            return await self.places.trace(answer)
        except DeliveryError as error:
            if error.permanent:
                return CannotTell()
            raise

    # What came of it

    async def _arrived(self, answer: A, message_id: str) -> None:
        async with transaction(self.engine) as db:
            if answer.message.nudge is not None:
                # A question that was asked for; or one whose message had to be written anew.
                await stands_in(db, answer.message.nudge, message_id)
            if answer.held is not None:
                await drop(db, [answer.held])

    async def _settle(self, answer: A, failed: _Failed, tries: int) -> None:
        error, held = failed.error, answer.held
        logger.info(
            "an answer did not arrive",
            workspace=str(answer.to.workspace_id),
            error=self.kind(error),
        )
        if held is None:
            return
        again = error.retry_after or timedelta(milliseconds=min(AGAIN_MS * tries, LONGEST_WAIT_MS))
        lasts = CHANGE_LASTS if answer.message.replaces else LASTS
        if error.permanent:
            async with transaction(self.engine) as db:
                await drop(db, [held])
        elif await self._is_over(answer, lasts - again):
            await self._let_go(answer, TOO_LATE)
        else:
            milliseconds = int(again.total_seconds() * 1000)
            async with transaction(self.engine) as db:
                await put_back(db, held, milliseconds, in_doubt=failed.in_doubt)

    async def _let_go(self, answer: A, let_go: _LetGo) -> None:
        """One too few puzzles less than two, or than one that comes when nobody waits for it."""
        logger.warning(let_go.because, workspace=str(answer.to.workspace_id))
        if answer.held is not None:
            async with transaction(self.engine) as db:
                await drop(db, [answer.held])

    async def _is_over(self, answer: A, lasts: timedelta) -> bool:
        return await self.clock() - answer.made_at > lasts


@asynccontextmanager
async def _in_time(until: float) -> AsyncIterator[None]:
    """Whoever is cut off may have been heard."""
    try:
        async with asyncio.timeout_at(until):
            yield
    except TimeoutError:
        raise DeliveryError("It took too long.", unsure=True) from None
