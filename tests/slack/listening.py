"""An app for the tests of the fake: it hears everything and answers what it was told to answer."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web


@dataclass
class Clock:
    at: datetime = datetime(2027, 3, 29, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **some: float) -> None:
        self.at += timedelta(**some)


@dataclass(frozen=True)
class Heard:
    headers: dict[str, str]
    body: bytes

    @property
    def payload(self) -> dict[str, Any]:
        if self.headers["content-type"].startswith("application/json"):
            return dict(json.loads(self.body))
        fields = dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        return dict(json.loads(fields["payload"])) if "payload" in fields else fields


@dataclass
class Listening:
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    says: Any = None  # JSON to answer with, or words
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def newest(self) -> dict[str, Any]:
        return self.heard[-1].payload

    async def hear(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append(Heard(headers, await request.read()))
        if isinstance(self.says, dict):
            return web.json_response(self.says, status=self.status, headers=self.headers)
        return web.Response(text=self.says or "", status=self.status, headers=self.headers)


@asynccontextmanager
async def an_app() -> AsyncIterator[Listening]:
    listening = Listening()
    app = web.Application()
    app.router.add_post("/slack/events", listening.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listening.url = "http://{}:{}/slack/events".format(*runner.addresses[0])
    try:
        yield listening
    finally:
        await runner.cleanup()
