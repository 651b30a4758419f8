"""The database does not answer: Teams is told so while it still waits, and nothing is doubled."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.teams import dealing, invokes
from bot.teams.listening import ANSWER_SECONDS
from bot.teams.tenants import Tenants
from prompts.bank import ServedBank
from storage.engine import open_engine
from tests.bot.teams_ward import Ward, answered, in_the_ward, is_asked
from tests.bot.weather import BRIEFLY, WEATHER, locked, silent

ANSWER = "I rang her before the round, and listened."

Weather = Callable[[AsyncEngine], AbstractAsyncContextManager[None]]


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        await is_asked(ward)
        yield ward


async def brought_to_its_end(ward: Ward) -> None:
    """What was begun before Teams was answered."""
    await asyncio.gather(*ward.door._underway, return_exceptions=True)


def test_who_waits_on_a_card_is_answered_in_its_form_before_the_door_gives_up() -> None:
    assert dealing.PATIENCE_SECONDS < ANSWER_SECONDS < 5


@pytest.mark.parametrize("weather", WEATHER)
async def test_a_message_that_is_not_kept_in_time_comes_again_and_has_one_effect(
    ward: Ward, weather: Weather
) -> None:
    ward.door._patience = BRIEFLY
    async with weather(ward.engine):
        first = await ward.teams.says(ward.amara, ANSWER)
        assert first.status == 503
        assert (await ward.teams.sends(first.activity)).status == 503
    await brought_to_its_end(ward)
    ward.door._patience = ANSWER_SECONDS
    assert (await ward.teams.sends(first.activity)).status == 200
    await ward.settles()
    assert (await ward.teams.sends(first.activity)).status == 200
    await ward.settles()
    assert await answered(ward) == [ANSWER]


async def test_what_is_typed_on_a_card_stays_there_and_is_saved_once(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dealing, "PATIENCE_SECONDS", BRIEFLY)
    async with locked(ward.engine):
        await ward.teams.fills(ward.amara, {"Your answer": ANSWER}, save="Save")
        card = ward.teams.screen(ward.amara).card
        assert invokes.SLOW.words in card
        assert ANSWER in card
    await ward.settles()
    assert await answered(ward) == [ANSWER]


async def test_a_database_that_lets_us_in_and_says_nothing_is_not_waited_for(ward: Ward) -> None:
    ward.door._patience = BRIEFLY
    async with silent() as nowhere:
        engine = open_engine(nowhere)
        object.__setattr__(ward.app, "tenants", Tenants(engine))
        assert (await ward.teams.says(ward.amara, ANSWER)).status == 503
    await brought_to_its_end(ward)
    await engine.dispose()
