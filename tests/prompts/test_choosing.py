from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.bank import (
    Bank,
    FollowUp,
    Lens,
    NotWhen,
    Question,
    Requires,
    Stage,
    Status,
    Theme,
    load_bank,
)
from prompts.choosing import ActiveObjective, Asked, Chosen, History, Silence, choose

BANK = load_bank()
MONDAY = datetime(2027, 1, 4, 12, tzinfo=UTC)
PARTNERS = ActiveObjective(UUID(int=1), (Theme.CONNECT,))
WORKFORCE = ActiveObjective(UUID(int=2), (Theme.CARE, Theme.DEVELOP))


def days(number: float) -> timedelta:
    return timedelta(days=number)


def weeks(number: float) -> timedelta:
    return timedelta(weeks=number)


def asked(*ids: str, days_apart: int = 3) -> tuple[Asked, ...]:
    """Answered, one after another."""
    return tuple(
        Asked(key, MONDAY + days(days_apart * n), answered=True) for n, key in enumerate(ids)
    )


def question(key: str, **changes: object) -> Question:
    plain = Question(
        id=key,
        stage=Stage.EXPLORE,
        depth=2,
        text="What did you see?",
        purpose="Look again.",
        lens=Lens.METHODS,
        author="ED",
        reviewed_by="Lead coach",
        reviewed_on=date(2026, 11, 2),
        next_review=date(2027, 11, 2),
        themes=(Theme.CARE,),
    )
    return replace(plain, **changes)


def bank_of(*questions: Question) -> Bank:
    return Bank({each.id: each for each in questions}, {})


def chosen(history: History, now: datetime, bank: Bank = BANK, seed: str = "amara") -> Chosen:
    choice = choose(bank, history, now, seed)
    assert isinstance(choice, Chosen), choice
    return choice


def year_of(history: History, answers: Iterable[bool], heavy: Iterable[bool]) -> list[Asked]:
    """Two slots a week, each answered or not, as long as there are answers given."""
    past = list(history.asked)
    for slot, (answered, heavy_week) in enumerate(zip(answers, heavy, strict=False)):
        now = history.started_at + days(1) + days(3.5) * slot
        today = replace(history, asked=tuple(past), heavy_week=heavy_week)
        if isinstance(choice := choose(BANK, today, now, "amara"), Chosen):
            past.append(Asked(choice.question.id, now, answered, choice.objective_id))
    return past


# Amara, whose objective touches partners


def test_amara_is_first_asked_about_what_her_objective_touches() -> None:
    choice = chosen(History(MONDAY, objectives=(PARTNERS,)), MONDAY)
    assert choice.question.themes == (Theme.CONNECT,)
    assert choice.objective_id == PARTNERS.id
    assert choice.reason == (
        "Your objective touches partners, and you have not been asked about them yet."
    )


def test_amara_reads_that_it_has_been_a_while() -> None:
    history = History(MONDAY, asked("CON-OPN-1", "CAR-EXL-1", "EVI-EXL-1"), objectives=(PARTNERS,))
    choice = chosen(history, MONDAY + weeks(5))
    assert choice.reason == (
        "Your objective touches partners, and you have not been asked about them for a while."
    )


def test_amara_reads_that_a_question_is_new_to_her() -> None:
    history = History(MONDAY, asked("CON-OPN-1", "CAR-EXL-1"), objectives=(PARTNERS,))
    choice = chosen(history, MONDAY + days(7))
    assert choice.reason == "Your objective touches partners, and this question is new to you."


def test_amara_with_several_objectives_is_asked_about_each() -> None:
    history = History(MONDAY, objectives=(PARTNERS, WORKFORCE))
    past = year_of(history, [True] * 6, [False] * 6)
    about = Counter(each.objective_id for each in past)
    assert about[PARTNERS.id] >= 2
    assert about[WORKFORCE.id] >= 2


def test_two_objectives_with_one_theme_take_turns() -> None:
    also = ActiveObjective(UUID(int=3), (Theme.CONNECT,))
    before = (Asked("CON-OPN-1", MONDAY, answered=True, objective_id=PARTNERS.id),)
    history = History(MONDAY, before, objectives=(PARTNERS, also))
    bank = bank_of(question("A", themes=(Theme.CONNECT,)), BANK.questions["CON-OPN-1"])
    assert chosen(history, MONDAY + days(3), bank).objective_id == also.id


