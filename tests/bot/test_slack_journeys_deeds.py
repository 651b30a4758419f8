"""What Slack alone does with what a leader presses on the Home or types; tests/scenarios has the
rest of what they do, on every platform."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from tests.bot.slack_ward import Ward, in_the_ward, is_asked, opens_home, question
from tests.slack.reading import words_of

ANSWER = "I rang her before the round, and listened."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        await is_asked(ward)
        yield ward


def stands(ward: Ward) -> str:
    return "\n".join(words_of(question(ward).blocks, {}))


async def looks(ward: Ward, *labels: str) -> str:
    """What is on top after these presses; what they pressed in stays open."""
    for label in labels:
        await ward.presses(ward.amara, label)
    return ward.slack.screen(ward.amara).view


async def closes(ward: Ward) -> None:
    if ward.slack.views(ward.amara):
        await ward.slack.closes_view(ward.amara, everything=True)


async def test_what_is_pressed_on_the_home_is_answered_there_and_not_in_the_chat(
    ward: Ward,
) -> None:
    await opens_home(ward, ward.amara)
    before = len(ward.slack.messages(ward.amara))
    assert "I will tell Ruth" in await looks(ward, "Ask Ruth to call me")
    await closes(ward)
    assert (await looks(ward, "Stop")).startswith("Bearings\nStopped.")
    assert len(ward.slack.messages(ward.amara)) == before


async def test_a_question_asked_for_on_the_home_stands_in_the_chat_as_well(ward: Ward) -> None:
    await ward.says(ward.amara, ANSWER)
    await opens_home(ward, ward.amara)
    shown = await looks(ward, "Ask me one now")
    assert stands(ward) in shown
    await ward.presses(ward.amara, "Answer")
    await ward.submits(ward.amara, {"Your answer": "Another."})
    assert "Saved, for you only" in stands(ward)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("pause until 5 December", "Paused until Saturday 5 December."),
        ("my data", "I hold your name and how to reach you"),
        ("who has read what", "Who has opened something of yours, and when."),
        ("get a copy", "I hold your name and how to reach you"),
        ("help now", "I am only a set of questions"),
        ("review objective", "?"),
        ("rate", "Where you would place yourself today."),
    ],
)
async def test_typed_words_are_heard(ward: Ward, words: str, says: str) -> None:
    assert says in await ward.says(ward.amara, words)
