"""The database does not answer: Slack is told so while it still waits, and nothing is doubled."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.slack import dealing
from bot.slack.installing import Installations
from bot.slack.listening import ANSWER_SECONDS, BODY_SECONDS
from prompts.bank import ServedBank
from storage.engine import open_engine
from storage.tables import Intake
from tests.bot.playing import count
from tests.bot.slack_ward import Ward, answered, in_the_ward, is_asked, question, said_to
from tests.bot.weather import BRIEFLY, WEATHER, locked, silent
from tests.slack.reading import words_of

ANSWER = "I rang her before the round, and listened."

Weather = Callable[[AsyncEngine], AbstractAsyncContextManager[None]]


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        await is_asked(ward)
        yield ward


async def brought_to_its_end(ward: Ward) -> None:
    """What was begun before Slack was answered."""
    await asyncio.gather(*ward.door._underway, return_exceptions=True)


def test_slack_hears_of_it_before_it_gives_up() -> None:
    assert dealing.PATIENCE_SECONDS < ANSWER_SECONDS < 3
    assert BODY_SECONDS <= 3


@pytest.mark.parametrize("weather", WEATHER)
async def test_an_event_that_is_not_kept_in_time_comes_again_and_has_one_effect(
    ward: Ward, weather: Weather
) -> None:
    lines = said_to(ward)
    ward.door._patience = BRIEFLY
    async with weather(ward.engine):
        first = await ward.slack.says(ward.amara, ANSWER)
        assert first.status == 503
        assert "x-slack-no-retry" not in first.headers
        assert (await ward.slack.redelivers(first)).status == 503
    # It was being written while Slack was told to come again.
    await brought_to_its_end(ward)
    assert await count(ward.engine, Intake) == 1
    ward.door._patience = ANSWER_SECONDS
    assert (await ward.slack.redelivers(first, 2)).status == 200
    await ward.settles()
    assert (await ward.slack.redelivers(first, 3)).status == 200
    await ward.settles()
    assert await answered(ward) == [ANSWER]
    assert said_to(ward) == lines + 1


async def test_what_is_typed_in_a_form_stays_there_and_is_saved_once(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ward.presses(ward.amara, "Answer")
    monkeypatch.setattr(dealing, "PATIENCE_SECONDS", BRIEFLY)
    async with locked(ward.engine):
        assert (await ward.slack.submits(ward.amara, {"Your answer": ANSWER})).status == 200
        shown = ward.slack.screen(ward.amara).view
        assert dealing.SLOW in shown
        assert ANSWER in shown
    await ward.settles()
    assert await answered(ward) == [ANSWER]
    await ward.slack.submits(ward.amara, {})
    await ward.settles()
    assert await answered(ward) == [ANSWER]


async def test_a_press_is_taken_in_and_what_comes_of_it_follows(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dealing, "PATIENCE_SECONDS", BRIEFLY)
    async with locked(ward.engine):
        assert (await ward.slack.presses(ward.amara, "Skip")).status == 200
    await ward.settles()
    assert dealing.SLOW_PRESS in [one.text for one in ward.slack.messages(ward.amara)]
    assert "Skipped" in "\n".join(words_of(question(ward).blocks, {}))


async def test_a_command_is_answered_in_time_and_what_comes_of_it_follows(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dealing, "PATIENCE_SECONDS", BRIEFLY)
    async with locked(ward.engine):
        assert (await ward.slack.types(ward.amara, "/bearings", "pause")).status == 200
        assert ward.slack.screen(ward.amara).newest == dealing.SLOW_PRESS
    assert (await ward.comes_to(ward.amara)).startswith("Paused until")


async def test_a_database_that_lets_us_in_and_says_nothing_is_not_waited_for(
    ward: Ward, database_url: str
) -> None:
    ward.door._patience = BRIEFLY
    async with silent() as nowhere:
        engine = open_engine(nowhere)
        ward.door._installations = Installations(engine)
        began = time.monotonic()
        assert (await ward.slack.says(ward.amara, ANSWER)).status == 503
        assert time.monotonic() - began < ANSWER_SECONDS
    await brought_to_its_end(ward)
    await engine.dispose()
