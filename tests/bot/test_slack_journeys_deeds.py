"""A leader's objectives, experiments, journal, sharing and hours in Slack."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from tests.bot.playing import MINE, WISH
from tests.bot.slack_ward import Ward, answered, in_the_ward, is_asked, opens_home, question
from tests.cast import MONDAY
from tests.slack.reading import words_of

ANSWER = "I rang her before the round, and listened."
TRY = "Send the agenda round empty and wait."


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


# Objectives


async def test_an_objective_is_put_another_way_rated_shared_and_parked(ward: Ward) -> None:
    await opens_home(ward, ward.amara)
    assert MINE in await looks(ward, "Look at it")
    assert MINE in await looks(ward, "Put it another way")
    await ward.submits(ward.amara, {WISH: "Meetings that decide."})
    assert "Changed, in your own words." in ward.slack.screen(ward.amara).newest
    await looks(ward, "Look at it", "Five levels")
    blocks = ward.slack.views(ward.amara)[-1].blocks
    fields = [one["label"]["text"] for one in blocks if one["type"] == "input"]
    typed = {label: f"Level {n}." for n, label in enumerate(fields[:5])}
    await ward.submits(ward.amara, typed | {fields[5]: "−1"})
    await closes(ward)
    assert "Level 0." in await looks(ward, "Look at it")
    assert "Ruth" in await looks(ward, "Share with my coach")
    await closes(ward)
    assert "Take" in await looks(ward, "Look at it")
    await looks(ward, "Park it")
    await closes(ward)
    assert "Parked" in await opens_home(ward, ward.amara)


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


# Experiments


async def experiment(ward: Ward) -> None:
    await ward.says(ward.amara, ANSWER)
    await ward.presses(ward.amara, "Make this an experiment")
    due = (MONDAY + timedelta(days=3)).date().isoformat()
    typed = {"What exactly will you try?": TRY, "When shall I ask what happened?": due}
    assert "Your experiment is kept. Only you can read it." in await ward.submits(ward.amara, typed)


async def until(ward: Ward, words: str) -> None:
    for _ in range(40):
        if words in stands(ward):
            return
        await ward.passes(hours=6)
        await ward.settles()
    raise AssertionError(f"{words!r} never came: {stands(ward)}")


async def test_an_experiment_comes_from_an_answer_and_goes_its_way(ward: Ward) -> None:
    await experiment(ward)
    await until(ward, "What happened?")
    assert TRY not in "\n".join(ward.slack.screen(ward.amara).messages)
    assert TRY in await looks(ward, "Answer")
    await ward.submits(ward.amara, {"Your answer": "They came unprepared."})
    assert "Saved, for you only" in stands(ward)
    await closes(ward)
    for _ in range(4):
        if "Which fits best now" in stands(ward):
            break
        await ward.presses(ward.amara, "Next question")
        if "Which fits best now" not in stands(ward):
            await ward.says(ward.amara, "They had been waiting.")
    assert "Which fits best now: keep going, change it or stop?" in stands(ward)
    await ward.says(ward.amara, "keep going")
    assert "Saved" in stands(ward)
    await ward.says(ward.amara, "experiments")
    assert TRY in await looks(ward, "My experiments")


async def test_not_yet_asks_what_is_in_the_way_and_another_day_can_be_chosen(ward: Ward) -> None:
    await experiment(ward)
    await until(ward, "What happened?")
    await ward.presses(ward.amara, "Not yet")
    assert "What happened?" not in stands(ward)
    await ward.presses(ward.amara, "Choose another day")
    assert TRY in ward.slack.screen(ward.amara).view


# The journal, and who may read it


async def test_the_journal_is_read_searched_shared_and_taken_back_on_its_page(ward: Ward) -> None:
    await ward.says(ward.amara, ANSWER)
    await ward.says(ward.amara, "journal")
    assert ANSWER in await looks(ward, "Journal")
    before = len(ward.slack.messages(ward.amara))
    assert "Shared with Ruth" in await looks(ward, "Share this")
    await closes(ward)
    assert "Take this back" in await looks(ward, "Journal")
    await looks(ward, "Take this back")
    await closes(ward)
    assert "Only you" in await looks(ward, "Journal")
    await looks(ward, "Search")
    await ward.submits(ward.amara, {"These words": "round"})
    assert ANSWER in ward.slack.screen(ward.amara).view
    await closes(ward)
    await looks(ward, "Journal", "Search")
    await ward.submits(ward.amara, {"These words": "nothing like it"})
    assert ANSWER not in ward.slack.screen(ward.amara).view
    assert ward.slack.screen(ward.amara).view
    await closes(ward)
    assert ANSWER not in "\n".join(one.text for one in ward.slack.messages(ward.amara)[before:])


async def test_an_answer_is_erased_in_two_steps_on_its_page(ward: Ward) -> None:
    await ward.presses(ward.amara, "Answer")
    await ward.submits(ward.amara, {"Your answer": ANSWER})
    await ward.says(ward.amara, "journal")
    assert "Erase it for good" in await looks(ward, "Journal", "Erase this")
    await looks(ward, "Erase it for good")
    assert await answered(ward) == []


async def test_an_answer_is_shared_and_taken_back_under_its_question(ward: Ward) -> None:
    await ward.presses(ward.amara, "Answer")
    await ward.submits(ward.amara, {"Your answer": ANSWER})
    await ward.presses(ward.amara, "Share with Ruth")
    assert "Shared with Ruth" in stands(ward)
    await ward.presses(ward.amara, "Take it back")
    assert "Saved, for you only" in stands(ward)


# Days and hours


async def test_days_and_hours_are_chosen_in_a_form(ward: Ward) -> None:
    await ward.says(ward.amara, "when")
    await looks(ward, "Days and hours")
    newest = await ward.submits(ward.amara, {"Second question, hour": "13:00"})
    assert "13:00" in newest
    assert "13:00" in await opens_home(ward, ward.amara)


async def test_a_form_with_something_wrong_in_it_keeps_what_was_typed(ward: Ward) -> None:
    await ward.presses(ward.amara, "Pause")
    await ward.submits(ward.amara, {"Start again on": "2020-01-01"})
    shown = ward.slack.screen(ward.amara).view
    assert "Choose a day to come." in shown
    assert "2020-01-01" in shown


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
