"""What an older version of the companion showed, and somebody uses now: nothing typed is lost."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.slack.dealing import OLD_FORM
from prompts.bank import ServedBank
from storage.tables import Objective, Receipt, Reflection, Reply
from tests.bot.playing import count
from tests.bot.slack_ward import Ward, answered, in_the_ward, is_asked, opens_home
from tests.slack.workspace import View

ANSWER = "I rang her before the round, and listened."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        await is_asked(ward)
        yield ward


async def kept(ward: Ward) -> list[int]:
    return [await count(ward.engine, one) for one in (Reflection, Objective, Receipt, Reply)]


async def opens_the_box(ward: Ward) -> View:
    await ward.presses(ward.amara, "Answer")
    [view] = ward.slack.views(ward.amara)
    return view


def says(view: View, **hidden: object) -> None:
    """Its hidden part is another."""
    held = json.loads(view.given["private_metadata"]) | hidden
    view.given["private_metadata"] = json.dumps(held)


def is_called(view: View, name: str) -> None:
    view.given["callback_id"] = name
    says(view, name=name)


def has_a_box(view: View, **changed: object) -> None:
    [box] = [one for one in view.blocks if one["type"] == "input"]
    box |= changed
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": box["block_id"]}
    box["element"] = {**element, "multiline": True}


OLDER = {
    "a form of a name that is gone": lambda view: is_called(view, "from-before"),
    "a form with other fields": lambda view: says(view, made=0),
    "a field of a kind that is gone": lambda view: has_a_box(view, block_id="Words"),
    "a hidden part that says more": lambda view: says(view, owner="amara"),
    "a hidden part that is no such thing": lambda view: view.given.update(private_metadata="{"),
    "no hidden part": lambda view: view.given.update(private_metadata=""),
    "two names": lambda view: says(view, name="objective"),
}


@pytest.mark.parametrize("how", OLDER)
async def test_a_form_of_an_older_version_keeps_what_was_typed_and_says_what_to_do(
    ward: Ward, how: str
) -> None:
    OLDER[how](await opens_the_box(ward))
    before = await kept(ward)
    answer = await ward.slack.submits(ward.amara, {"Your answer": ANSWER})
    await ward.settles()
    assert answer.status == 200
    shown = ward.slack.screen(ward.amara).view
    assert ANSWER in shown
    assert f"! {OLD_FORM}" in shown
    assert await kept(ward) == before
    # And as it says:
    await ward.slack.closes_view(ward.amara)
    await opens_the_box(ward)
    await ward.submits(ward.amara, {"Your answer": ANSWER})
    assert await answered(ward) == [ANSWER]


async def test_a_form_of_an_older_version_without_a_box_says_so(ward: Ward) -> None:
    view = await opens_the_box(ward)
    is_called(view, "from-before")
    view.given["blocks"] = [one for one in view.blocks if one["type"] != "input"]
    await ward.submits(ward.amara, {})
    assert "This belongs to an older version of me" in ward.slack.screen(ward.amara).view


async def test_a_button_in_a_form_of_an_older_version_takes_nothing_from_it(ward: Ward) -> None:
    view = await opens_the_box(ward)
    ward.slack.fills_in(ward.amara, {"Your answer": ANSWER})
    action = {"type": "button", "action_id": "press:from-before:0", "block_id": "b"}
    await ward.slack.acts(ward.amara, view, {**action, "action_ts": "1.2"})
    await ward.settles()
    assert "This belongs to an older version of me" in ward.slack.screen(ward.amara).view
    await ward.slack.closes_view(ward.amara)
    assert ANSWER in ward.slack.screen(ward.amara).view


async def test_a_button_on_a_page_whose_hidden_part_is_of_an_older_version_works(
    ward: Ward,
) -> None:
    await opens_home(ward, ward.amara)
    await ward.presses(ward.amara, "Journal")
    [view] = ward.slack.views(ward.amara)
    view.given["private_metadata"] = "from before"
    await ward.presses(ward.amara, "Search")
    assert len(ward.slack.views(ward.amara)) == 2
    await ward.submits(ward.amara, {"These words": "round"})
    await ward.slack.closes_view(ward.amara)
    assert "Journal" in ward.slack.screen(ward.amara).view


async def test_what_is_wrong_about_a_field_that_the_form_has_not_is_said_all_the_same(
    ward: Ward,
) -> None:
    """The form is drawn anew, as it is in this version."""
    view = await opens_the_box(ward)
    has_a_box(view, block_id="from_before")
    await ward.submits(ward.amara, {"Your answer": ANSWER})
    [again] = ward.slack.views(ward.amara)
    assert [one["block_id"] for one in again.blocks if one["type"] == "input"] == ["words"]
    assert await answered(ward) == []
