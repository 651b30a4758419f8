"""`bearings slack …`: what an operator needs to set up the Slack app."""

from typing import Annotated

import typer

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
