"""Leaders are asked on their own clock: the hard cases by name, and the rules over many lives."""

import string
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.cadence import (
    NOWHERE,
    Away,
    Cadence,
    CadenceError,
    Occurrence,
    Slot,
    after_zone_change,
    check,
    check_zone,
    days_later,
    last_useful,
    local_moment,
    may_ask_at,
    next_occurrence,
    occurrence_on,
    occurrences,
    read_slots,
    to_text,
)

ZONES = sorted(available_timezones() - NOWHERE)
FAR_APART = ("Pacific/Kiritimati", "Pacific/Auckland", "Pacific/Honolulu", "Pacific/Pago_Pago")
TWICE_A_WEEK = read_slots("tue 12:00, thu 16:00")
MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def living_in(zone: str, slots: str = "tue 12:00, thu 16:00", *away: Away) -> Cadence:
    return Cadence(read_slots(slots), zone, away=away)


def round_the_clock(zone: str, day: date, at: time) -> Cadence:
    return Cadence((Slot(day.weekday(), at),), zone, time(0), time(23, 59))


# Who, where, which local date and time, and the moment worked out by hand.
HARD = [
    ("Amina, skipped hour", "Europe/London", "2027-03-28 01:30", "2027-03-28 01:30"),
    ("Amina, repeated hour", "Europe/London", "2026-10-25 01:30", "2026-10-25 00:30"),
    ("Amina, a year on", "Europe/London", "2027-10-31 01:30", "2027-10-31 00:30"),
    ("Grace, skipped hour", "America/New_York", "2027-03-14 02:30", "2027-03-14 07:30"),
    ("Grace, repeated hour", "America/New_York", "2026-11-01 01:30", "2026-11-01 05:30"),
    ("Jack, half an hour skipped", "Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:45"),
    ("Jack, half an hour twice", "Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03 14:45"),
    ("Salma, midnight skipped", "Africa/Cairo", "2026-04-24 00:30", "2026-04-23 22:30"),
    ("Salma, before midnight twice", "Africa/Cairo", "2026-10-29 23:30", "2026-10-29 20:30"),
    ("Ingrid, two hours skipped", "Antarctica/Troll", "2027-03-28 01:30", "2027-03-28 01:30"),
    ("Ingrid, two hours twice", "Antarctica/Troll", "2026-10-25 02:30", "2026-10-25 00:30"),
    ("Youssef, Ramadan begins", "Africa/Casablanca", "2025-02-23 02:30", "2025-02-23 01:30"),
    ("Youssef, Ramadan is over", "Africa/Casablanca", "2025-04-06 02:30", "2025-04-06 02:30"),
    ("Teuea, first of all", "Pacific/Kiritimati", "2027-01-01 09:00", "2026-12-31 19:00"),
    ("Maya, a quarter past", "Asia/Kathmandu", "2027-01-05 12:00", "2027-01-05 06:15"),
    ("Lupe, a date lived twice", "Pacific/Kwajalein", "1969-09-30 12:00", "1969-09-30 01:00"),
]


@pytest.mark.parametrize(
    ("zone", "local", "moment"), [h[1:] for h in HARD], ids=[h[0] for h in HARD]
)
def test_a_skipped_time_is_moved_on_and_a_repeated_one_is_used_once(
    zone: str, local: str, moment: str
) -> None:
    wall = datetime.fromisoformat(local)
    day, at = wall.date(), wall.time()
    cadence = round_the_clock(zone, day, at)
    asked = Occurrence(day, utc(moment))
    assert local_moment(day, at, zone) == asked.at
    assert local_moment(day, at.replace(fold=1), zone) == asked.at
    assert occurrence_on(cadence, day) == asked
    assert next_occurrence(cadence, asked.at - MINUTE) == asked
    # Through the repeated hour and up to the same day of the next week, nothing more.
    following = next_occurrence(cadence, asked.at)
    assert following is not None
    assert following.day == day + timedelta(days=7)


def test_a_saturday_half_past_eleven_that_nuuk_skips_is_asked_before_the_gap_not_on_sunday() -> (
    None
):
    saturday = date(2027, 3, 27)
    cadence = round_the_clock("America/Nuuk", saturday, time(23, 30))
    assert local_moment(saturday, time(23, 30), "America/Nuuk") is None
    assert occurrence_on(cadence, saturday) == Occurrence(saturday, utc("2027-03-28 00:59"))
    assert occurrence_on(cadence, date(2027, 3, 28)) is None


