from collections.abc import AsyncIterator

import pytest

from tests.slack.listening import Clock
from tests.teams import FakeTeams, fake_teams
from tests.teams.listening import Listening, an_app
from tests.teams.people import Person, Tenant
from tests.teams.reaching import Client, a_client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def teams(clock: Clock) -> AsyncIterator[FakeTeams]:
    async with fake_teams(clock) as teams:
        yield teams


@pytest.fixture
def royal(teams: FakeTeams) -> Tenant:
    return teams.tenant("Royal Infirmary")


@pytest.fixture
def amara(teams: FakeTeams, royal: Tenant) -> Person:
    return teams.person(royal, "Amara Okafor", email="amara@royal.example")


@pytest.fixture
async def client(teams: FakeTeams) -> AsyncIterator[Client]:
    async with a_client(teams) as client:
        yield client


@pytest.fixture
async def app(teams: FakeTeams) -> AsyncIterator[Listening]:
    async with an_app() as app:
        teams.messages_url = app.url
        yield app
