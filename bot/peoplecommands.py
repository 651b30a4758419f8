"""`bearings people import`: the people of a programme from a table, with a report by line."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app
from bot.commanding import AsJson, RefusedError, command_settings, print_json, run, say
from bot.conversation.adding_people import Outcome, Result, Told, add_people, weigh
from bot.conversation.mistakes import Mistake, MistakesError
from bot.conversation.newpeople import MOST_LETTERS, PersonLine, read_people
from bot.programmecommands import AFile, DryRun, InWorkspace, read_text, refuse
from bot.settings import Settings
from bot.slack.incoming import PLATFORM as SLACK
from bot.whereto import Where, find_where
from scheduler.cadence import is_zone
from storage.engine import reading, transaction
from storage.members import find_all_in

people_commands = typer.Typer(help="The people of a programme.", no_args_is_help=True)

SIGNS = {Result.NEW: "+", Result.CHANGED: "~", Result.SAME: " "}


@people_commands.callback()
def people() -> None:
    """The people of a programme."""


@people_commands.command("import")
def import_people(
    file: AFile, workspace: InWorkspace = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Make people known from a CSV file, all of them or none. Nobody hears of it."""
    settings = command_settings()
    text = read_text(file, MOST_LETTERS)

    async def go(engine: AsyncEngine) -> None:
        now = await app.database_clock(engine)()
        async with reading(engine) as db:
            where = await find_where(db, settings, workspace)
        if where.id is None:
            raise RefusedError(
                "Nothing is set up here yet: begin with `bearings programme import`."
            )
        try:
            lines = read_people(text, where.known_by)
            # Nobody else is asked while a transaction is open.
            told = await _told(engine, settings, where, where.id, lines)
            if dry_run:
                async with reading(engine) as db:
                    outcomes = await weigh(db, where.id, lines)
            else:
                async with transaction(engine) as db:
                    outcomes = await add_people(db, where.id, lines, now, told=told)
        except MistakesError as error:
            refuse(file, error.mistakes, as_json=as_json)
        if as_json:
            print_json(_in_json(outcomes, dry_run=dry_run))
        else:
            _print(outcomes, dry_run=dry_run)

    run(settings, go)


async def _told(
    engine: AsyncEngine,
    settings: Settings,
    where: Where,
    workspace_id: UUID,
    lines: Sequence[PersonLine],
) -> Mapping[str, Told]:
    """What the platform says of whoever is new. Raises MistakesError."""
    if where.platform != SLACK:
        return {}
    from bot.adding import AddingError  # noqa: PLC0415
    from bot.slack.adding import look_up_all  # noqa: PLC0415
    from scheduler.delivery import DeliveryError  # noqa: PLC0415

    async with reading(engine) as db:
        ids = {one.user_id for one in lines}
        new = ids - {one.user_id for one in await find_all_in(db, workspace_id, ids)}
    try:
        found = await look_up_all(engine, settings.slack_api_url, where.workspace, sorted(new))
    except (AddingError, DeliveryError) as error:
        raise RefusedError(f"{error} Nobody was added.") from None
    wrong = {user_id: why for user_id, why in found.items() if isinstance(why, str)}
    if mistakes := [Mistake(one.line, wrong[one.user_id]) for one in lines if one.user_id in wrong]:
        raise MistakesError(mistakes)
    return {
        user_id: Told(
            person.timezone if is_zone(person.timezone) else "", person.locale, person.is_guest
        )
        for user_id, person in found.items()
        if not isinstance(person, str)
    }


def _in_json(outcomes: Sequence[Outcome], *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "lines": [
            {"line": one.line, "name": one.name, "result": one.result.value, "words": one.words}
            for one in outcomes
        ],
    }


def _print(outcomes: Sequence[Outcome], *, dry_run: bool) -> None:
    for one in outcomes:
        words = one.words or "known here already, and stays as it is"
        say(f"{SIGNS[one.result]} line {one.line}, {one.name}: {words}")
    counts = {result: sum(one.result is result for one in outcomes) for result in Result}
    added, changed = counts[Result.NEW], counts[Result.CHANGED]
    say(f"New: {added}. Changed: {changed}. As they were: {counts[Result.SAME]}.")
    if dry_run:
        say("This was a dry run. Nobody was added.")
    elif added:
        say("Nobody was written to: that is for a lead, who invites them.")