def test_where_moving_on_would_leave_the_hours_the_nearest_minute_inside_them_is_used() -> None:
    sunday = date(2027, 3, 28)
    slots = (Slot(6, time(1, 45)),)

    def asked(earliest: time, latest: time) -> datetime | None:
        found = occurrence_on(Cadence(slots, "Europe/London", earliest, latest), sunday)
        return None if found is None else found.at

    assert asked(time(0), time(3)) == utc("2027-03-28 01:45")  # 02:45, moved on
    assert asked(time(0), time(2, 30)) == utc("2027-03-28 00:59")  # before the gap
    assert asked(time(0, 59), time(2, 30)) == utc("2027-03-28 00:59")  # the ends belong to them
    assert asked(time(1), time(2, 30)) == utc("2027-03-28 01:00")  # 02:00, after it
    assert asked(time(1), time(1, 59)) is None  # the clock shows no minute of these hours


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Pacific/Apia", date(2011, 12, 30)),
        ("Pacific/Kiritimati", date(1994, 12, 31)),
        ("Pacific/Kwajalein", date(1993, 8, 21)),
    ],
)
def test_a_date_that_never_was_has_no_question(zone: str, day: date) -> None:
    slots = tuple(Slot(weekday, time(9, 30)) for weekday in range(7))
    cadence = Cadence(slots, zone)
    assert local_moment(day, time(9, 30), zone) is None
    assert occurrence_on(cadence, day) is None
    # Not even where the last minute before the gap, on another date, would be inside the hours.
    assert occurrence_on(Cadence(slots, zone, time(0), time(23, 59)), day) is None
    around = datetime.combine(day, time(12), UTC)
    days = [o.day for o in occurrences(cadence, around - timedelta(4), around + timedelta(4))]
    assert day not in days
    assert {day - timedelta(1), day + timedelta(1)} <= set(days)
    assert len(days) == len(set(days))


def test_the_next_is_strictly_after_and_the_last_moment_counts() -> None:
    amina = living_in("Europe/London")
    tuesday = Occurrence(date(2027, 6, 1), utc("2027-06-01 11:00"))
    thursday = Occurrence(date(2027, 6, 3), utc("2027-06-03 15:00"))
    just_before = tuesday.at - timedelta(microseconds=1)
    assert next_occurrence(amina, just_before) == tuesday
    assert next_occurrence(amina, tuesday.at) == thursday
    assert next_occurrence(amina, just_before, last_asked=tuesday.day) == thursday
    assert occurrences(amina, just_before, thursday.at) == [tuesday, thursday]
    assert occurrences(amina, tuesday.at, thursday.at) == [thursday]
    assert occurrences(amina, thursday.at, tuesday.at) == []


def test_a_moment_in_any_zone_will_do_but_not_one_without() -> None:
    amina = living_in("Europe/London")
    in_tokyo = datetime(2027, 6, 1, 19, 59, tzinfo=ZoneInfo("Asia/Tokyo"))
    found = next_occurrence(amina, in_tokyo)
    assert found == Occurrence(date(2027, 6, 1), utc("2027-06-01 11:00"))
    assert found.at.tzinfo is UTC
    naive = datetime(2027, 6, 1, 9)  # noqa: DTZ001 - it is what must be refused
    for ask in (
        lambda: next_occurrence(amina, naive),
        lambda: occurrences(amina, naive, in_tokyo),
        lambda: occurrences(amina, in_tokyo, naive),
        lambda: after_zone_change(amina, naive, None),
        lambda: may_ask_at(amina, naive),
        lambda: days_later(amina, naive, 1),
    ):
        with pytest.raises(ValueError, match="must be aware"):
            ask()


def test_without_slots_or_away_for_ever_nothing_is_next() -> None:
    now = utc("2027-06-01 09:00")
    assert next_occurrence(Cadence((), "Europe/London"), now) is None
    for_ever = living_in("Europe/London", "tue 12:00", Away(date(2027, 1, 1), date.max))
    assert next_occurrence(for_ever, now) is None
    with pytest.raises(CadenceError, match="more than a year"):
        days_later(for_ever, now, 7)
    the_last_friday = living_in("Pacific/Honolulu", "fri 18:00")  # in UTC it is in the year 10000
    assert next_occurrence(the_last_friday, utc("9999-12-30 09:00")) is None


