"""Six weeks without a session: asked of the leader alone, once, and reported to nobody."""

from datetime import timedelta

from sqlmodel import select

from prompts.message import FormName
from storage.cadences import next_due
from storage.engine import reading
from storage.tables import Nudge, NudgeKind
from tests.bot.dialogue import AGREED, Dialogue
from tests.bot.test_meeting import SETS
from tests.cast import Programme, words_of

ASKED = "No next session with Ruth has a date here. You can set one, ask Ruth to call, or leave it."


async def six_weeks_on(chat: Dialogue, weeks: int = 6) -> list[str]:
    """From a session on Thursday 3 December; answers whatever is asked. What Amara was told."""
    programme = chat.programme
    end = programme.now + timedelta(weeks=weeks)
    while programme.now < end:
        await next_slot(programme)
    return programme.messenger.said_to("Amara Okafor")


async def next_slot(programme: Programme) -> None:
    """Amara answers what she is asked then."""
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        then = await next_due(db, amara.id)
    await programme.passes(until=then)
    await programme.says("amara", "Something I noticed.")


async def asked_of_sessions(programme: Programme) -> list[Nudge]:
    async with reading(programme.engine) as db:
        found = await db.exec(
            select(Nudge).where(Nudge.kind == NudgeKind.NOTICE).order_by(Nudge.due_at)
        )
        return [one for one in found if one.slot.startswith("no-session/")]


async def test_it_is_asked_once_in_the_place_of_one_question(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(AGREED, SETS)
    told = await six_weeks_on(chat, weeks=16)
    about_it = [one for one in told if one.startswith("No next session with Ruth")]
    asked = await asked_of_sessions(programme)
    assert len(about_it) == 2
    assert len(asked) == 2
    assert asked[1].due_at - asked[0].due_at >= timedelta(weeks=6)
    # Each took the place of the question of that very moment.
    async with reading(programme.engine) as db:
        held = await db.exec(
            select(Nudge.due_at).where(
                Nudge.ended_because == "The leader was asked about the next session in its place."
            )
        )
        assert sorted(held) == [one.due_at for one in asked]
    for other in ("Ruth Ellis", "Priya Nair"):
        assert not [one for one in programme.messenger.said_to(other) if "No next session" in one]
    for who, form in (("ruth", FormName.COACH_HOME), ("priya", FormName.LEAD_HOME)):
        assert "No next session" not in words_of(await programme.opens(who, form))


async def test_she_says_when(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(AGREED, SETS)
    while not await asked_of_sessions(programme):
        await next_slot(programme)
    [(_, message)] = [
        one for one in programme.messenger.delivered if "No next session" in one[1].plain
    ]
    assert message.plain == ASKED
    chat.screens["Amara"].show(message)
    await chat.goes(
        ("[Leave it]", "Left as it is. Nobody is told, and nothing was stored."),
        ("[Say when]", "Next session with Ruth Ellis …"),
        ({"Day": "2027-01-25", "Hour, on your clock": "10:00"}, "Kept. …"),
    )
    chat.screens["Amara"].show(message)
    await chat.goes(("[Ask Ruth to call me]", "I will tell Ruth within Ruth’s own hours, …"))


async def test_with_a_date_nothing_is_asked(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(AGREED, SETS)
    programme.now += timedelta(days=11)
    await chat.goes(
        ("next session", "…"),
        ("[Next session with Ruth Ellis]", "…"),
        ({"Day": "2027-03-01", "Hour, on your clock": "10:00"}, "Kept. …"),
    )
    await six_weeks_on(chat, weeks=9)
    assert await asked_of_sessions(programme) == []


async def test_who_never_met_is_not_asked(chat: Dialogue) -> None:
    await chat.goes(AGREED)
    await six_weeks_on(chat, weeks=9)
    assert await asked_of_sessions(chat.programme) == []
