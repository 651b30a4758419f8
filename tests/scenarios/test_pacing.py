"""When a leader is asked: days and hours, days away, pauses, and the end of it."""

from tests.scenarios.stage import Stage


async def test_days_and_hours_are_her_own(stage: Stage) -> None:
    amara = await stage.amara_takes_part()
    await amara.opens_home()
    await amara.opens("Days and hours")
    told = await amara.fills(
        "Keep these", {"First question, day": "Wednesday", "First question, hour": "13:00"}
    )
    assert "Kept. " in told
    assert "Wednesday 13:00" in await amara.opens_home()
    at = await stage.next_moment(amara)
    assert f"{at:%A %H:%M}" == "Wednesday 13:00"
    assert "Only you can read your answer" in amara.newest


async def test_an_hour_outside_of_her_hours_is_refused_with_its_reason(stage: Stage) -> None:
    amara = await stage.amara_takes_part()
    await amara.opens_home()
    await amara.opens("Days and hours")
    told = await amara.fills("Keep these", {"First question, hour": "07:30"})
    assert "Tuesday 07:30 is outside the hours" in told


async def test_on_days_away_nothing_is_asked(stage: Stage) -> None:
    amara = await stage.amara_takes_part()
    await amara.opens_home()
    await amara.opens("Days away")
    first, last = await stage.day(0), await stage.day(6)
    days = {"First day away": first.isoformat(), "Last day away": last.isoformat()}
    assert "Away: " in await amara.fills("Keep these days", days)
    assert (await stage.next_moment(amara)).date() > last


async def test_a_pause_ends_on_its_day(stage: Stage) -> None:
    amara = await stage.amara_is_asked()
    day = await stage.day(20)
    await amara.opens("Pause")
    told = await amara.fills("Pause", {"Start again on": day.isoformat()})
    assert "Nothing will be asked until then, and nobody is told." in told
    said = amara.lines
    await stage.passes(days=15)
    assert amara.lines == said
    assert (await stage.next_moment(amara)).date() >= day


async def test_a_pause_until_she_resumes(stage: Stage) -> None:
    amara = await stage.amara_is_asked()
    assert "Paused until you type “resume”." in await amara.says("pause")
    said = amara.lines
    await stage.passes(days=9)
    assert amara.lines == said
    assert "Welcome back. " in await amara.says("resume")
    await stage.until(amara, "Only you can read your answer")


async def test_a_day_that_is_past_is_refused_and_what_was_typed_stays(stage: Stage) -> None:
    amara = await stage.amara_is_asked()
    await amara.opens("Pause")
    told = await amara.fills("Pause", {"Start again on": "2020-01-01"})
    assert "Choose a day to come." in told


async def test_after_stop_nothing_comes_and_a_copy_is_offered(stage: Stage) -> None:
    amara = await stage.amara_is_asked()
    told = await amara.says("stop")
    assert "Stopped. I will ask nothing more, and nobody is told." in told
    assert "[Get a copy]" in told
    said = amara.lines
    await stage.passes(days=15)
    assert amara.lines == said
