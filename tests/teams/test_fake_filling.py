"""Filling in and looking: what comes along, and what a client lets nobody do."""

from typing import Any

import pytest

from bot.teams.rendering import to_activity, to_card, to_dialog
from tests.bot.samples import EVERY_FIELD, NOTICE, QUESTION_MESSAGE, SAVED
from tests.teams import FakeTeams
from tests.teams.filling import CannotDoError
from tests.teams.listening import Listening
from tests.teams.people import Person
from tests.teams.reaching import Client
from tests.teams.test_fake_refuses import CHOICES, INPUT, SET, SUBMIT, a_card

Given = dict[str, Any]
QUESTION = to_activity(QUESTION_MESSAGE)
REQUIRED = {**INPUT, "isRequired": True, "errorMessage": "Say something.", "maxLength": 12}
SEND = {"type": "Action.Execute", "title": "Send", "verb": "send"}
ON_CARD = a_card(
    REQUIRED,
    {**SET, "isMultiSelect": True},
    {"type": "Input.ChoiceSet", "id": "one", "label": "One", "choices": CHOICES},
    {"type": "Input.Date", "id": "from", "label": "From"},
    {"type": "Input.Time", "id": "at", "label": "At"},
    {"type": "Input.Number", "id": "people", "label": "People"},
    {"type": "Input.Toggle", "id": "heavy", "label": "Heavy", "title": "Yes"},
    actions=(SUBMIT, {**SEND, "associatedInputs": "none"}, {**SEND, "title": "Answer"}),
)


def carrying(card: Given) -> Given:
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


async def test_what_is_filled_in_on_a_card_comes_along_as_texts(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    await client.sends(amara, carrying(ON_CARD))
    app.executes(to_card(SAVED))
    filled = {"Your answer": "The sisters.", "Days": ["Two", "One"], "One": "Two", "Heavy": True}
    filled |= {"From": "2027-03-28", "At": "08:40", "People": 3}
    await teams.fills(amara, filled, save="Answer")
    assert app.newest["value"]["action"]["data"] == {
        "answer": "The sisters.",
        "days": "1,2",
        "one": "2",
        "from": "2027-03-28",
        "at": "08:40",
        "people": "3",
        "heavy": "true",
    }
    assert "Saved, for you only." in teams.screen(amara).card


async def test_what_is_empty_stays_at_home_and_a_button_may_leave_all_of_it(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    await client.sends(amara, carrying(ON_CARD))
    await teams.fills(amara, {"Your answer": "It is mine."}, save="Save")
    assert app.newest["value"] == {"answer": "It is mine.", "heavy": "false"}
    assert "> It is mine." in teams.screen(amara).card
    app.executes(to_card(SAVED))
    await teams.presses(amara, "Send")
    assert app.newest["value"]["action"]["data"] == {}


@pytest.mark.parametrize(
    "filled",
    [
        {},
        {"Your answer": ""},
        {"Your answer": "longer than twelve"},
        {"Your answer": "two\nlines"},
        {"Your answer": 3},
        {"Somebody's answer": "Hers"},
        {"Your answer": "Mine", "Days": ["Three"]},
        {"Your answer": "Mine", "Days": "One"},
        {"Your answer": "Mine", "One": "1"},
        {"Your answer": "Mine", "From": "28 March"},
        {"Your answer": "Mine", "At": "25:00"},
        {"Your answer": "Mine", "People": "three"},
        {"Your answer": "Mine", "Heavy": "yes"},
    ],
)
async def test_a_client_lets_nobody(
    teams: FakeTeams, client: Client, amara: Person, app: Listening, filled: Given
) -> None:
    await client.sends(amara, carrying(ON_CARD))
    with pytest.raises(CannotDoError):
        await teams.fills(amara, filled, save="Answer")
    assert app.heard == []


async def test_only_what_is_in_sight_can_be_pressed(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    with pytest.raises(CannotDoError, match="nothing to fill in"):
        await teams.fills(amara, {"Your answer": "Mine"})
    await client.sends(amara, QUESTION)
    with pytest.raises(CannotDoError, match="no button 'Share'"):
        await teams.presses(amara, "Share")
    with pytest.raises(CannotDoError, match="no dialog"):
        teams.closes_dialog(amara)
    app.continues(to_dialog(NOTICE))
    await teams.opens(amara, "Answer")
    with pytest.raises(CannotDoError, match="no button 'Skip'"):
        await teams.presses(amara, "Skip")
    with pytest.raises(CannotDoError, match="opened no dialog"):
        teams.closes_dialog(amara)
        app.status = 500
        await teams.opens(amara, "Pause")


async def test_the_next_card_of_a_dialog_takes_the_place_of_the_first_with_what_was_typed(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    await client.sends(amara, QUESTION)
    app.continues(to_dialog(EVERY_FIELD))
    await teams.opens(amara, "Answer")
    app.continues(to_dialog(NOTICE))
    await teams.fills(amara, {"When exactly?": "On Thursday"})
    assert teams.screen(amara).dialog.startswith("Before we start\n")
    assert teams.screen(amara).buttons == ("Agree and start",)
    app.continues(to_dialog(EVERY_FIELD))
    await teams.presses(amara, "Agree and start")
    assert "> After the huddle" in teams.screen(amara).dialog


async def test_a_screen_is_read_from_top_to_bottom(
    teams: FakeTeams, client: Client, amara: Person, app: Listening
) -> None:
    await client.sends(amara, QUESTION)
    app.continues(to_dialog(EVERY_FIELD))
    await teams.opens(amara, "Answer")
    teams.fills_in(amara, {"Days": ["Monday"], "At": "09:10"})
    words = teams.screen(amara).dialog.splitlines()
    assert words[0] == "When shall we ask you, and about what?"
    assert words[words.index("Days") + 1 :][:3] == ["(x) Monday", "( ) Tuesday", "( ) Wednesday"]
    assert words[words.index("At") + 1] == "> 09:10"
    assert "From | To" in words
    assert words[-1] == "[Save]"
    assert teams.screen(amara).words == teams.screen(amara).dialog
