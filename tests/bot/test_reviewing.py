"""A quarter on she stops and looks; her decision closes the review, and nothing else does."""

from datetime import date, timedelta

import pytest

from scheduler.reviewing import plan_reviews_due
from storage.cadences import cadence_of
from storage.engine import reading, transaction
from storage.objectives import all_objectives, earlier_wordings
from storage.questions import open_question
from storage.reviews import reviews_of
from storage.runs import all_runs
from storage.tables import Objective, ObjectiveState, Review, RunEnding, SequenceRun
from tests.bot.dialogue import EVERY_SWITCH, WITH_OBJECTIVE, Dialogue, Step
from tests.bot.test_objectives import WISH
from tests.bot.test_rating import CONTENT, LEVELS, RATED, placings, rows
from tests.bot.test_rating import SAW as NOBODY_LOOKED
from tests.bot.test_shaping import erases
from tests.cast import Programme, as_they_wrote

STANDS = "Only you can read your answer, unless you share it."
WHERE = f"Where would you place yourself on your own scale today? {STANDS}"
SAW = f"What have you seen or heard that supports that placing? {STANDS}"
CHOICE = "Which choice fits this objective now: keep, revise, complete or let go?"
AIM = "The place board decides without looking at me."
TODAY = "The deputies decide, and tell me afterwards."
IN_A_QUARTER = date(2026, 11, 23) + timedelta(weeks=13)


def answer(words: str, following: str) -> list[Step]:
    return [
        ("[Answer]", "…? …"),
        ({"Your answer": words}, "…? Saved, for you only. …"),
        ("[Next question]", following),
    ]


ASKED_FOR: list[Step] = [
    *WITH_OBJECTIVE,
    *LEVELS,
    ("review objective", WHERE),
]
# A newcomer is not asked what goes deeper, so the decision follows on what has changed.
TO_THE_DECISION: list[Step] = [
    *ASKED_FOR,
    *answer(f"0: {CONTENT}", SAW),
    *answer("The deputy opened.", f"What helped most in getting here? {STANDS}"),
    *answer("Saying nothing.", f"What has changed around you since …? {STANDS}"),
    *answer("A new director.", f"{CHOICE} {STANDS}"),
]


async def hers(programme: Programme) -> list[Objective]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        return await all_objectives(db, amara)


async def reviews(programme: Programme) -> list[Review]:
    [one] = await hers(programme)
    async with reading(programme.engine) as db:
        return (await reviews_of(db, [one.id])).get(one.id, [])


async def runs(programme: Programme) -> list[SequenceRun]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        return [one for one in await all_runs(db, amara) if one.sequence == "review"]


async def day_comes(programme: Programme, on: date | None = None) -> None:
    """Her objective is to be looked at again from that day on; else from today."""
    [one] = await hers(programme)
    async with transaction(programme.engine) as db:
        one.next_review = on or programme.now.date()
        db.add(one)


# ---- a sitting that she asked for ----


async def test_a_review_begins_with_her_own_placing_on_her_own_scale(chat: Dialogue) -> None:
    await chat.goes(
        ASKED_FOR,
        ("why", "Why this question? You asked to look at your objective again."),
        ("[Answer]", f"Where would you place … About your objective: “{AIM}” …"),
        ({"Your answer": f"0: {CONTENT}"}, "…? Saved, for you only. …"),
        ("[Next question]", SAW),
        ("[Answer]", "…"),
        ({"Your answer": "The deputy opened."}, "…"),
    )
    assert await placings(chat.programme) == [(0, CONTENT, "The deputy opened.")]
    assert await reviews(chat.programme) == []


async def test_correcting_an_answer_of_the_review_corrects_the_rating(chat: Dialogue) -> None:
    await chat.goes(
        ASKED_FOR,
        ("0", ["…? Saved, for you only. …", "…"]),
        ("[Change my answer]", f"… Your answer: 0: {CONTENT} …"),
        ({"Your answer": "−1"}, "…? Saved, …"),
    )
    assert await placings(chat.programme) == [(-1, "", "")]


