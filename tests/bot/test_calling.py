"""A word asked for, by either: those words, once a day, and nothing of why."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from prompts.message import Press, Text
from storage.engine import reading
from storage.tables import Nudge, NudgeKind
from tests.bot.dialogue import AGREED, ASKED, Dialogue
from tests.bot.tables import rows_of
from tests.cast import Programme, words_of

CANNOT_GO_ON = "I want to die, and I cannot go on with this board."
CALL = "Amara asks you to call."


async def test_those_words_and_nothing_else(chat: Dialogue) -> None:
    """Scenario 14: what she wrote stays hers, and the coach reads five words."""
    await chat.goes(
        ASKED,
        ("[Answer]", "…? …"),
        (
            {"Your answer": CANNOT_GO_ON},
            ["…? Saved, for you only. …", "Who is there to talk to … [Ask Ruth to call me] …"],
        ),
        (
            "[Ask Ruth to call me]",
            "I will tell Ruth within Ruth’s own hours, only this: “Amara asks you to call.” If it "
            "cannot wait, type “help now”. [Help now]",
        ),
        (
            "Ruth: Tuesday 12:01",
            CALL,
        ),
    )
    [(_, message)] = [one for one in chat.programme.messenger.delivered if one[0] == "Ruth Ellis"]
    assert (message.plain, message.elements) == (CALL, (Text(CALL),))


async def test_nothing_is_stored_but_that_she_asked(programme: Programme) -> None:
    async with reading(programme.engine) as db:
        before = await rows_of(db)
    await programme.presses("amara", Press.ASK_COACH_TO_CALL)
    async with reading(programme.engine) as db:
        after = await rows_of(db)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"nudge", "receipt"}
    [row] = [one for one in after["nudge"] if one not in before["nudge"]]
    assert row["kind"] == "notice"
    assert not any((row["question_words"], row["reason"], row["ended_because"], row["message_id"]))


async def test_before_agreeing_and_after_stopping_she_can_ask_all_the_same(
    chat: Dialogue,
) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("ask my coach to call me", "I will tell Ruth within Ruth’s own hours, …"),
        ("Ruth: Monday 10:01", CALL),
        ("agree", "Agreed. …"),
        ("stop", "…"),
        ("Ruth: Tuesday 10:00", ""),
        ("ask my coach to call", "I will tell Ruth within Ruth’s own hours, …"),
        ("Ruth: Tuesday 10:01", CALL),
    )


async def test_once_a_day_and_again_on_the_next(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("ask my coach to call", "I will tell Ruth within Ruth’s own hours, …"),
        (
            "ask my coach to call",
            "It is on its way to Ruth already. It is passed on once a day at most.",
        ),
        ("Ruth: Monday 10:01", CALL),
        ("ask my coach to call", "It is on its way to Ruth already. …"),
        ("Ruth: Monday 18:00", ""),
        ("Tuesday 09:00", ""),
        ("ask my coach to call", "I will tell Ruth within Ruth’s own hours, …"),
        ("Ruth: Tuesday 09:01", CALL),
    )


async def test_a_coach_is_let_sleep(chat: Dialogue) -> None:
    chat.programme.now += timedelta(hours=13)
    await chat.goes(
        ("ask my coach to call", "I will tell Ruth …"),
        ("Ruth: Tuesday 07:59", ""),
        ("Ruth: Tuesday 08:00", CALL),
    )


async def test_a_coach_asks_for_a_word(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("Ruth: leaders", "…"),
        ("Ruth: [Open my page]", "Your page …"),
        (
            "Ruth: [Ask Amara Okafor to talk]",
            "I will tell Amara within Amara’s own hours, only this: “Ruth would like to talk with "
            "you, when it suits you”.",
        ),
        ("Monday 10:01", "Ruth would like to talk with you, when it suits you."),
        ("Ruth: leaders", "…"),
        ("Ruth: [Open my page]", "Your page …"),
        ("Ruth: [Ask Amara Okafor to talk]", "It is on its way to Amara already. …"),
        ("Ruth: ask for a word", "Nobody was asked. You coach more than one person, …"),
    )


async def test_whether_it_arrived_is_not_told(chat: Dialogue) -> None:
    """To Dan, who is asked things, and to Amara, who has not agreed: the answers look the same."""
    said = []
    for name in ("Amara", "Dan"):
        await chat.goes(("Ruth: leaders", "…"), ("Ruth: [Open my page]", "Your page …"))
        button = chat.screens["Ruth"].button(
            f"Ask {'Amara Okafor' if name == 'Amara' else 'Dan Whitfield'} to talk"
        )
        [reply] = await chat.programme.presses("ruth", Press.ASK_FOR_A_WORD, button.about)
        said.append(words_of(reply).replace(name, "…"))
    assert said[0] == said[1]
    await chat.goes(("Monday 18:00", ""))
    async with reading(chat.programme.engine) as db:
        asked = await db.exec(select(Nudge).where(Nudge.kind == NudgeKind.NOTICE))
        assert sorted(one.state.value for one in asked) == ["expired", "sent"]


async def test_a_coach_cannot_ask_to_be_called_nor_a_lead(programme: Programme) -> None:
    for who, press in (("ruth", Press.ASK_COACH_TO_CALL), ("priya", Press.ASK_FOR_A_WORD)):
        [said] = await programme.presses(who, press)
        assert "not here any more" in words_of(said)


async def test_on_each_of_her_dates_once_whatever_the_hour(programme: Programme) -> None:
    """Dan's dates are Stanley's, three hours behind Ruth's."""
    dates = set()
    for _ in range(40):
        programme.now += timedelta(hours=3, minutes=7)
        dates.add(programme.now.astimezone(ZoneInfo("Atlantic/Stanley")).date())
        await programme.presses("dan", Press.ASK_COACH_TO_CALL)
        async with reading(programme.engine) as db:
            asked = await db.exec(select(Nudge.slot).where(Nudge.kind == NudgeKind.NOTICE))
            assert sorted(slot[-10:] for slot in asked) == sorted(map(str, dates))
    assert len(dates) == 6
