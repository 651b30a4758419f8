"""How soon a process is there, and how much memory it takes."""

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from tests.bench.figures import Figure, again, at_most, megabytes, whole_seconds, within
from tests.databases import Databases
from tests.drills.processes import House, Running, house, until

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
# The libraries that any program of this kind imports, and nothing of ours.
LIBRARIES = "import alembic, apscheduler, babel, jinja2, rich, sqlmodel, starlette, typer, uvicorn"


def measure(databases: Databases, folder: Path, seconds: float) -> list[Figure]:
    url = databases.fresh("sqlite", folder)
    serve, demo, floor, size = [], [], [], {}
    for _ in again(5, seconds):
        took, libraries = _libraries()
        floor.append(took)
        with house(folder, url) as here:
            took, running = _until_ready(here, "serve")
            serve.append(took)
            size["serve"] = _resident(running)
        with house(folder, url) as here:
            size["work"] = _worker(here)
        demo.append(_second_start(databases, folder))
    return [
        at_most(
            "`bearings serve` until /readyz; floor: the libraries' own import",
            serve,
            floor,
            whole_seconds,
            3,
        ),
        within(
            "`bearings demo`, second start, until /readyz",
            demo,
            whole_seconds,
            3,
        ),
        *(
            at_most(
                f"memory of `bearings {word}` after start; floor: the libraries",
                [taken],
                [libraries],
                megabytes,
                2,
            )
            for word, taken in size.items()
        ),
    ]


def _second_start(databases: Databases, folder: Path) -> float:
    with ExitStack() as stack:
        where = folder / f"demo-{time.monotonic_ns()}"
        where.mkdir()
        here = House(where, databases.fresh("sqlite", where), stack)
        _, first = _until_ready(here, "demo")
        first.told_to_stop(30)
        took, second = _until_ready(here, "demo")
        second.told_to_stop(30)
        return took


def _until_ready(here: House, word: str) -> tuple[float, Running]:
    began = time.perf_counter()
    running = here.start(word, PORT="0")
    until(lambda: _is_ready(running), "it is ready", running, step=0.01)
    return time.perf_counter() - began, running


def _is_ready(running: Running) -> bool:
    found = ADDRESS.search(running.printed())
    if found is None:
        return False
    try:
        with urllib.request.urlopen(f"{found[0]}/readyz", timeout=5) as heard:  # noqa: S310 - ours
            return bool(heard.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def _worker(here: House) -> float:
    running = here.worker()
    # A pass or two.
    time.sleep(2.5)
    return _resident(running)


def _resident(running: Running) -> float:
    done = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(running.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout) * 1024


def _libraries() -> tuple[float, float]:
    """How long their import takes, and how much memory a process that did it has."""
    usage = "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss"
    program = f"{LIBRARIES}\nimport resource\nprint({usage})"
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    took = time.perf_counter() - began
    kilobytes = int(done.stdout) / (1024 if sys.platform == "darwin" else 1)
    return took, kilobytes * 1024
