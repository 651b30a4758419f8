"""However many leaders and nudges there are, what runs every second reads only what it needs."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.web.posting import PLATFORM, WORKSPACE
from prompts.bank import Bank
from scheduler.planning import plan_due
from storage.cadences import due_cadences
from storage.engine import transaction
from storage.experiments import last_ended, left_lying
from storage.members import find_member
from storage.nudges import Intent, Sent, lease, let_go, mark_sending, record_sent, take_abandoned
from storage.questions import asked_questions, let_lapse, open_question
from tests.drills.crowd import lay_out_crowd

GROWING = "nudge|cadence|member|agreement|permission|objective"


@contextmanager
def explained(engine: AsyncEngine, url: str) -> Iterator[list[str]]:
    """What the database says that it will do, for each statement that is run."""
    plans: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, values: Any, *more: Any) -> None:
        many = more[-1]
        if not statement.startswith(("SELECT", "UPDATE", "INSERT", "DELETE")):
            return
        first = values[0] if many else values
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
    """Those that go through every row of a table that grows."""
    return [plan for plan in plans if re.match(rf"(SCAN|.*Seq Scan on) ({GROWING})\b", plan)]


async def test_nothing_on_the_road_reads_a_large_table_whole(
    engine: AsyncEngine, database_url: str, bank: Bank
) -> None:
    now, owner = datetime.now(UTC), uuid4()
    await lay_out_crowd(engine, now, due=600, others=5000, bank=bank, asked=12)
    assert await plan_due(engine, now) == 600
    with explained(engine, database_url) as plans:
        async with transaction(engine) as db:
            await due_cadences(db, now, 100)
            held = await lease(db, owner, now, 20)
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
