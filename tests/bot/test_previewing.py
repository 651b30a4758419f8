"""What a preview says is what then comes: the same questions, at the same minute, and silences."""

from datetime import timedelta

from prompts.message import FormName
from scheduler.facts import look_up_people
from scheduler.previewing import Preview, preview
from storage.cadences import cadence_of
from storage.engine import reading
from storage.questions import all_nudges, waiting_questions
from storage.tables import NudgeKind, NudgeState
from tests.bot.dialogue import WITH_OBJECTIVE, Dialogue
from tests.cast import Programme

WEEKS = 8


async def previewed(programme: Programme, name: str = "Amara Okafor") -> list[Preview]:
    async with reading(programme.engine) as db:
        someone = await programme.member(name)
        row = await cadence_of(db, someone)
        assert row is not None
        facts = await look_up_people(db, {someone.id}, set(), programme.now)
        waiting = await waiting_questions(db, someone)
    until = programme.now + timedelta(weeks=WEEKS)
    return preview(row, facts, programme.bank, waiting, programme.now, until)


async def what_came(programme: Programme, foreseen: list[Preview]) -> list[tuple[object, str]]:
    """Each question that comes is answered at once."""
    for one in foreseen:
        await programme.passes(until=one.at)
        if one.question_id == "ON4":
            await programme.says("amara", "balanced")
        elif one.question_id == "EX10":
            await programme.says("amara", "keep going")
        elif one.question_id:
            await programme.says("amara", "It was the agenda.")
    someone = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        nudges = [n for n in await all_nudges(db, someone) if n.kind is NudgeKind.QUESTION]
    return [(n.due_at, n.question_id if n.state is NudgeState.SENT else "") for n in nudges]


async def test_eight_weeks_come_as_they_were_foreseen(chat: Dialogue) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        ("away", "…"),
        ("[Days away]", "…"),
        ({"First day away": "2026-12-08", "Last day away": "2026-12-10"}, "Away: …"),
        ("Ruth: leaders", "…"),
        ("Ruth: [Open my page]", "…"),
        ("Ruth: [Set next session with Amara Okafor]", "…"),
        ({"who": "Ruth", "Day": "2026-12-16", "Hour, on your clock": "10:00"}, "…"),
    )
    foreseen = await previewed(chat.programme)
    assert len(foreseen) > 10
    assert {"ON1", "BS1", "AS1"} <= {one.question_id for one in foreseen}
    came = await what_came(chat.programme, foreseen)
    assert came == [(one.at, one.question_id) for one in foreseen]


async def test_a_question_put_off_is_foreseen_on_its_day(chat: Dialogue) -> None:
    await chat.goes(WITH_OBJECTIVE, ("Tuesday 12:00", "…"), ("tomorrow", "…"))
    first = (await previewed(chat.programme))[0]
    assert (first.question_id, first.reason) == ("ON1", "You asked me to come back to this one.")


async def test_an_experiment_is_foreseen_on_its_day_and_then_its_decision(chat: Dialogue) -> None:
    await chat.goes(WITH_OBJECTIVE)
    due = (chat.programme.now + timedelta(days=15)).date()
    await chat.programme.submits(
        "amara", FormName.EXPERIMENT, action="Send it round empty.", due=due.isoformat()
    )
    foreseen = await previewed(chat.programme)
    about = [one for one in foreseen if one.question_id in {"EX6", "EX10"}]
    assert [one.question_id for one in about] == ["EX6", "EX10"]
    assert about[0].at.date() == due
    assert "Send it" not in repr(foreseen)
    assert await what_came(chat.programme, foreseen) == [
        (one.at, one.question_id) for one in foreseen
    ]


async def test_a_pause_is_foreseen_as_silence_with_its_reason(chat: Dialogue) -> None:
    await chat.goes(WITH_OBJECTIVE, ("pause until 2 December", "Paused …"))
    foreseen = await previewed(chat.programme)
    assert [one.reason for one in foreseen[:3]] == ["Questions were paused."] * 3
    assert foreseen[3].question_id


async def test_whoever_left_the_first_week_unanswered_is_foreseen_to_be_left_alone(
    chat: Dialogue,
) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        ("Tuesday 12:00", "…"),
        ("Thursday 16:00", ["…", "…"]),
        ("Saturday 18:00", "…"),
    )
    foreseen = await previewed(chat.programme)
    assert {one.reason for one in foreseen} == {"The first week's questions were not answered."}
