"""Messages from Teams to their answers, beside Microsoft's adapter that only echoes.

Both are called in this process with the same signed messages, and send to the smallest server that
answers as Teams does, in a process of its own. Ours keeps the message, takes the turn in the
database and sends a card; theirs keeps nothing. Its keys and its token are there before it begins:
by itself it would fetch a token for each turn.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import web
from botbuilder.core import TurnContext
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.hosts import hosts_of
from bot.running import keep_draining, running
from bot.teams.assembly import Teams, assemble
from bot.teams.calling import open_calls
from bot.teams.credentials import Password
from bot.teams.keys import open_keys
from bot.teams.listening import Door
from bot.teams.trusting import Trust
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place
from storage.engine import transaction
from storage.members import NewMember, add_members
from tests.bench.figures import (
    Figure,
    again,
    at_least,
    each_second,
    megabytes,
    milliseconds,
    percentile,
    within,
)
from tests.databases import Databases, close, open_as_served
from tests.teams import FakeTeams, fake_teams
from tests.teams.test_fake_with_botbuilder import Adapter, Asking, elsewhere, trust_of

# A person in each: Teams' pace for a tenant would be what is measured.
TENANTS = [f"7e0f1b2c-0000-4000-8000-{number:012}" for number in range(64)]
MANY = {1: 60, 32: 640}
STEADY = 10_000

Send = Callable[[bytes, str], Awaitable[None]]


async def measure(databases: Databases, folder: Path, seconds: float) -> list[Figure]:
    engine = open_as_served(databases.fresh("sqlite", folder))
    numbers = count(1)
    figures: list[Figure] = []
    async with AsyncExitStack() as stack:
        service = stack.enter_context(answering())
        teams = await stack.enter_async_context(fake_teams())
        header = f"Bearer {teams.signer.token(service)}"
        app, ours = await stack.enter_async_context(_ours(engine, teams, service))
        theirs = await _echo(teams, _message(service, 0), header)
        for connections, many in MANY.items():
            rates: dict[str, list[float]] = {"ours": [], "theirs": []}
            late: dict[str, list[float]] = {"ours": [], "theirs": []}
            for _ in again(5, seconds):
                for name, send in (("ours", ours), ("theirs", theirs)):
                    bodies = [_message(service, next(numbers)) for _ in range(many)]
                    began = time.perf_counter()
                    late[name] += await _run(send, bodies, header, connections)
                    if name == "ours":
                        await _all_is_answered(app)
                    rates[name].append(many / (time.perf_counter() - began))
            figures += _told(rates, late, connections)
        figures += await _steady(app, ours, teams, service, header, numbers, seconds)
    await close(engine)
    return figures


def _told(
    rates: dict[str, list[float]], late: dict[str, list[float]], connections: int
) -> list[Figure]:
    at = f"{connections} at once" if connections > 1 else "one by one"

    def both(share: float) -> Figure:
        mine, other = (percentile(late[name], share) for name in ("ours", "theirs"))
        name = f"until Teams has its answer, p{share * 100:.0f}; beside the echo’s, {at}"
        return Figure(name, milliseconds(mine), milliseconds(other), mine / other)

    turns = at_least(
        f"turns in Teams, kept and answered; peer: an echo that keeps nothing, {at}",
        rates["ours"],
        rates["theirs"],
        each_second,
        0.0,
    )
    # There is no aim: one keeps what it is told, and the other does not.
    return [replace(turns, aim="", met=None), both(0.5), both(0.99)]


async def _steady(
    app: Teams,
    ours: Send,
    teams: FakeTeams,
    service: str,
    header: str,
    numbers: Iterator[int],
    seconds: float,
) -> list[Figure]:
    """Memory, and how often a token was fetched, over as many turns as there is time for."""
    sizes, done = [_memory()], 0
    began = time.monotonic()
    while done < STEADY and time.monotonic() - began < 2 * seconds:
        bodies = [_message(service, next(numbers)) for _ in range(1_000)]
        await _run(ours, bodies, header, 32)
        await _all_is_answered(app)
        done += len(bodies)
        sizes.append(_memory())
    fetched = len(teams.called("token"))
    grown = Figure(
        f"memory that {done:,} turns more took, after the first thousand",
        megabytes(sizes[-1] - sizes[min(1, len(sizes) - 1)]),
    )
    tokens = within("tokens fetched for all these turns", [float(fetched)], "{:.0f}".format, 2)
    # The echo's one and ours.
    return [grown, replace(tokens, other="one is the echo’s")]


def _memory() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


# Ours


@asynccontextmanager
async def _ours(
    engine: AsyncEngine, teams: FakeTeams, service: str
) -> AsyncIterator[tuple[Teams, Send]]:
    async def clock() -> datetime:
        return datetime.now(UTC)

    hosts = hosts_of([service.removeprefix("http://").rstrip("/")])
    place = Place("Teams", "here", address="https://bearings.example.org", follows=True)
    proof = Password(teams.password)
    async with (
        open_calls(teams.app_id, proof, teams.token_url, hosts) as (calls, _),
        open_keys(teams.openid_url) as keys,
    ):
        app = assemble(engine, clock, ServedBank(), place, calls, teams.app_id)
        for tenant in TENANTS:
            workspace = await app.tenants.workspace(tenant)
            async with transaction(engine) as db:
                amara = NewMember(user_id=f"aad-{tenant}", name="Amara Okafor", is_coach=True)
                await add_members(db, workspace, [amara])
        door = Door(Trust(teams.app_id, keys, hosts, TENANTS), app.take)
        application = Starlette(routes=door.routes())
        async with running(keep_draining(app.drain, app.book.has_news)):
            yield app, lambda body, header: _send(application, body, header)


async def _all_is_answered(app: Teams) -> None:
    await app.drain()
    await app.dealing.settle()


# Theirs


class Once(Asking):
    """One token, as long as it lasts."""

    given: str = ""

    def get_access_token(self, force_refresh: bool = False) -> str:
        Once.given = Once.given or super().get_access_token(force_refresh)
        return Once.given


async def _echo(teams: FakeTeams, first: bytes, header: str) -> Send:
    async def create_credentials(*_: Any, **__: Any) -> Once:
        return Once(teams)

    trust = trust_of(teams)
    trust._credentials_factory.create_credentials = create_credentials
    adapter = Adapter(trust)

    async def turn(context: TurnContext) -> None:
        await context.send_activity(f"You said {context.activity.text}")

    async def hear(request: Request) -> Response:
        body = json.loads(await request.body())
        await adapter.process(body, request.headers["authorization"], turn)
        return Response()

    # Its keys and its token are fetched by blocking calls, so not in this thread.
    await elsewhere(lambda: adapter.process(json.loads(first), header, turn))
    application = Starlette(routes=[Route("/api/messages", hear, methods=["POST"])])
    return lambda body, header: _send(application, body, header)


# What both are sent


def _message(service: str, number: int) -> bytes:
    tenant = TENANTS[number % len(TENANTS)]
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    said = {
        "type": "message",
        "id": f"1795{number:09}",
        "timestamp": moment,
        "channelId": "msteams",
        "serviceUrl": service,
        "from": {"id": f"29:{tenant}", "name": "Amara Okafor", "aadObjectId": f"aad-{tenant}"},
        "conversation": {
            "id": f"a:{tenant}",
            "conversationType": "personal",
            "tenantId": tenant,
        },
        "recipient": {"id": "28:bench", "name": "Bearings"},
        "channelData": {"tenant": {"id": tenant}},
        "text": "help",
        "textFormat": "plain",
        "localTimezone": "Europe/London",
    }
    return json.dumps(said).encode()


async def _run(send: Send, bodies: Sequence[bytes], header: str, connections: int) -> list[float]:
    waiting, each = list(bodies), list[float]()

    async def connection() -> None:
        while waiting:
            body = waiting.pop()
            began = time.perf_counter()
            await send(body, header)
            each.append(time.perf_counter() - began)

    await asyncio.gather(*(connection() for _ in range(connections)))
    return each


async def _send(application: Starlette, body: bytes, header: str) -> None:
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"authorization", header.encode()),
    ]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/messages",
        "raw_path": b"/api/messages",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    await application(scope, receive, send)
    assert status == 200, status


@contextmanager
def answering() -> Iterator[str]:
    """Such a server's address."""
    command = [sys.executable, "-m", "tests.bench.teams_turns"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def serve() -> None:
    numbers = count()

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"id": f"1:{next(numbers)}"})

    app = web.Application()
    app.router.add_route("*", "/v3/conversations/{of:.+}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print("http://{}:{}/".format(*runner.addresses[0]), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