def test_a_question_beyond_the_objectives_goes_to_the_one_longest_unasked() -> None:
    before = (Asked("A", MONDAY, answered=True, objective_id=PARTNERS.id),)
    history = History(MONDAY, before, objectives=(PARTNERS, WORKFORCE))
    bank = bank_of(question("B", themes=(Theme.SELF,)))
    choice = chosen(history, MONDAY + days(3), bank)
    assert choice.objective_id == WORKFORCE.id
    assert choice.reason == (
        "This looks beyond your objectives, at yourself as a leader,"
        " and you have not been asked about that yet."
    )


def test_amara_is_not_reviewed_before_four_weeks_have_passed() -> None:
    bank = bank_of(question("R", stage=Stage.REVIEW))
    history = History(MONDAY)
    assert isinstance(choose(bank, history, MONDAY + days(27), "amara"), Silence)
    assert chosen(history, MONDAY + days(28), bank).question.id == "R"


def test_amara_s_first_challenge_waits_for_eight_other_questions() -> None:
    others = [question(f"E{n}") for n in range(8)]
    bank = bank_of(question("C", stage=Stage.CHALLENGE, depth=3), *others)
    seven = History(MONDAY, asked(*[each.id for each in others[:7]]))
    assert chosen(seven, MONDAY + weeks(5), bank).question.id == "E7"
    eight = History(MONDAY, asked(*[each.id for each in others]))
    assert chosen(eight, MONDAY + weeks(5), bank).question.id == "C"


def test_amara_is_challenged_only_when_six_others_have_come_between() -> None:
    challenge = question("C2", stage=Stage.CHALLENGE, depth=3)
    others = [question(f"E{n}") for n in range(6)]
    bank = bank_of(question("C1", stage=Stage.CHALLENGE, depth=3), challenge, *others)
    five = History(MONDAY, asked("C1", "E0", "E1", "E2", "E3", "E4"))
    without_e5 = replace(five, declined=frozenset({"E5"}))
    assert isinstance(choose(bank, without_e5, MONDAY + weeks(4), "amara"), Silence)
    six = History(MONDAY, asked("C1", "E0", "E1", "E2", "E3", "E4", "E5"))
    assert chosen(six, MONDAY + weeks(4), bank).question == challenge


# Dan, who has just begun


def test_dan_has_no_objective_yet_and_reads_so() -> None:
    choice = chosen(History(MONDAY), MONDAY)
    assert choice.objective_id is None
    assert choice.reason.startswith("You have no objective yet, so the questions go round;")


def test_dan_is_not_asked_about_an_objective_he_does_not_have() -> None:
    of_an_objective = [q for q in BANK.themed if q.objective_states]
    assert of_an_objective
    past = year_of(History(MONDAY), [True] * 52, [False] * 52)
    assert not {each.question_id for each in past} & {q.id for q in of_an_objective}


@pytest.mark.parametrize(
    ("answers", "passed", "is_asked"),
    [(3, days(14), True), (2, days(14), False), (3, days(13.9), False)],
)
def test_dan_is_stretched_after_two_weeks_and_three_answers(
    answers: int, passed: timedelta, is_asked: bool
) -> None:
    bank = bank_of(question("DEEP", depth=3), question("LIGHT"))
    history = History(MONDAY, asked(*["LIGHT"] * answers))
    assert isinstance(choose(bank, history, MONDAY + passed, "dan"), Chosen) is is_asked


def test_dan_is_asked_more_lightly_once_two_in_a_row_went_unanswered() -> None:
    bank = bank_of(question("DEEP", depth=3), question("LIGHT"))
    unanswered = tuple(Asked("LIGHT", MONDAY + days(9 + n), answered=False) for n in range(2))
    history = History(MONDAY, asked("LIGHT", "LIGHT", "LIGHT") + unanswered)
    assert isinstance(choose(bank, history, MONDAY + days(20), "dan"), Silence)


