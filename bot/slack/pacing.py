"""How fast each workspace may be spoken to. Pure: the moment, in monotonic seconds, is an argument.

Slack counts calls by the minute for each method in each workspace. A bucket holds a sixth of a
minute's calls, which may go at once, and fills again at such a pace that no minute has more calls
than the rate allows. Where a person waits, they go first, and the last quarter of a bucket is kept
for them.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from bot.pacing import Lane

MINUTE = 60.0
GROWTH = 1.1
# No bucket is ever slowed below this part of its first rate.
LEAST = 1 / 8
_ALMOST = 1e-6


class Method(StrEnum):
    POST = "chat.postMessage"
    UPDATE = "chat.update"
    OPEN_VIEW = "views.open"
    PUSH_VIEW = "views.push"
    UPDATE_VIEW = "views.update"
    PUBLISH_HOME = "views.publish"
    HISTORY = "conversations.history"
    REPLIES = "conversations.replies"
    USER = "users.info"
    USERS = "users.list"
    RESPOND = "response_url"


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls in a minute: how many at first, and how many at most once minutes went by without a
    complaint."""

    first: int
    most: int


# Slack names no rate for the first, and none at all for the last; the others are its tiers.
RATES: Mapping[Method, Rate] = {
    # Four a second once a bucket's worth is set aside for those who wait.
    Method.POST: Rate(120, 300),
    Method.UPDATE: Rate(50, 50),
    Method.OPEN_VIEW: Rate(100, 100),
    Method.PUSH_VIEW: Rate(100, 100),
    Method.UPDATE_VIEW: Rate(100, 100),
    Method.PUBLISH_HOME: Rate(100, 100),
    Method.HISTORY: Rate(50, 50),
    Method.REPLIES: Rate(50, 50),
    Method.USER: Rate(100, 100),
    Method.USERS: Rate(20, 20),
    Method.RESPOND: Rate(100, 100),
}


