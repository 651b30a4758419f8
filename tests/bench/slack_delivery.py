"""Nudges through chat.postMessage, beside a bare loop of slack_sdk with a shared session.

Both speak to the smallest server that answers as Slack does, in a process of its own: the strict
fake checks every block, and would be what is measured. Ours looks its token up, draws the message
and passes the gate, whose pace is lifted; theirs posts one payload that was drawn before.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.slack.asking import LIMITS, open_session
from bot.slack.calling import open_calls
from bot.slack.installing import Installations
from bot.slack.pacing import Method, Rate
from bot.slack.posting import PLATFORM, SlackMessenger
from bot.slack.queueing import Gate
from bot.slack.rendering import to_payload
from prompts.composing.asking import Asked, ask
from prompts.message import Message
from storage.engine import transaction
from storage.installations import install
from storage.members import Addressee
from tests.bench.figures import Figure, again, at_least, each_second
from tests.databases import Databases, close, open_as_served

MANY, TOGETHER = 1_000, 32
TOKEN = "xoxb-bench"  # noqa: S105 - of no workspace
# What Slack would never bear.
UNPACED = dict.fromkeys(Method, Rate(10**9, 10**9))
WORDS = "Who else would have to be in the room for this to move, and what would they say it is for?"
Post = Callable[[int], Awaitable[object]]


async def measure(databases: Databases, folder: Path, seconds: float) -> list[Figure]:
    engine = open_as_served(databases.fresh("sqlite", folder))
    ours, theirs = list[float](), list[float]()
    with answering() as api_url:
        async with road(engine, api_url) as nudge, bare_loop(api_url) as post:
            for _ in again(5, seconds):
                ours.append(await _rate(nudge))
                theirs.append(await _rate(post))
    await close(engine)
    return [
        at_least(
            f"nudges posted to Slack, {TOGETHER} at once; peer: a bare loop of slack_sdk",
            ours,
            theirs,
            each_second,
            0.85,
        )
    ]


@asynccontextmanager
async def road(engine: AsyncEngine, api_url: str) -> AsyncIterator[Post]:
    async with transaction(engine) as db:
        place = await install(db, PLATFORM, "T1", TOKEN, datetime.now(UTC), bot_user="U0")
    people = [
        Addressee(uuid4(), place, PLATFORM, "T1", f"U{n}", f"D{n}", "Amara") for n in range(MANY)
    ]
    messages = [_question() for _ in range(MANY)]
    gate = Gate(UNPACED, together=2 * TOGETHER)
    async with open_calls(Installations(engine), api_url=api_url, gate=gate) as calls:
        messenger = SlackMessenger(calls)
        yield lambda number: messenger.deliver(people[number], messages[number])


@asynccontextmanager
async def bare_loop(api_url: str) -> AsyncIterator[Post]:
    payload: dict[str, Any] = dict(to_payload(_question()))
    async with open_session(api_url, LIMITS) as session:
        client = AsyncWebClient(TOKEN, base_url=api_url, session=session, retry_handlers=[])
        yield lambda number: client.chat_postMessage(
            channel=f"D{number}",
            metadata={"event_type": "bench", "event_payload": {"delivery_id": str(number)}},
            **payload,
        )


def _question() -> Message:
    return ask(Asked.of(uuid4(), WORDS, "CON-OPN-1", None))


async def _rate(post: Post) -> float:
    numbers = iter(range(MANY))

    async def keep_posting() -> None:
        for number in numbers:
            await post(number)

    began = time.perf_counter()
    await asyncio.gather(*(keep_posting() for _ in range(TOGETHER)))
    return MANY / (time.perf_counter() - began)


@contextmanager
def answering() -> Iterator[str]:
    """Such a server's address."""
    command = [sys.executable, "-m", "tests.bench.slack_delivery"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def take(request: web.Request) -> web.Response:
    """chat.postMessage, and there is nothing that it refuses."""
    said = await request.json()
    body = {"ok": True, "channel": said["channel"], "ts": "1795428000.000100"}
    return web.Response(text=json.dumps(body), content_type="application/json")


async def serve() -> None:
    app = web.Application()
    app.router.add_post("/api/chat.postMessage", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print("http://{}:{}/api/".format(*runner.addresses[0]), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
