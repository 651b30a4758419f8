"""Whatever happens, in whatever order, each nudge ends once and nobody is asked who should not be.

Leaders in four zones and a coach live through weeks in which people act at random, platforms fail
at random and processes die between any two steps. The seed is in each test's name.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import Bank
from prompts.message import Message
from scheduler.cadence import occurrences
from scheduler.delivery import CannotTell, DeliveryError, Found, NotThere, Trace
from scheduler.planning import plan_due, slot_name, to_cadence
from scheduler.sending import send_due
from scheduler.tidying import tidy
from scheduler.writing import PAUSED
from storage.engine import transaction
from storage.members import Addressee
from storage.questions import close
from storage.tables import Allowed, CadenceRow, Nudge, NudgeKind, NudgeState, Outcome
from tests.databases import Databases, open_sealed
from tests.databases import close as close_database
from tests.scheduler.cohort import EARLIER, Cohort
from tests.scheduler.interrupting import (
    PowerCutError,
    cut_the_power,
    instead_of_commit,
    just_before,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEADERS = {
    # Steady never pauses and never stops, so that what should have come is known exactly.
    "Steady": ("Europe/London", "mon 09:00, wed 12:00, fri 17:30"),
    "Amara": ("Europe/London", "mon 08:00, tue 12:00, thu 18:00"),
    "Dan": ("Atlantic/Stanley", "tue 12:00, wed 12:00, thu 16:00"),
    "Mia": ("Pacific/Auckland", "mon 09:00, thu 13:15, sat 17:00"),
}
ENDS = {NudgeState.SENT, NudgeState.GIVEN_UP, NudgeState.EXPIRED, NudgeState.IN_DOUBT}
UNSENT = {NudgeState.GIVEN_UP, NudgeState.EXPIRED}
# (database, seed). An even seed's platform can be asked what arrived, an odd one's cannot; every
# third week is without a crash.
WEEKS = [*(("sqlite", seed) for seed in (0, 1, 2, 4, 6)), ("postgresql", 100)]


@dataclass
class Wishes:
    """What a leader has said, as they would remember it."""

    zone: ZoneInfo
    earliest: time = time(8)
    latest: time = time(18)
    paused: bool = False
    until: date | None = None
    stopped: bool = False

    def may_be_asked(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        resting = self.paused and (self.until is None or local.date() < self.until)
        inside = self.earliest <= local.time() <= self.latest
        return inside and not resting and not self.stopped


@dataclass
class Platform:
    """Takes a message, or refuses it, or loses the answer; and notes what should not have come."""

    random: Random
    can_look: bool
    healthy: bool = False
    delivered: list[tuple[UUID, str, datetime]] = field(default_factory=list)
    wishes: dict[str, Wishes] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    now: datetime | None = None

    async def deliver(self, to: Addressee, message: Message) -> str:
        luck = 1.0 if self.healthy else self.random.random()
        if luck < 0.08:
            raise DeliveryError("Busy.", retry_after=timedelta(seconds=self.random.randint(1, 900)))
        if luck < 0.10:
            raise DeliveryError("Closed.", permanent=True)
        if luck < 0.13:
            raise DeliveryError("The request was lost.", unsure=True)
        assert message.nudge is not None
        assert self.now is not None
        if to.name in self.wishes and not self.wishes[to.name].may_be_asked(self.now):
            self.complaints.append(f"{to.name} at {self.now}: {self.wishes[to.name]}")
        # Others get their turn in the midst of a delivery.
        await asyncio.sleep(0)
        self.delivered.append((message.nudge, to.name, self.now))
        if luck < 0.17:
            raise DeliveryError("The answer was lost.", unsure=True)
        return str(len(self.delivered))

    async def trace(self, to: Addressee, nudge_id: UUID) -> Trace:
        if not self.healthy and self.random.random() < 0.2:
            raise DeliveryError("It cannot be asked now.")
        if not self.can_look:
            return CannotTell()
        ids = [nudge for nudge, _, _ in self.delivered]
        return Found(str(ids.index(nudge_id))) if nudge_id in ids else NotThere()


@dataclass
class Walk:
    cohort: Cohort
    other: AsyncEngine
    platform: Platform
    random: Random
    crashes: bool
    began: datetime
    ended: dict[UUID, NudgeState] = field(default_factory=dict)

    async def step(self) -> None:
        await self.time_goes_by()
        steps: list[tuple[int, Callable[[], Awaitable[object]]]] = [
            (30, self.one_pass),
            (10, self.two_at_once),
            (15, self.cohort.plan),
            (20 if self.crashes else 0, self.a_process_dies),
            (10, self.cohort.reap),
            (3, lambda: tidy(self.cohort.engine, self.cohort.now)),
            (4, self.someone_pauses),
            (2, self.someone_stops),
            (12, self.someone_is_back),
            (10, self.someone_has_other_hours),
            (15, self.everyone_answers),
            (5, self.dan_shares),
        ]
        weights, acts = zip(*steps, strict=True)
        [act] = self.random.choices(acts, weights)
        await act()
        await self.what_has_ended_stays_ended()

    async def time_goes_by(self) -> None:
        """Often to the very moment that something is due, or a little past it."""
        chance, coming = self.random.random(), await self.cohort.coming()
        if chance < 0.5 and coming is not None:
            late = self.random.choice([*[0] * 16, 1, 3, 20, 80]) * HOUR
            self.moves_to(max(self.cohort.now, coming + late))
        elif chance < 0.6:
            self.moves_to(self.cohort.now + self.random.randint(1, 120) * HOUR / 60)

    def moves_to(self, now: datetime) -> None:
        self.cohort.now = self.platform.now = now

    async def one_pass(self) -> None:
        await self.cohort.plan()
        await self.cohort.send()

    async def two_at_once(self) -> None:
        both, bank = (self.cohort.engine, self.other), self.cohort.bank
        await asyncio.gather(*(plan_due(one, self.cohort.now) for one in both))
        await asyncio.gather(
            *(send_due(one, self.cohort.messengers, bank, self.cohort.now) for one in both)
        )

    async def a_process_dies(self) -> None:
        """Somewhere on the road, if it comes that far."""
        place = self.random.randint(1, 6)
        dying = (
            just_before(self.cohort.engine, place, cut_the_power)
            if self.random.random() < 0.6
            else instead_of_commit(self.cohort.engine, place)
        )
        try:
            with dying:
                await self.one_pass()
                await self.cohort.reap()
        except PowerCutError:
            pass

    def someone(self) -> str:
        return self.random.choice(["Amara", "Dan", "Mia"])

    async def someone_pauses(self) -> None:
        name = self.someone()
        wishes = self.platform.wishes[name]
        today = self.cohort.now.astimezone(wishes.zone).date()
        wishes.paused = True
        wishes.until = self.random.choice([None, today + self.random.randint(1, 4) * DAY])
        await self.cohort.has_nothing_waiting(name, PAUSED)
        await self.cohort.changes(name, paused_at=self.cohort.now, paused_until=wishes.until)

    async def someone_stops(self) -> None:
        name = self.someone()
        self.platform.wishes[name].stopped = True
        await self.cohort.says_stop(name)

    async def someone_is_back(self) -> None:
        name = self.someone()
        wishes = self.platform.wishes[name]
        wishes.paused, wishes.until, wishes.stopped = False, None, False
        await self.cohort.changes(name, paused_at=None, paused_until=None, stopped_at=None)

    async def someone_has_other_hours(self) -> None:
        """Also just after a question was planned that is outside them now."""
        await self.cohort.plan()
        waiting = {one.member_id for one in await self.cohort.nudges() if one.state not in ENDS}
        names = [name for name in LEADERS if self.cohort.people[name].id in waiting]
        name = self.random.choice([one for one in names if one != "Steady"] or [self.someone()])
        wishes = self.platform.wishes[name]
        wishes.earliest = self.random.choice([time(8), time(12, 30)])
        wishes.latest = self.random.choice([time(18), time(13)])
        hours = {"earliest": f"{wishes.earliest:%H:%M}", "latest": f"{wishes.latest:%H:%M}"}
        await self.cohort.changes(name, **hours)

    async def everyone_answers(self) -> None:
        """Whatever stands open, so that it does not keep the next question away."""
        async with transaction(self.cohort.engine) as db:
            for one in await self.cohort.nudges(*LEADERS):
                if one.state is NudgeState.SENT and one.closed_at is None:
                    close(await db.get_one(Nudge, one.id), Outcome.ANSWERED, self.cohort.now)

    async def dan_shares(self) -> None:
        await self.cohort.shared("Dan", "Ruth", self.cohort.now)

    async def what_has_ended_stays_ended(self) -> None:
        now = {one.id: one.state for one in await self.cohort.nudges()}
        for nudge, state in self.ended.items():
            assert now[nudge] is state
        self.ended = {nudge: state for nudge, state in now.items() if state in ENDS}

    async def all_is_well_again(self) -> None:
        self.platform.healthy = True
        for _ in range(8):
            await self.cohort.reap()
            await self.one_pass()
            self.moves_to(self.cohort.now + 3 * HOUR)
            await self.what_has_ended_stays_ended()


async def set_out(engine: AsyncEngine, other: AsyncEngine, bank: Bank, seed: int) -> Walk:
    random = Random(seed)  # noqa: S311
    platform = Platform(random, can_look=seed % 2 == 0)
    cohort = Cohort(engine, bank, messenger=platform)
    for name, (zone, slots) in LEADERS.items():
        both = {Allowed.QUESTIONS, Allowed.SHARING}
        await cohort.joins(name, zone=zone, slots=slots, allows=both)
        platform.wishes[name] = Wishes(ZoneInfo(zone))
    await cohort.joins("Ruth", slots="tue 09:00, thu 09:00, sat 09:00", kind=NudgeKind.DIGEST)
    return Walk(cohort, other, platform, random, crashes=seed % 3 > 0, began=cohort.now)


@pytest.fixture
async def walk(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, bank: Bank
) -> AsyncIterator[Walk]:
    kind, seed = request.param
    url = databases.fresh(kind, tmp_path)
    engine, other = open_sealed(url), open_sealed(url)
    yield await set_out(engine, other, bank, seed)
    await close_database(engine)
    await close_database(other)
    databases.drop(url)


@pytest.mark.parametrize("walk", WEEKS, indirect=True, ids=[f"{kind}-{n}" for kind, n in WEEKS])
async def test_each_nudge_ends_once_whatever_happens_on_the_road(walk: Walk) -> None:
    for _ in range(80):
        await walk.step()
    await walk.all_is_well_again()

    assert walk.platform.complaints == []
    nudges = [one for one in await walk.cohort.nudges() if not one.slot.startswith(EARLIER)]
    copies = Counter(nudge for nudge, _, _ in walk.platform.delivered)
    for one in nudges:
        ended_well(one, copies[one.id], can_look=walk.platform.can_look)
    nobody_was_asked_twice_on_one_date(walk.platform)
    nothing_of_steadys_was_lost(walk, await walk.cohort.cadence("Steady"), nudges)
    # A walk on which nothing happens would prove nothing.
    assert len(copies) >= 4


def ended_well(nudge: Nudge, copies: int, *, can_look: bool) -> None:
    assert nudge.state in ENDS, nudge
    assert (nudge.owner, nudge.lease_until) == (None, None)
    digest_in_doubt = nudge.kind is NudgeKind.DIGEST and not can_look
    assert copies <= (2 if digest_in_doubt else 1), nudge
    if nudge.state is NudgeState.SENT:
        assert copies >= 1, nudge
        assert nudge.sent_at is not None
    else:
        assert nudge.ended_because, nudge
        assert nudge.why_not, nudge
    if nudge.state in UNSENT and not digest_in_doubt:
        assert copies == 0, nudge
    if nudge.state is NudgeState.IN_DOUBT:
        assert not can_look, nudge


def nobody_was_asked_twice_on_one_date(platform: Platform) -> None:
    dates = Counter(
        (name, at.astimezone(platform.wishes[name].zone).date())
        for _, name, at in platform.delivered
        if name in platform.wishes
    )
    assert set(dates.values()) == {1}


def nothing_of_steadys_was_lost(walk: Walk, row: CadenceRow, nudges: list[Nudge]) -> None:
    """Every slot there was is a row, sent or with the reason why not."""
    steady = walk.cohort.people["Steady"].id
    until = row.next_due_at or walk.cohort.now
    wanted = [
        slot_name(one.day, NudgeKind.QUESTION)
        for one in occurrences(to_cadence(row), walk.began, until)
        if one.at < until
    ]
    assert [one.slot for one in nudges if one.member_id == steady] == wanted
    assert len(wanted) > 3