async def test_an_answer_never_goes_into_a_placing_that_is_shared(chat: Dialogue) -> None:
    await chat.goes(
        WITH_OBJECTIVE,
        LEVELS,
        RATED,
        ("[Share with Ruth]", "Nothing was shared: …"),
        ("[My agreement]", "…"),
        (EVERY_SWITCH, "…"),
        ("share rating", "Shared with Ruth. …"),
        ("rate", "…"),
        ("[Rate it]", "… You have shared it: Ruth can read what you save here, too. …"),
        ("review objective", WHERE),
        *answer("−1", SAW),
        ("[Answer]", "…"),
        ({"Your answer": "The deputy looked at me."}, "…? Saved, for you only. …"),
    )
    assert await placings(chat.programme) == [
        (0, CONTENT, NOBODY_LOOKED),
        (-1, "", "The deputy looked at me."),
    ]
    _, kept = await rows(chat.programme)
    assert [one.shared_at is not None for one in kept] == [True, False]
    # Shared between the two answers, it stays as it was shared, too.
    await chat.goes(
        ("share rating", "Shared with Ruth. …"),
        ("[Change my answer]", "…"),
        ({"Your answer": "The deputy spoke."}, "…? Saved, for you only. …"),
        ("take back rating", "Taken back. Only you can read this placing."),
    )
    levels_and_words = [(level, saw) for level, _, saw in await placings(chat.programme)]
    assert sorted(levels_and_words) == [
        (-1, "The deputy looked at me."),
        (-1, "The deputy spoke."),
        (0, NOBODY_LOOKED),
    ]
    _, kept = await rows(chat.programme)
    assert sum(one.shared_at is not None for one in kept) == 1


async def test_what_is_erased_goes_from_the_rating_too(chat: Dialogue) -> None:
    await chat.goes(
        ASKED_FOR,
        *answer(f"0: {CONTENT}", SAW),
        ("[Answer]", "…"),
        ({"Your answer": "The deputy opened."}, "…"),
    )
    assert "Erased here." in await erases(chat, "QR2")
    assert await placings(chat.programme) == [(0, CONTENT, "")]
    assert "Erased here." in await erases(chat, "QR1")
    assert await placings(chat.programme) == []


async def test_what_keyboards_have_for_a_minus_is_a_minus(chat: Dialogue) -> None:
    await chat.goes(ASKED_FOR, ("-2", ["…? Saved, …", "…"]))
    assert [level for level, _, _ in await placings(chat.programme)] == [-2]


async def test_it_is_taken_up_where_it_was_left(chat: Dialogue) -> None:
    await chat.goes(
        ASKED_FOR,
        ("review objective", WHERE),
        *answer(f"0: {CONTENT}", SAW),
        ("skip", "…"),
        ("review objective", f"What helped most in getting here? {STANDS}"),
    )
    assert len(await runs(chat.programme)) == 1


@pytest.mark.parametrize(
    ("decision", "said", "state"),
    [
        (
            "keep",
            "You chose to keep it as it is. We look at it again on Monday 22 February. …",
            "active",
        ),
        ("complete", "Completed. Nothing more is asked about it, …", "completed"),
        ("let go", "Let go. Nothing more …", "let go"),
    ],
)
async def test_her_decision_closes_the_review(
    chat: Dialogue, decision: str, said: str, state: str
) -> None:
    await chat.goes(
        TO_THE_DECISION,
        ("[Answer]", f"{CHOICE} …"),
        ({"Your answer": decision}, [f"{CHOICE} Saved, for you only. …", said]),
    )
    [one] = await hers(chat.programme)
    assert one.state == state
    assert [review.decision for review in await reviews(chat.programme)] == [decision]
    assert [run.ended_as for run in await runs(chat.programme)] == [RunEnding.FINISHED]


