"""What is owed comes first: a try that is due, then one without a decision, then a coach's pin."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from prompts.bank import Stage, Theme, load_bank
from prompts.choosing import (
    ActiveObjective,
    Asked,
    Chosen,
    History,
    choose,
    is_to_be_let_go,
    may_come_back,
)
from prompts.history import Experiment, ExperimentState, Pin
from prompts.question import PartOfWeek

BANK = load_bank()
TUESDAY = datetime(2027, 2, 2, 12, tzinfo=UTC)
TODAY = TUESDAY.date()
PARTNERS = ActiveObjective(UUID(int=1), (Theme.CONNECT,))
DUE = Experiment(UUID(int=9), ExperimentState.PLANNED, TODAY, PARTNERS.id)
SEEN = replace(DUE, state=ExperimentState.OBSERVED)
# Here since Christmas, and answering: nothing but the experiment decides.
AMARA = History(
    TUESDAY - timedelta(days=40),
    asked=tuple(
        Asked(key, TUESDAY - timedelta(days=20 - n), answered=True)
        for n, key in enumerate(("CON-OPN-1", "CON-EXL-1", "CON-EXM-1", "CON-OPN-2"))
    ),
    objectives=(PARTNERS,),
)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def chosen(now: datetime = TUESDAY, part: PartOfWeek = PartOfWeek.ANY, **facts: object) -> Chosen:
    choice = choose(BANK, replace(AMARA, **facts), now, "amara", part)
    assert isinstance(choice, Chosen)
    return choice


def test_a_try_that_is_due_is_asked_about_before_anything_new() -> None:
    due = chosen(experiments=(DUE,))
    assert (due.question.id, due.reason) == ("EX6", "You have an experiment due.")
    assert (due.experiment_id, due.objective_id) == (DUE.id, PARTNERS.id)


@pytest.mark.parametrize(
    ("changes", "comes"),
    [
        ({"due": TODAY + days(1)}, False),
        ({"due": TODAY - days(9)}, True),
        ({"times_asked": 1, "last_asked": TUESDAY - days(6.9)}, False),
        ({"times_asked": 1, "last_asked": TUESDAY - days(7)}, True),
        ({"times_asked": 3, "last_asked": TUESDAY - days(30)}, False),
    ],
)
def test_it_is_asked_about_from_its_day_on_a_week_apart_and_three_times(
    changes: dict[str, object], *, comes: bool
) -> None:
    asked = chosen(experiments=(replace(DUE, **changes),))
    assert (asked.question.id == "EX6") == comes


def test_one_that_was_put_off_for_the_last_time_is_not_asked_about_again() -> None:
    assert chosen(experiments=(replace(DUE, delays=2),)).question.id == "EX6"
    assert chosen(experiments=(replace(DUE, delays=3),)).question.id != "EX6"


def test_the_decision_is_asked_for_three_times_and_then_no_more() -> None:
    last = TUESDAY - days(8)
    for times, comes in ((1, True), (2, True), (3, False)):
        undecided = replace(SEEN, times_asked=times, last_asked=last)
        assert (chosen(experiments=(undecided,)).question.id == "EX10") == comes


@pytest.mark.parametrize(
    ("one", "goes"),
    [
        (replace(DUE, times_asked=2, last_asked=TUESDAY - days(30)), False),
        (replace(DUE, times_asked=3, last_asked=TUESDAY - days(6.9)), False),
        (replace(DUE, times_asked=3, last_asked=TUESDAY - days(7)), True),
        (replace(SEEN, times_asked=3, last_asked=TUESDAY - days(7)), True),
        (replace(DUE, delays=2), False),
        (replace(DUE, delays=3), True),
        (replace(SEEN, delays=3), False),
        (replace(DUE, due=TODAY - days(83)), False),
        (replace(DUE, due=TODAY - days(84)), True),
    ],
)
def test_it_is_let_go_after_a_week_of_silence_or_the_third_delay(
    one: Experiment, *, goes: bool
) -> None:
    assert is_to_be_let_go(one, TUESDAY) is goes


@pytest.mark.parametrize(
    ("experiments", "question", "comes"),
    [
        ((DUE,), "EX6", True),
        ((SEEN,), "EX6", False),
        ((), "EX6", False),
        ((SEEN,), "EX10", True),
        ((replace(DUE, id=UUID(int=7)),), "EX6", False),
    ],
)
def test_what_was_put_off_comes_back_only_while_its_experiment_waits_for_it(
    experiments: tuple[Experiment, ...], question: str, *, comes: bool
) -> None:
    told = replace(AMARA, experiments=experiments)
    asks = BANK.questions[question]
    assert may_come_back(asks, BANK, told, TUESDAY, DUE.id) is comes


def test_even_in_a_heavy_week_for_it_asks_only_what_happened() -> None:
    assert chosen(experiments=(DUE,), heavy_week=True).question.id == "EX6"


def test_what_was_seen_and_not_decided_is_asked_about_next_but_not_in_a_heavy_week() -> None:
    assert chosen(experiments=(SEEN,)).question.id == "EX10"
    assert chosen(experiments=(SEEN, DUE)).question.id == "EX6"
    assert chosen(experiments=(SEEN,), heavy_week=True).question.id != "EX10"
    asked_on_sunday = replace(SEEN, last_asked=TUESDAY - days(2))
    assert chosen(experiments=(asked_on_sunday,)).question.id != "EX10"


def test_a_coachs_pin_comes_before_what_is_scored_and_says_whose_it_is() -> None:
    pin = Pin(UUID(int=1), BANK.questions["CON-CHA-2"], "Ruth")
    pinned = chosen(pin=pin)
    assert (pinned.question.id, pinned.reason) == (
        "CON-CHA-2",
        "Ruth chose this question for you. You can say that it is not for you.",
    )
    assert chosen(pin=pin, experiments=(DUE,)).question.id == "EX6"
    assert chosen(pin=pin, heavy_week=True).question.id != "CON-CHA-2"


def stages(**facts: object) -> set[Stage]:
    """Of what comes on two days a week for twelve weeks, each answered."""
    life, met = replace(AMARA, **facts), set()
    for n in range(24):
        now = TUESDAY + days(3.5 * n)
        choice = choose(BANK, life, now, "amara")
        assert isinstance(choice, Chosen)
        met.add(choice.question.stage)
        life = replace(life, asked=(*life.asked, Asked(choice.question.id, now, answered=True)))
    return met


TRIES = (
    replace(DUE, due=TODAY + days(300)),
    replace(DUE, id=UUID(int=8), due=TODAY + days(300)),
)


def test_no_new_try_is_asked_for_while_two_are_open() -> None:
    assert Stage.EXPERIMENT in stages(experiments=TRIES[:1])
    assert Stage.EXPERIMENT not in stages(experiments=TRIES)


@pytest.mark.parametrize(
    ("facts", "observe", "correct"),
    [
        ({}, False, False),
        ({"experiments": TRIES}, True, False),
        ({"experiment_ended_at": TUESDAY - days(1)}, True, True),
        ({"experiment_ended_at": TUESDAY - days(70)}, False, False),
    ],
)
def test_what_to_keep_or_change_is_asked_only_of_whoever_has_seen_a_try_through(
    facts: dict[str, object], *, observe: bool, correct: bool
) -> None:
    met = stages(**facts)
    assert (Stage.OBSERVE in met, Stage.CORRECT in met) == (observe, correct)


def test_the_first_slot_of_the_week_looks_ahead_and_the_last_looks_back() -> None:
    ahead = {Stage.EXPLORE, Stage.CHALLENGE, Stage.EXPERIMENT}
    for n in range(8):
        now = TUESDAY + days(7 * n)
        assert chosen(now, PartOfWeek.PLANNING).question.stage in ahead
        assert chosen(now, PartOfWeek.NOTICING, experiments=TRIES).question.stage not in ahead


def test_a_theme_that_is_starred_comes_more_often() -> None:
    def on_purpose(**facts: object) -> int:
        asked = [chosen(TUESDAY + days(n), objectives=(), **facts) for n in range(60)]
        return sum(Theme.PURPOSE in one.question.themes for one in asked)

    assert on_purpose(starred=frozenset({Theme.PURPOSE})) > on_purpose()
