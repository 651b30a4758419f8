"""The thin asynchronous side of the pace: calls wait here, each for its own workspace only."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from bot.slack.failing import must_wait
from bot.slack.failures import CallError
from bot.slack.pacing import RATES, Lane, Method, Pace, Rate, Ticket


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


class _Door:
    """One workspace's."""

    def __init__(self, pace: Pace, clock: Time) -> None:
        self.pace = pace
        self._clock = clock
        self._waiting: dict[Ticket, asyncio.Future[None]] = {}
        self._alarm: Alarm | None = None

    async def pass_through(self, ticket: Ticket, patience: float) -> None:
        """Returns when it may go. Raises CallError when that takes longer than its patience."""
        self.move()
        if ticket.goes:
            return
        arrived = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = arrived
        late = self._clock.call_later(patience, lambda: self._turn_away(ticket))
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

    def _turn_away(self, ticket: Ticket) -> None:
        one = self._waiting[ticket]
        if not one.done():
            wait = self.pace.wait(ticket.method, ticket.lane, self._clock.now())
            one.set_exception(CallError(must_wait(_at_least_a_second(wait))))


class Gate:
    """Every call to Slack passes here. A workspace in trouble delays no other."""

    def __init__(
        self,
        rates: Mapping[Method, Rate] = RATES,
        together: int = 8,
        clock: Time | None = None,
    ) -> None:
        self._rates = rates
        self._together = together
        self._clock = clock or LoopTime()
        self._since = self._clock.now()
        self._doors: dict[UUID, _Door] = {}

    @asynccontextmanager
    async def passing(
        self, workspace_id: UUID, method: Method, lane: Lane, patience: float
    ) -> AsyncIterator[None]:
        """Raises CallError, before anything is sent, where its turn does not come in time."""
        door = self._door(workspace_id)
        wait = door.pace.wait(method, lane, self._clock.now())
        if wait > patience:
            raise CallError(must_wait(_at_least_a_second(wait)))
        ticket = door.pace.join(method, lane, self._clock.now())
        try:
            await door.pass_through(ticket, patience)
            yield
        finally:
            door.pace.leave(ticket)
            door.move()

    def slow_down(self, workspace_id: UUID, method: Method, after: timedelta) -> None:
        door = self._door(workspace_id)
        door.pace.slow_down(method, after.total_seconds(), self._clock.now())
        door.move()

    def _door(self, workspace_id: UUID) -> _Door:
        if workspace_id not in self._doors:
            pace = Pace(self._rates, self._together, self._since)
            self._doors[workspace_id] = _Door(pace, self._clock)
        return self._doors[workspace_id]


def _at_least_a_second(seconds: float) -> timedelta:
    return timedelta(seconds=max(1.0, seconds))
