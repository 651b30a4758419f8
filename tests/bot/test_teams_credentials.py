"""The one token: fetched once however many need it, renewed before it ends, refused in words."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from bot.failures import Verdict
from bot.sessions import open_session
from bot.teams.credentials import (
    ASSERTION,
    LIMITS,
    MACHINE,
    CredentialError,
    Credentials,
    ManagedIdentity,
    Password,
    Proof,
    asked,
    read_certificate,
    token_url,
)
from bot.teams.failures import CallError
from scheduler.delivery import DeliveryError
from tests.bot.microsoft import (
    APP,
    NOW,
    PASSWORD,
    TENANT,
    Answer,
    Microsoft,
    Seconds,
    certificate_pem,
    microsoft,
    signing_key,
)


@dataclass
class Asking:
    there: Microsoft
    session: aiohttp.ClientSession
    seconds: Seconds = field(default_factory=Seconds)

    def as_(self, proof: Proof = Password(PASSWORD)) -> Credentials:  # noqa: B008 - frozen
        url = self.there.token_url
        return Credentials(self.session, APP, proof, url, self.seconds, NOW.timestamp)


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    async with microsoft() as there, open_session(LIMITS) as session:
        yield Asking(there, session)


def form(there: Microsoft) -> dict[str, str]:
    [call] = there.calls
    return dict(parse_qsl(call.body.decode()))


async def test_a_thousand_turns_take_one_token(asking: Asking) -> None:
    credentials = asking.as_()
    together = await asyncio.gather(*(credentials.token() for _ in range(100)))
    later = [await credentials.token() for _ in range(900)]
    assert {*together, *later} == {"granted-1"}
    assert form(asking.there) == {
        "grant_type": "client_credentials",
        "client_id": APP,
        "client_secret": PASSWORD,
        "scope": "https://api.botframework.com/.default",
    }


async def test_a_new_one_is_fetched_some_minutes_before_the_old_one_ends(asking: Asking) -> None:
    credentials = asking.as_()
    assert await credentials.token() == "granted-1"
    asking.seconds.at += 3_599 - 301
    assert await credentials.token() == "granted-1"
    asking.seconds.at += 2
    assert await credentials.token() == "granted-2"


async def test_while_there_is_no_new_one_the_old_one_is_good_to_its_end(asking: Asking) -> None:
    credentials = asking.as_()
    await credentials.token()
    asking.there.answers("oauth2", Answer(503))
    asking.seconds.at += 3_500
    assert await credentials.token() == "granted-1"
    asking.seconds.at += 100
    with pytest.raises(DeliveryError) as raised:
        await credentials.token()
    assert (raised.value.permanent, raised.value.untried) == (False, True)
    del asking.there.says["oauth2"]
    asking.seconds.at += 5
    assert await credentials.token() == "granted-2"


async def test_one_that_teams_no_longer_takes_is_not_used_again(asking: Asking) -> None:
    credentials = asking.as_()
    credentials.forget(await credentials.token())
    assert await credentials.token() == "granted-2"
    credentials.forget("granted-1")
    assert await credentials.token() == "granted-2"


async def test_whoever_goes_away_takes_it_from_nobody_else(asking: Asking) -> None:
    credentials, hold = asking.as_(), asyncio.Event()
    granted = {"access_token": "granted", "token_type": "Bearer", "expires_in": 3_599}
    asking.there.answers("oauth2", Answer(body=granted, hold=hold))
    first = asyncio.create_task(credentials.token())
    second = asyncio.create_task(credentials.token())
    await asking.there.asked.wait()
    first.cancel()
    hold.set()
    assert await second == "granted"
    assert len(asking.there.calls) == 1


REFUSED: dict[str, tuple[Answer, str]] = {
    "a wrong secret": (
        Answer(401, {"error": "invalid_client", "error_codes": [7000215]}),
        "the client secret is wrong",
    ),
    "a secret that has expired": (
        Answer(401, {"error": "invalid_client", "error_codes": [7000222]}),
        "the client secret has expired",
    ),
    "no such app": (
        Answer(400, {"error": "unauthorized_client", "error_codes": [700016]}),
        "there is no such app in this tenant",
    ),
    "no such tenant": (
        Answer(400, {"error": "invalid_request", "error_codes": [90002]}),
        "there is no such tenant",
    ),
    "a word alone": (Answer(401, {"error": "invalid_client"}), "wrong or has expired"),
    "a page": (Answer(403, b"<html>hush-hush</html>"), "check the settings for Teams"),
    "nothing": (Answer(404), "check the settings for Teams"),
}


@pytest.mark.parametrize(("answer", "because"), REFUSED.values(), ids=REFUSED)
async def test_an_app_that_is_not_let_in_is_told_why_in_plain_words(
    asking: Asking, answer: Answer, because: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    if isinstance(answer.body, dict):
        answer.body["error_description"] = f"AADSTS1: {PASSWORD} is wrong."
    asking.there.answers("oauth2", answer)
    credentials = asking.as_()
    for _ in range(3):
        with pytest.raises(CallError) as raised:
            await credentials.token()
        assert raised.value.failure.verdict is Verdict.NEVER
        assert because in str(raised.value)
        assert PASSWORD not in str(raised.value) + caplog.text
    # It is not asked at every turn whether the settings are still wrong.
    assert len(asking.there.calls) == 1
    asking.seconds.at += 60
    del asking.there.says["oauth2"]
    assert await credentials.token() == "granted-1"


PASSING = {
    "broken": Answer(500),
    "a gateway's page": Answer(502, b"<html>"),
    "too many": Answer(429, {"error": "x"}, {"Retry-After": "17"}),
    "for a while": Answer(400, {"error": "temporarily_unavailable"}),
    "another address": Answer(302, None, {"Location": "https://evil.example/"}),
    "a page instead": Answer(200, b"<html>"),
    "nothing": Answer(200, b""),
    "too much": Answer(200, b'{"access_token": "' + b"x" * 70_000 + b'"}'),
    "no token": Answer(200, {"expires_in": 3_599}),
    "a token that is none": Answer(200, {"access_token": "a\r\nb", "expires_in": 3_599}),
    "another kind": Answer(200, {"access_token": "a", "token_type": "mac", "expires_in": 9}),
    "no end": Answer(200, {"access_token": "a"}),
    "at its end": Answer(200, {"access_token": "a", "expires_in": 0}),
    "a silly end": Answer(200, {"access_token": "a", "expires_in": [1]}),
    "cut off": Answer(cut=True),
}


@pytest.mark.parametrize("answer", PASSING.values(), ids=PASSING)
async def test_what_passes_is_waited_for_and_is_no_attempt(asking: Asking, answer: Answer) -> None:
    asking.there.answers("oauth2", answer)
    with pytest.raises(CallError) as raised:
        await asking.as_().token()
    assert raised.value.failure.verdict is Verdict.LATER
    assert raised.value.untried
    assert raised.value.retry_after
    if answer.status == 429:
        assert raised.value.retry_after == timedelta(seconds=17)


async def test_where_nobody_listens_there_is_none_for_now() -> None:
    async with microsoft() as there:
        gone = there.token_url
    async with open_session(LIMITS) as session:
        with pytest.raises(CallError) as raised:
            await Credentials(session, APP, Password(PASSWORD), gone).token()
    assert raised.value.untried


# The other two ways to show who one is


async def test_a_certificate_signs_for_the_app(asking: Asking, tmp_path: Path) -> None:
    file = tmp_path / "teams.pem"
    file.write_text(certificate_pem())
    certificate = read_certificate(file)
    assert await asking.as_(certificate).token() == "granted-1"
    shown = form(asking.there)
    assert shown["client_assertion_type"] == ASSERTION
    assert "client_secret" not in shown
    signed = shown["client_assertion"]
    said: dict[str, Any] = jwt.decode(
        signed,
        signing_key("certificate").public_key(),
        ["RS256"],
        audience=asking.there.token_url,
        options={"verify_exp": False, "verify_nbf": False, "require": ["jti", "exp", "nbf"]},
    )
    assert (said["iss"], said["sub"]) == (APP, APP)
    assert said["exp"] - said["nbf"] <= 15 * 60
    header = jwt.get_unverified_header(signed)
    assert (len(header["x5t"]), len(header["x5t#S256"])) == (27, 43)


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    whole = certificate_pem()
    key_at = whole.index("-----BEGIN PRIVATE KEY-----")
    other = signing_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    wrong = {
        "holds no certificate": ["", "x", whole[key_at:]],
        "and the RSA private key that belongs to it": [
            whole[:key_at],
            whole[:key_at] + other.decode(),
            whole[: key_at + 200],
            whole[:key_at] + whole[key_at:].replace("M", "*", 3),
            "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n" + whole[key_at:],
        ],
        "cannot be read as": ["é"],
    }
    file = tmp_path / "teams.pem"
    for because, texts in wrong.items():
        for text in texts:
            file.write_text(text)
            with pytest.raises(CredentialError, match=because):
                read_certificate(file)
    with pytest.raises(CredentialError, match="cannot be read"):
        read_certificate(tmp_path)


async def test_the_machine_shows_who_it_is(asking: Asking) -> None:
    there = f"{asking.there.address}/msi/token"
    granted = {"access_token": "granted", "token_type": "Bearer"}
    for life in ({"expires_in": "3599"}, {"expires_on": str(int(NOW.timestamp()) + 3_599)}):
        asking.there.answers("/msi", Answer(body=granted | life))
        credentials = asking.as_(ManagedIdentity("77", there, PASSWORD))
        assert await credentials.token() == "granted"
        asking.seconds.at += 3_200
        assert await credentials.token() == "granted"
    call = asking.there.calls[0]
    assert call.headers["X-IDENTITY-HEADER"] == PASSWORD
    assert call.query == {
        "resource": "https://api.botframework.com",
        "client_id": "77",
        "api-version": "2019-08-01",
    }


def test_elsewhere_than_in_app_service_the_machine_itself_is_asked() -> None:
    one = asked(APP, ManagedIdentity(), "", 0.0)
    assert (one.method, one.url, one.headers) == ("GET", MACHINE, {"Metadata": "true"})
    assert "client_id" not in one.query
    elsewhere = asked(APP, ManagedIdentity(endpoint="http://127.0.0.1:1/token"), "", 0.0)
    assert (elsewhere.url, elsewhere.headers) == ("http://127.0.0.1:1/token", one.headers)


def test_a_single_tenant_app_is_asked_for_at_its_own_tenant() -> None:
    assert token_url((TENANT,)) == f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
    assert "/botframework.com/" in token_url((TENANT, "another"))
    assert token_url((TENANT,), "http://127.0.0.1:1/token") == "http://127.0.0.1:1/token"


def test_no_secret_shows_when_it_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "teams.pem"
    file.write_text(certificate_pem())
    for proof in (Password(PASSWORD), read_certificate(file), ManagedIdentity("", "", PASSWORD)):
        assert PASSWORD not in repr(proof)
        assert "PRIVATE" not in repr(proof)
        assert PASSWORD not in repr(asked(APP, proof, "https://example.org", 0.0))
