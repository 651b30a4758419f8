"""`make bench`: how fast, beside what could be. Nothing fails for being slow; the table says it."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console

from prompts.bank import load_bank
from tests.bench import (
    digests,
    flood,
    journals,
    peer,
    pure,
    road,
    sealing,
    slack_delivery,
    slack_intake,
    starting,
    teams_turns,
    turns,
)
from tests.bench.figures import Figure, to_table
from tests.databases import KINDS, Databases, postgres_server

# All of it ends in under nine minutes, on a busy machine by leaving out what comes last.
SECONDS = 480
AS_SERVED = (
    "SQLite was opened as `bearings serve` opens it, and flushed at each commit. PostgreSQL was "
    "asked to flush, but a server that the tests start does not: no connection can change that."
)
console = Console(soft_wrap=True, width=140)

Measure = Callable[[Path], Awaitable[list[Figure]]]


def measures(databases: Databases) -> dict[str, Measure]:
    bank = load_bank()

    async def reckoning(_: Path) -> list[Figure]:
        return pure.measure(bank)

    async def processes(folder: Path) -> list[Figure]:
        return await asyncio.to_thread(starting.measure, databases, folder, 40)

    def each(kind: str) -> dict[str, Measure]:
        return {
            f"{road.MANY:,} nudges on {kind}": lambda folder: road.measure(
                databases, folder, bank, kind, 60
            ),
            f"a hundred times more leaders on {kind}": lambda folder: road.measure_growth(
                databases, folder, bank, kind, 20
            ),
        }

    def crowds_of_coaches(kind: str) -> dict[str, Measure]:
        return {
            f"{digests.MANY:,} digests on {kind}": lambda folder: digests.measure_run(
                databases, folder, bank, kind, 30
            )
        }

    def journal(kind: str) -> dict[str, Measure]:
        return {
            f"a long journal on {kind}": lambda folder: journals.measure(
                databases, folder, bank, kind
            )
        }

    return {
        "the next moment and the next question": reckoning,
        "a turn that stores an answer": lambda folder: turns.measure(databases, folder, bank),
        "what sealing costs": lambda folder: sealing.measure(databases, folder, bank),
        "nudges posted to Slack": lambda folder: slack_delivery.measure(databases, folder, 15),
        "turns in Teams": lambda folder: teams_turns.measure(databases, folder, 15),
        "a digest's page": lambda folder: digests.measure_page(databases, folder, bank),
        **journal(KINDS[0]),
        **journal(KINDS[1]),
        **each(KINDS[0]),
        **each(KINDS[1]),
        "a cron job for each leader": lambda folder: peer.measure(databases, folder, bank, 40),
        "what Slack sends": lambda folder: slack_intake.measure(databases, folder),
        "a flood of what nobody signed": flood.measure,
        "starting": processes,
        # The longest to lay out, and so the first that a busy machine leaves out.
        **crowds_of_coaches(KINDS[0]),
        **crowds_of_coaches(KINDS[1]),
    }


def main() -> None:
    """All of it, or what has one of the words in its name that it is called with."""
    began = time.monotonic()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        databases = Databases(Path(folder), server)
        todo = {
            what: measure
            for what, measure in measures(databases).items()
            if len(sys.argv) == 1 or any(word in what for word in sys.argv[1:])
        }
        for number, (what, measure) in enumerate(todo.items(), 1):
            where = Path(folder) / str(number)
            where.mkdir()
            figures += _measured(f"{number}/{len(todo)} {what}", measure, where, began)
        databases.close()
    console.print(to_table(figures))
    for one in figures:
        if one.runs:
            console.print(f"{one.what}: {one.runs}")
    console.print(AS_SERVED)
    console.print(f"{time.monotonic() - began:.0f} s")


def _measured(what: str, measure: Measure, folder: Path, began: float) -> list[Figure]:
    left = SECONDS - (time.monotonic() - began)
    if left <= 0:
        return [Figure(what, "not measured: no time left")]
    console.print(f"{what} …", end=" ")
    started = time.monotonic()
    try:
        found = asyncio.run(asyncio.wait_for(measure(folder), left))
    except TimeoutError:
        found = [Figure(what, "not measured: it took too long")]
    console.print(f"{time.monotonic() - started:.0f} s")
    return found


if __name__ == "__main__":
    main()
