"""What Slack sends, from its first byte to our 200: beside Bolt that only says thank you, and
beside a handler that only looks at the signature.

All three are ASGI applications that are called in this process with the same signed events, so
that no client's and no server's work is in the figures.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.intake import IntakeBook
from bot.slack.dealing import Dealing
from bot.slack.dispatching import Dispatcher
from bot.slack.installing import Installations
from bot.slack.listening import Door
from bot.slack.trusting import Refusal, look_at, refused
from storage.engine import transaction
from storage.installations import install
from tests.bench.figures import (
    Figure,
    again,
    at_least,
    each_second,
    milliseconds,
    percentile,
    within,
)
from tests.databases import KINDS, Databases, close, open_as_served

SECRET = "a secret of the bench alone"  # noqa: S105
RECORDED = Path(__file__).parents[1] / "payloads" / "slack" / "message.json"
# By how many connections at once: few enough that a busy machine ends several rounds.
EVENTS = {1: 120, 32: 640}
AIM_SECONDS = 0.025

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


@dataclass
class Took:
    """Of one run: each event's own time, and that of all together."""

    each: list[float]
    whole: float

    @property
    def rate(self) -> float:
        return len(self.each) / self.whole


async def measure(databases: Databases, folder: Path) -> list[Figure]:
    figures: list[Figure] = []
    for kind in KINDS:
        where = folder / kind
        where.mkdir()
        figures += await _on(databases, where, kind)
    return figures


async def _on(databases: Databases, folder: Path, kind: str) -> list[Figure]:
    engine = open_as_served(databases.fresh(kind, folder))
    recorded = json.loads(RECORDED.read_text())
    now = datetime.now(UTC)
    async with transaction(engine) as db:
        await install(db, "slack", recorded["team_id"], "xoxb-bench", now, bot_user="U0")
    book = IntakeBook(engine, "slack")
    # Nothing of a message event is dealt with before the answer.
    installations = Installations(engine)
    door = Door(installations, book, Dispatcher(_Nobody(), installations), [SECRET])
    apps = {"ours": Starlette(routes=door.routes()), "bolt": _bare_bolt(), "floor": _floor()}
    figures: list[Figure] = []
    number = 0
    for connections, many in EVENTS.items():
        took: dict[str, list[Took]] = {name: [] for name in apps}
        for turn in again(6, 10):
            for name, app in apps.items():
                events = [_signed(recorded, number := number + 1) for _ in range(many)]
                one = await _run(app, events, connections)
                # What the first found cold is not counted, unless there was no time for another.
                took[name] = [*took[name][int(turn == 1) :], one]
        figures += _told(took, connections, kind)
    await close(engine)
    databases.drop(engine.url.render_as_string(hide_password=False))
    return figures


class _Nobody(Dealing):
    def __init__(self) -> None:
        pass


def _told(took: dict[str, list[Took]], connections: int, kind: str) -> list[Figure]:
    at = f"{connections} at once, {kind}" if connections > 1 else f"one by one, {kind}"
    rates = {name: [one.rate for one in runs] for name, runs in took.items()}
    late = {name: [percentile(one.each, 0.99) for one in runs] for name, runs in took.items()}
    return [
        at_least(
            f"events kept and answered; beside a bare Bolt app, {at}",
            rates["ours"],
            rates["bolt"],
            each_second,
            1.0,
        ),
        at_least(
            f"the same; beside a handler that checks the signature, {at}",
            rates["ours"],
            rates["floor"],
            each_second,
            0.1,
        ),
        replace(
            within(
                f"the same, p99; beside Bolt and the handler, {at}",
                late["ours"],
                milliseconds,
                AIM_SECONDS,
            ),
            other=_both(late),
        ),
        Figure(
            f"the same, p50; beside Bolt and the handler, {at}",
            milliseconds(_middle(took["ours"])),
            _both({name: [_middle(runs)] for name, runs in took.items()}),
        ),
    ]


def _middle(runs: Sequence[Took]) -> float:
    return percentile([each for one in runs for each in one.each], 0.5)


def _both(times: Mapping[str, Sequence[float]]) -> str:
    return ", ".join(milliseconds(statistics.median(times[name])) for name in ("bolt", "floor"))


async def _run(app: App, events: Sequence[tuple[dict[str, Any], bytes]], connections: int) -> Took:
    waiting = list(events)
    each: list[float] = []

    async def connection() -> None:
        while waiting:
            scope, body = waiting.pop()
            began = time.perf_counter()
            assert await _send(app, scope, body) == 200
            each.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(connections)))
    return Took(each, time.perf_counter() - began)


async def _send(app: App, scope: dict[str, Any], body: bytes) -> int:
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    await app(scope, receive, send)
    return status


def _signed(recorded: dict[str, Any], number: int) -> tuple[dict[str, Any], bytes]:
    payload = deepcopy(recorded)
    payload["event_id"] = f"Ev{number:09}"
    payload["event"]["ts"] = payload["event"]["event_ts"] = f"1800000000.{number:06}"
    body = json.dumps(payload).encode()
    stamp = str(int(time.time())).encode()
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
    headers = [
        (b"content-type", b"application/json"),
        (b"x-slack-request-timestamp", stamp),
        (b"x-slack-signature", b"v0=" + digest.encode()),
    ]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/slack/events",
        "raw_path": b"/slack/events",
        "query_string": b"",
        "headers": headers,
        "scheme": "https",
        "server": ("127.0.0.1", 443),
        "client": ("127.0.0.1", 1),
    }
    return scope, body


def _bare_bolt() -> Starlette:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="-")  # noqa: S106

    silent = logging.getLogger("bench.bolt")
    silent.addHandler(logging.NullHandler())
    silent.propagate = False
    app = AsyncApp(signing_secret=SECRET, authorize=authorize, logger=silent)

    @app.event("message")
    async def thank_you() -> None:
        """Nothing is kept."""

    handler = AsyncSlackRequestHandler(app)

    async def answer(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", answer, methods=["POST"])])


def _floor() -> Starlette:
    async def answer(request: Request) -> Response:
        body = await request.body()
        headers = request.headers.raw
        seal = look_at(request.method, headers, datetime.now(UTC))
        wrong = seal if isinstance(seal, Refusal) else refused(seal, headers, body, [SECRET])
        return Response(status_code=wrong.status if wrong else 200)

    return Starlette(routes=[Route("/slack/events", answer, methods=["POST"])])
