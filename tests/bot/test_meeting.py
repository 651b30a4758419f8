"""Either of the two says when they talk next, and the other is told."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.conversation.events import Submitted
from bot.conversation.turn import Reply
from prompts.message import Form, FormName, Press
from storage.engine import reading, transaction
from storage.members import NewMember, add_members
from storage.pairings import coaching_of, partners_of
from storage.runs import all_runs
from storage.tables import CoachingSession, Nudge, NudgeKind, NudgeState
from tests.bot.dialogue import AGREED, Dialogue, Step
from tests.cast import MONDAY, Programme, words_of

SETS: list[Step] = [
    ("next session", "When you talk next. [Next session with Ruth Ellis]"),
    ("[Next session with Ruth Ellis]", "Next session with Ruth Ellis …"),
    (
        {"Day": "2026-12-03", "Hour, on your clock": "10:00"},
        "Kept. Your next session with Ruth Ellis is on Thursday 3 December at 10:00, for 60 "
        "minutes. Ruth is told. [Add to my calendar]",
    ),
]
KEPT = "Your next session with Amara has a date: Thursday 3 December at 10:00, for 60 minutes."


async def the_session(programme: Programme) -> CoachingSession:
    async with reading(programme.engine) as db:
        return (await db.exec(select(CoachingSession))).one()


async def notices(programme: Programme) -> list[tuple[str, str]]:
    async with reading(programme.engine) as db:
        found = await db.exec(select(Nudge).where(Nudge.kind == NudgeKind.NOTICE))
        return sorted((one.slot.split("/")[-1], one.state.value) for one in found)


async def test_a_leader_says_when_and_the_coach_is_told(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        SETS,
        ("Ruth: Monday 10:01", KEPT + " [Add to my calendar] [Change it]"),
        ("Ruth: [Change it]", "Next session with Amara Okafor … Day: 2026-12-03. …"),
        (
            {"who": "Ruth", "Hour, on your clock": "11:30", "Length": "45 minutes"},
            "Kept. Your next session with Amara Okafor is on Thursday 3 December at 11:30, for 45 "
            "minutes. Amara is told. …",
        ),
        (
            "Monday 10:02",
            "Your next session with Ruth was moved to Thursday 3 December at 11:30, for 45 "
            "minutes. …",
        ),
        # Whoever said it is not told it.
        ("Ruth: Monday 12:00", ""),
        ("objectives", "…"),
        (
            "[My objectives]",
            "… With Ruth Ellis Next session: Thursday 3 December at 11:30, for 45 minutes. "
            "[Say when we talk next] [What Ruth will get] [Ask Ruth to call me] "
            "[End coaching with Ruth] …",
        ),
    )
    assert (await the_session(chat.programme)).changes == 1


async def test_each_reads_the_date_on_their_own_clock(chat: Dialogue) -> None:
    await chat.goes(
        ("Dan: next session", "…"),
        ("Dan: [Next session with Ruth Ellis]", "…"),
        (
            {"who": "Dan", "Day": "2026-12-03", "Hour, on your clock": "10:00"},
            "Kept. … Thursday 3 December at 10:00, …",
        ),
        ("Ruth: Monday 10:01", "… with Dan has a date: Thursday 3 December at 13:00, …"),
    )


async def test_a_newer_change_is_told_in_the_place_of_one_that_was_not_yet(
    chat: Dialogue,
) -> None:
    await chat.goes(
        AGREED,
        SETS,
        ("next session", "…"),
        ("[Next session with Ruth Ellis]", "…"),
        ({"Day": "2026-12-04"}, "Kept. … Friday 4 December at 10:00, …"),
        (
            "Ruth: Monday 10:01",
            "Your next session with Amara was moved to Friday 4 December at 10:00, …",
        ),
    )
    assert await notices(chat.programme) == [("0", "expired"), ("1", "sent")]


async def test_the_same_date_again_changes_nothing_and_tells_nobody(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        SETS,
        ("Ruth: Monday 10:01", KEPT),
        ("next session", "…"),
        ("[Next session with Ruth Ellis]", "…"),
        ({}, "Your next session with Ruth Ellis is on Thursday 3 December … as before."),
        ("Ruth: Monday 10:30", ""),
    )


async def test_a_form_left_open_does_not_undo_what_the_other_said(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(AGREED, SETS)
    [pairing] = await pairing_ids(programme, "Amara Okafor")
    stale = await programme.opens("amara", FormName.COACHING_SESSION, pairing)
    await programme.submits(
        "ruth", FormName.COACHING_SESSION, pairing, on="2026-12-04", at="10:00", minutes="30"
    )
    [said] = await resend(programme, stale, pairing)
    assert "was changed since you opened this: it is on Friday 4 December" in said.error
    assert (await the_session(programme)).minutes == 30
    # Sent once more, with that known, it is theirs to decide.
    [said] = await resend(programme, said, pairing)
    assert "Kept." in words_of(said)


async def resend(programme: Programme, form: Form, pairing: str) -> list[Reply]:
    values = {"on": ("2026-12-03",), "at": ("09:00",), "minutes": ("60",)}
    who = programme.who("amara")
    return await programme.hear(
        Submitted(*who, FormName.COACHING_SESSION, pairing, values, form.basis)
    )


async def pairing_ids(programme: Programme, name: str) -> list[str]:
    someone = await programme.member(name)
    async with reading(programme.engine) as db:
        return [str(pairing.id) for pairing, _ in await partners_of(db, someone)]


async def test_a_length_that_is_not_offered_is_refused(programme: Programme) -> None:
    [pairing] = await pairing_ids(programme, "Amara Okafor")
    for minutes in ("", "5", "6000000", "sixty\0"):
        [said] = await programme.submits(
            *("amara", FormName.COACHING_SESSION, pairing),
            on="2026-12-03",
            at="10:00",
            minutes=minutes,
        )
        assert "Choose one of these lengths." in words_of(said)


async def test_a_session_is_cancelled_by_either_and_nothing_is_asked_about_it(
    chat: Dialogue,
) -> None:
    await chat.goes(
        AGREED,
        SETS,
        ("Ruth: Monday 10:01", KEPT),
        ("Ruth: [Change it]", "… [Add to my calendar] [Cancel it] …"),
        (
            "Ruth: [Cancel it]",
            "Your session with Amara Okafor on Thursday 3 December at 10:00 is cancelled. Amara "
            "is told, and nothing more is asked about it.",
        ),
        (
            "Monday 10:02",
            "Your session with Ruth on Thursday 3 December at 10:00 is cancelled.",
        ),
        ("cancel session", "No session has a date, so nothing was changed."),
        ("objectives", "…"),
        ("[My objectives]", "… Next session: Not set. …"),
    )
    programme = chat.programme
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        [run] = [one for one in await all_runs(db, amara) if one.sequence == "session"]
        assert run.ended_at is not None
        assert (await coaching_of(db, [amara.id]))[amara.id].sessions == ()
    assert (await the_session(programme)).changes == 1


async def test_typed_words_cancel_the_only_session(chat: Dialogue) -> None:
    await chat.goes(
        AGREED, SETS, ("cancel session", "Your session with Ruth Ellis … is cancelled. …")
    )


async def test_one_that_did_not_take_place_counts_for_nothing(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(AGREED, SETS)
    programme.now = MONDAY + timedelta(days=13)
    await chat.goes(
        ("next session", "…"),
        (
            "[Next session with Ruth Ellis]",
            "… Your last session was to be on Thursday 3 December at 10:00. "
            "[It did not take place] …",
        ),
        (
            "[It did not take place]",
            "Your session with Ruth Ellis on Thursday 3 December at 10:00 is kept as one that did "
            "not take place. Ruth is told, and nothing more is asked about it.",
        ),
    )
    await programme.passes(minutes=1)
    assert programme.messenger.said_to("Ruth Ellis")[-1] == (
        "Your session with Amara on Thursday 3 December at 10:00 is kept as one that did not take "
        "place."
    )
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        assert (await coaching_of(db, [amara.id]))[amara.id].sessions == ()


async def test_after_a_fortnight_a_session_is_left_as_it_was(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(AGREED, SETS)
    session = await the_session(programme)
    programme.now = session.starts_at + timedelta(days=14)
    [said] = await programme.presses("ruth", Press.CANCEL_SESSION, session.id)
    assert "not here any more" in words_of(said)
    assert (await the_session(programme)).cancelled_at is None


async def test_nobody_else_changes_it(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(AGREED, SETS)
    session = await the_session(programme)
    for other in ("dan", "priya"):
        [said] = await programme.presses(other, Press.CANCEL_SESSION, session.id)
        assert "not here any more" in words_of(said)
        said = await programme.opens(other, FormName.COACHING_SESSION, session.pairing_id)
        assert "not here any more" in words_of(said)
    assert (await the_session(programme)).cancelled_at is None


@pytest.mark.parametrize(
    ("words", "told"),
    [("stop", "expired"), ("pause", "expired"), ("pause until 26 November", "ready")],
)
async def test_a_leader_who_rests_is_told_when_it_is_over_or_not_at_all(
    chat: Dialogue, words: str, told: str
) -> None:
    programme = chat.programme
    [pairing] = await pairing_ids(programme, "Amara Okafor")
    await chat.goes(AGREED)
    await programme.says("amara", words)
    await programme.submits(
        *("ruth", FormName.COACHING_SESSION, pairing),
        on="2026-12-03",
        at="10:00",
        minutes="60",
    )
    await programme.passes(minutes=1)
    assert programme.messenger.said_to("Amara Okafor") == []
    assert await notices(programme) == [("0", told)]
    if told == "ready":
        await chat.goes(("Thursday 07:59", ""), ("Thursday 08:00", "Your next session with Ruth …"))


async def test_nobody_is_told_at_night(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(AGREED)
    programme.now = MONDAY + timedelta(hours=12)
    await chat.goes(SETS, ("Ruth: Tuesday 07:59", ""), ("Ruth: Tuesday 08:00", KEPT))


async def test_who_has_not_agreed_is_not_written_to(programme: Programme) -> None:
    [pairing] = await pairing_ids(programme, "Amara Okafor")
    await programme.submits(
        *("ruth", FormName.COACHING_SESSION, pairing),
        on="2026-12-03",
        at="10:00",
        minutes="60",
    )
    await programme.passes(minutes=1)
    assert programme.messenger.said_to("Amara Okafor") == []


async def test_a_coach_of_several_chooses_whom(chat: Dialogue) -> None:
    await chat.goes(
        (
            "Ruth: next session",
            "When you talk next. [Next session with Amara Okafor] "
            "[Next session with Dan Whitfield]",
        ),
        ("Ruth: [Next session with Dan Whitfield]", "Next session with Dan Whitfield …"),
    )


async def test_who_works_with_nobody_is_told_so(programme: Programme) -> None:
    ruth = await programme.member("Ruth Ellis")
    async with transaction(programme.engine) as db:
        alone = NewMember(user_id="jo", name="Jo Hart", is_coach=True)
        await add_members(db, ruth.workspace_id, [alone])
    for typed in ("next session", "cancel session", "end coaching", "focus"):
        assert await programme.says("jo", typed)
    [said] = await programme.says("jo", "next session")
    assert "there is no session to set" in words_of(said)


async def test_of_two_who_say_when_at_once_there_is_one_session(programme: Programme) -> None:
    [pairing] = await pairing_ids(programme, "Amara Okafor")
    for who, day in (("amara", "2026-12-03"), ("ruth", "2026-12-04")):
        await programme.submits(
            *(who, FormName.COACHING_SESSION, pairing),
            on=day,
            at="10:00",
            minutes="60",
        )
    session = await the_session(programme)
    assert (session.starts_at.day, session.changes) == (4, 1)
    async with reading(programme.engine) as db:
        states = {one.state for one in await db.exec(select(Nudge).where(Nudge.slot != ""))}
    assert NudgeState.READY in states
