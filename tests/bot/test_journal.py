"""A leader's own words: read, looked up, and erased one by one."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from prompts.message import Button, Buttons, Form, FormName, Press
from storage.engine import reading, transaction
from storage.reflections import keep_reflection
from storage.searching import plain
from storage.tables import Nudge, NudgeKind, NudgeState, Reflection
from tests.bot.dialogue import EVERY_SWITCH, Dialogue, Step, words_of
from tests.cast import Programme

BOARD = "The board nodded and nothing moved."
CAFE = "In the café Jo said it first."
TWO: list[Step] = [
    ("Amara arrives", "Before we start …"),
    ("[Choose and agree]", "What do you agree to? …"),
    (EVERY_SWITCH, "Agreed. …"),
    ("Tuesday 12:00", "…?…"),
    ("[Answer]", "…"),
    ({"Your answer": BOARD}, "…? Saved, for you only. …"),
    ("Thursday 16:00", "…?…"),
    ("[Answer]", "…"),
    ({"Your answer": CAFE}, "…? Saved, for you only. …"),
]
SEARCHES: list[Step] = [
    ("search", "Your journal is searched on a page of your own. …"),
    ("[Search]", "Search your journal …"),
]


async def test_a_word_finds_what_holds_it_and_nothing_else(chat: Dialogue) -> None:
    await chat.goes(
        TWO,
        SEARCHES,
        (
            {"These words": "cafe JO"},
            f"Found in your journal … Your answers with these words. …? “{CAFE}” …",
        ),
    )
    assert BOARD not in repr(chat.screens["Amara"].page)


async def test_what_is_in_none_is_said_so(chat: Dialogue) -> None:
    await chat.goes(
        TWO,
        SEARCHES,
        ({"These words": "café board"}, "Found in your journal … Nothing of yours fits that."),
    )


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2026-11-24", "2026-11-24", {BOARD}),
        ("2026-11-25", "", {CAFE}),
        ("", "2026-11-26", {BOARD, CAFE}),
        ("2026-11-27", "2026-12-01", set()),
        ("9999-12-30", "", set()),
        ("", "9999-12-31", {BOARD, CAFE}),
        ("0001-01-01", "", {BOARD, CAFE}),
    ],
)
async def test_days_narrow_it(chat: Dialogue, first: str, last: str, found: set[str]) -> None:
    await chat.goes(TWO, SEARCHES, ({"From this day": first, "Until this day": last}, "Found …"))
    page = repr(chat.screens["Amara"].page)
    assert {words for words in (BOARD, CAFE) if words in page} == found


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Say what to look for: a word, an objective or a day."),
        ({"From this day": "never"}, "One of these is not a day. …"),
        (
            {"From this day": "2026-11-25", "Until this day": "2026-11-24"},
            "The last day comes before the first. …",
        ),
        ({"These words": "x" * 101}, "It has 101 characters, and 100 fit. Shorten it."),
    ],
)
async def test_what_cannot_be_looked_for_is_said_with_the_form_kept(
    chat: Dialogue, typed: dict[str, str], told: str
) -> None:
    await chat.goes(TWO, SEARCHES, (typed, f"Search your journal {told} …"))


async def test_the_journal_goes_on_page_by_page_and_misses_none(programme: Programme) -> None:
    await programme.agrees("amara")
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        for number in range(30):
            at = programme.now - timedelta(hours=number // 3)
            nudge = Nudge(
                workspace_id=amara.workspace_id,
                member_id=amara.id,
                slot=f"slot {number}",
                kind=NudgeKind.QUESTION,
                due_at=at,
                ready_at=at,
                expires_at=at,
                state=NudgeState.SENT,
                sent_at=at,
                question_id="CON-OPN-1",
            )
            db.add(nudge)
            await db.flush()
            await keep_reflection(db, amara, nudge, "What is here?", f"Entry {number}.", at)
    seen: list[str] = []
    about = ""
    for _ in range(3):
        page = await programme.opens("amara", FormName.JOURNAL, about)
        assert isinstance(page, Form)
        seen += [one.split("”")[0] for one in words_of(page).split("“") if one[:5] == "Entry"]
        about = next((one.about for one in buttons(page) if one.label == "Older"), "")
    assert about == ""
    assert len(seen) == len(set(seen)) == 30


def buttons(page: Form) -> list[Button]:
    return [one for each in page.elements if isinstance(each, Buttons) for one in each.buttons]


async def test_one_answer_is_erased_in_two_steps_and_the_others_stay(chat: Dialogue) -> None:
    await chat.goes(
        TWO,
        ("journal", "Your journal …"),
        ("[Journal]", f"Journal … “{CAFE}” … “{BOARD}” …"),
        ("[Erase this]", "Erase this answer? … It cannot be brought back. …"),
        ("[Keep it]", "Kept. Nothing was changed."),
        (
            "[Erase it for good]",
            "Erased here. Backups follow within 8 days; what was typed in the chat stays there.",
        ),
        ("journal", "Your journal …"),
        ("[Journal]", f"Journal … “{BOARD}” …"),
    )
    assert CAFE not in repr(chat.screens["Amara"].page)
    async with reading(chat.programme.engine) as db:
        kept = [one for one in await db.exec(select(Reflection)) if one.question_id == "ON3"]
    assert kept == []


async def test_what_was_shared_and_is_erased_is_gone_from_the_digest(chat: Dialogue) -> None:
    await chat.goes(
        TWO,
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
        ("Ruth: Monday 09:00", "Your weekly digest is ready. …"),
        ("erase this", "Erase this answer? …"),
        ("[Erase it for good]", "Erased here. …"),
        ("Ruth: [Read the digest]", "… Withdrawn by Amara. …"),
    )
    assert CAFE not in repr(chat.screens["Ruth"].page)


async def test_an_answer_of_dans_is_not_amaras_to_erase(chat: Dialogue) -> None:
    await chat.goes(TWO)
    programme = chat.programme
    dan = await programme.member("Dan Whitfield")
    async with reading(programme.engine) as db:
        his = list(await db.exec(select(Reflection).where(Reflection.member_id == dan.id)))
    assert his
    for press in (Press.ERASE_ANSWER, Press.ERASE_FOR_GOOD):
        for one in his:
            await programme.presses("amara", press, one.nudge_id)
    async with reading(programme.engine) as db:
        left = list(await db.exec(select(Reflection).where(Reflection.member_id == dan.id)))
    assert len(left) == len(his)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_in_a_text_is_found_in_it(before: str, wanted: str, after: str) -> None:
    assert plain(wanted) in plain(f"{before} {wanted} {after}")


def test_accents_and_case_make_no_difference() -> None:
    assert plain("CAFÉ") == plain("cafe\u0301") == "cafe"
    assert plain("Siân") in plain("SIAN and Tŷ")
