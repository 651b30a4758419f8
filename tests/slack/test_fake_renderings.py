"""Whatever the companion shows, the strict fake takes it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bot.slack import rendering
from prompts.message import Form, Message
from tests.bot.hostile import forms, messages, patiently
from tests.slack.refusing import are_too_long, in_blocks, in_view, is_view_too_large

GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "slack").glob("*.json"))


def wrong_in(dressed: dict[str, Any]) -> list[str]:
    if "type" in dressed:
        return in_view(dressed, "modal") + ["too large"] * is_view_too_large(dressed)
    return in_blocks(dressed["blocks"], "message") + ["too long"] * are_too_long(dressed["blocks"])


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_was_reviewed_is_taken(path: Path) -> None:
    assert wrong_in(json.loads(path.read_text(encoding="utf-8"))) == []


@patiently
@given(messages)
def test_any_message_is_taken(message: Message) -> None:
    assert wrong_in(rendering.to_payload(message)) == []


@patiently
@given(forms)
def test_any_form_is_taken(form: Form) -> None:
    assert wrong_in(rendering.to_view(form)) == []
