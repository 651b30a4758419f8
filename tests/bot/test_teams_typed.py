"""What is typed on a question's card is never lost: whatever else is pressed, it is handed back."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.teams.rendering import to_card
from prompts.bank import ServedBank
from prompts.message import Choice, Option
from storage.engine import transaction
from storage.members import find_member
from storage.questions import latest_question
from tests.bot.samples import SCALE_MESSAGE
from tests.bot.teams_ward import Ward, answered, in_the_ward, is_asked
from tests.teams.filling import inputs_of

HALF = "Half a sentence about Thursd"
WHOLE = "Half a sentence about Thursday, and its end."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        await is_asked(ward)
        yield ward


def in_the_chat(ward: Ward) -> str:
    """All that Teams was ever given to keep in her chat."""
    return str([call.body for call in ward.teams.calls if call.operation in {"send", "update"}])


CLOSING = [
    ("Skip", "Skipped. Nothing was stored."),
    ("Later", "When shall I ask again?"),
    ("Heavy week", "A heavy week, then."),
    ("Not for me", "I will not ask you this one again."),
]


@pytest.mark.parametrize(("label", "says"), CLOSING)
async def test_a_button_does_what_it_says_and_hands_back_what_was_typed(
    ward: Ward, label: str, says: str
) -> None:
    ward.teams.fills_in(ward.amara, {"Your answer": HALF})
    await ward.presses(ward.amara, label)
    card = ward.teams.screen(ward.amara).card
    assert says in card
    assert f"> {HALF}" in card
    assert "What you typed is not saved. It is still here" in card
    assert HALF not in in_the_chat(ward)
    assert await answered(ward) == []
    await ward.fills(ward.amara, {"Your answer": WHOLE}, "Save")
    assert await answered(ward) == [WHOLE]
    assert "Saved, for you only" in ward.teams.screen(ward.amara).card


@pytest.mark.parametrize(("label", "says"), CLOSING)
async def test_an_older_client_keeps_the_card_and_is_told_below_it(
    ward: Ward, label: str, says: str
) -> None:
    ward.amara.is_old_client = True
    holder = ward.teams.fills_in(ward.amara, {"Your answer": HALF})
    newest = await ward.presses(ward.amara, label)
    assert says in newest
    assert "It is still on the card above" in newest
    assert holder.typed == {"words": HALF}
    assert HALF not in in_the_chat(ward)
    await ward.fills(ward.amara, {"Your answer": WHOLE}, "Save")
    assert await answered(ward) == [WHOLE]
    assert "Saved, for you only" in ward.teams.screen(ward.amara).newest


async def test_from_later_and_back_the_words_come_along(ward: Ward) -> None:
    ward.teams.fills_in(ward.amara, {"Your answer": HALF})
    await ward.presses(ward.amara, "Later")
    await ward.presses(ward.amara, "Back to the question")
    card = ward.teams.screen(ward.amara).card
    assert f"> {HALF}" in card
    assert "[Why this question?]" in card
    await ward.presses(ward.amara, "Later")
    await ward.presses(ward.amara, "Tomorrow")
    card = ward.teams.screen(ward.amara).card
    assert "I will ask this again on" in card
    assert f"> {HALF}" in card


@pytest.mark.parametrize("is_old_client", [False, True])
async def test_an_answer_that_was_begun_on_the_card_goes_on_in_the_dialog(
    ward: Ward, is_old_client: bool
) -> None:
    ward.amara.is_old_client = is_old_client
    asked = ward.teams.fills_in(ward.amara, {"Your answer": HALF})
    await ward.presses(ward.amara, "Answer")
    assert f"> {HALF}" in ward.dialog(ward.amara)
    assert asked.typed == {"words": HALF}, "whoever closes the dialog finds it on the card"
    await ward.fills(ward.amara, {"Your answer": WHOLE})
    assert await answered(ward) == [WHOLE]


async def test_with_an_empty_box_the_card_is_replaced_for_good(ward: Ward) -> None:
    await ward.presses(ward.amara, "Skip")
    assert "Your answer" not in ward.teams.screen(ward.amara).card
    assert "Skipped. Nothing was stored." in str(ward.teams.called("update")[-1].body)


# A choice is chosen


async def is_asked_to_choose(ward: Ward) -> None:
    """The question that stands open is one with options, as if it had been asked so."""
    async with transaction(ward.engine) as db:
        amara = await find_member(db, "teams", ward.royal.id, ward.amara.aad)
        assert amara
        nudge = await latest_question(db, amara)
        assert nudge
        nudge.question_id = "ON4"
        nudge.question_words = ward.bank.current.questions["ON4"].text
        db.add(nudge)
    await ward.presses(ward.amara, "Later")
    await ward.presses(ward.amara, "Back to the question")


async def test_a_choice_is_chosen_on_the_card(ward: Ward) -> None:
    await is_asked_to_choose(ward)
    card = ward.teams.screen(ward.amara).card
    assert "( ) gentle\n( ) balanced\n( ) stretching" in card
    await ward.fills(ward.amara, {"Your answer": "balanced"}, "Save")
    assert await answered(ward) == ["balanced"]


async def test_a_choice_can_still_be_typed_in_the_chat(ward: Ward) -> None:
    await is_asked_to_choose(ward)
    await ward.says(ward.amara, "Stretching.")
    assert await answered(ward) == ["stretching"]


async def test_a_choice_that_was_not_made_is_asked_for_on_the_card(ward: Ward) -> None:
    await is_asked_to_choose(ward)
    await ward.fills(ward.amara, {}, "Save")
    card = ward.teams.screen(ward.amara).card
    assert "Answer with one of these: gentle, balanced, stretching." in card
    assert "( ) gentle" in card
    assert await answered(ward) == []


async def test_what_was_chosen_comes_along_as_what_was_typed_does(ward: Ward) -> None:
    await is_asked_to_choose(ward)
    ward.teams.fills_in(ward.amara, {"Your answer": "gentle"})
    await ward.presses(ward.amara, "Skip")
    assert "(x) gentle" in ward.teams.screen(ward.amara).card


def test_a_scale_is_five_choices_in_sight() -> None:
    [field] = inputs_of([to_card(SCALE_MESSAGE)])
    assert (field["type"], field["style"]) == ("Input.ChoiceSet", "expanded")
    assert [one["title"] for one in field["choices"]] == ["−2", "−1", "0", "+1", "+2"]
    many = tuple(Option(f"{n}", f"{n}") for n in range(11))
    [menu] = inputs_of([to_card(replace(SCALE_MESSAGE, box=Choice("words", "Which", many)))])
    assert menu["style"] == "compact"
