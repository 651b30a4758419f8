"""A small try: made, asked about when it is due, put off, looked back on and decided."""

from tests.scenarios.stage import Player, Stage

TRY = "Send the agenda round empty and wait."
CAME = "They came unprepared, and talked."
WHEN = "When shall I ask what happened?"


async def tries_something(stage: Stage) -> Player:
    """It is due on Tuesday, when her first question would come."""
    amara = await stage.amara_takes_part()
    await amara.opens_home()
    await amara.opens("New experiment")
    due = (await stage.day(1)).isoformat()
    typed = {"What exactly will you try?": TRY, WHEN: due}
    await amara.fills("Keep this experiment", typed)
    await stage.until(amara, "What happened?")
    return amara


async def test_when_it_is_due_she_is_asked_and_reads_what_she_tries_where_it_opens(
    stage: Stage,
) -> None:
    amara = await tries_something(stage)
    assert TRY not in amara.chat
    opened = await amara.opens("Answer")
    assert f"You have a try to look back on: {TRY} What happened?" in opened


async def test_an_answer_becomes_an_experiment(stage: Stage) -> None:
    amara = await stage.amara_answered(TRY)
    assert TRY in await amara.opens("Make this an experiment")
    due = (await stage.day(3)).isoformat()
    told = await amara.fills(
        "Keep this experiment", {"What exactly will you try?": "Wait for a day.", WHEN: due}
    )
    assert "Your experiment is kept. Only you can read it." in told
    await stage.until(amara, "What happened?")


async def test_not_yet_puts_it_off_to_a_day_she_can_choose(stage: Stage) -> None:
    amara = await tries_something(stage)
    assert "What happened?" not in (await amara.presses("Not yet")).partition("Noted")[2]
    assert TRY in await amara.opens("Choose another day")
    day = await stage.day(9)
    assert "The day is changed." in await amara.fills("Change the day", {WHEN: day.isoformat()})
    assert (await stage.until(amara, "What happened?")).date() >= day


async def test_the_third_not_yet_lets_it_go(stage: Stage) -> None:
    amara = await tries_something(stage)
    for _ in range(3):
        await stage.until(amara, "What happened?")
        told = await amara.presses("Not yet")
        if "Skip" in amara.newest:
            told = await amara.presses("Skip")
    assert "This experiment is let go, and nothing more is asked about it." in told


async def test_what_she_saw_leads_to_what_she_knows_and_decides(stage: Stage) -> None:
    amara = await tries_something(stage)
    assert "Saved, for you only." in await amara.answers(CAME)
    for n in range(4):
        if "Which fits best now: keep going, change it or stop?" in amara.newest:
            break
        await amara.presses("Next question")
        if "Which fits best now" not in amara.newest:
            await amara.answers(f"They had been waiting for it, {n}.")
    assert "You chose to keep going." in await amara.answers("keep going")
    await amara.opens_home()
    await amara.opens("Experiments")
    path = await amara.opens("See its path")
    assert CAME in path
    assert "Decided" in path
