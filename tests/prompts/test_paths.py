"""The path of an experiment says where it stands, and nothing that did not happen."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.composing.paths import Tried, path_of
from prompts.experiment import Decision, TryState
from prompts.message import StepState

TODAY = date(2026, 12, 1)
PLANNED = Tried(
    *(UUID(int=1), TryState.PLANNED, None, TODAY + timedelta(days=7), 0, ""),
    action="Send it round empty.",
    hypothesis="They will fill it.",
)
OBSERVED = replace(PLANNED, state=TryState.OBSERVED, due=TODAY, observed="Three items.")
STATES = {StepState.DONE: "x", StepState.NOW: "→", StepState.AHEAD: "·"}


def drawn(one: Tried) -> list[str]:
    return [f"{STATES[step.state]} {step.label}" for step in path_of(one, TODAY)]


def test_before_its_day_it_waits_for_the_day() -> None:
    assert drawn(PLANNED) == [
        *("x Hunch", "x Try", "→ Due", "· Saw"),
        *("· Compared with what was expected", "· Learned", "· Decided"),
    ]


def test_from_its_day_on_it_waits_for_what_was_seen() -> None:
    assert drawn(replace(PLANNED, due=TODAY))[2:5] == [
        *("x Due", "→ Saw", "· Compared with what was expected"),
    ]


def test_what_was_looked_back_on_stands_at_the_first_thing_not_said_yet() -> None:
    assert drawn(OBSERVED)[3:] == [
        *("x Saw", "→ Compared with what was expected", "· Learned", "· Decided"),
    ]
    assert drawn(replace(OBSERVED, surprise="One more.", learned="They waited."))[3:] == [
        *("x Saw", "x Compared with what was expected", "x Learned", "→ Decided"),
    ]


@pytest.mark.parametrize("decision", Decision)
def test_a_closed_one_has_nothing_ahead(decision: Decision) -> None:
    closed = replace(PLANNED, state=TryState.CLOSED, decision=decision)
    assert drawn(closed) == ["x Hunch", "x Try", "x Due", "x Decided"]


def test_what_was_put_off_and_made_smaller_stays_in_the_path() -> None:
    smaller = replace(
        PLANNED, delays=2, before="Send it to all.", delayed_by="An inspection.", due=TODAY
    )
    steps = {step.label: step.words for step in path_of(smaller, TODAY)}
    assert steps["Try, as it was first put"] == "Send it to all."
    assert steps["Put off"] == "You said “not yet”."
    assert steps["What the week made more important"] == "An inspection."


@given(
    st.sampled_from(TryState),
    st.sampled_from([None, *Decision]),
    st.integers(-30, 30),
    st.integers(0, 3),
    st.lists(st.sampled_from(["", "Words."]), min_size=9, max_size=9),
)
def test_at_most_one_step_is_now_and_none_is_done_after_what_is_ahead(
    state: TryState, decision: Decision | None, ahead: int, delays: int, parts: list[str]
) -> None:
    hypothesis, cue, expected, rethink, delayed_by, observed, surprise, other, learned = parts
    one = Tried(
        *(UUID(int=1), state, decision if state is TryState.CLOSED else None),
        *(TODAY + timedelta(days=ahead), delays, "", "The try."),
        hypothesis=hypothesis,
        cue=cue,
        expected=expected,
        rethink=rethink,
        delayed_by=delayed_by,
        observed=observed,
        surprise=surprise,
        other=other,
        learned=learned,
    )
    states = [step.state for step in path_of(one, TODAY)]
    assert states.count(StepState.NOW) <= 1
    assert all(step.words for step in path_of(one, TODAY) if step.state is StepState.DONE)
