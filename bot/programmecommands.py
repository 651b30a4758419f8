"""`bearings programme import` and `export`: a programme as a file that people can read."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app
from bot.commanding import AsJson, RefusedError, command_settings, print_json, run, say
from bot.conversation.mistakes import Mistake, MistakesError
from bot.conversation.setting_up import check_may_open, present_setup, set_up
from bot.conversation.setups import Comparison, Setup, SetupError, compare
from bot.programmefile import LONGEST, read_programmes, write_programmes
from bot.whereto import find_where
from scheduler.cadence import CadenceError
from storage.engine import reading, transaction

programme_commands = typer.Typer(help="A programme as a file.", no_args_is_help=True)

NOTHING = Setup(box_only=False)

AFile = Annotated[Path, typer.Argument(metavar="FILE.yaml")]
InWorkspace = Annotated[
    str, typer.Option(metavar="ID", help="A Slack workspace or a tenant, where there are several.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]


@programme_commands.callback()
def programme() -> None:
    """A programme as a file."""


@programme_commands.command("import")
def import_programme(
    file: AFile, workspace: InWorkspace = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Make programmes, cohorts, days and hours as the file says. Doing it again changes nothing."""
    settings = command_settings()
    try:
        wanted = read_programmes(read_text(file, LONGEST))
    except MistakesError as error:
        refuse(file, error.mistakes, as_json=as_json)

    async def go(engine: AsyncEngine) -> None:
        now = await app.database_clock(engine)()
        async with reading(engine) as db:
            where = await find_where(db, settings, workspace)
        try:
            if dry_run:
                async with reading(engine) as db:
                    present = await present_setup(db, where.id) if where.id else NOTHING
                check_may_open(wanted, present, now)
                compared = compare(wanted, present)
            else:
                async with transaction(engine) as db:
                    compared = await set_up(db, await where.settled(db), wanted, now)
        except (SetupError, CadenceError) as error:
            raise RefusedError(f"{error} Nothing was changed.") from None
        if as_json:
            print_json(_in_json(compared, dry_run=dry_run))
        else:
            _print(compared, dry_run=dry_run)

    run(settings, go)


@programme_commands.command("export")
def export_programme(file: AFile, workspace: InWorkspace = "") -> None:
    """Write what there is as a file; imported, it changes nothing. It names no people."""
    settings = command_settings()
    if file.exists():
        raise RefusedError(f"There is a file {file} already. Nothing was written.")

    async def go(engine: AsyncEngine) -> None:
        async with reading(engine) as db:
            where = await find_where(db, settings, workspace)
            try:
                setup = await present_setup(db, where.id) if where.id else NOTHING
            except SetupError as error:
                raise RefusedError(f"{error} Nothing was written.") from None
        try:
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "w") as to:
                to.write(write_programmes(setup))
        except OSError as error:
            raise RefusedError(f"{file} cannot be written ({type(error).__name__}).") from None
        say(f"Wrote {file}.")

    run(settings, go)


def read_text(file: Path, most: int) -> str:
    """Raises RefusedError."""
    try:
        with file.open("rb") as there:
            read = there.read(4 * most + 1)
        return read.decode("utf-8-sig")
    except OSError as error:
        raise RefusedError(f"{file} cannot be read ({type(error).__name__}).") from None
    except UnicodeDecodeError as error:
        line = read[: error.start].count(b"\n") + 1
        raise RefusedError(f"{file}, line {line}: this is no UTF-8. Save it as UTF-8.") from None


def refuse(file: Path, mistakes: Sequence[Mistake], *, as_json: bool) -> NoReturn:
    """Every mistake on a line of its own, and exit code 1."""
    if as_json:
        print_json({"mistakes": [{"line": one.line, "words": one.words} for one in mistakes]})
    else:
        for one in mistakes:
            say(f"{file}, line {one.line}: {one.words}")
    raise RefusedError(f"{file} was not imported. Nothing was changed.")


def _in_json(compared: Comparison, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "changes": [
            {"what": one.what, "new": one.is_new, "change": one.detail}
            for one in compared.differences
        ],
        "left_as_is": list(compared.unnamed),
    }


def _print(compared: Comparison, *, dry_run: bool) -> None:
    for one in compared.differences:
        say(f"{'+' if one.is_new else '~'} {one.what}: {one.detail}")
    for name in compared.unnamed:
        say(f"  {name} is not in the file, and stays as it is.")
    if not compared.differences:
        say("Everything is like that already. Nothing was changed.")
    elif dry_run:
        say("This was a dry run. Nothing was changed.")
    else:
        say(f"Changed: {len(compared.differences)}. It stands under “What was changed”.")