class Bucket:
    """One method in one workspace. `spent_at`: when the process began. Nobody knows what the one
    before it had just sent, so that there was room for those who wait, and for one other."""

    def __init__(self, rate: Rate, now: float, spent_at: float | None = None) -> None:
        self._rate = rate
        self._a_minute = float(rate.first)
        self._room = float(self._holds if spent_at is None else self._holds // 4 + 1)
        # Up to when the room is counted; ahead of now where Slack asked for patience until then.
        self._at = now if spent_at is None else spent_at
        self._clean_since = now

    @property
    def a_minute(self) -> int:
        return int(self._a_minute)

    @property
    def _holds(self) -> int:
        return max(1, self.a_minute // 6)

    @property
    def _a_second(self) -> float:
        return (self.a_minute + 1 - self._holds) / MINUTE

    def wait(self, lane: Lane, now: float, ahead: int = 0) -> float:
        """Seconds until one more may go in this lane, after so many others; 0 where it may now."""
        self._fill(now)
        kept = self._holds // 4 if lane is Lane.IN_TURN else 0
        missing = kept + ahead + 1 - self._room
        filling = missing / self._a_second if missing > _ALMOST else 0.0
        return max(self._at - now, 0.0) + filling

    def take(self, now: float) -> None:
        self._fill(now)
        self._room -= 1
        if now - self._clean_since >= MINUTE:
            self._a_minute = min(float(self._rate.most), self._a_minute * GROWTH)
            self._clean_since = now

    def slow_down(self, after: float, now: float) -> None:
        """Slack complained. Calls on their way together are refused together: halved once."""
        self._fill(now)
        if now >= self._at:
            self._a_minute = max(1.0, self._rate.first * LEAST, self._a_minute / 2)
        self._room = min(self._room, 1.0)
        self._at = self._clean_since = max(self._at, now + after)

    def _fill(self, now: float) -> None:
        if now > self._at:
            self._room += (now - self._at) * self._a_second
            self._at = now
        self._room = min(self._room, float(self._holds))


@dataclass(slots=True, eq=False)
class Ticket:
    """A call that waits in line, or is on its way."""

    number: int
    method: Method
    lane: Lane
    goes: bool = False


@dataclass(slots=True)
class _Line:
    """Those who wait for one method."""

    bucket: Bucket
    waiting: dict[Lane, deque[Ticket]] = field(
        default_factory=lambda: {lane: deque() for lane in Lane}
    )

    def head(self) -> Ticket | None:
        line = self.waiting[Lane.AT_ONCE] or self.waiting[Lane.IN_TURN]
        return line[0] if line else None

    def ahead_of(self, lane: Lane) -> int:
        ours = len(self.waiting[lane])
        return ours if lane is Lane.AT_ONCE else ours + len(self.waiting[Lane.AT_ONCE])


class Pace:
    """One workspace: its buckets, who waits before them, and who is on their way. `since`: when
    the process began, where another may have spoken to the workspace just before."""

    def __init__(
        self,
        rates: Mapping[Method, Rate] = RATES,
        together: int = 8,
        since: float | None = None,
    ) -> None:
        self._rates = rates
        self._together = together
        self._since = since
        self._lines: dict[Method, _Line] = {}
        self._numbers = count()
        self._on_their_way: dict[Lane, int] = dict.fromkeys(Lane, 0)

    def wait(self, method: Method, lane: Lane, now: float) -> float:
        """Seconds until someone who joins now could go, as far as the rate allows."""
        line = self._line(method, now)
        return line.bucket.wait(lane, now, line.ahead_of(lane))

    def join(self, method: Method, lane: Lane, now: float) -> Ticket:
        ticket = Ticket(next(self._numbers), method, lane)
        self._line(method, now).waiting[lane].append(ticket)
        return ticket

    def admit(self, now: float) -> list[Ticket]:
        """Those who may go now. Each must leave when it is done."""
        admitted: list[Ticket] = []
        while ticket := next((one for one in self._heads() if self._may_go(one, now)), None):
            line = self._lines[ticket.method]
            line.waiting[ticket.lane].popleft()
            line.bucket.take(now)
            self._on_their_way[ticket.lane] += 1
            ticket.goes = True
            admitted.append(ticket)
        return admitted

    def leave(self, ticket: Ticket) -> None:
        """It is done, or no longer wants to go."""
        if ticket.goes:
            self._on_their_way[ticket.lane] -= 1
        else:
            self._lines[ticket.method].waiting[ticket.lane].remove(ticket)

    def slow_down(self, method: Method, after: float, now: float) -> None:
        self._line(method, now).bucket.slow_down(after, now)

    def next_in(self, now: float) -> float | None:
        """Seconds until `admit` may have someone to let go. None: not before someone leaves."""
        waits = [
            self._lines[one.method].bucket.wait(one.lane, now)
            for one in self._heads()
            if self._has_place(one.lane)
        ]
        return min(waits, default=None)

    def _heads(self) -> list[Ticket]:
        heads = [head for line in self._lines.values() if (head := line.head())]
        if len(heads) < 2:
            return heads
        return sorted(heads, key=lambda one: (one.lane is Lane.IN_TURN, one.number))

    def _may_go(self, ticket: Ticket, now: float) -> bool:
        bucket = self._lines[ticket.method].bucket
        return self._has_place(ticket.lane) and not bucket.wait(ticket.lane, now)

    def _has_place(self, lane: Lane) -> bool:
        if sum(self._on_their_way.values()) >= self._together:
            return False
        in_turn = self._on_their_way[Lane.IN_TURN]
        return lane is Lane.AT_ONCE or in_turn < max(1, self._together * 3 // 4)

    def _line(self, method: Method, now: float) -> _Line:
        if method not in self._lines:
            self._lines[method] = _Line(Bucket(self._rates[method], now, self._since))
        return self._lines[method]
