"""Each scenario is played on each platform. Another is added by its name and how it opens."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from tests.bot.test_logs import speaking
from tests.scenarios.hidden import check_hidden
from tests.scenarios.in_playground import InPlayground
from tests.scenarios.in_slack import in_slack
from tests.scenarios.in_teams import in_teams
from tests.scenarios.stage import Platform, Player, Stage

Opens = Callable[[AsyncEngine, ServedBank], AbstractAsyncContextManager[Platform]]


@asynccontextmanager
async def in_playground(engine: AsyncEngine, bank: ServedBank) -> AsyncIterator[Platform]:
    playground = await InPlayground.opens(engine, bank)
    async with playground.browser:
        yield playground


PLATFORMS: dict[str, Opens] = {"playground": in_playground, "slack": in_slack, "teams": in_teams}


@pytest.fixture(scope="session")
def served_bank() -> ServedBank:
    return ServedBank()


@pytest.fixture(params=list(PLATFORMS))
async def stage(
    request: pytest.FixtureRequest, engine: AsyncEngine, served_bank: ServedBank
) -> AsyncIterator[Stage]:
    with speaking() as log:
        async with PLATFORMS[request.param](engine, served_bank) as platform:
            stage = await _with_its_people(platform)
            yield stage
            await check_hidden(stage, log.getvalue())


async def _with_its_people(platform: Platform) -> Stage:
    amara = Player("Amara Okafor", await platform.seats("Amara Okafor", is_leader=True))
    ruth = Player("Ruth Ellis", await platform.seats("Ruth Ellis", is_coach=True))
    priya = Player("Priya Nair", await platform.seats("Priya Nair", is_lead=True))
    amara.is_leader = True
    for player in (amara, ruth, priya):
        await player.looks()
    return Stage(platform, amara, ruth, priya)
