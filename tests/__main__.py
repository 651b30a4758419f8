"""Everything that must pass: `make test`. Each check is told by its last lines, failures whole."""

import os
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
# One more than the cores of a small machine: many tests wait for a process or a browser.
PROCESSES = os.environ.get("BEARINGS_TEST_PROCESSES", "3")
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
CHECKS = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy --strict": ["mypy"],
    "import-linter": ["lint-imports"],
    "pytest": ["pytest", "--dist", "worksteal", "--numprocesses", PROCESSES],
}


def main() -> int:
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


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
    print(f"{'ok' if passed else 'FAILED':7}{name} ({took:.0f} s)", flush=True)
    said = (done.stdout + done.stderr).strip()
    if not passed:
        print(said)
    elif name == "pytest":
        # The totals, and the reason of anything that was skipped.
        print("\n".join(line for line in said.splitlines()[-30:] if _tells(line)))
    return passed


def _tells(line: str) -> bool:
    return "passed" in line or line.startswith("SKIPPED")


if __name__ == "__main__":
    sys.exit(main())
