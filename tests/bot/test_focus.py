"""What a leader wants a session for: asked before it, shared by hand, read by the coach."""

from datetime import timedelta

from sqlmodel import select

from prompts.bank import Bank
from prompts.message import FormName
from storage.audit import of_owner
from storage.engine import reading
from storage.focus import ASK_FOR_A_FOCUS, focus_of
from storage.tables import Action, CoachingSession, Pairing
from tests.bot.dialogue import EVERY_SWITCH, Dialogue, Step
from tests.bot.test_around_a_session import FIRST_WEEK, FOCUS, session_on
from tests.cast import Programme, words_of

WANTS = "The agenda, and who holds the pen."
ASKED = "What would you most like to think about with Ruth?"
READY = (
    "The focus for a session of yours is ready to read. It opens on a page that only you can see."
)
ANSWERED: list[Step] = [
    ("Amara arrives", "Before we start …"),
    ("[Choose and agree]", "…"),
    (EVERY_SWITCH, "Agreed. …"),
    *session_on("2026-12-04"),
    ("Monday 11:00", "…"),
    *FIRST_WEEK,
    ("Thursday 16:00", FOCUS),
    ("[Answer]", f"{ASKED} …"),
]


def shared_before(day: str, hour: str) -> list[Step]:
    """Answered on a Wednesday before the Friday's session, and shared."""
    return [
        *ANSWERED,
        (
            {"Your answer": WANTS},
            f"{ASKED} Saved, for you only. [Share as my focus with Ruth] [Change my answer]",
        ),
        (
            "[Share as my focus with Ruth]",
            f"{ASKED} Shared with Ruth as your focus. Only you and Ruth can read it. "
            "[Take it back]",
        ),
        (f"Ruth: {day} {hour}", f"{READY} [Read the focus]"),
    ]


async def session_id(programme: Programme) -> str:
    async with reading(programme.engine) as db:
        return str((await db.exec(select(CoachingSession.id))).one())


async def test_the_coach_reads_it_before_the_session(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(
        shared_before("Thursday", "16:01"),
        (
            "Ruth: [Read the focus]",
            "Focus for a session Amara Okafor Session: Friday 4 December at 10:00, for 60 "
            f"minutes. What would you most like to think about with your coach? “{WANTS}” Only "
            "you and the leader who wrote it can read it.",
        ),
        ("who has read what", "…"),
        ("[Who has read what]", "… (Ruth Ellis, …, Thursday 3 December at 16:01)"),
    )
    for name, message in programme.messenger.delivered:
        assert WANTS not in repr(message)
        assert name != "Ruth Ellis" or "Amara" not in message.plain
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        assert len(await of_owner(db, amara.id, [Action.OPENED], 100)) == 1


async def test_taken_back_it_is_gone_and_nobody_says_so(chat: Dialogue) -> None:
    await chat.goes(
        shared_before("Thursday", "16:01"),
        ("take back", f"{ASKED} Saved, for you only. …"),
        (
            "Ruth: [Read the focus]",
            "Focus for a session Nothing is here now. The session has been, or what was shared was "
            "taken back.",
        ),
        ("Ruth: focus", "What your leaders want their next session for. …"),
        ("Ruth: [Read the focus]", "Focus for a session Nothing is here now. …"),
    )


async def test_taken_back_before_it_was_told_it_is_not_told(chat: Dialogue) -> None:
    await chat.goes(
        *ANSWERED,
        ({"Your answer": WANTS}, "… Saved, for you only."),
        ("[Share as my focus with Ruth]", "… Shared with Ruth as your focus. …"),
        ("take back", "… Saved, for you only."),
        ("Ruth: Friday 09:00", ""),
    )


async def test_a_session_after_the_next_digest_needs_no_word_of_its_own(chat: Dialogue) -> None:
    """The digest brings it: the session is moved to the Tuesday after."""
    await chat.goes(
        *ANSWERED,
        session_on("2026-12-08"),
        ({"Your answer": WANTS}, "… Saved, for you only."),
        ("[Share as my focus with Ruth]", "… Shared with Ruth as your focus. …"),
        ("Ruth: Friday 10:00", ""),
        ("Ruth: focus", "…"),
        ("Ruth: [Read the focus]", f"… Tuesday 8 December … “{WANTS}” …"),
    )


async def test_typed_words_show_the_focus_of_every_session_to_come(chat: Dialogue) -> None:
    await chat.goes(
        shared_before("Thursday", "16:01"),
        ("Ruth: focus", "What your leaders want their next session for. [Read the focus]"),
        ("Ruth: [Read the focus]", f"… “{WANTS}” …"),
    )


async def test_nobody_else_opens_it_and_after_the_session_nobody_does(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(shared_before("Thursday", "16:01"))
    session = await session_id(programme)
    for other in ("amara", "dan", "priya"):
        assert WANTS not in words_of(await programme.opens(other, FormName.FOCUS, session))
    assert WANTS in words_of(await programme.opens("ruth", FormName.FOCUS, session))
    async with reading(programme.engine) as db:
        pairings = list(await db.exec(select(Pairing.id)))
        assert len(await focus_of(db, pairings, programme.now)) == 1
        assert await focus_of(db, pairings, programme.now + timedelta(days=1)) == {}
    programme.now += timedelta(days=1)
    assert WANTS not in words_of(await programme.opens("ruth", FormName.FOCUS, session))


async def test_a_session_that_was_cancelled_has_no_focus(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(
        shared_before("Thursday", "16:01"),
        ("cancel session", "… is cancelled. …"),
        ("Ruth: [Read the focus]", "… Nothing is here now. …"),
    )
    async with reading(programme.engine) as db:
        pairings = list(await db.exec(select(Pairing.id)))
        assert await focus_of(db, pairings, programme.now) == {}


async def test_other_answers_are_shared_as_they_were(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "…"),
        ("[Choose and agree]", "…"),
        (EVERY_SWITCH, "Agreed. …"),
        *session_on("2026-12-04"),
        ("Monday 11:00", "Your next session with Ruth has a date: …"),
        ("Tuesday 12:00", "…?…"),
        (
            "Time.",
            ["… Saved, for you only. … [Make this an experiment] [Share with Ruth] …", "…"],
        ),
    )


def test_the_questions_that_ask_for_a_focus_are_those_before_a_session(bank: Bank) -> None:
    steps = bank.sequences["session"].steps
    assert {one.id for one in steps if one.at and one.at.working_day < 0} == set(ASK_FOR_A_FOCUS)
