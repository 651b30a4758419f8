"""Whatever the companion shows, the strict fake takes it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import rendering
from bot.slack.pages import Page, Pages
from prompts.message import (
    Choice,
    Choices,
    Element,
    Fact,
    Facts,
    Field,
    Form,
    FormName,
    LongText,
    Message,
    Option,
    Quiet,
    Quote,
    ShortText,
    Text,
)
from tests.bot.accepted import check_slack_part, parts
from tests.bot.hostile import HOSTILE, elements, forms, ids, messages, patiently
from tests.slack.refusing import are_too_long, in_blocks, in_view, is_view_too_large

GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "slack").glob("*.json"))


def wrong_in(dressed: dict[str, Any]) -> list[str]:
    if "type" in dressed:
        return in_view(dressed, "modal", "home") + ["too large"] * is_view_too_large(dressed)
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


under = st.builds(
    Pages,
    st.lists(st.builds(Page, st.sampled_from(FormName), ids), max_size=2).map(tuple),
    st.booleans(),
)
homes = st.lists(st.builds(Form, st.sampled_from(FormName), st.text(), ids, elements), max_size=3)


@patiently
@given(st.lists(messages, min_size=1, max_size=3), under)
def test_anything_said_on_a_page_is_taken(said: list[Message], under: Pages) -> None:
    assert wrong_in(rendering.to_page(said, under)) == []


@patiently
@given(homes)
def test_any_home_is_taken_and_nothing_in_it_comes_alive(forms: list[Form]) -> None:
    home = rendering.to_home(forms)
    assert wrong_in(home) == []
    for part in parts(home["blocks"]):
        check_slack_part(part)


# As much as there can be of it

LONGEST = 10_000
EXTREMES = (*(said for said in HOSTILE if said.strip()), "♥", "👩🏽‍⚕️", "&", '"', "\\", "x")


def much(said: str) -> tuple[Element, ...]:
    long = (said * LONGEST)[:LONGEST]
    some: tuple[Element, ...] = (Text(long), Quiet(long), Quote(long), Facts((Fact(said, long),)))
    return some * 20


def asking(said: str) -> tuple[Field, ...]:
    long = (said * LONGEST)[:LONGEST]
    options = tuple(Option(str(number), long) for number in range(130))
    chosen = tuple(str(number) for number in range(0, 130, 7))
    told = {"label": f"Words {long}", "hint": long, "error": long}
    return (
        ShortText("short", value=long, **told),
        LongText("long", value=long, **told),
        LongText("full", value=long[:3_000], **told),
        Choice("one", options=options, value="129", **told),
        Choice("few", options=options[:10], value="9", **told),
        Choices("several", options=options, values=chosen, **told),
    )


@pytest.mark.parametrize("said", EXTREMES)
def test_as_much_as_there_can_be_is_taken_wherever_it_stands(said: str) -> None:
    long = (said * LONGEST)[:LONGEST]
    page = Form(FormName.DIGEST, long, "d1", much(said))
    form = Form(FormName.WHEN, long, "d1", fields=asking(said), submit=long, error=long)
    both = Form(FormName.WHEN, long, "d1", much(said), asking(said), long, long)
    message = Message(f"News: {long}", much(said))
    for dressed in (
        rendering.to_payload(message),
        rendering.to_page([message] * 3),
        rendering.to_home([page] * 3),
        *(rendering.to_view(one) for one in (page, form, both)),
    ):
        assert wrong_in(dressed) == []
        for part in parts(dressed["blocks"]):
            check_slack_part(part)
        assert "<!" not in dressed.get("text", "")
        assert "<@" not in dressed.get("text", "")
