"""A stop to look at an objective: keep it, revise it, complete it, or let it go."""

import pytest

from tests.bot.playing import MINE, WISH
from tests.scenarios.stage import Stage

NEW_WORDS = "Every meeting ends with a decision."
ON_THE_WAY = ("I heard two of them decide.", "Saying nothing.", "A new director came.")


async def comes_to_decide(stage: Stage) -> None:
    """She asks for a review, places herself, and is asked one thing after the other."""
    amara = await stage.amara_takes_part()
    assert "Where would you place yourself on your own scale today?" in await amara.says(
        "review objective"
    )
    await amara.answers("−1")
    for words in ON_THE_WAY:
        await amara.presses("Next question")
        assert "Saved, for you only." in await amara.answers(words)
    told = await amara.presses("Next question")
    assert "Which choice fits this objective now: keep, revise, complete or let go?" in told


async def test_a_review_that_keeps_it_says_when_it_is_looked_at_again(stage: Stage) -> None:
    await comes_to_decide(stage)
    told = await stage.amara.answers("keep")
    assert "You chose to keep it as it is. We look at it again on" in told
    assert MINE in await stage.amara.opens_home()


async def test_a_review_that_revises_it_takes_her_own_new_words(stage: Stage) -> None:
    await comes_to_decide(stage)
    assert "You chose to revise it." in await stage.amara.answers("revise")
    assert MINE in await stage.amara.opens("Put it another way")
    await stage.amara.fills("Keep this objective", {WISH: NEW_WORDS})
    home = await stage.amara.opens_home()
    assert NEW_WORDS in home
    assert MINE not in home


@pytest.mark.parametrize(
    ("choice", "says"),
    [("complete", "Completed. Nothing more is asked"), ("let go", "Let go. Nothing more is asked")],
)
async def test_a_review_can_bring_it_to_its_end(stage: Stage, choice: str, says: str) -> None:
    await comes_to_decide(stage)
    assert says in await stage.amara.answers(choice)
    assert MINE not in await stage.amara.opens_home()
