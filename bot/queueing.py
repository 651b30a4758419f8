"""The thin asynchronous side of the pace: calls wait here, each for its own workspace only."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Generic, Protocol, TypeVar

from bot.pacing import Lane, Pace, Ticket

What = TypeVar("What")
Held = TypeVar("Held", bound=Ticket)
# What is raised where a turn does not come in time.
NoRoom = Callable[[timedelta], Exception]


class Alarm(Protocol):
    def cancel(self) -> None: ...


class Time(Protocol):
    """The clock and the waiting, so that tests need neither."""

    def now(self) -> float:
        """In monotonic seconds."""
        ...

    def call_later(self, seconds: float, wake: Callable[[], None]) -> Alarm: ...


class LoopTime:
    def now(self) -> float:
        return time.monotonic()

    def call_later(self, seconds: float, wake: Callable[[], None]) -> Alarm:
        return asyncio.get_running_loop().call_later(seconds, wake)


class _Door(Generic[What, Held]):
    """One workspace's."""

    def __init__(self, pace: Pace[What, Held], clock: Time) -> None:
        self.pace = pace
        self._clock = clock
        self._waiting: dict[Held, asyncio.Future[None]] = {}
        self._alarm: Alarm | None = None

    async def pass_through(
        self, ticket: Held, patience: float, too_late: Callable[[], Exception]
    ) -> None:
        """Returns when it may go, and raises when that takes longer than its patience."""
        self.move()
        if ticket.goes:
            return
        arrived = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = arrived
        late = self._clock.call_later(patience, lambda: self._turn_away(ticket, too_late))
        try:
            await arrived
        finally:
            late.cancel()
            self._waiting.pop(ticket, None)

    def move(self) -> None:
        """Let those go who may, and wake up when the next may."""
        now = self._clock.now()
        for ticket in self.pace.admit(now):
            one = self._waiting.get(ticket)
            if one and not one.done():
                one.set_result(None)
        if self._alarm:
            self._alarm.cancel()
        next_in = self.pace.next_in(now)
        self._alarm = None if next_in is None else self._clock.call_later(next_in, self.move)

    def _turn_away(self, ticket: Held, too_late: Callable[[], Exception]) -> None:
        one = self._waiting[ticket]
        if not one.done():
            one.set_exception(too_late())


class Gate(Generic[What, Held]):
    """Every call to a platform passes here. A workspace in trouble delays no other.

    `whose`: a workspace, by whatever names it. `new_pace` is given the moment since which this
    process speaks to the platform.
    """

    def __init__(
        self,
        new_pace: Callable[[float], Pace[What, Held]],
        no_room: NoRoom,
        clock: Time | None = None,
    ) -> None:
        self._new_pace = new_pace
        self._no_room = no_room
        self._clock = clock or LoopTime()
        self._since = self._clock.now()
        self._doors: dict[Hashable, _Door[What, Held]] = {}

    @asynccontextmanager
    async def passing(
        self, whose: Hashable, what: What, lane: Lane, patience: float
    ) -> AsyncIterator[None]:
        """Raises, before anything is sent, where its turn does not come in time."""
        door = self._door(whose)

        def refusal() -> Exception:
            wait = door.pace.wait(what, lane, self._clock.now())
            return self._no_room(timedelta(seconds=max(1.0, wait)))

        if door.pace.wait(what, lane, self._clock.now()) > patience:
            raise refusal()
        ticket = door.pace.join(what, lane, self._clock.now())
        try:
            await door.pass_through(ticket, patience, refusal)
            yield
        finally:
            door.pace.leave(ticket)
            door.move()

    def slow_down(self, whose: Hashable, what: What, after: timedelta) -> None:
        door = self._door(whose)
        door.pace.slow_down(what, after.total_seconds(), self._clock.now())
        door.move()

    def _door(self, whose: Hashable) -> _Door[What, Held]:
        if whose not in self._doors:
            self._doors[whose] = _Door(self._new_pace(self._since), self._clock)
        return self._doors[whose]
