"""Messages to Slack: delivered, traced after a doubt, changed where they stand."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.slack.failures import CallError, Consequence
from bot.slack.posting import DELIVERY, ResponseUrl
from prompts.message import Message, Text
from scheduler.delivery import CannotTell, DeliveryError, Found, NotThere
from storage.members import Addressee
from tests.bot.in_slack import InSlack, in_slack
from tests.bot.samples import QUESTION, QUESTION_MESSAGE
from tests.slack.faults import Fault, disconnected, failed, html_page, rate_limited
from tests.slack.listening import an_app
from tests.slack.people import Person

NUDGE = QUESTION_MESSAGE.nudge
assert NUDGE is not None
SAVED = Message("Saved, for you only.", (Text("Saved, for you only."),), replaces=True)


@pytest.fixture
async def world() -> AsyncIterator[InSlack]:
    async with in_slack() as world:
        yield world


@pytest.fixture
def them(world: InSlack) -> tuple[Person, Addressee]:
    return world.meet(world.install("Royal Infirmary"), "Amara Osei")


@pytest.fixture
def amara(them: tuple[Person, Addressee]) -> Person:
    return them[0]


@pytest.fixture
def to(them: tuple[Person, Addressee]) -> Addressee:
    return them[1]


async def met(world: InSlack, to: Addressee) -> Addressee:
    """Her channel is known from an earlier message."""
    first = await world.messenger.deliver(to, SAVED)
    return replace(to, address=first.partition("/")[0])


# Delivering


async def test_a_question_reaches_a_person_whose_channel_is_not_known_yet(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    message_id = await world.messenger.deliver(to, QUESTION_MESSAGE)

    [post] = world.slack.messages(amara)
    assert message_id == f"{post.channel}/{post.ts}"
    assert post.text == QUESTION
    assert "[Skip]" in world.slack.screen(amara).newest


async def test_what_is_sent_with_it_for_all_to_see_is_an_id_alone(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    await world.messenger.deliver(to, QUESTION_MESSAGE)
    await world.messenger.deliver(to, SAVED)

    question, saved = world.slack.messages(amara)
    payload = {DELIVERY: str(NUDGE)}
    assert question.metadata == {"event_type": "bearings_nudge", "event_payload": payload}
    assert saved.metadata == {}


async def test_where_the_channel_is_known_it_is_used(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    known = await met(world, to)
    await world.messenger.deliver(known, QUESTION_MESSAGE)

    assert world.slack.called("chat.postMessage")[-1].args["channel"] == known.address
    assert len(world.slack.messages(amara)) == 2


async def test_a_channel_that_is_gone_is_dropped_and_the_person_written_to(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    stale = replace(to, address="D0LONGGONE")

    message_id = await world.messenger.deliver(stale, QUESTION_MESSAGE)

    [post] = world.slack.messages(amara)
    assert message_id == f"{post.channel}/{post.ts}"
    assert world.noted.consequences == [(Consequence.DROP_CHANNEL, to.workspace_id, amara.id)]


async def test_somebody_who_has_left_is_noted_as_out_of_reach(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    known = await met(world, to)
    amara.deleted = True

    with pytest.raises(CallError) as raised:
        await world.messenger.deliver(known, QUESTION_MESSAGE)

    assert raised.value.permanent
    assert [one for one, *_ in world.noted.consequences] == [
        Consequence.DROP_CHANNEL,
        Consequence.PERSON_UNREACHABLE,
    ]


@pytest.mark.parametrize("error", ["msg_too_long", "invalid_blocks", "msg_blocks_too_long"])
async def test_what_slack_cannot_lay_out_goes_once_in_plain_words(
    world: InSlack, amara: Person, to: Addressee, error: str
) -> None:
    world.slack.faults.put("chat.postMessage", failed(error))

    await world.messenger.deliver(to, QUESTION_MESSAGE)

    [post] = world.slack.messages(amara)
    assert (post.text, post.blocks) == (QUESTION, [])
    assert post.metadata["event_payload"] == {DELIVERY: str(NUDGE)}
    assert world.noted.consequences == [(Consequence.PLAIN_ONCE, to.workspace_id, amara.id)]


async def test_plain_words_that_are_refused_too_are_not_tried_a_third_time(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    world.slack.faults.put("chat.postMessage", failed("invalid_blocks"), times=None)

    with pytest.raises(DeliveryError) as raised:
        await world.messenger.deliver(to, QUESTION_MESSAGE)

    assert raised.value.permanent
    assert len(world.slack.called("chat.postMessage")) == 2
    assert world.slack.messages(amara) == []


async def test_a_question_that_finds_no_room_soon_is_for_the_road_to_try_again(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    world.slack.faults.put("chat.postMessage", rate_limited(30))

    for _ in range(3):
        with pytest.raises(DeliveryError) as raised:
            await world.messenger.deliver(to, QUESTION_MESSAGE)
        assert raised.value.retry_after is not None
        assert raised.value.retry_after >= timedelta(seconds=30)

    assert len(world.slack.called("chat.postMessage")) == 1
    assert world.slack.messages(amara) == []


# A doubt


@pytest.mark.parametrize(
    "fault",
    [disconnected(), html_page(503, accepted=True), failed("internal_error", accepted=True)],
    ids=["disconnected", "a page of HTML", "internal_error"],
)
async def test_a_doubtful_question_that_did_arrive_is_found_and_not_repeated(
    world: InSlack, amara: Person, to: Addressee, fault: Fault
) -> None:
    known = await met(world, to)
    world.slack.faults.put("chat.postMessage", fault)

    with pytest.raises(DeliveryError) as raised:
        await world.messenger.deliver(known, QUESTION_MESSAGE)
    assert raised.value.unsure
    for _ in range(20):
        await world.messenger.answer(known, SAVED)
        await world.hands.move(1)
    trace = await world.messenger.trace(known, NUDGE)

    question = world.slack.messages(amara)[1]
    assert trace == Found(f"{known.address}/{question.ts}")
    assert [post.text for post in world.slack.messages(amara)].count(QUESTION) == 1


async def test_a_doubtful_question_that_did_not_arrive_is_surely_not_there(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    known = await met(world, to)
    world.slack.faults.put("chat.postMessage", disconnected(accepted=False))
    with pytest.raises(DeliveryError) as raised:
        await world.messenger.deliver(known, QUESTION_MESSAGE)

    assert raised.value.unsure
    assert await world.messenger.trace(known, NUDGE) == NotThere()


async def test_another_nudge_is_not_taken_for_the_one_that_is_looked_for(
    world: InSlack, to: Addressee
) -> None:
    known = await met(world, to)
    await world.messenger.deliver(known, QUESTION_MESSAGE)

    assert await world.messenger.trace(known, uuid4()) == NotThere()


async def test_without_a_channel_there_is_no_telling_and_no_call(
    world: InSlack, to: Addressee
) -> None:
    assert await world.messenger.trace(to, NUDGE) == CannotTell()
    assert world.slack.calls == []


async def test_a_conversation_too_long_to_be_read_to_its_end_leaves_no_telling(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    known = await met(world, to)
    conversation = world.slack.world.direct(amara)
    [post] = conversation.posts
    conversation.posts += [replace(post, ts=world.slack.world.new_ts()) for _ in range(300)]

    assert await world.messenger.trace(known, NUDGE) == CannotTell()
    assert len(world.slack.called("conversations.history")) == 3

    conversation.posts = conversation.posts[:250]
    assert await world.messenger.trace(known, NUDGE) == NotThere()


async def test_messages_of_long_ago_are_not_looked_through(world: InSlack, to: Addressee) -> None:
    known = await met(world, to)
    await world.messenger.deliver(known, QUESTION_MESSAGE)
    world.clock.passes(days=7)
    assert isinstance(await world.messenger.trace(known, NUDGE), Found)

    world.clock.passes(days=2)

    assert await world.messenger.trace(known, NUDGE) == NotThere()


async def test_a_look_that_fails_now_is_for_later_and_a_second_page_refused_is_no_telling(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    known = await met(world, to)
    conversation = world.slack.world.direct(amara)
    [post] = conversation.posts
    conversation.posts += [replace(post, ts=world.slack.world.new_ts()) for _ in range(150)]

    world.slack.faults.put("conversations.history", html_page(503))
    with pytest.raises(DeliveryError) as raised:
        await world.messenger.trace(known, NUDGE)
    assert not raised.value.permanent

    world.slack.faults.put(
        "conversations.history", rate_limited(60), when=lambda args: "cursor" in args
    )
    assert await world.messenger.trace(known, NUDGE) == CannotTell()


# Answering and changing


async def test_an_answer_goes_into_the_thread_that_was_written_in(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    message_id = await world.messenger.deliver(to, QUESTION_MESSAGE)
    channel, _, ts = message_id.partition("/")

    await world.messenger.answer(to, SAVED, channel=channel, thread=ts)

    assert world.slack.messages(amara)[-1].thread_ts == ts


async def test_an_answer_in_doubt_is_found_by_the_id_it_was_given(
    world: InSlack, to: Addressee
) -> None:
    known = await met(world, to)
    world.slack.faults.put("chat.postMessage", disconnected())
    answer = uuid4()

    with pytest.raises(DeliveryError):
        await world.messenger.answer(known, SAVED, delivery_id=answer)

    assert isinstance(await world.messenger.trace(known, answer), Found)


async def test_a_thread_whose_beginning_was_deleted_is_answered_beside_it(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    known = await met(world, to)

    await world.messenger.answer(known, QUESTION_MESSAGE, thread="1700000000.000100")

    assert world.slack.messages(amara)[-1].thread_ts == ""
    assert world.slack.messages(amara)[-1].text == QUESTION


async def test_a_question_is_changed_where_it_stands_and_is_found_again_afterwards(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    message_id = await world.messenger.deliver(to, QUESTION_MESSAGE)

    assert await world.messenger.change(to, message_id, SAVED, world.clock())

    assert world.slack.screen(amara).messages == ("Saved, for you only.",)
    known = replace(to, address=message_id.partition("/")[0])
    assert await world.messenger.trace(known, NUDGE) == Found(message_id)


async def test_where_a_press_left_an_address_the_change_goes_there(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    message_id, address = await pressed(world, amara, to)

    await world.messenger.change(to, message_id, SAVED, world.clock(), address)

    assert world.slack.screen(amara).messages == ("Saved, for you only.",)
    assert world.slack.called("chat.update") == []


@pytest.mark.parametrize("reason", ["too old", "used up", "at another host", "broken"])
async def test_an_address_that_does_not_serve_is_no_loss(
    world: InSlack, amara: Person, to: Addressee, reason: str
) -> None:
    message_id, address = await pressed(world, amara, to)
    match reason:
        case "too old":
            world.clock.passes(minutes=31)
        case "used up":
            for _ in range(5):
                await world.messenger.change(to, message_id, SAVED, world.clock(), address)
        case "at another host":
            address = replace(address, address="https://hooks.slack.com.evil.example/1")
        case "broken":
            world.slack.faults.put("response_url", disconnected())

    await world.messenger.change(to, message_id, SAVED, world.clock(), address)

    assert world.slack.screen(amara).messages == ("Saved, for you only.",)
    assert len(world.slack.called("chat.update")) == 1
    tried = {"too old": 0, "used up": 6, "at another host": 0, "broken": 1}
    assert len(world.slack.called("response_url")) == tried[reason]


@pytest.mark.parametrize(
    "error", ["message_not_found", "cant_update_message", "edit_window_closed"]
)
async def test_what_cannot_be_changed_is_known_to_be_gone(
    world: InSlack, to: Addressee, error: str
) -> None:
    message_id = await world.messenger.deliver(to, QUESTION_MESSAGE)
    world.slack.faults.put("chat.update", failed(error))

    assert not await world.messenger.change(to, message_id, SAVED, world.clock())


async def test_a_change_that_slack_cannot_lay_out_is_made_in_plain_words(
    world: InSlack, amara: Person, to: Addressee
) -> None:
    message_id = await world.messenger.deliver(to, QUESTION_MESSAGE)
    world.slack.faults.put("chat.update", failed("invalid_blocks"))

    await world.messenger.change(to, message_id, SAVED, world.clock())

    assert world.slack.screen(amara).messages == ("Saved, for you only.",)
    assert world.slack.screen(amara).buttons == ()


async def pressed(world: InSlack, amara: Person, to: Addressee) -> tuple[str, ResponseUrl]:
    """She has pressed Skip: what Slack handed over with it."""
    message_id = await world.messenger.deliver(to, QUESTION_MESSAGE)
    async with an_app() as app:
        world.slack.events_url = app.url
        await world.slack.presses(amara, "Skip")
    return message_id, ResponseUrl(app.newest["response_url"], world.clock())
