"""A crowd that is due at one moment is asked one after the other, each in their own place."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler import planning, spreading
from scheduler.cadence import NOWHERE, Cadence, Slot, may_ask_at, occurrence_on
from scheduler.planning import QUESTION_USEFUL_FOR, expiry
from scheduler.spreading import ready_from, slot_within, window_for
from storage.tables import NudgeKind
from tests.scheduler.cohort import Cohort

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


# The window and the places in it


def test_a_few_hundred_are_asked_at_the_minute_and_fifty_thousand_in_half_a_working_day() -> None:
    assert [window_for(crowd) for crowd in (0, 1, 300, 301, 1_200, 5_000, 50_000)] == [
        *[0 * MINUTE] * 3,
        5 * MINUTE,
        5 * MINUTE,
        25 * MINUTE,
        210 * MINUTE,
    ]


@given(st.integers(301, 1_000_000), st.integers(0, 1_000))
def test_a_crowd_never_exceeds_four_a_second_and_a_larger_one_never_has_less_time(
    crowd: int, more: int
) -> None:
    window = window_for(crowd)

    assert crowd / window.total_seconds() <= 4
    assert window - timedelta(seconds=crowd / 4) < 5 * MINUTE
    assert window <= window_for(crowd + more)


def test_fifty_thousand_people_are_spread_evenly_over_a_morning() -> None:
    window = window_for(50_000)
    people = [UUID(int=number) for number in range(50_000)]

    places = [slot_within(window, person) for person in people]

    minutes = Counter(place // MINUTE for place in places)
    assert set(minutes) == set(range(210))
    assert min(minutes.values()) > 238 * 0.75
    assert max(minutes.values()) < 238 * 1.25


@given(st.uuids(), st.timedeltas(timedelta(seconds=1), timedelta(days=7)))
def test_a_person_keeps_their_place(person: UUID, window: timedelta) -> None:
    place = slot_within(window, person)

    assert timedelta() <= place < window
    assert place == slot_within(window, UUID(str(person)))


def test_without_a_window_everybody_goes_at_its_beginning() -> None:
    assert slot_within(timedelta(), uuid4()) == timedelta()
    assert slot_within(timedelta(hours=-1), uuid4()) == timedelta()


# Within a leader's own hours

minutes_of_day = st.integers(0, 24 * 60 - 1)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
zones = st.sampled_from(sorted(available_timezones() - NOWHERE))
# Where and when a clock is moved by hours or by minutes, or over a date.
MOVED = [
    ("Europe/London", date(2027, 3, 28)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/Nuuk", date(2026, 3, 28)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("America/St_Johns", date(2026, 11, 1)),
    ("Pacific/Apia", date(2011, 12, 31)),
]


def of_minute(minute: int) -> time:
    return time(minute // 60, minute % 60)


@given(
    st.one_of(st.tuples(zones, days), st.sampled_from(MOVED)),
    st.tuples(minutes_of_day, minutes_of_day, minutes_of_day).map(sorted),
    st.sampled_from(NudgeKind),
    st.integers(1, 200_000),
    st.uuids(),
)
def test_nobody_is_moved_out_of_their_hours_or_beyond_its_use(
    where: tuple[str, date], minutes: list[int], kind: NudgeKind, crowd: int, person: UUID
) -> None:
    zone, day = where
    earliest, at, latest = map(of_minute, minutes)
    assume(earliest < latest)
    cadence = Cadence((Slot(day.weekday(), at),), zone, earliest, latest)
    occurrence = occurrence_on(cadence, day)
    assume(occurrence is not None)
    assert occurrence
    expires_at = expiry(kind, cadence, occurrence)

    ready = ready_from(cadence, occurrence, expires_at, crowd, person)

    assert occurrence.at <= ready <= expires_at
    assert may_ask_at(cadence, ready)
    assert ready - occurrence.at <= window_for(crowd)
    if crowd <= 300:
        assert ready == occurrence.at
    if kind is NudgeKind.QUESTION:
        assert ready - occurrence.at <= QUESTION_USEFUL_FOR * 7 / 8


@given(st.uuids(), st.integers(301, 100_000))
def test_a_place_is_the_same_minute_every_week(person: UUID, crowd: int) -> None:
    cadence = Cadence((Slot(1, time(9)),), "Europe/London")
    places = set()
    for week in range(3):
        occurrence = occurrence_on(cadence, date(2026, 11, 24) + timedelta(weeks=week))
        assert occurrence
        expires_at = expiry(NudgeKind.QUESTION, cadence, occurrence)
        places.add(ready_from(cadence, occurrence, expires_at, crowd, person) - occurrence.at)

    assert len(places) == 1


# Planned


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty are a crowd already, at four a minute."""
    monkeypatch.setattr(planning, "BATCH", 8)
    monkeypatch.setattr(planning, "A_FEW", 20)
    monkeypatch.setattr(spreading, "A_FEW", 20)
    monkeypatch.setattr(spreading, "A_SECOND", 4 / 60)


@pytest.mark.usefixtures("small_steps")
async def test_a_crowd_is_planned_for_the_same_moment_and_each_is_ready_in_their_own_place(
    cohort: Cohort,
) -> None:
    crowd = [f"leader {n}" for n in range(40)]
    await cohort.joins(*crowd)
    await cohort.joins("Amara", slots="tue 11:59")

    assert await cohort.plan(TUESDAY_NOON) == 41

    amara, *others = await cohort.nudges()
    assert amara.ready_at == amara.due_at == TUESDAY_NOON - MINUTE
    assert {(one.due_at, one.slot) for one in others} == {(TUESDAY_NOON, "2026-11-24/question")}
    for one in others:
        assert one.ready_at == TUESDAY_NOON + slot_within(10 * MINUTE, one.member_id)
    assert len({one.ready_at for one in others}) > 30


@pytest.mark.usefixtures("small_steps")
async def test_everybody_in_a_crowd_is_asked_once_within_the_window(cohort: Cohort) -> None:
    await cohort.joins(*(f"leader {n}" for n in range(40)))
    await cohort.lives(TUESDAY_NOON + 10 * MINUTE)

    nudges = await cohort.nudges()
    assert {one.sent_at - one.ready_at for one in nudges if one.sent_at} == {timedelta()}
    assert len({one.sent_at for one in nudges}) > 30
    await cohort.plan()
    assert len(await cohort.nudges()) == 40


@pytest.mark.usefixtures("small_steps")
async def test_a_leader_who_says_stop_while_their_place_is_still_to_come_is_not_asked(
    cohort: Cohort,
) -> None:
    await cohort.joins(*(f"leader {n}" for n in range(40)))
    await cohort.plan(TUESDAY_NOON)
    last = max(await cohort.nudges(), key=lambda one: one.ready_at)
    name = next(one.name for one in cohort.people.values() if one.id == last.member_id)

    await cohort.says_stop(name)
    await cohort.lives(TUESDAY_NOON + 10 * MINUTE)

    assert (await cohort.nudge(name)).ended_because == "They had said stop."
