"""What a programme lead sees and decides: people, hours, settings, the programme’s questions."""

from tests.scenarios.stage import Player, Stage

ANSWER = "I rang her before the round, and listened."
SOUND = "Which quiet corner of your service would you most like to walk through this month?"
QUESTION = "The question"
PURPOSE = "What it is for"


async def test_the_lead_sees_people_and_never_a_word_of_theirs(stage: Stage) -> None:
    await stage.amara_answered(ANSWER)
    home = await stage.priya.opens_home()
    assert "Amara Okafor" in home
    assert "You never see a reflection, who agreed or who answered." in home


async def test_the_hours_of_a_cohort_are_changed_for_who_chose_none(stage: Stage) -> None:
    amara, priya = await stage.amara_takes_part(), stage.priya
    await priya.opens_home()
    await priya.opens("Change days and hours")
    told = await priya.fills("Change for the cohort", {"First question, hour": "13:00"})
    assert "Autumn cohort is now asked on Tuesday 13:00 and Thursday 16:00." in told
    assert "Tuesday 13:00" in await amara.opens_home()


async def test_hours_that_nobody_should_keep_are_refused(stage: Stage) -> None:
    await stage.priya.opens_home()
    await stage.priya.opens("Change days and hours")
    told = await stage.priya.fills("Change for the cohort", {"First question, hour": "07:30"})
    assert "Tuesday 07:30 is outside the hours, 08:00 to 18:00." in told


async def test_the_programmes_settings_are_changed_and_it_stands_in_the_list(stage: Stage) -> None:
    amara, priya = await stage.amara_is_asked(), stage.priya
    await priya.opens_home()
    await priya.opens("Settings")
    told = await priya.fills(
        "Change", {"Its nation": "Scotland", "Answers are written in the box only": True}
    )
    assert "Changed, from this moment. It stands under “What was changed”." in told
    await priya.opens_home()
    page = await priya.opens("What was changed")
    assert "Priya Nair" in page
    for was, now in (
        ("nation england, open", "nation scotland, open"),
        ("answers in the box or the chat", "answers in the box only"),
    ):
        # Each platform draws the table in its own way.
        assert was in page
        assert now in page[page.index(was) + len(was) :]
    told = await amara.says(ANSWER)
    assert "Nothing was saved. Here answers are written in the box only" in told
    assert "Saved, for you only." in await amara.answers("In the box.")


async def writes(lead: Player, words: str) -> str:
    await lead.opens_home()
    await lead.presses("Questions")
    await lead.opens("Write a question")
    typed = {QUESTION: words, PURPOSE: "Options."}
    return await lead.fills("Check it and hand it in", typed)


async def test_advice_stays_a_draft_and_the_form_says_why(stage: Stage) -> None:
    told = await writes(stage.priya, "Have you considered a joint post?")
    for said in ("L04: ", "L07: ", "Rather: ", "Kept as a draft, and not handed in yet."):
        assert said in told


async def test_a_draft_is_mended_and_handed_in(stage: Stage) -> None:
    await writes(stage.priya, "Have you considered a joint post?")
    told = await stage.priya.fills("Check it and hand it in", {QUESTION: SOUND})
    assert "Handed in. Another lead of your programme has to sign it off" in told


async def test_a_second_lead_signs_it_off_before_it_is_live(stage: Stage) -> None:
    priya = stage.priya
    leila = await stage.gains("Leila Haddad", is_lead=True)
    assert "Handed in." in await writes(priya, SOUND)
    await priya.opens_home()
    page = await priya.opens("Questions")
    assert "[Sign it off]" not in page
    await leila.opens_home()
    assert SOUND in await leila.opens("Questions")
    assert "Signed off. It is now tried with its first cohort." in await leila.presses(
        "Sign it off"
    )
    await priya.opens_home()
    await priya.opens("Questions")
    assert "It is live. Its older versions are retired." in await priya.presses("Make it live")


async def test_a_question_is_sent_back_to_whoever_wrote_it(stage: Stage) -> None:
    leila = await stage.gains("Leila Haddad", is_lead=True)
    await writes(stage.priya, SOUND)
    await leila.opens_home()
    await leila.opens("Questions")
    assert "Sent back: it is a draft again" in await leila.presses("Send back")
