"""Two thousand bodies that nobody signed, all at once, at a door that is served as `serve` does.

What is told is the memory of the process that serves. The bodies are as long as the door lets in,
and their headers are as Slack's are: a door that reads what it is sent would hold two gigabytes.
"""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from bot.serving import serve_until_told, take_port
from bot.slack.listening import Door
from bot.slack.trusting import LARGEST_BODY
from tests.bench.figures import Figure, megabytes, within

MANY = 2_000
# Of these, what may be held (bot/bodies.py), the server's own buffers of so many connections, and
# the interpreter's room around both.
AIM = 256 * 2**20
AGAIN = 3
PIECE = b" " * 64 * 1024


async def measure(folder: Path) -> list[Figure]:
    del folder
    figures: list[Figure] = []
    for what, is_made_up in (
        ("without a signature", False),
        ("with a made up signature", True),
    ):
        with served() as (port, process):
            before = _memory(process)
            statuses, most = await _flood(port, process, is_made_up=is_made_up)
            for _ in range(AGAIN):
                more, again = await _flood(port, process, is_made_up=is_made_up)
                statuses += more
        told = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
        figure = within(
            f"memory for {MANY:,} bodies of 1 MiB at once, {what}", [most - before], megabytes, AIM
        )
        figures += [
            replace(figure, other=told),
            Figure(f"the same, what {AGAIN} more such floods added", megabytes(again - most)),
        ]
    return figures


async def _flood(port: int, process: int, *, is_made_up: bool) -> tuple[Counter[str], int]:
    statuses, most, is_over = Counter[str](), 0, False

    async def watch() -> None:
        nonlocal most
        while not is_over:
            most = max(most, _memory(process))
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    head = _head(is_made_up=is_made_up)
    statuses.update(await asyncio.gather(*(_one(port, head) for _ in range(MANY))))
    is_over = True
    await watching
    return statuses, most


async def _one(port: int, head: bytes) -> str:
    """The status that it was answered with. Whoever floods does not wait to be told to stop."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return "refused"

    async def pour() -> None:
        with suppress(OSError):
            writer.write(head)
            for _ in range(LARGEST_BODY // len(PIECE)):
                writer.write(PIECE)
                await writer.drain()

    pouring = asyncio.create_task(pour())
    try:
        async with asyncio.timeout(60):
            line = await reader.readline()
    except (OSError, TimeoutError):
        line = b""
    pouring.cancel()
    writer.transport.abort()
    return line.split(b" ")[1].decode() if line else "nothing"


def _head(*, is_made_up: bool) -> bytes:
    made_up = (
        f"X-Slack-Request-Timestamp: {int(time.time())}\r\nX-Slack-Signature: v0={'0' * 64}\r\n"
    )
    return (
        f"POST /slack/events HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        f"Content-Length: {LARGEST_BODY}\r\n{made_up if is_made_up else ''}\r\n"
    ).encode()


def _memory(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise LookupError(process)


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """Such a door's port, and its process."""
    command = [sys.executable, "-m", "tests.bench.flood"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield json.loads(process.stdout.readline()), process.pid
        finally:
            process.terminate()


async def serve() -> None:
    behind: Any = None  # nobody comes so far
    door = Door(behind, behind, behind, ["a secret of the bench alone"])
    listener: socket.socket = take_port("127.0.0.1", 0)
    listener.listen(MANY)
    print(listener.getsockname()[1], flush=True)
    await serve_until_told(Starlette(routes=door.routes()), listener)


if __name__ == "__main__":
    asyncio.run(serve())
