"""When a reminder comes, over every working day, zone and bank holiday; and when none does."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.history import Asked
from scheduler.cadence import Away, Cadence, may_ask_at, next_occurrence, read_slots
from scheduler.holidays import is_working_day
from scheduler.reminding import QUESTION_OPEN_FOR, reminder_for, waits_until
from storage.nudges import Planned
from storage.tables import Nudge, NudgeKind

TUESDAY = datetime(2027, 3, 23, 12, tzinfo=UTC)
LONDON = Cadence(read_slots("tue 12:00, thu 16:00"), "Europe/London", nation="england")


def question(at: datetime) -> Nudge:
    return Nudge(
        workspace_id=uuid4(),
        member_id=uuid4(),
        slot=f"{at.date()}/question",
        kind=NudgeKind.QUESTION,
        due_at=at,
        ready_at=at,
        expires_at=at,
    )


def reminded(cadence: Cadence, at: datetime, asked: tuple[Asked, ...] = ()) -> Planned | None:
    return reminder_for(question(at), cadence, asked, at)


def test_it_comes_the_next_working_day_at_the_same_hour() -> None:
    planned = reminded(LONDON, TUESDAY)
    assert planned is not None
    assert (planned.due_at, planned.kind) == (TUESDAY + timedelta(days=1), NudgeKind.REMINDER)


def test_easter_and_days_away_are_waited_out() -> None:
    # Good Friday and Easter Monday lie between, and she is away on the Tuesday.
    away = (Away(date(2027, 3, 30), date(2027, 3, 30)),)
    thursday = datetime(2027, 3, 25, 16, tzinfo=UTC)
    planned = reminded(Cadence(LONDON.slots, LONDON.zone, away=away, nation="england"), thursday)
    assert planned is not None
    assert planned.due_at == datetime(2027, 3, 31, 15, tzinfo=UTC)


def test_none_comes_on_a_day_with_a_question_of_its_own() -> None:
    every_day = Cadence(read_slots("tue 12:00, wed 12:00, thu 12:00"), "Europe/London")
    assert reminded(every_day, TUESDAY) is None


@pytest.mark.parametrize(("silent", "comes"), [(2, True), (3, False), (9, False)])
def test_none_comes_to_whoever_is_asked_less_already(silent: int, *, comes: bool) -> None:
    asked = tuple(
        Asked("CON-OPN-1", TUESDAY - timedelta(days=n + 1), answered=False)
        for n in reversed(range(silent))
    )
    assert (reminded(LONDON, TUESDAY, asked) is not None) == comes


def test_a_question_waits_two_days_or_a_day_after_its_reminder() -> None:
    friday = datetime(2027, 2, 5, 12, tzinfo=UTC)
    fridays = Cadence(read_slots("fri 12:00"), "Europe/London")
    assert waits_until(LONDON, TUESDAY) == TUESDAY + QUESTION_OPEN_FOR
    assert waits_until(LONDON, TUESDAY, reminded(LONDON, TUESDAY)) == TUESDAY + QUESTION_OPEN_FOR
    assert waits_until(fridays, friday, reminded(fridays, friday)) == friday + timedelta(days=4)


@given(
    st.integers(0, 2_000_000).map(lambda minutes: TUESDAY + timedelta(minutes=minutes)),
    st.sampled_from(["Europe/London", "Atlantic/Stanley", "Pacific/Auckland", "America/Nuuk"]),
    st.sampled_from(["england", "scotland", "wales", "northern-ireland", ""]),
    st.integers(6, 11),
    st.integers(13, 22),
)
def test_it_never_comes_outside_the_hours_or_on_a_day_off(
    now: datetime, zone: str, nation: str, earliest: int, latest: int
) -> None:
    cadence = Cadence(read_slots("tue 12:00"), zone, time(earliest), time(latest), nation=nation)
    planned = reminded(cadence, now)
    if planned is None:
        return
    local = planned.due_at.astimezone(ZoneInfo(zone))
    assert now < planned.due_at <= now + timedelta(days=12)
    assert may_ask_at(cadence, planned.due_at)
    assert is_working_day(nation, local.date())
    assert local.weekday() != 4 or local.time() <= time(15) or earliest > 15
    assert local.date() > now.astimezone(ZoneInfo(zone)).date()


@pytest.mark.parametrize("second", ["wed 12:00", "thu 10:00", "thu 12:00"])
def test_a_question_left_open_makes_way_for_the_next_one(second: str) -> None:
    cadence = Cadence(read_slots(f"tue 12:00, {second}"), "Europe/London")
    # Sent twenty seconds late, and the next one on the minute.
    sent = TUESDAY + timedelta(seconds=20)
    following = next_occurrence(cadence, sent)
    assert following is not None
    assert waits_until(cadence, sent, reminded(cadence, sent)) <= following.at
