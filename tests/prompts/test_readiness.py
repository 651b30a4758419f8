"""How deep a question may go: earned by use, held back by the dial and by how things are going."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from prompts.bank import Bank, load_bank
from prompts.history import Asked, Dial, History
from prompts.readiness import depth_cap, readiness

BANK: Bank = load_bank()
MONDAY = datetime(2027, 1, 4, 12, tzinfo=UTC)
STRETCHING = "UNC-CHA-1"
LIGHT = "CAR-OPN-1"


def days(number: float) -> timedelta:
    return timedelta(days=number)


def answered(many: int, unanswered: int = 0) -> tuple[Asked, ...]:
    """The unanswered ones first, so that the newest was answered."""
    return tuple(
        Asked(LIGHT, MONDAY + days(n), answered=n >= unanswered) for n in range(many + unanswered)
    )


def settled(**changes: object) -> History:
    """Two sessions held, one booked, twenty answers: as ready as can be."""
    life = History(
        MONDAY,
        asked=answered(20),
        dial=Dial.STRETCHING,
        sessions=(MONDAY + days(20), MONDAY + days(48), MONDAY + days(76)),
    )
    return replace(life, **changes)


def cap(history: History, now: datetime) -> int:
    known = [(BANK.questions[asked.question_id], asked.at) for asked in history.asked]
    return depth_cap(history, known, readiness(history, now), now)


@pytest.mark.parametrize(
    ("history", "after", "ready"),
    [
        (History(MONDAY), 400, 0),
        (History(MONDAY, asked=answered(3)), 13.9, 0),
        (History(MONDAY, asked=answered(2)), 14, 0),
        (History(MONDAY, asked=answered(3)), 14, 1),
        (History(MONDAY, asked=answered(30)), 90, 1),
        (History(MONDAY, asked=answered(5), sessions=(MONDAY + days(9),)), 90, 1),
        (History(MONDAY, asked=answered(6), sessions=(MONDAY + days(9),)), 90, 2),
        (History(MONDAY, asked=answered(6), sessions=(MONDAY + days(99),)), 90, 1),
        (settled(asked=answered(11)), 70, 2),
        (settled(asked=answered(12)), 70, 3),
        (settled(asked=answered(12, unanswered=18)), 70, 3),
        (settled(asked=answered(12, unanswered=19)), 70, 2),
        (settled(), 40, 2),
    ],
)
def test_readiness_is_reached_by_facts_alone(history: History, after: float, ready: int) -> None:
    assert readiness(history, MONDAY + days(after)) == ready


@pytest.mark.parametrize(
    ("history", "now", "deepest"),
    [
        pytest.param(History(MONDAY), MONDAY, 2, id="a newcomer"),
        pytest.param(settled(), MONDAY + days(60), 4, id="no session near"),
        pytest.param(settled(), MONDAY + days(69), 5, id="a session within the week"),
        pytest.param(settled(), MONDAY + days(77), 4, id="the session is over"),
        pytest.param(settled(dial=Dial.BALANCED), MONDAY + days(70), 4, id="balanced"),
        pytest.param(settled(dial=Dial.GENTLE), MONDAY + days(70), 3, id="gentle"),
        pytest.param(settled(heavy_week=True), MONDAY + days(70), 1, id="a heavy week"),
    ],
)
def test_the_dial_the_week_and_the_coach_decide_too(
    history: History, now: datetime, deepest: int
) -> None:
    assert cap(history, now) == deepest


@pytest.mark.parametrize(("in_a_row", "deepest"), [(0, 5), (1, 3), (2, 2), (3, 1), (9, 1)])
def test_each_unanswered_question_makes_the_next_one_lighter(in_a_row: int, deepest: int) -> None:
    silent = tuple(Asked(LIGHT, MONDAY + days(60 + n), answered=False) for n in range(in_a_row))
    assert cap(settled(asked=(*answered(20), *silent)), MONDAY + days(70)) == deepest


def test_after_a_stretch_comes_something_light_and_no_stretch_for_a_fortnight() -> None:
    stretch = Asked(STRETCHING, MONDAY + days(60), answered=True)
    light = Asked(LIGHT, MONDAY + days(62), answered=True)
    just_after = settled(asked=(*answered(20), stretch))
    later = settled(asked=(*answered(20), stretch, light))
    assert cap(just_after, MONDAY + days(62)) == 2
    assert cap(later, MONDAY + days(73.9)) == 3
    assert cap(later, MONDAY + days(74)) == 5
