"""A question comes, and is answered: in the box, in the chat, once or again."""

from bot.conversation.events import Submitted
from bot.conversation.turn import Reply
from prompts.message import Form, FormName, Message
from storage.engine import reading
from storage.reflections import journal
from storage.tables import Reflection
from tests.bot.dialogue import AGREED, ANSWERED, ASKED, EVERY_SWITCH, REMINDED, Dialogue, buttons_of
from tests.cast import Programme, as_they_wrote, words_of
from tests.fakes import FakeMessenger

STANDS = "…? Only you can read your answer, unless you share it."
IN_CHAT = (
    "Saved, for you only. But what you typed also stays in this chat, in this playground. … "
    "What you write in the box is not in the chat. … your answer is kept all the same."
)
# Told in full once, and shortly from then on.
IN_CHAT_TOO = "Saved, for you only. The chat keeps what you typed, too."


async def answers(programme: Programme, name: str = "Amara Okafor") -> list[Reflection]:
    someone = await programme.member(name)
    async with reading(programme.engine) as db:
        return await journal(db, someone, 100)


async def answered(programme: Programme) -> list[str]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        return await as_they_wrote(db, amara, await journal(db, amara, 100))


async def test_a_question_comes_at_her_hour_and_is_answered_in_the_box(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        (
            "[Answer]",
            "…? About your objective: “The place board decides without looking at me.” "
            "Your answer: empty. One line is enough. Only you can read it. "
            "You can share it with Ruth afterwards.",
        ),
        (
            {"Your answer": "The agenda was mine all along."},
            "…? Saved, for you only. [Next question] [Make this an experiment] "
            "[Share with Ruth] [Change its objective] [Change my answer]",
        ),
        ("journal", "Your journal opens on a page of your own, not in the chat."),
        (
            "[Journal]",
            "Journal Only you can see this page. [Search] [My objectives] "
            "…? “The agenda was mine all along.” "
            "When: Tuesday 24 November. Who can read it: Only you. "
            "Objective: The place board decides without looking at me. "
            "[Change this answer] [Share this] [Erase this]",
        ),
    )
    [message] = chat.programme.messenger.delivered
    assert len(message[1].plain.split()) <= 45
    [reflection] = await answers(chat.programme)
    assert reflection.objective_id is not None


async def test_the_question_has_every_button(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        (
            "Tuesday 12:00",
            "…? Only you can read your answer, unless you share it. [Answer] [Skip] [Later] "
            "[Heavy week] [Not for me] [Why this question?] [Pause] [Help now]",
        ),
        ("Tuesday 18:00", ""),
        ("Wednesday 11:59", ""),
        ("Wednesday 18:00", REMINDED),
        ("Thursday 15:59", ""),
        ("Thursday 16:00", STANDS),
    )


async def test_she_can_see_why_it_came(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("[Why this question?]", "Why this question? You have just begun, and …."),
        ("why", "Why this question? You have just begun, and …."),
        ("[Skip]", "…? Skipped. Nothing was stored."),
        ("Thursday 16:00", STANDS),
        ("skip", "…"),
        ("Tuesday 12:00", STANDS),
        ("gentle", ["…? Saved, for you only.", IN_CHAT]),
        ("Thursday 16:00", STANDS),
        ("why", "Why this question? Your objective touches partners, and …."),
    )


async def test_an_answer_typed_in_the_chat_is_kept_and_she_is_told_what_the_chat_keeps(
    chat: Dialogue,
) -> None:
    await chat.goes(
        ASKED,
        ("The agenda was mine all along.", ["…? Saved, for you only.", IN_CHAT]),
        (
            "It is everybody's, really, and I hold the pen.",
            "I did not catch that, and no question is open, so nothing was stored. …",
        ),
    )
    assert await answered(chat.programme) == ["The agenda was mine all along."]


async def test_without_an_open_question_nothing_typed_is_stored(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("I had an odd morning.", "I did not catch that, and no question is open, so …"),
    )
    assert await answers(chat.programme) == []


async def test_one_word_is_an_answer(chat: Dialogue) -> None:
    await chat.goes(ASKED, ("Trust", ["…? Saved, for you only.", IN_CHAT]))
    assert await answered(chat.programme) == ["Trust"]