def test_a_slot_outside_the_hours_is_never_kept() -> None:
    late = Cadence(read_slots("tue 19:00"), "Europe/London")
    assert occurrence_on(late, date(2027, 6, 1)) is None
    assert next_occurrence(late, utc("2027-06-01 09:00")) is None


# --- hours and patience ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "may"),
    [
        ("2027-06-01 06:59:59", False),
        ("2027-06-01 07:00", True),
        ("2027-06-01 17:00", True),
        ("2027-06-01 17:00:01", False),
        ("2027-06-02 12:00", False),
        ("2027-06-03 12:00", True),
    ],
)
def test_a_leader_may_be_asked_inside_the_hours_ends_included_and_never_while_away(
    moment: str, may: bool
) -> None:
    away_on_wednesday = Away(date(2027, 6, 2), date(2027, 6, 2))
    grace = living_in("Europe/London", "tue 12:00", away_on_wednesday)
    assert may_ask_at(grace, utc(moment)) is may


def test_a_question_is_useful_until_patience_or_the_day_is_over() -> None:
    grace = living_in("Europe/London")
    asked = occurrence_on(grace, date(2027, 6, 1))
    assert asked is not None
    assert last_useful(grace, asked, timedelta(hours=2)) == utc("2027-06-01 13:00")
    assert last_useful(grace, asked, timedelta(hours=72)) == utc("2027-06-01 17:00")


def test_hours_that_end_inside_a_gap_or_an_overlap_still_end() -> None:
    slots = (Slot(6, time(0, 30)),)
    night_owl = Cadence(slots, "Europe/London", time(0), time(1, 30))
    spring, autumn = (occurrence_on(night_owl, date(2027, *d)) for d in ((3, 28), (10, 31)))
    assert spring is not None
    assert autumn is not None
    day = timedelta(days=1)
    assert last_useful(night_owl, spring, day) == utc("2027-03-28 00:59")
    assert last_useful(night_owl, autumn, day) == utc("2027-10-31 00:30")
    second_time = Occurrence(autumn.day, utc("2027-10-31 01:10"))
    assert last_useful(night_owl, second_time, day) == utc("2027-10-31 01:30")


def test_days_later_is_the_same_time_of_day_inside_the_hours_and_past_the_dates_away() -> None:
    away = Away(date(2027, 6, 8), date(2027, 6, 10))
    jack = living_in("Europe/London", "tue 12:00", away)
    nine = utc("2027-06-01 08:15:40")
    assert days_later(jack, nine, 2) == Occurrence(date(2027, 6, 3), utc("2027-06-03 08:15"))
    assert days_later(jack, nine, 7) == Occurrence(date(2027, 6, 11), utc("2027-06-11 08:15"))
    late, early = utc("2027-06-01 21:00"), utc("2027-06-01 03:00")
    assert days_later(jack, late, 1) == Occurrence(date(2027, 6, 2), utc("2027-06-02 17:00"))
    assert days_later(jack, early, 1) == Occurrence(date(2027, 6, 2), utc("2027-06-02 07:00"))


def test_days_later_keeps_the_local_hour_over_a_clock_change() -> None:
    jack = living_in("Europe/London")
    friday = utc("2027-03-26 12:00")
    assert days_later(jack, friday, 3) == Occurrence(date(2027, 3, 29), utc("2027-03-29 11:00"))


def test_days_later_passes_over_a_date_that_never_was() -> None:
    sina = living_in("Pacific/Apia")
    thursday = utc("2011-12-29 20:00")  # 10:00 in Apia
    assert days_later(sina, thursday, 1).day == date(2011, 12, 31)


@pytest.mark.parametrize("days", [0, -1])
def test_days_later_looks_forward_only(days: int) -> None:
    with pytest.raises(CadenceError, match="from 1"):
        days_later(living_in("Europe/London"), utc("2027-06-01 12:00"), days)


def test_more_days_than_the_calendar_has_is_refused_in_a_sentence() -> None:
    with pytest.raises(CadenceError):
        days_later(living_in("Europe/London"), utc("2027-06-01 12:00"), 10**9)


# --- moving to another zone -----------------------------------------------------------------------


