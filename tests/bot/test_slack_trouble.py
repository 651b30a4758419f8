"""Slack that is slow, and a database that takes nothing: nobody waits in vain, nothing is lost."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from tests.bot.slack_ward import Ward, answered, in_the_ward, is_asked, question
from tests.databases import Databases, close, open_sealed
from tests.slack.faults import on_hold
from tests.slack.reading import words_of

ANSWER = "I rang her before the round, and listened."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


async def test_slack_that_is_slow_holds_up_no_acknowledgement(ward: Ward) -> None:
    await is_asked(ward)
    held = ward.slack.faults.put("chat.postMessage", on_hold())
    assert (await ward.slack.says(ward.amara, "help")).status == 200
    await ward.app.book.drain(ward.app.dispatcher.dispatch)
    await held.arrived.wait()
    assert (await ward.slack.says(ward.amara, ANSWER)).status == 200
    assert (await ward.slack.presses(ward.amara, "Why this question?")).status == 200
    held.released.set()
    await ward.settles()
    said = "\n".join(ward.slack.screen(ward.amara).messages)
    assert said.index("work at any time") < said.index("Why this question? You")


async def test_a_form_that_slack_is_slow_to_open_holds_up_no_acknowledgement(ward: Ward) -> None:
    await is_asked(ward)
    held = ward.slack.faults.put("views.open", on_hold())
    assert (await ward.slack.presses(ward.amara, "Answer")).status == 200
    await held.arrived.wait()
    held.released.set()
    await ward.settles()
    assert "Your answer" in ward.slack.screen(ward.amara).view


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "bearings.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
async def brief(databases: Databases, tmp_path: Path) -> AsyncIterator[Ward]:
    """A database that soon says that it is locked."""
    engine = open_sealed(databases.fresh("sqlite", tmp_path), busy_timeout_ms=500)
    async with in_the_ward(engine, ServedBank()) as ward:
        await is_asked(ward)
        yield ward
    await close(engine)


async def test_an_event_that_is_not_kept_is_asked_for_again(brief: Ward, tmp_path: Path) -> None:
    with locked(tmp_path):
        answer = await brief.slack.says(brief.amara, ANSWER)
    assert answer.status == 503
    assert "x-slack-no-retry" not in answer.headers
    assert (await brief.slack.redelivers(answer)).status == 200
    await brief.settles()
    assert await answered(brief) == [ANSWER]


async def test_a_press_that_is_not_kept_is_said_to_whom_waits(brief: Ward, tmp_path: Path) -> None:
    with locked(tmp_path):
        answer = await brief.slack.presses(brief.amara, "Skip")
        await brief.app.dealing.settle()
    assert answer.status == 200
    newest = brief.slack.messages(brief.amara)[-1]
    assert newest.text.startswith("Nothing was changed: the database did not take it.")
    assert newest.ephemeral_to == brief.amara.id
    assert "Skipped" not in "\n".join(words_of(question(brief).blocks, {}))


async def test_a_command_that_is_not_kept_is_said_in_the_same_breath(
    brief: Ward, tmp_path: Path
) -> None:
    with locked(tmp_path):
        answer = await brief.slack.types(brief.amara, "/bearings", "pause")
    assert answer.status == 200
    assert brief.slack.screen(brief.amara).newest.startswith("Nothing was changed")


async def test_a_form_keeps_what_was_typed_while_nothing_can_be_saved(
    brief: Ward, tmp_path: Path
) -> None:
    await brief.presses(brief.amara, "Answer")
    with locked(tmp_path):
        await brief.slack.submits(brief.amara, {"Your answer": ANSWER})
    shown = brief.slack.screen(brief.amara).view
    assert "This was not saved" in shown
    assert ANSWER in shown
    assert await answered(brief) == []
    assert "Saved, for you only" in await brief.submits(brief.amara, {})
    assert await answered(brief) == [ANSWER]
