"""Installing from the fake, through Slack's own client."""

from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import FakeSlack
from tests.slack.filling import CannotDoError
from tests.slack.listening import Clock, Listening
from tests.slack.oauth import CLIENT_ID, CLIENT_SECRET
from tests.slack.people import Person, Workspace

# Slack's client still hands its id and secret over in aiohttp's old way.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")

BACK = "https://bearings.example.org/slack/oauth_redirect"
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


@pytest.fixture
def county(slack: FakeSlack) -> Workspace:
    return slack.workspace("County", installed=False)


@pytest.fixture
def ruth(slack: FakeSlack, county: Workspace) -> Person:
    return slack.person(county, "Ruth Adeyemi")


def address(slack: FakeSlack, **more: str) -> str:
    asked = {"client_id": CLIENT_ID, "scope": "chat:write", "state": "s1", "redirect_uri": BACK}
    return f"{slack.authorize_url}?{urlencode({**asked, **more})}"


def brought(back: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


async def test_consent_becomes_a_token_that_works(
    slack: FakeSlack, client: AsyncWebClient, county: Workspace, ruth: Person
) -> None:
    told = brought(slack.oauth.consents(county, ruth, address(slack)))
    assert told["state"] == "s1"
    given = await client.oauth_v2_access(**CLIENT, code=told["code"], redirect_uri=BACK)
    assert (given["team"]["id"], given["scope"]) == (county.id, "chat:write")
    assert given["authed_user"] == {"id": ruth.id}
    installed = AsyncWebClient(given["access_token"], base_url=slack.api_url)
    assert (await installed.auth_test())["user_id"] == given["bot_user_id"]
    with pytest.raises(SlackApiError, match="invalid_code"):
        await client.oauth_v2_access(**CLIENT, code=told["code"], redirect_uri=BACK)


async def test_installing_again_keeps_the_token_and_adds_scopes_until_it_was_taken_away(
    slack: FakeSlack, client: AsyncWebClient, county: Workspace, ruth: Person, app: Listening
) -> None:
    async def install(scope: str) -> tuple[str, str]:
        told = brought(slack.oauth.consents(county, ruth, address(slack, scope=scope)))
        given = await client.oauth_v2_access(**CLIENT, code=told["code"], redirect_uri=BACK)
        return given["access_token"], given["scope"]

    first, _ = await install("chat:write")
    assert await install("users:read") == (first, "chat:write,users:read")
    await slack.uninstalls(county)
    assert (await install("chat:write"))[0] != first


async def test_an_exchange_that_slack_refuses(
    slack: FakeSlack, client: AsyncWebClient, county: Workspace, ruth: Person, clock: Clock
) -> None:
    code = brought(slack.oauth.consents(county, ruth, address(slack)))["code"]
    right = {**CLIENT, "code": code, "redirect_uri": BACK}
    for wrong, said in (
        ({"client_id": "1.1"}, "invalid_client_id"),
        ({"client_secret": "guessed"}, "bad_client_secret"),
        ({"code": "guessed"}, "invalid_code"),
        ({"redirect_uri": "https://evil.example"}, "bad_redirect_uri"),
    ):
        with pytest.raises(SlackApiError, match=said):
            await client.oauth_v2_access(**{**right, **wrong})
    clock.passes(minutes=11)
    with pytest.raises(SlackApiError, match="invalid_code"):
        await client.oauth_v2_access(**right)


async def test_the_browser_is_sent_back_with_consent_or_without(
    slack: FakeSlack, county: Workspace, ruth: Person
) -> None:
    async with aiohttp.ClientSession() as browser:
        declined = await browser.get(address(slack), allow_redirects=False)
        slack.oauth.consenting = (county, ruth)
        agreed = await browser.get(address(slack), allow_redirects=False)
    assert brought(declined.headers["Location"]) == {"error": "access_denied", "state": "s1"}
    assert set(brought(agreed.headers["Location"])) == {"code", "state"}
    slack.oauth.redirects = {BACK}
    with pytest.raises(CannotDoError, match="bad_redirect_uri"):
        slack.oauth.declines(address(slack, redirect_uri="https://evil.example"))
