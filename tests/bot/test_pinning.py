"""A coach chooses a question for one leader; the leader meets it as the coach's, and can say no."""

from datetime import timedelta

from sqlmodel import select

from prompts.message import Form, FormName, Press
from scheduler.delivery import DeliveryError
from storage.engine import reading
from storage.tables import CoachQuestion, Pin
from tests.bot.dialogue import EVERY_SWITCH, Dialogue, Step, words_of
from tests.cast import Programme

WORDS = "What would the board miss if you said nothing?"
ASKED = f"{WORDS} Ruth chose this for you. Only you can read your answer, …"
AGREED: list[Step] = [
    ("Amara arrives", "Before we start …"),
    ("[Choose and agree]", "What do you agree to? …"),
    (EVERY_SWITCH, "Agreed. …"),
    # The first week's own question comes first; a pin waits for the next.
    ("Tuesday 12:00", "What would make this companion worth two minutes of your week? …"),
    ("Trust.", ["…? Saved, for you only. …", "Saved, for you only. …"]),
    ("Thursday 16:00", "…?…"),
    ("Trust.", ["…? Saved, for you only. …", "Saved, for you only. …"]),
]
PINS: list[Step] = [
    ("Ruth: leaders", "The people you coach. …"),
    ("Ruth: [Open my page]", "Your page …"),
    ("Ruth: [Pin a question for Amara Okafor]", "Pin a question for Amara …"),
]


async def pinned(chat: Dialogue, words: str = WORDS) -> None:
    await chat.goes(
        AGREED,
        PINS,
        (
            {"who": "Ruth", "A question in your own words": words},
            "Pinned for Amara. It comes at one of the next moments that suit Amara, marked as "
            "yours. You can pin another from Thursday 10 December.",
        ),
    )


async def until_asked(chat: Dialogue, words: str) -> None:
    """Time goes by until it has come."""
    for _ in range(60):
        await chat.programme.passes(hours=4)
        said = chat.programme.messenger.said_to("Amara Okafor")
        if any(words in one for one in said):
            return
    raise AssertionError("It never came.")


async def test_amara_is_asked_what_ruth_pinned_and_told_whose_it_is(chat: Dialogue) -> None:
    await pinned(chat)
    await until_asked(chat, WORDS)
    about = chat.programme.asked("Amara Okafor")
    delivered = [one for who, one in chat.programme.messenger.delivered if one.nudge == about]
    assert "Ruth chose this for you." in words_of(delivered[-1])
    [why] = await chat.programme.presses("amara", Press.WHY, about)
    assert "Ruth chose this question for you. You can say that it is not for you." in words_of(why)


async def test_it_is_asked_once(chat: Dialogue) -> None:
    await pinned(chat)
    await until_asked(chat, WORDS)
    await chat.programme.presses("amara", Press.SKIP, chat.programme.asked("Amara Okafor"))
    before = len(chat.programme.messenger.delivered)
    for _ in range(14):
        await chat.programme.passes(days=1)
    later = chat.programme.messenger.delivered[before:]
    assert later
    assert not [one for _, one in later if WORDS in one.plain]


async def test_what_a_platform_did_not_take_is_pinned_still(chat: Dialogue) -> None:
    await pinned(chat)
    messenger = chat.programme.messenger
    messenger.refuses = lambda _: DeliveryError("The platform is down.")
    for _ in range(36):
        await chat.programme.passes(hours=4)
    messenger.refuses = lambda _: None
    await until_asked(chat, WORDS)


async def test_what_amara_puts_off_comes_again(chat: Dialogue) -> None:
    await pinned(chat)
    await until_asked(chat, WORDS)
    await chat.programme.presses(
        "amara", Press.LATER_TOMORROW, chat.programme.asked("Amara Okafor")
    )
    await chat.programme.passes(days=1)
    await chat.programme.passes(hours=6)
    again = [one for _, one in chat.programme.messenger.delivered if WORDS in one.plain]
    assert len(again) == 2
    assert "Ruth chose this for you." in words_of(again[-1])


async def test_amara_says_no_and_ruth_sees_no_sign_of_it(chat: Dialogue) -> None:
    await pinned(chat)
    await until_asked(chat, WORDS)
    home_before = await chat.programme.opens("ruth", FormName.COACH_HOME)
    await chat.programme.presses("amara", Press.NOT_FOR_ME, chat.programme.asked("Amara Okafor"))
    assert await chat.programme.opens("ruth", FormName.COACH_HOME) == home_before
    [said] = await chat.programme.presses("ruth", Press.UNPIN)
    assert "Taken back, if it had not been asked yet." in words_of(said)


