"""`bearings teams …`: what an operator needs to set up the Teams app."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app
from bot.commanding import RefusedError, command_settings, run, say
from bot.hosts import origin_of
from bot.settings import Settings, SettingsError

teams_commands = typer.Typer(help="The Teams app.", no_args_is_help=True)


@teams_commands.callback()
def teams() -> None:
    """The Teams app."""


@teams_commands.command()
def package(
    url: Annotated[
        str,
        typer.Option(
            metavar="https://…", help="Your programme’s site: Teams shows it as the developer’s."
        ),
    ],
    name: Annotated[
        str, typer.Option(help="Who runs the programme, in at most 32 characters: Teams shows it.")
    ],
    version: Annotated[
        str, typer.Option(metavar="N.N.N", help="Higher for each package that you upload.")
    ] = "1.0.0",
    privacy: Annotated[
        str, typer.Option(metavar="https://…", help="Your privacy notice; else the site.")
    ] = "",
    terms: Annotated[
        str, typer.Option(metavar="https://…", help="Your terms of use; else the site.")
    ] = "",
    out: Annotated[Path, typer.Option(help="The zip to write.")] = Path("bearings-teams.zip"),
) -> None:
    """Write the app package that an admin uploads to Teams."""
    from bot.teams import packaging  # noqa: PLC0415 - what draws takes its time to load

    address = url.rstrip("/")
    if not packaging.is_address(address):
        raise typer.BadParameter(
            "Write it like https://programme.example.org, without a path.", param_hint="--url"
        )
    if not packaging.is_name(name):
        raise typer.BadParameter(
            "Teams shows 1 to 32 characters, on one line.", param_hint="--name"
        )
    if not packaging.is_version(version):
        raise typer.BadParameter("Write it like 1.0.1.", param_hint="--version")
    pages = {"--privacy": privacy, "--terms": terms}
    for option, page in pages.items():
        if page and not _is_page(page):
            raise typer.BadParameter("Write it like https://example.org/page.", param_hint=option)
    publisher = packaging.Publisher(name.strip(), address, privacy or address, terms or address)
    settings = _configured(command_settings())
    try:
        out.write_bytes(packaging.package(settings.teams_app_id, version, publisher))
    except OSError as error:
        raise RefusedError(f"{out} could not be written ({type(error).__name__}).") from None
    say(f"{out} is written. An admin uploads it in the Teams admin centre, under Manage apps.")


@teams_commands.command()
def add(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Their address in the directory.")],
    leader: Annotated[bool, typer.Option("--leader", help="They are asked.")] = False,
    coach: Annotated[bool, typer.Option("--coach", help="They read what is shared.")] = False,
    lead: Annotated[bool, typer.Option("--lead", help="They look after the programme.")] = False,
    proposed: Annotated[
        str, typer.Option("--with", metavar="EMAIL", help="The coach to propose for this leader.")
    ] = "",
    tenant: Annotated[
        str, typer.Option(metavar="ID", help="Where there are several: theirs.")
    ] = "",
    zone: Annotated[
        str, typer.Option(help="The clock to keep to until their own is known.")
    ] = "Europe/London",
) -> None:
    """Make somebody known by their address. They are greeted once Bearings is there for them."""
    from bot.adding import AddingError, Role  # noqa: PLC0415
    from bot.teams.adding import add_to_teams  # noqa: PLC0415

    given = {Role.LEADER: leader, Role.COACH: coach, Role.LEAD: lead}
    roles = {role for role, is_given in given.items() if is_given}
    if not roles or (proposed and not leader):
        raise typer.BadParameter(
            "Give --leader, --coach or --lead; --with goes with --leader.", param_hint="--leader"
        )
    settings = command_settings()

    async def go(engine: AsyncEngine) -> None:
        tenants = _tenants(_configured(settings), tenant)
        now = await app.database_clock(engine)()
        try:
            is_there = await add_to_teams(engine, tenants, email, roles, proposed, now, zone)
        except AddingError as error:
            raise RefusedError(str(error)) from None
        say(f"{email} is known now, and by their own name from when they first write.")
        if is_there:
            say("Bearings is there for them already, and greets them in a moment.")
        else:
            say("Ask them to open Bearings in Teams, under Apps: it answers there.")

    run(settings, go)


def _is_page(address: str) -> bool:
    origin = origin_of(address)
    return origin is not None and origin.scheme == "https"


def _configured(settings: Settings) -> Settings:
    if not settings.speaks_teams:
        raise SettingsError("Teams is not configured: see the README.")
    return settings


def _tenants(settings: Settings, wanted: str) -> list[str]:
    known = [one.casefold() for one in settings.teams_tenants]
    if wanted and wanted.casefold() not in known:
        raise RefusedError("That tenant is not in TEAMS_TENANT_IDS. Nobody was added.")
    return [wanted.casefold()] if wanted else known
