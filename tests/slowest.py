"""At the end of a whole run: which files took longest, so that growth is seen while it is small."""

from collections import defaultdict

import pytest

SHOWN = 10
# Of a run of a few files everybody knows what it was about.
WHOLE = 50


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    took: dict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                took[report.location[0]] += report.duration
    if len(took) > WHOLE:
        slowest = sorted(took.items(), key=lambda one: -one[1])[:SHOWN]
        told = ", ".join(f"{file} {seconds:.0f}" for file, seconds in slowest)
        terminalreporter.write_line(f"slowest, in seconds: {told}")
