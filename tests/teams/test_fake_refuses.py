"""What Teams refuses, the fake refuses."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.teams.rendering import to_activity, to_card, to_dialog
from tests.bot.samples import EVERY_FIELD, QUESTION_MESSAGE
from tests.teams import FakeTeams
from tests.teams.people import Person, Tenant
from tests.teams.reaching import Client
from tests.teams.refusing import LARGEST, in_activity, in_dialog
from tests.teams.whole import in_card, parts_of

Given = dict[str, Any]
WORDS = {"type": "TextBlock", "text": "Who spoke first?"}
INPUT = {"type": "Input.Text", "id": "answer", "label": "Your answer"}
SUBMIT = {"type": "Action.Submit", "title": "Save"}
CHOICES = [{"title": "One", "value": "1"}, {"title": "Two", "value": "2"}]
SET = {"type": "Input.ChoiceSet", "id": "days", "label": "Days", "choices": CHOICES}
TOGGLE = {"type": "Input.Toggle", "id": "on", "label": "On", "title": "Yes"}
HELLO = {"type": "message", "text": "Hello"}


def a_card(*body: Given, actions: tuple[Given, ...] = (), **more: Any) -> Given:
    found: Given = {"type": "AdaptiveCard", "version": "1.5", "body": list(body), **more}
    return {**found, "actions": list(actions)} if actions else found


def deep(card: Given, depth: int) -> Given:
    return card if not depth else deep({"type": "Container", "items": [card]}, depth - 1)


BAD_CARDS: dict[str, Given] = {
    "an unknown element": a_card({"type": "Media", "sources": []}),
    "an element without a type": a_card({"text": "x"}),
    "an unknown property": a_card({**WORDS, "colour": "red"}),
    "an unknown colour": a_card({**WORDS, "color": "Red"}),
    "words that are a number": a_card({"type": "TextBlock", "text": 3}),
    "no words": a_card({"type": "TextBlock", "text": ""}),
    "half a character": a_card({"type": "TextBlock", "text": "\ud83d"}),
    "nothing": a_card(),
    "a newer version": a_card(WORDS, version="1.6"),
    "a button before there were any": a_card(
        WORDS, {"type": "ActionSet", "actions": [SUBMIT]}, version="1.1"
    ),
    "an unknown property of the card": a_card(WORDS, colour="red"),
    "an unknown one inside": a_card(deep({**WORDS, "bold": True}, 5)),
    "a run with Markdown's name": a_card({"type": "RichTextBlock", "inlines": [WORDS]}),
    "an input without a label": a_card({"type": "Input.Text", "id": "answer"}),
    "an input without an id": a_card({"type": "Input.Text", "label": "Your answer"}),
    "an id twice": a_card(INPUT, {"type": "Container", "items": [INPUT]}),
    "required without a sentence": a_card({**INPUT, "isRequired": True}),
    "too long already": a_card({**INPUT, "maxLength": 3, "value": "long"}),
    "lines in one line": a_card({**INPUT, "value": "a\nb"}),
    "a maxLength of words": a_card({**INPUT, "maxLength": "3"}),
    "a day of February": a_card({**INPUT, "type": "Input.Date", "value": "2027-02-30"}),
    "an hour of words": a_card({**INPUT, "type": "Input.Time", "value": "noon"}),
    "no choices": a_card({**SET, "choices": []}),
    "a choice twice": a_card({**SET, "choices": [CHOICES[0], CHOICES[0]]}),
    "chosen what is not there": a_card({**SET, "value": "3"}),
    "two chosen of one": a_card({**SET, "value": "1,2"}),
    "a comma in a value": a_card(
        {**SET, "isMultiSelect": True, "choices": [{"title": "x", "value": "1,2"}]}
    ),
    "neither on nor off": a_card({**TOGGLE, "value": "maybe"}),
    "seven buttons in a set": a_card({"type": "ActionSet", "actions": [SUBMIT] * 7}),
    "seven buttons of the card": a_card(WORDS, actions=(SUBMIT,) * 7),
    "no buttons": a_card(WORDS, {"type": "ActionSet", "actions": []}),
    "a button without a title": a_card(WORDS, actions=({"type": "Action.Submit"},)),
    "an unknown button": a_card(WORDS, actions=({**SUBMIT, "type": "Action.Http"},)),
    "an unknown style": a_card(WORDS, actions=({**SUBMIT, "style": "primary"},)),
    "data that is words": a_card(WORDS, actions=({**SUBMIT, "data": "save"},)),
    "data that an input hides": a_card(INPUT, actions=({**SUBMIT, "data": {"answer": 1}},)),
    "an unknown msteams": a_card(WORDS, actions=({**SUBMIT, "data": {"msteams": {"type": "x"}}},)),
    "a dialog by Execute": a_card(
        WORDS,
        actions=(
            {
                **SUBMIT,
                "type": "Action.Execute",
                "data": {"msteams": {"type": "task/fetch"}},
            },
        ),
    ),
    "a verb of Submit": a_card(WORDS, actions=({**SUBMIT, "verb": "save"},)),
    "a broken fallback": a_card(WORDS, actions=({**SUBMIT, "fallback": {"type": "Action.X"}},)),
    "a script": a_card(
        WORDS, actions=({"type": "Action.OpenUrl", "title": "x", "url": "javascript:alert(1)"},)
    ),
    "a broken card in a button": a_card(
        WORDS, actions=({"type": "Action.ShowCard", "title": "x", "card": a_card({"type": "x"})},)
    ),
    "a row too short": a_card(
        {
            "type": "Table",
            "columns": [{"width": 1}, {"width": 1}],
            "rows": [{"type": "TableRow", "cells": [{"type": "TableCell", "items": [WORDS]}]}],
        }
    ),
    "a picture that says nothing": a_card({"type": "Image", "url": "https://a.example/x.png"}),
    "a chart without a fallback": a_card(
        {"type": "Chart.Donut", "data": [{"legend": "Yes", "value": 1}]}
    ),
}


@pytest.mark.parametrize("name", BAD_CARDS)
def test_a_card_is_refused_for(name: str) -> None:
    assert in_card(BAD_CARDS[name])


GOOD_CARDS: dict[str, Given] = {
    "an input and a button": a_card(
        {**INPUT, "isRequired": True, "errorMessage": "Say something.", "maxLength": 9},
        actions=({**SUBMIT, "data": {"bearings": {}}},),
    ),
    "choices": a_card({**SET, "isMultiSelect": True, "value": "1,2"}, {**TOGGLE, "value": "true"}),
    "a chart": a_card(
        {"type": "Chart.Donut", "data": [{"legend": "Yes", "value": 1}], "fallback": WORDS}
    ),
    "columns, facts and a picture": a_card(
        {"type": "ColumnSet", "columns": [{"width": "auto", "items": [WORDS]}]},
        {"type": "FactSet", "facts": [{"title": "Next", "value": "Thursday"}]},
        {"type": "Image", "url": "https://a.example/x.png", "altText": "A path"},
    ),
}


@pytest.mark.parametrize("name", GOOD_CARDS)
def test_a_card_is_taken_with(name: str) -> None:
    assert in_card(GOOD_CARDS[name]) == []


def test_no_part_of_a_card_can_be_renamed() -> None:
    """Each element and each property of the sample counts: none is merely passed over."""
    card = to_card(QUESTION_MESSAGE)
    for place, part in enumerate(parts_of(card)):
        for name in part:
            broken = copy.deepcopy(card)
            held = list(parts_of(broken))[place]
            held[f"x{name}"] = held.pop(name)
            assert in_card(broken), f"{name} of {part['type']}"


BAD_ACTIVITIES: dict[str, Given] = {
    "no type": {"text": "Hello"},
    "a type of its own": {"type": "invoke", "text": "Hello"},
    "nothing to say": {"type": "message"},
    "an unknown property": {**HELLO, "txt": "Hello"},
    "another kind of card": {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.hero", "content": {}}],
    },
    "another channel": {**HELLO, "channelId": "slack"},
    "another format": {**HELLO, "textFormat": "html"},
}


@pytest.mark.parametrize("name", BAD_ACTIVITIES)
def test_an_activity_is_refused_for(name: str) -> None:
    assert in_activity(BAD_ACTIVITIES[name])


BREAKS: dict[str, Callable[[Given], Any]] = {
    "no title": lambda dialog: dialog.pop("title"),
    "no card": lambda dialog: dialog.pop("card"),
    "an unknown width": lambda dialog: dialog.update(width="wide"),
    "an unknown name": lambda dialog: dialog.update(size="medium"),
    "Execute in it": lambda dialog: dialog["card"]["content"]["actions"].append(
        {"type": "Action.Execute", "title": "x", "verb": "x"}
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_dialog_is_refused_for(name: str) -> None:
    dialog = to_dialog(EVERY_FIELD)
    assert in_dialog(dialog) == []
    BREAKS[name](dialog)
    assert in_dialog(dialog)


# By the connector


async def test_a_message_that_is_too_large(teams: FakeTeams, client: Client, amara: Person) -> None:
    fits = {"type": "message", "text": "x" * 49_000}
    assert len(json.dumps(fits).encode("utf-16-le")) < LARGEST
    assert (await client.sends(amara, fits)).status == 201
    larger = await client.sends(amara, {"type": "message", "text": "x" * 50_000})
    assert (larger.status, larger.code) == (413, "MessageSizeTooBig")
    assert len(teams.screen(amara).messages) == 1


async def test_a_broken_card_reaches_nobody(
    teams: FakeTeams, client: Client, amara: Person
) -> None:
    broken = to_activity(QUESTION_MESSAGE)
    broken["attachments"][0]["content"]["body"][0]["type"] = "RichText"
    came = await client.sends(amara, broken)
    assert (came.status, came.code) == (400, "BadSyntax")
    assert "RichText" in came.body["error"]["message"]
    assert teams.screen(amara).messages == ()


@pytest.mark.parametrize(
    "more",
    [
        {"from": {"id": "28:another"}},
        {"conversation": {"id": "a:another"}},
    ],
)
async def test_a_message_in_another_name_or_place(
    client: Client, amara: Person, more: Given
) -> None:
    assert (await client.sends(amara, {**HELLO, **more})).status == 400


async def test_an_answer_to_what_never_was(client: Client, amara: Person) -> None:
    came = await client.sends(amara, {**HELLO, "replyToId": "1700000000000"})
    assert (came.status, came.code) == (404, "ActivityNotFoundInConversation")


async def test_changing_what_a_person_wrote(
    teams: FakeTeams, client: Client, amara: Person, app: object
) -> None:
    said = await teams.says(amara, "Mine")
    came = await client.updates(amara, said.activity["id"], HELLO)
    assert (came.status, came.code) == (403, "ForbiddenOperationException")
    assert (await client.deletes(amara, said.activity["id"])).status == 403
    assert teams.screen(amara).messages == ("Mine",)


async def test_whoever_blocked_it_or_removed_it(
    teams: FakeTeams, client: Client, royal: Tenant, amara: Person
) -> None:
    teams.blocks(amara)
    assert (await client.sends(amara, HELLO)).code == "ConversationBlockedByUser"
    assert (await client.looks_up(amara)).status == 200
    amara.blocked, amara.installed = False, False
    assert (await client.sends(amara, HELLO)).code == "BotNotInConversationRoster"
    assert (await client.looks_up(amara)).code == "BotNotInConversationRoster"
    amara.installed, royal.disabled = True, True
    assert (await client.sends(amara, HELLO)).code == "BotDisabledByAdmin"
    royal.disabled = False
    teams.world.registered = False
    came = await client.sends(amara, HELLO)
    assert (came.status, came.code) == (401, "BotNotRegistered")


async def test_a_conversation_without_a_tenant_or_with_a_stranger(
    client: Client, amara: Person, teams: FakeTeams
) -> None:
    without = await client.creates(amara, channelData={})
    assert "tenant" in without.body["error"]["message"]
    elsewhere = teams.tenant("St Elsewhere")
    another = await client.creates(amara, channelData={"tenant": {"id": elsewhere.id}})
    assert another.status == 400
    by_mail = await client.creates(amara, members=[{"id": "amara@royal.example"}])
    assert (by_mail.status, by_mail.code) == (403, "BadArgument")
    assert (await client.creates(amara, isGroup=True)).status == 400
    assert (await client.creates(amara, bot={"id": "28:another"})).status == 400


async def test_a_call_without_a_token(teams: FakeTeams, client: Client, amara: Person) -> None:
    client.token = "made up"  # noqa: S105
    assert (await client.sends(amara, HELLO)).status == 401
    assert teams.screen(amara).messages == ()
