"""When a leader and the coach talk next, what for, and in whose calendar."""

from tests.scenarios.stage import SHARING, Player, Stage

FOCUS = "How I say no to the board."
HOUR = "Hour, on your clock"


async def amara_says_when(stage: Stage, *switches: str, days: int = 9) -> Player:
    amara = await stage.amara_takes_part(*switches)
    await amara.opens_home()
    await amara.opens("Say when we talk next")
    day = (await stage.day(days)).isoformat()
    told = await amara.fills("Keep this date", {"Day": day, HOUR: "14:00"})
    assert "Kept. Your next session with Ruth Ellis is on " in told
    return amara


async def test_the_leader_says_when_and_the_coach_is_told(stage: Stage) -> None:
    await amara_says_when(stage)
    await stage.until(stage.ruth, "Your next session with Amara has a date: Wednesday")
    assert "at 14:00" in stage.ruth.newest
    assert "at 14:00" in await stage.ruth.opens_home()


async def test_the_coach_says_when_and_the_leader_is_told(stage: Stage) -> None:
    amara = await stage.amara_takes_part()
    await stage.ruth.opens_home()
    await stage.ruth.opens("Set next session with Amara Okafor")
    day = (await stage.day(9)).isoformat()
    await stage.ruth.fills("Keep this date", {"Day": day, HOUR: "15:00"})
    await stage.until(amara, "Your next session with Ruth has a date: Wednesday")
    assert "at 15:00" in await amara.opens_home()


async def test_either_moves_it_and_cancels_it(stage: Stage) -> None:
    amara = await amara_says_when(stage)
    await stage.until(stage.ruth, "has a date")
    await stage.ruth.opens("Change it")
    await stage.ruth.fills("Keep this date", {HOUR: "16:00"})
    await stage.until(amara, "Your next session with Ruth was moved to Wednesday")
    await amara.opens("Change it")
    assert "is cancelled. Ruth is told" in await amara.presses("Cancel it")
    await stage.until(stage.ruth, "cancelled")


async def test_it_goes_into_a_calendar_by_an_address(stage: Stage) -> None:
    amara = await amara_says_when(stage)
    await amara.presses("Add to my calendar")
    file = await amara.follows("Get the calendar file")
    assert file.startswith("BEGIN:VCALENDAR")
    assert "Ruth" not in file, "calendars at work are read by others"


async def test_the_focus_is_asked_for_before_it_and_read_by_the_coach(stage: Stage) -> None:
    amara = await amara_says_when(stage, SHARING, days=11)
    while "What would you most like to think about with Ruth?" not in amara.newest:
        await amara.says("Something I noticed.")
        await stage.next_moment(amara)
    assert "Saved, for you only." in await amara.answers(FOCUS)
    told = await amara.presses("Share as my focus with Ruth")
    assert "Shared with Ruth as your focus." in told
    await stage.until(stage.ruth, "The focus for a session of yours is ready to read.")
    await stage.ruth.opens("Read the focus")
    stage.ruth.reads(FOCUS)
