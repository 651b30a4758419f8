"""`bearings slack …`: what an operator needs to set up the Slack app."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app
from bot.commanding import RefusedError, command_settings, run, say
from bot.settings import SettingsError
from bot.slack.manifest import by_socket, is_address, served_at

slack_commands = typer.Typer(help="The Slack app.", no_args_is_help=True)


@slack_commands.callback()
def slack() -> None:
    """The Slack app."""


@slack_commands.command()
def manifest(
    url: Annotated[
        str, typer.Option(metavar="https://…", help="Where Slack can reach `bearings serve`.")
    ] = "",
    socket: Annotated[
        bool, typer.Option("--socket", help="For Socket Mode, which needs no public address.")
    ] = False,
) -> None:
    """Print the app's manifest as YAML, ready to paste into Slack."""
    address = url.rstrip("/")
    if bool(address) == socket:
        raise typer.BadParameter("Give one of --url and --socket.", param_hint="--url")
    if address and not is_address(address):
        raise typer.BadParameter(
            "Write it like https://bearings.example.org, without a path.", param_hint="--url"
        )
    print(by_socket() if socket else served_at(address), end="")  # noqa: T201 - this is a command


@slack_commands.command()
def add(
    user: Annotated[
        str,
        typer.Argument(
            metavar="MEMBER_ID", help="From their profile in Slack: ⋮, Copy member ID (U…)."
        ),
    ],
    leader: Annotated[bool, typer.Option("--leader", help="They are asked.")] = False,
    coach: Annotated[bool, typer.Option("--coach", help="They read what is shared.")] = False,
    lead: Annotated[bool, typer.Option("--lead", help="They look after the programme.")] = False,
    proposed: Annotated[
        str,
        typer.Option("--with", metavar="MEMBER_ID", help="The coach to propose for this leader."),
    ] = "",
    workspace: Annotated[
        str,
        typer.Option(metavar="T…", help="Which, where several have let Bearings in."),
    ] = "",
    zone: Annotated[
        str, typer.Option(help="The clock to keep to where Slack names none.")
    ] = "Europe/London",
) -> None:
    """Make somebody of the workspace known. Nobody is written to before they open Bearings."""
    from bot.adding import AddingError, Role  # noqa: PLC0415
    from bot.slack.adding import add_from_slack  # noqa: PLC0415
    from scheduler.delivery import DeliveryError  # noqa: PLC0415

    given = {Role.LEADER: leader, Role.COACH: coach, Role.LEAD: lead}
    roles = {role for role, is_given in given.items() if is_given}
    if not roles or (proposed and not leader):
        raise typer.BadParameter(
            "Give --leader, --coach or --lead; --with goes with --leader.", param_hint="--leader"
        )
    settings = command_settings()

    async def go(engine: AsyncEngine) -> None:
        if not settings.speaks_slack:
            raise SettingsError("Slack is not configured: see the README.")
        now = await app.database_clock(engine)()
        try:
            added = await add_from_slack(
                engine, settings.slack_api_url, user, roles, proposed, now, workspace, zone
            )
        except (AddingError, DeliveryError) as error:
            raise RefusedError(str(error)) from None
        person = added.person
        if added.is_back:
            say(f"{person.name} was known here and is back, with what was theirs and no new role.")
            return
        say(f"{person.name} is known now, in {person.timezone or 'an unknown time zone'}.")
        if person.is_guest:
            say("They are a guest of the workspace, and can do here what its members can.")
        say("Ask them to open Bearings in Slack, under Apps: it answers there.")

    run(settings, go)


@slack_commands.command()
def refresh() -> None:
    """Look everybody up in Slack whom Bearings knows. `bearings work` does so once a day."""
    from bot.slack.refreshing import look_everybody_up  # noqa: PLC0415
    from scheduler.delivery import DeliveryError  # noqa: PLC0415

    settings = command_settings()

    async def go(engine: AsyncEngine) -> None:
        if not settings.speaks_slack:
            raise SettingsError("Slack is not configured: see the README.")
        clock = app.database_clock(engine)
        try:
            kept = await look_everybody_up(engine, clock, settings.slack_api_url)
        except DeliveryError as error:
            raise RefusedError(f"Not everybody was looked up. {error}") from None
        say(
            f"Looked up: {kept.known}. On another clock now: {kept.moved}. Gone: {kept.left}. "
            f"Back: {kept.back}."
        )

    run(settings, go)
