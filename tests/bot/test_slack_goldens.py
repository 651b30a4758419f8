"""Every Message, Form and Home in Block Kit, as it was reviewed, and as Slack takes it."""

import json
import os
from pathlib import Path

import pytest

from bot.slack.pages import MADE
from prompts.message import FormName
from tests.bot import goldens
from tests.slack.refusing import are_too_long, in_blocks, in_view, is_view_too_large

GOLDEN = Path(__file__).parents[1] / "golden"
BLOCK_KIT = GOLDEN / "block_kit"
FIELDS = GOLDEN / "fields.json"
EVERYTHING = goldens.everything()
RECORDS = bool(os.environ.get("RECORD"))


def file(name: str) -> Path:
    return BLOCK_KIT / f"{name}.txt"


@pytest.mark.parametrize("name", EVERYTHING)
def test_slack_gets_what_was_reviewed(name: str) -> None:
    lines = goldens.in_lines(EVERYTHING[name])
    if RECORDS:
        file(name).parent.mkdir(parents=True, exist_ok=True)
        file(name).write_text(lines, encoding="utf-8")
    assert lines == file(name).read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    wanted = {file(name) for name in EVERYTHING}
    there = {path for path in BLOCK_KIT.rglob("*") if path.is_file()}
    for path in (there - wanted) if RECORDS else ():
        path.unlink()
    assert RECORDS or there == wanted


def test_every_form_and_every_home_is_among_them() -> None:
    """That every Message and Form that is composed has a sample is seen in test_composing.py."""
    assert {f"forms/{form.value}" for form in FormName} <= set(EVERYTHING)
    assert {f"homes/{form.value}" for form in goldens.HOMES} <= set(EVERYTHING)


@pytest.mark.parametrize("name", EVERYTHING)
def test_slack_takes_it(name: str) -> None:
    for dressed in EVERYTHING[name]:
        match dressed:
            case {"type": "modal" | "home" as surface}:
                assert in_view(dressed, surface) == []
                assert not is_view_too_large(dressed)
            case {"blocks": blocks}:
                assert in_blocks(blocks, "message") == []
                assert not are_too_long(blocks)
                assert len(dressed["text"]) <= 4_000
            case _:
                assert name == "pages/errors"
        assert "left out" not in repr(dressed)


# What was typed into a form of the version before


def test_a_field_that_is_renamed_or_becomes_another_kind_makes_another_version() -> None:
    """Or what somebody typed into the form before would be lost when they send it: raise MADE in
    bot/slack/pages.py, and record."""
    recorded = json.loads(FIELDS.read_text(encoding="utf-8"))
    now = goldens.fields()
    if recorded["made"] == MADE:
        for form, kinds in recorded["fields"].items():
            assert kinds.items() <= now.get(form, {}).items(), form
    if RECORDS:
        shown = json.dumps({"made": MADE, "fields": now}, indent=1)
        FIELDS.write_text(f"{shown}\n", encoding="utf-8")
    else:
        assert recorded == {"made": MADE, "fields": now}