async def test_another_roles_word_is_an_answer_too(chat: Dialogue) -> None:
    await chat.goes(ASKED, ("People.", ["…? Saved, for you only.", IN_CHAT]))
    assert await answered(chat.programme) == ["People."]


async def test_an_answer_may_hold_the_word_stop(chat: Dialogue) -> None:
    words = "I could stop chairing it. Help the others pause and question me."
    await chat.goes(ASKED, (words, ["…? Saved, for you only.", IN_CHAT]))
    assert await answered(chat.programme) == [words]


async def test_blank_is_not_an_answer(chat: Dialogue) -> None:
    nothing = "This was not saved. There is nothing to save yet. One word is enough."
    await chat.goes(
        ASKED,
        ("", nothing),
        (" \n\t ", nothing),
        ("[Answer]", "…?…"),
        (
            {"Your answer": "   "},
            "…? This was not saved. What you wrote is still here. … "
            "There is nothing to save yet. One word is enough. …",
        ),
        ({"Your answer": "Yes."}, "…? Saved, for you only."),
    )


async def test_an_answer_can_be_changed(chat: Dialogue) -> None:
    await chat.goes(
        ANSWERED,
        ("[Change my answer]", "… Your answer: The agenda was mine all along. One line …"),
        ({"Your answer": "The agenda was everybody's."}, "…? Saved, for you only."),
        ("change answer", "Your answer to the newest question. [Open the box]"),
        ("[Open the box]", "… Your answer: The agenda was everybody's. …"),
        ({"Your answer": "Nobody's."}, "…? Saved, for you only."),
    )
    assert await answered(chat.programme) == ["Nobody's."]


async def test_an_answer_can_be_given_after_skipping(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("[Skip]", "…? Skipped. Nothing was stored."),
        ("answer", "Your answer to the newest question."),
        ("[Open the box]", "…? …"),
        ({"Your answer": "On second thoughts, the agenda."}, "…? Saved, for you only."),
    )


async def test_who_changes_a_shared_answer_is_told_that_the_coach_reads_it(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("[Choose and agree]", "What do you agree to? …"),
        (EVERY_SWITCH, "Agreed. …"),
        ("Tuesday 12:00", STANDS),
        ("Trust", ["…? Saved, for you only.", IN_CHAT]),
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
        ("change answer", "Your answer to the newest question."),
        (
            "[Open the box]",
            "… Your answer: Trust. One line is enough. "
            "You have shared it: Ruth can read what you save here, too.",
        ),
        ({"Your answer": "Time"}, "…? Shared with Ruth. Only you and Ruth can read it, …"),
    )


async def test_an_answer_is_linked_to_another_objective_or_to_none(chat: Dialogue) -> None:
    await chat.goes(
        ANSWERED,
        ("new objective", "An objective, …"),
        ("[Set an objective]", "An objective of yours …"),
        (
            {"Six months from now, what would you most like to be different?": "Fewer papers."},
            "Kept. You have 2 objectives now. …",
        ),
        (
            "[Change its objective]",
            "Which objective is this about? …? "
            "This answer is about: The place board decides without looking at me.",
        ),
        (
            {"This answer is about": "Fewer papers."},
            "Changed. Your answer now belongs to the objective you chose. "
            "Who can read it is as before.",
        ),
        ("journal", "Your journal …"),
        ("[Journal]", "… Objective: Fewer papers. …"),
        ("change objective", "Which objective your newest answer is about."),
        ("[Change its objective]", "… This answer is about: Fewer papers."),
        (
            {"This answer is about": "None of these"},
            "Changed. Your answer now belongs to no objective. Who can read it is as before.",
        ),
    )
    [reflection] = await answers(chat.programme)
    assert reflection.objective_id is None


async def test_a_link_to_somebody_elses_objective_is_refused(chat: Dialogue) -> None:
    await chat.goes(ANSWERED)
    [before] = await answers(chat.programme)
    [dans, *_] = await answers(chat.programme, "Dan Whitfield")
    for chosen in (str(dans.objective_id), "", "nonsense", "x" * 10_000):
        [reply] = await chat.programme.submits(
            "amara", FormName.LINK, before.nudge_id, objective=chosen
        )
        assert "nothing was changed" in repr(reply)
    [after] = await answers(chat.programme)
    assert after.objective_id == before.objective_id


