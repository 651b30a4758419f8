"""How a coaching begins, passes on to another coach, and ends."""

import pytest

from tests.scenarios.stage import SHARING, Player, Stage

ANSWER = "I rang her before the round, and listened."


async def is_suggested(stage: Stage) -> Player:
    owen = await stage.gains("Owen Price", is_coach=True)
    await stage.priya.opens_home()
    await stage.priya.opens("Suggest a coach")
    both = {"Leader": "Amara Okafor", "Coach": "Owen Price"}
    told = await stage.priya.fills("Suggest", both)
    assert "Suggested: Owen Price for Amara Okafor. Both see it on their own page." in told
    return owen


async def changes_coach(stage: Stage) -> Player:
    owen = await is_suggested(stage)
    await stage.amara.opens_home()
    await stage.amara.presses("Accept Owen Price")
    await owen.opens_home()
    await owen.presses("Accept Amara Okafor")
    return owen


async def test_it_begins_once_both_have_accepted(stage: Stage) -> None:
    amara = await stage.amara_takes_part()
    owen = await is_suggested(stage)
    assert "Your programme suggests a coach" in await amara.opens_home()
    told = await amara.presses("Accept Owen Price")
    assert "You have accepted Owen. It begins when Owen accepts, too." in told
    assert "Coach: Ruth Ellis" in await amara.opens_home()
    assert "Your programme suggests somebody to coach" in await owen.opens_home()
    told = await owen.presses("Accept Amara Okafor")
    assert "You and Amara have both accepted." in told
    assert "Coach: Owen Price" in await amara.opens_home()


@pytest.mark.parametrize("who", ["Amara Okafor", "Owen Price"])
async def test_either_can_say_no_without_a_reason(stage: Stage, who: str) -> None:
    amara = await stage.amara_takes_part()
    owen = await is_suggested(stage)
    [player] = [one for one in (amara, owen) if one.name == who]
    await player.opens_home()
    told = await player.presses("No, thank you")
    assert "Declined. You gave no reason, and none was asked." in told
    assert "Amara" not in await owen.opens_home()
    home = await amara.opens_home()
    assert "Owen" not in home
    assert "Coach: Ruth Ellis" in home


async def test_what_was_shared_before_is_handed_over_one_by_one(stage: Stage) -> None:
    amara = await stage.amara_answered(ANSWER, SHARING)
    await amara.presses("Share with Ruth")
    owen = await changes_coach(stage)
    await amara.opens_home()
    assert ANSWER in await amara.opens("Hand over to Owen")
    told = await amara.fills("Share these with Owen", {"Answers": [ANSWER]})
    assert "Shared. Only you and Owen can read what you chose" in told
    await stage.until(owen, "Your weekly digest is ready.")
    await owen.opens("Read the digest")
    owen.reads(ANSWER)


async def test_whoever_coached_before_can_open_nothing_any_more(stage: Stage) -> None:
    amara = await stage.amara_answered(ANSWER, SHARING)
    await amara.presses("Share with Ruth")
    await stage.until(stage.ruth, "Your weekly digest is ready.")
    await changes_coach(stage)
    assert ANSWER not in await stage.ruth.opens("Read the digest")
    assert "Amara Okafor" not in await stage.ruth.opens_home()


async def test_a_coaching_ends_at_once_and_the_other_is_told(stage: Stage) -> None:
    amara = await stage.amara_takes_part(SHARING)
    await amara.opens_home()
    page = await amara.opens("End coaching with Ruth")
    assert "no reason is asked, and none is given" in page
    assert "Your coaching with Ruth has ended." in await amara.presses("End it now")
    await stage.until(stage.ruth, "Your coaching with Amara has ended.")
    assert "Amara Okafor" not in await stage.ruth.opens_home()
