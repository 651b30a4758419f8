"""A question that a coach chooses for one leader, or keeps for later."""

from tests.scenarios.stage import Stage

PINNED = "What would the board miss if you said nothing?"


async def test_a_question_in_the_coachs_own_words_comes_marked_as_theirs(stage: Stage) -> None:
    amara = await stage.amara_is_asked()
    await stage.ruth.opens_home()
    await stage.ruth.opens("Pin a question for Amara Okafor")
    told = await stage.ruth.fills("Go on", {"A question in your own words": PINNED})
    assert "Pinned for Amara." in told
    for _ in range(8):
        if PINNED in amara.newest:
            break
        await amara.says("Trust, and a little time.")
        await stage.next_moment(amara)
    assert "Ruth chose this for you." in amara.newest
    assert "Saved, for you only." in await amara.answers("They would miss the quiet ones.")


async def test_one_of_the_bank_is_chosen_by_its_theme(stage: Stage) -> None:
    await stage.amara_takes_part()
    await stage.ruth.opens_home()
    await stage.ruth.opens("Pin a question for Amara Okafor")
    await stage.ruth.fills("Go on", {"Or look through the bank": "Leading with care"})
    assert "Questions on: Leading with care." in stage.ruth.form
    assert "Pinned for Amara." in await stage.ruth.presses("Pin this one")


async def test_a_pin_is_taken_back(stage: Stage) -> None:
    await stage.amara_takes_part()
    await stage.ruth.opens_home()
    await stage.ruth.opens("Pin a question for Amara Okafor")
    await stage.ruth.fills("Go on", {"A question in your own words": PINNED})
    told = await stage.ruth.presses("Take the pin back")
    assert "Taken back, if it had not been asked yet. Amara is not told." in told


async def test_words_with_advice_in_them_are_refused_and_stay_in_the_form(stage: Stage) -> None:
    await stage.amara_takes_part()
    await stage.ruth.opens_home()
    await stage.ruth.opens("Pin a question for Amara Okafor")
    advice = {"A question in your own words": "Have you considered a joint post?"}
    told = await stage.ruth.fills("Go on", advice)
    assert "Nothing was pinned. What you wrote is still here." in told


async def test_a_question_is_kept_for_later_changed_and_dropped(stage: Stage) -> None:
    ruth = stage.ruth
    await ruth.opens_home()
    await ruth.presses("Questions I keep")
    await ruth.opens("Keep another")
    told = await ruth.fills("Keep it", {"The question": PINNED, "For whom": "Amara Okafor"})
    assert "Kept, for you only, until you pin it." in told
    await ruth.opens_home()
    assert PINNED in await ruth.opens("Questions I keep")
    assert PINNED in await ruth.opens("Change it")
    await ruth.fills("Keep it", {"The question": "What is the board afraid to hear from you?"})
    await ruth.opens_home()
    assert "afraid to hear" in await ruth.opens("Questions I keep")
    assert "Dropped. It is not among your questions any more." in await ruth.presses("Drop it")
