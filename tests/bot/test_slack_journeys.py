"""What a leader does in Slack, from what Slack sends to what she sees, on the strict fake."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from storage.tables import ChatLine, MemberRow, Objective, Reflection, Reply
from tests.bot.playing import MINE, count
from tests.bot.slack_ward import (
    Ward,
    answered,
    in_the_ward,
    is_asked,
    opens_home,
    question,
    types,
)
from tests.slack.faults import failed, rate_limited
from tests.slack.reading import words_of

ANSWER = "I rang her before the round, and listened."
OTHER = "I did not ring her at all."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


def stands(ward: Ward) -> str:
    """What the message of the newest question says now."""
    return "\n".join(words_of(question(ward).blocks, {}))


# Answering


async def test_a_question_is_answered_in_the_form_and_its_message_says_so(ward: Ward) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    newest = await ward.submits(ward.amara, {"Your answer": ANSWER})
    assert "Saved, for you only" in newest
    assert newest == stands(ward)
    assert ward.slack.called("chat.update") == [], "the press left an address for it"
    assert ANSWER not in "\n".join(ward.slack.screen(ward.amara).messages)
    assert ward.slack.screen(ward.amara).views == ()
    assert await answered(ward) == [ANSWER]


@pytest.mark.parametrize("in_thread", [True, False], ids=["in the thread", "in the chat"])
async def test_a_question_is_answered_by_a_reply(ward: Ward, in_thread: bool) -> None:
    await is_asked(ward)
    newest = await ward.says(ward.amara, ANSWER, question(ward) if in_thread else "")
    assert newest.startswith("Saved, for you only. But what you typed also stays in this chat")
    assert "Saved, for you only" in stands(ward)
    assert await answered(ward) == [ANSWER]
    last = ward.slack.messages(ward.amara)[-1]
    assert last.thread_ts == (question(ward).ts if in_thread else "")


async def test_a_reply_under_an_older_question_answers_that_one(ward: Ward) -> None:
    await is_asked(ward)
    older = question(ward)
    await ward.passes(days=2, hours=4)
    assert question(ward) is not older
    await ward.says(ward.amara, ANSWER, older)
    assert "Saved, for you only" in "\n".join(words_of(older.blocks, {}))
    assert "Saved" not in stands(ward)
    await ward.says(ward.amara, OTHER)
    assert "Saved, for you only" in stands(ward)
    assert sorted(await answered(ward)) == sorted([ANSWER, OTHER])


async def test_an_answer_follows_its_line_in_the_chat(ward: Ward) -> None:
    await is_asked(ward)
    await ward.says(ward.amara, ANSWER)
    await ward.slack.edits(ward.amara, OTHER)
    assert "You changed your line in the chat" in await ward.comes_to(ward.amara)
    assert await answered(ward) == [OTHER]
    await ward.slack.deletes(ward.amara)
    await ward.settles()
    assert await answered(ward) == []


async def test_a_line_that_was_answered_in_its_thread_is_withdrawn_as_well(ward: Ward) -> None:
    await is_asked(ward)
    await ward.says(ward.amara, ANSWER)
    [line] = [one for one in ward.slack.messages(ward.amara) if one.user == ward.amara.id]
    await ward.says(ward.amara, "And so on.", line)
    await ward.slack.deletes(ward.amara, post=line)
    await ward.settles()
    assert ANSWER not in await answered(ward)


async def test_what_was_saved_in_the_box_follows_no_line(ward: Ward) -> None:
    await is_asked(ward)
    await ward.says(ward.amara, ANSWER)
    await ward.presses(ward.amara, "Change my answer")
    await ward.submits(ward.amara, {"Your answer": OTHER})
    await ward.slack.edits(ward.amara, "Something else.")
    await ward.settles()
    await ward.slack.deletes(ward.amara)
    await ward.settles()
    assert await answered(ward) == [OTHER]


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("Skip", "Skipped"),
        ("Later", "When shall I ask again?"),
        ("Heavy week", "light"),
        ("Not for me", "I will not ask you this one again."),
    ],
)
async def test_a_button_changes_the_message_of_its_question(
    ward: Ward, label: str, says: str
) -> None:
    await is_asked(ward)
    before = len(ward.slack.calls)
    await ward.presses(ward.amara, label)
    assert says in stands(ward)
    methods = [call.method for call in ward.slack.calls[before:]]
    assert methods[0] == "response_url", "it costs no room at chat.update"
    assert "chat.update" not in methods


async def test_a_question_that_cannot_be_changed_by_its_address_is_changed_all_the_same(
    ward: Ward,
) -> None:
    await is_asked(ward)
    ward.slack.faults.put("response_url", failed("used_url"))
    await ward.presses(ward.amara, "Skip")
    assert "Skipped" in stands(ward)


async def test_why_and_pause_leave_the_question_as_it_is(ward: Ward) -> None:
    await is_asked(ward)
    before = stands(ward)
    assert (await ward.presses(ward.amara, "Why this question?")).startswith("Why this question?")
    await ward.presses(ward.amara, "Pause")
    assert "Start again on" in ward.slack.screen(ward.amara).view
    assert stands(ward) == before


async def test_words_of_need_bring_a_button_and_no_line_of_the_card_into_the_chat(
    ward: Ward,
) -> None:
    await is_asked(ward)
    newest = await ward.says(ward.amara, "I want to kill myself")
    assert newest == "Who is there to talk to, at any time.\n[Help now]"
    await ward.presses(ward.amara, "Help now")
    assert "Samaritans" in ward.slack.screen(ward.amara).view
    assert "Samaritans" not in "\n".join(ward.slack.screen(ward.amara).messages)


async def test_words_of_need_in_the_box_bring_the_card_at_once(ward: Ward) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    await ward.submits(ward.amara, {"Your answer": "I want to kill myself"})
    assert "Samaritans" in ward.slack.screen(ward.amara).view


# Forms that cannot open, and buttons that cannot be meant


@pytest.mark.parametrize("fault", [failed("expired_trigger_id"), rate_limited(30)])
async def test_a_form_that_cannot_open_is_said_to_whom_waits(ward: Ward, fault: object) -> None:
    await is_asked(ward)
    ward.slack.faults.put("views.open", fault)  # type: ignore[arg-type]
    assert "This could not be opened in time" in await ward.presses(ward.amara, "Answer")
    assert ward.slack.screen(ward.amara).views == ()
    assert ward.slack.messages(ward.amara)[-1].ephemeral_to == ward.amara.id


async def test_a_form_that_cannot_open_from_the_home_is_said_in_the_chat(ward: Ward) -> None:
    await is_asked(ward)
    await opens_home(ward, ward.amara)
    ward.slack.faults.put("views.open", failed("expired_trigger_id"))
    assert "This could not be opened in time" in await ward.presses(ward.amara, "Journal")


async def kept(ward: Ward) -> list[int]:
    return [await count(ward.engine, one) for one in (Reflection, Objective, Reply, ChatLine)]


@pytest.mark.parametrize(
    ("action_id", "value"),
    [
        ("press:from-before:0", ""),
        ("press:skip:0", "00000000-0000-4000-8000-000000000000"),
        ("press:skip:0", "no id at all"),
        ("open:answer:0", "<!channel>"),
        ("press:sign-off:0", "q1"),
        ("something else", ""),
    ],
)
async def test_a_button_that_cannot_be_meant_changes_nothing_and_is_answered(
    ward: Ward, action_id: str, value: str
) -> None:
    await is_asked(ward)
    before, stood = await kept(ward), stands(ward)
    action = {"type": "button", "action_id": action_id, "block_id": "b", "action_ts": "1.2"}
    answer = await ward.slack.acts(ward.amara, question(ward), {**action, "value": value})
    await ward.settles()
    assert answer.status == 200
    assert await kept(ward) == before
    assert stands(ward) == stood
    shown = ward.slack.screen(ward.amara)
    assert shown.views or len(shown.messages[-1]) > 20
    assert shown.newest != stood or shown.views


async def test_the_button_of_somebody_else_changes_nothing(ward: Ward) -> None:
    await is_asked(ward)
    stood = stands(ward)
    action = {"type": "button", "action_id": "press:skip:0", "block_id": "b", "action_ts": "1.2"}
    value = question(ward).metadata["event_payload"]["delivery_id"]
    await ward.says(ward.ruth, "hello")
    before = len(ward.slack.messages(ward.amara))
    await ward.slack.acts(ward.ruth, question(ward), {**action, "value": value})
    assert "That is not here any more" in await ward.comes_to(ward.ruth)
    assert stands(ward) == stood
    assert len(ward.slack.messages(ward.amara)) == before


@pytest.mark.parametrize(
    "metadata",
    [
        '{"name": "answer", "about": "00000000-0000-4000-8000-000000000000"}',
        '{"name": "objective", "about": ""}',
        '{"name": "answer"}',
        "[]",
        "{",
        "",
    ],
)
async def test_a_form_whose_hidden_part_was_changed_keeps_nothing(
    ward: Ward, metadata: str
) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    [view] = ward.slack.views(ward.amara)
    view.given["private_metadata"] = metadata
    before = await kept(ward)
    answer = await ward.slack.submits(ward.amara, {"Your answer": ANSWER})
    await ward.settles()
    assert answer.status in {200, 400}
    assert await kept(ward) == before


# The commands


async def test_a_command_is_answered_where_it_was_typed_and_to_her_alone(ward: Ward) -> None:
    await is_asked(ward)
    board = ward.slack.channel(ward.royal, "site-board", ward.amara, ward.ruth)
    for words, says in (
        ("", "work at any time"),
        ("help", "work at any time"),
        ("pause", "Paused until you type “resume”"),
        ("journal", "Your journal opens on a page of your own"),
        ("what is this thing", "A command takes no answer"),
    ):
        await ward.slack.types(ward.amara, "/bearings", words, where=board)
        await ward.settles()
        [*_, post] = board.posts
        assert says in "\n".join(words_of(post.blocks, {}))
        assert post.ephemeral_to == ward.amara.id
    assert await answered(ward) == []


async def test_a_command_that_slack_takes_no_answer_to_is_answered_in_the_chat(ward: Ward) -> None:
    await is_asked(ward)
    ward.slack.faults.put("response_url", failed("expired_url"))
    assert "Paused until" in await types(ward, ward.amara, "pause")


# Being forgotten


async def test_forget_me_says_farewell_and_leaves_nothing(ward: Ward) -> None:
    await is_asked(ward)
    assert MINE in await opens_home(ward, ward.amara)
    await ward.says(ward.amara, ANSWER)
    await ward.says(ward.amara, "forget me")
    farewell = await ward.presses(ward.amara, "Erase everything")
    assert farewell.startswith("Everything of yours is erased, and I do not know you any more.")
    assert MINE not in ward.slack.screen(ward.amara).home
    assert await kept(ward) == [0, 0, 0, 0]
    assert await count(ward.engine, MemberRow) == 2
    assert "I do not know you here yet" in await ward.says(ward.amara, "hello")
    assert await ward.says(ward.amara, "hello?") == "hello?", "it is said once a day"
    assert "I do not know you here" in await opens_home(ward, ward.amara)
