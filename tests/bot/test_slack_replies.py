"""What Amara is answered in Slack comes once, and never as it was before."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from bot.slack.pacing import Method, Rate
from bot.slack.queueing import Gate
from prompts.bank import ServedBank
from storage.engine import transaction
from storage.tables import Reply
from tests.bot.playing import count, sqlite
from tests.bot.slack_ward import (
    Ward,
    another_process,
    answered,
    in_the_ward,
    is_asked,
    question,
    types,
)
from tests.slack.faults import Fault, disconnected, failed, html_page, on_hold
from tests.slack.reading import words_of
from tests.slack.workspace import Post

POST, UPDATE, URL = "chat.postMessage", "chat.update", "response_url"
ANSWER = "I rang her before the round, and listened."
HELP = "work at any time"


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        await is_asked(ward)
        yield ward


def stands(ward: Ward) -> str:
    """What the message of the question says now."""
    return "\n".join(words_of(question(ward).blocks, {}))


def said(ward: Ward, words: str) -> int:
    """In how many messages."""
    posts = [one for one in ward.slack.messages(ward.amara) if one.bot_id]
    return len([one for one in posts if words in "\n".join([one.text, *words_of(one.blocks, {})])])


async def waiting(ward: Ward) -> int:
    return await count(ward.engine, Reply)


async def runs_out(ward: Ward, *, but_what_is_under_way: bool = False) -> None:
    """Every lease, and every wait, by the database's clock."""
    statement = update(Reply).values(lease_until=0)
    if but_what_is_under_way:
        statement = statement.where(~col(Reply.sending))
    async with transaction(ward.engine) as db:
        await db.exec(statement)


async def is_tried_again(ward: Ward) -> None:
    await runs_out(ward)
    await ward.settles()


async def dies(ward: Ward) -> None:
    """And what it had begun ends with it."""
    for task in list(ward.app.dealing._after):
        task.cancel()
    await ward.app.dealing.settle()


def is_cut_off(*, accepted: bool) -> Fault:
    """Slack is slow, and whoever asked it is not there any more when it has made up its mind."""
    return Fault(holds=True, disconnects=True, accepted=accepted)


def cannot_be_changed(ward: Ward, fault: Fault, times: int | None = 1) -> None:
    ward.slack.faults.put(URL, fault, times=times)
    ward.slack.faults.put(UPDATE, fault, times=times)


# Never as it was before


async def test_an_older_state_of_a_question_never_comes_over_a_newer_one(ward: Ward) -> None:
    cannot_be_changed(ward, html_page())
    await ward.presses(ward.amara, "Skip")
    assert "Skipped" not in stands(ward)
    await ward.says(ward.amara, ANSWER, thread=question(ward))
    assert "Saved, for you only" in stands(ward)
    await is_tried_again(ward)
    assert "Saved, for you only" in stands(ward)
    assert await waiting(ward) == 0


async def test_saved_does_not_come_after_the_answer_was_erased(ward: Ward) -> None:
    ward.slack.faults.put(UPDATE, html_page())
    await ward.says(ward.amara, ANSWER)
    await ward.slack.deletes(ward.amara)
    await ward.settles()
    assert await answered(ward) == []
    await is_tried_again(ward)
    assert "Saved" not in stands(ward)


async def test_a_newer_state_waits_until_an_older_one_elsewhere_is_done(
    ward: Ward, database_url: str
) -> None:
    ward.slack.faults.put(URL, html_page())
    held = ward.slack.faults.put(UPDATE, on_hold())
    assert (await ward.slack.presses(ward.amara, "Skip")).status == 200
    await held.arrived.wait()
    await ward.slack.says(ward.amara, ANSWER, thread=question(ward))
    async with another_process(ward, database_url) as other:
        await other.settles()
        assert await answered(ward) == [ANSWER]
        assert "Saved" not in stands(ward)
        held.released.set()
        await ward.app.dealing.settle()
        assert "Skipped" in stands(ward)
        await is_tried_again(other)
    assert "Saved, for you only" in stands(ward)
    assert await waiting(ward) == 0


async def test_a_newer_state_does_not_wait_for_the_dead(ward: Ward, database_url: str) -> None:
    ward.slack.faults.put(URL, html_page())
    held = ward.slack.faults.put(UPDATE, is_cut_off(accepted=False))
    assert (await ward.slack.presses(ward.amara, "Skip")).status == 200
    await held.arrived.wait()
    await dies(ward)
    ward.slack.faults.clear()
    await ward.slack.says(ward.amara, ANSWER, thread=question(ward))
    await runs_out(ward)
    async with another_process(ward, database_url) as after:
        await after.settles()
        await is_tried_again(after)
    assert "Saved, for you only" in stands(ward)
    assert "Skipped" not in stands(ward)
    assert await waiting(ward) == 0


