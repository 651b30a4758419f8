"""What every command needs: settings, the open database, and one way to print."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app, keeping
from bot.logs import start_logging, stay_discreet
from bot.serving import leave_no_dump
from bot.settings import Settings, read_settings


class Exit(IntEnum):
    DONE = 0
    REFUSED = 1
    USAGE = 2
    CONFIGURATION = 78


class RefusedError(Exception):
    """What was asked cannot be done; str() says why."""


def _names_somebody(reference: str) -> str:
    """Blank would be whoever has no e-mail address."""
    if not reference.strip():
        raise typer.BadParameter("Give an id, an e-mail address or a name.")
    return reference


MemberReference = Annotated[
    str,
    typer.Argument(
        metavar="MEMBER",
        help="An id, an e-mail address or a unique name.",
        callback=_names_somebody,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
out = Console(highlight=False, soft_wrap=True)


def command_settings() -> Settings:
    settings = read_settings()
    leave_no_dump()
    start_logging(settings.log_level)
    return settings


def run(
    settings: Settings, go: Callable[[AsyncEngine], Awaitable[None]], *, migrated: bool = True
) -> None:
    """With the database open, and refused unless it is the one this program needs."""

    async def with_engine() -> None:
        stay_discreet(asyncio.get_running_loop())
        async with keeping.opened(settings) as engine:
            if migrated:
                await app.check_ready(engine)
            await go(engine)

    asyncio.run(with_engine())


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201 - this is a command


def say(words: str) -> None:
    """A line that people read: what is in it is no markup."""
    out.print(words, markup=False)


def confirm(question: str) -> None:
    """Asks whoever sits at a terminal; a script has made up its mind."""
    if not sys.stdin.isatty():
        return
    try:
        sure = typer.confirm(question)
    except typer.Abort:
        sure = False
    if not sure:
        raise RefusedError("Nothing was changed.")


@contextmanager
def busy(words: str) -> Iterator[None]:
    """Says what takes its time, to whoever is watching."""
    to_watch = Console(stderr=True)
    if not to_watch.is_terminal:
        yield
        return
    with to_watch.status(words):
        yield
