"""Not this one, not now, not this week, not at those hours."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from scheduler.planning import plan_due
from storage.engine import reading, transaction
from storage.nudges import Intent, lease, mark_sending
from storage.tables import Nudge, NudgeKind, NudgeState
from tests.bot.dialogue import AGREED, ASKED, REMINDED, Dialogue
from tests.cast import Programme

STANDS = "…? Only you can read your answer, unless you share it."
SKIPPED = "…? Skipped. Nothing was stored."
LATER = (
    "…? When shall I ask again? Only you can read your answer, unless you share it. "
    "[Tomorrow] [Next week] [Back to the question]"
)


def put_off_to(day: str) -> str:
    return f"…? Put off, and nothing was stored. I will ask this again on {day}."


def question(chat: Dialogue, who: str = "Amara") -> str:
    """The newest question's own words."""
    asked = [m.plain for name, m in chat.programme.messenger.delivered if name.startswith(who)]
    return asked[-1]


async def asked(programme: Programme, name: str = "Amara Okafor") -> list[Nudge]:
    someone = await programme.member(name)
    async with reading(programme.engine) as db:
        found = await db.exec(
            select(Nudge)
            .where(Nudge.member_id == someone.id, Nudge.kind == NudgeKind.QUESTION)
            .where(Nudge.state == NudgeState.SENT)
        )
        return list(found)


async def test_skip(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("[Skip]", SKIPPED),
        ("skip", "No question is open, so nothing was changed. …"),
        ("Wednesday 18:00", ""),
    )


