"""What Amara is answered in Teams comes once at most, and never as it was before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from bot.hosts import hosts_of
from bot.teams.assembly import assemble
from bot.teams.calling import open_calls
from bot.teams.credentials import Password
from prompts.bank import ServedBank
from storage.engine import transaction
from storage.tables import Reply
from tests.bot.playing import count
from tests.bot.teams_ward import PLACE, Ward, in_the_ward, is_asked
from tests.databases import close, open_sealed
from tests.teams.faults import Fault, disconnected, html_page, on_hold, throttled

ANSWER = "I rang her before the round, and listened."
HELP = "work at any time"


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        await is_asked(ward)
        yield ward


@asynccontextmanager
async def another_process(ward: Ward, url: str) -> AsyncIterator[Ward]:
    """The same programme, served by somebody else."""
    engine = open_sealed(url)
    other = Ward(engine, ward.bank, ward.teams, ward.now)
    hosts, proof = hosts_of([ward.teams.service_host]), Password(ward.teams.password)
    async with open_calls(ward.teams.app_id, proof, ward.teams.token_url, hosts) as (calls, _):
        other.app = assemble(engine, other.clock, ward.bank, PLACE, calls, ward.teams.app_id)
        yield other
    await close(engine)


def said(ward: Ward, words: str) -> int:
    """In how many messages."""
    return sum(words in one for one in ward.teams.screen(ward.amara).messages)


async def waiting(ward: Ward) -> int:
    return await count(ward.engine, Reply)


async def runs_out(ward: Ward, *, but_what_is_under_way: bool = False) -> None:
    statement = update(Reply).values(lease_until=0)
    if but_what_is_under_way:
        statement = statement.where(~col(Reply.sending))
    async with transaction(ward.engine) as db:
        await db.exec(statement)


async def is_tried_again(ward: Ward) -> None:
    await runs_out(ward)
    await ward.settles()


async def test_an_older_state_of_a_question_never_comes_over_a_newer_one(ward: Ward) -> None:
    ward.amara.is_old_client = True
    ward.teams.faults.put("update", html_page(502))
    await ward.presses(ward.amara, "Later")
    assert said(ward, "When shall I ask again?") == 0
    await ward.presses(ward.amara, "Skip")
    assert said(ward, "Skipped") == 1
    await is_tried_again(ward)
    assert (said(ward, "Skipped"), said(ward, "When shall I ask again?")) == (1, 0)
    assert await waiting(ward) == 0


async def test_what_another_process_has_taken_over_is_not_sent_again(
    ward: Ward, database_url: str
) -> None:
    """Teams takes one message at a time in a chat, so that the other has to try again."""
    held = ward.teams.faults.put("send", on_hold())
    await ward.teams.says(ward.amara, "help")
    await ward.teams.says(ward.amara, "pause")
    await ward.app.take_in()
    await held.arrived.wait()
    await runs_out(ward, but_what_is_under_way=True)
    async with another_process(ward, database_url) as other:
        await other.settles()
        held.released.set()
        await ward.app.dealing.settle()
        assert (said(ward, HELP), said(ward, "Paused until")) == (1, 0)
        await is_tried_again(other)
    assert (said(ward, HELP), said(ward, "Paused until")) == (1, 1)
    assert await waiting(ward) == 0


@pytest.mark.parametrize("arrives", [True, False], ids=["it had arrived", "it had not"])
async def test_what_teams_said_nothing_of_is_not_said_twice(ward: Ward, arrives: bool) -> None:
    """Teams cannot be asked: one too few rather than two."""
    ward.teams.faults.put("send", disconnected(accepted=arrives))
    await ward.says(ward.amara, "help")
    await is_tried_again(ward)
    assert (said(ward, HELP), await waiting(ward)) == (int(arrives), 0)


@pytest.mark.parametrize("arrives", [True, False], ids=["it had arrived", "it had not"])
async def test_what_was_being_sent_when_the_process_died_is_not_said_twice(
    ward: Ward, database_url: str, arrives: bool
) -> None:
    fault = Fault(holds=True, disconnects=True, accepted=arrives)
    held = ward.teams.faults.put("send", fault)
    await ward.teams.says(ward.amara, "help")
    await ward.app.take_in()
    await held.arrived.wait()
    for task in list(ward.app.dealing._after):
        task.cancel()
    await ward.app.dealing.settle()
    held.released.set()
    await runs_out(ward)
    async with another_process(ward, database_url) as after:
        await after.settles()
    assert (said(ward, HELP), await waiting(ward)) == (int(arrives), 0)


async def test_an_answer_is_sent_within_the_hour_and_not_after_it(ward: Ward) -> None:
    for minutes, comes in ((59, 1), (61, 0)):
        before = said(ward, HELP)
        ward.teams.faults.put("send", html_page(503))
        await ward.says(ward.amara, "help")
        ward.now += timedelta(minutes=minutes)
        await is_tried_again(ward)
        assert said(ward, HELP) - before == comes
        assert await waiting(ward) == 0


async def test_where_teams_wants_patience_for_hours_an_answer_is_let_go(ward: Ward) -> None:
    ward.teams.faults.put("send", throttled(2 * 60 * 60))
    await ward.says(ward.amara, "help")
    assert (said(ward, HELP), await waiting(ward)) == (0, 0)


async def test_a_look_that_is_delivered_again_is_answered_once(ward: Ward) -> None:
    """An older client opens nothing over a card: the way to it is said in the chat."""
    ward.amara.is_old_client = True
    first = await ward.teams.presses(ward.amara, "Pause")
    await ward.settles()
    lines = len(ward.teams.messages(ward.amara))
    for _ in range(2):
        assert (await ward.teams.sends(first.activity)).status == 200
        await ward.settles()
    assert len(ward.teams.messages(ward.amara)) == lines
