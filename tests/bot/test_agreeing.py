"""The notice, the switches, and that nothing is asked or stored before the agreement."""

import pytest

from bot.conversation.pressing import ALWAYS
from prompts.message import FormName, Press
from tests.bot.dialogue import AGREED, ANSWERED, ASKED, EVERY_SWITCH, Dialogue, words_of
from tests.bot.tables import everything_stored

NOT_YET = "I keep nothing and ask nothing until you have agreed, so nothing was saved."
OFF = "Your questions are switched off, so I ask nothing and nothing was changed. …"


async def test_the_notice_comes_once_and_says_who_can_see_what(chat: Dialogue) -> None:
    await chat.goes(
        (
            "Amara arrives",
            "Before we start The people who run “Leading across boundaries” added you here. "
            "I ask you one short question, …Yours first …What they can see …"
            "Your questions arrive in this playground. …"
            "held in a file on this computer, until 24 months …"
            "Not for emergencies …Your choice …no consequence. "
            "[Choose and agree] [Not now]",
        ),
        ("Amara arrives", ""),
        ("agreement", "Before we start … [Choose and agree] [Not now]"),
        ("[Not now]", "That is fine. Nothing was stored and nothing will be asked. …"),
    )
    [notice, *_] = chat.screens["Amara"].chat
    assert notice.plain == "Hello Amara. Before we start: what I do, and who can see what."


async def test_before_the_agreement_nothing_is_taken_in(chat: Dialogue) -> None:
    await chat.goes(("Amara arrives", "Before we start …"))
    before = await everything_stored(chat.programme)
    await chat.goes(
        ("The board frightens me, to be honest.", NOT_YET),
        ("question", NOT_YET),
        ("journal", NOT_YET),
        ("objectives", NOT_YET),
        ("when", NOT_YET),
        # What is held of her before anything is agreed is hers all the same.
        ("my data", "I hold your name and how to reach you, …"),
        ("pause until 3 June", NOT_YET),
        ("resume", NOT_YET),
        ("digest", NOT_YET),
        ("people", NOT_YET),
        ("", NOT_YET),
        ("help", "“pause”, “stop” and “help now” work at any time. …"),
        ("help now", "… Samaritans 116 123. …"),
        ("stop", "That is fine. Nothing was stored and nothing will be asked. …"),
    )
    for form in FormName:
        if form not in {FormName.AGREEMENT, FormName.LEADER_HOME}:
            await chat.programme.opens("amara", form)
            await chat.programme.submits("amara", form, words="The board frightens me.")
    for press in set(Press) - ALWAYS:
        await chat.programme.presses("amara", press)
    after = await everything_stored(chat.programme)
    # That an event was taken, by its id, is all that is remembered.
    assert {n: r for n, r in after.items() if n != "receipt"} == {
        n: r for n, r in before.items() if n != "receipt"
    }
    assert "frightens" not in str(after)


async def test_before_the_agreement_nothing_is_asked(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("Thursday 18:00", ""),
        ("Thursday 18:00", ""),
    )


async def test_a_newcomers_page_says_what_is_held(chat: Dialogue) -> None:
    await chat.goes(("Amara arrives", "Before we start …"))
    page = await chat.programme.opens("amara", FormName.LEADER_HOME)
    assert "Nothing you wrote is stored." in words_of(page)


async def test_only_the_first_switch_is_needed(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        (
            "[Choose and agree]",
            "What do you agree to? Only the first is needed. … Send me questions: off. "
            "Let me share things with my coach, one at a time: off. "
            "Share my objective titles with my coach: off. "
            "Count me in the quarterly totals: off. "
            "Contact me about research (separate): off.",
        ),
        (
            {"Count me in the quarterly totals": True},
            "What do you agree to? Nothing was saved. To start, switch on “Send me questions”. "
            "If you would rather not, close this; nothing will be asked. … "
            "Count me in the quarterly totals: on. …",
        ),
        (
            {"Send me questions": True, "Count me in the quarterly totals": False},
            "Agreed. Only what you chose is switched on; type “agreement” to see it or change it. "
            "First, one thing you would like to be different, in your own words. "
            "One sentence is enough. Only you can read it, unless your agreement shares your "
            "objectives with your coach. Your next question comes on Tuesday 24 November at 12:00. "
            "[Set an objective] [Days and hours]",
        ),
        ("agreement", "Here is what you agreed to. [My agreement]"),
        ("[My agreement]", "… Send me questions: on. Let me share …: off. Share my …: off. …"),
    )


