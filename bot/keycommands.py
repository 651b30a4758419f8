"""`bearings keys …`: the keys' whole life. No command shows one, or anything that one opens."""

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from bot import keeping
from bot.settings import Settings, read_settings
from storage.vault import rotating

key_commands = typer.Typer(help="The keys that private text is sealed with.", no_args_is_help=True)
out = Console(highlight=False, soft_wrap=True)

ESCROW = (
    "Copy this file to two places that no backup reaches, such as a sealed envelope in a safe, and "
    "note where: without it, nothing that people wrote can ever be read again."
)


class Stage(StrEnum):
    ADD = "add"
    PROMOTE = "promote"
    REWRAP = "rewrap"
    RETIRE = "retire"


@key_commands.command()
def init() -> None:
    """Make the key file and the key store of a new machine."""
    settings = read_settings()
    ring = asyncio.run(keeping.start_keys(settings, _now()))
    out.print(f"Made {settings.key_file} with the key {ring.active.id}.", markup=False)
    out.print(ESCROW)


@key_commands.command()
def rotate(
    stage: Annotated[
        Stage | None,
        typer.Argument(help="One step. Without it: add, promote and rewrap, for a single machine."),
    ] = None,
) -> None:
    """Change the key-encryption key, in four steps that can each be cut off and done again."""
    settings = read_settings()
    stages = [stage] if stage else [Stage.ADD, Stage.PROMOTE, Stage.REWRAP]
    for one in stages:
        out.print(asyncio.run(_rotate(settings, one)), markup=False)
    if stages[-1] is Stage.REWRAP:
        out.print(
            "When a backup of the key store has been made since, and the older ones are gone, run "
            "`bearings keys rotate retire`; until then the old key still opens old copies."
        )


async def _rotate(settings: Settings, stage: Stage) -> str:
    now, file = _now(), settings.key_file
    async with keeping.open_vault(settings) as vault:
        await vault.check()
        ring = keeping.read_ring(settings)
        match stage:
            case Stage.ADD:
                key = await rotating.add(vault, file, ring, now)
                return (
                    f"Added {key.id}. Give the key file to every machine before it is promoted; "
                    "/readyz names the keys that each has loaded."
                )
            case Stage.PROMOTE:
                key = await rotating.promote(vault, file, ring, now)
                return f"Promoted {key.id}: new keys are wrapped with it."
            case Stage.REWRAP:
                count = await rotating.rewrap(vault, ring)
                return f"Rewrapped {count} data keys with {ring.active.id}."
            case Stage.RETIRE:
                gone = await rotating.retire(vault, file, ring, now)
                names = ", ".join(gone) or "nothing; only the active key was left"
                return f"Retired {names}. Destroy every escrow copy of what was retired."


def _now() -> datetime:
    return datetime.now(UTC)