async def test_there_is_nothing_to_open_before_the_first_question(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("answer", "No question is open, so nothing was changed. …"),
        ("change objective", "Your newest question has no answer yet, …"),
        ("why", "No question is open, so nothing was changed. …"),
        ("skip", "No question is open, so nothing was changed. …"),
        ("share", "Your newest question has no answer to share. …"),
        ("take back", "The answer to your newest question is not shared, so nothing …"),
        ("journal", "Your journal …"),
        ("[Journal]", "Journal … Nothing here yet. Your answers will be kept here for you."),
    )


async def test_a_question_can_be_asked_for_and_counts_as_todays(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("Tuesday 09:00", ""),
        ("question", STANDS),
        ("question", STANDS),
        ("objectives", "Your objectives …"),
        ("[My objectives]", "… Next question: Thursday 26 November at 16:00. …"),
        ("Trust", ["…? Saved, for you only.", IN_CHAT]),
        ("question", STANDS),
        ("Time", ["…? Saved, for you only.", IN_CHAT_TOO]),
        ("Tuesday 18:00", ""),
    )
    assert len(await answers(chat.programme)) == 2


async def test_a_question_can_be_asked_for_again_and_again_in_one_moment(chat: Dialogue) -> None:
    await chat.goes(AGREED)
    for _ in range(4):
        await chat.goes(("question", STANDS), ("skip", "…? Skipped. Nothing was stored."))


async def test_a_question_can_be_asked_for_during_a_pause_and_after_a_stop(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("pause", "Paused until you type “resume”. …"),
        ("question", STANDS),
        ("skip", "…? Skipped. Nothing was stored."),
        ("stop", "Stopped. …"),
        ("question", STANDS),
    )


async def test_an_unanswered_question_makes_way_for_the_next(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("Thursday 16:00", [REMINDED, STANDS]),
    )
    first = chat.programme.messenger.delivered[0][1]
    [skipped] = await chat.programme.presses(
        "amara",
        next(b.does for b in buttons_of(first) if b.label == "Skip"),
        first.nudge,
    )
    assert "This question is closed. Nothing was changed." in repr(skipped)


async def test_a_press_on_an_answered_question_leaves_it_as_it_stands(chat: Dialogue) -> None:
    await chat.goes(ASKED)
    stale = list(chat.screens["Amara"].chat)
    await chat.goes(("Trust", ["…? Saved, for you only.", IN_CHAT]))
    chat.screens["Amara"].chat = stale
    await chat.goes(
        (
            "[Skip]",
            "…? Saved, for you only. [Next question] [Make this …] … [Change my answer]",
        )
    )


async def test_two_leaders_are_each_asked_on_their_own_clock(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("Tuesday 12:00", STANDS),
        ("Dan: Tuesday 11:59", ""),
        ("Dan: Tuesday 12:00", STANDS),
        ("Tuesday 18:00", ""),
    )
    assert isinstance(chat.programme.messenger, FakeMessenger)
    assert len(chat.programme.messenger.delivered) == 2


async def test_a_box_left_open_elsewhere_does_not_undo_what_was_saved_since(
    chat: Dialogue,
) -> None:
    await chat.goes(ASKED)
    programme = chat.programme
    asked = programme.asked("Amara Okafor")
    old = await programme.opens("amara", FormName.ANSWER, asked)
    await programme.submits("amara", FormName.ANSWER, asked, words="The trust board.")

    async def sends(words: str, basis: str) -> Reply:
        who = programme.who("amara")
        event = Submitted(*who, FormName.ANSWER, str(asked), {"words": (words,)}, basis)
        [reply] = await programme.hear(event)
        return reply

    assert isinstance(old, Form)
    refused = await sends("hello", old.basis)
    assert isinstance(refused, Form)
    assert refused.fields[0].value == "hello"
    assert "You have answered this since" in refused.fields[0].error
    journal = words_of(await programme.opens("amara", FormName.JOURNAL))
    assert "The trust board." in journal
    assert "hello" not in journal

    meant = await sends("hello", refused.basis)
    assert isinstance(meant, Message)
    assert "hello" in words_of(await programme.opens("amara", FormName.JOURNAL))
