"""Days away: nothing is asked on them, and they can be taken out again."""

import pytest

from prompts.message import Press
from tests.bot.dialogue import AGREED, Dialogue

STANDS = "…? Only you can read your answer, unless you share it."
FORM = "Days away Nothing is asked on these days, and nobody is told. …"


async def test_nothing_is_asked_while_she_is_away(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("away", "The days on which nothing is asked. [Days away]"),
        ("[Days away]", FORM),
        (
            {"First day away": "2026-11-24", "Last day away": "2026-11-30"},
            "Away: Tuesday 24 November to Monday 30 November. "
            "Your next question comes on Tuesday 1 December at 12:00.",
        ),
        ("Thursday 18:00", ""),
        ("Tuesday 12:00", STANDS),
    )


async def test_one_day_needs_only_its_first(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("away", "…"),
        ("[Days away]", FORM),
        (
            {"First day away": "2026-11-24"},
            "Away: Tuesday 24 November. Your next question comes on Thursday 26 November at 16:00.",
        ),
    )


async def test_days_away_are_listed_and_can_be_taken_out(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("not away", "No days away are noted, so nothing was changed."),
        ("away", "…"),
        ("[Days away]", FORM),
        ({"First day away": "2026-11-24"}, "Away: …"),
        ("away", "…"),
        ("[Days away]", "… Tuesday 24 November [Take this out] …"),
        (
            "[Take this out]",
            "Taken out. Your next question comes on Tuesday 24 November at 12:00.",
        ),
        ("Tuesday 12:00", STANDS),
    )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("", "", "Choose the first day."),
        ("2026-11-30", "2026-11-24", "The last day comes before the first. …"),
        ("2026-11-20", "2026-11-22", "These days are over. …"),
        ("2026-11-24", "soon", "This is not a day. …"),
        ("2026-11-24", "2028-11-24", "Choose days within the next two years, …"),
    ],
)
async def test_what_cannot_be_is_refused_and_stays_typed(
    chat: Dialogue, first: str, last: str, said: str
) -> None:
    await chat.goes(
        AGREED,
        ("away", "…"),
        ("[Days away]", FORM),
        (
            {"First day away": first, "Last day away": last},
            f"Days away Nothing was changed. … First day away: {first or 'empty'}. …{said}…",
        ),
    )


async def test_dan_cannot_take_out_what_is_amaras(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("away", "…"),
        ("[Days away]", FORM),
        ({"First day away": "2026-11-24"}, "Away: …"),
        ("away", "…"),
        ("[Days away]", "…"),
    )
    button = chat.screens["Amara"].button("Take this out")
    assert isinstance(button.does, Press)
    [reply] = await chat.programme.presses("dan", button.does, button.about)
    assert "That is not here any more" in repr(reply)
    await chat.goes(("Tuesday 12:00", ""))
