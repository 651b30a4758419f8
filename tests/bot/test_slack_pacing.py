"""How fast Slack is spoken to: the pace of one workspace, and the gate before all of them."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import Lane
from bot.slack.failures import CallError
from bot.slack.pacing import RATES, Bucket, Method, Pace, Ticket
from bot.slack.queueing import Gate
from tests.bot.hands import Hands, settle

AT_ONCE, IN_TURN = Lane.AT_ONCE, Lane.IN_TURN
POST, OPEN_VIEW = Method.POST, Method.OPEN_VIEW
TOGETHER = 8
ALMOST_A_MINUTE = 60 - 1e-3


# The bucket


def calls_in(seconds: float, bucket: Bucket, lane: Lane = IN_TURN, start: float = 0.0) -> int:
    """How many one workspace gets through when there are always more."""
    now, made = start, 0
    while (now := now + bucket.wait(lane, now)) < start + seconds:
        bucket.take(now)
        made += 1
    return made


def test_questions_begin_at_two_a_second_and_reach_four_after_clean_minutes() -> None:
    bucket = Bucket(RATES[POST], now=0.0)

    minutes = [calls_in(60, bucket, start=minute * 60.0) for minute in range(12)]

    assert 110 <= minutes[0] <= 120
    assert minutes[1:] == sorted(minutes[1:])
    assert bucket.a_minute == 300
    assert 240 <= minutes[-1] <= 300


# A list of people is begun once a day, whichever process does it.
@pytest.mark.parametrize("method", [one for one in Method if one is not Method.USERS])
def test_a_process_that_begins_bursts_at_nothing(method: Method) -> None:
    """However often it dies and begins again, a second apart."""
    rate, made = RATES[method], 0
    for second in range(60):
        made += calls_in(1, Bucket(rate, float(second), float(second)), start=float(second))

    assert made <= 2 * rate.first
    assert Bucket(rate, 0.0, 0.0).wait(AT_ONCE, 0.0) == 0


def test_a_bucket_that_is_first_used_later_has_filled_since_the_process_began() -> None:
    pace = Pace(together=100, since=0.0)
    for _ in range(50):
        pace.join(POST, IN_TURN, 60.0)

    assert len(pace.admit(60.0)) == 15


def test_a_complaint_halves_the_pace_and_nothing_goes_before_slacks_own_time() -> None:
    bucket = Bucket(RATES[POST], now=0.0)

    bucket.slow_down(30, now=5.0)

    assert bucket.a_minute == 60
    assert bucket.wait(AT_ONCE, now=5.0) == 30
    assert bucket.wait(AT_ONCE, now=35.0) == 0
    assert bucket.wait(IN_TURN, now=35.0) > 0


def test_two_complaints_in_a_row_halve_it_twice_but_those_on_their_way_together_once() -> None:
    bucket = Bucket(RATES[POST], now=0.0)

    bucket.slow_down(10, now=0.0)
    bucket.slow_down(12, now=0.1)
    assert bucket.a_minute == 60
    assert bucket.wait(AT_ONCE, now=0.1) == pytest.approx(12)

    bucket.slow_down(10, now=12.1)
    assert bucket.a_minute == 30
    assert bucket.wait(AT_ONCE, now=12.1) == pytest.approx(10)


def test_however_often_it_complains_some_pace_is_left() -> None:
    bucket = Bucket(RATES[POST], now=0.0)

    for time in range(0, 1000, 10):
        bucket.slow_down(1, now=float(time))

    assert bucket.a_minute == 15
    assert calls_in(600, bucket, start=1000.0) >= 100


# The lanes


def going(tickets: list[Ticket]) -> list[Lane]:
    return [ticket.lane for ticket in tickets]


def test_who_is_waited_for_goes_before_everything_that_stood_there_first() -> None:
    pace = Pace(together=100)
    for _ in range(50):
        pace.join(POST, IN_TURN, 0.0)
    assert going(pace.admit(0.0)) == [IN_TURN] * 15  # a sixth of 120, less the quarter

    for _ in range(7):
        pace.join(POST, AT_ONCE, 0.0)

    assert going(pace.admit(0.0)) == [AT_ONCE] * 5  # the quarter that was kept
    assert set(going(pace.admit(1.1))) == {AT_ONCE}


def test_many_slow_calls_leave_a_place_for_who_is_waited_for() -> None:
    pace = Pace(together=8)
    for _ in range(20):
        pace.join(POST, IN_TURN, 0.0)
    assert len(pace.admit(0.0)) == 6
    assert pace.next_in(0.0) is None

    pace.join(OPEN_VIEW, AT_ONCE, 0.0)

    assert going(pace.admit(0.0)) == [AT_ONCE]


def test_the_last_place_is_for_who_is_waited_for_whatever_they_wait_for() -> None:
    pace = Pace(together=3)
    held = [pace.join(POST, lane, 0.0) for lane in (AT_ONCE, AT_ONCE, AT_ONCE)]
    pace.admit(0.0)
    pace.join(POST, IN_TURN, 0.0)
    pace.join(OPEN_VIEW, AT_ONCE, 0.0)

    pace.leave(held[0])

    assert going(pace.admit(0.0)) == [AT_ONCE]


@dataclass
class Story:
    """A workspace's day, call by call."""

    now: float = 0.0
    pace: Pace = field(default_factory=lambda: Pace(together=TOGETHER))
    waiting: list[Ticket] = field(default_factory=list)
    on_their_way: list[Ticket] = field(default_factory=list)
    made: list[tuple[float, Method, int]] = field(default_factory=list)
    not_before: dict[Method, float] = field(default_factory=dict)

    def join(self, method: Method, lane: Lane) -> None:
        self.waiting.append(self.pace.join(method, lane, self.now))

    def admit(self) -> None:
        for ticket in self.pace.admit(self.now):
            self.waiting.remove(ticket)
            self.on_their_way.append(ticket)
            a_minute = self.pace._lines[ticket.method].bucket.a_minute
            self.made.append((self.now, ticket.method, a_minute))
            assert self.now >= self.not_before.get(ticket.method, 0.0)
            if ticket.lane is IN_TURN:
                ahead = [one for one in self.waiting if one.lane is AT_ONCE]
                assert ticket.method not in {one.method for one in ahead}
        assert len(self.on_their_way) <= TOGETHER
        assert sum(one.lane is IN_TURN for one in self.on_their_way) <= TOGETHER * 3 // 4

    def leave(self, place: int) -> None:
        for tickets in (self.on_their_way, self.waiting):
            if tickets:
                self.pace.leave(tickets.pop(place % len(tickets)))

    def slow_down(self, method: Method, after: float) -> None:
        self.pace.slow_down(method, after, self.now)
        until = max(self.not_before.get(method, 0.0), self.now + after)
        self.not_before[method] = until

    def to_its_end(self) -> None:
        while self.waiting:
            self.admit()
            while self.on_their_way:
                self.pace.leave(self.on_their_way.pop())
            self.admit()
            if self.waiting and not self.on_their_way:
                wait = self.pace.next_in(self.now)
                assert wait is not None
                assert wait > 0
                self.now += wait


