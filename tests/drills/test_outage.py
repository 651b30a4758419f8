"""Nothing ran for days: what is still useful goes out once, the rest is let go with a reason."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

from scheduler.planning import STALE, plan_due
from tests.databases import close, open_sealed
from tests.drills.crowd import lay_out_crowd
from tests.drills.processes import House

# A Monday, at noon in the crowd's zone; asked on three days a week.
MONDAY = datetime(2026, 11, 23, 12, 0, 1, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4, minutes=20)
LEADERS = 120
DAYS = "mon 12:00, wed 12:00, fri 12:00"


def tick(home: House, at: datetime) -> int:
    done = home.run("tick", "--at", at.isoformat(), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    sent: int = json.loads(done.stdout)["sent"]
    return sent


def before_the_outage(home: House, *, planned: bool) -> None:
    """Everyone is due on Monday. `planned`: the last worker died between planning and sending."""

    async def go() -> None:
        engine = open_sealed(home.url)
        await lay_out_crowd(engine, MONDAY, due=LEADERS, slots=DAYS)
        if planned:
            assert await plan_due(engine, MONDAY) == LEADERS
        await close(engine)

    asyncio.run(go())


def by_day(home: House) -> dict[tuple[str, str, str], int]:
    """How many nudges of each day ended how, and why."""
    return {
        (slot, state, because): number
        for slot, state, because, number in home.ask(
            "SELECT slot, state, ended_because, count(*) FROM nudge "
            "GROUP BY slot, state, ended_because"
        )
    }


def test_after_days_without_a_worker_only_what_is_still_useful_goes_out(home: House) -> None:
    before_the_outage(home, planned=False)

    assert tick(home, FRIDAY) == LEADERS
    assert tick(home, FRIDAY) == 0, "the same pass once more sends nothing"

    assert by_day(home) == {
        ("2026-11-23/question", "expired", STALE.words): LEADERS,
        ("2026-11-25/question", "expired", STALE.words): LEADERS,
        ("2026-11-27/question", "sent", ""): LEADERS,
    }
    assert home.twice() == []
    assert home.sent_without_a_line() == home.lines_of_others() == 0
    assert home.number("SELECT count(*) FROM chat_line") == LEADERS


def test_what_was_planned_before_the_outage_is_let_go_with_the_same_reason(home: House) -> None:
    before_the_outage(home, planned=True)
    assert home.states() == {"ready": LEADERS}

    assert tick(home, FRIDAY + timedelta(hours=5)) == 0, "Friday's is stale by the evening too"

    assert by_day(home) == {
        (f"2026-11-{day}/question", "expired", STALE.words): LEADERS for day in (23, 25, 27)
    }
    assert home.number("SELECT count(*) FROM chat_line") == 0
