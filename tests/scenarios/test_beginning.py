"""The agreement, and a leader's objectives from the first words to their end."""

import pytest

from tests.bot.playing import MINE, WISH
from tests.scenarios.stage import Stage

OTHER = "Meetings that decide."


async def test_the_agreement_is_made_in_a_form_and_nothing_is_asked_before(stage: Stage) -> None:
    assert "Nothing you wrote is stored." in await stage.amara.opens_home()
    before = stage.amara.lines
    await stage.passes(days=8)
    assert stage.amara.lines == before
    assert "Agreed. Only what you chose is switched on" in await stage.amara_agrees()


async def test_an_objective_is_kept_for_her_only(stage: Stage) -> None:
    await stage.amara_agrees()
    await stage.amara.opens("Set an objective")
    told = await stage.amara.fills("Keep this objective", {WISH: MINE})
    assert "Your objective is kept. Only you can read it." in told
    assert MINE in await stage.amara.opens_home()


async def test_an_objective_without_words_is_not_kept_and_says_so(stage: Stage) -> None:
    await stage.amara_agrees()
    await stage.amara.opens("Set an objective")
    theme = {"What does it touch?": ["Leading with care"]}
    told = await stage.amara.fills("Keep this objective", theme)
    assert "There is nothing to save yet." in told


async def test_an_objective_is_put_another_way_and_how_it_was_put_is_kept(stage: Stage) -> None:
    amara = await stage.amara_takes_part()
    await amara.opens_home()
    await amara.opens("Look at it")
    assert MINE in await amara.opens("Put it another way")
    told = await amara.fills("Keep this objective", {WISH: OTHER})
    assert "Changed, in your own words. Only you can read it." in told
    await amara.opens_home()
    page = await amara.opens("Look at it")
    assert "How you put it before" in page
    assert MINE in page


@pytest.mark.parametrize(
    ("label", "says", "stands"),
    [
        ("Park it", "Parked. Nothing is asked about it until you take it up again.", "Parked"),
        ("Complete it", "Completed. Nothing more is asked about it", "Completed"),
        ("Let it go", "Let go. Nothing more is asked about it", "Let go"),
    ],
)
async def test_an_objective_comes_to_rest(stage: Stage, label: str, says: str, stands: str) -> None:
    amara = await stage.amara_takes_part()
    await amara.opens_home()
    await amara.opens("Look at it")
    assert says in await amara.presses(label)
    await amara.opens_home()
    assert f"{stands}." in await amara.opens("All my objectives")


async def test_a_parked_objective_is_taken_up_again(stage: Stage) -> None:
    amara = await stage.amara_takes_part()
    await amara.opens_home()
    await amara.presses("Look at it", "Park it")
    await amara.opens_home()
    told = await amara.presses("Look at it", "Take it up again")
    assert "Taken up again. We look at it on" in told


async def test_five_levels_are_written_in_her_own_words(stage: Stage) -> None:
    amara = await stage.amara_takes_part()
    await amara.opens_home()
    await amara.presses("Look at it")
    await amara.opens("Five levels")
    typed = {
        "0: good progress by the review": "Two of the three are gone.",
        "Where are you starting from?": "−1",
    }
    assert "Your levels are kept." in await amara.fills("Keep these levels", typed)
    await amara.opens_home()
    assert "Two of the three are gone." in await amara.opens("Look at it")
