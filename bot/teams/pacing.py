"""How fast each tenant may be spoken to. Pure: the moment, in monotonic seconds, is an argument.

Teams takes fifty calls a second for an app in a tenant; half of that is used. In a conversation one
call is under way at a time: two at once are refused, or arrive in another order. Where a person
waits, they go first, and the last quarter of the room is kept for them.
"""

from collections import deque
from dataclasses import dataclass
from itertools import chain, count

from bot.pacing import Lane

A_SECOND = 25.0
# Calls that may go at once after a silence.
HOLDS = 25.0
# What Teams complained about goes at half the pace, and grows back by so much in a second.
GROWTH = 0.1
LEAST = A_SECOND / 8
TOGETHER = 32
_ALMOST = 1e-6


@dataclass(slots=True, eq=False)
class Ticket:
    """A call that waits in line, or is on its way."""

    number: int
    conversation: str
    lane: Lane
    goes: bool = False


class Pace:
    """One tenant. `since`: when the process began; nobody knows what the one before it had sent."""

    def __init__(self, since: float) -> None:
        self._a_second = A_SECOND
        self._room = HOLDS / 4
        self._at = since
        self._slowed_at = -1.0
        self._waiting: dict[Lane, deque[Ticket]] = {lane: deque() for lane in Lane}
        self._on_their_way: dict[str, Ticket] = {}
        # Conversations in which Teams asked for patience, and until when.
        self._held: dict[str, float] = {}
        self._numbers = count()

    def wait(self, what: str, lane: Lane, now: float) -> float:
        """Seconds until someone who joins now could go, as far as the rate allows."""
        self._fill(now)
        ahead = len(self._waiting[Lane.AT_ONCE])
        if lane is Lane.IN_TURN:
            ahead += len(self._waiting[Lane.IN_TURN])
        return max(self._filling(lane, ahead), self._held.get(what, now) - now)

    def join(self, what: str, lane: Lane, now: float) -> Ticket:
        self._fill(now)
        ticket = Ticket(next(self._numbers), what, lane)
        self._waiting[lane].append(ticket)
        return ticket

    def admit(self, now: float) -> list[Ticket]:
        """Those who may go now. Each must leave when it is done."""
        self._fill(now)
        admitted = []
        for lane in (Lane.AT_ONCE, Lane.IN_TURN):
            for ticket in self._free(lane):
                if self._filling(lane) or not self._has_place(lane):
                    break
                if ticket.conversation in self._on_their_way:
                    continue
                self._room -= 1
                self._on_their_way[ticket.conversation] = ticket
                ticket.goes = True
                admitted.append(ticket)
            self._waiting[lane] = deque(one for one in self._waiting[lane] if not one.goes)
        return admitted

    def leave(self, ticket: Ticket) -> None:
        """It is done, or no longer wants to go."""
        if ticket.goes:
            del self._on_their_way[ticket.conversation]
        else:
            self._waiting[ticket.lane].remove(ticket)

    def slow_down(self, what: str, after: float, now: float) -> None:
        """Teams complained: this conversation rests, and its tenant goes at half the pace.

        Calls on their way together are refused together: halved once."""
        self._fill(now)
        self._held[what] = max(self._held.get(what, now), now + after)
        if now - self._slowed_at >= 1.0:
            self._a_second = max(LEAST, self._a_second / 2)
            self._slowed_at = now
        self._room = min(self._room, 1.0)

    def next_in(self, now: float) -> float | None:
        """Seconds until `admit` may have someone to let go. None: not before someone leaves."""
        self._fill(now)
        waits = [
            max(self._filling(one.lane), self._held.get(one.conversation, now) - now)
            for one in chain(*self._waiting.values())
            if self._has_place(one.lane) and one.conversation not in self._on_their_way
        ]
        return min(waits, default=None)

    def _free(self, lane: Lane) -> list[Ticket]:
        return [
            one
            for one in self._waiting[lane]
            if one.conversation not in self._held and one.conversation not in self._on_their_way
        ]

    def _has_place(self, lane: Lane) -> bool:
        """Not all places are for what nobody waits for."""
        places = TOGETHER if lane is Lane.AT_ONCE else TOGETHER * 3 // 4
        return len(self._on_their_way) < places

    def _filling(self, lane: Lane, ahead: int = 0) -> float:
        """Seconds until there is room for one more in this lane, after so many others."""
        kept = HOLDS / 4 if lane is Lane.IN_TURN else 0.0
        missing = kept + ahead + 1 - self._room
        return missing / self._a_second if missing > _ALMOST else 0.0

    def _fill(self, now: float) -> None:
        if now > self._at:
            passed = now - self._at
            self._room = min(HOLDS, self._room + passed * self._a_second)
            if self._a_second < A_SECOND:
                self._a_second = min(A_SECOND, self._a_second * (1 + GROWTH) ** min(passed, 60.0))
            self._at = now
        if self._held:
            self._held = {one: until for one, until in self._held.items() if until > now}
