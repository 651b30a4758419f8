"""What can be typed, and that only a whole line is a wish."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.days import read_day
from bot.conversation.words import PauseUntil, Word, understand
from prompts.message import FormName, Press
from tests.bot.dialogue import AGREED, ASKED, Dialogue

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("help", Word.HELP),
        ("?", Word.HELP),
        ("  Help. ", Word.HELP),
        ("bearings", Word.HELP),
        ("bearings help now", Word.HELP_NOW),
        ("Help\nnow", Word.HELP_NOW),
        ("STOP!", Press.STOP),
        ("“stop”", Press.STOP),
        ("unsubscribe", Press.STOP),
        ("question", Press.ASK_NOW),
        ("objectives", FormName.LEADER_HOME),
        ("journal", FormName.JOURNAL),
        ("pause", Word.PAUSE),
        ("resume", Press.RESUME),
        ("my data", Word.MY_DATA),
        ("home", Word.HOME),
        ("My page.", Word.HOME),
        ("What do you hold about me?", Word.MY_DATA),
        ("forget me", Press.ASK_BEFORE_FORGETTING),
        ("Delete everything.", Press.ASK_BEFORE_FORGETTING),
        ("Why this question?", Press.WHY),
        ("pause until 3 June", PauseUntil("3 june", date(2027, 6, 3))),
        ("", None),
        ("   ", None),
        ("...", None),
        ("stop it now", None),
        ("I would stop", None),
        ("pause until", None),
        ("pause until " + "x" * 41, None),
        ("help me think", None),
    ],
)
def test_a_whole_line_is_a_wish_and_a_part_of_one_is_not(typed: str, meant: object) -> None:
    assert understand(typed, MONDAY) == meant


TYPED = (
    *("not now", "skip", "later", "tomorrow", "next week", "back", "heavy week", "not for me"),
    *("why", "share", "allow sharing", "take back", "question", "resume", "stop"),
    *("share objective", "take back objective", "accept pairing", "decline pairing"),
    *("get a copy", "hand it to me another way", "erase everything", "keep everything"),
    *("let leaders begin", "leave the totals", "go deeper", "carry on", "no more reminders"),
    *("not away", "send back", "sign it off", "make it live", "let it rest"),
    *("retire it", "withdraw it", "cancel session", "add to calendar", "ask for a word"),
    "ask to talk",
    *("ask my coach to call", "leave the next session", "end it now"),
    *("leave this out", "skip this week", "send it after all", "send it this week"),
    *("show questions to hold", "show no questions to hold"),
    *("erase this", "erase it for good", "keep it", "forget me"),
    *("pin this one", "take the pin back", "drop it"),
    *("shape an objective", "review objective", "park objective", "take up objective"),
    *("complete objective", "let objective go", "share rating", "take back rating"),
    *("accept invitation", "decline invitation"),
    *("not yet", "look back", "let the experiment go"),
    *("share experiment", "take back experiment"),
)


@pytest.mark.parametrize("press", Press)
def test_whatever_can_be_pressed_can_be_typed(press: Press) -> None:
    assert any(understand(typed, MONDAY) is press for typed in TYPED)


@given(st.text())
def test_any_text_is_understood_or_not_and_never_raises(typed: str) -> None:
    understand(typed, MONDAY)
    understand(f"pause until {typed}", MONDAY)


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)), st.integers(1, 365))
def test_every_day_of_the_coming_year_can_be_named(today: date, ahead: int) -> None:
    day = date.fromordinal(today.toordinal() + ahead)
    named = f"{day.day} {day:%B}"
    assert read_day(day.isoformat(), today) == day
    assert read_day(f"{day.day}/{day.month}/{day.year}", today) == day
    assert read_day(f"{named} {day.year}", today) == day
    if (day.month, day.day) != (today.month, today.day) and named != "29 February":
        assert read_day(named, today) == day


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)), st.text("0123456789/.- abcdejmnptuy"))
def test_whatever_is_read_as_a_day_is_to_come(today: date, typed: str) -> None:
    found = read_day(typed, today)
    assert found is None or found > today


async def test_help_names_words_that_all_work(chat: Dialogue) -> None:
    """Whatever help lists in quotation marks is understood."""
    await chat.goes(AGREED, ("help", "“pause”, “stop” and “help now” work at any time. …"))
    said = repr(chat.screens["Amara"].chat[-1])
    listed = [part.split("”")[0] for part in said.split("“")[1:]]
    assert len(listed) > 20
    assert [words for words in listed if understand(words, MONDAY) is None] == []


async def test_what_is_not_understood_is_answered_with_a_way_on(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        (
            "What a morning",
            "I did not catch that, and no question is open, so nothing was stored. "
            "Type “question” for one now, or “help” to see what I understand.",
        ),
        ("", "I did not catch that, …"),
        ("people", "I did not catch that, …"),
        ("digest", "I did not catch that, …"),
        ("leaders", "I did not catch that, …"),
        ("not now", "That button is out of date, so nothing was changed. …"),
    )


async def test_my_data_and_forget_me(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        (
            "my data",
            "I hold your name and how to reach you, what you wrote, your objectives, what you were "
            "asked, your days and hours, your agreement, and who has read what. … [Get a copy] "
            "[Who has read what] [Journal] [My agreement] [Hand it to me another way] "
            "[Leave the totals]",
        ),
        (
            "[Get a copy]",
            "A copy of everything that is yours Everything I hold about you, …",
        ),
        ("forget me", "This erases whatever you wrote, your agreement, and your name …"),
        ("delete everything", "This erases …"),
        ("keep everything", "Nothing was erased. …"),
    )


async def test_help_now_says_who_is_there_and_tells_nobody(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        (
            "help now",
            "I am only a set of questions, and nobody is reading this now, … call 999 … 111 … "
            "Samaritans 116 123. … Nobody has been told that you asked. "
            "Nothing about this is stored. Asking Ruth to call sends only that. "
            "[Ask Ruth to call me]",
        ),
        # The question still waits.
        ("skip", "…? Skipped. Nothing was stored."),
    )
