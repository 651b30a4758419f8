"""Whatever the companion shows, the strict fake takes it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bot.teams import rendering
from prompts.message import Form, Message
from tests.bot.hostile import forms, messages, patiently
from tests.bot.samples import SAMPLES, as_teams
from tests.prompts.test_composing import SAYINGS
from tests.teams.refusing import LARGEST, in_activity, in_dialog, weight

GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "teams").glob("*.json"))


def wrong_in(dressed: dict[str, Any]) -> list[str]:
    found = in_activity(dressed) if "type" in dressed else in_dialog(dressed)
    return found + ["too large"] * (weight(dressed) >= LARGEST)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_was_reviewed_is_taken(path: Path) -> None:
    assert wrong_in(json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("said", SAMPLES.values(), ids=SAMPLES)
def test_every_sample_is_taken(said: Message | Form) -> None:
    assert wrong_in(as_teams(said)) == []


@pytest.mark.parametrize("said", SAYINGS, ids=lambda said: repr(said)[:40])
def test_everything_the_companion_says_is_taken(said: Message | Form) -> None:
    assert wrong_in(as_teams(said)) == []


@patiently
@given(messages)
def test_any_message_is_taken(message: Message) -> None:
    assert wrong_in(rendering.to_activity(message)) == []


@patiently
@given(forms)
def test_any_form_is_taken(form: Form) -> None:
    assert wrong_in(rendering.to_dialog(form)) == []
