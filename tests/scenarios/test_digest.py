"""What goes to the coach once a week: looked at on Friday, read on Monday, taken back between."""

from tests.scenarios.stage import SHARING, Player, Stage

SHARED = "I rang her before the round, and listened."
KEPT = "I did not dare to ask the chair."
ASIDE = "The reorganisation."
READY = "Your weekly digest is ready."
PREVIEW = "What your coach will get on Monday is ready for you to look at."


async def shares_one_of_two(stage: Stage) -> Player:
    amara = await stage.amara_answered(SHARED, SHARING)
    told = await amara.presses("Share with Ruth")
    assert "Shared with Ruth. Only you and Ruth can read it, in the weekly digest." in told
    await amara.says("question")
    await amara.answers(KEPT)
    return amara


async def test_on_friday_she_looks_at_it_and_on_monday_the_coach_reads_it(stage: Stage) -> None:
    amara = await shares_one_of_two(stage)
    assert f"{await stage.until(amara, PREVIEW):%A %H:%M}" == "Friday 12:00"
    page = await amara.opens("Look at it")
    assert SHARED in page
    assert KEPT not in page
    assert f"{await stage.until(stage.ruth, READY):%A %H:%M}" == "Monday 09:00"
    await stage.ruth.opens("Read the digest")
    stage.ruth.reads(SHARED)
    opening = "1 thing shared. About 10 seconds to read. It can be read only by you"
    assert opening in stage.ruth.form
    await amara.opens_home()
    assert "Ruth Ellis" in await amara.opens("Who has read what")


async def test_what_is_left_out_on_friday_does_not_go(stage: Stage) -> None:
    amara = await shares_one_of_two(stage)
    await stage.until(amara, PREVIEW)
    await amara.presses("Look at it", "Leave this out")
    before = stage.ruth.lines
    await stage.passes(days=4)
    assert stage.ruth.lines == before, "with nothing in it, it does not come"


async def test_a_week_can_be_skipped_and_sent_after_all(stage: Stage) -> None:
    amara = await shares_one_of_two(stage)
    await stage.until(amara, PREVIEW)
    await amara.presses("Look at it", "Skip this week")
    await amara.opens_home()
    assert "Nothing of yours goes to Ruth on" in await amara.opens("What Ruth will get")
    await amara.presses("Send it this week")
    await stage.until(stage.ruth, READY)
    await stage.ruth.opens("Read the digest")
    stage.ruth.reads(SHARED)


async def test_what_is_taken_back_before_monday_does_not_come(stage: Stage) -> None:
    amara = await shares_one_of_two(stage)
    await amara.presses("Take it back")
    before = stage.ruth.lines
    await stage.passes(days=9)
    assert stage.ruth.lines == before


async def test_what_is_taken_back_after_monday_is_gone_from_the_page(stage: Stage) -> None:
    amara = await shares_one_of_two(stage)
    await stage.until(stage.ruth, READY)
    await stage.ruth.opens("Read the digest")
    stage.ruth.reads(SHARED)
    await amara.opens_home()
    await amara.presses("Journal", "Take this back")
    await stage.ruth.opens_home()
    page = await stage.ruth.opens("Read the latest digest")
    assert SHARED not in page
    assert "Withdrawn by Amara." in page


async def test_she_asks_the_coach_not_to_raise_something(stage: Stage) -> None:
    amara = await shares_one_of_two(stage)
    await amara.opens_home()
    await amara.presses("What Ruth will get")
    await amara.opens("Ask Ruth not to raise something")
    told = await amara.fills("Save", {"What would you like Ruth not to raise?": ASIDE})
    assert "Kept. Ruth reads it in every digest until you take it back" in told
    await stage.until(stage.ruth, READY)
    await stage.ruth.opens("Read the digest")
    stage.ruth.reads(SHARED, ASIDE)
