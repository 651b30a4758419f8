"""A programme's own question: written, linted, signed off by somebody else, tried, asked, retired.

Priya and Ruth both lead here.
"""

from collections.abc import Mapping

import pytest
from sqlmodel import select, update

from prompts.message import FormName, Press
from storage.changes import changes_in
from storage.engine import reading, transaction
from storage.own_questions import known_to
from storage.questions import all_nudges
from storage.tables import MemberRow, OwnQuestion
from tests.bot.dialogue import WITH_OBJECTIVE, Dialogue, Step

WORDS = "Which quiet corner of your service would you most like to walk through this month?"
BETTER = "Which forgotten corner of your service would you most like to see this month?"
PURPOSE = "Bring a forgotten part of the service into view."
HANDED_IN = "Handed in. Another lead of your programme has to sign it off before anybody is asked."


def writes(words: str, expected: str, who: str = "Priya", **more: str) -> list[Step]:
    typed: Mapping[str, str] = {
        "who": who,
        "The question": words,
        "What it is for": PURPOSE,
        "Theme": "Partners",
        **more,
    }
    return [
        (f"{who}: write a question", "…"),
        (f"{who}: [Write a question]", "…"),
        (typed, expected),
    ]


async def ruth_leads_too(chat: Dialogue) -> None:
    ruth = await chat.programme.member("Ruth Ellis")
    async with transaction(chat.programme.engine) as db:
        await db.exec(update(MemberRow).where(MemberRow.id == ruth.id).values(is_lead=True))


async def own(chat: Dialogue) -> list[OwnQuestion]:
    async with reading(chat.programme.engine) as db:
        return list(await db.exec(select(OwnQuestion).order_by(OwnQuestion.version)))


