"""Whoever leaves questions unanswered is asked less often, and at last not at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.history import Asked
from scheduler.backing_off import backing_off, silent_in_a_row

TUESDAY = datetime(2027, 1, 5, 12, tzinfo=UTC)


def silence(times: int, *, before: tuple[Asked, ...] = ()) -> tuple[Asked, ...]:
    """The last of them on the Tuesday."""
    return (
        *before,
        *(
            Asked("CON-OPN-1", TUESDAY - timedelta(days=3 * n), answered=False)
            for n in reversed(range(times))
        ),
    )


def days_until_asked(asked: tuple[Asked, ...]) -> int | None:
    return next(
        (n for n in range(1, 60) if backing_off(asked, TUESDAY + timedelta(days=n)) is None), None
    )


@pytest.mark.parametrize(
    ("times", "days"),
    [(0, 1), (1, 1), (2, 1), (3, 7), (5, 7), (6, 14), (9, 14), (10, None), (30, None)],
)
def test_three_make_it_a_week_six_a_fortnight_and_ten_an_end(times: int, days: int | None) -> None:
    assert days_until_asked(silence(times)) == days


def test_only_the_end_asks_whether_to_go_on() -> None:
    quiet = [
        found.quiet if (found := backing_off(silence(n), TUESDAY + timedelta(days=2))) else None
        for n in (2, 3, 6, 10)
    ]
    assert quiet == [None, False, False, True]


def test_the_reason_says_how_often_they_come() -> None:
    held = backing_off(silence(6), TUESDAY + timedelta(days=2))
    assert held is not None
    assert held.reason == (
        "The last 6 questions were not answered, so they come once a fortnight at most."
    )


def test_a_question_that_was_skipped_was_not_left_unanswered() -> None:
    skipped = Asked("CON-OPN-1", TUESDAY, answered=False, set_aside=True)
    assert backing_off((*silence(9), skipped), TUESDAY + timedelta(days=1)) is None


def test_the_week_is_counted_in_dates_on_the_leaders_own_clock() -> None:
    # Sent a minute late, and asked again on the minute: a week later is a week later.
    late = (*silence(2), Asked("CON-OPN-1", TUESDAY + timedelta(minutes=1), answered=False))
    assert backing_off(late, TUESDAY + timedelta(days=7)) is None
    stanley = (TUESDAY + timedelta(days=6, hours=13)).astimezone(ZoneInfo("Atlantic/Stanley"))
    auckland = stanley.astimezone(ZoneInfo("Pacific/Auckland"))
    assert backing_off(silence(3), stanley) is not None
    assert backing_off(silence(3), auckland) is not None


def test_whoever_takes_up_nothing_of_the_first_week_is_asked_at_once_whether_to_go_on() -> None:
    first_week = (
        Asked("ON1", TUESDAY - timedelta(days=5), answered=False),
        Asked("ON3", TUESDAY - timedelta(days=2), answered=False),
    )
    held = backing_off(first_week, TUESDAY)
    assert held is not None
    assert held.quiet
    answered = Asked("ON2", TUESDAY - timedelta(days=5), answered=True)
    assert backing_off((answered, *first_week), TUESDAY) is None


@given(st.lists(st.booleans(), max_size=40))
def test_one_answer_ends_every_silence(answers: list[bool]) -> None:
    asked = tuple(
        Asked("CON-OPN-1", TUESDAY - timedelta(days=len(answers) - n), answered=answered)
        for n, answered in enumerate((*answers, True))
    )
    assert silent_in_a_row(asked) == 0
    assert backing_off(asked, TUESDAY + timedelta(days=1)) is None