def test_dan_in_a_heavy_week_is_asked_something_light_or_nothing() -> None:
    heavy = History(MONDAY, heavy_week=True)
    choice = chosen(heavy, MONDAY, seed="dan")
    assert choice.question.depth == 1
    assert choice.reason.startswith("You said this is a heavy week, so this is a light question,")
    nothing = choose(bank_of(question("A")), heavy, MONDAY, "dan")
    assert nothing == Silence(
        "In a heavy week only the lightest questions come, and none of them is free today."
    )


def test_dan_is_told_when_everything_that_fits_is_still_resting() -> None:
    bank = bank_of(question("A"))
    history = History(MONDAY, asked("A"))
    assert choose(bank, history, MONDAY + days(59), "dan") == Silence(
        "Every question that fits you now has been asked too recently."
    )
    assert chosen(history, MONDAY + days(60), bank).question.id == "A"


def test_dan_is_told_when_nothing_fits_at_all() -> None:
    assert choose(bank_of(), History(MONDAY), MONDAY, "dan") == Silence(
        "No question in the bank fits where you are now."
    )


# What is never asked


@pytest.mark.parametrize(
    "unfit",
    [
        pytest.param(question("A", status=Status.DRAFT), id="a draft"),
        pytest.param(question("A", sequence="review"), id="a step of a sequence"),
        pytest.param(question("A", stage=Stage.OBSERVE), id="an OBSERVE without an experiment"),
        pytest.param(question("A", stage=Stage.CORRECT), id="a CORRECT without an experiment"),
        pytest.param(question("A", depth=4), id="depth 4"),
        pytest.param(question("A", requires=Requires(open_experiment=True)), id="an open try"),
        pytest.param(question("A", requires=Requires(due_experiment=True)), id="a due try"),
        pytest.param(question("A", requires=Requires(shared_coach=True)), id="a coach"),
        pytest.param(question("A", requires=Requires(min_sessions=1)), id="a session"),
        pytest.param(question("A", requires=Requires(min_readiness=2)), id="more readiness"),
    ],
)
def test_what_the_facts_do_not_carry_is_never_asked(unfit: Question) -> None:
    settled = History(MONDAY, asked("X", "X", "X"), objectives=(WORKFORCE,))
    assert isinstance(choose(bank_of(unfit), settled, MONDAY + weeks(20), "amara"), Silence)


def test_a_question_kept_from_newcomers_waits_two_weeks() -> None:
    bank = bank_of(question("A", not_when=(NotWhen.FIRST_14D,)))
    assert isinstance(choose(bank, History(MONDAY), MONDAY + days(13), "dan"), Silence)
    assert chosen(History(MONDAY), MONDAY + days(14), bank)


def test_one_question_of_a_group_rests_them_all() -> None:
    bank = bank_of(question("A", group="same"), question("B", group="same"))
    history = History(MONDAY, asked("A"))
    assert isinstance(choose(bank, history, MONDAY + days(59), "amara"), Silence)
    assert chosen(history, MONDAY + days(60), bank)


def test_an_explore_may_follow_an_explore_but_an_open_never_an_open() -> None:
    explores = bank_of(question("A"), question("B"))
    assert chosen(History(MONDAY, asked("A")), MONDAY + days(3), explores).question.id == "B"
    opens = bank_of(*(question(key, stage=Stage.OPEN) for key in "AB"))
    assert isinstance(choose(opens, History(MONDAY, asked("A")), MONDAY + days(3), "a"), Silence)


def test_a_follow_up_is_not_needed_for_a_question_to_be_chosen() -> None:
    leading = question("A", follow_ups=(FollowUp("answered", "B"),))
    assert chosen(History(MONDAY), MONDAY, bank_of(leading)).question == leading


# Over many histories

IDS = st.sampled_from([*BANK.questions, "A-RETIRED-ONE"])
HISTORIES = st.builds(
    lambda gaps, declined, objectives, heavy: History(
        started_at=MONDAY,
        asked=tuple(
            Asked(key, MONDAY + timedelta(hours=sum(gap for _, _, gap in gaps[: n + 1])), answered)
            for n, (key, answered, _) in enumerate(gaps)
        ),
        declined=frozenset(declined),
        objectives=tuple(
            ActiveObjective(UUID(int=n), tuple(themes)) for n, themes in enumerate(objectives)
        ),
        heavy_week=heavy,
    ),
    st.lists(st.tuples(IDS, st.booleans(), st.integers(1, 400)), max_size=60),
    st.sets(IDS, max_size=30),
    st.lists(st.lists(st.sampled_from(Theme), max_size=3, unique=True), max_size=3),
    st.booleans(),
)
LATER = st.integers(0, 24 * 90)


