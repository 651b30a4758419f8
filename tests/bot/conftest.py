import pytest

from tests.bot.dialogue import Dialogue
from tests.cast import Programme


@pytest.fixture
def chat(programme: Programme) -> Dialogue:
    return Dialogue(programme)
