"""`bearings health`: whether what was due went out, and what to do where it did not."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.commanding import AsJson, Exit, command_settings, out, print_json, run, say
from prompts.composing.delivering import HELD_BACK, KINDS, TROUBLES, alarm
from prompts.composing.saying import day_and_hour
from scheduler.auditing import Alarm, alarms, look
from scheduler.figures import Figures, figures
from storage.engine import database_now, reading
from storage.health import tallies

COLUMNS = ("due", "sent", "delivered", "late", "put off", "given up", "in doubt", "waiting")


def add_health(commands: typer.Typer) -> None:
    commands.command("health")(health)


def health(
    hours: Annotated[int, typer.Option(min=1, max=24 * 90, help="How far to look back.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Say whether what was due went out, by kind and reason, and what to do where it did not."""
    settings = command_settings()

    async def go(engine: AsyncEngine) -> None:
        now = await database_now(engine)
        async with reading(engine) as db:
            counted = await tallies(db, now - timedelta(hours=hours), now)
            amiss = alarms(await look(db, now))
        found = figures(counted, settings.totals_threshold)
        if as_json:
            print_json(
                {
                    "hours": hours,
                    "kinds": [_row(one) for one in found],
                    "alarms": [_alarm_row(one) for one in amiss],
                }
            )
        else:
            _print(hours, found, amiss, settings.totals_threshold)
        if amiss:
            raise typer.Exit(Exit.REFUSED)

    run(settings, go)


def _row(one: Figures) -> dict[str, object]:
    return {
        "kind": one.kind.value,
        **dict(zip(COLUMNS, _numbers(one), strict=True)),
        "held back": one.held_back,
        "troubles": {why.value: count for why, count in one.troubles.items()},
        "chosen": one.chosen and {why.value: count for why, count in one.chosen.items()},
    }


def _numbers(one: Figures) -> tuple[int, ...]:
    return (
        one.due,
        one.sent,
        one.delivered,
        one.late,
        one.put_off,
        one.given_up,
        one.in_doubt,
        one.waiting,
    )


def _alarm_row(one: Alarm) -> dict[str, object]:
    what, do = _words(one.amiss.value, [one])
    return {
        "workspace": str(one.workspace_id),
        "amiss": one.amiss.value,
        "why": one.why.value if one.why else None,
        "count": one.count,
        "since": one.since.isoformat() if one.since else None,
        "what": what,
        "do": do,
    }


def _print(hours: int, found: list[Figures], amiss: list[Alarm], least: int) -> None:
    say(f"What came due in the last {hours} hours:")
    table = Table(box=None)
    for heading in ("", *COLUMNS):
        table.add_column(heading, justify="right" if heading else "left")
    for one in found:
        table.add_row(KINDS[one.kind.value], *(f"{number:,}" for number in _numbers(one)))
    out.print(table)
    for one in found:
        _print_reasons(one, least)
    if not amiss:
        say("Nothing is amiss.")
    for which in sorted({(one.amiss, one.why or "") for one in amiss}):
        what, do = _words(which[0], [one for one in amiss if (one.amiss, one.why or "") == which])
        say(f"wrong  {what}")
        say(f"       {do}")


def _print_reasons(one: Figures, least: int) -> None:
    kind = KINDS[one.kind.value]
    for why, count in one.troubles.items():
        say(f"{kind}, {count:,}: {TROUBLES[why.value].what}.")
    if not one.held_back:
        return
    say(f"{kind}, {one.held_back:,} not to be sent, as people chose or the rules have it:")
    if one.chosen is None:
        say(f"       by reason too few to show: some of them stand for fewer than {least} people.")
        return
    for why, count in one.chosen.items():
        say(f"       {count:,}: {HELD_BACK[why.value]}")


def _words(amiss: str, group: list[Alarm]) -> tuple[str, str]:
    """Of all workspaces together."""
    first = min((one.since for one in group if one.since), default=None)
    return alarm(
        amiss,
        sum(one.count for one in group),
        f"{day_and_hour(first, 'UTC')} UTC" if first else "",
        group[0].why.value if group[0].why else "",
    )
