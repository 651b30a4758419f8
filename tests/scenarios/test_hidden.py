"""The search that follows each scenario finds what it looks for."""

import pytest

from tests.scenarios.hidden import check_hidden
from tests.scenarios.stage import Stage

ON_RUTHS_PAGE = "A digest comes only when something was shared."
NOBODYS = "The chair of the trust was late again."


async def finds(stage: Stage, words: str, log: str = "") -> None:
    stage.amara.typed.append(words)
    with pytest.raises(AssertionError):
        await check_hidden(stage, log)
    stage.amara.typed.clear()


async def test_words_on_somebody_elses_page_are_found(stage: Stage) -> None:
    await finds(stage, ON_RUTHS_PAGE)


async def test_words_in_a_chat_are_found(stage: Stage) -> None:
    await stage.amara.opens_home()
    await finds(stage, stage.amara.newest[:40])


async def test_words_in_the_log_are_found(stage: Stage) -> None:
    await finds(stage, NOBODYS, f"INFO somewhere at 12: {NOBODYS}")
