"""What a leader does in Teams, from what Teams sends to what she sees, on the strict fake."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from storage.engine import reading
from storage.members import find_member
from storage.tables import ChatLine, Intake, MemberRow, Objective, Receipt, Reference, Reflection
from storage.tables import Reply as Waiting
from tests.bot.playing import MINE, count
from tests.bot.teams_ward import Ward, agrees, answered, in_the_ward, is_asked
from tests.teams.people import Person
from tests.teams.reading import words_of

ANSWER = "I rang her before the round, and listened."
OTHER = "I did not ring her at all."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


def chat(ward: Ward, person: Person | None = None) -> str:
    return "\n".join(ward.teams.screen(person or ward.amara).messages)


async def kept(ward: Ward) -> list[int]:
    return [await count(ward.engine, one) for one in (Reflection, Objective, Waiting, ChatLine)]


# Beginning


async def test_whoever_was_added_by_her_address_is_greeted_and_agrees_in_a_dialog(
    ward: Ward,
) -> None:
    await agrees(ward)
    assert "Agreed." in ward.teams.screen(ward.amara).newest
    async with reading(ward.engine) as db:
        assert await find_member(db, "teams", ward.royal.id, ward.amara.aad)


async def test_whoever_writes_before_the_app_said_hello_is_greeted_first(ward: Ward) -> None:
    assert (await ward.says(ward.amara, "hello")).startswith("Before we start")
    assert chat(ward).count("Before we start") == 1
    assert "Once a week" in await ward.says(ward.ruth, "help")


async def test_nobody_is_written_to_because_the_app_is_there_for_everybody(ward: Ward) -> None:
    stranger = ward.teams.person(ward.royal, "Kofi Mensah")
    await ward.teams.installs(stranger)
    assert await ward.comes_to(stranger) == ""
    assert "I do not know you here yet" in await ward.says(stranger, "hello")
    assert await ward.says(stranger, "hello?") == "hello?", "it is said once a day"
    assert await count(ward.engine, MemberRow) == 3


# Answering


async def test_a_question_is_answered_on_its_card_which_is_replaced_by_a_receipt(
    ward: Ward,
) -> None:
    await is_asked(ward)
    newest = await ward.fills(ward.amara, {"Your answer": ANSWER}, "Save")
    assert "Saved, for you only" in newest
    assert ANSWER not in chat(ward)
    assert await answered(ward) == [ANSWER]
    [update] = ward.teams.called("update")[-1:]
    assert "Saved, for you only" in str(update.body), "it stays when the client is opened again"
    assert "Your answer" not in ward.teams.screen(ward.amara).card


async def test_a_question_is_answered_in_the_dialog_and_its_card_says_so(ward: Ward) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    newest = await ward.fills(ward.amara, {"Your answer": ANSWER})
    assert "Saved, for you only" in newest
    assert ANSWER not in chat(ward)
    assert await answered(ward) == [ANSWER]


async def test_an_older_client_answers_on_the_card_as_well(ward: Ward) -> None:
    ward.amara.is_old_client = True
    await is_asked(ward)
    newest = await ward.fills(ward.amara, {"Your answer": ANSWER}, "Save")
    assert "Saved, for you only" in newest
    assert await answered(ward) == [ANSWER]


async def test_a_question_is_answered_by_a_reply(ward: Ward) -> None:
    await is_asked(ward)
    newest = await ward.says(ward.amara, ANSWER)
    assert newest.startswith("Saved, for you only. But what you typed also stays in this chat")
    assert await answered(ward) == [ANSWER]


async def test_an_answer_follows_its_line_in_the_chat(ward: Ward) -> None:
    await is_asked(ward)
    await ward.says(ward.amara, ANSWER)
    await ward.teams.edits(ward.amara, OTHER)
    assert "You changed your line in the chat" in await ward.comes_to(ward.amara)
    assert await answered(ward) == [OTHER]
    await ward.teams.deletes(ward.amara)
    await ward.settles()
    assert await answered(ward) == []


async def test_what_cannot_be_saved_comes_back_with_what_was_typed(ward: Ward) -> None:
    await is_asked(ward)
    long = "much too long " * 1_000
    await ward.fills(ward.amara, {"Your answer": long}, "Save")
    card = ward.teams.screen(ward.amara).card
    assert "10,000 fit" in card
    assert long.strip() in card
    await ward.fills(ward.amara, {"Your answer": ANSWER}, "Save")
    assert await answered(ward) == [ANSWER]


async def test_what_cannot_be_saved_stays_in_the_dialog(ward: Ward) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    long = "much too long " * 1_000
    await ward.fills(ward.amara, {"Your answer": long})
    assert "10,000 fit" in ward.dialog(ward.amara)
    assert long.strip() in ward.dialog(ward.amara)
    await ward.fills(ward.amara, {"Your answer": ANSWER})
    assert await answered(ward) == [ANSWER]


async def test_the_same_answer_sent_twice_from_one_card_is_taken_once(ward: Ward) -> None:
    await is_asked(ward)
    first = await ward.teams.fills(ward.amara, {"Your answer": ANSWER}, save="Save")
    before = await count(ward.engine, Receipt)
    again = await ward.teams.sends({**first.activity, "id": "f:another-press"})
    await ward.settles()
    assert again.status == 200
    assert await count(ward.engine, Receipt) == before
    assert await answered(ward) == [ANSWER]
    assert chat(ward).count("Saved, for you only") == 1


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("Skip", "Skipped"),
        ("Later", "When shall I ask again?"),
        ("Heavy week", "light"),
        ("Not for me", "I will not ask you this one again."),
    ],
)
@pytest.mark.parametrize("is_old_client", [False, True])
async def test_a_button_changes_the_card_of_its_question(
    ward: Ward, label: str, says: str, is_old_client: bool
) -> None:
    ward.amara.is_old_client = is_old_client
    await is_asked(ward)
    assert says in await ward.presses(ward.amara, label)
    assert "Why this question?" not in ward.teams.screen(ward.amara).card


async def test_why_and_pause_leave_what_is_half_written_where_it_is(ward: Ward) -> None:
    await is_asked(ward)
    ward.teams.fills_in(ward.amara, {"Your answer": "Half a sen"})
    asked = ward.teams.messages(ward.amara)[-1]
    assert (await ward.presses(ward.amara, "Why this question?")).startswith("Why this question?")
    await ward.presses(ward.amara, "Pause")
    assert "Start again on" in ward.dialog(ward.amara)
    ward.teams.closes_dialog(ward.amara)
    assert "Half a sen" in asked.typed.values()
    assert "Your answer" in "\n".join(words_of(asked.seen_by(ward.amara)[0], asked.typed))


async def test_words_of_need_bring_a_button_and_no_line_of_the_card_into_the_chat(
    ward: Ward,
) -> None:
    await is_asked(ward)
    newest = await ward.says(ward.amara, "I want to kill myself")
    assert newest == "Who is there to talk to, at any time.\n[Help now]"
    await ward.presses(ward.amara, "Help now")
    assert "Samaritans" in ward.dialog(ward.amara)
    assert "Samaritans" not in chat(ward)


async def test_words_of_need_in_the_dialog_bring_the_card_at_once(ward: Ward) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    await ward.fills(ward.amara, {"Your answer": "I want to kill myself"})
    assert "Samaritans" in ward.dialog(ward.amara)


async def test_words_of_need_on_the_card_bring_a_button_into_the_chat(ward: Ward) -> None:
    await is_asked(ward)
    newest = await ward.fills(ward.amara, {"Your answer": "I want to kill myself"}, "Save")
    assert newest == "Who is there to talk to, at any time.\n[Help now]"
    assert "Samaritans" not in chat(ward)


# The home


async def test_home_is_a_card_whose_private_things_open_in_dialogs(ward: Ward) -> None:
    await is_asked(ward)
    assert (await ward.says(ward.amara, "home")).startswith("Your page")
    assert MINE not in chat(ward)
    await ward.presses(ward.amara, "Open my page")
    assert MINE in ward.dialog(ward.amara)
    await ward.presses(ward.amara, "Journal")
    assert "Nothing here yet" in ward.dialog(ward.amara)
    ward.teams.closes_dialog(ward.amara)
    assert "Your page, as a coach" in await ward.says(ward.ruth, "home")
    await ward.presses(ward.ruth, "Open my page")
    assert "Amara Okafor" in ward.dialog(ward.ruth)
    assert "Amara Okafor" not in chat(ward, ward.ruth)
    assert "Your programme" in await ward.says(ward.priya, "home")
    await ward.presses(ward.priya, "Open the programme")
    assert "Autumn cohort" in ward.dialog(ward.priya)


async def test_a_question_that_was_asked_for_on_a_page_stands_in_the_chat(ward: Ward) -> None:
    await agrees(ward)
    await ward.says(ward.amara, "home")
    await ward.presses(ward.amara, "Open my page")
    await ward.presses(ward.amara, "Ask me one now")
    ward.teams.closes_dialog(ward.amara)
    await ward.fills(ward.amara, {"Your answer": ANSWER}, "Save")
    assert await answered(ward) == [ANSWER]


async def test_what_is_hers_opens_in_a_dialog_and_stands_in_no_chat(ward: Ward) -> None:
    await is_asked(ward)
    await ward.says(ward.amara, "my data")
    await ward.presses(ward.amara, "Get a copy")
    assert "https://bearings.example.org/data/" in str(ward.teams.world.dialogs[ward.amara.id].card)
    assert "https://" not in str([post.activity for post in ward.teams.messages(ward.amara)])


# Buttons that cannot be meant


@pytest.mark.parametrize(
    "ours",
    [
        {"press": "from-before"},
        {"press": "skip", "about": "00000000-0000-4000-8000-000000000000"},
        {"press": "skip", "about": "no id at all"},
        {"open": "answer", "about": "<at>everyone</at>"},
        {"press": "sign-off", "about": "q1"},
        {"submit": "answer", "about": "00000000-0000-4000-8000-000000000000"},
        {"submit": "from-before"},
        {},
    ],
)
@pytest.mark.parametrize("name", ["adaptiveCard/action", "task/fetch", "task/submit"])
async def test_a_button_that_cannot_be_meant_changes_nothing_and_is_answered(
    ward: Ward, ours: dict[str, str], name: str
) -> None:
    await is_asked(ward)
    before, asked = await kept(ward), ward.teams.messages(ward.amara)[-1]
    first = (await ward.teams.presses(ward.amara, "Why this question?")).activity
    await ward.settles()
    data = {"bearings": ours, "words": ANSWER}
    value = {"action": {"type": "Action.Execute", "data": data}, "data": data}
    answer = await ward.teams.sends({**first, "id": "f:forged", "name": name, "value": value})
    await ward.settles()
    assert answer.status in {200, 400}
    assert await kept(ward) == before
    if answer.status == 200:
        assert isinstance(answer.body, dict)
        assert ("task" in answer.body) == name.startswith("task/")
    assert "Saved" not in "\n".join(words_of(asked.seen_by(ward.amara)[0], {}))


# Where and who is not welcome


async def test_in_a_group_nothing_is_taken_and_nobody_is_named(ward: Ward) -> None:
    await is_asked(ward)
    before = await kept(ward)
    for where in (
        ward.teams.group_chat(ward.amara, ward.ruth, name="Ward 4"),
        ward.teams.channel(ward.amara, ward.ruth),
    ):
        await ward.teams.says(ward.amara, ANSWER, where=where)
        await ward.teams.says(ward.amara, "my data", where=where)
        await ward.settles()
        said = [post for post in where.posts if post.is_ours]
        assert len(said) == 1, "it is said once a day"
        assert "I talk with each person alone" in str(said[0].activity)
        assert "Amara" not in str(said[0].activity)
    assert await kept(ward) == before
    assert await count(ward.engine, Intake) == 0


@pytest.mark.parametrize("role", ["guest", "anonymous"])
async def test_guests_are_refused(ward: Ward, role: str) -> None:
    guest = ward.teams.person(ward.royal, "Sam Guest", role=role, email="amara@royal.example")
    assert "for people of this organisation" in await ward.says(guest, "hello")
    assert await count(ward.engine, Intake) == 0
    await agrees(ward)


# Coming and going


async def test_nothing_is_sent_once_the_app_was_taken_out_until_it_is_there_again(
    ward: Ward,
) -> None:
    await is_asked(ward)
    await ward.teams.uninstalls(ward.amara)
    await ward.settles()
    sent = len(ward.teams.calls)
    await ward.passes(days=2, hours=4)
    assert len(ward.teams.calls) == sent, "Teams is not even asked"
    await ward.teams.installs(ward.amara)
    await ward.settles()
    await ward.passes(days=7)
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)


async def test_whoever_blocked_the_app_is_left_alone_until_they_write(ward: Ward) -> None:
    await is_asked(ward)
    ward.teams.blocks(ward.amara)
    await ward.passes(days=2, hours=4)
    sent = len(ward.teams.calls)
    await ward.passes(days=5)
    assert len(ward.teams.calls) == sent
    ward.amara.blocked = False
    assert "work at any time" in await ward.says(ward.amara, "help")
    await ward.passes(days=7)
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)


async def test_she_is_asked_by_the_clock_of_her_own_client(ward: Ward) -> None:
    ward.amara.zone = "America/New_York"
    await agrees(ward)
    await ward.says(ward.amara, "help")
    async with reading(ward.engine) as db:
        amara = await find_member(db, "teams", ward.royal.id, ward.amara.aad)
        assert amara
        assert amara.timezone == "America/New_York"


async def test_forget_me_says_farewell_and_leaves_nothing(ward: Ward) -> None:
    await is_asked(ward)
    await ward.says(ward.amara, ANSWER)
    await ward.says(ward.amara, "forget me")
    farewell = await ward.presses(ward.amara, "Erase everything")
    assert "Everything of yours is erased, and I do not know you any more." in farewell
    assert await kept(ward) == [0, 0, 0, 0]
    assert await count(ward.engine, MemberRow) == 2
    assert await count(ward.engine, Reference) == 0
    assert "I do not know you here yet" in await ward.says(ward.amara, "hello")


async def test_nothing_comes_once_she_has_stopped(ward: Ward) -> None:
    await is_asked(ward)
    assert (await ward.says(ward.amara, "stop")).startswith("Stopped.")
    said = len(ward.teams.messages(ward.amara))
    await ward.passes(days=7)
    await ward.passes(until=ward.now + timedelta(days=7))
    assert len(ward.teams.messages(ward.amara)) == said
