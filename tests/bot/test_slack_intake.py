"""What Slack sends has one effect, however often and at whatever moment it comes."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from bot.payloads import Payload
from prompts.bank import ServedBank
from storage.engine import transaction
from storage.tables import Intake, Reply
from tests.bot.playing import count, sqlite
from tests.bot.slack_ward import (
    Ward,
    another_process,
    answered,
    in_the_ward,
    is_asked,
    question,
    said_to,
    stored,
)
from tests.slack.faults import on_hold
from tests.slack.sending import Answer, Sent

ANSWER = "I rang her before the round, and listened."
OTHER = "I did not ring her at all."
BROKEN = {"type": "event_callback", "event": {"type": "message", "channel": 7}}


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


async def test_an_event_that_comes_again_has_one_effect(ward: Ward) -> None:
    await is_asked(ward)
    answer = await ward.slack.says(ward.amara, ANSWER)
    for num in (1, 2, 3):
        assert (await ward.slack.redelivers(answer, num)).status == 200
    await ward.settles()
    once, lines = await stored(ward), said_to(ward)
    assert await answered(ward) == [ANSWER]
    # And after it was taken, too.
    assert (await ward.slack.redelivers(answer)).status == 200
    await ward.settles()
    assert await stored(ward) == once
    assert said_to(ward) == lines


async def test_fifty_deliveries_at_once_have_one_effect(ward: Ward) -> None:
    await is_asked(ward)
    lines = said_to(ward)
    sent = (await ward.slack.says(ward.amara, ANSWER)).sent
    assert sent
    answers = await asyncio.gather(*(ward.slack.redelivers(sent) for _ in range(50)))
    assert {one.status for one in answers} == {200}
    await ward.settles()
    assert await answered(ward) == [ANSWER]
    assert said_to(ward) == lines + 1


async def replayed(ward: Ward, sent: Sent) -> list[Answer]:
    """The very same bytes, with the very same signature."""
    headers = {"Content-Type": sent.content_type, **ward.slack.signed(sent.body)}
    answers = []
    for _ in range(3):
        async with ward.slack._http().post(
            ward.slack.events_url, data=sent.body, headers=headers
        ) as response:
            answers.append(Answer(response.status, await response.text()))
    return answers


async def test_a_press_and_a_form_that_are_replayed_have_one_effect(ward: Ward) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    await ward.submits(ward.amara, {"Your answer": ANSWER})
    await ward.presses(ward.amara, "Next question")
    once, lines = await stored(ward), said_to(ward)
    for sent in ward.slack.sent[-2:]:
        assert {one.status for one in await replayed(ward, sent)} == {200}
    await ward.settles()
    assert await stored(ward) == once
    assert said_to(ward) == lines


@pytest.mark.parametrize("opens", ["open:journal:0", "open:cohort:0"], ids=["a page", "refused"])
async def test_a_look_that_is_replayed_is_answered_once(ward: Ward, opens: str) -> None:
    await is_asked(ward)
    action = {"type": "button", "action_id": opens, "block_id": "b", "action_ts": "1.2"}
    sent = (await ward.slack.acts(ward.amara, question(ward), {**action, "value": ""})).sent
    assert sent
    await ward.settles()
    lines, views = said_to(ward), len(ward.slack.called("views.open"))
    shown = ward.slack.messages(ward.amara)
    both = await asyncio.gather(replayed(ward, sent), replayed(ward, sent))
    assert {one.status for answers in both for one in answers} == {200}
    await ward.settles()
    assert (said_to(ward), len(ward.slack.called("views.open"))) == (lines, views)
    assert ward.slack.messages(ward.amara) == shown


async def test_two_processes_with_one_event_have_one_effect(ward: Ward, database_url: str) -> None:
    await is_asked(ward)
    lines = said_to(ward)
    answer = await ward.slack.says(ward.amara, ANSWER)
    assert answer.sent
    async with another_process(ward, database_url) as other:
        place = await ward.app.dealing._telling._workspace_id(ward.royal.id)
        assert place
        event_id = answer.sent.payload["event_id"]
        await asyncio.gather(
            *(one.app.book.put(place, event_id, answer.sent.payload) for one in (ward, other) * 5)
        )
        await asyncio.gather(ward.settles(), other.settles())
    assert await answered(ward) == [ANSWER]
    assert said_to(ward) == lines + 1
    assert await count(ward.engine, Intake) == 0


async def test_a_second_answer_does_not_overtake_the_first(ward: Ward, database_url: str) -> None:
    """One process has taken the first, and is slow; another would take the second."""
    await is_asked(ward)
    await ward.slack.says(ward.amara, ANSWER)
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def slowly(payload: Payload) -> None:
        begun.set()
        await goes_on.wait()
        await ward.app.dispatcher.dispatch(payload)

    taking = asyncio.create_task(ward.app.book.drain(slowly))
    await begun.wait()
    await ward.slack.says(ward.amara, "delete that")
    await ward.slack.says(ward.ruth, "help")
    async with another_process(ward, database_url) as other:
        # Ruth waits for nobody.
        assert await other.app.book.drain(other.app.dispatcher.dispatch) == 1
        assert await answered(ward) == []
        goes_on.set()
        await taking
        assert await answered(ward) == [ANSWER]
        await other.settles()
    assert await count(ward.engine, Intake) == 0


async def test_what_came_in_the_wrong_order_is_taken_as_it_was_said(ward: Ward) -> None:
    await is_asked(ward)
    first = await ward.slack.says(ward.amara, ANSWER)
    await ward.slack.edits(ward.amara, OTHER)
    async with transaction(ward.engine) as db:
        early, late = list(await db.exec(select(Intake).order_by(col(Intake.number))))
        # As if Slack had brought the change first.
        for row, number in ((early, 9_000), (late, 8_000)):
            await db.exec(update(Intake).where(col(Intake.id) == row.id).values(number=number))
    await ward.settles()
    assert first.status == 200
    assert await answered(ward) == [OTHER]


async def test_what_was_taken_in_before_a_crash_is_taken_after_it(
    ward: Ward, database_url: str
) -> None:
    await is_asked(ward)
    lines = said_to(ward)
    assert (await ward.slack.says(ward.amara, ANSWER)).status == 200
    assert await answered(ward) == []
    async with another_process(ward, database_url) as after:
        await after.settles()
    assert await answered(ward) == [ANSWER]
    assert said_to(ward) == lines + 1


async def test_what_was_answered_before_a_crash_is_sent_after_it(
    ward: Ward, database_url: str
) -> None:
    """The turn is taken, and the process is gone before Slack has heard of it."""
    await is_asked(ward)
    lines = said_to(ward)
    held = ward.slack.faults.put("chat.postMessage", on_hold())
    held.accepted = False
    await ward.slack.says(ward.amara, "pause")
    await ward.app.book.drain(ward.app.dispatcher.dispatch)
    for task in list(ward.app.dealing._after):
        task.cancel()
    await ward.app.dealing.settle()
    assert said_to(ward) == lines
    ward.slack.faults.clear()
    async with transaction(ward.engine) as db:  # a minute goes by, on the database's clock
        await db.exec(update(Reply).values(lease_until=None))
    async with another_process(ward, database_url) as after:
        await after.settles()
    assert ward.slack.screen(ward.amara).newest.startswith("Paused until")
    assert await count(ward.engine, Reply) == 0


async def test_quick_messages_are_taken_and_answered_in_their_order(ward: Ward) -> None:
    await is_asked(ward)
    for words in ("pause", "resume", "pause", "resume"):
        await ward.slack.says(ward.amara, words)
    await ward.settles()
    said = [one.split()[0] for one in ward.slack.screen(ward.amara).messages]
    assert [one for one in said if one in {"Paused", "Welcome"}] == [
        "Paused",
        "Welcome",
        "Paused",
        "Welcome",
    ]


async def test_an_event_that_cannot_be_taken_holds_up_no_other(ward: Ward) -> None:
    await is_asked(ward)
    place = await ward.app.dealing._telling._workspace_id(ward.royal.id)
    assert place
    await ward.app.book.put(place, "Ev0BROKEN", BROKEN)
    await ward.says(ward.amara, ANSWER)
    assert await answered(ward) == [ANSWER]
    assert await count(ward.engine, Intake) == 0


async def test_a_fault_of_ours_holds_up_no_other_and_is_tried_again(ward: Ward) -> None:
    await is_asked(ward)
    place = await ward.app.dealing._telling._workspace_id(ward.royal.id)
    assert place
    for name in ("Ev0FIRST", "Ev0SECOND"):
        await ward.app.book.put(place, name, {"name": name})
    taken: list[object] = []

    async def take(payload: object) -> None:
        if payload == {"name": "Ev0FIRST"}:
            raise ArithmeticError
        taken.append(payload)

    assert await ward.app.book.drain(take) == 2
    assert taken == [{"name": "Ev0SECOND"}]
    assert await count(ward.engine, Intake) == 1


@sqlite
async def test_nothing_that_was_typed_stands_in_the_open_while_it_waits(
    ward: Ward, tmp_path: Path
) -> None:
    await is_asked(ward)
    await ward.slack.says(ward.amara, ANSWER)
    assert await count(ward.engine, Intake) == 1
    written = b"".join(on_disk(tmp_path))
    assert ANSWER.encode() not in written
    assert json.dumps(ward.amara.id).encode() not in written


def on_disk(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.glob("bearings.db*")]
