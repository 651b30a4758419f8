"""What is asked around a coaching session, at her own slots, and moved with the session."""

from storage.engine import reading
from storage.runs import open_runs
from storage.tables import Nudge
from tests.bot.dialogue import AGREED, Dialogue

STANDS = "Only you can read your answer, unless you share it."
FIRST_WEEK = [
    ("Tuesday 12:00", f"…? {STANDS}"),
    ("Time.", ["…", "…"]),
    ("Thursday 16:00", f"…? {STANDS}"),
    ("A walk.", ["…", "…"]),
    ("Tuesday 12:00", f"…? {STANDS}"),
    ("balanced", ["…", "…"]),
]
TOLD = ("Monday 11:00", "Your next session with Ruth has a date: …")
FOCUS = f"What would you most like to think about with Ruth? {STANDS}"
STAYS = f"What is staying with you from your session? {STANDS}"


def session_on(day: str) -> list[tuple[object, object]]:
    return [
        ("Ruth: leaders", "…"),
        ("Ruth: [Open my page]", "…"),
        ("Ruth: [Set next session with Amara Okafor]", "…"),
        ({"who": "Ruth", "Day": day, "Hour, on your clock": "10:00"}, "…"),
    ]


async def test_the_focus_is_asked_before_and_what_stays_after(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        *session_on("2026-12-04"),
        TOLD,
        FIRST_WEEK,
        ("Thursday 16:00", FOCUS),
        ("why", "Why this question? It goes with your coaching session."),
        ("[Answer]", "What would you most like to think about with Ruth? …"),
        (
            {"Your answer": "The agenda, and who holds the pen."},
            "What would you most like to think about with Ruth? Saved, for you only.",
        ),
        ("Tuesday 12:00", STAYS),
    )


async def test_a_session_that_is_moved_takes_its_questions_along(chat: Dialogue) -> None:
    await chat.goes(AGREED, *session_on("2026-12-04"), *session_on("2026-12-11"))
    amara = await chat.programme.member("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        runs = (await open_runs(db, [amara.id]))[amara.id]
    assert [(run.sequence, str(run.anchor)) for run in runs if run.anchor] == [
        ("session", "2026-12-11")
    ]


async def test_the_name_of_the_coach_is_kept_nowhere_in_the_clear(chat: Dialogue) -> None:
    await chat.goes(AGREED, *session_on("2026-12-04"), TOLD, FIRST_WEEK, ("Thursday 16:00", FOCUS))
    nudge_id = chat.programme.asked("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        assert "{coach_first_name}" in (await db.get_one(Nudge, nudge_id)).question_words
