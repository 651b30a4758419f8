"""The next step of a sequence, from facts alone; and every way in which a run ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.bank import load_bank
from prompts.choosing import Chosen, choose, fits_now
from prompts.history import Asked, History, Run
from prompts.sequences import End, RunEnd, Runs, follow_up, look_at_runs

BANK = load_bank()
MONDAY = date(2027, 1, 4)
ONE, TWO = UUID(int=1), UUID(int=2)
FIRST_WEEK = Run(ONE, "onboarding", MONDAY)
SESSION = Run(TWO, "session", MONDAY, anchor=date(2027, 1, 20))  # a Wednesday
DAY_OFF = date(2027, 1, 19)


def works(day: date) -> bool:
    return day.weekday() < 5 and day != DAY_OFF


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


def step(run: Run, key: str, on: int, *, answered: bool = True, aside: bool = False) -> Asked:
    return Asked(key, noon(later(on)), answered, set_aside=aside, run_id=run.id)


def look(today: date, *runs: Run, asked: tuple[Asked, ...] = ()) -> Runs:
    history = History(noon(MONDAY), asked=asked, runs=runs)
    return look_at_runs(BANK.sequences, history, today, works)


def due(today: date, *runs: Run, asked: tuple[Asked, ...] = ()) -> list[str]:
    return [one.question.id for one in look(today, *runs, asked=asked).steps]


def begun(run: Run) -> Run:
    return replace(run, started_at=noon(MONDAY))


def test_the_first_week_asks_a_step_at_a_time_from_its_own_day_on() -> None:
    first = step(FIRST_WEEK, "ON1", 0)
    third = step(FIRST_WEEK, "ON3", 2)
    assert due(MONDAY, FIRST_WEEK) == ["ON1"]
    assert due(later(1), FIRST_WEEK, asked=(first,)) == []
    assert due(later(2), FIRST_WEEK, asked=(first,)) == ["ON3"]
    assert due(later(4), FIRST_WEEK, asked=(first, third)) == ["ON4"]


def test_a_step_that_belongs_in_a_thread_is_not_asked_out_of_it() -> None:
    every_day = [key for on in range(20) for key in due(later(on), FIRST_WEEK)]
    assert "ON2" not in every_day


def test_the_first_week_is_finished_with_its_last_step_and_left_when_nobody_takes_it_up() -> None:
    done = tuple(step(FIRST_WEEK, key, n) for n, key in enumerate(("ON1", "ON3", "ON4")))
    assert look(later(5), FIRST_WEEK, asked=done).ended == (RunEnd(ONE, End.FINISHED),)
    silent = tuple(step(FIRST_WEEK, key, n, answered=False) for n, key in enumerate(("ON1", "ON3")))
    assert look(later(5), FIRST_WEEK, asked=silent) == Runs((), (RunEnd(ONE, End.LEFT),))
    skipped = tuple(replace(one, set_aside=True) for one in silent)
    assert due(later(5), FIRST_WEEK, asked=skipped) == ["ON4"]


def test_steps_whose_time_has_gone_by_are_not_made_up_for() -> None:
    assert due(later(18), FIRST_WEEK) == ["ON4"]
    assert look(later(19), FIRST_WEEK) == Runs((), (RunEnd(ONE, End.OVERTAKEN),))


def test_a_focus_is_asked_for_two_working_days_before_the_session() -> None:
    # The 19th is a bank holiday, so the second working day before Wednesday 20th is Friday 15th.
    assert due(date(2027, 1, 14), SESSION) == []
    assert due(date(2027, 1, 15), SESSION)[-1] == "BS1"


def test_a_focus_is_not_asked_for_once_the_day_of_the_session_has_come() -> None:
    assert due(date(2027, 1, 20), SESSION) == []


def test_a_second_lighter_focus_comes_only_where_the_first_was_skipped() -> None:
    monday = date(2027, 1, 18)
    answered = step(SESSION, "BS1", 11)
    skipped = replace(answered, answered=False, set_aside=True)
    assert due(monday, SESSION, asked=(answered,)) == []
    assert due(monday, SESSION, asked=(skipped,)) == ["BS2"]
    # What was put off comes again itself.
    assert due(monday, SESSION, asked=(replace(skipped, put_off=True),)) == []


def test_what_follows_a_session_comes_one_three_and_ten_working_days_after_it() -> None:
    said = (step(SESSION, "BS1", 11),)
    assert due(date(2027, 1, 21), SESSION, asked=said) == ["AS1"]
    assert due(date(2027, 1, 25), SESSION, asked=(*said, step(SESSION, "AS1", 17))) == ["AS2"]
    last = (*said, step(SESSION, "AS1", 17), step(SESSION, "AS2", 21))
    assert due(date(2027, 2, 2), SESSION, asked=last) == []
    assert due(date(2027, 2, 3), SESSION, asked=last) == ["AS3"]


def test_whoever_lets_the_first_of_them_lie_is_not_pressed_for_the_others() -> None:
    said = (step(SESSION, "BS1", 11), step(SESSION, "AS1", 17, answered=False))
    assert due(date(2027, 1, 25), SESSION, asked=said) == []
    assert due(date(2027, 2, 3), SESSION, asked=said) == []


REVIEW = Run(ONE, "review", MONDAY)


def test_a_decision_is_asked_for_again_until_there_is_one() -> None:
    placed = step(REVIEW, "QR1", 0)
    silent = step(REVIEW, "QR7", 1, answered=False)
    assert due(MONDAY, REVIEW) == ["QR1"]
    assert due(later(1), REVIEW, asked=(placed,)) == ["QR7"]
    assert due(later(4), REVIEW, asked=(placed, silent)) == []
    assert due(later(5), REVIEW, asked=(placed, silent)) == ["QR7"]
    assert due(later(5), REVIEW, asked=(placed, replace(silent, set_aside=True))) == ["QR7"]
    decided = look(later(5), REVIEW, asked=(placed, replace(silent, answered=True)))
    assert decided == Runs((), (RunEnd(ONE, End.FINISHED),))


def test_a_review_that_nobody_took_up_ends_and_asks_for_no_decision() -> None:
    silent = step(REVIEW, "QR1", 0, answered=False)
    assert due(later(7), REVIEW, asked=(silent,)) == []
    assert look(later(29), REVIEW, asked=(silent,)).ended == (RunEnd(ONE, End.FINISHED),)


def test_once_it_was_begun_a_step_says_that_it_was() -> None:
    placed = step(REVIEW, "QR1", 0)
    [first] = look(MONDAY, REVIEW).steps
    [last] = look(later(1), REVIEW, asked=(placed,)).steps
    assert first.reason == "It is part of a review of your objective."
    assert last.reason == "It is part of a review that has begun."


def test_one_skipped_step_of_shaping_does_not_end_it() -> None:
    shaping = Run(ONE, "objective", MONDAY)
    asked = (step(shaping, "OS1", 0), step(shaping, "OS2", 1, answered=False, aside=True))
    assert due(later(3), shaping, asked=asked) == ["OS4"]


def test_of_two_with_a_step_due_the_higher_rank_goes_first_and_the_other_is_overtaken() -> None:
    friday = date(2027, 1, 15)
    both = look(friday, begun(FIRST_WEEK), SESSION)
    assert both.steps[0].run.id == TWO
    assert both.overtaken_by(both.steps[0]) == (RunEnd(ONE, End.OVERTAKEN),)
    assert both.ended == ()


def test_what_was_not_begun_yet_waits_and_is_not_overtaken() -> None:
    both = look(date(2027, 1, 15), FIRST_WEEK, begun(SESSION))
    assert both.steps[0].run.id == TWO
    assert both.overtaken_by(both.steps[0]) == ()


@pytest.mark.parametrize("facts", [{"heavy_week": True}, {"declined": frozenset({"BS1"})}, {}])
def test_what_cannot_be_asked_overtakes_nothing(facts: dict[str, object]) -> None:
    """BS1 is too deep, declined, or needs a coach that she has not: the first week goes on."""
    friday = date(2027, 1, 15)
    asked = (step(FIRST_WEEK, "ON1", 0),)
    life = History(
        noon(MONDAY), asked=asked, runs=(begun(FIRST_WEEK), SESSION), has_coach=bool(facts)
    )
    choice = choose(BANK, replace(life, **facts), noon(friday), "amara", is_working_day=works)
    assert isinstance(choice, Chosen)
    assert (choice.question.id, choice.ended) == ("ON3", ())


def test_a_sequence_that_is_not_in_the_bank_any_more_is_over() -> None:
    gone = Run(ONE, "pilgrimage", MONDAY)
    assert look(MONDAY, gone) == Runs((), (RunEnd(ONE, End.OVERTAKEN),))


def test_a_step_above_the_cap_is_skipped_and_the_lighter_one_comes() -> None:
    friday = date(2027, 1, 15)
    life = History(noon(MONDAY), runs=(SESSION,), has_coach=True)
    choice = choose(BANK, life, noon(friday), "amara", is_working_day=works)
    assert isinstance(choice, Chosen)
    assert (choice.question.id, choice.run_id) == ("BS1", TWO)
    assert choice.reason == "It goes with your coaching session."


def test_in_a_heavy_week_a_step_that_is_too_deep_waits() -> None:
    life = History(noon(MONDAY), runs=(SESSION,), has_coach=True, heavy_week=True)
    choice = choose(BANK, life, noon(date(2027, 1, 15)), "amara", is_working_day=works)
    assert isinstance(choice, Chosen)
    assert choice.run_id is None


def test_a_declined_step_is_never_asked() -> None:
    life = History(noon(MONDAY), runs=(FIRST_WEEK,), declined=frozenset({"ON1"}))
    choice = choose(BANK, life, noon(MONDAY), "amara")
    assert isinstance(choice, Chosen)
    assert choice.question.id != "ON1"


RUNS = st.lists(
    st.builds(
        Run,
        st.uuids(),
        st.sampled_from(sorted(BANK.sequences)),
        st.integers(0, 60).map(later),
        st.sampled_from([None, noon(MONDAY)]),
        st.one_of(st.none(), st.integers(0, 120).map(later)),
    ),
    max_size=4,
    unique_by=lambda run: run.id,
)


@st.composite
def lives(draw: st.DrawFn) -> History:
    runs = draw(RUNS)
    asked = [
        Asked(one.id, noon(later(draw(st.integers(0, 120)))), draw(st.booleans()), run_id=run.id)
        for run in runs
        for one in BANK.sequences[run.sequence].steps
        if draw(st.booleans())
    ]
    return History(
        noon(MONDAY), asked=tuple(sorted(asked, key=lambda one: one.at)), runs=tuple(runs)
    )


@given(lives(), st.integers(0, 160))
def test_whatever_was_asked_no_step_is_of_a_run_that_has_ended_or_was_asked_before(
    life: History, on: int
) -> None:
    seen = look_at_runs(BANK.sequences, life, later(on), works)
    for one in seen.steps:
        gone = {end.run_id for end in seen.overtaken_by(one)}
        begun_runs = {run.id for run in life.runs if run.started_at is not None}
        assert one.run.id not in gone
        assert gone <= begun_runs
    assert {one.run.id for one in seen.steps}.isdisjoint(end.run_id for end in seen.ended)
    asked = {(one.run_id, one.question_id) for one in life.asked}
    assert asked.isdisjoint((one.run.id, one.question.id) for one in seen.steps)


@given(lives())
def test_every_run_comes_to_an_end(life: History) -> None:
    ended = {end.run_id for end in look_at_runs(BANK.sequences, life, later(700), works).ended}
    assert ended == {run.id for run in life.runs}


def anything(_: object) -> bool:
    return True


@pytest.mark.parametrize(
    ("after", "fact", "comes"),
    [
        ("ON1", "answered", "ON2"),
        ("ON1", "skipped", None),
        ("QR5", "answered", "QR6"),
        ("ON4", "answered", None),
    ],
)
def test_a_fact_leads_on_in_the_thread(after: str, fact: str, comes: str | None) -> None:
    further = follow_up(BANK.questions[after], fact, BANK.questions, [after], anything)
    assert (further.id if further else None) == comes


def test_where_the_deeper_one_does_not_fit_the_next_one_comes() -> None:
    life = History(noon(MONDAY))
    further = follow_up(
        BANK.questions["QR5"],
        "answered",
        BANK.questions,
        ["QR4", "QR5"],
        lambda one: one.id != "QR6",
    )
    assert further is not None
    assert further.id == "QR7"
    assert not fits_now(BANK.questions["QR6"], BANK, life, noon(MONDAY))


def test_a_thread_of_her_own_deepening_ends_after_two_more_questions() -> None:
    deeper = next(
        one for one in BANK.themed if any(f.when == "tapped_go_deeper" for f in one.follow_ups)
    )
    for asked_before, goes_on in ((["X", deeper.id], True), (["X", "Y", deeper.id], False)):
        further = follow_up(deeper, "tapped_go_deeper", BANK.questions, asked_before, anything)
        assert (further is not None) == goes_on
