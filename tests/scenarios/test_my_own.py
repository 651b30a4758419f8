"""What is a person's own: the journal, a copy of everything, being forgotten, and help."""

from tests.bot.playing import MINE, answers
from tests.scenarios.stage import SHARING, Stage

ANSWER = "I rang her before the round, and listened."
OTHER = "The chair of the trust was late again."


async def test_the_journal_is_read_shared_and_taken_back(stage: Stage) -> None:
    amara = await stage.amara_answered(ANSWER, SHARING)
    await amara.opens_home()
    page = await amara.opens("Journal")
    assert ANSWER in page
    assert "Who can read it: Only you" in page
    assert "Shared with Ruth" in await amara.presses("Share this")
    await amara.opens_home()
    assert "Who can read it: You and Ruth" in await amara.opens("Journal")
    await amara.presses("Take this back")
    await amara.opens_home()
    assert "Who can read it: Only you" in await amara.opens("Journal")


async def test_the_journal_is_searched_by_words(stage: Stage) -> None:
    amara = await stage.amara_answered(ANSWER)
    await amara.says("question")
    await amara.answers(OTHER)
    await amara.opens_home()
    await amara.presses("Journal")
    await amara.opens("Search")
    found = await amara.fills("Search", {"These words": "round"})
    assert ANSWER in found
    assert OTHER not in found


async def test_the_journal_goes_on_page_by_page(stage: Stage) -> None:
    amara = await stage.amara_answered(ANSWER)
    for n in range(12):
        await stage.passes(minutes=1)
        await amara.says("question")
        await amara.says(f"Something I noticed, number {n}.")
    await amara.opens_home()
    page = await amara.opens("Journal")
    assert ANSWER not in page
    assert ANSWER in await amara.opens("Older")


async def test_an_answer_is_erased_in_two_steps(stage: Stage) -> None:
    amara = await stage.amara_answered(ANSWER)
    await amara.opens_home()
    assert "Erase this answer? It goes from your journal" in await amara.presses(
        "Journal", "Erase this"
    )
    assert "Erased here. Backups follow within 8 days" in await amara.presses("Erase it for good")
    assert await answers(stage.platform.engine) == []


async def test_a_copy_of_everything_opens_by_an_address(stage: Stage) -> None:
    amara = await stage.amara_answered(ANSWER)
    assert "I hold your name and how to reach you" in await amara.says("my data")
    await amara.presses("Get a copy")
    assert "Each opens once, within ten minutes" in amara.form
    page = await amara.follows("As text, to read")
    assert "It is made when you press the button" in page
    assert ANSWER in await amara.follows("As text, to read", takes=True)
    gone = await amara.follows("As text, to read", takes=True)
    assert "This address has been used" in gone


async def test_forget_me_is_asked_twice_and_leaves_nothing(stage: Stage) -> None:
    amara = await stage.amara_answered(ANSWER)
    assert "It cannot be undone" in await amara.says("forget me")
    told = await amara.presses("Erase everything")
    assert "Everything of yours is erased, and I do not know you any more." in told
    assert MINE not in amara.sight.home


async def test_keep_everything_keeps_everything(stage: Stage) -> None:
    amara = await stage.amara_answered(ANSWER)
    await amara.says("forget me")
    told = await amara.presses("Keep everything")
    assert "Nothing was erased. Everything is as it was." in told
    assert await answers(stage.platform.engine) == [ANSWER]


async def test_help_now_is_shown_on_a_page_and_told_to_nobody(stage: Stage) -> None:
    amara = await stage.amara_is_asked()
    before = stage.ruth.lines
    page = await amara.opens("Help now")
    assert "Samaritans" in page
    assert "Nobody has been told that you asked." in page
    assert "Samaritans" not in amara.chat
    await stage.passes(minutes=5)
    assert stage.ruth.lines == before


async def test_asking_the_coach_to_call_sends_these_words_and_nothing_else(stage: Stage) -> None:
    amara = await stage.amara_takes_part()
    await amara.opens_home()
    await amara.presses("Help now")
    told = await amara.presses("Ask Ruth to call me")
    assert "only this: “Amara asks you to call.”" in told
    assert "Samaritans" in await amara.opens("Help now"), "it was in the place of the card"
    await stage.until(stage.ruth, "Amara asks you to call.")


async def test_words_of_need_in_the_form_bring_who_is_there_at_once(stage: Stage) -> None:
    amara = await stage.amara_is_asked()
    await amara.opens("Answer")
    await amara.fills("Save", {"Your answer": "I cannot go on like this."})
    assert "Samaritans" in amara.form
    assert "Nobody has been told, Ruth included" in amara.form
    assert "Samaritans" not in amara.chat
