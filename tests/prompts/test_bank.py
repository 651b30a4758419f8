"""The bank that comes with the product, and the bank that is being served."""

from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from prompts.bank import AnswerKind, Question, ServedBank, Stage, Theme, load_bank
from tests.prompts.written import settled, toml, write_bank

BANK = load_bank()
THEMED = [question for question in BANK.questions.values() if not question.sequence]
STEPS = [question for question in BANK.questions.values() if question.sequence]


def test_the_bank_holds_every_question_that_was_signed_off() -> None:
    assert len(THEMED) == 168
    assert len(STEPS) == 74
    assert len(BANK.questions) == 242


STEP_IDS = {
    "onboarding": {"ON": (1, 4)},
    "objective": {"OS": (1, 10)},
    "weekly": {"WK": (0, 5)},
    "experiment": {"EX": (1, 13)},
    "session": {"AS": (1, 3), "BS": (1, 3)},
    "review": {"QR": (1, 7)},
    "team": {"TR": (1, 6)},
    "workshop": {"WB": (1, 2), "WD": (1, 4), "WA": (1, 6)},
    "enquiry": {"EN": (1, 7), "CH": (1, 2)},
    "return": {"PR": (1, 1)},
}


def test_every_sequence_holds_its_steps_in_order() -> None:
    assert set(BANK.sequences) == set(STEP_IDS)
    for name, sequence in BANK.sequences.items():
        # BS3 comes in the place of BS1, at most once a quarter, so it is looked at first.
        ids = (
            sorted(step.id for step in sequence.steps)
            if name == "session"
            else [step.id for step in sequence.steps]
        )
        assert ids == [
            f"{prefix}{number}"
            for prefix, (first, last) in STEP_IDS[name].items()
            for number in range(first, last + 1)
        ]


def test_ids_tell_the_theme_the_stage_and_the_place() -> None:
    codes = ("OPN", "EXL", "CHA", "EXM", "OBS", "COR", "REV")
    for question in THEMED:
        theme, stage, number = question.id.split("-")
        assert [question.themes[0].value[:3].upper()] == [theme]
        assert question.stage is list(Stage)[codes.index(stage)]
        assert number in {"1", "2"}


@pytest.mark.parametrize(("theme", "stage"), list(product(Theme, Stage)))
def test_every_theme_has_two_questions_at_every_stage(theme: Theme, stage: Stage) -> None:
    assert len([q for q in THEMED if q.stage is stage and theme in q.themes]) == 2


DEPTHS = {
    Stage.OPEN: {1: 20, 2: 4},
    Stage.EXPLORE: {1: 4, 2: 15, 3: 5},
    Stage.CHALLENGE: {3: 12, 4: 10, 5: 2},
    Stage.EXPERIMENT: {1: 4, 2: 15, 3: 5},
    Stage.OBSERVE: {1: 5, 2: 15, 3: 4},
    Stage.CORRECT: {2: 12, 3: 12},
    Stage.REVIEW: {1: 4, 2: 8, 3: 11, 4: 1},
}


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_is_as_deep_as_was_signed_off(stage: Stage) -> None:
    assert Counter(q.depth for q in THEMED if q.stage is stage) == DEPTHS[stage]


@pytest.mark.parametrize("theme", Theme)
def test_every_theme_has_three_light_questions_and_they_stand_at_more_than_one_stage(
    theme: Theme,
) -> None:
    # Hardly any stage comes twice running, so light ones at one stage alone would soon run out.
    light = [q.stage for q in THEMED if q.depth == 1 and theme in q.themes]
    assert len(light) >= 3
    assert len(set(light)) >= 2


@pytest.mark.parametrize("theme", Theme)
def test_every_theme_has_a_stretching_challenge_and_a_stronger_one(theme: Theme) -> None:
    depths = sorted(q.depth for q in THEMED if q.stage is Stage.CHALLENGE and theme in q.themes)
    assert depths in ([3, 4], [3, 5])


def test_a_sequence_says_what_starts_it_and_how_it_ends() -> None:
    for name, sequence in BANK.sequences.items():
        assert sequence.id == name
        assert [step.order for step in sequence.steps] == list(range(1, len(sequence.steps) + 1))
        assert {step.sequence for step in sequence.steps} == {name}
        assert sequence.trigger.endswith(".")
        assert sequence.exit.endswith(".")


