"""Every zone, every date from 2024 to 2034, against a clock that is read and not calculated.

The clock here is each zone's offset from UTC, looked up week by week and, where it changed, halved
down to the minute. (A change and its undoing within one week would show on the ordinary dates,
which are tried one by one.) From it follows which local minutes were shown, and when first. Local
times are never converted with a fold, so nothing is shared with the arithmetic under test.

Why this is every case. Zones with the same offsets at the same moments are one history, and each
history is swept whole. On a date with no change from the day before to the day after, the offset
is constant and every slot time behaves alike: one time a date is enough, and it differs from date
to date. On the other dates slots are tried every quarter of an hour, and to the minute around the
change.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from scheduler.cadence import (
    NOWHERE,
    Cadence,
    Occurrence,
    Slot,
    last_useful,
    may_ask_at,
    next_occurrence,
    occurrence_on,
    occurrences,
)

# Everything below counts minutes since this moment, on the UTC clock or on a local one.
EPOCH = datetime(2023, 12, 25, tzinfo=UTC)
FIRST, LAST = date(2024, 1, 1), date(2034, 12, 31)
DATES = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
END = (date(2035, 1, 8) - EPOCH.date()).days * 1440
WHOLE_DAY = (0, 1439)
WEEK = 7 * 1440

# From which UTC minute on, how many minutes ahead of UTC.
History = tuple[tuple[int, int], ...]


def moment(minute: int) -> datetime:
    return EPOCH + timedelta(minutes=minute)


def minutes(at: datetime) -> int:
    return (at - EPOCH) // timedelta(minutes=1)


def midnight(day: date) -> int:
    return (day - EPOCH.date()).days * 1440


def clock_time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def ahead(zone: ZoneInfo, minute: int) -> int:
    offset = moment(minute).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // timedelta(minutes=1)


def history(zone: ZoneInfo) -> History:
    changes = [(0, ahead(zone, 0))]
    for start in range(0, END, WEEK):
        after = ahead(zone, start + WEEK)
        if after != changes[-1][1]:
            same, other = start, start + WEEK
            while other - same > 1:
                middle = (same + other) // 2
                same, other = (same, middle) if ahead(zone, middle) == after else (middle, other)
            changes.append((other, after))
    return tuple(changes)


@cache
def histories() -> dict[History, str]:
    """One zone for each history."""
    return {history(ZoneInfo(name)): name for name in sorted(available_timezones() - NOWHERE)}


def offset_at(changes: History, minute: int) -> int:
    return changes[bisect_right(changes, (minute, END)) - 1][1]


def shown(changes: History, first: date, last: date) -> dict[int, int]:
    """Local minute → the UTC minute at which the clock first showed it, on those dates."""
    begin, end = midnight(first) - 1440, midnight(last) + 2880
    seen: dict[int, int] = {}
    stops = [start for start, _ in changes[1:]] + [END]
    for (start, offset), stop in reversed(list(zip(changes, stops, strict=True))):
        utc = range(max(start, begin), min(stop, end))
        # Later stretches first, so that the first showing is what stays.
        seen.update(zip(range(utc.start + offset, utc.stop + offset), utc, strict=True))
    return seen


def cases(changes: History) -> Iterator[tuple[date, set[int], dict[int, int]]]:
    """The dates a change touches and their neighbours; slot times to try; what the clock showed."""
    for (_, before), (start, after) in pairwise(changes):
        day = moment(start + after).date()
        if FIRST < day < LAST:
            edges = (start + before, start + after)
            sharp = {(edge + step) % 1440 for edge in edges for step in (-1, 0, 1)}
            seen = shown(changes, day - timedelta(2), day + timedelta(2))
            for step in (-1, 0, 1):
                yield day + timedelta(step), sharp | {*range(0, 1440, 15), 1439}, seen


def expected(seen: dict[int, int], day: date, at: int, hours: tuple[int, int]) -> int | None:
    """The rule, told with nothing but the minutes that the clock showed."""
    wanted = midnight(day) + at
    if wanted in seen:
        return seen[wanted]
    before = next(m for m in range(wanted, wanted - 1440, -1) if m in seen)
    behind = next(m for m in range(wanted, wanted + 1440) if m in seen)
    moved_on = wanted + (behind - before - 1)
    fits = range(midnight(day) + hours[0], midnight(day) + hours[1] + 1)
    return next((seen[m] for m in (moved_on, before, behind) if m in fits), None)


@cache
def every_day(at: int) -> tuple[Slot, ...]:
    return tuple(Slot(weekday, clock_time(at)) for weekday in range(7))


def daily(zone: str, at: int, hours: tuple[int, int] = WHOLE_DAY) -> Cadence:
    return Cadence(every_day(at), zone, clock_time(hours[0]), clock_time(hours[1]))


def utc_minute(found: Occurrence | None) -> int | None:
    return None if found is None else minutes(found.at)


def test_the_sweep_has_every_kind_of_change_in_it() -> None:
    sizes = {
        after - before for changes in histories() for (_, before), (_, after) in pairwise(changes)
    }
    assert {-60, 60, -30, 30, -120, 120} <= sizes
    assert len(histories()) > 50


def test_every_zone_is_found_by_its_own_name() -> None:
    for name in sorted(available_timezones() - NOWHERE):
        for day in (date(2027, 1, 12), date(2027, 7, 13)):
            noon = midnight(day) + 720
            found = occurrence_on(daily(name, 720), day)
            assert utc_minute(found) == noon - ahead(ZoneInfo(name), noon), (name, day)


def test_on_an_ordinary_date_everybody_is_asked_at_their_own_time() -> None:
    for changes, zone in histories().items():
        touched = {day for day, _, _ in cases(changes)}
        cadences = {at: daily(zone, at) for at in range(0, 1440, 5)}
        for n, day in enumerate(DATES):
            if day not in touched:
                at = n * 35 % 1440
                # The offset is the same all around: a local minute finds it as well as a UTC one.
                utc = midnight(day) + at - offset_at(changes, midnight(day) + at)
                assert utc_minute(occurrence_on(cadences[at], day)) == utc, (zone, day, at)


def test_around_a_change_everybody_is_asked_once_a_date_at_the_time_the_rule_gives() -> None:
    for changes, zone in histories().items():
        for day, times, seen in cases(changes):
            for at in times:
                found = occurrence_on(daily(zone, at), day)
                assert found is not None
                assert found.day == day
                assert utc_minute(found) == expected(seen, day, at, WHOLE_DAY), (zone, day, at)


def test_nobody_is_asked_outside_narrow_hours_and_none_who_could_be_is_left_out() -> None:
    for changes, zone in histories().items():
        for day, times, seen in cases(changes):
            skipped = {at for at in times if midnight(day) + at not in seen}
            for at in skipped | set(range(0, 1440, 240)):
                for wide, long in ((0, 1), (45, 15), (15, 50), (5, 130)):
                    hours = (max(at - wide, 0), min(at + long, 1439))
                    found = utc_minute(occurrence_on(daily(zone, at, hours), day))
                    assert found == expected(seen, day, at, hours), (zone, day, at, hours)
                    inside = range(midnight(day) + hours[0], midnight(day) + hours[1] + 1)
                    if found is None:
                        assert not any(minute in seen for minute in inside), (zone, day, at, hours)
                    else:
                        assert found + offset_at(changes, found) in inside, (zone, day, at, hours)


def test_from_one_occurrence_to_the_next_no_date_is_left_out_and_none_comes_twice() -> None:
    begin, end = datetime(2023, 12, 30, tzinfo=UTC), datetime(2035, 1, 2, tzinfo=UTC)
    for changes, zone in histories().items():
        # Inside a gap and inside an overlap of this zone, or noon where it has neither.
        hard = {
            after > before: (start + min(before, after) + 15) % 1440
            for (_, before), (start, after) in pairwise(changes)
        }
        for at in set(hard.values()) or {720}:
            cadence = daily(zone, at)
            listed = occurrences(cadence, begin, end)
            assert [each.day for each in listed if FIRST <= each.day <= LAST] == DATES
            assert all(one.at < other.at for one, other in pairwise(listed))
            walked, now = [], begin
            while (found := next_occurrence(cadence, now)) is not None and found.at <= end:
                walked.append(found)
                now = found.at
            assert walked == listed


def test_every_occurrence_may_be_asked_and_stays_useful_inside_the_hours() -> None:
    for changes, zone in histories().items():
        for day, times, _ in cases(changes):
            for at in sorted(times)[::3]:
                hours = (max(at - 45, 0), min(at + 45, 1439))
                cadence = daily(zone, at, hours)
                if (found := occurrence_on(cadence, day)) is not None:
                    until = last_useful(cadence, found, timedelta(days=3))
                    assert may_ask_at(cadence, found.at), (zone, day, at)
                    assert found.at <= until, (zone, day, at)
                    shows = minutes(until) + offset_at(changes, minutes(until)) - midnight(day)
                    assert hours[0] <= shows <= hours[1], (zone, day, at)
