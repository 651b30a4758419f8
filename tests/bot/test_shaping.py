"""An objective is shaped by questions, in one sitting or over a week, and is then used."""

from prompts.message import Press
from storage.bundles import Levels
from storage.engine import reading
from storage.objectives import all_objectives
from storage.questions import all_nudges
from storage.ratings import all_measures
from storage.runs import all_runs
from storage.tables import Objective, ObjectiveState, RunEnding
from tests.bot.dialogue import AGREED, WITH_OBJECTIVE, Dialogue, Step
from tests.bot.test_objectives import TOUCHES, WISH
from tests.cast import as_they_wrote, words_of

STANDS = "Only you can read your answer, unless you share it."
AIM = "The place board decides without looking at me."
SEEN = "I speak last, and seldom."
ENOUGH = "Two meetings in three are chaired by somebody else."
MORE = "They meet without me and tell me afterwards."
START = "I chair every meeting and speak first."


def answers(*said: str) -> list[Step]:
    """Each in the box, and on to the next question."""
    steps: list[Step] = []
    for words in said:
        steps += [
            ("[Answer]", "…? …Your answer: empty. …"),
            ({"Your answer": words}, "…? Saved, for you only. [Next question] …"),
            ("[Next question]", f"…? {STANDS}"),
        ]
    return steps


BEGUN: list[Step] = [
    *AGREED,
    ("objectives", "Your objectives open on your own page. [My objectives]"),
    ("[My objectives]", "Your page Objectives None yet. [Set an objective] …"),
    ("[Shape one with questions]", f"{WISH} {STANDS}"),
]
SHAPED: list[Step] = [
    *BEGUN,
    *answers(AIM, "The deputies.", SEEN, "A steady team.", ENOUGH, MORE, START, "My diary."),
]