# Once


async def test_what_another_process_has_sent_meanwhile_is_not_sent_again(
    ward: Ward, database_url: str
) -> None:
    """One is so slow with what comes first that its lease of the second runs out."""
    held = ward.slack.faults.put(POST, on_hold())
    await ward.slack.says(ward.amara, "help")
    await ward.slack.says(ward.amara, "pause")
    await ward.app.take_in()
    await held.arrived.wait()
    await runs_out(ward, but_what_is_under_way=True)
    async with another_process(ward, database_url) as other:
        await other.settles()
    assert said(ward, "Paused until") == 1
    held.released.set()
    await ward.app.dealing.settle()
    assert (said(ward, HELP), said(ward, "Paused until")) == (1, 1)
    assert await waiting(ward) == 0


@pytest.mark.parametrize("in_thread", [True, False], ids=["in the thread", "in the chat"])
@pytest.mark.parametrize("arrives", [True, False], ids=["it had arrived", "it had not"])
async def test_an_answer_of_which_slack_said_nothing_comes_once(
    ward: Ward, arrives: bool, in_thread: bool
) -> None:
    ward.slack.faults.put(POST, disconnected(accepted=arrives))
    await ward.says(ward.amara, "help", thread=question(ward) if in_thread else "")
    assert said(ward, HELP) == int(arrives)
    await is_tried_again(ward)
    await is_tried_again(ward)
    assert said(ward, HELP) == 1
    assert await waiting(ward) == 0


@pytest.mark.parametrize("arrives", [True, False], ids=["it had arrived", "it had not"])
async def test_an_answer_that_was_being_sent_when_the_process_died_comes_once(
    ward: Ward, database_url: str, arrives: bool
) -> None:
    held = ward.slack.faults.put(POST, is_cut_off(accepted=arrives))
    await ward.slack.says(ward.amara, "help")
    await ward.app.take_in()
    await held.arrived.wait()
    await dies(ward)
    held.released.set()
    if arrives:
        await ward.slack.until(lambda: said(ward, HELP) == 1)
    await runs_out(ward)
    async with another_process(ward, database_url) as after:
        await after.settles()
        await is_tried_again(after)
        assert said(ward, HELP) == 1
    assert await waiting(ward) == 0


async def test_an_answer_that_comes_back_to_us_is_known_to_have_arrived(ward: Ward) -> None:
    ward.slack.echoes = True
    ward.slack.faults.put(POST, disconnected(accepted=True))
    await ward.says(ward.amara, "help")
    assert await waiting(ward) == 1
    await ward.slack.settled()
    await ward.settles()
    assert await waiting(ward) == 0
    assert ward.slack.called("conversations.history") == []


async def test_a_look_that_fails_now_is_for_later(ward: Ward) -> None:
    ward.slack.faults.put(POST, disconnected(accepted=True))
    await ward.says(ward.amara, "help")
    ward.slack.faults.put("conversations.history", html_page())
    await is_tried_again(ward)
    assert await waiting(ward) == 1
    await is_tried_again(ward)
    assert (said(ward, HELP), await waiting(ward)) == (1, 0)


async def test_where_there_is_no_telling_one_too_few_is_said(ward: Ward) -> None:
    """What she alone was shown stands in no history."""
    ward.slack.faults.put(URL, disconnected(accepted=True))
    await types(ward, ward.amara, "help")
    await is_tried_again(ward)
    assert (said(ward, HELP), await waiting(ward)) == (1, 0)


@pytest.mark.parametrize("arrives", [True, False], ids=["it had arrived", "it had not"])
async def test_what_is_said_anew_where_the_question_is_gone_is_said_once(
    ward: Ward, arrives: bool
) -> None:
    cannot_be_changed(ward, failed("message_not_found"), times=2)
    ward.slack.faults.put(POST, disconnected(accepted=arrives))
    old = question(ward)
    await ward.presses(ward.amara, "Skip")
    await is_tried_again(ward)
    assert said(ward, "Skipped. Nothing was stored.") == 1
    new = question(ward)
    assert new.ts != old.ts
    # And from then on it is that message which is changed.
    await ward.says(ward.amara, ANSWER, thread=new)
    assert question(ward).ts == new.ts
    assert "Saved, for you only" in stands(ward)


# In time


