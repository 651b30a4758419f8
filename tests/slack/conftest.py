from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import FakeSlack, fake_slack
from tests.slack.listening import Clock, Listening, an_app
from tests.slack.people import Person, Workspace


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[FakeSlack]:
    async with fake_slack(clock) as slack:
        yield slack


@pytest.fixture
def royal(slack: FakeSlack) -> Workspace:
    scopes = {"chat:write", "commands", "im:history", "im:write", "users:read", "users:read.email"}
    return slack.workspace("Royal Infirmary", scopes=scopes | {"team:read"})


@pytest.fixture
def amara(slack: FakeSlack, royal: Workspace) -> Person:
    return slack.person(royal, "Amara Osei", email="amara@royal.example")


@pytest.fixture
async def client(slack: FakeSlack, royal: Workspace) -> AsyncIterator[AsyncWebClient]:
    """Slack's own, as the product holds it: one session, and no call is made twice."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            royal.token, base_url=slack.api_url, session=session, retry_handlers=[]
        )


@pytest.fixture
async def app(slack: FakeSlack) -> AsyncIterator[Listening]:
    listening: AbstractAsyncContextManager[Listening] = an_app()
    async with listening as app:
        slack.events_url = app.url
        yield app
