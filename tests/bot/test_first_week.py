"""The first week: a few questions that set things up, at her own hours, none of them pushed."""

from sqlmodel import select

from storage.engine import reading
from storage.tables import CadenceRow, NudgeKind, RunEnding, SequenceRun
from tests.bot.dialogue import AGREED, REMINDED, Dialogue
from tests.cast import Programme

STANDS = "Only you can read your answer, unless you share it."
WORTH = f"What would make this companion worth two minutes of your week? {STANDS}"
ROOM = f"Which moments in your week usually give you a little room to think? {STANDS}"
REMEMBER = f"What happened this week that you would like to remember in a month? {STANDS}"
STRETCH = f"How much stretch would you welcome from these questions at the moment? {STANDS}"
BEGUN = "Why this question? You have just begun, and the first questions set this up with you."
QUIET = (
    "It has been quiet between us, and that is fine. Shall I pause, or carry on? "
    "Until you choose I ask nothing, and nobody is told."
)


async def row_of(programme: Programme, name: str = "Amara Okafor") -> CadenceRow:
    someone = await programme.member(name)
    async with reading(programme.engine) as db:
        return await db.get_one(CadenceRow, (someone.id, NudgeKind.QUESTION))


async def runs_of(programme: Programme) -> list[SequenceRun]:
    async with reading(programme.engine) as db:
        return list(await db.exec(select(SequenceRun).order_by(SequenceRun.sequence)))


async def test_three_steps_come_at_her_slots_and_the_week_is_finished(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("Tuesday 12:00", WORTH),
        ("why", BEGUN),
        ("skip", "…? Skipped. …"),
        ("Thursday 16:00", REMEMBER),
        ("skip", "…? Skipped. …"),
        ("Tuesday 12:00", STRETCH),
        ("skip", "…? Skipped. …"),
        ("Thursday 16:00", "…? Only you …"),
    )
    [run] = await runs_of(chat.programme)
    assert (run.sequence, run.ended_as) == ("onboarding", RunEnding.FINISHED)


async def test_a_second_question_comes_only_if_she_asks_for_it(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("Tuesday 12:00", WORTH),
        ("[Answer]", "… Your answer …"),
        ({"Your answer": "Time."}, "…? Saved, for you only. [Next question] …"),
        ("[Next question]", ROOM),
        ("why", BEGUN),
        ("[Answer]", "… Your answer …"),
        ({"Your answer": "The train."}, "…? Saved, for you only. [Days and hours] …"),
        ("next question", "There is nothing further to ask on that one. It is kept as it is."),
        ("Thursday 16:00", REMEMBER),
    )


async def test_her_choice_turns_the_dial_at_once_in_the_box_and_in_the_chat(
    chat: Dialogue,
) -> None:
    await chat.goes(
        AGREED,
        ("Tuesday 12:00", WORTH),
        ("skip", "…"),
        ("Thursday 16:00", REMEMBER),
        ("skip", "…"),
        ("Tuesday 12:00", STRETCH),
        (
            "quite a lot",
            "This was not saved. Answer with one of these: gentle, balanced, stretching.",
        ),
        ("Stretching.", ["…? Saved, for you only.", "Saved, for you only. …"]),
    )
    assert (await row_of(chat.programme)).dial == "stretching"
    await chat.goes(
        ("[Change my answer]", "…"),
        ({"Your answer": "gentle"}, "…? Saved, for you only."),
        ("when", "…"),
        ("[Days and hours]", "… How much stretch you welcome: Gentle: nothing that pushes hard. …"),
    )
    assert (await row_of(chat.programme)).dial == "gentle"


async def test_whoever_takes_up_nothing_of_it_is_asked_once_whether_to_go_on(
    chat: Dialogue,
) -> None:
    await chat.goes(
        AGREED,
        ("Tuesday 12:00", WORTH),
        ("Thursday 16:00", [REMINDED, REMEMBER]),
        ("Tuesday 12:00", [REMINDED, QUIET]),
        ("Thursday 16:00", ""),
        ("Tuesday 12:00", ""),
        ("[Carry on]", "I carry on, then. Your next question comes on Thursday …"),
        ("Thursday 16:00", "…? Only you …"),
    )


async def test_stop_ends_the_first_week_at_once(chat: Dialogue) -> None:
    await chat.goes(AGREED, ("Tuesday 12:00", WORTH), ("stop", "Stopped. …"))
    [run] = await runs_of(chat.programme)
    assert run.ended_as is RunEnding.LEFT


async def test_after_a_pause_she_is_welcomed_back_with_one_light_question(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("Tuesday 12:00", WORTH),
        ("skip", "…"),
        ("pause until 8 December", "Paused until Tuesday 8 December. …"),
        ("Tuesday 12:00", ""),
    )
    runs = await runs_of(chat.programme)
    assert [run.sequence for run in runs] == ["onboarding", "return"]
    await chat.goes(
        ("Tuesday 12:00", REMEMBER),
        ("skip", "…"),
        ("Thursday 16:00", STRETCH),
        ("skip", "…"),
        (
            "Tuesday 12:00",
            f"What would you like to pick up, if anything? {STANDS}",
        ),
    )