async def test_agreeing_by_typing_switches_on_no_more_than_questions(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("I agree", "Here is what you agreed to. [My agreement]"),
        ("[My agreement]", "… Send me questions: on. Let me share …: off. … (separate): off."),
    )


async def test_each_switch_is_kept_by_itself(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("[Choose and agree]", "What do you agree to? …"),
        ({"Send me questions": True, "Share my objective titles with my coach": True}, "Agreed. …"),
        ("agreement", "Here is …"),
        (
            "[My agreement]",
            "… Send me questions: on. Let me share …: off. Share my objective titles …: on. "
            "Count me …: off. …: off.",
        ),
    )


async def test_sharing_can_be_switched_off_and_everything_comes_back(chat: Dialogue) -> None:
    await chat.goes(
        ANSWERED,
        ("agreement", "Here is …"),
        ("[My agreement]", "What do you agree to? …"),
        (EVERY_SWITCH, "Your agreement is changed, from this moment. You can share things …"),
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
        ("agreement", "Here is …"),
        ("[My agreement]", "What do you agree to? …"),
        (
            {"Let me share things with my coach, one at a time": False},
            "Your agreement is changed, from this moment. "
            "Nothing is shared with your coach, and what you had shared is taken back.",
        ),
        ("journal", "Your journal …"),
        ("[Journal]", "… Who can read it: Only you. …"),
        ("Ruth: Monday 09:00", ""),
        # Switched on again, it is not shared again: that is one at a time.
        ("agreement", "Here is …"),
        ("[My agreement]", "What do you agree to? …"),
        (EVERY_SWITCH, "Your agreement is changed, …"),
        ("journal", "Your journal …"),
        ("[Journal]", "… Who can read it: Only you. …"),
    )


async def test_questions_can_be_switched_off_and_what_was_written_stays_hers(
    chat: Dialogue,
) -> None:
    await chat.goes(
        ANSWERED,
        ("agreement", "Here is …"),
        ("[My agreement]", "What do you agree to? …"),
        (
            {"Send me questions": False},
            "Questions are off, and with them everything else you had agreed to. I ask nothing "
            "more, and what you had shared is taken back. What you wrote is still yours, in your "
            "journal. Type “agree” to start again. [Choose and agree] [Journal]",
        ),
        ("Thursday 18:00", ""),
        ("[Journal]", "… “The agenda was mine all along.” …"),
        ("[Share this]", OFF),
        ("journal", "Your journal …"),
        ("objectives", "Your objectives …"),
        ("[My objectives]", "… Next question: Switched off. …"),
        ("[Ask me one now]", OFF),
        ("stop", OFF),
        ("What I write now is not taken in.", OFF),
        ("my data", "I hold your name and how to reach you, what you wrote, …"),
        (
            "agree",
            "Agreed. You have your questions back, and your objectives are as you left them. "
            "Your next question comes on Tuesday 1 December at 12:00.",
        ),
        ("Tuesday 12:00", "…? Only you can read your answer, …"),
    )


async def test_a_stop_ends_with_a_new_agreement(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("stop", "Stopped. …"),
        ("agreement", "Here is …"),
        ("[My agreement]", "What do you agree to? …"),
        ({"Send me questions": False}, "Questions are off, …"),
        ("agree", "Agreed. … Your next question comes on Tuesday 24 November at 12:00."),
    )


@pytest.mark.parametrize("who", ["Ruth", "Priya"])
async def test_who_is_no_leader_cannot_be_asked_by_agreeing(chat: Dialogue, who: str) -> None:
    await chat.programme.says(who.lower(), "agree")
    await chat.programme.agrees(who.lower())
    await chat.goes((f"{who}: Thursday 18:00", ""))


async def test_a_question_queued_before_the_withdrawal_is_not_sent(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("tomorrow", "…? Put off, and nothing was stored. I will ask this again on Wednesday …"),
        ("agreement", "Here is …"),
        ("[My agreement]", "What do you agree to? …"),
        ({"Send me questions": False}, "Questions are off, …"),
        ("Thursday 18:00", ""),
    )
