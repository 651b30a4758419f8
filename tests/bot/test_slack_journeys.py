"""The whole road in Slack, from what Slack sends to what a person sees, on the strict fake."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from storage.engine import reading
from storage.members import find_member
from storage.reflections import journal
from tests.bot.playing import MINE, WISH
from tests.bot.slack_ward import Ward, in_the_ward
from tests.cast import MONDAY, as_they_wrote

ANSWER = "I rang her before the round, and listened."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


async def answered(ward: Ward) -> list[str]:
    async with reading(ward.engine) as db:
        amara = await find_member(db, "slack", ward.royal.id, ward.amara.id)
        assert amara
        return await as_they_wrote(db, amara, await journal(db, amara, 100))


async def agrees(ward: Ward) -> None:
    await ward.slack.opens_home(ward.amara)
    assert (await ward.comes_to(ward.amara)).startswith("Before we start")
    await ward.presses(ward.amara, "Choose and agree")
    switches = ("Send me questions", "Let me share things with my coach, one at a time")
    await ward.submits(ward.amara, dict.fromkeys(switches, True))


async def is_asked(ward: Ward) -> None:
    await agrees(ward)
    await ward.presses(ward.amara, "Set an objective")
    await ward.submits(ward.amara, {WISH: MINE})
    await ward.passes(until=MONDAY + timedelta(days=1, hours=2))
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)


async def test_she_agrees_in_a_form(ward: Ward) -> None:
    await agrees(ward)
    assert "Agreed." in ward.slack.screen(ward.amara).newest
    assert ward.slack.screen(ward.amara).views == ()


async def test_a_question_is_answered_in_the_form(ward: Ward) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    newest = await ward.submits(ward.amara, {"Your answer": ANSWER})
    assert "Saved, for you only" in newest
    assert ward.slack.screen(ward.amara).views == ()
    assert await answered(ward) == [ANSWER]
