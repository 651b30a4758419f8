"""However many leaders and nudges there are, what runs every second reads only what it needs."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import event, insert, literal
from sqlalchemy import select as columns_of
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from bot.web.posting import PLATFORM, WORKSPACE
from prompts.bank import Bank
from scheduler.planning import plan_due
from storage.cadences import due_cadences
from storage.digests import gathered, note_told, rows_of, told_in
from storage.engine import reading, transaction
from storage.experiments import last_ended, left_lying
from storage.members import find_member
from storage.nudges import Intent, Sent, lease, let_go, mark_sending, record_sent, take_abandoned
from storage.questions import asked_questions, let_lapse, open_question
from storage.reflections import Looked, journal
from storage.tables import (
    Decision,
    Experiment,
    ExperimentState,
    MemberRow,
    Nudge,
    NudgeKind,
    Pairing,
)
from storage.tables.columns import UtcDateTime, one_of
from tests.drills.coaches import lay_out_coaches, look_through
from tests.drills.crowd import lay_out_crowd
from tests.drills.years import lay_out_journal

GROWING = (
    "nudge|cadence|member|agreement|permission|objective|reflection|experiment|rating|aside"
    "|pairing|digest_item"
)


@contextmanager
def explained(engine: AsyncEngine, url: str) -> Iterator[list[str]]:
    """What the database says that it will do, for each statement that is run."""
    plans: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if not statement.startswith(("SELECT", "WITH", "UPDATE", "INSERT", "DELETE")):
            return
        # Many rows are a list of what each of them holds; or one statement with all of it.
        first = values[0] if isinstance(values, list) else values
        if engine.dialect.name == "sqlite":
            with sqlite3.connect(url.removeprefix("sqlite:///")) as look:
                steps = [row[3] for row in look.execute(f"EXPLAIN QUERY PLAN {statement}", first)]
            look.close()
        else:
            cursor.execute(f"EXPLAIN {statement}", first)
            steps = [row[0] for row in cursor.fetchall()]
        plans.extend(f"{step.strip()}  <- {statement[:200]}" for step in steps)

    event.listen(engine.sync_engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", explain)


def read_whole(plans: list[str]) -> list[str]:
    """Those that go through every row of a table that grows. To PostgreSQL an empty one costs
    nothing."""
    whole = re.compile(rf"(SCAN|.*Seq Scan on) ({GROWING})\b(?!.*cost=0\.00\.\.0\.00 )")
    return [plan for plan in plans if whole.match(plan)]


async def an_experiment_each(engine: AsyncEngine, now: datetime) -> None:
    """Seen through, by everybody: of an empty table no plan means anything."""
    seen_through = {
        "state": literal(ExperimentState.CLOSED, one_of(ExperimentState)),
        "decision": literal(Decision.KEEP, one_of(Decision)),
        "due": literal(now.date()),
        "delays": literal(0),
        "moves": literal(0),
        "words": literal(b""),
        **dict.fromkeys(("made_at", "moved_at", "closed_at"), literal(now, UtcDateTime)),
    }
    member = col(MemberRow.id)
    columns = ["id", "member_id", "workspace_id", *seen_through]
    rows = columns_of(member, member, col(MemberRow.workspace_id), *seen_through.values())
    async with transaction(engine) as db:
        await db.exec(insert(Experiment).from_select(columns, rows))
    await look_through(engine)


async def test_nothing_on_the_road_reads_a_large_table_whole(
    engine: AsyncEngine, database_url: str, bank: Bank
) -> None:
    now, owner = datetime.now(UTC), uuid4()
    await lay_out_crowd(engine, now, due=600, others=5000, bank=bank, asked=12)
    assert await plan_due(engine, now) == 600
    await an_experiment_each(engine, now)
    with explained(engine, database_url) as plans:
        async with transaction(engine) as db:
            await due_cadences(db, now, 100)
            # Six hundred are a crowd: the last has a place some minutes later.
            held = await lease(db, owner, now + timedelta(minutes=10), 20)
            await mark_sending(db, owner, [Intent(one.id) for one in held[:5]])
            await record_sent(db, owner, [Sent(one.id, "1", now) for one in held[:5]])
            await take_abandoned(db, owner, 100)
            await let_go(db, owner)
            await asked_questions(db, [one.member_id for one in held], now - timedelta(days=400))
            await let_lapse(db, now)
            await left_lying(db, now.date(), now - timedelta(days=21), 3)
            await last_ended(db, [one.member_id for one in held])
            someone = await find_member(db, PLATFORM, WORKSPACE, "leader-7")
            assert someone
            await open_question(db, someone, now - timedelta(days=2))
    assert len(held) == 20
    assert plans
    assert read_whole(plans) == []


async def test_digests_of_some_coaches_read_nothing_of_the_others(
    engine: AsyncEngine, database_url: str
) -> None:
    now = datetime.now(UTC)
    await lay_out_coaches(engine, now, 1500)
    async with reading(engine) as db:
        pairs = list(await db.exec(select(Pairing.coach_id, Pairing.leader_id).limit(4)))
    coaches, leaders = {one for one, _ in pairs}, {one for _, one in pairs}
    async with transaction(engine) as db:
        digest = (await db.exec(select(Nudge).where(Nudge.kind == NudgeKind.DIGEST))).first()
        assert digest
        with explained(engine, database_url) as plans:
            fresh = await gathered(db, coaches, [], now)
            await gathered(db, [], leaders, now)
            await gathered(db, coaches, leaders, now)
            await note_told(db, {digest.id: fresh}, [digest.id])
            await rows_of(db, await told_in(db, digest))
    assert fresh
    assert read_whole(plans) == []
    # A thing is told of once; what else was told in its pairing is not read for it.
    noted = [plan for plan in plans if "digest_item" in plan.split("  <-")[0]]
    assert not [plan for plan in noted if "ix_digest_item_pairing_id" in plan.split("  <-")[0]]
    assert [plan for plan in noted if "ix_digest_item_item_id_pairing_id" in plan]


async def test_a_page_of_a_journal_is_read_in_its_order(
    engine: AsyncEngine, database_url: str
) -> None:
    leader = await lay_out_journal(engine, datetime.now(UTC), 3000)
    await look_through(engine)
    async with reading(engine) as db:
        last = (await journal(db, leader, 2000))[-1]
        with explained(engine, database_url) as plans:
            await journal(db, leader, 13)
            await journal(db, leader, 13, Looked(older_than=last))
    steps = [plan.split("  <-")[0] for plan in plans]
    assert read_whole(plans) == []
    # Nothing but answers of one hour is sorted, and a later page begins where the one before ended.
    whole = "USE TEMP B-TREE FOR ORDER BY", "->  Sort", "Sort  (cost"
    assert not [step for step in steps if step.startswith(whole)]
    assert [step for step in steps if re.search(r"member_id=\? AND answered_at<\?|<= '", step)]