def test_aroha_flies_from_auckland_to_honolulu_and_lives_tuesday_twice_but_is_asked_once() -> None:
    tuesday = date(2027, 6, 1)
    asked_in_auckland = occurrence_on(living_in("Pacific/Auckland"), tuesday)
    assert asked_in_auckland is not None
    hawaii = living_in("Pacific/Honolulu")
    lands = asked_in_auckland.at + timedelta(hours=9)  # still Monday in Honolulu
    thursday = Occurrence(date(2027, 6, 3), utc("2027-06-04 02:00"))
    assert after_zone_change(hawaii, lands, tuesday) == thursday
    # Later that second Tuesday too, however often the next one is looked for.
    assert next_occurrence(hawaii, lands + timedelta(hours=12), tuesday) == thursday


def test_ben_changes_to_dubai_time_after_noon_there_and_is_asked_at_once() -> None:
    now = utc("2027-06-01 10:50")  # 11:50 in London, 14:50 in Dubai
    found = after_zone_change(living_in("Asia/Dubai"), now, date(2027, 5, 27))
    assert found == Occurrence(date(2027, 6, 1), now)
    assert after_zone_change(living_in("Asia/Dubai"), now, None) == found


def test_ben_who_was_asked_in_london_is_not_asked_again_on_changing_to_dubai_time() -> None:
    now = utc("2027-06-01 11:30")  # half an hour after noon in London, 15:30 in Dubai
    found = after_zone_change(living_in("Asia/Dubai"), now, date(2027, 6, 1))
    assert found == Occurrence(date(2027, 6, 3), utc("2027-06-03 12:00"))


def test_chen_changes_to_tokyo_time_when_the_hours_there_are_over_and_is_asked_on_thursday() -> (
    None
):
    now = utc("2027-06-01 10:00")  # 11:00 in London, 19:00 in Tokyo
    found = after_zone_change(living_in("Asia/Tokyo"), now, date(2027, 5, 27))
    assert found == Occurrence(date(2027, 6, 3), utc("2027-06-03 07:00"))


def test_dora_was_asked_in_london_and_is_not_asked_again_at_noon_in_new_york() -> None:
    now = utc("2027-06-01 13:00")
    found = after_zone_change(living_in("America/New_York"), now, date(2027, 6, 1))
    assert found == Occurrence(date(2027, 6, 3), utc("2027-06-03 20:00"))


def test_emeka_was_not_asked_yet_and_noon_is_still_to_come() -> None:
    now = utc("2027-06-01 10:00")
    found = after_zone_change(living_in("America/New_York"), now, date(2027, 5, 27))
    assert found == Occurrence(date(2027, 6, 1), utc("2027-06-01 16:00"))


def test_noon_this_very_moment_is_not_missed() -> None:
    now = utc("2027-06-01 11:00")
    found = after_zone_change(living_in("Europe/London"), now, date(2027, 5, 27))
    assert found == Occurrence(date(2027, 6, 1), now)


def test_a_leader_who_is_away_is_not_asked_on_arrival() -> None:
    away = Away(date(2027, 6, 1), date(2027, 6, 1))
    dubai = living_in("Asia/Dubai", "tue 12:00, thu 16:00", away)
    found = after_zone_change(dubai, utc("2027-06-01 10:50"), None)
    assert found == Occurrence(date(2027, 6, 3), utc("2027-06-03 12:00"))


def test_when_the_clock_went_back_to_before_the_hours_they_are_waited_for() -> None:
    # 02:10 summer time has passed 01:30; the clock then shows 01:10 again, before the hours.
    cadence = Cadence(read_slots("sun 01:30"), "Europe/London", time(1, 20), time(18))
    found = after_zone_change(cadence, utc("2027-10-31 01:10"), None)
    assert found == Occurrence(date(2027, 10, 31), utc("2027-10-31 01:20"))


@st.composite
def moves(draw: st.DrawFn) -> tuple[Cadence, Cadence, datetime]:
    """The same days and hours in two zones, and the moment between."""
    earliest, latest = time(draw(st.integers(4, 11))), time(draw(st.integers(13, 22)), 30)
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1, max_size=3))
    at = st.builds(time, st.integers(earliest.hour, latest.hour - 1), st.sampled_from([0, 20, 59]))
    slots = tuple(Slot(weekday, draw(at)) for weekday in sorted(weekdays))
    zone = st.sampled_from(ZONES) | st.sampled_from(FAR_APART)
    old, new = (Cadence(slots, draw(zone), earliest, latest) for _ in range(2))
    minutes = draw(st.integers(0, 10 * 365 * 1440))
    return old, new, datetime(2024, 2, 1, tzinfo=UTC) + minutes * MINUTE