def moment_after(history: History, hours: int) -> datetime:
    last = history.asked[-1].at if history.asked else history.started_at
    return last + timedelta(hours=hours)


@given(history=HISTORIES, hours=LATER)
def test_every_promise_holds_over_any_history(history: History, hours: int) -> None:
    now = moment_after(history, hours)
    choice = choose(BANK, history, now, "seed")
    assert choice.reason.endswith(".")
    assert "!" not in choice.reason
    assert choice == choose(BANK, history, now, "seed")
    if isinstance(choice, Silence):
        return
    picked = choice.question
    assert picked.id not in history.declined
    assert picked.depth <= (1 if history.heavy_week else 3)
    newcomer = now - MONDAY < days(14) or sum(a.answered for a in history.asked) < 3
    assert picked.depth <= 2 or not newcomer
    assert picked.stage not in {Stage.OBSERVE, Stage.CORRECT}
    known = [
        (BANK.questions[a.question_id], a.at)
        for a in history.asked
        if a.question_id in BANK.questions
    ]
    for earlier, at in known:
        if earlier.id == picked.id or (picked.group and earlier.group == picked.group):
            assert now - at >= picked.cool_down
    if known and picked.stage is not Stage.EXPLORE:
        assert known[-1][0].stage is not picked.stage
    if picked.stage is Stage.CHALLENGE:
        assert all(earlier.stage is not Stage.CHALLENGE for earlier, _ in known[-6:])
    own = {objective.id for objective in history.objectives}
    assert choice.objective_id in own if own else choice.objective_id is None


@given(
    answers=st.lists(st.booleans(), min_size=1, max_size=30),
    heavy=st.lists(st.booleans(), min_size=30, max_size=30),
    themes=st.sets(st.sampled_from(Theme), max_size=4),
)
def test_no_two_running_share_a_stage_however_a_leader_answers(
    answers: list[bool], heavy: list[bool], themes: set[Theme]
) -> None:
    objectives = (ActiveObjective(UUID(int=1), tuple(sorted(themes))),) if themes else ()
    past = year_of(History(MONDAY, objectives=objectives), answers, heavy)
    stages = [BANK.questions[each.question_id].stage for each in past]
    assert all(a is not b or a is Stage.EXPLORE for a, b in pairwise(stages))


def test_the_same_day_gives_the_same_question_at_any_hour_of_it() -> None:
    history = History(MONDAY, objectives=(WORKFORCE,))
    morning, evening = (
        MONDAY + days(1),
        MONDAY
        + days(
            1,
        )
        + timedelta(hours=9),
    )
    assert chosen(history, morning) == chosen(history, evening)


def test_the_leaders_own_date_decides_and_not_the_servers() -> None:
    history = History(MONDAY - days(1))
    auckland = MONDAY.astimezone(timezone(timedelta(hours=13)))
    there = [chosen(history, auckland, seed=str(n)).question.id for n in range(20)]
    here = [chosen(history, MONDAY, seed=str(n)).question.id for n in range(20)]
    assert there != here


def test_leaders_who_start_together_are_not_all_asked_the_same() -> None:
    picks = {chosen(History(MONDAY), MONDAY, seed=str(n)).question.id for n in range(20)}
    assert len(picks) > 3


def test_half_a_year_of_questions_keeps_to_the_objectives_and_seldom_falls_silent() -> None:
    history = History(MONDAY, objectives=(PARTNERS, WORKFORCE))
    past = year_of(history, [True, True, False] * 18, [False] * 52)
    assert len(past) == 52
    own = {Theme.CONNECT, Theme.CARE, Theme.DEVELOP}
    on_own = [a for a in past if own & set(BANK.questions[a.question_id].themes)]
    assert len(on_own) / len(past) > 0.5
