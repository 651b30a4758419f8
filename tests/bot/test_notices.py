"""A notice that changed is agreed to anew; who adds nothing any more is told, and forgotten."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import select

from prompts.composing.agreeing import NOTICE_VERSION
from prompts.message import Form, FormName
from scheduler.retaining import NOTICE_OF, is_over, retain
from storage.engine import reading, transaction
from storage.retention import Quiet
from storage.sealing import vault_at
from storage.tables import Agreement, AuditRow, MemberRow, Nudge, NudgeKind, NudgeState, Reflection
from tests.bot.dialogue import EVERY_SWITCH, Dialogue
from tests.cast import MONDAY, Programme, words_of

TUESDAY = MONDAY + timedelta(days=1, hours=2)
ROUND = "Before the round."


async def agreed_to_an_older_notice(programme: Programme) -> None:
    await programme.arrives("amara")
    await programme.agrees("amara", "sharing", "titles")
    async with transaction(programme.engine) as db:
        await db.exec(text("UPDATE agreement SET notice = '2026-11'"))


async def nudges(programme: Programme, kind: NudgeKind, name: str = "Amara Okafor") -> list[Nudge]:
    who = await programme.member(name)
    async with reading(programme.engine) as db:
        found = await db.exec(
            select(Nudge)
            .where(Nudge.member_id == who.id, Nudge.kind == kind)
            .order_by(Nudge.due_at)
        )
        return list(found)


# ---- a changed notice ----


async def test_a_changed_notice_comes_in_the_questions_place_and_once(
    programme: Programme,
) -> None:
    await agreed_to_an_older_notice(programme)
    await programme.passes(until=TUESDAY)
    [said] = programme.messenger.said_to("Amara Okafor")
    assert said.startswith("The notice has changed. Until you agree to it I ask nothing new.")
    # And on the Thursday, and the week after, nothing at all.
    for _ in range(3):
        await programme.passes(days=3)
    assert len(programme.messenger.said_to("Amara Okafor")) == 1
    held = {one.ended_because for one in await nudges(programme, NudgeKind.QUESTION)}
    assert "The notice has changed and was not agreed to yet." in held
    assert len(await nudges(programme, NudgeKind.NOTICE)) == 1


async def test_agreeing_to_it_brings_the_questions_back_with_the_switches_as_they_were(
    chat: Dialogue,
) -> None:
    await agreed_to_an_older_notice(chat.programme)
    await chat.goes(
        ("Tuesday 12:00", "The notice has changed. …"),
        ("question", "The notice has changed. …"),
        (
            "[Read it and agree]",
            "What do you agree to? … What is new … What you agreed to When: Monday 23 November "
            "at 10:00. Notice: 2026-11. …",
        ),
    )
    page = chat.screens["Amara"].page
    assert page is not None
    assert [field.on for field in page.fields] == [True, True, True, False, False]
    await chat.goes(
        (EVERY_SWITCH, "Your agreement is changed, from this moment. …"),
        ("Thursday 16:00", "…? Only you can read your answer, unless you share it."),
    )


async def test_typing_agree_keeps_what_was_switched_on(programme: Programme) -> None:
    await agreed_to_an_older_notice(programme)
    await programme.says("amara", "agree")
    page = await programme.opens("amara", FormName.AGREEMENT)
    assert isinstance(page, Form)
    assert [field.on for field in page.fields] == [True, True, True, False, False]
    assert NOTICE_VERSION in words_of(page)


async def test_what_was_asked_under_the_old_notice_can_still_be_answered(
    chat: Dialogue,
) -> None:
    await chat.programme.arrives("amara")
    await chat.programme.agrees("amara")
    await chat.goes(("Tuesday 12:00", "…?…"))
    async with transaction(chat.programme.engine) as db:
        await db.exec(text("UPDATE agreement SET notice = '2026-11'"))
    await chat.goes(("[Answer]", "…?…"), ({"Your answer": ROUND}, "…? Saved, for you only. …"))


async def test_what_was_agreed_can_be_read_on_any_day(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("agree", "Agreed. …"),
        ("agreement", "Here is what you agreed to. …"),
        (
            "[My agreement]",
            f"What do you agree to? … What you agreed to When: … Notice: {NOTICE_VERSION}. … "
            "Yours first What you write is private to you, …",
        ),
    )


async def test_withdrawing_holds_for_what_waits_already(programme: Programme) -> None:
    await programme.arrives("amara")
    await programme.agrees("amara")
    programme.now = TUESDAY - timedelta(minutes=1)
    await programme.submits("amara", FormName.AGREEMENT)
    await programme.passes(until=TUESDAY)
    assert programme.messenger.said_to("Amara Okafor") == []
    async with reading(programme.engine) as db:
        assert {one.notice for one in await db.exec(select(Agreement))} == {NOTICE_VERSION}


# ---- retention ----


async def people(programme: Programme) -> set[str]:
    async with reading(programme.engine) as db:
        return {str(one) for one in await db.exec(select(MemberRow.id))}


async def test_who_wrote_nothing_for_two_years_is_told_and_then_forgotten(
    programme: Programme,
) -> None:
    await programme.agrees("amara")
    amara = await programme.member("Amara Okafor")
    programme.now = MONDAY + timedelta(days=30 * 24) - NOTICE_OF + timedelta(days=1)
    await programme.passes()
    assert await retain(programme.engine, programme.now) == 0
    await programme.passes(days=7)
    [notice] = await nudges(programme, NudgeKind.NOTICE)
    assert notice.state is NudgeState.SENT
    assert any(
        said.startswith("You have written nothing for a long time. On ")
        for said in programme.messenger.said_to("Amara Okafor")
    )
    # Not a day earlier than she was told, and once.
    programme.now = notice.sent_at + NOTICE_OF - timedelta(days=1)
    assert await retain(programme.engine, programme.now) == 0
    programme.now = notice.sent_at + NOTICE_OF + timedelta(days=1)
    assert str(amara.id) in await people(programme)
    assert await retain(programme.engine, programme.now) >= 1
    assert await retain(programme.engine, programme.now) == 0
    assert str(amara.id) not in await people(programme)
    async with reading(programme.engine) as db:
        erased = await db.exec(select(AuditRow.detail).where(AuditRow.owner_id == amara.id))
        assert "retention" in set(erased)


async def test_who_answers_again_is_kept(programme: Programme) -> None:
    await programme.agrees("amara")
    programme.now = MONDAY + timedelta(days=30 * 24) - NOTICE_OF + timedelta(days=1)
    await retain(programme.engine, programme.now)
    await programme.passes(days=7)
    await programme.says("amara", "question")
    await programme.says("amara", "I am still here.")
    programme.now += NOTICE_OF * 2
    await retain(programme.engine, programme.now)
    assert str((await programme.member("Amara Okafor")).id) in await people(programme)


QUIET = Quiet(UUID(int=1), UUID(int=2), MONDAY, 24, MONDAY)
OVER = MONDAY + timedelta(days=30 * 24)


@pytest.mark.parametrize(
    ("after", "was_told", "is_asked", "over"),
    [
        (timedelta(days=-1), True, True, False),
        (timedelta(), True, True, True),
        # Nobody could tell her yet, and she is still asked: a while longer.
        (timedelta(), False, True, False),
        (2 * NOTICE_OF - timedelta(days=1), False, True, False),
        (2 * NOTICE_OF, False, True, True),
        # Who said stop was told then.
        (timedelta(), False, False, True),
        (timedelta(days=-1), False, False, False),
    ],
)
def test_when_it_is_over(after: timedelta, was_told: bool, is_asked: bool, over: bool) -> None:
    quiet = QUIET if is_asked else Quiet(UUID(int=1), UUID(int=2), MONDAY, 24, None)
    assert is_over(quiet, OVER + after, was_told=was_told) is over


async def test_rows_that_a_crash_left_without_a_key_are_removed(programme: Programme) -> None:
    await programme.agrees("amara")
    amara = await programme.member("Amara Okafor")
    await vault_at(programme.engine).shred(amara.workspace_id, amara.id)
    # Dark at once: nobody finds her any more, though her rows are still there.
    [said] = await programme.says("amara", "journal")
    assert "I do not know you here yet" in words_of(said)
    assert str(amara.id) in await people(programme)
    await retain(programme.engine, programme.now)
    assert str(amara.id) not in await people(programme)


async def test_when_she_answered_is_kept_to_the_hour_and_later_to_the_day(
    programme: Programme,
) -> None:
    await programme.agrees("amara")
    programme.now = MONDAY + timedelta(hours=3, minutes=47, seconds=12)
    await programme.says("amara", "question")
    await programme.says("amara", ROUND)
    assert await answered(programme) == [MONDAY + timedelta(hours=3)]
    for days, kept in (
        (29, timedelta(hours=3)),
        (31, timedelta(hours=2)),
        (60, timedelta(hours=2)),
    ):
        await retain(programme.engine, MONDAY + timedelta(days=days))
        # Noon stands for the day.
        assert await answered(programme) == [MONDAY + kept]


async def answered(programme: Programme) -> list[datetime]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        found = await db.exec(
            select(Reflection.answered_at).where(Reflection.member_id == amara.id)
        )
        return list(found)