async def hers(chat: Dialogue) -> list[Objective]:
    amara = await chat.programme.member("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        return await all_objectives(db, amara)


async def levels(chat: Dialogue, objective: Objective) -> Levels:
    amara = await chat.programme.member("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        [newest] = [
            one
            for one in (await all_measures(db, [objective.id]))[objective.id]
            if one.closed_at is None
        ]
        [words] = await as_they_wrote(db, amara, [newest])
    return Levels.read(words)


async def erases(chat: Dialogue, question_id: str) -> str:
    amara = await chat.programme.member("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        [nudge] = [one for one in await all_nudges(db, amara) if one.question_id == question_id]
    [said] = await chat.programme.presses("amara", Press.ERASE_FOR_GOOD, nudge.id)
    return words_of(said)


async def test_in_one_sitting_the_answers_become_the_objective_and_its_levels(
    chat: Dialogue,
) -> None:
    await chat.goes(
        SHAPED,
        ("[Answer]", "Which part of this is within your own gift to try? …"),
        (
            {"Your answer": "Who chairs."},
            "…? Saved, for you only. [Put it another way] [Make this an experiment] "
            "[Use it as it is] [Share with Ruth] "
            "[Change its objective] [Change my answer]",
        ),
    )
    [objective] = await hers(chat)
    assert objective.state is ObjectiveState.SHAPING
    kept = await levels(chat, objective)
    assert (kept.words[0], kept.words[1], kept.words[-1], kept.start) == (ENOUGH, MORE, START, -1)
    await chat.goes(
        (
            "[Use it as it is]",
            f"Use it as it is … {WISH}: {AIM} … 2027-02-22. …",
        ),
        (
            {TOUCHES: ["Working across boundaries"], "Whose objective is this?": "Mine"},
            "Your objective is kept. Only you can read it. …",
        ),
    )
    [objective] = await hers(chat)
    assert objective.state is ObjectiveState.ACTIVE
    assert (objective.themes, objective.whose) == ("connect", "mine")
    amara = await chat.programme.member("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        [run] = [one for one in await all_runs(db, amara) if one.sequence == "objective"]
    assert (run.about, run.ended_as) == (objective.id, RunEnding.FINISHED)


async def test_every_question_says_why_it_came_and_names_the_review(chat: Dialogue) -> None:
    await chat.goes(
        BEGUN,
        ("why", "Why this question? You asked to shape an objective."),
        *answers(AIM, "The deputies.", SEEN, "A steady team."),
        ("why", "Why this question? You asked to shape an objective."),
        (
            "[Answer]",
            "What would count as good progress by Monday 22 February? "
            f"About your objective: “{AIM}” …",
        ),
    )


async def test_over_a_week_the_next_step_comes_at_her_own_hours(chat: Dialogue) -> None:
    await chat.goes(
        BEGUN,
        ("[Answer]", "…? …"),
        ({"Your answer": AIM}, "…? Saved, for you only. …"),
        ("Tuesday 12:00", f"Who would notice first if that changed? {STANDS}"),
        ("skip", "…? Skipped. Nothing was stored."),
        ("Thursday 16:00", "What is already in place …"),
    )


async def test_correcting_an_answer_corrects_its_part_as_long_as_it_is_being_shaped(
    chat: Dialogue,
) -> None:
    await chat.goes(
        BEGUN,
        ("[Answer]", "…? …"),
        ({"Your answer": AIM}, "…? Saved, for you only. …"),
        ("[Change my answer]", f"…? … {AIM} …"),
        ({"Your answer": "The board decides alone."}, "…? Saved, for you only. …"),
        ("[Next question]", "Who would notice …"),
        *answers("The deputies."),
        ("[Answer]", "What would they see …"),
        ({"Your answer": SEEN}, "…? Saved, …"),
        ("all my objectives", "Every objective of yours, on a page. …"),
        ("[All my objectives]", "Your objectives … “The board decides alone.” Being shaped. …"),
        (
            "[Look at it]",
            "An objective of yours “The board decides alone.” Only you can read it. State: Being "
            f"shaped. … Five levels, in your words 0: {SEEN}",
        ),
    )
    [objective] = await hers(chat)
    assert objective.version == 1


async def test_a_draft_gives_way_to_what_she_would_be_content_with(chat: Dialogue) -> None:
    await chat.goes(SHAPED)
    [objective] = await hers(chat)
    assert (await levels(chat, objective)).words[0] == ENOUGH


async def test_what_is_too_long_for_an_objective_is_not_saved_and_not_cut(chat: Dialogue) -> None:
    long = "I want the board to decide. " * 11
    await chat.goes(
        BEGUN,
        ("[Answer]", "…? …"),
        ({"Your answer": long}, f"…? This was not saved. … It has {len(long)} characters, and …"),
    )
    assert await hers(chat) == []


async def test_the_form_at_once_and_the_questions_after_it_are_both_ways_in(
    chat: Dialogue,
) -> None:
    """With one in use, another is shaped all the same: its steps are not held against it."""
    await chat.goes(
        WITH_OBJECTIVE,
        ("shape an objective", f"{WISH} {STANDS}"),
        *answers("A second."),
        ("skip", "…"),
        ("shape an objective", f"What is already in place that you can build on? {STANDS}"),
    )
    assert sorted(one.state for one in await hers(chat)) == ["active", "shaping"]


async def test_the_first_question_is_asked_again_until_there_is_something_to_shape(
    chat: Dialogue,
) -> None:
    await chat.goes(
        BEGUN,
        ("skip", "…"),
        ("shape an objective", f"{WISH} {STANDS}"),
        ("later", "…"),
        ("tomorrow", "…"),
        ("Tuesday 12:00", f"{WISH} {STANDS}"),
    )


async def test_with_three_in_use_what_was_shaped_waits(chat: Dialogue) -> None:
    await chat.goes(
        BEGUN,
        ("[Answer]", "…? …"),
        ({"Your answer": AIM}, "…? Saved, for you only. …"),
        *three(),
        ("all my objectives", "Every …"),
        ("[All my objectives]", f"… “{AIM}” Being shaped. …"),
    )
    shaping = next(one for one in await hers(chat) if one.state is ObjectiveState.SHAPING)
    [said] = await chat.programme.submits("amara", "objective", shaping.id, words=AIM)
    assert "not in use yet: 3 objectives are" in repr(said)
    states = sorted(one.state for one in await hers(chat))
    assert states == ["active", "active", "active", "shaping"]


def three() -> list[Step]:
    steps: list[Step] = []
    for words in ("First.", "Second.", "Third."):
        steps += [
            ("new objective", "An objective, in your own words. …"),
            ("[Set an objective]", "An objective of yours …"),
            ({WISH: words}, "…"),
        ]
    return steps


async def test_whoever_lets_it_go_is_asked_nothing_more_of_it(chat: Dialogue) -> None:
    await chat.goes(
        BEGUN,
        *answers(AIM),
        ("let objective go", "Let go. Nothing more is asked about it, …"),
        ("skip", "No question is open, so nothing was changed. …"),
        ("next question", "There is nothing further to ask on that one. …"),
        ("Tuesday 12:00", "What would make this companion worth two minutes of your week? …"),
    )
    [objective] = await hers(chat)
    assert objective.state is ObjectiveState.LET_GO


async def test_what_is_erased_goes_from_the_levels_and_a_wording_that_stays_is_said(
    chat: Dialogue,
) -> None:
    await chat.goes(
        BEGUN,
        *answers(AIM, "The deputies.", SEEN, "A steady team."),
        ("[Answer]", "…"),
        ({"Your answer": ENOUGH}, "…? Saved, for you only. …"),
    )
    [objective] = await hers(chat)
    assert (await levels(chat, objective)).words[0] == ENOUGH
    assert "stays; change it" not in await erases(chat, "OS5")
    assert not (await levels(chat, objective)).words.get(0)
    said = await erases(chat, "OS1")
    assert "What you made of it (an objective’s wording) stays; change it on its page." in said
