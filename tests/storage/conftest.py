import time
from collections.abc import Iterator

import pytest


@pytest.fixture
def in_stanley(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own time is that of the Falkland Islands."""
    with monkeypatch.context() as here:
        here.setenv("TZ", "Atlantic/Stanley")
        time.tzset()
        yield
    time.tzset()
