"""Days and hours go into a form and come back the same."""

import pytest

from bot.conversation.rhythm import typed_rhythm
from prompts.composing.pacing import When, when_form
from prompts.composing.zones import Shown
from prompts.message import Choice, Hour, ShortText, Switch


@pytest.mark.parametrize("many", range(4))
def test_a_rhythm_that_nobody_touched_is_read_as_it_was_shown(many: int) -> None:
    slots = (("tue", "12:00"), ("thu", "16:00"), ("fri", "09:30"))[:many]
    when = When(slots, "08:00", "18:00", "Atlantic/Stanley")
    fields = when_form(when, Shown(when.zone)).fields
    typed = {one.name: [one.value] for one in fields if isinstance(one, Choice | Hour | ShortText)}
    typed |= {one.name: ["on"] for one in fields if isinstance(one, Switch) and one.on}
    assert len(typed) == len(fields)
    assert typed_rhythm(typed) == when


def test_a_day_taken_away_is_no_question_whatever_its_hour() -> None:
    typed = {"day0": ["tue"], "hour0": ["12:00"], "day1": ["none"], "hour1": ["16:00"]}
    assert typed_rhythm(typed).slots == (("tue", "12:00"),)
