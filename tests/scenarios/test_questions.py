"""A question, and everything that can become of it."""

from datetime import timedelta

import pytest

from tests.bot.playing import answers
from tests.scenarios.stage import Stage

ANSWER = "I rang her before the round, and listened."


async def test_an_answer_in_the_form_is_saved_for_her_only(stage: Stage) -> None:
    amara = await stage.amara_is_asked()
    assert "Saved, for you only." in await amara.answers(ANSWER)
    assert await answers(stage.platform.engine) == [ANSWER]


async def test_an_answer_by_reply_is_saved_and_told_to_stand_in_the_chat(stage: Stage) -> None:
    amara = await stage.amara_is_asked()
    told = await amara.says(ANSWER)
    assert "Saved, for you only. But what you typed also stays in this chat" in told
    assert await answers(stage.platform.engine) == [ANSWER]


async def test_an_answer_is_changed_in_its_form(stage: Stage) -> None:
    amara = await stage.amara_answered("I did not ring her at all.")
    assert "I did not ring her at all." in await amara.opens("Change my answer")
    await amara.fills("Save", {"Your answer": ANSWER})
    assert "Saved, for you only." in amara.newest
    assert await answers(stage.platform.engine) == [ANSWER]


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("Skip", "Skipped. Nothing was stored."),
        ("Heavy week", "A heavy week, then. This question is closed, and until"),
        ("Not for me", "I will not ask you this one again."),
        ("Why this question?", "Why this question? "),
    ],
)
async def test_a_button_says_what_it_did(stage: Stage, label: str, says: str) -> None:
    amara = await stage.amara_is_asked()
    assert says in await amara.presses(label)
    assert await answers(stage.platform.engine) == []


async def test_a_question_that_is_put_off_comes_again_on_the_day_she_chose(stage: Stage) -> None:
    amara = await stage.amara_is_asked()
    question = amara.newest.partition(" Only you can")[0]
    assert "When shall I ask again?" in await amara.presses("Later")
    assert "Put off, and nothing was stored. I will ask this again on" in await amara.presses(
        "Tomorrow"
    )
    before = await stage.now()
    assert (await stage.until(amara, question + " Only you can")).date() == (
        before + timedelta(days=1)
    ).date()
    assert "Saved, for you only." in await amara.answers(ANSWER)


async def test_one_can_be_asked_for_at_any_time(stage: Stage) -> None:
    amara = await stage.amara_takes_part()
    assert "Only you can read your answer" in await amara.says("question")
    assert "Saved, for you only." in await amara.answers(ANSWER)