methods = st.sampled_from(Method)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("join"), methods, st.sampled_from(Lane), st.integers(1, 40)),
        st.tuples(st.just("pass"), st.floats(0, 70)),
        st.tuples(st.just("leave"), st.integers(0, 100), st.integers(1, 8)),
        st.tuples(st.just("slow"), methods, st.floats(1, 90)),
    ),
    max_size=60,
)


@given(steps)
def test_no_history_breaks_the_rate_the_order_or_slacks_patience(steps: list[tuple]) -> None:
    story = Story()
    for step in steps:
        match step:
            case ("join", method, lane, times):
                for _ in range(times):
                    story.join(method, lane)
            case ("pass", seconds):
                story.now += seconds
            case ("leave", place, times):
                for _ in range(times):
                    story.leave(place)
            case ("slow", method, after):
                story.slow_down(method, after)
        story.admit()
    story.to_its_end()

    for start, method, _ in story.made:
        inside = [
            a_minute
            for at, other, a_minute in story.made
            if other is method and start <= at < start + ALMOST_A_MINUTE
        ]
        assert len(inside) <= max(inside) <= RATES[method].most


# The gate


NORTH, SOUTH = uuid4(), uuid4()


@dataclass
class Office:
    """Calls that are let through are noted in their order; each is over at once."""

    hands: Hands = field(default_factory=Hands)
    log: list[str] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate = Gate(clock=self.hands)
        # It has been open for a while.
        self.hands.time += 60

    def call(
        self, name: str, workspace: UUID = NORTH, lane: Lane = IN_TURN, patience: float = 60.0
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(self._call(name, workspace, lane, patience))
        self.tasks.append(task)
        return task

    async def _call(self, name: str, workspace: UUID, lane: Lane, patience: float) -> None:
        async with self.gate.passing(workspace, POST, lane, patience):
            self.log.append(name)

    def complain(self, seconds: float, workspace: UUID = NORTH) -> None:
        self.gate.slow_down(workspace, POST, timedelta(seconds=seconds))


async def test_a_workspace_that_must_be_patient_delays_no_other() -> None:
    office = Office()
    office.complain(30)
    office.call("north")
    office.call("south", SOUTH)

    await office.hands.move(0)
    assert office.log == ["south"]

    await office.hands.move(29.9)
    assert office.log == ["south"]

    await office.hands.move(20)
    assert office.log == ["south", "north"]


async def test_a_question_that_cannot_go_soon_is_put_back_before_anything_is_sent() -> None:
    office = Office()
    office.complain(30)

    with pytest.raises(CallError) as refused:
        await office.call("north", patience=4)

    assert not refused.value.permanent
    assert not refused.value.unsure
    assert refused.value.retry_after is not None
    assert refused.value.retry_after >= timedelta(seconds=30)
    assert office.log == []


async def test_patience_ends_while_slow_calls_hold_every_place_and_the_line_moves_on() -> None:
    office = Office()
    held = [asyncio.Event() for _ in range(6)]

    async def hold(until: asyncio.Event) -> None:
        async with office.gate.passing(NORTH, POST, IN_TURN, 60):
            await until.wait()

    holding = [asyncio.create_task(hold(one)) for one in held]
    await settle()
    hasty = office.call("hasty", patience=4)
    office.call("patient")
    answer = office.call("an answer", lane=AT_ONCE)

    await office.hands.move(5)
    assert office.log == ["an answer"]
    assert isinstance(hasty.exception(), CallError)
    await answer

    held[0].set()
    await settle()
    assert office.log == ["an answer", "patient"]
    for one in held:
        one.set()
    await asyncio.gather(*holding)


async def test_who_stops_waiting_leaves_no_gap_in_the_line() -> None:
    office = Office()
    for number in range(15):
        office.call(f"{number}")
    await settle()
    gone = office.call("gone")
    office.call("next")
    await settle()

    gone.cancel()
    with suppress(asyncio.CancelledError):
        await gone
    await office.hands.move(0.7)

    assert office.log[-1] == "next"
    assert "gone" not in office.log


async def test_an_hour_of_questions_with_answers_in_between_goes_out_whole_and_in_order() -> None:
    office = Office()
    for number in range(3000):
        office.call(f"question {number}", patience=3600)
    await office.hands.move(60)
    assert 90 <= len(office.log) <= 120

    office.call("answer", lane=AT_ONCE)
    await office.hands.move(0)
    assert office.log[-1] == "answer"

    await office.hands.move(3540)
    questions = [one for one in office.log if one != "answer"]
    assert questions == [f"question {number}" for number in range(3000)]
