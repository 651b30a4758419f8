"""Everything that must pass: `make test`. Each check is told by its last lines, failures whole."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = Path(sys.executable).parent
# One more than the cores of a small machine: many tests wait for a process or a browser.
PROCESSES = os.environ.get("BEARINGS_TEST_PROCESSES", "3")
TESTS = "pytest"
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
CHECKS = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy --strict": ["mypy"],
    "import-linter": ["lint-imports"],
    TESTS: ["pytest", "--dist", "worksteal", "--numprocesses", PROCESSES],
}


def main() -> int:
    # What reads the code has one process, and the tests may have the other cores meanwhile.
    with ThreadPoolExecutor() as lanes:
        tests = lanes.submit(_failing, {TESTS: CHECKS[TESTS]})
        readers = lanes.submit(_failing, {n: one for n, one in CHECKS.items() if n != TESTS})
        failed = [*readers.result(), *tests.result()]
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def _failing(checks: dict[str, list[str]]) -> list[str]:
    return [name for name, command in checks.items() if not _passes(name, command)]


def _passes(name: str, command: list[str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        # What is compiled once is not compiled anew by each command that a test starts.
        env={name: value for name, value in os.environ.items() if name != NO_BYTECODE},
    )
    took = time.monotonic() - began
    passed = done.returncode == 0
    said = (done.stdout + done.stderr).strip()
    told = [f"{'ok' if passed else 'FAILED':7}{name} ({took:.0f} s)"]
    if not passed:
        told.append(said)
    elif name == TESTS:
        # The totals, the slowest files, and the reason of anything that was skipped.
        told += [line for line in said.splitlines()[-30:] if _tells(line)]
    # In one piece: another check may end at the same moment.
    print("\n".join(told), flush=True)
    return passed


def _tells(line: str) -> bool:
    return "passed" in line or line.startswith(("SKIPPED", "slowest"))


if __name__ == "__main__":
    sys.exit(main())
