"""`bearings keys …`: the keys' whole life. No command shows one, or anything that one opens."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import keeping
from bot.commanding import (
    AsJson,
    Exit,
    MemberReference,
    busy,
    command_settings,
    confirm,
    out,
    print_json,
    run,
    say,
)
from bot.settings import Settings
from storage.checking import Checked, check_sealed
from storage.engine import database_now, reading
from storage.erasing import find_doomed, shred
from storage.vault import rotating
from storage.vault.reporting import Due, KeyStatus, Step, status

key_commands = typer.Typer(help="The keys that private text is sealed with.", no_args_is_help=True)

ESCROW = (
    "Copy this file to two places that no backup reaches, such as a sealed envelope in a safe, and "
    "note where: without it, nothing that people wrote can ever be read again."
)
DUE = {
    Step.ADD: "`bearings keys rotate`, as every week",
    Step.PROMOTE: "`bearings keys rotate promote`, once every machine has the key file",
    Step.REWRAP: "`bearings keys rotate rewrap`",
    Step.RETIRE: "`bearings keys rotate retire`, when older backups of the key store are gone",
}
SAMPLE = 200


@key_commands.command()
def init() -> None:
    """Make the key file and the key store of a new machine."""
    settings = command_settings()
    ring = asyncio.run(keeping.start_keys(settings, _now()))
    say(f"Made {settings.key_file} with the key {ring.active.id}.")
    say(ESCROW)


@key_commands.command("status")
def key_status(as_json: AsJson = False) -> None:
    """Say how old the keys are, what they wrap, and what is due next. Shows no key."""
    found = asyncio.run(_status(command_settings()))
    if as_json:
        print_json(_status_row(found))
        return
    table = Table("Key", "State", "Days", "Wraps", "In this file", box=None)
    for one in found.keys:
        here = "yes" if one.in_file else "no"
        table.add_row(one.id, one.state.value, str(one.age_days), str(one.wraps), here)
    out.print(table)
    say(f"{found.data_keys} data keys. {found.tombstones} people were forgotten.")
    say(f"Next: {DUE[found.next.step]} ({_when(found.next)}).")


async def _status(settings: Settings) -> KeyStatus:
    async with keeping.open_vault(settings) as vault:
        await vault.check()
        return await status(vault, _now())


def _when(due: Due) -> str:
    return "now" if due.at <= _now() else f"from {due.at:%Y-%m-%d}"


def _status_row(found: KeyStatus) -> dict[str, object]:
    return {
        "keys": [
            {
                "id": one.id,
                "state": one.state.value,
                "age_days": one.age_days,
                "wraps": one.wraps,
                "in_file": one.in_file,
            }
            for one in found.keys
        ],
        "data_keys": found.data_keys,
        "tombstones": found.tombstones,
        "next": {"step": found.next.step.value, "at": found.next.at.isoformat()},
    }


@key_commands.command()
def rotate(
    stage: Annotated[
        Step | None,
        typer.Argument(help="One step. Without it: add, promote and rewrap, for a single machine."),
    ] = None,
) -> None:
    """Change the key-encryption key, in four steps that can each be cut off and done again."""
    settings = command_settings()
    stages = [stage] if stage else [Step.ADD, Step.PROMOTE, Step.REWRAP]
    for one in stages:
        say(asyncio.run(_rotate(settings, one)))
    if stages[-1] is Step.REWRAP:
        say(
            "When a backup of the key store has been made since, and the older ones are gone, run "
            "`bearings keys rotate retire`; until then the old key still opens old copies."
        )


async def _rotate(settings: Settings, stage: Step) -> str:
    now, file = _now(), settings.key_file
    async with keeping.open_vault(settings) as vault:
        await vault.check()
        match stage:
            case Step.ADD:
                key = await rotating.add(vault, file, now)
                return (
                    f"Added {key.id}. Give the key file to every machine before it is promoted; "
                    "/readyz names the keys that each has loaded."
                )
            case Step.PROMOTE:
                key = await rotating.promote(vault, file, now)
                return f"Promoted {key.id}: new keys are wrapped with it."
            case Step.REWRAP:
                with busy("Rewrapping"):
                    key, count = await rotating.rewrap(vault)
                return f"Rewrapped {count} data keys with {key.id}."
            case Step.RETIRE:
                gone = await rotating.retire(vault, file, now)
                names = ", ".join(gone) or "nothing; only the active key was left"
                return f"Retired {names}. Destroy every escrow copy of what was retired."


@key_commands.command("shred")
def shred_command(member: MemberReference) -> None:
    """Destroy one person's key. What they wrote opens nowhere from then on."""

    async def go(engine: AsyncEngine) -> None:
        async with reading(engine) as db:
            who = await find_doomed(db, member)
        confirm(f"Destroy the key of {who.member_id}? Nothing they wrote can be read again.")
        first = await shred(engine, who, await database_now(engine))
        did = "Destroyed the key of" if first else "There was no key any more of"
        say(f"{did} {who.member_id}.")
        if who.is_here:
            say("Their rows are still there, unreadable; `bearings erase` removes them.")

    run(command_settings(), go)


@key_commands.command("verify")
def verify_sealed(
    every: Annotated[bool, typer.Option("--all", help="Try every row.")] = False,
    sample: Annotated[
        int | None, typer.Option(min=1, help=f"So many rows of each table; else {SAMPLE}.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try whether what was sealed still opens. What it says is shown to nobody."""
    if every and sample is not None:
        raise typer.BadParameter("Choose one of --all and --sample.", param_hint="--sample")

    async def go(engine: AsyncEngine) -> None:
        with busy("Opening"):
            async with reading(engine) as db:
                checked = await check_sealed(db, None if every else sample or SAMPLE)
        if as_json:
            print_json([_checked_row(one) for one in checked])
        else:
            _print_checked(checked)
        if any(one.failed for one in checked):
            raise typer.Exit(Exit.REFUSED)

    run(command_settings(), go)


def _checked_row(one: Checked) -> dict[str, object]:
    return {
        "table": one.table,
        "opened": one.opened,
        "forgotten": one.dark,
        "failed": [str(row) for row in one.failed],
    }


def _print_checked(checked: list[Checked]) -> None:
    table = Table("Table", "Opened", "Forgotten", "Failed", box=None)
    for one in checked:
        table.add_row(one.table, str(one.opened), str(one.dark), str(len(one.failed)))
    out.print(table)
    for one in checked:
        for row in one.failed:
            say(f"does not open: {one.table} {row}")


def _now() -> datetime:
    return datetime.now(UTC)
