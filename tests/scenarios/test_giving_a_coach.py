"""What a leader gives to the coach to read, one thing at a time, and takes back again."""

from tests.bot.playing import MINE
from tests.scenarios.stage import SHARING, Player, Stage

TRY = "Send the agenda round empty and wait."
SAW = "Two of them decided without asking me."
PLACING = "Your placing"
SEEN = "What have you seen or heard that supports that placing?"
READY = "Your weekly digest is ready."


async def tries_something(stage: Stage) -> Player:
    amara = await stage.amara_takes_part(SHARING)
    await amara.opens_home()
    await amara.opens("New experiment")
    due = (await stage.day(20)).isoformat()
    typed = {"What exactly will you try?": TRY, "When shall I ask what happened?": due}
    told = await amara.fills("Keep this experiment", typed)
    assert "Your experiment is kept. Only you can read it." in told
    return amara


async def looks_at_the_path(amara: Player) -> None:
    await amara.opens_home()
    await amara.opens("Experiments")
    assert TRY in await amara.opens("See its path")


async def reads_the_digest(stage: Stage) -> Player:
    await stage.until(stage.ruth, READY)
    await stage.ruth.opens("Read the digest")
    return stage.ruth


async def test_an_experiment_that_is_shared_stands_in_the_digest(stage: Stage) -> None:
    amara = await tries_something(stage)
    await looks_at_the_path(amara)
    told = await amara.presses("Share with Ruth")
    assert "Shared with Ruth. Only you and Ruth can read this experiment" in told
    (await reads_the_digest(stage)).reads(TRY)


async def test_an_experiment_that_is_taken_back_is_gone_from_the_digest(stage: Stage) -> None:
    amara = await tries_something(stage)
    await looks_at_the_path(amara)
    await amara.presses("Share with Ruth")
    (await reads_the_digest(stage)).reads(TRY)
    await looks_at_the_path(amara)
    told = await amara.presses("Take it back")
    assert "Taken back. Only you can read this experiment." in told
    await stage.ruth.opens_home()
    assert TRY not in await stage.ruth.opens("Read the latest digest")


async def test_an_experiment_is_let_go_on_its_page(stage: Stage) -> None:
    amara = await tries_something(stage)
    await looks_at_the_path(amara)
    assert "This experiment is let go, and nothing more is asked about it." in await amara.presses(
        "Let it go"
    )
    await amara.opens_home()
    assert "Closed: let go" in await amara.opens("Experiments")


async def places_herself(stage: Stage) -> Player:
    amara = await stage.amara_takes_part(SHARING)
    await amara.opens_home()
    await amara.opens("Look at it")
    assert MINE in await amara.opens("Rate it")
    told = await amara.fills("Keep this placing", {PLACING: "−1", SEEN: SAW})
    assert "Your placing is kept. Only you can read it." in told
    return amara


async def test_a_placing_is_given_and_stands_on_the_objectives_page(stage: Stage) -> None:
    amara = await places_herself(stage)
    await amara.opens_home()
    page = await amara.opens("Look at it")
    assert SAW in page
    assert "Only you can read your placings." in page


async def test_a_placing_is_shared_and_taken_back(stage: Stage) -> None:
    amara = await places_herself(stage)
    told = await amara.presses("Share with Ruth")
    assert "Shared with Ruth. Only you and Ruth can read this placing" in told
    (await reads_the_digest(stage)).reads(SAW)
    assert "Taken back. Only you can read this placing." in await amara.says("take back rating")
    await stage.ruth.opens_home()
    assert SAW not in await stage.ruth.opens("Read the latest digest")


async def test_an_objective_is_shared_and_taken_back_on_its_page(stage: Stage) -> None:
    amara = await stage.amara_takes_part(SHARING)
    await amara.opens_home()
    await amara.opens("Look at it")
    told = await amara.presses("Share with my coach")
    assert "Shared with Ruth. Only you and Ruth can read this objective." in told
    (await reads_the_digest(stage)).reads(MINE)
    await amara.opens_home()
    await amara.opens("Look at it")
    told = await amara.presses("Take it back")
    assert "Taken back. Only you can read this objective." in told