def test_every_question_says_what_it_is_for_in_words_of_its_own() -> None:
    purposes = [question.purpose for question in BANK.questions.values()]
    assert len(set(purposes)) == len(purposes)
    for purpose in purposes:
        assert purpose.endswith(".")
        assert "!" not in purpose
        assert len(purpose.split()) <= 20


def test_a_try_is_looked_back_on_with_one_question() -> None:
    look_back = BANK.questions["EX6"]
    assert look_back.context_line == "You have a try to look back on: {experiment_action}."
    assert look_back.text == "What happened?"
    assert [variable.private for variable in look_back.variables] == [True]
    assert [(after.when, after.ask) for after in look_back.follow_ups] == [
        ("experiment.state=observed", "EX7"),
        ("experiment.state=observed", "EX9"),
        ("experiment.state=observed", "EX10"),
        ("experiment.delays=1", "EX11"),
        ("experiment.delays=2", "EX12"),
        ("experiment.delays=3", "EX13"),
    ]


FOLLOWED = [question for question in THEMED if question.follow_ups]


def steps_after(key: str) -> int:
    return max((1 + steps_after(f.ask) for f in BANK.questions[key].follow_ups), default=0)


@pytest.mark.parametrize("question", FOLLOWED, ids=lambda question: question.id)
def test_going_deeper_takes_two_questions_more_at_most_and_one_depth_at_a_time(
    question: Question,
) -> None:
    assert steps_after(question.id) <= 2
    for after in question.follow_ups:
        deeper = BANK.questions[after.ask]
        assert not deeper.sequence
        assert deeper.depth <= question.depth + 1
        assert not deeper.group or deeper.group != question.group
        # What is put right was looked at before.
        assert deeper.stage is not Stage.CORRECT or question.stage is Stage.OBSERVE


def test_questions_that_ask_the_same_rest_together() -> None:
    members = Counter(question.group for question in BANK.questions.values() if question.group)
    assert min(members.values()) >= 2


def test_choices_list_the_words_people_choose_between() -> None:
    assert BANK.questions["EX10"].options == ("keep going", "change it", "stop")
    assert BANK.questions["QR7"].options == ("keep", "revise", "complete", "let go")
    assert BANK.questions["ON4"].options == ("gentle", "balanced", "stretching")
    assert BANK.questions["QR1"].answer is AnswerKind.SCALE
    assert BANK.questions["WK0"].answer is AnswerKind.ONE_WORD


def test_the_deeper_a_question_the_longer_it_rests_but_a_new_try_may_always_be_asked_about() -> (
    None
):
    rests = {key: BANK.questions[key].cool_down.days for key in BANK.questions}
    assert [rests[key] for key in ("CAR-OPN-1", "CAR-EXL-1", "CAR-CHA-2")] == [42, 60, 90]
    assert [rests[key] for key in ("CAR-CHA-1", "SEL-CHA-1")] == [120, 180]
    assert rests["EX6"] == 0
    assert rests["WK3"] == 28


def test_a_deep_question_waits_for_a_lighter_week_and_can_be_settled() -> None:
    for question in BANK.questions.values():
        if question.depth >= 4:
            assert {"heavy_week", "after_stretch", "safety_card_7d"} <= set(question.not_when)
            assert BANK.questions[question.settle_with].depth <= 2


def test_questions_are_equal_by_what_they_say_and_can_be_kept_in_a_set() -> None:
    again = load_bank()
    assert again.questions == BANK.questions
    assert len(set(BANK.questions.values()) | set(again.questions.values())) == 242


def test_a_changed_file_is_taken_up(tmp_path: Path) -> None:
    served = ServedBank(write_bank(tmp_path, toml()))
    write_bank(tmp_path, toml(), settled("PUR-OPN-2"))
    assert served.reread() == ()
    assert set(served.current.questions) == {"PUR-OPN-1", "PUR-OPN-2"}


def test_a_broken_bank_never_replaces_the_one_being_served(tmp_path: Path) -> None:
    served = ServedBank(write_bank(tmp_path, toml()))
    before = served.current
    write_bank(tmp_path, toml(text='"Tell me."'))
    assert [problem.key for problem in served.reread()] == ["PUR-OPN-1"]
    assert served.current is before
