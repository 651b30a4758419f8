"""`bearings work` as real processes: several at once, killed, and told to stop."""

import asyncio
import random
import time
from datetime import UTC, datetime

from tests.databases import close, open_sealed
from tests.drills.crowd import lay_out_crowd
from tests.drills.processes import SLOWLY, House, until

CROWD = 200


def let_in(home: House, leaders: int) -> None:
    """A crowd of leaders, all due now."""

    async def go() -> None:
        engine = open_sealed(home.url)
        await lay_out_crowd(engine, datetime.now(UTC), due=leaders)
        await close(engine)

    asyncio.run(go())


def test_two_workers_send_each_nudge_once(home: House) -> None:
    workers = [home.start("work"), home.start("work")]
    for worker in workers:
        until(lambda: "Working" in worker.printed(), "both are at work", worker)  # noqa: B023
    let_in(home, CROWD)

    until(lambda: home.in_state("sent") >= CROWD, "everything is sent", *workers)
    # Each of them looks once more before it is told to stop, and finds nothing.
    time.sleep(1.5)

    assert [worker.told_to_stop() for worker in workers] == [0, 0]
    assert home.states() == {"sent": CROWD}
    assert home.twice() == []
    assert home.sent_without_a_line() == 0
    assert home.number("SELECT count(DISTINCT member_id) FROM chat_line") == CROWD
    assert [worker.trouble() for worker in workers] == [[], []]


def test_what_a_killed_worker_held_is_settled_by_another(home: House, dice: random.Random) -> None:
    let_in(home, CROWD)
    for _ in range(3):
        worker = home.worker(SLOWLY)
        until(lambda: home.in_state("sending") > 0, "it is in the midst of sending", worker)
        time.sleep(dice.uniform(0, 0.4))
        worker.kill()
        home.end_leases()

    worker = home.worker()
    ended = {"sent", "expired", "given up", "in doubt"}
    until(
        lambda: home.number("SELECT count(*) FROM nudge") == CROWD and set(home.states()) <= ended,
        "everything has ended",
        worker,
    )

    assert worker.told_to_stop() == 0
    assert worker.trouble() == []
    # The playground can look whether a message arrived, so nothing stays in doubt.
    assert home.states() == {"sent": CROWD}
    assert home.twice() == []
    assert home.sent_without_a_line() == 0
    assert home.number("SELECT count(DISTINCT member_id) FROM chat_line") == CROWD


def test_told_to_stop_it_records_what_is_under_way(home: House) -> None:
    """The whole pass would take longer than the fifteen seconds that a host waits."""
    # As many as are asked at the very minute.
    leaders = 300
    worker = home.worker(SLOWLY, DRILL_SECONDS="2.5")
    let_in(home, leaders)
    until(lambda: home.in_state("sending") > 0, "it is in the midst of sending", worker)

    began = time.monotonic()
    assert worker.told_to_stop() == 0

    states = home.states()
    assert time.monotonic() - began < 15
    assert set(states) == {"sent", "ready"}, "nothing is left in doubt, or held by nobody"
    assert home.lines_of_others() == 0
    assert home.twice() == []
    assert home.sent_without_a_line() == 0
    assert sum(states.values()) == leaders
    assert worker.trouble() == []