async def test_a_second_press_changes_nothing(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    stale = list(chat.screens["Amara"].chat)
    await chat.goes(("[Skip]", SKIPPED))
    chat.screens["Amara"].chat = stale
    await chat.goes(
        ("[Not for me]", "…? This question is closed. Nothing was changed."),
    )


async def test_later_tomorrow_brings_the_same_question_back(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    first = question(chat)
    await chat.goes(
        ("[Later]", LATER),
        ("[Tomorrow]", put_off_to("Wednesday 25 November")),
        ("Wednesday 11:59", ""),
        ("Wednesday 12:00", STANDS),
        ("why", "Why this question? You asked me to come back to this one."),
        ("[Skip]", SKIPPED),
        ("Thursday 16:00", STANDS),
    )
    assert chat.programme.messenger.said_to("Amara Okafor")[1] == first


async def test_later_next_week_takes_the_place_of_that_days_question(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    first = question(chat)
    await chat.goes(
        ("[Later]", LATER),
        ("[Next week]", put_off_to("Tuesday 1 December")),
        ("Thursday 16:00", STANDS),
        ("skip", SKIPPED),
        ("Tuesday 12:00", STANDS),
        ("Tuesday 18:00", ""),
    )
    assert question(chat) == first


async def test_back_to_the_question(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("[Later]", LATER),
        ("[Back to the question]", f"{STANDS} [Answer] [Skip] …"),
        ("later", LATER),
        ("back", STANDS),
        ("next week", put_off_to("Tuesday 1 December")),
    )


async def test_two_questions_put_off_to_one_day_come_on_two(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("tomorrow", put_off_to("Wednesday 25 November")),
        ("question", STANDS),
        ("tomorrow", put_off_to("Thursday 26 November")),
        ("Wednesday 12:00", STANDS),
        ("skip", SKIPPED),
        ("Thursday 12:00", STANDS),
        ("skip", SKIPPED),
        ("Thursday 18:00", ""),
    )


async def test_a_question_put_off_is_waiting_again_after_a_pause(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("next week", put_off_to("Tuesday 1 December")),
        ("pause", "Paused until you type “resume”. …"),
        ("Thursday 18:00", ""),
        ("resume", "Welcome back. Your next question comes on Tuesday 1 December at 12:00."),
        ("Tuesday 12:00", STANDS),
    )


async def test_during_a_pause_nothing_is_promised(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("pause", "Paused until you type “resume”. …"),
        (
            "tomorrow",
            "Your questions are paused or stopped, so this one was not put off. Answer it "
            "whenever you like, or type “resume” first. [Resume]",
        ),
        ("Trust", ["…? Saved, for you only.", "Saved, for you only. …"]),
    )


async def test_heavy_week(chat: Dialogue) -> None:
    rest = "until Monday 30 November I ask only light questions, or nothing. Nobody is told."
    await chat.goes(
        ASKED,
        ("[Heavy week]", f"…? A heavy week, then. This question is closed, and {rest}"),
        ("heavy week", f"A heavy week, then: {rest}"),
        ("Thursday 16:00", STANDS),
        ("skip", SKIPPED),
        ("Tuesday 12:00", STANDS),
        ("skip", SKIPPED),
        ("Thursday 16:00", STANDS),
        ("[Heavy week]", "…? A heavy week, then. …"),
        ("question", STANDS),
        ("why", "Why this question? You said this is a heavy week, so this is a light question, …"),
    )
    heavy = await asked(chat.programme)
    assert [chat.programme.bank.questions[one.question_id].depth for one in heavy[-1:]] == [1]


async def test_not_for_me_never_comes_again(chat: Dialogue) -> None:
    await chat.goes(ASKED, ("[Not for me]", "…? I will not ask you this one again."))
    [declined] = await asked(chat.programme)
    await chat.goes(("pause", "Paused until you type “resume”. …"))
    for _ in range(20):
        # In two years a good many come round for the second time.
        chat.programme.now += timedelta(days=36)
        await chat.programme.says("amara", "question")
        await chat.programme.says("amara", "skip")
    later = [one.question_id for one in await asked(chat.programme)]
    assert len(later) > 20
    assert len(set(later)) < len(later)
    assert later.count(declined.question_id) == 1


async def test_pause_with_no_end(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        (
            "pause",
            "Paused until you type “resume”. Nothing will be asked until then, and nobody is "
            "told. [Resume]",
        ),
        ("Thursday 18:00", ""),
        ("Thursday 18:00", ""),
        ("[Resume]", "Welcome back. Your next question comes on Tuesday 8 December at 12:00."),
        ("Tuesday 12:00", STANDS),
    )


async def test_pause_by_the_button_until_a_day(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        (
            "[Pause]",
            "Pause the questions Nobody is told. Your coach sees no difference from a quiet week. "
            "Start again on: empty. Leave it empty to pause until you type “resume”.",
        ),
        (
            {"Start again on": "2026-11-24"},
            "Pause the questions You are not paused yet. … "
            "Start again on: 2026-11-24. Choose a day to come. …",
        ),
        ({"Start again on": "9999-99-99"}, "… 9999-99-99. This is not a day. …"),
        ({"Start again on": "9999-12-31"}, "… Choose a day within a year, or leave it empty. …"),
        ({"Start again on": "2026-12-01"}, "Paused until Tuesday 1 December. …"),
        ("Monday 23:59", ""),
        ("Tuesday 12:00", STANDS),
    )


async def test_pause_by_the_button_with_no_day(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("[Pause]", "Pause the questions …"),
        ({}, "Paused until you type “resume”. …"),
    )


DAYS_IN_WORDS = [
    ("pause until 3 June", "Thursday 3 June"),
    ("Pause until the 3rd of June.", "Thursday 3 June"),
    ("pause until 3 June 2027", "Thursday 3 June"),
    ("pause until June 3rd", "Thursday 3 June"),
    ("pause until 3/6", "Thursday 3 June"),
    ("pause until 3.6.27", "Thursday 3 June"),
    ("pause until 2027-06-03", "Thursday 3 June"),
    ("PAUSE UNTIL JUNE", "Tuesday 1 June"),
    ("pause till the 3rd", "Thursday 3 December"),
    ("pause until the 24th", "Tuesday 24 November"),
    ("pause until the 31st", "Thursday 31 December"),
    ("pause until monday", "Monday 30 November"),
    ("pause until Tues", "Tuesday 24 November"),
    ("pause until next friday", "Friday 27 November"),
    ("pause until tomorrow", "Tuesday 24 November"),
    ("away until next week", "Monday 30 November"),
    ("bearings pause until 1 jan", "Friday 1 January"),
]
NO_DAYS = [
    "pause until 3 June 2020",
    "pause until 3.6.26",
    "pause until 2020-06-03",
    "pause until 31 November",
    "pause until 9999-99-99",
    "pause until 31 December 9999",
    "pause until the cows come home",
    "pause until 12:00",
    "pause until 5pm",
    "pause until 10",
    "pause until 3 June BST",
    "pause until today",
    "pause until 23 November 2026",
    "pause until ٣/٦",
    "pause until 0/0",
    "pause until <b>",
]


async def test_pause_until_a_day_in_words(chat: Dialogue) -> None:
    await chat.goes(AGREED)
    for typed, day in DAYS_IN_WORDS:
        told = f"Paused until {day}. Nothing will be asked until then, and nobody is told. [Resume]"
        await chat.goes((typed, told))


async def test_what_is_no_day_to_come_pauses_nothing(chat: Dialogue) -> None:
    told = (
        "I could not read that as a day in the coming year, so nothing was changed. "
        "Try “pause until 3 June”, or choose a day. [Choose a day]"
    )
    await chat.goes(AGREED, [(typed, told) for typed in NO_DAYS])
    await chat.goes(
        ("[Choose a day]", "Pause the questions …"),
        ("Tuesday 12:00", STANDS),
    )


async def test_a_pause_reaches_what_was_queued_a_minute_before(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("tomorrow", put_off_to("Wednesday 25 November")),
        ("pause until 1 December", "Paused until Tuesday 1 December. …"),
        ("Thursday 18:00", ""),
    )


async def test_stop_is_at_once_and_for_what_was_queued_a_minute_before(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("tomorrow", put_off_to("Wednesday 25 November")),
        ("Wednesday 11:59", ""),
        (
            "Stop.",
            "Stopped. I will ask nothing more, and nobody is told. What you wrote is still yours, "
            "in your journal, until 24 months after your last answer. Would you rather keep a "
            "copy (“get a copy”), have everything erased (“forget me”), or both? You are offered "
            "a copy before anything is erased. Type “resume” if you ever want questions again. "
            "[Journal] [Get a copy] [Forget me]",
        ),
        ("Wednesday 12:00", ""),
        ("Thursday 18:00", ""),
        ("stop", "Stopped. …"),
        ("pause until 3 June", "Your questions are stopped already, so nothing was changed …"),
        ("objectives", "Your objectives …"),
        ("[My objectives]", "… Next question: Stopped. …"),
        ("[Resume]", "Welcome back. Your next question comes on Tuesday 1 December at 12:00."),
        ("Tuesday 12:00", STANDS),
        ("objectives", "Your objectives …"),
        ("[My objectives]", "… [Stop] …"),
        ("[Stop]", "Stopped. …"),
    )


async def test_stop_reaches_a_nudge_that_a_sender_already_holds(chat: Dialogue) -> None:
    """The sender read its facts before the stop; it must not send by them."""
    await chat.goes(AGREED, ("Tuesday 11:59", ""))
    noon, owner = datetime(2026, 11, 24, 12, 0, tzinfo=UTC), uuid4()
    await plan_due(chat.programme.engine, noon)
    async with transaction(chat.programme.engine) as db:
        [held] = await lease(db, owner, noon, 10)
    await chat.goes(("stop", "Stopped. …"))
    async with transaction(chat.programme.engine) as db:
        assert await mark_sending(db, owner, [Intent(held.id)]) == set()
    await chat.goes(("Tuesday 12:01", ""))


async def test_days_and_hours_of_her_own(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("when", "Your days and hours. [Days and hours]"),
        (
            "[Days and hours]",
            "When shall I ask? At most one question a day, and never outside your hours. "
            "First question, day: Tuesday. First question, hour: 12:00. "
            "Second question, day: Thursday. Second question, hour: 16:00. "
            "Third question, day: No third question. Third question, hour: empty. "
            "Never before: 08:00. Never after: 18:00. Your time zone: Europe/London. …",
        ),
        (
            {"First question, hour": "07:30"},
            "When shall I ask? Tuesday 07:30 is outside the hours, 08:00 to 18:00. "
            "Choose a time inside them. Nothing was changed. … First question, hour: 07:30. …",
        ),
        (
            {"First question, hour": "09:30", "Second question, day": "Tuesday"},
            "When shall I ask? There is at most one question a day. Choose a different day for "
            "each. Nothing was changed. …",
        ),
        (
            {"Second question, day": "Wednesday", "Second question, hour": ""},
            "When shall I ask? Choose an hour for each day. Nothing was changed. …",
        ),
        (
            {"Second question, hour": "17:00"},
            "Kept. Your next question comes on Tuesday 24 November at 09:30.",
        ),
        ("Tuesday 09:30", STANDS),
        # Wednesday has a question of its own, so no reminder comes.
        ("Wednesday 16:59", ""),
        ("skip", SKIPPED),
        ("Wednesday 17:00", STANDS),
        ("Thursday 18:00", REMINDED),
    )


async def test_the_form_says_so_when_she_had_stopped(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("stop", "Stopped. …"),
        ("when", "Your days and hours."),
        ("[Days and hours]", "When shall I ask? …"),
        (
            {"First question, hour": "09:30"},
            "Kept. No question is planned, for you said “stop”. Type “resume” when you want one.",
        ),
    )


@pytest.mark.parametrize(
    "zone", ["../../etc/passwd", "Mars/Olympus", "\0", "<script>", "localtime", "x" * 10_000]
)
async def test_a_zone_that_is_none_is_refused_and_kept_in_the_form(
    chat: Dialogue, zone: str
) -> None:
    await chat.goes(
        AGREED,
        ("when", "Your days and hours."),
        ("[Days and hours]", "When shall I ask? …"),
        (
            {"Your time zone": zone},
            "When shall I ask? No time zone has that name. Give a region and a city, such as "
            f"Europe/London. Nothing was changed. … Your time zone: {zone.strip() or 'empty'}. …",
        ),
    )


async def test_a_zone_of_her_own_choice_stands_until_she_leaves_it_to_her_chat(
    chat: Dialogue,
) -> None:
    await chat.goes(
        AGREED,
        ("my time zone", "The clock by which I write to you. [My time zone]"),
        (
            "[My time zone]",
            "Your time zone … Your time zone: Europe/London. It follows your chat’s clock. …",
        ),
        (
            {"Your time zone": "europe/madrid"},
            "I keep to the clock of Madrid. Your next question comes on Tuesday 24 November at "
            "12:00.",
        ),
        ("when", "Your days and hours."),
        (
            "[Days and hours]",
            "… Your time zone: Europe/Madrid. You chose this one. Leave it empty to follow your "
            "chat’s clock again. …",
        ),
        # As it stood: so it stands.
        ({"First question, hour": "11:00"}, "Kept. …"),
        ("Tuesday 09:59", ""),
        ("Tuesday 10:00", STANDS),
        ("skip", SKIPPED),
        ("when", "Your days and hours."),
        ("[Days and hours]", "… Your time zone: Europe/Madrid. You chose this one. …"),
        ({"Your time zone": ""}, "Kept. …"),
        ("my time zone", "The clock by which I write to you. [My time zone]"),
        (
            "[My time zone]",
            "Your time zone … Your time zone: Europe/London. It follows your chat’s clock. …",
        ),
    )


async def test_a_move_west_in_midweek_asks_neither_twice_nor_never(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("skip", SKIPPED),
        ("when", "Your days and hours."),
        ("[Days and hours]", "When shall I ask? …"),
        (
            {"Your time zone": "america/new_york"},
            "Kept. Your next question comes on Thursday 26 November at 16:00.",
        ),
        ("Tuesday 23:00", ""),
        ("Thursday 20:59", ""),
        ("Thursday 21:00", STANDS),
    )


async def test_a_move_east_past_the_hour_asks_at_once(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("Tuesday 09:00", ""),
        ("when", "Your days and hours."),
        ("[Days and hours]", "When shall I ask? …"),
        ({"Your time zone": "Asia/Dubai"}, "Kept. Your next question comes on Tuesday …"),
        ("Tuesday 09:01", STANDS),
        ("Wednesday 09:00", ""),
    )


@pytest.mark.parametrize("at", ["99:99", "7", "", "noon", "12:00+05:00", "12:00:30", "\0"])
async def test_an_hour_that_is_none_is_refused_and_kept_in_the_form(
    chat: Dialogue, at: str
) -> None:
    for label in ("First question, hour", "Never before", "Never after"):
        await chat.goes(
            ("Dan: when", "Your days and hours."),
            ("Dan: [Days and hours]", "When shall I ask? …"),
            (
                {"who": "Dan", label: at},
                f"When shall I ask? … Nothing was changed. … {label}: {at.strip() or 'empty'}. …",
            ),
        )


async def test_a_promise_to_come_back_is_kept_beside_a_question_that_stands_open(
    chat: Dialogue,
) -> None:
    await chat.goes(
        ASKED,
        ("tomorrow", put_off_to("Wednesday 25 November")),
        ("question", STANDS),
        ("Wednesday 12:00", STANDS),
        ("why", "Why this question? You asked me to come back to this one."),
    )


async def test_what_was_put_off_is_too_deep_for_a_week_that_turned_heavy(chat: Dialogue) -> None:
    """So something light comes on the day she was promised."""
    await chat.goes(ASKED, ("skip", SKIPPED), ("question", STANDS))
    [*_, deep] = await asked(chat.programme)
    async with transaction(chat.programme.engine) as db:
        newest = await db.get_one(Nudge, deep.id)
        newest.question_id, newest.run_id = "CON-EXL-1", None
        db.add(newest)
    await chat.goes(
        ("tomorrow", put_off_to("Wednesday 25 November")),
        ("heavy week", "A heavy week, then: …"),
        ("Wednesday 12:00", STANDS),
    )
    [*_, came] = await asked(chat.programme)
    assert came.question_id != "CON-EXL-1"
    assert chat.programme.bank.questions[came.question_id].depth == 1


async def test_a_step_that_was_put_off_stays_in_its_run(chat: Dialogue) -> None:
    await chat.goes(
        ASKED, ("tomorrow", put_off_to("Wednesday 25 November")), ("Wednesday 12:00", STANDS)
    )
    first, again = await asked(chat.programme)
    assert first.run_id is not None
    assert (again.question_id, again.run_id) == (first.question_id, first.run_id)
