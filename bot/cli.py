"""The `bearings` command. Every refusal is one line, and an exit code that a script can read."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app, doctor, keeping
from bot.backupcommands import add_backup_commands
from bot.bankcommands import bank_commands, lint_errors
from bot.commanding import (
    AsJson,
    Exit,
    MemberReference,
    RefusedError,
    command_settings,
    out,
    print_json,
    run,
)
from bot.connecting import open_platforms
from bot.conversation.copying import NotAllowedError
from bot.demoing import demo_in_slack
from bot.healthcommands import add_health
from bot.keepingcommands import add_keeping_commands
from bot.keycommands import key_commands
from bot.peoplecommands import people_commands
from bot.programmecommands import programme_commands
from bot.recordcommands import add_record_commands
from bot.running import running
from bot.serving import (
    PortTakenError,
    serve_until_told,
    serving_beside,
    take_port,
    work_until_told,
)
from bot.settings import Settings, SettingsError
from bot.simulatingcommands import add_simulate
from bot.slackcommands import slack_commands
from bot.teamscommands import teams_commands
from bot.watching import keep_watch
from prompts.bank import BankError, ServedBank
from prompts.composing.saying import day_and_hour
from scheduler.previewing import Preview
from storage.backups import BackupError
from storage.engine import NotKeptError
from storage.members import MemberError
from storage.migrating import SchemaError
from storage.vault import CannotOpenError, KeyFileError
from storage.vault.rotating import RotationError

commands = typer.Typer(
    help="Bearings, a coaching companion for leaders in health and care.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
add_simulate(bank_commands, lint_errors)
commands.add_typer(bank_commands, name="bank")
commands.add_typer(key_commands, name="keys")
commands.add_typer(programme_commands, name="programme")
commands.add_typer(people_commands, name="people")
commands.add_typer(slack_commands, name="slack")
commands.add_typer(teams_commands, name="teams")
add_keeping_commands(commands)
add_backup_commands(commands)
add_health(commands)
add_record_commands(commands)


# Nothing is due outside these, and reckoning near the ends of the calendar goes over them.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

REFUSALS = (
    PortTakenError,
    SchemaError,
    MemberError,
    BankError,
    RotationError,
    RefusedError,
    BackupError,
    NotAllowedError,
)


def main() -> None:
    """Every expected failure is one line on standard error, never a traceback."""
    try:
        code = commands(standalone_mode=False)
    except typer.TyperException as error:
        words = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
        if not words:  # called with nothing, it has just shown the help
            sys.exit(Exit.USAGE)
        _end(f"{words} See --help.", Exit.USAGE)
    except (SettingsError, KeyFileError) as error:
        _end(str(error), Exit.CONFIGURATION)
    except REFUSALS as error:
        _end(str(error), Exit.REFUSED)
    except CannotOpenError as error:
        _end(f"{error} Run `bearings keys verify --all` to see what else.", Exit.REFUSED)
    except NotKeptError:
        _end("The database did not answer or is full. Nothing was changed.", Exit.REFUSED)
    sys.exit(code or Exit.DONE)


def _end(words: str, code: Exit) -> NoReturn:
    print(f"bearings: {words}", file=sys.stderr)  # noqa: T201 - this is a command
    sys.exit(code)


@commands.command()
def demo(
    slack: Annotated[
        bool,
        typer.Option("--slack", help="As it is in Slack, on a pretended one. Nothing is kept."),
    ] = False,
    empty: Annotated[
        bool, typer.Option("--empty", help="Nobody but a lead, who sets up the rest.")
    ] = False,
) -> None:
    """Serve the playground: the whole of Bearings on a page, with no account and no key."""
    settings = command_settings()
    if slack:
        demo_in_slack(settings)
        return
    with take_port("127.0.0.1", settings.port) as listener:
        port = listener.getsockname()[1]

        asyncio.run(keeping.start_keys_once(settings, datetime.now(UTC)))

        async def go(engine: AsyncEngine) -> None:
            await app.bring_up_to_date(engine)
            bank = ServedBank()
            await (app.lay_out_lead_once(engine) if empty else app.lay_out_once(engine, bank))
            out.print(f"Bearings is ready at http://127.0.0.1:{port} (Ctrl+C ends it)")
            await serve_until_told(app.build_playground(engine, bank), listener)

        run(settings, go, migrated=False)


@commands.command()
def serve() -> None:
    """Run the web process; each chat platform adds its routes to it."""
    settings = command_settings()
    with take_port(settings.host, settings.port) as listener:
        port = listener.getsockname()[1]

        async def go(engine: AsyncEngine) -> None:
            clock = app.database_clock(engine)
            async with open_platforms(
                engine, clock, ServedBank(), settings, hears=True
            ) as platforms:
                out.print(f"Serving on http://{settings.host}:{port}")
                token = settings.metrics_token.get_secret_value()
                async with running(keep_watch(engine, clock)):
                    await serve_until_told(app.build_server(engine, platforms, token), listener)

        run(settings, go)


@commands.command()
def work() -> None:
    """Run a worker: it plans and sends what is due. Run as many as you like."""
    settings = command_settings()

    async def go(engine: AsyncEngine) -> None:
        clock, least, bank = app.database_clock(engine), settings.totals_threshold, ServedBank()
        async with (
            open_platforms(engine, clock, bank, settings) as platforms,
            running(keep_watch(engine, clock)),
            _watched(engine, settings),
        ):
            out.print("Working. Ctrl+C ends it after the pass that is under way.")
            await work_until_told(app.working(engine, bank, clock, least, platforms))

    run(settings, go)


@asynccontextmanager
async def _watched(engine: AsyncEngine, settings: Settings) -> AsyncIterator[None]:
    """A worker has an address of its own only where somebody wants to look."""
    if not settings.metrics_port:
        yield
        return
    token = settings.metrics_token.get_secret_value()
    with take_port(settings.host, settings.metrics_port, "BEARINGS_METRICS_PORT") as listener:
        async with serving_beside(app.build_watched(engine, token), listener):
            yield


@commands.command()
def migrate() -> None:
    """Bring the database up to date."""

    async def go(engine: AsyncEngine) -> None:
        before, after = await app.bring_up_to_date(engine)
        if before == after:
            out.print(f"The database is up to date, at version {after}.")
        else:
            out.print(f"Brought the database from {before or 'nothing'} to version {after}.")

    run(command_settings(), go, migrated=False)


@commands.command()
def tick(
    at: Annotated[
        str,
        typer.Option(
            help="A moment in ISO 8601, such as 2027-03-28T09:00Z; UTC where it names no zone."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Do one pass of everything that is due at a moment, for tests and cron hosts."""
    now, settings = _moment(at), command_settings()

    async def go(engine: AsyncEngine) -> None:
        clock, least, bank = app.database_clock(engine), settings.totals_threshold, ServedBank()
        async with open_platforms(engine, clock, bank, settings) as platforms:
            sent = await app.one_pass(engine, bank, now, least, platforms)
        if as_json:
            print_json({"at": now.isoformat(), "sent": len(sent)})
        else:
            out.print(f"Sent {len(sent)}.")

    run(settings, go)


