"""Keys and tokens of the fake, in both directions."""

import hashlib
import uuid
from base64 import urlsafe_b64encode
from typing import Any

import aiohttp
import jwt
import pytest

from tests.slack.listening import Clock
from tests.teams import FakeTeams
from tests.teams.faults import html_page
from tests.teams.keys import rsa_key
from tests.teams.listening import Listening
from tests.teams.people import Person, Tenant
from tests.teams.signing import ISSUER
from tests.teams.tokens import SCOPE

Given = dict[str, Any]
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


async def published(teams: FakeTeams) -> dict[str, Given]:
    async with aiohttp.ClientSession() as session:
        async with session.get(teams.openid_url) as answer:
            address = (await answer.json())["jwks_uri"]
        async with session.get(address) as answer:
            return {key["kid"]: key for key in (await answer.json())["keys"]}


async def asks(teams: FakeTeams, **instead: str) -> tuple[int, Given]:
    form = {
        "grant_type": "client_credentials",
        "client_id": teams.app_id,
        "client_secret": teams.password,
        "scope": SCOPE,
        **instead,
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(teams.token_url, data=form) as answer,
    ):
        return answer.status, await answer.json()


def checked(teams: FakeTeams, keys: dict[str, Given], header: str) -> Given:
    """As a careful app does it, at the fake's own time."""
    scheme, _, token = header.partition(" ")
    assert scheme == "Bearer"
    key = keys[jwt.get_unverified_header(token)["kid"]]
    assert "msteams" in key["endorsements"]
    need = ["exp", "nbf", "iss", "aud"]
    options: Any = {"require": need, "verify_exp": False, "verify_nbf": False, "strict_aud": True}
    claims: Given = jwt.decode(
        token, jwt.PyJWK(key), ["RS256"], options, audience=teams.app_id, issuer=ISSUER
    )
    assert claims["nbf"] - 300 <= teams.world.now().timestamp() < claims["exp"] + 300
    return claims


async def test_what_teams_sends_is_signed_by_a_published_key(
    teams: FakeTeams, amara: Person, app: Listening
) -> None:
    await teams.says(amara, "Hello")
    claims = checked(teams, await published(teams), app.heard[-1].headers["authorization"])
    assert claims["serviceurl"] == app.newest["serviceUrl"]
    assert app.heard[-1].headers["x-ms-tenant-id"] == amara.tenant.id


async def test_after_a_rotation_another_key_signs(teams: FakeTeams, royal: Tenant) -> None:
    before = await published(teams)
    teams.signer.rotates()
    header = f"Bearer {teams.signer.token(royal.service_url)}"
    with pytest.raises(KeyError):
        checked(teams, before, header)
    assert checked(teams, await published(teams), header)["aud"] == teams.app_id
    teams.signer.rotates(forgets=True)
    assert not set(before) & set(await published(teams))


async def test_no_bad_token_passes_a_careful_check(teams: FakeTeams, royal: Tenant) -> None:
    keys = await published(teams)
    for name, header in teams.signer.bad_headers(royal.service_url).items():
        with pytest.raises((jwt.PyJWTError, KeyError, AssertionError)):
            claims = checked(teams, keys, header)
            assert claims["serviceurl"] == royal.service_url, name


async def test_a_secret_is_exchanged_for_a_token(teams: FakeTeams) -> None:
    status, said = await asks(teams)
    assert (status, said["token_type"], said["expires_in"]) == (200, "Bearer", 3599)
    assert teams.tokens.takes(said["access_token"])
    assert [call.operation for call in teams.called("token")] == ["token"]


@pytest.mark.parametrize(
    ("instead", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "another"}, 400, "unauthorized_client"),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_entra_refuses(
    teams: FakeTeams, instead: dict[str, str], status: int, error: str
) -> None:
    came, said = await asks(teams, **instead)
    assert (came, said["error"]) == (status, error)
    assert said["error_description"].startswith("AADSTS")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({}, 200), ({"aud": "https://evil.example"}, 401), ({"exp": 0}, 401), ({"sub": "x"}, 401)],
)
async def test_a_certificate_is_shown_instead_of_a_secret(
    teams: FakeTeams, clock: Clock, wrong: Given, status: int
) -> None:
    teams.tokens.certificate = rsa_key(2).public_key()
    moment = int(clock().timestamp())
    claims: Given = {"aud": teams.token_url, "iss": teams.app_id, "sub": teams.app_id}
    claims |= {"nbf": moment, "exp": moment + 600, "jti": str(uuid.uuid4()), **wrong}
    thumbprint = urlsafe_b64encode(hashlib.sha256(b"certificate").digest()).decode()
    said = jwt.encode(claims, rsa_key(2), "RS256", headers={"x5t#S256": thumbprint})
    shown = {"client_assertion": said, "client_assertion_type": ASSERTION}
    assert (await asks(teams, **shown))[0] == status


async def test_an_identity_of_the_machine_has_a_token_too(teams: FakeTeams) -> None:
    query = {"resource": ISSUER, "api-version": "2018-02-01", "client_id": teams.app_id}
    async with aiohttp.ClientSession() as session:
        url = f"{teams.host}/metadata/identity/oauth2/token"
        async with session.get(url, params=query) as answer:
            assert answer.status == 400
        async with session.get(url, params=query, headers={"Metadata": "true"}) as answer:
            assert teams.tokens.takes((await answer.json())["access_token"])
        url, query["api-version"] = f"{teams.host}/msi/token", "2019-08-01"
        headers = {"X-IDENTITY-HEADER": teams.tokens.identity}
        async with session.get(url, params=query, headers=headers) as answer:
            assert (await answer.json())["expires_in"] == "3599"


async def test_the_keys_and_the_tokens_may_be_out_of_reach(teams: FakeTeams) -> None:
    teams.faults.put("keys", html_page(503))
    with pytest.raises(aiohttp.ContentTypeError):
        await published(teams)
    assert await published(teams)
    assert [call.status for call in teams.called("keys")] == [503, 200]
