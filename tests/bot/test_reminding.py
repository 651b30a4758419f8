"""One reminder, on the next working day, at her hours; and none for whoever wants none."""

from tests.bot.dialogue import AGREED, ASKED, REMINDED, Dialogue
from tests.bot.test_first_week import row_of

STANDS = "…? Only you can read your answer, unless you share it."


async def test_a_question_left_open_is_reminded_of_once_and_then_let_go(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("Wednesday 11:59", ""),
        ("Wednesday 12:00", REMINDED),
        ("Thursday 11:59", ""),
        ("[Answer]", "… Your answer …"),
    )


async def test_the_reminder_holds_the_question_and_no_word_of_hers(chat: Dialogue) -> None:
    await chat.goes(ASKED, ("Wednesday 12:00", f"{REMINDED} [Answer] [Skip] [No more reminders]"))
    question, reminder = [
        message for who, message in chat.programme.messenger.delivered if who == "Amara Okafor"
    ]
    assert reminder.plain == f"Still here, if you want it: {question.plain}"
    assert "place board" not in repr(reminder)


async def test_an_answer_makes_the_reminder_needless(chat: Dialogue) -> None:
    await chat.goes(ASKED, ("skip", "…? Skipped. …"), ("Wednesday 18:00", ""))


async def test_it_can_be_answered_from_the_reminder(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("Wednesday 12:00", REMINDED),
        ("[Answer]", "…"),
        ({"Your answer": "The agenda."}, "…? Saved, for you only. …"),
    )


async def test_no_more_reminders(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("Wednesday 12:00", REMINDED),
        ("[No more reminders]", "No more reminders. …"),
        ("Thursday 16:00", STANDS),
        ("Friday 18:00", ""),
    )
    assert not (await row_of(chat.programme)).reminders
    await chat.goes(
        ("when", "…"),
        ("[Days and hours]", "… Remind me once, on the next working day: off. …"),
        ({"Remind me once, on the next working day": True}, "Kept. …"),
    )
    assert (await row_of(chat.programme)).reminders


async def test_a_pause_holds_back_the_reminder_too(chat: Dialogue) -> None:
    await chat.goes(ASKED, ("pause", "Paused …"), ("Wednesday 18:00", ""))


async def test_over_a_weekend_it_comes_on_monday_and_the_question_waits_for_it(
    chat: Dialogue,
) -> None:
    await chat.goes(
        AGREED,
        ("when", "…"),
        ("[Days and hours]", "…"),
        (
            {
                "First question, day": "Friday",
                "Second question, day": "No second question",
            },
            "Kept. …",
        ),
        ("Friday 12:00", STANDS),
        ("Monday 11:59", ""),
        ("Monday 12:00", REMINDED),
        ("Tuesday 11:00", ""),
        ("skip", "…? Skipped. …"),
    )


async def test_on_a_friday_it_comes_by_three(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("skip", "…"),
        ("Thursday 16:00", STANDS),
        ("Friday 14:59", ""),
        ("Friday 15:00", REMINDED),
    )
