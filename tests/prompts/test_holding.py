"""Questions to hold: by rule, from shared things only, and never a guess about the person."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.bank import FOLDER, AnswerKind, Bank, Stage, Status, Theme, load_bank
from prompts.experiment import Decision, TryState
from prompts.holding import LONGEST_QUOTE, MOST_HELD, Held, hold, phrase
from prompts.linting.finding import Severity
from prompts.linting.lint import lint_question, read_lint
from prompts.shared import (
    SharedAside,
    SharedExperiment,
    SharedFocus,
    SharedObjective,
    SharedRating,
    SharedReflection,
    SharedWeek,
)
from tests.prompts.sharing import (
    AMARA,
    ASIDE,
    FIXED,
    FOCUS,
    HANDOVER,
    MONDAY,
    PAIRING,
    RATED,
    ROTA,
    VOICES,
    WARDS,
    key,
)

BANK = load_bank()
NOTHING = SharedWeek(PAIRING, "Amara")


def shared(
    *things: SharedExperiment | SharedReflection | SharedObjective, leader: str = "Amara"
) -> SharedWeek:
    return SharedWeek(
        PAIRING,
        leader,
        experiments=tuple(one for one in things if isinstance(one, SharedExperiment)),
        reflections=tuple(one for one in things if isinstance(one, SharedReflection)),
        objectives=tuple(one for one in things if isinstance(one, SharedObjective)),
    )


def ids(week: SharedWeek, on: date = MONDAY, bank: Bank = BANK) -> list[str]:
    return [one.question_id for one in hold(week, bank, on)]


def rated(now: int, before: int | None) -> SharedObjective:
    return replace(WARDS, next_review=None, ratings=(replace(RATED, level=now, before=before),))


# Each rule


def test_a_try_that_was_set_beside_what_was_expected_brings_other_explanations() -> None:
    assert hold(shared(HANDOVER), BANK, MONDAY) == (
        Held(
            "What else could explain what you saw?",
            "Amara wrote how it compared with what was expected.",
            "EX8",
            "I was braced for a fight.",
        ),
    )


def test_what_the_leader_has_already_answered_and_shared_is_not_held() -> None:
    explained = replace(HANDOVER, other="It was raining.")
    assert ids(shared(replace(explained, learned=""))) == ["EX9"]
    assert ids(shared(explained)) == []


@pytest.mark.parametrize("missing", ["surprise", "observed"])
def test_no_surprise_without_both_what_happened_and_how_it_sat(missing: str) -> None:
    assert ids(shared(replace(HANDOVER, **{missing: " "}))) == []


@pytest.mark.parametrize(
    ("delays", "question", "reason"),
    [
        (2, "EX12", "This experiment has not happened yet."),
        (3, "EX13", "This experiment has not happened yet."),
    ],
)
def test_not_yet_again_asks_about_the_size_and_then_about_the_delay(
    delays: int, question: str, reason: str
) -> None:
    [one] = hold(shared(replace(ROTA, times_put_off=delays)), BANK, MONDAY)
    assert (one.question_id, one.reason) == (question, reason)
    assert one.quote == "Letting Femi chair the rota group."


def test_a_first_not_yet_asks_nothing() -> None:
    assert ids(shared(ROTA)) == []


def test_a_try_let_go_after_a_delay_asks_about_the_delay_and_one_let_go_at_once_about_none() -> (
    None
):
    let_go = replace(ROTA, state=TryState.CLOSED, decision=Decision.LET_GO)
    [one] = hold(shared(let_go), BANK, MONDAY)
    assert one.question_id == "EX13"
    assert one.reason == "Amara said “not yet” to this experiment, and then it was let go."
    assert ids(shared(replace(let_go, times_put_off=0))) == []


def test_a_try_that_happened_after_all_is_not_asked_about_its_delays() -> None:
    done = replace(ROTA, times_put_off=2, state=TryState.OBSERVED, observed="Femi ran it well.")
    assert ids(shared(done)) == []
    assert ids(shared(replace(done, decision=Decision.LET_GO))) == []


def test_a_rating_that_went_up_asks_what_helped() -> None:
    [one] = hold(shared(rated(0, -1)), BANK, MONDAY)
    assert (one.question_id, one.quote) == ("QR3", "Two wards asked to join.")
    assert one.reason == "The rating that Amara shared went up, from −1 to 0."


def test_a_rating_that_went_down_asks_what_changed_around_the_leader() -> None:
    [one] = hold(shared(rated(-2, 1)), BANK, MONDAY)
    assert one.question_id == "QR4"
    assert one.reason == "The rating that Amara shared went down, from +1 to −2."


@pytest.mark.parametrize("before", [None, 0])
def test_a_first_rating_or_the_same_one_moves_nothing(before: int | None) -> None:
    assert ids(shared(rated(0, before))) == []


def test_only_the_newest_rating_counts() -> None:
    older = replace(RATED, id=key(60), level=-1, before=2, on=RATED.on - timedelta(days=20))
    week = shared(replace(WARDS, next_review=None, ratings=(RATED, older)))
    assert ids(week) == ["QR3"]


def test_of_two_ratings_that_moved_the_newer_one_speaks_whichever_is_told_first() -> None:
    old = replace(WARDS, id=key(50), next_review=None, words="Beds.", ratings=(RATED,))
    later = replace(RATED, id=key(61), on=MONDAY, evidence="A third ward asked.")
    new = replace(old, id=key(51), ratings=(later,))
    for week in (shared(old, new), shared(new, old)):
        assert [one.quote for one in hold(week, BANK, MONDAY)] == ["A third ward asked."]


def test_two_ratings_of_one_day_are_read_the_same_whichever_is_told_first() -> None:
    up, down = RATED, replace(RATED, id=key(61), level=-2)
    for ratings in ((up, down), (down, up)):
        assert ids(shared(replace(WARDS, next_review=None, ratings=ratings))) == ["QR4"]


@pytest.mark.parametrize(("days", "held"), [(-1, []), (0, ["QR4"]), (14, ["QR4"]), (15, [])])
def test_a_review_within_two_weeks_asks_what_has_changed(days: int, held: list[str]) -> None:
    soon = replace(WARDS, ratings=(), next_review=MONDAY + timedelta(days=days))
    assert ids(shared(soon)) == held


def test_a_review_says_its_date() -> None:
    [one] = hold(shared(replace(WARDS, ratings=())), BANK, MONDAY)
    assert one.reason == "The review of this objective is due on 20 March."
    assert one.quote == "Wards sort out beds between them before they ring me."


def test_the_review_date_of_an_objective_whose_title_is_not_shared_is_not_used() -> None:
    unnamed = replace(WARDS, words="", ratings=())
    assert ids(replace(shared(unnamed), focus=FOCUS)) == []


def test_an_answer_brings_another_question_on_its_theme() -> None:
    [one] = hold(shared(VOICES), BANK, MONDAY)
    question = BANK.questions[one.question_id]
    assert Theme.ENGAGE in question.themes
    assert question.stage in {Stage.EXPLORE, Stage.CHALLENGE}
    assert question.depth <= 3
    assert question.id != VOICES.question_id
    assert one.reason == (
        "It is on the same theme as “Whose voice is easiest for you to hear in meetings?”, "
        "which Amara answered."
    )
    assert one.quote == "Whoever sits nearest the door, it turns out."


def test_an_answer_with_no_theme_or_no_words_brings_nothing() -> None:
    assert ids(shared(replace(VOICES, themes=()))) == []
    assert ids(shared(replace(VOICES, words=" \n"), FIXED)) == ids(shared(FIXED))


def test_what_one_answer_brings_does_not_hang_on_the_others() -> None:
    both = ids(shared(VOICES, FIXED))
    assert both == [*ids(shared(VOICES)), *ids(shared(FIXED))]


# All of them together


def test_what_surprised_comes_first_then_what_moved_and_three_are_enough() -> None:
    assert ids(AMARA) == ["EX8", "QR3", "QR4"]
    more = replace(AMARA, experiments=(replace(ROTA, times_put_off=2), HANDOVER))
    assert ids(more) == ["EX8", "EX12", "QR3"]


def test_the_same_question_is_not_held_twice() -> None:
    two = shared(HANDOVER, replace(HANDOVER, id=key(70), due=MONDAY, surprise="Nobody minded."))
    [one] = hold(two, BANK, MONDAY)
    assert one.quote == "Nobody minded."
    down = replace(WARDS, ratings=(replace(RATED, level=-2),))
    assert ids(shared(down)) == ["QR4"]


def test_the_coachs_own_come_first_and_are_marked_so() -> None:
    held = hold(AMARA, BANK, MONDAY, ["  What would Femi say?", "", "what would  femi say?"])
    assert held[0] == Held("What would Femi say?", "Yours.")
    assert [one.question_id for one in held] == ["", "EX8", "QR3"]
    assert len(hold(AMARA, BANK, MONDAY, [f"Own {n}?" for n in range(5)])) == MOST_HELD


def test_a_question_of_the_bank_that_the_coach_has_kept_is_theirs_and_comes_once() -> None:
    held = hold(shared(HANDOVER), BANK, MONDAY, ["What else could explain what you saw?"])
    assert held == (Held("What else could explain what you saw?", "Yours."),)


def test_where_nothing_is_shared_nothing_is_held_not_even_the_coachs_own() -> None:
    assert hold(NOTHING, BANK, MONDAY, ["What now?"]) == ()
    blank = replace(
        NOTHING,
        next_session=FOCUS.starts_at,
        focus=replace(FOCUS, words=" "),
        reflections=(replace(VOICES, words=""),),
        objectives=(SharedObjective(key(9), "", MONDAY),),
    )
    assert hold(blank, BANK, MONDAY, ["What now?"]) == ()


def test_a_focus_alone_is_something_shared() -> None:
    week = replace(NOTHING, focus=FOCUS)
    assert hold(week, BANK, MONDAY, ["What now?"]) == (Held("What now?", "Yours."),)
    assert hold(replace(NOTHING, leave_for_now=ASIDE), BANK, MONDAY) == ()


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.LIVE])
def test_a_question_that_is_not_live_is_not_held(status: Status) -> None:
    resting = {"EX8": replace(BANK.questions["EX8"], status=status)}
    assert ids(shared(HANDOVER), bank=Bank({**BANK.questions, **resting}, {})) == []
    engage = {
        one.id: replace(one, status=status) for one in BANK.themed if Theme.ENGAGE in one.themes
    }
    assert ids(shared(VOICES), bank=Bank({**BANK.questions, **engage}, {})) == []


def test_a_question_with_something_to_fill_in_is_not_held() -> None:
    gaps = {
        one.id: replace(one, context_line="Your objective: {objective_short}.")
        for one in (BANK.questions["EX8"], *BANK.themed)
    }
    bank = Bank({**BANK.questions, **gaps}, {})
    assert ids(shared(HANDOVER, VOICES, FIXED), bank=bank) == []


def test_a_question_that_offers_its_answers_is_not_held() -> None:
    choices = {one.id: replace(one, answer=AnswerKind.CHOICE) for one in BANK.themed}
    assert ids(shared(VOICES), bank=Bank({**BANK.questions, **choices}, {})) == []


def test_every_question_that_can_be_held_passes_the_lint() -> None:
    lint = read_lint(FOLDER)
    fixed = ["EX8", "EX9", "EX12", "EX13", "QR3", "QR4"]
    themed = {
        held.question_id
        for number in range(200)
        for theme in Theme
        for held in hold(shared(replace(VOICES, id=key(number), themes=(theme,))), BANK, MONDAY)
    }
    assert len(themed) > 24
    for each in (*fixed, *themed):
        question = BANK.questions[each]
        assert question.status is Status.LIVE
        faults = lint_question(question, lint)
        assert [one for one in faults if one.severity is Severity.ERROR] == [], each


# Phrases


@pytest.mark.parametrize(
    ("words", "opening"),
    [
        ("", ""),
        ("   ", ""),
        ("Short enough.", "Short enough."),
        ("  Two lines\nof which the first", "Two lines"),
        (
            "It went quiet for once. Then everybody began to talk at the same time.",
            "It went quiet for once.",
        ),
        (
            "Dr. Singh said that the whole of the third floor had been waiting for somebody.",
            "Dr. Singh said that the whole of the third floor had been",
        ),
        (
            "The order of things on the agenda, which I inherited, and the room, and the hour",
            "The order of things on the agenda, which I inherited, and",
        ),
        ("x" * 61, ""),
        ("x" * 60, "x" * 60),
        (f"{'x' * 60} and on", "x" * 60),
    ],
)
def test_a_phrase_is_the_opening_of_what_was_written(words: str, opening: str) -> None:
    assert phrase(words) == opening


@given(st.text(max_size=200))
def test_a_phrase_is_a_short_piece_of_the_words_and_cuts_no_word(words: str) -> None:
    found = phrase(words)
    assert found in words
    assert len(found) <= LONGEST_QUOTE
    assert found == found.strip()
    assert len(found.splitlines()) <= 1


# Whatever is shared

NAMES = st.sampled_from(["Amara", "Dan", "Jo"])
WORDS = st.one_of(
    st.just(""),
    st.text(max_size=120),
    st.lists(st.sampled_from(["quiet", "isn't", "the rota.", "no?", "“yes”"]), max_size=20).map(
        " ".join
    ),
)
DAYS = st.dates(MONDAY - timedelta(days=30), MONDAY + timedelta(days=30))
EXPERIMENTS = st.builds(
    SharedExperiment,
    id=st.uuids(),
    state=st.sampled_from(TryState),
    due=DAYS,
    action=WORDS,
    objective_id=st.none(),
    expected=WORDS,
    observed=WORDS,
    surprise=WORDS,
    other=WORDS,
    learned=WORDS,
    decision=st.none() | st.sampled_from(Decision),
    times_put_off=st.integers(0, 4),
    put_off_because=WORDS,
)
REFLECTIONS = st.builds(
    SharedReflection,
    id=st.uuids(),
    nudge=st.uuids(),
    question_id=st.sampled_from([one.id for one in BANK.themed]),
    question=st.just("What did you see?"),
    words=WORDS,
    on=DAYS,
    themes=st.lists(st.sampled_from(Theme), max_size=3, unique=True).map(tuple),
    objective_id=st.none(),
)
LEVELS = st.integers(-2, 2)
RATINGS = st.builds(
    SharedRating, id=st.uuids(), level=LEVELS, on=DAYS, before=st.none() | LEVELS, evidence=WORDS
)
OBJECTIVES = st.builds(
    SharedObjective,
    id=st.uuids(),
    words=WORDS,
    next_review=st.none() | DAYS,
    ratings=st.lists(RATINGS, max_size=3).map(tuple),
)
WEEKS = st.builds(
    SharedWeek,
    pairing=st.just(PAIRING),
    leader=NAMES,
    next_session=st.none(),
    focus=st.none() | st.builds(SharedFocus, st.uuids(), st.just(FOCUS.starts_at), WORDS),
    experiments=st.lists(EXPERIMENTS, max_size=4, unique_by=lambda one: one.id).map(tuple),
    reflections=st.lists(REFLECTIONS, max_size=4, unique_by=lambda one: one.id).map(tuple),
    objectives=st.lists(OBJECTIVES, max_size=3, unique_by=lambda one: one.id).map(tuple),
    leave_for_now=st.none() | st.builds(SharedAside, st.uuids(), WORDS),
)
OWN = st.lists(st.text(min_size=1, max_size=40), max_size=4)


def texts(week: SharedWeek) -> list[str]:
    return [
        *(
            part
            for one in week.experiments
            for part in (one.action, one.surprise, one.put_off_because)
        ),
        *(one.words for one in week.reflections),
        *(one.words for one in week.objectives),
        *(rating.evidence for one in week.objectives for rating in one.ratings),
    ]


@given(WEEKS, OWN)
def test_what_is_held_is_live_or_the_coachs_own_and_quotes_only_what_was_shared(
    week: SharedWeek, own: list[str]
) -> None:
    held = hold(week, BANK, MONDAY, own)
    live = {one.id: one.message for one in BANK.live}
    assert len(held) <= MOST_HELD
    assert len({one.words for one in held}) == len(held)
    for one in held:
        if one.question_id:
            assert one.words == live[one.question_id]
            assert any(one.quote in text for text in texts(week))
            assert len(one.quote) <= LONGEST_QUOTE
        else:
            assert one.words in {each.strip() for each in own}
            assert (one.reason, one.quote) == ("Yours.", "")
    marks = [bool(one.question_id) for one in held]
    assert marks == sorted(marks)


@given(st.lists(REFLECTIONS, max_size=6, unique_by=lambda one: one.id))
def test_no_answer_brings_a_question_answered_already_or_one_that_goes_deep(
    reflections: list[SharedReflection],
) -> None:
    held = hold(shared(*reflections), BANK, MONDAY)
    assert {one.question_id for one in held}.isdisjoint(one.question_id for one in reflections)
    for one in held:
        question = BANK.questions[one.question_id]
        assert question.depth <= 3
        assert set(question.themes) <= {theme for each in reflections for theme in each.themes}


def test_two_answers_on_one_theme_bring_two_questions() -> None:
    for number in range(20):
        again = replace(VOICES, id=key(1000 + number))
        assert len(ids(shared(VOICES, again))) == 2


@given(WEEKS, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_changes_nothing(
    week: SharedWeek, random: Random
) -> None:
    def shuffled(things: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(random.sample(things, len(things)))

    mixed = replace(
        week,
        experiments=shuffled(week.experiments),
        reflections=shuffled(week.reflections),
        objectives=tuple(
            replace(one, ratings=shuffled(one.ratings)) for one in shuffled(week.objectives)
        ),
    )
    assert hold(mixed, BANK, MONDAY) == hold(week, BANK, MONDAY)


@given(WEEKS, st.uuids())
def test_no_id_but_that_of_the_answer_tips_what_is_held(week: SharedWeek, other: UUID) -> None:
    """Ids of nudges, pairings and objectives are no facts that a coach can see."""
    elsewhere = replace(
        week,
        pairing=other,
        reflections=tuple(
            replace(one, nudge=other, objective_id=other) for one in week.reflections
        ),
    )
    assert hold(elsewhere, BANK, MONDAY) == hold(week, BANK, MONDAY)
