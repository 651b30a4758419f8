"""Real `bearings` processes, and a look into their database from outside."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from tests import databases

BEARINGS = (str(Path(sys.executable).with_name("bearings")),)
# The same command, with a platform that takes its time.
SLOWLY = (sys.executable, "-m", "tests.drills.slowly")
ROOT = Path(__file__).parents[2]
# Generous: the machine may be busy with other tests.
DEADLINE = 60.0


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Nothing of ours but what is given."""
    ours = ("BEARINGS_", "SLACK_", "TEAMS_", "HOST", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {
        **kept,
        **databases.environment(database_url),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
        **more,
    }


@dataclass
class Running:
    """One process that we started, and must end."""

    process: subprocess.Popen[str]
    out: Path
    err: Path

    def printed(self) -> str:
        return self.out.read_text()

    def complained(self) -> str:
        return self.err.read_text()

    def trouble(self) -> list[str]:
        """What it told its operator, apart from news."""
        return [line for line in self.complained().splitlines() if '"level": "info"' not in line]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def told_to_stop(self, within: float = 15) -> int:
        """By SIGTERM, as a platform does that deploys a new version."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)


class House:
    """A folder and a database that processes are started in. None of them outlives it."""

    def __init__(self, folder: Path, database_url: str, stack: ExitStack) -> None:
        self.folder, self.url, self._stack = folder, database_url, stack
        self._count = 0
        # Settings of every process that is started here, beside its own.
        self.surroundings: dict[str, str] = {}

    def start(self, *words: str, program: Sequence[str] = BEARINGS, **env: str) -> Running:
        self._count += 1
        name = f"{self._count}-{words[0]}"
        out, err = self.folder / f"{name}.out", self.folder / f"{name}.err"
        with out.open("w") as to_out, err.open("w") as to_err:
            process = subprocess.Popen(
                [*program, *words],
                cwd=self.folder,
                env=environment(self.url, **{**self.surroundings, **env}),
                stdout=to_out,
                stderr=to_err,
                text=True,
            )
        running = Running(process, out, err)
        self._stack.callback(running.kill)
        return running

    def worker(self, program: Sequence[str] = BEARINGS, **env: str) -> Running:
        """At work, not just started."""
        running = self.start("work", program=program, **env)
        until(lambda: "Working" in running.printed(), "the worker says that it works", running)
        return running

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*BEARINGS, *words],
            cwd=self.folder,
            env=environment(self.url, **{**self.surroundings, **env}),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        url = make_url(self.url)
        connection = (
            sqlite3.connect(str(url.database), timeout=10, isolation_level=None)
            if url.get_backend_name() == "sqlite"
            else psycopg.connect(self.url, autocommit=True)
        )
        try:
            yield connection
        finally:
            connection.close()

    def ask(self, query: str) -> list[Any]:
        with self._connection() as connection:
            return list(connection.execute(query).fetchall())

    def tell(self, statement: str) -> None:
        with self._connection() as connection:
            connection.execute(statement)

    def number(self, query: str) -> int:
        [(number,)] = self.ask(query)
        return int(number)

    def states(self) -> dict[str, int]:
        """How many nudges are in each state."""
        return dict(self.ask("SELECT state, count(*) FROM nudge GROUP BY state"))

    def in_state(self, state: str) -> int:
        return self.states().get(state, 0)

    def end_leases(self) -> None:
        """What a minute would do: whoever held something is taken for dead."""
        self.tell("UPDATE nudge SET lease_until = 1 WHERE lease_until IS NOT NULL")

    def twice(self) -> list[Any]:
        """Nudges that stand more than once in the chat."""
        return self.ask(
            "SELECT nudge_id, count(*) FROM chat_line WHERE nudge_id IS NOT NULL "
            "GROUP BY nudge_id HAVING count(*) > 1"
        )

    def sent_without_a_line(self) -> int:
        return self.number(
            "SELECT count(*) FROM nudge WHERE state = 'sent' "
            "AND NOT EXISTS (SELECT 1 FROM chat_line WHERE chat_line.nudge_id = nudge.id)"
        )

    def lines_of_others(self) -> int:
        """Lines in the chat whose nudge is in any other state than sent."""
        return self.number(
            "SELECT count(*) FROM chat_line JOIN nudge ON nudge.id = chat_line.nudge_id "
            "WHERE nudge.state <> 'sent'"
        )


@contextmanager
def house(folder: Path, database_url: str) -> Iterator[House]:
    with ExitStack() as stack:
        yield House(folder, database_url, stack)


def until(
    condition: Callable[[], bool],
    what: str,
    *watched: Running,
    within: float = DEADLINE,
    step: float = 0.05,
) -> None:
    """Look again and again, but not for ever; a watched process that ends is told of at once."""
    deadline = time.monotonic() + within
    while not condition():
        for one in watched:
            assert one.process.poll() is None, f"it ended before {what}: {one.complained()}"
        assert time.monotonic() < deadline, (
            f"not within {within:.0f} s: {what}. {[one.complained()[-2000:] for one in watched]}"
        )
        time.sleep(step)
