"""A further question for whoever wants it: on the same objective, and never more than two."""

from datetime import timedelta

from bot.conversation.events import Pressed
from prompts.message import Press
from storage.engine import reading, transaction
from storage.questions import all_nudges
from storage.tables import Nudge, NudgeKind
from tests.bot.dialogue import ANSWERED, Dialogue

STANDS = "…? Only you can read your answer, unless you share it."
# A question with something to go deeper into, and what that leads to.
FIRST, SECOND = "CON-EXL-1", "CON-EXM-1"


async def was_asked(chat: Dialogue, key: str) -> None:
    """The newest question was this one, as if her turn for it had come."""
    amara = await chat.programme.member("Amara Okafor")
    question = chat.programme.bank.questions[key]
    async with transaction(chat.programme.engine) as db:
        newest = [n for n in await all_nudges(db, amara) if n.kind is NudgeKind.QUESTION][-1]
        newest.question_id, newest.question_words = question.id, question.message
        newest.run_id = None
        db.add(newest)


async def questions(chat: Dialogue) -> list[Nudge]:
    amara = await chat.programme.member("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        theirs = [n for n in await all_nudges(db, amara) if n.kind is NudgeKind.QUESTION]
    return sorted(theirs, key=lambda one: (one.due_at, one.follows_id is not None))


async def test_going_deeper_asks_one_more_on_the_same_objective(chat: Dialogue) -> None:
    await chat.goes(ANSWERED)
    await was_asked(chat, FIRST)
    second = chat.programme.bank.questions[SECOND].text
    await chat.goes(
        ("go deeper", f"{second} Only you can read your answer, unless you share it."),
        ("why", "Why this question? You asked to go deeper."),
        ("[Answer]", f"{second} About your objective: …"),
        ({"Your answer": "The council."}, "…? Saved, for you only."),
    )
    first, deeper = await questions(chat)
    assert (deeper.question_id, deeper.follows_id) == (SECOND, first.id)
    assert deeper.objective_id == first.objective_id


async def test_the_same_press_again_asks_nothing_twice(chat: Dialogue) -> None:
    await chat.goes(ANSWERED)
    await was_asked(chat, FIRST)
    [first] = await questions(chat)
    for _ in range(2):
        await chat.programme.presses("amara", Press.GO_DEEPER, first.id)
    assert len(await questions(chat)) == 2


async def test_one_delivery_of_a_press_has_one_effect(chat: Dialogue) -> None:
    await chat.goes(ANSWERED)
    await was_asked(chat, FIRST)
    [first] = await questions(chat)
    event = Pressed(*chat.programme.who("amara"), Press.GO_DEEPER, str(first.id))
    for _ in range(2):
        await chat.programme.hear(event)
    assert len(await questions(chat)) == 2


async def test_a_question_without_an_answer_leads_nowhere(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "…"),
        ("agree", "…"),
        ("go deeper", "Your newest question has no answer yet, …"),
        ("Tuesday 12:00", STANDS),
        ("go deeper", "Your newest question has no answer yet, …"),
    )


async def test_what_was_declined_is_not_asked_by_going_deeper(chat: Dialogue) -> None:
    await chat.goes(ANSWERED)
    await was_asked(chat, FIRST)
    await chat.goes(("go deeper", STANDS), ("not for me", "…"))
    chat.programme.now += timedelta(days=100)
    await chat.programme.says("amara", "question")
    await chat.programme.says("amara", "The council, again.")
    await was_asked(chat, FIRST)
    await chat.goes(
        ("go deeper", "There is nothing further to ask on that one. It is kept as it is.")
    )
