"""What Teams sends is kept before it is told so, taken once, and answered in its own form."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from bot.payloads import maybe_moment
from bot.teams import dealing, invokes, late
from bot.teams.incoming import Contact, Where, Withdrawn
from bot.teams.lining_up import line_of
from prompts.bank import ServedBank
from storage.engine import reading, transaction
from storage.tables import Intake, Receipt, Reflection
from tests.bot.playing import count
from tests.bot.teams_ward import Ward, agrees, answered, in_the_ward, is_asked
from tests.databases import Databases, close, open_sealed
from tests.teams.faults import html_page, on_hold, throttled

ANSWER = "I rang her before the round, and listened."
OTHER = "I did not ring her at all."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


# Once


async def test_a_message_is_on_the_disk_before_teams_is_told_so_and_sealed(ward: Ward) -> None:
    await is_asked(ward)
    assert (await ward.teams.says(ward.amara, ANSWER)).status == 200
    assert await count(ward.engine, Intake) == 1
    async with reading(ward.engine) as db:
        [body] = await db.exec(select(Intake.body))
    assert ANSWER.encode() not in body
    await ward.settles()
    assert await count(ward.engine, Intake) == 0
    assert await answered(ward) == [ANSWER]


async def test_what_is_delivered_again_in_parallel_and_later_is_one_effect(ward: Ward) -> None:
    await is_asked(ward)
    first = await ward.teams.says(ward.amara, ANSWER)
    await asyncio.gather(*(ward.teams.sends(first.activity) for _ in range(5)))
    await ward.settles()
    said = len(ward.teams.messages(ward.amara))
    await ward.teams.sends(first.activity)
    await ward.settles()
    assert await answered(ward) == [ANSWER]
    assert len(ward.teams.messages(ward.amara)) == said


async def test_what_came_in_the_wrong_order_is_taken_as_it_was_said(ward: Ward) -> None:
    await is_asked(ward)
    await ward.teams.says(ward.amara, ANSWER)
    await ward.teams.edits(ward.amara, OTHER)
    async with transaction(ward.engine) as db:
        early, late = list(await db.exec(select(Intake).order_by(col(Intake.number))))
        # As if Teams had brought the change first.
        for row, number in ((early, 9_000), (late, 8_000)):
            await db.exec(update(Intake).where(col(Intake.id) == row.id).values(number=number))
    await ward.settles()
    assert await answered(ward) == [OTHER]


@given(st.text(max_size=45) | st.datetimes(timezones=st.timezones()).map(datetime.isoformat))
def test_no_time_that_is_told_stops_a_message(said_at: str) -> None:
    at = maybe_moment({"timestamp": said_at}, "timestamp")
    who = Contact("t", "u", "29:u", "28:b", "19:c", "https://s.example", at=at)
    line = line_of(Withdrawn("teams:1", who, Where("19:c"), "teams:0"))
    assert line is not None
    assert line.chat == "19:c"
    assert line.said_at is None or line.said_at.utcoffset() == timedelta()


async def test_an_invoke_that_is_delivered_again_is_answered_and_taken_once(ward: Ward) -> None:
    await is_asked(ward)
    first = await ward.teams.presses(ward.amara, "Skip")
    receipts = await count(ward.engine, Receipt)
    again = await ward.teams.sends(first.activity)
    assert again.status == 200
    assert again.body == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": dealing.TAKEN_ALREADY,
    }
    assert await count(ward.engine, Receipt) == receipts


async def test_an_answer_that_was_written_down_is_sent_by_whoever_comes_next(ward: Ward) -> None:
    await is_asked(ward)
    ward.teams.faults.put("send", throttled(0))
    await ward.says(ward.amara, "help")
    assert "work at any time" not in ward.teams.screen(ward.amara).newest
    async with transaction(ward.engine) as db:
        await (await db.connection()).exec_driver_sql("UPDATE reply SET lease_until = 0")
    await ward.settles()
    assert "work at any time" in ward.teams.screen(ward.amara).newest


async def test_a_gateways_page_loses_no_answer_and_repeats_none(ward: Ward) -> None:
    await is_asked(ward)
    ward.teams.faults.put("update", html_page(502))
    await ward.presses(ward.amara, "Skip")
    async with transaction(ward.engine) as db:
        await (await db.connection()).exec_driver_sql("UPDATE reply SET lease_until = 0")
    await ward.settles()
    assert len([one for one in ward.teams.called("update") if one.status == 200]) == 1


# Where the database does not take it


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


async def test_a_message_that_is_not_kept_is_asked_for_again(brief: Ward, tmp_path: Path) -> None:
    with locked(tmp_path):
        answer = await brief.teams.says(brief.amara, ANSWER)
    assert answer.status == 503
    assert (await brief.teams.sends(answer.activity)).status == 200
    await brief.settles()
    assert await answered(brief) == [ANSWER]


async def test_what_was_typed_on_a_card_stays_there_while_nothing_can_be_saved(
    brief: Ward, tmp_path: Path
) -> None:
    with locked(tmp_path):
        await brief.teams.fills(brief.amara, {"Your answer": ANSWER}, save="Save")
    card = brief.teams.screen(brief.amara).card
    assert "Not saved" in card
    assert ANSWER in card
    assert await answered(brief) == []
    assert "Saved, for you only" in await brief.fills(brief.amara, {}, "Save")
    assert await answered(brief) == [ANSWER]


async def test_what_was_typed_in_a_dialog_stays_there_while_nothing_can_be_saved(
    brief: Ward, tmp_path: Path
) -> None:
    await brief.presses(brief.amara, "Answer")
    with locked(tmp_path):
        await brief.teams.fills(brief.amara, {"Your answer": ANSWER})
    assert "Not saved" in brief.dialog(brief.amara)
    assert ANSWER in brief.dialog(brief.amara)
    assert await answered(brief) == []
    await brief.fills(brief.amara, {})
    assert await answered(brief) == [ANSWER]


async def test_a_press_that_is_not_kept_is_said_to_whom_waits(brief: Ward, tmp_path: Path) -> None:
    with locked(tmp_path):
        answer = await brief.teams.presses(brief.amara, "Skip")
    assert isinstance(answer.body, dict)
    assert answer.body["value"] == invokes.NOT_DONE
    assert "Skipped" in await brief.presses(brief.amara, "Skip")


# In time


async def test_whoever_waits_is_answered_in_time_and_what_comes_late_is_kept_once(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose address it is takes Teams so long that somebody would be told that it failed."""
    await agrees(ward)
    ward.has_read(ward.amara)
    stranger = ward.teams.person(ward.royal, "Kofi Mensah")
    monkeypatch.setattr(dealing, "PATIENCE_SECONDS", 0.05)
    held = ward.teams.faults.put("member", on_hold())
    first = await ward.teams.presses(ward.amara, "Set an objective")
    assert first.status == 200
    activity = {
        **first.activity,
        "id": "f:strange",
        "from": stranger.account,
        "conversation": {
            **first.activity["conversation"],
            "id": ward.teams.conversation(stranger).id,
        },
    }
    answer = await ward.teams.sends(activity)
    assert answer.body == {"task": {"type": "message", "value": invokes.SLOW_PRESS}}
    held.released.set()
    await ward.settles()
    assert await count(ward.engine, Reflection) == 0


