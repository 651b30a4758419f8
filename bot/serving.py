"""Running a process until it is told to stop."""

import asyncio
import resource
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import State

# What has not ended by itself then is not waited for.
GOODBYE_SECONDS = 2


class PortTakenError(Exception):
    """Nobody can listen there; str() says what to do."""


def take_port(host: str, port: int, setting: str = "PORT") -> socket.socket:
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
            f"Port {port} on {host} cannot be used: {error.strerror}. "
            f"Choose another with {setting}."
        ) from error
    return listener


class _Server(uvicorn.Server):
    """Uvicorn raises the signal once more when it is done; being told to stop is no failure."""

    def __init__(self, config: uvicorn.Config, state: State) -> None:
        super().__init__(config)
        self._state = state

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        on_goodbye(self._goodbye)
        yield

    def _goodbye(self) -> None:
        # Told twice means: now.
        self._state.is_ending = True
        self.force_exit = self.should_exit
        self.should_exit = True


def leave_no_dump() -> None:
    """No copy of this process's memory is written anywhere when it dies: the keys are in it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


async def serve_until_told(application: Starlette, listener: socket.socket) -> None:
    """Until SIGINT or SIGTERM; what is under way is finished first."""
    leave_no_dump()
    config = uvicorn.Config(
        application,
        # Through our own log, which never quotes what an exception says.
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    await _Server(config, application.state).serve(sockets=[listener])


class _Beside(uvicorn.Server):
    """Serves while something else decides when the process ends."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving_beside(application: Starlette, listener: socket.socket) -> AsyncIterator[None]:
    """For as long as this is open."""
    server = _Beside(
        uvicorn.Config(
            application,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GOODBYE_SECONDS,
        )
    )
    task = asyncio.get_running_loop().create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


async def work_until_told(work: AbstractAsyncContextManager[None]) -> None:
    """Until SIGINT or SIGTERM."""
    leave_no_dump()
    told = asyncio.Event()
    on_goodbye(told.set)
    async with work:
        await told.wait()


def on_goodbye(act: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, act)
