"""`bearings verify`, `erase` and `export`: what whoever runs Bearings owes to its people."""

import os
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app
from bot.commanding import (
    AsJson,
    Exit,
    MemberReference,
    RefusedError,
    command_settings,
    confirm,
    print_json,
    run,
    say,
)
from prompts.composing.copying import to_json, to_text
from storage.audit import Verdict, has_been_head, verify
from storage.engine import database_now, reading
from storage.erasing import erase, find_doomed


def add_keeping_commands(commands: typer.Typer) -> None:
    commands.command("verify")(verify_log)
    commands.command("erase")(erase_member)
    commands.command("export")(export_copy)


def _is_hash(heads: list[str] | None) -> list[str]:
    try:
        wrong = [one for one in heads or [] if len(bytes.fromhex(one)) != 32]
    except ValueError:
        wrong = ["one"]
    if wrong:
        raise typer.BadParameter("Give a head as it was printed: 64 hexadecimal digits.")
    return heads or []


Heads = Annotated[
    list[str] | None,
    typer.Option(
        "--head", help="A head that was noted earlier; may be repeated.", callback=_is_hash
    ),
]


def verify_log(head: Heads = None, as_json: AsJson = False) -> None:
    """Walk the audit log, and say whether any row was changed or taken out."""

    async def go(engine: AsyncEngine) -> None:
        async with reading(engine) as db:
            verdicts = await verify(db)
            known = {one: await has_been_head(db, bytes.fromhex(one)) for one in head or []}
        if as_json:
            print_json(
                {
                    "chains": [_verdict_row(one) for one in verdicts],
                    "heads": [{"head": one, "found": found} for one, found in known.items()],
                }
            )
        else:
            _print_verdicts(verdicts, known)
        if any(one.broken_at is not None for one in verdicts) or not all(known.values()):
            raise typer.Exit(Exit.REFUSED)

    run(command_settings(), go)


def _verdict_row(one: Verdict) -> dict[str, object]:
    return {
        "workspace": str(one.workspace),
        "rows": one.rows,
        "head": one.head,
        "broken_at": one.broken_at,
    }


def _print_verdicts(verdicts: list[Verdict], known: dict[str, bool]) -> None:
    for one in verdicts:
        state = "whole" if one.broken_at is None else f"broken at row {one.broken_at}"
        say(f"{one.workspace}  {one.rows} rows  {state}  {one.head or 'no head'}")
    if not verdicts:
        say("Nothing has been recorded yet.")
    for noted, found in known.items():
        say(f"{noted}  {'stands' if found else 'is in no chain: rows were cut off or rewritten'}")


def erase_member(member: MemberReference) -> None:
    """Forget somebody, as they could in the chat themselves. Shows nothing of theirs."""

    async def go(engine: AsyncEngine) -> None:
        async with reading(engine) as db:
            who = await find_doomed(db, member)
        if who.is_here:
            confirm(f"Forget {who.member_id}? Nothing of theirs can be brought back.")
        receipt = await erase(engine, who, await database_now(engine), "operator")
        did = "Erased" if who.is_here else "Already erased"
        say(f"{did}: {who.member_id}. Receipt: {receipt or 'none'}.")

    run(command_settings(), go)


def export_copy(
    member: MemberReference,
    as_text: Annotated[bool, typer.Option("--text", help="To be read, instead of JSON.")] = False,
    to: Annotated[Path | None, typer.Option(help="A new file, instead of standard output.")] = None,
) -> None:
    """Hand somebody a copy of everything that is theirs, while they allow it in the chat."""
    if to is not None and to.exists():
        raise RefusedError(f"There is a file {to} already. Nothing was opened.")

    async def go(engine: AsyncEngine) -> None:
        everything = await app.copy_for(engine, member)
        words = to_text(everything) if as_text else to_json(everything)
        if to is None:
            print(words, end="")  # noqa: T201 - this is a command
            return
        _write(to, words)
        say(f"Wrote {to}. It is readable by you alone; hand it over, and delete it.")

    run(command_settings(), go)


def _write(file: Path, words: str) -> None:
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as to:
            to.write(words)
    except OSError as error:
        raise RefusedError(f"{file} cannot be written ({type(error).__name__}).") from None