def asked_in(cadence: Cadence, after: datetime, until: datetime) -> list[Occurrence]:
    return [o for o in occurrences(cadence, after, until) if o.at < until]


@given(moves())
@settings(max_examples=400, deadline=None)
def test_a_leader_who_moves_is_asked_neither_twice_nor_never(
    move: tuple[Cadence, Cadence, datetime],
) -> None:
    old, new, moved = move
    begin, end = moved - timedelta(days=9), moved + timedelta(days=9)
    asked = asked_in(old, begin, moved)
    before = {each.day for each in asked}
    newest = asked[-1].day if asked else None
    due = after_zone_change(new, moved, newest)
    while due is not None and due.at < end:
        asked.append(due)
        due = next_occurrence(new, due.at, due.day)

    days = [each.day for each in asked]
    assert days == sorted(set(days)), "neither twice"
    clocks = [ZoneInfo(old.zone if each.at < moved else new.zone) for each in asked]
    locals_ = [each.at.astimezone(clock) for each, clock in zip(asked, clocks, strict=True)]
    assert all(old.earliest <= local.time() <= old.latest for local in locals_), "inside the hours"
    assert [local.date() for local in locals_] == days, "on the date it is named by"

    # Nor never: a slot's date with a minute inside the hours that the leader still lived through.
    weekdays = {slot.weekday for slot in new.slots}
    clock = ZoneInfo(new.zone)
    lived = (moved + n * 10 * MINUTE for n in range(8 * 144))
    for local in (moment.astimezone(clock) for moment in lived):
        wanted = local.date().weekday() in weekdays and new.earliest <= local.time() <= new.latest
        if wanted and (newest is None or local.date() > newest):
            assert local.date() in days, local
    assert before <= set(days)


@given(moves(), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 6)), max_size=4))
@settings(max_examples=150, deadline=None)
def test_dates_away_take_away_their_own_questions_and_no_others(
    move: tuple[Cadence, Cadence, datetime], spans: list[tuple[int, int]]
) -> None:
    here, _, now = move
    today = now.date()
    away = tuple(Away(today + timedelta(n), today + timedelta(n + more)) for n, more in spans)
    gone = {today + timedelta(n + k) for n, more in spans for k in range(more + 1)}
    until = now + timedelta(days=30)  # beyond the longest time away and the week after it
    there = Cadence(here.slots, here.zone, here.earliest, here.latest, away)
    kept = [each for each in occurrences(here, now, until) if each.day not in gone]
    assert occurrences(there, now, until) == kept
    assert next_occurrence(there, now) == (kept[0] if kept else None)
    later = days_later(there, now, 1)
    clock = now.astimezone(ZoneInfo(here.zone))
    wanted = clock.date() + timedelta(days=1)
    while wanted in gone:
        wanted += timedelta(days=1)
    assert later.day == wanted
    assert may_ask_at(there, later.at)


# --- what people write ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "tue 12:00, thu 16:00",
        "thu 16:00, tue 12:00",
        "Tuesday 12:00; THURSDAY 16.00",
        "  tues   12:00,thurs 16:00, ",
        "Tuesdays 12:00\nThursdays 16:00",
    ],
)
def test_days_and_times_are_read_as_people_write_them(text: str) -> None:
    assert read_slots(text) == (Slot(1, time(12)), Slot(3, time(16)))
    assert to_text(read_slots(text)) == "tue 12:00, thu 16:00"


def test_slots_are_written_in_the_order_of_the_week() -> None:
    assert to_text(tuple(reversed(TWICE_A_WEEK))) == "tue 12:00, thu 16:00"


def test_an_hour_needs_no_leading_nought() -> None:
    assert to_text(read_slots("mon 9:05")) == "mon 09:05"


@pytest.mark.parametrize(
    "text",
    [
        "tuesday",
        "12:00",
        "t 12:00",
        "tu 12:00",
        "tueday 12:00",
        "tue 12",
        "tue 1200",
        "tue 12:00pm",
    ],
)
def test_what_cannot_be_read_is_answered_with_an_example(text: str) -> None:
    with pytest.raises(CadenceError, match="like this: tue 12:00, thu 16:00"):
        read_slots(text)


@pytest.mark.parametrize("text", ["tue 24:00", "tue 12:60", "mon 9:00, tue 99:99"])
def test_a_time_that_is_on_no_clock_is_refused(text: str) -> None:
    with pytest.raises(CadenceError, match="There is no time"):
        read_slots(text)


