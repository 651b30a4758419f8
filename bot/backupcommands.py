"""`bearings backup` and `restore`: two copies that are no use apart, and the way back."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import keeping
from bot.commanding import AsJson, busy, command_settings, print_json, run, say
from bot.settings import Settings
from storage.backing import Installation, back_up
from storage.backups import Holds
from storage.drilling import drill
from storage.restoring import Restored, restore
from storage.vault.journal import journal_of
from storage.vault.keyfile import KeyRing


def add_backup_commands(commands: typer.Typer) -> None:
    commands.command("backup")(backup)
    commands.command("restore")(restore_command)


def backup(
    to: Annotated[Path, typer.Option(help="The folder that holds all backups.")] = Path("backups"),
    keep_keys_days: Annotated[
        int, typer.Option(min=1, help="Older copies of the key store are removed.")
    ] = 7,
    keep_data_days: Annotated[
        int, typer.Option(min=1, help="Older copies of the data are removed.")
    ] = 35,
    as_json: AsJson = False,
) -> None:
    """Copy the data and the key store into two folders. The key file is in neither."""
    settings = command_settings()
    keep = {Holds.DATA: keep_data_days, Holds.KEYS: keep_keys_days}

    async def go(_: AsyncEngine) -> None:
        began = time.monotonic()
        keeping.read_ring(settings, not_in=[to, *(to / holds.value for holds in Holds)])
        with busy("Copying"):
            made = await back_up(_here(settings), to, datetime.now(UTC), keep)
        if as_json:
            print_json(
                {
                    "data": str(made.data),
                    "keys": str(made.keys),
                    "removed": [str(one) for one in made.removed],
                    "seconds": round(time.monotonic() - began, 3),
                }
            )
            return
        say(f"Made {made.data} and {made.keys}.")
        say("Take them to two different places. The key file is in neither; see that you have it.")
        for one in made.removed:
            say(f"Removed {one}.")

    run(settings, go)


def restore_command(
    data: Annotated[Path | None, typer.Option(help="A data-….bak.")] = None,
    keys: Annotated[
        Path | None, typer.Option(help="The newest keys-….bak; without it, the present key store.")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="First forget whoever was forgotten since.")
    ] = False,
    practise: Annotated[
        bool, typer.Option("--drill", help="Try it all with what is running, elsewhere.")
    ] = False,
) -> None:
    """Bring a backup back to where nothing is, and check all of it."""
    settings = command_settings()
    if practise:
        if data or keys or replay:
            raise typer.BadParameter("A drill makes its own copies.", param_hint="--drill")
        run(settings, lambda engine: _drill(engine, settings))
        return
    if data is None:
        raise typer.BadParameter("Name a copy of the data.", param_hint="--data")
    with busy("Restoring"):
        done = asyncio.run(_restore(settings, data, keys, replay=replay))
    _print_restored(done)


async def _restore(settings: Settings, data: Path, keys: Path | None, *, replay: bool) -> Restored:
    def ring() -> KeyRing:
        return keeping.read_ring(settings)

    return await restore(
        _here(settings),
        data,
        keys,
        ring,
        datetime.now(UTC),
        replay=replay,
        journal=journal_of(settings.key_file),
    )


def _print_restored(done: Restored) -> None:
    say(f"Restored {done.rows} rows; {done.opened} of those tried open; the audit log is whole.")
    if done.replayed:
        say(f"Forgotten in it again, because they were since: {done.replayed}.")
    if done.removed:
        say(f"Left-over rows were removed of: {done.removed}.")
    for workspace, head in done.heads.items():
        say(f"{workspace}  {head or 'no head'}")


async def _drill(engine: AsyncEngine, settings: Settings) -> None:
    def ring() -> KeyRing:
        return keeping.read_ring(settings)

    with busy("Practising"):
        done = await drill(engine, _here(settings), ring, datetime.now(UTC))
    rows, opened = done.restored.rows, done.restored.opened
    say(f"Backed up and restored {rows} rows in {done.seconds:.1f} s; all {opened} sealed open.")
    say("What was made for it is gone again.")


def _here(settings: Settings) -> Installation:
    return Installation(settings.database_url, settings.keystore_url)
