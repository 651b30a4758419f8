"""What a leader wants to be different, in their own words."""

import pytest

from prompts.composing.objectives import LONGEST, THEMES
from prompts.message import Form, FormName
from storage.engine import reading
from storage.objectives import objectives_of
from tests.bot.dialogue import AGREED, EVERY_SWITCH, WITH_OBJECTIVE, Dialogue
from tests.cast import Programme, as_they_wrote, the_form

WISH = "Six months from now, what would you most like to be different?"
TOUCHES = "What does it touch?"


async def kept(programme: Programme, name: str) -> list[tuple[str, str]]:
    someone = await programme.member(name)
    async with reading(programme.engine) as db:
        theirs = await objectives_of(db, someone)
        words = await as_they_wrote(db, someone, theirs)
    return [(said, one.themes) for said, one in zip(words, theirs, strict=True)]


async def test_the_first_objective_is_kept_in_her_own_words(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        (
            "[Set an objective]",
            "An objective of yours Only you can read it, unless your agreement shares your "
            "objectives with your coach. …",
        ),
        (
            {
                WISH: "Partners start things without waiting for me.",
                TOUCHES: ["Working across boundaries", "Influence without authority"],
            },
            "Your objective is kept. Only you can read it. "
            "Your next question comes on Tuesday 24 November at 12:00. "
            "[Days and hours] [My objectives]",
        ),
        (
            "[My objectives]",
            "Your page Objectives “Partners start things without waiting for me.” "
            "Only you can read it. [Look at it] "
            "[Set an objective] [Shape one with questions] [All my objectives] "
            "With Ruth Ellis … Next question: Tuesday 24 November at 12:00. "
            "Days and hours: Tuesday 12:00 and Thursday 16:00, London time. Coach: Ruth Ellis. …"
            "Only you can see this page. Type “my data” or “forget me” at any time.",
        ),
    )
    assert await kept(chat.programme, "Amara Okafor") == [
        ("Partners start things without waiting for me.", "connect influence")
    ]


async def test_what_was_typed_stays_in_a_form_that_could_not_be_saved(chat: Dialogue) -> None:
    long = "I want the board to decide. " * 11
    every = [label for _, label in THEMES]
    await chat.goes(
        AGREED,
        ("[Set an objective]", "An objective of yours …"),
        (
            {WISH: "", TOUCHES: every[:2]},
            "An objective of yours This was not saved. What you wrote is still here. … "
            "There is nothing to save yet. One word is enough. … "
            f"{every[0]}, {every[1]}. Up to three. …",
        ),
        (
            {WISH: long, TOUCHES: every[:4]},
            f"… {long.strip()} It has {len(long)} characters, and {LONGEST} fit. Shorten it and "
            f"try again. … {every[3]}. Choose at most 3. …",
        ),
        ({WISH: "The board decides.", TOUCHES: every[:1]}, "Your objective is kept. …"),
    )
    assert await kept(chat.programme, "Amara Okafor") == [("The board decides.", "purpose")]


async def test_there_are_at_most_three(chat: Dialogue) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        ("new objective", "An objective, in your own words. [Set an objective]"),
        ("[Set an objective]", "An objective of yours …"),
        ({WISH: "A second."}, "Kept. You have 2 objectives now. Only you can read it. …"),
        ("[Set an objective]", "An objective of yours …"),
        ({WISH: "A third."}, "Kept. You have 3 objectives now. …"),
        ("[Set an objective]", "You have 3 objectives, which is as many as I hold at once. …"),
    )
    [refused] = await chat.programme.submits("amara", FormName.OBJECTIVE, words="A fourth.")
    assert "as many as I hold" in repr(refused)
    assert len(await kept(chat.programme, "Amara Okafor")) == 3


async def test_who_lets_the_coach_see_titles_is_told_that_he_can(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("[Choose and agree]", "What do you agree to? …"),
        (EVERY_SWITCH, "Agreed. …"),
        ("[Set an objective]", "An objective of yours …"),
        ({WISH: "The board decides."}, "Your objective is kept. Only you and Ruth can read it. …"),
    )


@pytest.mark.parametrize(
    "themes", [["connect", "fame"], ["x" * 10_000], ["<script>"], ["\0"], ["connect; DROP TABLE"]]
)
async def test_a_theme_that_nobody_offered_is_refused(
    programme: Programme, themes: list[str]
) -> None:
    replies = await programme.submits("dan", FormName.OBJECTIVE, words="Wider.", themes=themes)
    form = the_form(replies)
    assert "not on the list" in repr(form)
    assert form.fields[0].value == "Wider."
    assert len(await kept(programme, "Dan Whitfield")) == 1


async def test_a_theme_sent_twice_counts_once(programme: Programme) -> None:
    [reply] = await programme.submits(
        "dan", FormName.OBJECTIVE, words="Wider.", themes=["care"] * 9
    )
    assert not isinstance(reply, Form)
    assert (await kept(programme, "Dan Whitfield"))[1] == ("Wider.", "care")