def test_nothing_reads_as_no_slots_which_check_refuses() -> None:
    assert read_slots(" , \n") == ()
    with pytest.raises(CadenceError, match="at least one"):
        check((), time(8), time(18))


@given(
    st.lists(
        st.builds(Slot, st.integers(0, 6), st.builds(time, st.integers(0, 23), st.integers(0, 59)))
    )
)
def test_slots_survive_being_written_and_read(slots: list[Slot]) -> None:
    assert read_slots(to_text(slots)) == tuple(sorted(slots))


@given(st.text(alphabet=st.sampled_from("tuehrsdaymonwf 0123456789:.,;٣\n\0")))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        slots = read_slots(text)
    except CadenceError:
        return
    assert read_slots(to_text(slots)) == slots


@pytest.mark.parametrize(
    ("slots", "earliest", "latest", "sentence"),
    [
        ("mon 9:00, tue 9:00, wed 9:00, thu 9:00", "08:00", "18:00", "the most is 3"),
        ("tue 09:00, tue 12:00", "08:00", "18:00", "at most one question a day"),
        ("tue 07:59", "08:00", "18:00", "Tuesday 07:59 is outside the hours, 08:00 to 18:00"),
        ("tue 18:01", "08:00", "18:00", "Tuesday 18:01 is outside the hours"),
        ("tue 12:00", "18:00", "08:00", "later than the beginning"),
        ("tue 12:00", "12:00", "12:00", "later than the beginning"),
    ],
)
def test_a_cadence_that_cannot_be_kept_is_refused_in_a_sentence(
    slots: str, earliest: str, latest: str, sentence: str
) -> None:
    with pytest.raises(CadenceError, match=sentence) as refusal:
        check(read_slots(slots), time.fromisoformat(earliest), time.fromisoformat(latest))
    assert str(refusal.value).endswith(".")


def test_seconds_are_refused_because_they_would_be_lost_in_writing() -> None:
    with pytest.raises(CadenceError, match="whole minutes"):
        check((Slot(1, time(12, 0, 30)),), time(8), time(18))
    with pytest.raises(CadenceError, match="whole minutes"):
        check(TWICE_A_WEEK, time(8), time(18, 0, 0, 1))


@pytest.mark.parametrize("slots", ["mon 08:00, wed 12:00, fri 18:00", "sun 06:30"])
def test_what_lies_inside_the_hours_is_accepted_even_early_or_at_their_ends(slots: str) -> None:
    earliest = time(6, 30) if "sun" in slots else time(8)
    check(read_slots(slots), earliest, time(18))


def test_dates_away_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(CadenceError, match=r"2027-06-01.*before.*2027-06-02"):
        Away(date(2027, 6, 2), date(2027, 6, 1))


# --- zones ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/London", "Europe/London"),
        ("europe/LONDON ", "Europe/London"),
        ("america/new york", "America/New_York"),
        ("america/port-au-prince", "America/Port-au-Prince"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_known_however_it_is_typed(typed: str, zone: str) -> None:
    assert check_zone(typed) == zone


HOSTILE = [
    "",
    " ",
    "/",
    ".",
    "Europe",
    "localtime",
    "Factory",
    "posixrules",
    "posix/Europe/London",
    "tzdata.zi",
    "../../etc/passwd",
    "/etc/localtime",
    "Europe/../Europe/London",
    "Europe/London\0",
    "\0",
    "\ud800",
    "x" * 10_000,
    "../" * 5_000,
    "UTC+1",
    "BST",
]


@pytest.mark.parametrize("zone", HOSTILE, ids=[repr(name[:24]) for name in HOSTILE])
def test_a_name_that_is_no_zone_is_refused_with_an_example(zone: str) -> None:
    with pytest.raises(CadenceError, match="such as Europe/London") as refusal:
        check_zone(zone)
    assert len(str(refusal.value)) < 200
    with pytest.raises(CadenceError):
        next_occurrence(living_in(zone), utc("2027-06-01 09:00"))


@given(st.text() | st.text(alphabet=string.ascii_letters + "/._-+ \0"))
def test_any_name_is_a_zone_or_refused(name: str) -> None:
    try:
        zone = check_zone(name)
    except CadenceError:
        return
    assert zone in ZONES


@given(st.sampled_from(ZONES))
def test_every_zone_is_its_own_name_in_any_case(zone: str) -> None:
    assert check_zone(zone) == check_zone(zone.swapcase()) == zone