async def asked_of_amara(chat: Dialogue, times: int = 12) -> set[str]:
    """What she gets when she asks for one again and again."""
    for _ in range(times):
        await chat.programme.says("amara", "question")
        await chat.programme.says("amara", "Time.")
    amara = await chat.programme.member("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        return {one.question_words for one in await all_nudges(db, amara)}


async def test_advice_is_kept_as_a_draft_and_not_handed_in(chat: Dialogue) -> None:
    await chat.goes(
        writes(
            "Have you considered a joint post?",
            "A question of your own … Kept as a draft, and not handed in yet. … L04: … L07: … "
            "The question: Have you considered a joint post? …",
        ),
        ("Priya: questions", "…"),
        ("Priya: [Questions]", "… State: A draft. Written by: Priya Nair. …"),
    )
    [draft] = await own(chat)
    assert draft.state == "draft"


async def test_a_draft_is_mended_in_the_same_box_and_handed_in(chat: Dialogue) -> None:
    await chat.goes(
        writes("Have you considered a joint post?", "… Kept as a draft, …"),
        ({"who": "Priya", "The question": WORDS}, HANDED_IN),
    )
    [only] = await own(chat)
    assert (only.state, only.version, only.words) == ("review", 1, WORDS)


async def test_nobody_signs_off_their_own(chat: Dialogue) -> None:
    await ruth_leads_too(chat)
    await chat.goes(
        writes(WORDS, HANDED_IN),
        (
            "Priya: sign it off",
            "Somebody else must sign off what you wrote. Ask another lead to read it. "
            "Nothing was changed.",
        ),
        ("Priya: questions", "…"),
        (
            "Priya: [Questions]",
            "… Signed off by: Nobody yet. … [Put it another way] [Send back] [Withdraw it at once]",
        ),
        ("Ruth: questions", "…"),
        ("Ruth: [Questions]", "… [Put it another way] [Send back] [Sign it off] [Withdraw it …]"),
        ("Ruth: [Sign it off]", "Signed off. It is now tried with its first cohort."),
        ("Priya: make it live", "It is live. Its older versions are retired."),
    )
    [live] = await own(chat)
    assert (live.state, live.reviewer_id) == (
        "live",
        (await chat.programme.member("Ruth Ellis")).id,
    )


async def test_only_a_signed_off_question_is_ever_asked(chat: Dialogue) -> None:
    await ruth_leads_too(chat)
    await chat.goes(WITH_OBJECTIVE, writes(WORDS, HANDED_IN))
    assert WORDS not in await asked_of_amara(chat)
    await chat.goes(("Ruth: sign it off", "Signed off. …"))
    assert WORDS in await asked_of_amara(chat)


async def test_other_words_are_another_version_and_what_was_asked_keeps_its_own(
    chat: Dialogue,
) -> None:
    await ruth_leads_too(chat)
    await chat.goes(
        WITH_OBJECTIVE,
        writes(WORDS, HANDED_IN),
        ("Ruth: sign it off", "…"),
        ("Priya: make it live", "…"),
    )
    assert WORDS in await asked_of_amara(chat)
    await chat.goes(
        ("Priya: questions", "…"),
        ("Priya: [Questions]", "…"),
        ("Priya: [Put it another way]", "…"),
        ({"who": "Priya", "The question": BETTER}, HANDED_IN),
    )
    first, second = await own(chat)
    assert (first.key, first.version, first.state) == (second.key, 1, "live")
    assert (second.version, second.state) == (2, "review")
    await chat.goes(("Ruth: sign it off", "…"), ("Ruth: make it live", "It is live. …"))
    first, second = await own(chat)
    assert (first.state, second.state) == ("retired", "live")
    assert WORDS in await asked_of_amara(chat, times=0)


async def test_a_question_is_withdrawn_at_once_even_when_it_was_queued(chat: Dialogue) -> None:
    await ruth_leads_too(chat)
    await chat.goes(
        WITH_OBJECTIVE,
        writes(WORDS, HANDED_IN),
        ("Ruth: sign it off", "…"),
        ("Priya: withdraw it", "Withdrawn at once. …"),
        ("Priya: make it live", "No question of your programme waits for that, …"),
    )
    assert WORDS not in await asked_of_amara(chat)


async def test_a_pilot_is_for_its_own_cohort(chat: Dialogue) -> None:
    await ruth_leads_too(chat)
    await chat.goes(WITH_OBJECTIVE, writes(WORDS, HANDED_IN), ("Ruth: sign it off", "…"))
    amara = await chat.programme.member("Amara Okafor")
    async with transaction(chat.programme.engine) as db:
        await db.exec(update(MemberRow).where(MemberRow.id == amara.id).values(cohort_id=None))
    assert WORDS not in await asked_of_amara(chat)


async def test_every_move_is_in_the_audit_log_without_the_words(chat: Dialogue) -> None:
    await ruth_leads_too(chat)
    await chat.goes(writes(WORDS, HANDED_IN), ("Ruth: sign it off", "…"))
    async with reading(chat.programme.engine) as db:
        changes = await changes_in(db, (await chat.programme.member("Priya Nair")).workspace_id, 9)
    assert [(one.thing, one.before, one.after) for one in reversed(changes)] == [
        ("question", "", "version 1, draft"),
        ("question", "version 1, draft", "version 1, review"),
        ("question", "version 1, review", "version 1, pilot"),
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"The question": ""}, "Write the question and what it is for, …"),
        ({"What it is for": "x" * 201}, "Write the question and what it is for, …"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_kept(
    chat: Dialogue, changed: dict[str, str], said: str
) -> None:
    await chat.goes(
        ("Priya: write a question", "…"),
        ("Priya: [Write a question]", "…"),
        (
            {"who": "Priya", "The question": WORDS, "What it is for": PURPOSE, **changed},
            f"A question of your own {said}",
        ),
    )
    assert await own(chat) == []


async def test_whoever_signed_it_can_be_forgotten_and_the_question_stays(chat: Dialogue) -> None:
    await ruth_leads_too(chat)
    await chat.goes(writes(WORDS, HANDED_IN), ("Ruth: sign it off", "…"))
    await chat.goes(
        ("Ruth: forget me", "…"),
        ("Ruth: [Erase everything]", "…"),
        ("Priya: questions", "…"),
        ("Priya: [Questions]", "… Signed off by: Somebody who has left. …"),
    )


async def test_nobody_becomes_the_author_of_what_another_wrote(chat: Dialogue) -> None:
    await ruth_leads_too(chat)
    await chat.goes(
        writes(WORDS, HANDED_IN),
        ("Ruth: questions", "…"),
        ("Ruth: [Questions]", "…"),
        ("Ruth: [Put it another way]", "…"),
        (
            {"who": "Ruth", "The question": WORDS},
            "A question of your own These are the words that somebody else wrote. …",
        ),
        ("Ruth: [Questions]", "…"),
        ("Ruth: [Put it another way]", "…"),
        ({"who": "Ruth", "The question": BETTER}, HANDED_IN),
    )
    first, second = await own(chat)
    assert (first.state, second.state) == ("retired", "review")
    assert first.author_id != second.author_id


async def test_an_older_version_never_takes_the_place_of_a_newer_one(chat: Dialogue) -> None:
    await ruth_leads_too(chat)
    await chat.goes(
        writes(WORDS, HANDED_IN),
        ("Ruth: sign it off", "…"),
        ("Ruth: make it live", "…"),
    )
    for words in (BETTER, "Which part of your service would surprise you most on a Sunday night?"):
        await chat.goes(
            ("Priya: questions", "…"),
            ("Priya: [Questions]", "…"),
        )
        live = next(one for one in await own(chat) if one.state == "live")
        await chat.programme.opens("priya", FormName.QUESTION, live.id)
        await chat.programme.submits(
            "priya",
            FormName.QUESTION,
            live.id,
            words=words,
            purpose=PURPOSE,
            stage="EXPLORE",
            depth="2",
            theme="connect",
            lens="methods",
            cohort=str(live.cohort_id),
        )
    _, second, third = await own(chat)
    await chat.programme.presses("ruth", Press.SIGN_OFF, third.id)
    await chat.programme.presses("ruth", Press.MAKE_LIVE, third.id)
    [refused] = await chat.programme.presses("ruth", Press.SIGN_OFF, second.id)
    assert "A newer version of it is asked already. Nothing was changed." in repr(refused)
    assert [one.state for one in await own(chat)] == ["retired", "review", "live"]


async def test_two_questions_that_ask_the_same_are_not_both_handed_in(chat: Dialogue) -> None:
    await ruth_leads_too(chat)
    await chat.goes(
        writes(WORDS, HANDED_IN),
        ("Ruth: sign it off", "…"),
        writes(WORDS, "… Kept as a draft, … L19: …"),
    )


async def test_what_rests_is_still_known_to_whoever_was_asked_it(chat: Dialogue) -> None:
    await ruth_leads_too(chat)
    await chat.goes(
        WITH_OBJECTIVE,
        writes(WORDS, HANDED_IN),
        ("Ruth: sign it off", "…"),
        ("Ruth: let it rest", "…"),
    )
    amara = await chat.programme.member("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        [known] = (await known_to(db, [amara.id]))[amara.id]
    assert known.state == "resting"
    assert WORDS not in await asked_of_amara(chat)
