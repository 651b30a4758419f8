"""One event, one effect, however often and wherever it is delivered."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.events import Arrived, Event, Left, Pressed, Said, Submitted
from bot.conversation.turn import Reply, take_turn
from prompts.message import FormName, Press
from storage.engine import reading, transaction
from storage.reflections import journal
from storage.tables import MemberRow
from tests.bot.dialogue import ASKED, Dialogue, words_of
from tests.bot.tables import everything_stored
from tests.cast import PLACE, Programme, as_they_wrote
from tests.databases import close, open_sealed

STANDS = "…? Only you can read your answer, unless you share it."


async def hear(programme: Programme, engine: AsyncEngine, event: Event) -> list[Reply]:
    async with transaction(engine) as db:
        return await take_turn(db, event, now=programme.now, bank=programme.bank, place=PLACE)


def events(programme: Programme) -> list[Event]:
    """One of each kind that changes something, for Amara with a question open."""
    about = str(programme.asked("Amara Okafor"))
    return [
        Said(*programme.who("amara"), "The agenda was mine."),
        Said(*programme.who("amara"), "question"),
        Pressed(*programme.who("amara"), Press.SKIP, about),
        Pressed(*programme.who("amara"), Press.LATER_TOMORROW, about),
        Submitted(*programme.who("amara"), FormName.ANSWER, about, {"words": ("Trust.",)}),
        Submitted(*programme.who("amara"), FormName.OBJECTIVE, "", {"words": ("Fewer papers.",)}),
        Arrived(*programme.who("ruth")),
    ]


async def test_a_second_delivery_is_silence(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    for event in events(chat.programme):
        assert await chat.programme.hear(event)
        once = await everything_stored(chat.programme)
        assert await chat.programme.hear(event) == []
        assert await everything_stored(chat.programme) == once


@pytest.mark.parametrize("number", range(7))
async def test_two_processes_with_the_same_event_have_one_effect(
    chat: Dialogue, database_url: str, number: int
) -> None:
    await chat.goes(ASKED)
    event = events(chat.programme)[number]
    engines = [chat.programme.engine, open_sealed(database_url), open_sealed(database_url)]
    before = await everything_stored(chat.programme)
    replies = await asyncio.gather(*(hear(chat.programme, each, event) for each in engines))
    for engine in engines[1:]:
        await close(engine)
    assert sorted(map(bool, replies)) == [False, False, True]
    after = await everything_stored(chat.programme)
    assert len(after["receipt"]) == len(before["receipt"]) + 1
    for table in ("reflection", "objective", "nudge"):
        assert len(after[table]) - len(before[table]) in {0, 1}


async def test_two_answers_at_the_same_moment_leave_one(chat: Dialogue, database_url: str) -> None:
    """By two different events: the second takes the first one's place."""
    await chat.goes(ASKED)
    about = str(chat.programme.asked("Amara Okafor"))
    both = [
        Submitted(*chat.programme.who("amara"), FormName.ANSWER, about, {"words": (words,)})
        for words in ("One.", "Two.")
    ]
    other = open_sealed(database_url)
    await asyncio.gather(
        hear(chat.programme, chat.programme.engine, both[0]), hear(chat.programme, other, both[1])
    )
    await close(other)
    amara = await chat.programme.member("Amara Okafor")
    async with reading(chat.programme.engine) as db:
        [kept] = await as_they_wrote(db, amara, await journal(db, amara, 10))
    assert kept in {"One.", "Two."}


async def test_looking_leaves_no_receipt(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    before = await everything_stored(chat.programme)
    for form in FormName:
        await chat.programme.opens("amara", form)
    assert await everything_stored(chat.programme) == before


async def test_a_stranger_is_told_so_and_nothing_is_stored(chat: Dialogue) -> None:
    before = await everything_stored(chat.programme)
    [told] = await chat.programme.says("nobody", "Hello?")
    assert words_of(told) == (
        "I do not know you here yet, so nothing was stored. Whoever runs your programme can add "
        "you; then write to me again."
    )
    for form in FormName:
        await chat.programme.opens("nobody", form)
        await chat.programme.submits("nobody", form, words="Hello.")
    for press in Press:
        await chat.programme.presses("nobody", press)
    assert await everything_stored(chat.programme) == before


async def test_whoever_leaves_gets_nothing_more(chat: Dialogue) -> None:
    await chat.goes(ASKED, ("tomorrow", "…? Put off, …"))
    assert await chat.programme.hear(Left(*chat.programme.who("amara"))) == []
    await chat.goes(("Thursday 18:00", ""), ("hello", "I do not know you here yet, …"))


async def test_someone_with_two_roles_is_greeted_and_helped_in_both(chat: Dialogue) -> None:
    ruth = await chat.programme.member("Ruth Ellis")
    async with transaction(chat.programme.engine) as db:
        (await db.get_one(MemberRow, ruth.id)).is_leader = True
    await chat.goes(
        ("Ruth arrives", ["Before we start …", "Hello Ruth. You coach Amara and Dan. …"]),
        # Coaching needs no agreement to be asked.
        ("Ruth: leaders", "The people you coach."),
        ("Ruth: digest", "There is no digest yet. …"),
        ("Ruth: pin a question", "A question for one of your leaders. …"),
        ("Ruth: questions i keep", "The questions that you keep for later. …"),
        ("Ruth: keep a question", "A question for later, for you only. …"),
        ("Ruth: journal", "I keep nothing and ask nothing until you have agreed, …"),
        (
            "Ruth: help",
            ["“pause”, “stop” and “help now” work at any …", "Once a week I bring you …"],
        ),
        ("Ruth: agree", "Agreed. …"),
        ("Ruth: Tuesday 12:00", STANDS),
    )
