import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.processes import House, house


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A migrated database, and the processes that work on it."""
    with house(tmp_path, database_url) as here:
        yield here


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """For moments that differ from run to run. A failed run prints its seed; DRILL_SEED sets it."""
    seed = int(os.environ.get("DRILL_SEED", random.randrange(2**32)))  # noqa: S311 - no secret
    print(f"DRILL_SEED={seed} for {request.node.name}")
    return random.Random(seed)  # noqa: S311 - no secret