async def test_whoever_revises_has_the_form_in_front_of_her_and_the_old_words_are_kept(
    chat: Dialogue,
) -> None:
    await chat.goes(
        TO_THE_DECISION,
        ("[Answer]", f"{CHOICE} …"),
        (
            {"Your answer": "revise"},
            [
                f"{CHOICE} Saved, for you only. …",
                "You chose to revise it. Put it in your own new words; … [Put it another way]",
                f"Put it another way … {AIM} …",
            ],
        ),
        ({WISH: TODAY}, "Changed, in your own words. Only you can read it."),
        ("all objectives", "…"),
        ("[All my objectives]", "…"),
        (
            "[Look at it]",
            f"An objective of yours “{TODAY}” … How you put it before “{AIM}” "
            "Until Monday 23 November 2026. Only you can read it. "
            "Reviews What you decided, newest first (Monday 23 November 2026, revise)",
        ),
    )
    [one] = await hers(chat.programme)
    assert (one.version, one.next_review) == (2, IN_A_QUARTER)


async def test_the_words_of_the_review_can_become_its_words(chat: Dialogue) -> None:
    await chat.goes(TO_THE_DECISION)
    await asked_how_she_would_word_it(chat)
    await chat.goes(
        ("[Answer]", "If you were setting this objective today, how would you word it? …"),
        ({"Your answer": TODAY}, "…? Saved, for you only. … [Make this the wording] …"),
        ("[Make this the wording]", f"Put it another way … {TODAY} …"),
        ({}, "Changed, in your own words. Only you can read it."),
    )
    [one] = await hers(chat.programme)
    amara = await chat.programme.member("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        before = (await earlier_wordings(db, [one.id]))[one.id]
        words = await as_they_wrote(db, amara, [one, *before])
    assert words == [TODAY, AIM]


async def asked_how_she_would_word_it(chat: Dialogue) -> None:
    """As if she had been here long enough for it."""
    amara = await chat.programme.member("Amara Okafor")
    question = chat.programme.bank.questions["QR5"]
    async with transaction(chat.programme.engine) as db:
        nudge = await open_question(db, amara, chat.programme.now)
        assert nudge is not None
        nudge.question_id, nudge.question_words = question.id, question.message
        db.add(nudge)


async def test_the_same_words_are_not_offered_as_new_ones(chat: Dialogue) -> None:
    await chat.goes(TO_THE_DECISION)
    await asked_how_she_would_word_it(chat)
    await chat.goes(("[Answer]", "…"), ({"Your answer": f" {AIM} "}, "…"))
    assert "Make this the wording" not in repr(chat.screens["Amara"].chat[-1])


async def test_a_decision_is_corrected_and_what_it_ended_goes_on(chat: Dialogue) -> None:
    await chat.goes(
        TO_THE_DECISION,
        ("let go", ["…? Saved, …", "Let go. …", "…"]),
        ("[Change my answer]", f"{CHOICE} …"),
        ({"Your answer": "keep"}, ["…? Saved, …", "You chose to keep it as it is. …"]),
    )
    [one] = await hers(chat.programme)
    assert (one.state, one.next_review) == (ObjectiveState.ACTIVE, IN_A_QUARTER)
    assert [review.decision for review in await reviews(chat.programme)] == ["keep"]


async def test_what_ended_in_another_way_since_stays_at_its_end(chat: Dialogue) -> None:
    await chat.goes(
        TO_THE_DECISION,
        ("complete objective", "Completed. …"),
        ("[Answer]", f"{CHOICE} …"),
        ({"Your answer": "keep"}, "…? Saved, for you only. …"),
    )
    [one] = await hers(chat.programme)
    assert one.state is ObjectiveState.COMPLETED
    assert await reviews(chat.programme) == []


async def test_going_on_at_once_takes_the_place_of_what_was_put_off(chat: Dialogue) -> None:
    await chat.goes(
        ASKED_FOR,
        ("tomorrow", "…? Put off, …"),
        ("review objective", WHERE),
        ("0", ["…? Saved, …", "…"]),
        ("Tuesday 12:00", f"{CHOICE} {STANDS}"),
    )


# ---- a day that has come ----


async def test_when_the_day_has_come_she_is_asked_at_her_own_hour(chat: Dialogue) -> None:
    await chat.goes(WITH_OBJECTIVE, LEVELS)
    await day_comes(chat.programme)
    await chat.goes(
        ("Tuesday 12:00", WHERE),
        ("why", "Why this question? It is part of a review of your objective."),
    )


async def test_a_review_that_was_begun_waits_for_its_decision(chat: Dialogue) -> None:
    await chat.goes(WITH_OBJECTIVE)
    await day_comes(chat.programme)
    await chat.goes(
        ("Tuesday 12:00", WHERE),
        ("+1", ["…? Saved, …", "…"]),
        ("Thursday 16:00", f"{CHOICE} {STANDS}"),
        (
            "why",
            "Why this question? It is part of a review that has begun.",
        ),
        ("skip", "…"),
        ("Tuesday 12:00", f"{CHOICE} {STANDS}"),
        ("keep", ["…? Saved, …", "You chose to keep it as it is. …", "…"]),
    )
    assert [review.decision for review in await reviews(chat.programme)] == ["keep"]


async def test_without_a_decision_it_is_planned_again_and_never_closed(
    programme: Programme,
) -> None:
    await programme.agrees("amara")
    await programme.submits("amara", "objective", words=AIM)
    await day_comes(programme)
    assert await plan_reviews_due(programme.engine, programme.now) == 1
    assert await plan_reviews_due(programme.engine, programme.now) == 0
    [run] = await runs(programme)
    async with transaction(programme.engine) as db:
        run.ended_at, run.ended_as = programme.now, RunEnding.OVERTAKEN
        db.add(run)
    assert await plan_reviews_due(programme.engine, programme.now + timedelta(days=7)) == 0
    async with transaction(programme.engine) as db:
        row = await cadence_of(db, await programme.member("Amara Okafor"))
        assert row is not None
        assert row.next_due_at is not None
        row.next_due_at += timedelta(days=14)
        db.add(row)
    assert await plan_reviews_due(programme.engine, programme.now + timedelta(days=15)) == 1
    assert await reviews(programme) == []


async def test_the_day_is_the_leaders_own(programme: Programme) -> None:
    """Midnight has passed in London, and not in Stanley."""
    for who in ("amara", "dan"):
        await programme.agrees(who)
        await programme.submits(who, "objective", words="An aim.")
    async with transaction(programme.engine) as db:
        for name in ("Amara Okafor", "Dan Whitfield"):
            for one in await all_objectives(db, await programme.member(name)):
                one.next_review = date(2026, 11, 24)
                db.add(one)
    midnight = programme.now.replace(hour=0) + timedelta(days=1)
    assert await plan_reviews_due(programme.engine, midnight - timedelta(minutes=1)) == 0
    assert await plan_reviews_due(programme.engine, midnight) == 1
    # Dan has two that wait; each has its own sitting.
    assert await plan_reviews_due(programme.engine, midnight + timedelta(hours=3)) == 2


@pytest.mark.parametrize("words", ["stop", "pause", "pause until 8 March"])
async def test_whoever_is_not_asked_has_no_review_planned(programme: Programme, words: str) -> None:
    await programme.agrees("amara")
    await programme.submits("amara", "objective", words=AIM)
    await programme.says("amara", words)
    await day_comes(programme)
    assert await plan_reviews_due(programme.engine, programme.now) == 0


@pytest.mark.parametrize("words", ["park objective", "complete objective", "let objective go"])
async def test_what_is_not_in_use_is_not_looked_at_again(chat: Dialogue, words: str) -> None:
    await chat.goes(WITH_OBJECTIVE)
    await day_comes(chat.programme)
    await chat.programme.says("amara", words)
    assert await plan_reviews_due(chat.programme.engine, chat.programme.now) == 0


async def test_a_standing_question_of_the_review_is_over_when_it_is_parked(
    chat: Dialogue,
) -> None:
    await chat.goes(
        ASKED_FOR,
        ("park objective", "Parked. Nothing is asked about it until you take it up again. …"),
        ("skip", "No question is open, …"),
        ("review objective", "You have no objective for that yet, …"),
        ("take up objective", "Taken up again. We look at it on Monday 22 February. …"),
        ("review objective", WHERE),
    )
