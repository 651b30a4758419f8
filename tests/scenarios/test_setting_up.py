"""A lead sets up a programme in the chat, makes somebody known and invites them."""

from tests.scenarios.stage import Player, Stage

PURPOSE = "Starting things together with the neighbours."
EFUA = "Efua Mensah"
INVITED = "Priya Nair invites you to “Leading across boundaries”, as a leader."


async def has_a_purpose(priya: Player) -> None:
    await priya.opens_home()
    await priya.opens("Settings")
    assert "Changed, from this moment." in await priya.fills("Change", {"What it is for": PURPOSE})


async def adds_efua(stage: Stage) -> Player:
    efua, known_by = await stage.stranger(EFUA)
    await stage.priya.opens_home()
    form = await stage.priya.opens("Add somebody")
    label = "Member ID" if "Member ID" in form else "E-mail address"
    told = await stage.priya.fills("Add", {"Name": EFUA, label: known_by})
    assert f"Added: {EFUA} (leader; cohort Autumn cohort)." in told
    return efua


async def is_invited(stage: Stage) -> None:
    await stage.priya.opens_home()
    page = await stage.priya.opens("Invite people")
    assert PURPOSE in page
    assert "Everybody who waits (1)" in page
    assert "Invited: 1." in await stage.priya.fills("Invite")


async def test_a_programme_and_a_cohort_are_set_up(stage: Stage) -> None:
    priya = stage.priya
    await priya.opens_home()
    await priya.opens("New programme")
    told = await priya.fills(
        "Set up", {"Its name": "Leading in Wales", "Its nation": "Wales", "What it is for": PURPOSE}
    )
    assert "Leading in Wales is set up." in told
    await priya.opens("New cohort")
    told = await priya.fills("Set up", {"Its name": "Spring", "First question, hour": "07:15"})
    assert "Tuesday 07:15 is outside the hours" in told
    told = await priya.fills("Set up", {"First question, hour": "10:15"})
    assert "Spring is set up, and asked on Tuesday 10:15 and Thursday 16:00." in told
    assert "Leading in Wales" in await priya.opens_home()


async def test_somebody_is_added_and_hears_of_nothing_before_the_invitation(stage: Stage) -> None:
    await has_a_purpose(stage.priya)
    efua = await adds_efua(stage)
    await stage.passes(days=1)
    assert await efua.looks() == ""
    await is_invited(stage)
    await stage.passes(minutes=5)
    assert INVITED in await efua.looks()
    assert PURPOSE in efua.chat
    told = await efua.presses("Yes, go on")
    assert "Before we start" in told
    assert efua.chat.count("An invitation") == 1


async def test_a_no_is_the_end_of_it(stage: Stage) -> None:
    await has_a_purpose(stage.priya)
    efua = await adds_efua(stage)
    await is_invited(stage)
    await stage.passes(minutes=5)
    assert INVITED in await efua.looks()
    home = await stage.priya.opens_home()
    assert "The invitation is declined." in await efua.presses("No, thank you")
    assert await stage.priya.opens_home() == home
    await stage.passes(days=7)
    assert await efua.looks() == ""


async def test_a_table_of_people_is_looked_at_before_anybody_is_added(stage: Stage) -> None:
    _, known_by = await stage.stranger(EFUA)
    await stage.priya.opens_home()
    await stage.priya.opens("Add people")
    told = await stage.priya.fills("Go on", {"People": f"{EFUA}, {known_by}, boss"})
    assert "Some lines have to be corrected first. Nobody was added." in told
    assert "'boss' is no role" in told
    told = await stage.priya.fills("Go on", {"People": f"{EFUA}, {known_by}, leader, Ruth Ellis"})
    assert "leader; cohort Autumn cohort; Ruth Ellis is suggested as coach" in told
    told = await stage.priya.fills("Go on", {"Only say what would come of each line": False})
    assert "New: 1. Changed: 0. As before: 0." in told
    assert EFUA in await stage.priya.opens_home()
