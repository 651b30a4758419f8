"""Placeholders: a closed set, filled by name, private ones only where the leader alone reads."""

from dataclasses import fields

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prompts.bank import load_bank
from prompts.question import A_VARIABLE
from prompts.variables import FALLBACKS, PRIVATE, Variables, filled

BANK = load_bank()
WITH_VARIABLES = [one for one in BANK.questions.values() if one.variables]


def test_every_variable_has_a_fallback() -> None:
    assert set(FALLBACKS) == {one.name for one in fields(Variables)}
    assert set(FALLBACKS) >= PRIVATE


@pytest.mark.parametrize("question", WITH_VARIABLES, ids=lambda one: one.id)
def test_every_question_reads_well_with_nothing_known(question: object) -> None:
    words = filled(question.message, Variables(), question)
    assert not A_VARIABLE.search(words)
    assert "  " not in words


def test_what_is_known_takes_the_place_of_the_fallback() -> None:
    focus = BANK.questions["BS1"]
    assert filled(focus.text, Variables(), focus).endswith("think about with your coach?")
    known = filled(focus.text, Variables(coach_first_name="Ruth"), focus)
    assert known == "What would you most like to think about with Ruth?"


@given(st.text())
@example("Send the agenda round empty and wait.")
@example("Wait...")
def test_whatever_a_leader_wrote_is_put_in_as_it_is_and_never_read_as_a_placeholder(
    words: str,
) -> None:
    asked = "Your objective: {objective_short}. What moved?"
    shown = filled(asked, Variables(objective_short=words))
    known = words or "shown when you open this"
    assert shown == f"Your objective: {known}{'' if known.endswith('.') else '.'} What moved?"


@given(st.text(alphabet="{}_abcdefghijklmnopqrstuvwxyz.[]()'\"% ", max_size=60))
def test_nothing_a_question_holds_is_evaluated(words: str) -> None:
    names = set(A_VARIABLE.findall(words)) & set(FALLBACKS)
    assert names or filled(words, Variables()) == words
