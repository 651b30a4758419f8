"""What people write is stored exactly, or refused with a sentence that says so."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Event, Said, Submitted
from bot.conversation.turn import Reply, take_turn
from bot.conversation.wording import LONGEST_ANSWER, problem_with
from prompts.message import Form, FormName, Message
from storage.engine import reading
from storage.reflections import journal
from tests.bot.dialogue import ASKED, Dialogue, words_of
from tests.bot.tables import undone
from tests.cast import PLACE, Programme, as_they_wrote, the_form
from tests.prompts.manners import faults_in

EXACT = [
    "x",
    " leading and trailing ",
    "line one\nline two\r\n\ttabbed",
    "😀 👩🏽‍⚕️ 🇬🇧",
    "שלום مرحبا \u202eabc\u202c",
    "<script>alert(1)</script> &amp; <!channel>",
    "{{ 7*7 }} {% x %} %s ${x}",
    "'; DROP TABLE reflection; --",
    "e\u0301 \u200b\ufeff\u2028",
    "\x01\x1b[31m",
    "x" * LONGEST_ANSWER,
    "😀" * LONGEST_ANSWER,
]
REFUSED = [
    ("", "There is nothing to save yet. One word is enough."),
    (" \n\t\u3000", "There is nothing to save yet. One word is enough."),
    ("x" * 10_001, "It has 10,001 characters, and 10,000 fit. Shorten it and try again."),
    ("x" * 1_000_000, "It has 1,000,000 characters, and 10,000 fit. Shorten it and try again."),
    ("a\0b", "It holds a character that is not text. Retype it, or paste it as plain text."),
    ("a\ud800b", "It holds a character that is not text. Retype it, or paste it as plain text."),
    ("\udfff", "It holds a character that is not text. Retype it, or paste it as plain text."),
]


async def stored(programme: Programme) -> list[str]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        return await as_they_wrote(db, amara, await journal(db, amara, 100))


async def asked(chat: Dialogue) -> Programme:
    await chat.goes(ASKED)
    return chat.programme


async def test_what_can_be_stored_is_stored_exactly(chat: Dialogue) -> None:
    programme = await asked(chat)
    about = programme.asked("Amara Okafor")
    for words in EXACT:
        [saved] = await programme.submits("amara", FormName.ANSWER, about, words=words)
        assert "Saved, for you only." in words_of(saved)
        assert await stored(programme) == [words]
        form = await programme.opens("amara", FormName.ANSWER, about)
        assert isinstance(form, Form)
        assert form.fields[0].value == words
        page = await programme.opens("amara", FormName.JOURNAL)
        assert words.strip()[:20] in words_of(page) or repr(words)[1:-1][:20] in repr(page)


async def test_what_cannot_is_refused_and_stays_in_the_box(chat: Dialogue) -> None:
    programme = await asked(chat)
    about = programme.asked("Amara Okafor")
    for words, because in REFUSED:
        form = the_form(await programme.submits("amara", FormName.ANSWER, about, words=words))
        assert form.error == "This was not saved. What you wrote is still here."
        [box] = form.fields
        assert (box.value, box.error) == (words, because)
        [said] = await programme.says("amara", words)
        assert words_of(said) == f"This was not saved. {because}"
    assert await stored(programme) == []


async def test_an_earlier_answer_outlives_a_refused_change(chat: Dialogue) -> None:
    programme = await asked(chat)
    about = programme.asked("Amara Okafor")
    await programme.submits("amara", FormName.ANSWER, about, words="Kept.")
    form = the_form(await programme.submits("amara", FormName.ANSWER, about, words="a\0"))
    assert form.fields[0].value == "a\0"
    assert await stored(programme) == ["Kept."]


async def test_an_objective_is_held_to_the_same(programme: Programme) -> None:
    for words, because in REFUSED:
        typed = {"words": words, "themes": ["care"]}
        form = the_form(await programme.submits("dan", FormName.OBJECTIVE, **typed))
        assert form.error == "This was not saved. What you wrote is still here."
        box, themes, *_ = form.fields
        assert box.value == words
        assert box.error == because.replace("10,000", "280")
        assert themes.values == ("care",)


ANY = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(
    [*(words for words, _ in REFUSED), *EXACT]
)


@given(words=ANY)
def test_a_refusal_is_a_sentence_and_never_raises(words: str) -> None:
    problem = problem_with(words)
    assert problem == "" or problem.endswith(".")


async def test_any_answer_comes_back_exactly_or_is_refused_in_words(chat: Dialogue) -> None:
    programme = await asked(chat)
    amara, about = await programme.member("Amara Okafor"), programme.asked("Amara Okafor")
    for words in examples(ANY, 60):
        values = {"words": (words,)}
        event = Submitted(*programme.who("amara"), FormName.ANSWER, str(about), values)
        async with undone(programme.engine) as db:
            # Words that were drawn by lot may hold a phrase that brings the support page, too.
            reply, *_ = await turn(programme, db, event)
            kept = await as_they_wrote(db, amara, await journal(db, amara, 10))
        if isinstance(reply, Message):
            assert kept == [words]
            assert "Saved, for you only." in reply.plain
        else:
            assert kept == []
            assert reply.fields[0].value == words
            assert reply.fields[0].error


async def test_any_words_by_anyone_are_answered(chat: Dialogue) -> None:
    programme = await asked(chat)
    wishes = st.sampled_from(["pause until ", "stop ", "", "bearings ", "share "])
    for words in examples(st.builds(str.__add__, wishes, ANY), 40):
        for who in ("amara", "dan", "ruth", "priya", "nobody"):
            async with undone(programme.engine) as db:
                replies = await turn(programme, db, Said(*programme.who(who), words))
            assert replies
            assert not [fault for reply in replies for fault in faults_in(reply)]
            assert len(words) <= 12 or words not in repr(replies)


async def turn(programme: Programme, db: AsyncSession, event: Event) -> list[Reply]:
    return await take_turn(db, event, now=programme.now, bank=programme.bank, place=PLACE)


def examples(strategy: st.SearchStrategy[str], most: int) -> list[str]:
    """What hypothesis would try, to be used where an event loop is running already."""
    found: list[str] = []

    @settings(max_examples=most, database=None, deadline=None)
    @given(strategy)
    def collect(words: str) -> None:
        found.append(words)

    collect()
    return found