async def test_an_answer_is_sent_within_the_hour_and_not_after_it(ward: Ward) -> None:
    for minutes, comes in ((59, 1), (61, 0)):
        before = said(ward, HELP)
        ward.slack.faults.put(POST, failed("a_new_error"))
        await ward.says(ward.amara, "help")
        ward.now += timedelta(minutes=minutes)
        await is_tried_again(ward)
        assert said(ward, HELP) - before == comes
        assert await waiting(ward) == 0


async def test_where_a_workspace_is_kept_from_us_for_a_day_an_answer_is_let_go(ward: Ward) -> None:
    ward.slack.faults.put(POST, failed("accesslimited"))
    await ward.says(ward.amara, "help")
    assert (said(ward, HELP), await waiting(ward)) == (0, 0)


async def test_what_stands_there_already_is_put_right_even_a_day_later(ward: Ward) -> None:
    cannot_be_changed(ward, failed("accesslimited"))
    await ward.presses(ward.amara, "Skip")
    ward.now += timedelta(days=1)
    await is_tried_again(ward)
    assert "Skipped" in stands(ward)
    assert await waiting(ward) == 0


async def test_what_is_gone_by_then_is_not_said_anew(ward: Ward) -> None:
    cannot_be_changed(ward, failed("accesslimited"))
    await ward.presses(ward.amara, "Skip")
    ward.now += timedelta(days=1)
    cannot_be_changed(ward, failed("message_not_found"))
    await is_tried_again(ward)
    assert said(ward, "Skipped") == 0
    assert await waiting(ward) == 0


# By chance

STATES = {"press:later:0": "When shall I ask again?", "press:later-back:0": "Only you can read"}
AT_WILL = Gate(dict.fromkeys(Method, Rate(60_000, 60_000)))


@sqlite
@pytest.mark.parametrize("seed", range(8))
async def test_whatever_slack_does_each_answer_comes_once_and_the_newest_state_stands(
    ward: Ward, database_url: str, seed: int
) -> None:
    """Two processes, of which either dies at any moment; leases run out whenever they do."""
    chance = Random(seed)  # noqa: S311 - so that it can be repeated
    card, helped = question(ward), 0
    async with another_process(ward, database_url, AT_WILL) as other:
        both = (ward, other)
        ward.slack.echoes = chance.random() < 0.5
        pressed = "press:later-back:0"
        for _ in range(14):
            happens(ward, chance)
            match chance.randrange(3):
                case 0:
                    helped += 1
                    await ward.slack.says(ward.amara, "help")
                case 1:
                    pressed = chance.choice(list(STATES))
                    await presses(ward, card, pressed)
            await goes_on(chance.choice(both), chance)
        ward.slack.faults.clear()
        await is_over(both)
        assert STATES[pressed] in "\n".join(words_of(card.blocks, {}))
        assert said(ward, HELP) == helped
        assert await waiting(ward) == 0


async def presses(ward: Ward, card: Post, what: str) -> None:
    action = {"type": "button", "action_id": what, "block_id": "b", "value": about(card)}
    stamp = f"{len(ward.slack.sent)}.1"
    assert (await ward.slack.acts(ward.amara, card, {**action, "action_ts": stamp})).status == 200


def about(card: Post) -> str:
    return str(card.metadata["event_payload"]["delivery_id"])


def happens(ward: Ward, chance: Random) -> None:
    faults = [
        disconnected(accepted=True),
        disconnected(accepted=False),
        html_page(accepted=True),
        html_page(accepted=False),
        failed("a_new_error"),
    ]
    for what in (POST, UPDATE, URL):
        if chance.random() < 0.5:
            ward.slack.faults.put(what, chance.choice(faults))


async def goes_on(one: Ward, chance: Random) -> None:
    if chance.random() < 0.3:
        await runs_out(one, but_what_is_under_way=True)
    if chance.random() < 0.3:
        fault = is_cut_off(accepted=chance.random() < 0.5)
        held = one.slack.faults.put(chance.choice([POST, UPDATE, URL]), fault)
        await one.app.take_in()
        await dies_before_it_hears(one, held)
        await runs_out(one)
    await one.settles()


async def dies_before_it_hears(one: Ward, held: Fault) -> None:
    """Where it asks this of Slack at all."""
    hears = asyncio.create_task(held.arrived.wait())
    done = asyncio.create_task(one.app.dealing.settle())
    await asyncio.wait({hears, done}, return_when=asyncio.FIRST_COMPLETED)
    held.released.set()
    if held.arrived.is_set():
        await dies(one)
    hears.cancel()
    await asyncio.gather(hears, done, return_exceptions=True)


async def is_over(both: Sequence[Ward]) -> None:
    for one in both:
        await one.app.dealing.settle()
    for _ in range(3):
        for one in both:
            await one.slack.settled()
            await is_tried_again(one)
