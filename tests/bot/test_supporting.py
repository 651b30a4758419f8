"""Whoever writes of need is shown who is there; nobody is told, nothing is kept, saving goes on."""

import pytest

from prompts.message import Form, FormName, Message
from storage.engine import reading
from tests.bot.dialogue import Dialogue
from tests.bot.tables import rows_of
from tests.cast import Programme, words_of

IN_NEED = "I have been thinking of ending my life."
ORDINARY = "This merger will be the death of me."


async def is_asked(programme: Programme, nation: str = "") -> None:
    await programme.arrives("amara")
    await programme.agrees("amara")
    await programme.says("amara", "question")


async def test_an_answer_in_need_is_saved_and_a_page_shows_who_is_there(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("agree", "Agreed. …"),
        ("question", "…?…"),
        ("[Answer]", "…?…"),
        (
            {"Your answer": IN_NEED},
            [
                "…? Saved, for you only. …",
                "Who is there to talk to … nobody is reading this now, … Nobody has been told, "
                "Ruth included, and nothing about this card is stored. …",
            ],
        ),
    )


async def test_typed_in_the_chat_it_is_the_same_page_and_never_a_message(
    programme: Programme,
) -> None:
    """A message would stand in the employer's chat."""
    await is_asked(programme)
    *messages, page = await programme.says("amara", IN_NEED)
    assert all(isinstance(one, Message) for one in messages)
    assert isinstance(page, Form)
    assert page.name is FormName.SUPPORT


async def test_nothing_is_stored_that_an_ordinary_answer_would_not_store(
    programme: Programme,
) -> None:
    """The same rows, in the same tables, of the same sizes; nobody else's are touched."""
    shapes = []
    for words in (ORDINARY, IN_NEED):
        await is_asked(programme) if not shapes else await programme.says("amara", "question")
        async with reading(programme.engine) as db:
            before = await rows_of(db)
        await programme.says("amara", words)
        async with reading(programme.engine) as db:
            after = await rows_of(db)
        shapes.append(
            {
                name: sorted(
                    (key, len(value) if key == "words" else value)
                    for row in rows
                    if row not in before[name]
                    for key, value in row.items()
                    if key in {"words", "action", "outcome", "state"}
                )
                for name, rows in after.items()
                if name not in {"receipt", "member"}
            }
        )
    assert shapes[0] == shapes[1]


async def test_an_objective_in_need_is_kept_and_shows_the_page_too(programme: Programme) -> None:
    await programme.arrives("amara")
    await programme.agrees("amara")
    kept, page = await programme.submits("amara", FormName.OBJECTIVE, words="I want to die.")
    assert isinstance(kept, Message)
    assert isinstance(page, Form)
    assert page.name is FormName.SUPPORT


async def test_an_idiom_shows_nothing(programme: Programme) -> None:
    await is_asked(programme)
    assert not [one for one in await programme.says("amara", ORDINARY) if isinstance(one, Form)]


async def test_the_card_is_of_the_programmes_nation(programme: Programme) -> None:
    page = words_of(await programme.opens("amara", FormName.SUPPORT))
    assert "choose the mental health option" in page
    assert "Lifeline" not in page


@pytest.mark.parametrize("who", ["amara", "ruth", "priya"])
async def test_need_is_heard_with_no_question_open_and_whatever_the_role(
    programme: Programme, who: str
) -> None:
    """Before any agreement, with questions, and after “stop”."""
    for step in ("", "agree", "stop"):
        if step:
            await programme.says(who, step)
        *_, page = await programme.says(who, IN_NEED)
        assert isinstance(page, Form), step
        assert page.name is FormName.SUPPORT


@pytest.mark.parametrize("who", ["amara", "ruth", "priya"])
async def test_help_now_is_there_for_everybody_before_any_agreement(
    programme: Programme, who: str
) -> None:
    [said] = await programme.says(who, "help now")
    page = await programme.opens(who, FormName.SUPPORT)
    for shown in (said, page):
        assert "116 123" in words_of(shown)
        assert "999" in words_of(shown)


async def test_the_button_is_on_every_question_and_on_the_leaders_page(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("agree", "Agreed. …"),
        ("Tuesday 12:00", "…? … [Pause] [Help now]"),
        ("[Help now]", "Who is there to talk to …"),
        ("objectives", "…"),
        ("[My objectives]", "… [Help now] …"),
    )