async def test_only_one_a_fortnight_whatever_became_of_the_first(chat: Dialogue) -> None:
    await pinned(chat)
    await chat.goes(("Ruth: take the pin back", "Taken back, if it had not been asked yet. …"))
    await chat.goes(
        ("Ruth: leaders", "The people you coach. …"),
        ("Ruth: [Open my page]", "Your page …"),
        (
            "Ruth: [Pin a question for Amara Okafor]",
            "Nothing was pinned: you chose one for Amara within the last fortnight. You can pin "
            "another from Thursday 10 December. …",
        ),
    )
    chat.programme.now += timedelta(days=14)
    await chat.goes(PINS)
    async with reading(chat.programme.engine) as db:
        assert len(list(await db.exec(select(Pin)))) == 1


async def test_what_is_taken_back_is_not_asked(chat: Dialogue) -> None:
    await pinned(chat)
    await chat.goes(("Ruth: [Take the pin back]", "Taken back, if it had not been asked yet. …"))
    for _ in range(14):
        await chat.programme.passes(days=1)
    assert not [one for _, one in chat.programme.messenger.delivered if WORDS in one.plain]


async def test_the_lint_stands_in_the_way_of_advice(chat: Dialogue) -> None:
    advice = "Have you considered a joint post?"
    await chat.goes(
        PINS,
        (
            {"who": "Ruth", "A question in your own words": advice},
            f"… Nothing was pinned. What you wrote is still here. … {advice} …",
        ),
    )
    async with reading(chat.programme.engine) as db:
        assert not list(await db.exec(select(Pin)))


async def test_one_of_the_banks_is_found_by_its_theme(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        PINS,
        (
            {"who": "Ruth", "Or look through the bank": "Working across boundaries"},
            "Pin a question for Amara Questions on: Working across boundaries. …",
        ),
        ("Ruth: [Pin this one]", "Pinned for Amara. …"),
    )
    async with reading(chat.programme.engine) as db:
        [pin] = await db.exec(select(Pin))
    assert pin.words == ""
    await until_asked(chat, chat.programme.bank.questions[pin.question_id].text)


async def test_a_question_is_kept_for_later_and_pinned_then(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("Ruth: keep a question", "A question for later, for you only. …"),
        ("Ruth: [Keep a question]", "A question for later …"),
        (
            {"who": "Ruth", "The question": WORDS, "For whom": "Amara Okafor"},
            "Kept, for you only, until you pin it. …",
        ),
        ("Ruth: [Questions I keep]", f"Questions I keep … “{WORDS}” For Amara Okafor …"),
        PINS,
        ({"who": "Ruth", "Or one that you keep": WORDS}, "Pinned for Amara. …"),
        ("Ruth: questions I keep", "…"),
        ("Ruth: [Questions I keep]", "Questions I keep … None yet."),
    )
    await until_asked(chat, WORDS)


async def test_a_kept_question_stands_first_beside_that_leaders_digest(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("[Choose and agree]", "What do you agree to? …"),
        (EVERY_SWITCH, "Agreed. …"),
        ("Ruth: keep a question", "…"),
        ("Ruth: [Keep a question]", "…"),
        ({"who": "Ruth", "The question": WORDS, "For whom": "Amara Okafor"}, "Kept, …"),
        ("Tuesday 12:00", "…?…"),
        ("[Answer]", "…"),
        ({"Your answer": "The agenda was mine."}, "…? Saved, for you only. …"),
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
        ("Ruth: Monday 09:00", "Your weekly digest is ready. …"),
        (
            "Ruth: [Read the digest]",
            f"… Questions to hold: use none, one or your own 1. Yours. “{WORDS}” …",
        ),
    )


async def test_another_coachs_questions_and_leaders_are_nobodys(programme: Programme) -> None:
    for about in ("", "x" * 500, "00000000-0000-0000-0000-000000000000", "a/b"):
        for press in (Press.PIN_QUESTION, Press.UNPIN, Press.DROP_KEPT):
            assert await programme.presses("ruth", press, about)
        for form in (FormName.PIN, FormName.KEPT_QUESTION):
            assert await programme.opens("ruth", form, about)
    page = await programme.opens("ruth", FormName.KEPT_QUESTIONS)
    assert isinstance(page, Form)
    async with reading(programme.engine) as db:
        assert not list(await db.exec(select(Pin)))
        assert not list(await db.exec(select(CoachQuestion)))
