"""The door of Teams: what is let in, in which order it is looked at, and how little is said."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.hosts import hosts_of
from bot.payloads import Payload, UnreadableError
from bot.teams.keys import Keys, open_keys
from bot.teams.listening import Body, Door
from bot.teams.trusting import LARGEST_BODY, Claims, Trust
from storage.engine import NotKeptError
from tests.bot.microsoft import (
    APP,
    NOW,
    TENANT,
    Microsoft,
    activity,
    claims,
    microsoft,
    token,
)

MESSAGES = "https://bearings.example/api/messages"
JSON = "application/json"


@dataclass
class Hall:
    """Behind the door: notes what came in, and answers as it is told."""

    there: Microsoft
    keys: Keys
    took: list[tuple[Payload, Claims]] = field(default_factory=list)
    answer: tuple[int, Body] | Exception = (200, None)

    async def take(self, said: Payload, claims: Claims) -> tuple[int, Body]:
        self.took.append((said, claims))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def clock(self) -> Any:
        return NOW

    def browser(self) -> httpx.AsyncClient:
        trust = Trust(APP, self.keys, hosts_of([self.there.host]), [TENANT])
        door = Door(trust, self.take, self.clock)
        return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=door.routes())))

    def token(self, **more: Any) -> str:
        return token(claims(self.there.service_url, **more))

    async def comes(
        self, body: Any = None, headers: dict[str, str] | None = None, method: str = "POST"
    ) -> httpx.Response:
        if body is None:
            body = activity(self.there.service_url)
        if not isinstance(body, (bytes, AsyncIterator)):
            body = json.dumps(body).encode()
        good = {"authorization": f"Bearer {self.token()}", "content-type": JSON}
        async with self.browser() as browser:
            return await browser.request(
                method, MESSAGES, content=body, headers=good if headers is None else headers
            )


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with microsoft() as there, open_keys(there.openid_url) as keys:
        yield Hall(there, keys)


async def test_a_good_activity_is_handed_over_with_its_claims(hall: Hall) -> None:
    answer = await hall.comes()
    assert (answer.status_code, answer.content) == (200, b"")
    [(said, found)] = hall.took
    assert said == activity(hall.there.service_url)
    assert found.service_url == hall.there.service_url


async def test_an_invoke_is_answered_in_its_own_form(hall: Hall) -> None:
    card = {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {"é": 1}}
    hall.answer = (200, card)
    answer = await hall.comes()
    assert answer.headers["content-type"] == JSON
    assert answer.json() == card


@pytest.mark.parametrize(
    "method",
    ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"],
)
async def test_every_other_method_is_refused(hall: Hall, method: str) -> None:
    answer = await hall.comes(method=method)
    assert (answer.status_code, answer.content) == (405, b"")
    assert answer.headers["allow"] == "POST"
    assert hall.took == []


def much() -> bytes:
    return b" " * (LARGEST_BODY + 1)


async def test_what_is_too_long_is_refused_before_it_is_looked_at(hall: Hall) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        nonlocal pieces
        while True:
            pieces += 1
            yield b" " * 16 * 1024

    pieces = 0
    for body, headers in (
        (much(), None),
        (b"{}", {"content-length": "9" * 30}),
    ):
        answer = await hall.comes(body, headers)
        assert (answer.status_code, answer.content) == (413, b"")
    assert hall.there.calls == []
    assert (await hall.comes(in_pieces())).status_code == 413
    assert pieces < 30
    assert hall.took == []


async def test_nobodys_body_is_held_who_has_no_token_and_no_key_is_asked_for(hall: Hall) -> None:
    async def body() -> AsyncIterator[bytes]:
        nonlocal is_read
        is_read = True
        yield b"{}"

    is_read = False
    for headers in ({}, {"authorization": "Bearer x"}, {"authorization": "Basic eDp5"}):
        answer = await hall.comes(body(), headers)
        assert (answer.status_code, answer.content) == (401, b"")
    assert hall.there.calls == []
    strange = token(claims(hall.there.service_url, aud="somebody-else"))
    answer = await hall.comes(body(), {"authorization": f"Bearer {strange}"})
    assert answer.status_code == 401
    assert not is_read


async def test_nothing_of_a_body_is_read_before_it_is_trusted(hall: Hall) -> None:
    for body in (b"", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 50_000):
        answer = await hall.comes(body, {"content-type": "text/html"})
        assert (answer.status_code, answer.content) == (401, b"")
        answer = await hall.comes(body)
        assert (answer.status_code, answer.content) == (400, b"")
    assert hall.took == []


async def test_only_json_in_utf_8_is_read(hall: Hall) -> None:
    bearer = {"authorization": f"Bearer {hall.token()}"}
    for more in (
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": JSON, "content-encoding": "gzip"},
    ):
        answer = await hall.comes(headers={**bearer, **more})
        assert (answer.status_code, answer.content) == (415, b"")
    for encoding in ("utf-16", "utf-32", "utf-8-sig", "latin-1"):
        said = json.dumps({**activity(hall.there.service_url), "text": "é"}, ensure_ascii=False)
        assert (await hall.comes(said.encode(encoding))).status_code == 400
    assert hall.took == []


async def test_another_tenant_or_service_is_refused_after_the_body_was_read(hall: Hall) -> None:
    here = hall.there.service_url
    for body in (
        activity("https://evil.example/"),
        activity(here, channelId="emulator"),
        activity(here, channelData={"tenant": {"id": "x"}}, conversation={"id": "a"}),
    ):
        answer = await hall.comes(body)
        assert (answer.status_code, answer.content) == (403, b"")
    assert hall.took == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnreadableError("I never speak up."), 400),
        (NotKeptError("I never speak up."), 503),
        (RuntimeError("I never speak up."), 503),
        (RecursionError(), 503),
        (TimeoutError(), 503),
    ],
)
async def test_a_fault_behind_the_door_shows_nothing(
    hall: Hall, error: Exception, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    hall.answer = error
    answer = await hall.comes()
    assert (answer.status_code, answer.content) == (status, b"")
    assert "speak up" not in capsys.readouterr().out


async def test_while_no_key_can_be_had_nobody_is_trusted(hall: Hall) -> None:
    hall.there.keys = []
    assert (await hall.comes()).status_code == 401
    assert hall.took == []
