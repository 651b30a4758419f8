"""A session's calendar file, read back as a calendar reads it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from prompts.composing.calendar import Appointment, calendar_file
from prompts.composing.meeting import LENGTHS

KEY = UUID("5b0e7c52-95c4-4f0a-9d4e-6a1c3f0a7d10")
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def read_back(one: Appointment, now: datetime = NOW) -> Event:
    calendar = Calendar.from_ical(calendar_file(one, now))
    assert calendar["version"] == "2.0"
    assert calendar["prodid"]
    [event] = calendar.walk("VEVENT")
    assert calendar.errors == event.errors == []
    return event


moments = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - the zone comes beside it
    datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from(ZONES).map(ZoneInfo),
)
appointments = st.builds(
    Appointment,
    st.uuids(),
    moments.map(lambda moment: moment.replace(microsecond=0)),
    st.sampled_from(LENGTHS),
    st.integers(0, 10_000),
    st.booleans(),
)


@given(appointments)
def test_whatever_the_zone_the_moment_and_the_length_are_the_same(one: Appointment) -> None:
    event = read_back(one)
    starts_at = one.starts_at.astimezone(UTC)
    assert event.decoded("dtstart") == starts_at
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=one.minutes)
    assert event.decoded("dtstart").utcoffset() == timedelta()
    assert event.decoded("sequence") == one.changes
    assert event["status"] == ("CANCELLED" if one.cancelled else "CONFIRMED")


@given(appointments)
def test_no_line_is_longer_than_the_standard_lets_it_be(one: Appointment) -> None:
    lines = calendar_file(one, NOW).split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


@pytest.mark.parametrize(
    ("starts_at", "in_utc"),
    [
        # The hour that London's clocks repeat: the first of the two, and the second.
        (datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/London")), (0, 30)),
        (datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=ZoneInfo("Europe/London")), (1, 30)),
        (datetime(2027, 3, 28, 3, 0, tzinfo=ZoneInfo("Europe/London")), (2, 0)),
        (datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Asia/Kathmandu")), (6, 15)),
        (datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Australia/Lord_Howe")), (1, 30)),
        (datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Pacific/Kiritimati")), (22, 0)),
    ],
)
def test_across_a_change_of_the_clock_it_lasts_an_hour(
    starts_at: datetime, in_utc: tuple[int, int]
) -> None:
    event = read_back(Appointment(KEY, starts_at, 60, 0, cancelled=False))
    begins, ends = event.decoded("dtstart"), event.decoded("dtend")
    assert (begins.hour, begins.minute) == in_utc
    assert ends - begins == timedelta(hours=1)


def test_a_moved_session_is_the_same_one_with_a_higher_number() -> None:
    first = read_back(Appointment(KEY, NOW, 60, 0, cancelled=False))
    moved = read_back(Appointment(KEY, NOW + timedelta(days=1), 45, 1, cancelled=False))
    cancelled = read_back(Appointment(KEY, NOW, 60, 2, cancelled=True))
    assert first["uid"] == moved["uid"] == cancelled["uid"]
    assert [one.decoded("sequence") for one in (first, moved, cancelled)] == [0, 1, 2]


def test_it_names_nobody_and_says_nothing_of_what_it_is_for() -> None:
    event = read_back(Appointment(KEY, NOW, 60, 0, cancelled=False))
    assert event["summary"] == "Coaching session"
    assert event["class"] == "PRIVATE"
    assert set(event) == {
        *("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "CLASS", "STATUS"),
    }
