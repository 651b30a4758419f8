"""Running a process until it is told to stop."""

import asyncio
import signal
import socket
from contextlib import AbstractAsyncContextManager

import uvicorn
from starlette.applications import Starlette

# An open page listens for ever; it is not waited for.
GOODBYE_SECONDS = 2


class PortTakenError(Exception):
    """Nobody can listen there; str() says what to do."""


def take_port(host: str, port: int) -> socket.socket:
    """Taken before anything else starts, so that a taken port is one plain line."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortTakenError(
            f"Port {port} on {host} cannot be used: {error.strerror}. Choose another with PORT."
        ) from error
    return listener


async def serve_until_told(application: Starlette, listener: socket.socket) -> None:
    """Until SIGINT or SIGTERM; what is under way is finished first."""
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    await uvicorn.Server(config).serve(sockets=[listener])


async def work_until_told(work: AbstractAsyncContextManager[None]) -> None:
    """Until SIGINT or SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    async with work:
        await told.wait()
