"""When a leader is asked about the next session, and from when somebody may be written to."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduler.between import NO_SESSION_FOR, is_time_to_ask
from scheduler.cadence import Away, Cadence, may_ask_at, may_write_from, read_slots

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = ("Europe/London", "America/Nuuk", "Pacific/Apia", "Australia/Lord_Howe", "UTC")


@given(st.lists(st.integers(0, 200), max_size=8), st.lists(st.integers(0, 400), min_size=1))
def test_it_is_asked_once_in_six_weeks_and_never_while_a_date_is_set(
    sessions: list[int], slots: list[int]
) -> None:
    """At whatever days somebody is asked questions, and whenever they met."""
    met = [START + timedelta(days=day) for day in sessions]
    asked: list[datetime] = []
    for now in sorted(START + timedelta(days=day) for day in slots):
        # A session is known of for a fortnight before it.
        known = [at for at in met if at <= now + timedelta(days=14)]
        if is_time_to_ask(known, asked[-1] if asked else None, now):
            asked.append(now)
            assert known
            assert max(known) <= now - NO_SESSION_FOR
    gaps = [later - earlier for earlier, later in pairwise(asked)]
    assert all(gap >= NO_SESSION_FOR for gap in gaps)


@given(st.integers(0, 100))
def test_it_is_asked_from_the_day_on_that_six_weeks_are_over(days: int) -> None:
    assert is_time_to_ask([START], None, START + timedelta(days=days)) is (days >= 42)


def test_who_never_met_is_not_asked() -> None:
    assert not is_time_to_ask([], None, START)


cadences = st.builds(
    lambda zone, hours, away: Cadence(
        read_slots("tue 12:00"),
        zone,
        *(time(one) for one in sorted(hours)),
        away=tuple(Away(first, first + timedelta(days=n)) for first, n in away),
    ),
    st.sampled_from(ZONES),
    st.lists(st.integers(0, 23), min_size=2, max_size=2, unique=True),
    st.lists(
        st.tuples(st.dates(START.date(), START.date() + timedelta(days=60)), st.integers(0, 20)),
        max_size=2,
    ),
)


@given(cadences, moments | st.integers(0, 100_000).map(lambda n: START + timedelta(minutes=n)))
def test_what_waits_for_the_hours_waits_until_they_begin_and_no_longer(
    cadence: Cadence, now: datetime
) -> None:
    then = may_write_from(cadence, now)
    assert then is not None
    assert then >= now
    assert may_ask_at(cadence, then)
    if may_ask_at(cadence, now):
        assert then == now
    else:
        assert not may_ask_at(cadence, then - timedelta(minutes=1))
