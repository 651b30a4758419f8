"""Bank holidays are kept as the nation keeps them, and shift nothing but their own day."""

from datetime import UTC, date, datetime, time

import pytest

from scheduler.cadence import (
    Cadence,
    CadenceError,
    check_for_others,
    next_occurrence,
    occurrence_on,
    part_of_week,
    read_slots,
)
from scheduler.holidays import is_bank_holiday, is_working_day

ST_ANDREWS = date(2026, 11, 30)
ST_PATRICKS = date(2027, 3, 17)
EASTER_MONDAY = date(2027, 3, 29)


@pytest.mark.parametrize(
    ("day", "kept_by"),
    [
        (ST_ANDREWS, {"scotland"}),
        (ST_PATRICKS, {"northern-ireland"}),
        (EASTER_MONDAY, {"england", "wales", "northern-ireland"}),
        (date(2026, 12, 25), {"england", "wales", "scotland", "northern-ireland"}),
        (date(2027, 3, 30), set()),
    ],
)
def test_each_nation_keeps_its_own(day: date, kept_by: set[str]) -> None:
    nations = ("england", "wales", "scotland", "northern-ireland", "elsewhere", "")
    assert {one for one in nations if is_bank_holiday(one, day)} == kept_by


def test_nobody_is_asked_on_a_bank_holiday_and_the_next_slot_is_as_it_was() -> None:
    cadence = Cadence(read_slots("mon 12:00, thu 16:00"), "Europe/London", nation="england")
    before = datetime(2027, 3, 26, 12, tzinfo=UTC)
    coming = next_occurrence(cadence, before)
    assert coming is not None
    assert coming.day == date(2027, 4, 1)
    assert occurrence_on(Cadence(cadence.slots, cadence.zone), EASTER_MONDAY) is not None


def test_a_working_day_is_a_weekday_on_which_the_nation_works() -> None:
    assert is_working_day("england", ST_ANDREWS)
    assert not is_working_day("scotland", ST_ANDREWS)
    assert not is_working_day("england", date(2027, 4, 3))


@pytest.mark.parametrize(
    ("slots", "parts"),
    [
        ("tue 12:00", "any any any"),
        ("tue 12:00, thu 16:00", "planning any noticing"),
        ("tue 12:00, wed 09:00, thu 16:00", "planning any noticing"),
        ("mon 12:00, fri 12:00", "any any any"),
    ],
)
def test_the_first_slot_looks_ahead_and_the_last_looks_back(slots: str, parts: str) -> None:
    days = (date(2027, 1, 5), date(2027, 1, 6), date(2027, 1, 7))
    assert " ".join(part_of_week(read_slots(slots), day) for day in days) == parts


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ("fri 15:01", "Friday after 15:00"),
        ("mon 09:59", "Monday before 10:00"),
        ("tue 07:59", "Before 08:00 is the leaders’ own"),
        ("sat 12:00", "The weekend is the leaders’ own"),
    ],
)
def test_a_programme_does_not_choose_for_others_what_few_would_want(slots: str, said: str) -> None:
    with pytest.raises(CadenceError, match=said):
        check_for_others(read_slots(slots))
    check_for_others(read_slots("mon 10:00, tue 08:00, fri 15:00"))
    assert read_slots("fri 15:00")[0].at == time(15)