@pytest.fixture
def impatient(brief: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on Teams waits for nothing at all: every turn comes late."""
    del brief
    monkeypatch.setattr(dealing, "PATIENCE_SECONDS", 0)


@pytest.mark.usefixtures("impatient")
async def test_what_was_saved_late_is_never_called_unsaved(brief: Ward) -> None:
    await brief.teams.fills(brief.amara, {"Your answer": ANSWER}, save="Save")
    card = brief.teams.screen(brief.amara).card
    assert card.startswith("This takes longer than usual\nIt may be saved already.")
    assert "Not saved" not in card
    assert f"> {ANSWER}" in card
    await brief.settles()
    assert "Saved, for you only" in brief.teams.screen(brief.amara).card
    assert await answered(brief) == [ANSWER]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("opener", ["", "Answer"])
async def test_what_was_refused_late_is_told_and_waits_where_it_was_typed(
    brief: Ward, monkeypatch: pytest.MonkeyPatch, opener: str
) -> None:
    long = "much too long " * 1_000
    with monkeypatch.context() as patient:
        patient.setattr(dealing, "PATIENCE_SECONDS", 4)
        if opener:
            await brief.presses(brief.amara, opener)
    await brief.teams.fills(brief.amara, {"Your answer": long}, save="Save")
    await brief.settles()
    assert brief.teams.screen(brief.amara).newest == late.REFUSED
    assert "much too long" not in brief.teams.screen(brief.amara).newest
    monkeypatch.setattr(dealing, "PATIENCE_SECONDS", 4)
    await brief.teams.fills(brief.amara, {"Your answer": long}, save="Save")
    shown = brief.teams.screen(brief.amara).words
    assert "10,000 fit" in shown
    assert long.strip() in shown
    await brief.fills(brief.amara, {"Your answer": ANSWER}, "Save")
    assert await answered(brief) == [ANSWER]


@pytest.mark.usefixtures("impatient")
async def test_a_form_that_comes_late_is_opened_from_the_chat(
    brief: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    await brief.presses(brief.amara, "Pause")
    assert brief.dialog(brief.amara) == invokes.SLOW_PRESS
    brief.has_read(brief.amara)
    monkeypatch.setattr(dealing, "PATIENCE_SECONDS", 4)
    await brief.presses(brief.amara, "Choose a day")
    assert "Start again on" in brief.dialog(brief.amara)


@pytest.mark.usefixtures("impatient")
async def test_a_press_that_comes_late_leaves_what_was_typed_and_is_told_below(
    brief: Ward,
) -> None:
    holder = brief.teams.fills_in(brief.amara, {"Your answer": "Half a sen"})
    newest = await brief.presses(brief.amara, "Skip")
    assert newest == late.KEPT_ABOVE
    assert "Skipped. Nothing was stored." in brief.teams.screen(brief.amara).messages[-2]
    assert holder.typed == {"words": "Half a sen"}


@pytest.mark.usefixtures("impatient")
async def test_what_could_not_be_kept_late_is_told(brief: Ward, tmp_path: Path) -> None:
    with locked(tmp_path):
        await brief.teams.fills(brief.amara, {"Your answer": ANSWER}, save="Save")
        await brief.app.dealing.settle()
    assert brief.teams.screen(brief.amara).newest == late.NOT_SAVED
    assert f"> {ANSWER}" in brief.teams.screen(brief.amara).words
    assert await answered(brief) == []


async def test_what_was_refused_is_refused_again_and_not_met_with_silence(brief: Ward) -> None:
    await brief.presses(brief.amara, "Answer")
    long = "much too long " * 1_000
    first = await brief.teams.fills(brief.amara, {"Your answer": long})
    again = await brief.teams.sends({**first.activity, "id": "f:pressed-twice"})
    assert isinstance(again.body, dict)
    assert again.body["task"]["type"] == "continue"
    assert long.strip() in str(again.body)
