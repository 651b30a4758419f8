"""Whatever comes to the door in Teams' name, and however much of it: no fault of ours, nobody is
asked anything, and nothing that is not Teams' has an effect."""

import asyncio
import gc
import json
import sys
import tracemalloc
from collections.abc import AsyncIterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.teams.keys import SELDOM, open_keys
from tests.bot.microsoft import Seconds, activity, claims, microsoft, token
from tests.bot.test_teams_listening import JSON, MESSAGES, Hall
from tests.bot.test_teams_trusting import BAD_TOKENS, FORBIDDEN, a_token

REFUSED = {400, 401, 403, 405, 413, 415}


class Wire:
    """Every connection that this process opens, and every name that it looks up."""

    def __init__(self) -> None:
        self.seen: list[str] | None = None
        sys.addaudithook(self.heard)

    def heard(self, event: str, args: tuple[Any, ...]) -> None:
        if self.seen is None or event not in {"socket.connect", "socket.getaddrinfo"}:
            return
        address = args[1] if event == "socket.connect" else args[:2]
        if isinstance(address, tuple):
            self.seen.append(f"{address[0]}:{address[1]}")

    @contextmanager
    def tapped(self) -> Any:
        self.seen = []
        try:
            yield self.seen
        finally:
            self.seen = None


WIRE = Wire()


@pytest.fixture
async def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def hall(seconds: Seconds) -> AsyncIterator[Hall]:
    async with microsoft() as there, open_keys(there.openid_url, seconds) as keys:
        yield Hall(there, keys)


