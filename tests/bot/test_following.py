"""What was typed in the chat is changed or taken out there, and the answer follows it."""

from dataclasses import replace

import pytest

from bot.conversation.events import Reworded, Said, Unsaid
from bot.conversation.turn import Reply
from prompts.composing.agreeing import Place
from prompts.message import FormName
from tests.bot.dialogue import AGREED, ASKED, Dialogue
from tests.bot.test_answering import answered
from tests.cast import PLACE, Programme, plain

FIRST, SECOND = "The agenda was mine.", "The agenda was mine, and I guarded it."


async def says(programme: Programme, words: str, key: str = "amara") -> str:
    """The id of what they said."""
    said = Said(*programme.who(key), words)
    await programme.hear(said)
    return said.id


async def rewords(programme: Programme, said: str, words: str, key: str = "amara") -> list[Reply]:
    return await programme.hear(Reworded(*programme.who(key), said, words))


async def unsays(programme: Programme, said: str, key: str = "amara") -> list[Reply]:
    return await programme.hear(Unsaid(*programme.who(key), said))


async def test_the_answer_is_changed_with_its_line(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    said = await says(chat.programme, FIRST)
    replies = await rewords(chat.programme, said, SECOND)
    assert plain(replies)[1] == (
        "You changed your line in the chat; the answer that I keep of it is changed, too."
    )
    assert await answered(chat.programme) == [SECOND]


async def test_it_follows_again_and_again(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    said = await says(chat.programme, FIRST)
    for words in (SECOND, FIRST, SECOND):
        await rewords(chat.programme, said, words)
    assert await answered(chat.programme) == [SECOND]
    assert await rewords(chat.programme, said, SECOND) == []


async def test_the_answer_is_erased_with_its_line(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    said = await says(chat.programme, FIRST)
    [reply] = await unsays(chat.programme, said)
    assert plain([reply])[0].startswith("You took your line out of the chat, and the answer")
    assert await answered(chat.programme) == []
    assert await unsays(chat.programme, said) == []


async def test_what_is_saved_in_the_box_follows_no_line(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    said = await says(chat.programme, FIRST)
    about = chat.programme.asked("Amara Okafor")
    await chat.programme.submits("amara", FormName.ANSWER, about, words=SECOND)
    assert await unsays(chat.programme, said) == []
    assert await rewords(chat.programme, said, "Something else.") == []
    assert await answered(chat.programme) == [SECOND]


async def test_what_cannot_be_kept_leaves_the_answer_as_it_was(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    said = await says(chat.programme, FIRST)
    [reply] = await rewords(chat.programme, said, " ")
    assert plain([reply])[0].startswith("Your answer is kept as it was before you changed")
    assert await answered(chat.programme) == [FIRST]


@pytest.mark.parametrize("key", ["dan", "ruth", "priya"])
async def test_nobody_else_can_change_or_take_it_out(chat: Dialogue, key: str) -> None:
    await chat.goes(ASKED)
    said = await says(chat.programme, FIRST)
    assert await rewords(chat.programme, said, SECOND, key) == []
    assert await unsays(chat.programme, said, key) == []
    assert await answered(chat.programme) == [FIRST]


async def test_a_line_that_was_no_answer_can_be_changed_as_one_likes(chat: Dialogue) -> None:
    await chat.goes(*AGREED)
    said = await says(chat.programme, "pause")
    assert await rewords(chat.programme, said, "stop") == []
    assert await unsays(chat.programme, said) == []


async def test_under_a_question_it_answers_that_one(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    older = chat.programme.asked("Amara Okafor")
    await chat.goes(("[Skip]", "…"), ("question", "…?…"))
    said = Said(*chat.programme.who("amara"), FIRST, to=older)
    replies = await chat.programme.hear(said)
    assert next(reply.nudge for reply in replies) == older
    assert await answered(chat.programme) == [FIRST]


async def test_where_the_chat_tells_of_it_she_is_told_so(
    chat: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    follows: Place = replace(PLACE, follows=True)
    monkeypatch.setattr("tests.cast.PLACE", follows)
    await chat.goes(
        ASKED,
        (
            FIRST,
            [
                "…",
                "Saved, for you only. … If you change or delete your line above, your answer is "
                "changed or erased with it, until you save it in the box.",
            ],
        ),
    )
