"""Anybody's words arrive as they were written: nothing in them comes alive, nothing is lost."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given

from bot.slack import rendering as slack
from bot.teams import rendering as teams
from prompts.message import (
    Chart,
    Field,
    Form,
    FormName,
    LongText,
    Message,
    Path,
    Quote,
    ShortText,
)
from tests.bot.accepted import check_slack, check_teams, parts, size
from tests.bot.hostile import HOSTILE, forms, messages, patiently
from tests.bot.samples import as_slack, as_teams, leaves_in_slack


def slack_quotes(blocks: list[dict[str, Any]]) -> str:
    quotes = [part for part in parts(blocks) if part.get("type") == "rich_text_quote"]
    return "".join(text["text"] for quote in quotes for text in quote["elements"])


def teams_quotes(body: list[dict[str, Any]]) -> str:
    quotes = [part for part in body if part["type"] == "Container"]
    return "".join(run["text"] for quote in quotes for run in quote["items"][0]["inlines"])


def own_words(said: Message | Form) -> Iterator[str]:
    """What people wrote, wherever it stands as a quote."""
    for element in said.elements:
        match element:
            case Quote(words=words):
                yield words
            case Chart(points=points):
                yield from (point.words for point in points)
            case Path(steps=steps):
                yield from (step.words for step in steps)


def check_quotes(said: Message | Form, shown: str, dressed: Any) -> None:
    theirs = "".join(words for words in own_words(said) if words.strip())
    left_out = any("The rest is left out." in str(part.get("text")) for part in parts(dressed))
    assert theirs.startswith(shown) if left_out else theirs == shown


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # said only when one fails
@patiently
@given(messages | forms)
def test_anybodys_words_arrive_in_slack_untouched(said: Message | Form) -> None:
    leaves = [as_slack(said)] if isinstance(said, Message) else leaves_in_slack(said)
    for leaf in leaves:
        check_slack(leaf)
    shown = "".join(slack_quotes(leaf["blocks"]) for leaf in leaves)
    check_quotes(said, shown, [leaf["blocks"] for leaf in leaves])


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # said only when one fails
@patiently
@given(messages | forms)
def test_anybodys_words_arrive_in_teams_untouched(said: Message | Form) -> None:
    dressed = as_teams(said)
    check_teams(dressed)
    card = (dressed["card"] if "card" in dressed else dressed["attachments"][0])["content"]
    check_quotes(said, teams_quotes(card["body"]), card["body"])


@pytest.mark.parametrize("said", HOSTILE)
def test_ten_thousand_characters_arrive_whole(said: str) -> None:
    long = (said * 10_000)[:10_000]
    message = Message("A long answer.", (Quote(long),))
    form = Form(FormName.ANSWER, "Answer", elements=(Quote(long),))
    whole = long if long.strip() else ""
    assert slack_quotes(slack.to_view(form)["blocks"]) == whole
    assert teams_quotes(teams.to_form_card(form)["body"]) == whole
    assert teams_quotes(teams.to_card(message)["body"]) == whole
    if size(long) <= 10_000:
        assert slack_quotes(slack.to_blocks(message)) == whole


@pytest.mark.parametrize("kind", [ShortText, LongText])
@pytest.mark.parametrize("said", HOSTILE)
def test_what_was_typed_stays_in_the_field(said: str, kind: Callable[..., Field]) -> None:
    long = (said * 10_000)[:10_000]
    form = Form(FormName.ANSWER, "Answer", fields=(kind("answer", "Your answer", value=long),))
    form = Form(form.name, form.title, fields=form.fields, submit="Save")
    inputs = [block["element"] for block in slack.to_view(form)["blocks"]]
    assert "".join(box["initial_value"] for box in inputs) == long
    assert [box["action_id"] for box in inputs][:2] == ["answer", "answer~2"]
    assert teams.to_form_card(form)["body"][0]["value"] == long