patiently = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
headers = st.dictionaries(
    st.sampled_from(
        [
            *("authorization", "content-type", "content-encoding", "content-length"),
            *("x-ms-tenant-id", "x-ms-conversation-id", "x-forwarded-for", "cookie"),
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80),
    max_size=4,
)


@patiently
@given(
    st.sampled_from(["GET", "PUT", "DELETE", "PATCH", "OPTIONS", *["POST"] * 6]),
    headers,
    st.binary(max_size=500),
)
async def test_what_nobody_signed_is_refused_and_leaves_nothing(
    hall: Hall, method: str, headers: Mapping[str, str], body: bytes
) -> None:
    with WIRE.tapped() as seen:
        answer = await hall.comes(body, dict(headers), method)
    assert answer.status_code in ({401, 413} if method == "POST" else {405})
    assert answer.content == b""
    assert hall.took == []
    assert seen == []


async def test_no_bad_token_opens_the_door_or_a_connection(hall: Hall) -> None:
    with WIRE.tapped() as seen:
        for bad in [*BAD_TOKENS.values(), *FORBIDDEN.values()]:
            given = {"authorization": f"Bearer {bad()}", "content-type": JSON}
            answer = await hall.comes(headers=given)
            assert answer.status_code in {401, 403}
            assert answer.content == b""
    assert hall.took == []
    assert set(seen) <= {hall.there.host}
    assert len(hall.there.calls) == 2


async def test_a_flood_of_keys_that_nobody_has_asks_once_a_minute_and_only_for_keys(
    hall: Hall, seconds: Seconds
) -> None:
    with WIRE.tapped() as seen:
        for minute in range(1, 4):
            floods = [
                hall.comes(headers={"authorization": f"Bearer {a_token(kid=f'{minute}-{one}')}"})
                for one in range(300)
            ]
            answers = await asyncio.gather(*floods)
            assert {answer.status_code for answer in answers} == {401}
            assert len(hall.there.called("openidconfiguration")) == minute
            seconds.at += SELDOM
    assert set(seen) <= {hall.there.host}
    # While it went on, whoever is good was let in.
    assert (await hall.comes()).status_code == 200


async def test_a_flood_leaves_no_memory_behind(hall: Hall) -> None:
    body = b"x" * 100_000
    bad = [make() for make in BAD_TOKENS.values()]
    async with hall.browser() as browser:

        async def flood(times: int) -> int:
            for number in range(times):
                given = {"authorization": f"Bearer {bad[number % len(bad)]}", "x": str(number)}
                answer = await browser.post(MESSAGES, content=body, headers=given)
                assert answer.status_code == 401
                await asyncio.sleep(0)  # as a real one would, to let the loop tidy up
            gc.collect()
            return tracemalloc.get_traced_memory()[0]

        tracemalloc.start()
        try:
            await flood(200)
            before = await flood(200)
            after = await flood(1_000)
        finally:
            tracemalloc.stop()
    assert after - before < 50_000
    assert hall.took == []


def a_place(draw: Any, payload: Any) -> list[Any]:
    """The way to some part of it."""
    way: list[Any] = []
    while isinstance(payload, (dict, list)) and payload and (not way or draw(st.booleans())):
        keys = sorted(payload) if isinstance(payload, dict) else range(len(payload))
        way.append(draw(st.sampled_from(list(keys))))
        payload = payload[way[-1]]
    return way


@patiently
@given(st.data())
async def test_what_was_signed_and_changed_is_never_a_fault_of_ours(
    hall: Hall, data: st.DataObject
) -> None:
    hall.took.clear()
    payload = json.loads(json.dumps(activity(hall.there.service_url)))
    for _ in range(data.draw(st.integers(1, 3))):
        inner, way = payload, a_place(data.draw, payload)
        for key in way[:-1]:
            inner = inner[key]
        if data.draw(st.booleans()):
            inner[way[-1]] = data.draw(junk)
        else:
            del inner[way[-1]]
    with WIRE.tapped() as seen:
        answer = await hall.comes(payload)
    assert answer.status_code in {200, *REFUSED}
    assert set(seen) <= {hall.there.host}
    for said, found in hall.took:
        assert said["serviceUrl"] == found.service_url == hall.there.service_url
        assert said["channelId"] == "msteams"


@patiently
@given(junk, st.binary(max_size=60))
async def test_what_was_signed_and_nobody_can_read_leaves_nothing(
    hall: Hall, said: Any, raw: bytes
) -> None:
    for body in (json.dumps(said).encode(), raw, b'{"serviceUrl":' + json.dumps(said).encode()):
        answer = await hall.comes(body)
        assert answer.status_code in {400, 403}
        assert answer.content == b""
    assert hall.took == []


HOSTS = (
    "https://evil.example/",
    "https://smba.trafficmanager.net/",
    "http://169.254.169.254/",
    "http://127.0.0.1:1/",
    "{here}@evil.example/",
    "{here}\\@evil.example/",
    "{here}#@evil.example/",
)


@pytest.mark.parametrize("address", HOSTS)
async def test_a_host_that_is_not_named_is_never_spoken_to_though_microsoft_signed_it(
    hall: Hall, address: str
) -> None:
    await hall.comes()
    hall.took.clear()
    address = address.format(here=hall.there.address)
    given = {"authorization": f"Bearer {token(claims(address))}", "content-type": JSON}
    with WIRE.tapped() as seen:
        answer = await hall.comes(activity(address), given)
    assert answer.status_code == 403
    assert hall.took == []
    assert seen == []


async def test_what_is_sent_again_after_its_token_ended_is_refused(hall: Hall) -> None:
    late = Hall(hall.there, hall.keys)
    late.clock = lambda: asyncio.sleep(0, datetime.now(UTC) + timedelta(days=1))  # type: ignore[method-assign]
    given = {"authorization": f"Bearer {hall.token()}", "content-type": JSON}
    assert (await hall.comes(headers=given)).status_code == 200
    assert (await late.comes(headers=given)).status_code == 401
    assert late.took == []


async def test_other_doors_are_not_there(hall: Hall) -> None:
    async with hall.browser() as browser:
        for path in (
            "/api/messages/",
            "/api/messages/x",
            "/api",
            "/API/MESSAGES",
            "//api/messages",
        ):
            answer = await browser.post(
                f"https://bearings.example{path}",
                headers={"authorization": f"Bearer {hall.token()}"},
            )
            assert answer.status_code in {307, 404}
            assert "bearings" not in answer.text
    assert isinstance(answer, httpx.Response)
    assert hall.took == []
