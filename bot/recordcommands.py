"""`bearings changes`: what was changed of the configuration, by whom, before and after."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.commanding import AsJson, command_settings, print_json, run, say
from bot.conversation.changing import latest_changes
from bot.whereto import find_where
from prompts.composing.configuring import NONE, Change
from prompts.composing.saying import day_and_hour
from storage.engine import reading

InWorkspace = Annotated[
    str, typer.Option(metavar="ID", help="A Slack workspace or a tenant, where there are several.")
]


def add_record_commands(to: typer.Typer) -> None:
    to.command()(changes)


def changes(
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many, at most.")] = 100,
    workspace: InWorkspace = "",
    as_json: AsJson = False,
) -> None:
    """Show what was changed of the configuration, newest first: who, when, before and after."""
    settings = command_settings()

    async def go(engine: AsyncEngine) -> None:
        async with reading(engine) as db:
            where = await find_where(db, settings, workspace)
            told = await latest_changes(db, where.id, last) if where.id else []
        if as_json:
            print_json([_in_json(one) for one in told])
            return
        for one in told:
            say(f"{day_and_hour(one.at, 'UTC')}  {one.by}: {one.what}")
            say(f"    {one.before or NONE} → {one.after or NONE}")
        if not told:
            say("Nothing was changed yet.")

    run(settings, go)


def _in_json(one: Change) -> dict[str, str]:
    return {
        "at": one.at.isoformat(),
        "by": one.by,
        "what": one.what,
        "before": one.before,
        "after": one.after,
    }