@commands.command("doctor")
def doctor_command(as_json: AsJson = False) -> None:
    """Say in plain words what is missing or wrong in the configuration."""
    findings = asyncio.run(doctor.examine(command_settings()))
    if as_json:
        print_json([{"what": one.what, "wrong": one.wrong} for one in findings])
    else:
        for one in findings:
            out.print(f"{'wrong' if one.wrong else 'ok':6}{one.what}", markup=False)
            if one.wrong:
                out.print(f"      {one.wrong}", markup=False)
    if any(one.wrong for one in findings):
        raise typer.Exit(Exit.REFUSED)


@commands.command()
def preview(
    member: MemberReference,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="How far to look.")] = 4,
    as_json: AsJson = False,
) -> None:
    """Show which questions would come to a leader, when and why. Nothing is written."""

    async def go(engine: AsyncEngine) -> None:
        zone, coming = await app.preview_for(engine, ServedBank(), member, weeks)
        if as_json:
            print_json([_preview_row(one) for one in coming])
        else:
            _print_preview(zone, coming)

    run(command_settings(), go)


def _moment(at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise typer.BadParameter("Write it like 2027-03-28T09:00Z.", param_hint="--at") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not EARLIEST < moment < LATEST:
        raise typer.BadParameter(
            f"Choose one between {EARLIEST.year} and {LATEST.year}.", param_hint="--at"
        )
    return moment.astimezone(UTC)


def _preview_row(one: Preview) -> dict[str, object]:
    return {
        "at": one.at.isoformat(),
        "question": one.question_id or None,
        "text": one.words,
        "reason": one.reason,
    }


def _print_preview(zone: str, coming: list[Preview]) -> None:
    if not coming:
        out.print("No question is planned in that time.")
    for one in coming:
        out.print(f"{day_and_hour(one.at, zone)}  {one.question_id or 'silence'}", markup=False)
        if one.words:
            out.print(f"    {one.words}", markup=False)
        out.print(f"    Why: {one.reason}", markup=False)
