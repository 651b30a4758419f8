"""Five levels in her own words, and where she places herself on them, alone."""

from datetime import timedelta

from prompts.message import FormName, Press
from storage.bundles import Placing
from storage.engine import reading
from storage.objectives import all_objectives
from storage.ratings import all_measures, ratings_of
from storage.tables import Measure, Rating
from tests.bot.dialogue import EVERY_SWITCH, WITH_OBJECTIVE, Dialogue, Step
from tests.cast import Programme, as_they_wrote, words_of

CONTENT = "Two meetings in three are chaired by somebody else."
MORE = "They meet without me."
SAW = "The deputy opened, and nobody looked round."
LEVELS: list[Step] = [
    ("five levels", "Five levels, in your own words. [Five levels]"),
    ("[Five levels]", "Five levels, in your own words “The place board …” Begin with level 0. …"),
    (
        {
            "0: good progress by the review": CONTENT,
            "+1: clearly more than that": MORE,
            "Where are you starting from?": "−1",
        },
        "Your levels are kept. Only you can read them, until you share a placing: its level’s "
        "words go with it. [Look at it]",
    ),
]
RATED: list[Step] = [
    ("rate", "Where you would place yourself today. [Rate it]"),
    ("[Rate it]", "Where would you place yourself today? “The place board …” …"),
    (
        {
            "Your placing": f"0: {CONTENT}",
            "What have you seen or heard that supports that placing?": SAW,
        },
        "Your placing is kept. Only you can read it. [Look at it] [Share with Ruth]",
    ),
]


async def placings(programme: Programme) -> list[tuple[int, str, str]]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        mine = await all_objectives(db, amara)
        kept = await ratings_of(db, [one.id for one in mine])
        theirs = [one for each in mine for one in kept.get(each.id, ())]
        words = await as_they_wrote(db, amara, theirs)
    read = [Placing.read(one) for one in words]
    return [(one.level, one.level_words, one.evidence) for one in read if one is not None]


async def rows(programme: Programme) -> tuple[list[Measure], list[Rating]]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        [one] = await all_objectives(db, amara)
        measures = (await all_measures(db, [one.id])).get(one.id, [])
        return measures, (await ratings_of(db, [one.id])).get(one.id, [])


async def test_she_writes_the_levels_and_places_herself_in_her_own_words(chat: Dialogue) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        LEVELS,
        RATED,
        (
            "[Look at it]",
            "An objective of yours “The place board decides without looking at me.” … "
            f"Where you placed yourself: Rated once: 23 November 0. “{SAW}” "
            "Only you can read your placings. [Share the newest with Ruth] "
            f"Five levels, in your words +1: {MORE} 0: {CONTENT} Where you started from: −1.",
        ),
    )
    assert await placings(chat.programme) == [(0, CONTENT, SAW)]


async def test_level_0_comes_first_and_the_others_can_wait(chat: Dialogue) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        ("five levels", "…"),
        ("[Five levels]", "…"),
        (
            {"+1: clearly more than that": MORE},
            "… This was not saved. What you wrote is still here. … Write this one first. …",
        ),
        (
            {"0: good progress by the review": "x" * 281},
            "… It has 281 characters, and 280 fit. …",
        ),
        ({"0: good progress by the review": CONTENT}, "Your levels are kept. …"),
    )


async def test_other_words_are_another_measure_and_what_was_rated_keeps_its_own(
    chat: Dialogue,
) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        LEVELS,
        RATED,
        ("five levels", "…"),
        ("[Five levels]", f"… good progress by the review: {CONTENT} …"),
        ({}, "Nothing was changed: your levels are as they were. …"),
        ("[Five levels]", "…"),
        (
            {"0: good progress by the review": "All of them."},
            "Your levels are kept. Only you can read them, until you share a placing: its level’s "
            "words go with it. What you rated before keeps the words of its day.",
        ),
    )
    measures, _ = await rows(chat.programme)
    assert [one.closed_at is None for one in measures] == [False, True]
    assert await placings(chat.programme) == [(0, CONTENT, SAW)]


async def test_placing_herself_again_on_one_day_corrects_it_and_later_it_is_another(
    chat: Dialogue,
) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        LEVELS,
        RATED,
        ("rate", "…"),
        ("[Rate it]", f"… Your placing: 0: {CONTENT} … {SAW} …"),
        ({"Your placing": f"+1: {MORE}"}, "Your placing is kept. …"),
    )
    assert await placings(chat.programme) == [(1, MORE, SAW)]
    chat.programme.now += timedelta(days=30)
    await chat.goes(RATED)
    assert await placings(chat.programme) == [(1, MORE, SAW), (0, CONTENT, SAW)]


async def test_without_a_level_nothing_is_saved(chat: Dialogue) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        ("rate", "…"),
        ("[Rate it]", "…"),
        (
            {"What have you seen or heard that supports that placing?": SAW},
            f"… This was not saved. … Choose one of the five. … {SAW} …",
        ),
    )
    assert await placings(chat.programme) == []


async def test_a_placing_is_shared_and_taken_back_one_at_a_time(chat: Dialogue) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        ("share rating", "You have not placed yourself on an objective yet, …"),
        LEVELS,
        RATED,
        ("[Share with Ruth]", "Nothing was shared: sharing with your coach is off …"),
        ("[My agreement]", "…"),
        (EVERY_SWITCH, "Your agreement is changed, …"),
        (
            "share rating",
            "Shared with Ruth. Only you and Ruth can read this placing, its level’s words "
            "and what you saw. [Take it back]",
        ),
        ("all objectives", "…"),
        ("[All my objectives]", "…"),
        (
            "[Look at it]",
            "… Ruth can read what you placed on Monday 23 November 2026; the rest, only you. …",
        ),
        ("[Take Monday 23 November 2026 back]", "Taken back. Only you can read this placing."),
    )
    _, [rating] = await rows(chat.programme)
    assert rating.shared_at is None


async def test_nobody_else_can_rate_or_read(chat: Dialogue) -> None:
    await chat.goes(WITH_OBJECTIVE, LEVELS, RATED)
    programme = chat.programme
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        [one] = await all_objectives(db, amara)
    for who in ("ruth", "priya", "dan"):
        for form in (FormName.RATING, FormName.LEVELS, FormName.OBJECTIVE_PAGE):
            assert "not here any more" in words_of(await programme.opens(who, form, one.id))
        for form in (FormName.RATING, FormName.LEVELS):
            [said] = await programme.submits(who, form, one.id, level="2", level0="Theirs.")
            assert "not here any more" in words_of(said)
    _, [rating] = await rows(programme)
    [said] = await programme.presses("dan", Press.SHARE_RATING, rating.id)
    assert "not here any more" in words_of(said)
    assert await placings(programme) == [(0, CONTENT, SAW)]


async def test_what_was_seen_and_names_her_need_shows_who_is_there(chat: Dialogue) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        ("rate", "…"),
        ("[Rate it]", "…"),
        (
            {
                "Your placing": "−2",
                "What have you seen or heard that supports that placing?": "I want to kill myself.",
            },
            ["Your placing is kept. …", "Who is there to talk to …"],
        ),
    )
