"""What somebody sends of whom nothing is known: so much of it is held, and for so long."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from bot.bodies import SMALL, Reader, TooMuchError, TooSlowError
from bot.slack.listening import Door
from tests.bot.test_slack_trusting import SECRET, having, signed, without

Pairs = list[tuple[bytes, bytes]]


def asked(*pieces: bytes, then: asyncio.Event | None = None) -> Request:
    """A request whose body comes in these pieces. `then`: what it waits for before it ends."""
    waiting = list(pieces)

    async def receive() -> dict[str, Any]:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(0), "more_body": True}
        if then is not None:
            await then.wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


async def test_a_body_is_put_together_again() -> None:
    assert await Reader(10, 1).read(asked(b"ab", b"", b"c")) == b"abc"


async def test_of_a_body_that_is_too_long_no_more_is_held_than_shows_it() -> None:
    assert await Reader(3, 1).read(asked(b"ab", b"cd", b"ef")) == b"abcd"


async def test_a_body_that_does_not_end_is_let_go() -> None:
    with pytest.raises(TooSlowError):
        await Reader(10, 0).read(asked(b"a", then=asyncio.Event()))


async def test_while_much_is_held_what_is_long_comes_again_and_what_is_short_is_read() -> None:
    reader = Reader(SMALL * 10, 30, at_once=SMALL * 4)
    ends = asyncio.Event()
    held = [asyncio.create_task(reader.read(asked(b" " * SMALL, then=ends))) for _ in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(TooMuchError):
        await reader.read(asked(b" " * SMALL, b" "))
    assert len(await reader.read(asked(b" " * SMALL))) == SMALL
    ends.set()
    await asyncio.gather(*held)
    # Nobody's is counted any more.
    assert len(await reader.read(asked(b" " * SMALL * 3, b" "))) == SMALL * 3 + 1


def none_of(name: bytes) -> Callable[[Pairs], Pairs]:
    return lambda pairs: without(name, pairs)


def other(name: bytes, value: bytes) -> Callable[[Pairs], Pairs]:
    return lambda pairs: having(name, value, pairs)


@pytest.mark.parametrize(
    "change",
    [
        none_of(b"x-slack-signature"),
        none_of(b"x-slack-request-timestamp"),
        other(b"x-slack-signature", b"v0=junk"),
        other(b"x-slack-request-timestamp", b"1"),
        other(b"content-length", b"1048577"),
    ],
)
async def test_nothing_is_read_of_what_cannot_be_slacks(change: Callable[[Pairs], Pairs]) -> None:
    was_asked = False

    async def receive() -> dict[str, Any]:
        nonlocal was_asked
        was_asked = True
        return {"type": "http.request", "body": b"{}", "more_body": False}

    statuses: list[int] = []

    async def send(message: Any) -> None:
        statuses.append(message.get("status", 0))

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/slack/events",
        "query_string": b"",
        "headers": change(signed_now()),
    }
    await nobodys_door()(scope, receive, send)
    assert statuses[0] in {401, 413}
    assert not was_asked


def signed_now() -> Pairs:
    return signed(b"{}", str(int(time.time())).encode())


def nobodys_door() -> Starlette:
    """Behind which there is nothing: nobody comes so far."""
    behind: Any = None
    return Starlette(routes=Door(behind, behind, behind, [SECRET]).routes())
