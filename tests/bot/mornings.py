"""A morning in one workspace, second by second and without waiting: who is asked, and when."""

import heapq
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from bot.pacing import Lane
from bot.slack.asking import PATIENCE
from bot.slack.failing import failure_in, must_wait
from bot.slack.failures import CallError
from bot.slack.pacing import Method, Pace, Ticket
from scheduler.cadence import Cadence, Slot, occurrence_on
from scheduler.planning import expiry
from scheduler.sending import WINDOW, after_failure
from scheduler.spreading import ready_from
from storage.nudges import Ended, PutBack
from storage.tables import Nudge, NudgeKind

PLACE = UUID(int=1)
DAY = date(2026, 11, 24)
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOURS = Cadence((Slot(DAY.weekday(), time(9)),), "Europe/London")
# What Slack takes for one message.
A_CALL = 0.15


@dataclass
class Morning:
    """Everybody is due at nine. `complains_at`: seconds after which the next call is refused."""

    people: int
    spread: bool = True
    complains_at: Collection[float] = ()
    sent: dict[UUID, float] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    turned_away: int = 0
    now: float = 0.0

    def __post_init__(self) -> None:
        self.pace = Pace(since=0.0)
        occurrence = occurrence_on(HOURS, DAY)
        assert occurrence
        until = expiry(NudgeKind.QUESTION, HOURS, occurrence)
        crowd = self.people if self.spread else 1
        everyone = [UUID(int=number) for number in range(self.people)]
        self._places = {
            who: self._seconds(ready_from(HOURS, occurrence, until, crowd, who)) for who in everyone
        }
        self._ready = [(place, who) for who, place in self._places.items()]
        heapq.heapify(self._ready)
        self._complaints = sorted(self.complains_at)
        self._attempts = Counter[UUID]()
        # One row stands for everybody's: so many whole ones take longer than all the rest.
        self._row = Nudge(
            workspace_id=PLACE,
            member_id=PLACE,
            slot="2026-11-24/question",
            kind=NudgeKind.QUESTION,
            due_at=occurrence.at,
            ready_at=occurrence.at,
            expires_at=until,
        )

    def goes_by(self) -> "Morning":
        while self._ready:
            self.now = max(self.now + 1, float(-(-self._ready[0][0] // 1)))
            self._one_pass(self.now)
        return self

    def _one_pass(self, began: float) -> None:
        """As the road does it: a window after the other, until there is no room."""
        has_room = True
        while has_room and self._ready and self._ready[0][0] <= began:
            window: list[UUID] = []
            while len(window) < WINDOW and self._ready and self._ready[0][0] <= began:
                window.append(heapq.heappop(self._ready)[1])
            has_room = self._send_window(window, began)

    def _send_window(self, window: Sequence[UUID], began: float) -> bool:
        patience, turned_away = PATIENCE[Lane.IN_TURN], self.turned_away
        waiting: dict[Ticket, UUID] = {}
        for one in window:
            wait = self.pace.wait(Method.POST, Lane.IN_TURN, self.now)
            if wait > patience:
                self._refused(one, CallError(must_wait(timedelta(seconds=max(1, wait)))), began)
            else:
                waiting[self.pace.join(Method.POST, Lane.IN_TURN, self.now)] = one
        late = self.now + patience
        on_their_way: list[tuple[float, int, Ticket]] = []
        while waiting or on_their_way:
            for ticket in self.pace.admit(self.now):
                heapq.heappush(on_their_way, (self.now + A_CALL, ticket.number, ticket))
                self._called(waiting.pop(ticket), began)
            if waiting and self.now >= late:
                for ticket, one in waiting.items():
                    wait = self.pace.wait(Method.POST, Lane.IN_TURN, self.now)
                    self.pace.leave(ticket)
                    self._refused(one, CallError(must_wait(timedelta(seconds=wait))), began)
                waiting = {}
            following = self.pace.next_in(self.now) if waiting else None
            moments = [late] if waiting else []
            moments += [self.now + following] if following is not None else []
            moments += [on_their_way[0][0]] if on_their_way else []
            self.now = max(self.now, min(moments, default=self.now))
            while on_their_way and on_their_way[0][0] <= self.now:
                self.pace.leave(heapq.heappop(on_their_way)[2])
        return turned_away == self.turned_away

    def _called(self, one: UUID, began: float) -> None:
        if self._complaints and self._complaints[0] <= self.now:
            self._complaints.pop(0)
            failure = failure_in(429, {"ok": False, "error": "ratelimited"}, "30")
            assert failure.after
            self.pace.slow_down(Method.POST, failure.after.total_seconds(), self.now)
            self._refused(one, CallError(failure), began)
        else:
            self.sent[one] = self.now

    def _refused(self, one: UUID, error: CallError, began: float) -> None:
        self.turned_away += 1
        self._row.attempts = self._attempts[one]
        match after_failure(self._row, error, NINE + timedelta(seconds=began)):
            case PutBack(_, again, _, untried):
                self._attempts[one] += 0 if untried else 1
                heapq.heappush(self._ready, (self._seconds(again), one))
            case Ended(_, _, because):
                self.ended.append(because.words)
            case other:
                raise AssertionError(other)

    def _seconds(self, moment: datetime) -> float:
        return (moment - NINE).total_seconds()

    # What became of it

    @property
    def last(self) -> float:
        return max(self.sent.values())

    @property
    def latest(self) -> float:
        """How long after their place somebody was asked, at most, in seconds."""
        return max(at - self._places[one] for one, at in self.sent.items())

    @property
    def busiest_minute(self) -> int:
        return max(Counter(int(at // 60) for at in self.sent.values()).values())

    def __str__(self) -> str:
        return (
            f"{self.people:,} due at nine{'' if self.spread else ', all at once'}: "
            f"{len(self.sent):,} asked, {len(self.ended)} given up, the last after "
            f"{timedelta(seconds=round(self.last))}, at most {self.latest:.0f} s after their place,"
            f" {self.busiest_minute} in the busiest minute, {self.turned_away:,} times no room"
        )
