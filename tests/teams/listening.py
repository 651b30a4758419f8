"""An app for the tests of the fake: it hears everything and answers what it was told to answer."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Heard:
    headers: dict[str, str]
    body: bytes

    @property
    def activity(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class Listening:
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    says: Any = None  # JSON to answer with, or words
    status: int = 200

    @property
    def newest(self) -> dict[str, Any]:
        return self.heard[-1].activity

    def executes(self, card: dict[str, Any]) -> None:
        kind = "application/vnd.microsoft.card.adaptive"
        self.says = {"statusCode": 200, "type": kind, "value": card}

    def continues(self, dialog: dict[str, Any]) -> None:
        self.says = {"task": {"type": "continue", "value": dialog}}

    async def hear(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append(Heard(headers, await request.read()))
        if isinstance(self.says, dict):
            return web.json_response(self.says, status=self.status)
        return web.Response(text=self.says or "", status=self.status)


@asynccontextmanager
async def an_app() -> AsyncIterator[Listening]:
    listening = Listening()
    app = web.Application()
    app.router.add_post("/api/messages", listening.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listening.url = "http://{}:{}/api/messages".format(*runner.addresses[0])
    try:
        yield listening
    finally:
        await runner.cleanup()
