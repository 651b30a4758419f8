"""`bearings bank simulate`: the question policy on invented leaders, against its pass marks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.commanding import AsJson, Exit, RefusedError, out, print_json, say
from prompts.bank import Bank, load_bank
from scheduler.journeying import Policy
from scheduler.measuring import ONE, Figures, Measure, Result
from scheduler.simulating import Parameters, Simulated, simulate

LintErrors = Callable[[Bank], int]
PICTURES = (".svg", ".png")


def add_simulate(bank_commands: typer.Typer, lint_errors: LintErrors | None = None) -> None:
    """`lint_errors` counts what the lint finds in a bank; without it M19 is not measured."""

    @bank_commands.command("simulate")
    def simulate_command(
        leaders: Annotated[
            int, typer.Option(min=1, max=5000, help="Invented leaders for each seed.")
        ] = 300,
        weeks: Annotated[int, typer.Option(min=1, max=104, help="How long they are asked.")] = 26,
        seeds: Annotated[int, typer.Option(min=1, max=50, help="How often, with other luck.")] = 5,
        sequences: Annotated[
            bool, typer.Option("--sequences", help="With the first week and those round sessions.")
        ] = False,
        picture: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE", help="Draw dose and coverage: .svg or .png.", callback=_is_picture
            ),
        ] = None,
        bank: Annotated[
            Path | None,
            typer.Option(metavar="FOLDER", help="Another bank than the one that is served."),
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        """Try the question policy on invented leaders, beside two rivals, against M1 to M19."""
        questions = load_bank(bank)
        if not questions.themed:
            raise RefusedError("There is no live question with a theme in that bank.")
        parameters = Parameters(leaders, weeks, seeds, sequences)
        simulated = _simulate(parameters, bank, quietly=as_json)
        results = simulated.results(lint_errors(questions) if lint_errors else None)
        if picture is not None:
            _draw(simulated, parameters, picture)
        if as_json:
            print_json(_as_json(parameters, questions, results))
        else:
            _show(parameters, questions, simulated, results)
        if any(one.met is False for one in results):
            raise typer.Exit(Exit.REFUSED)


def _is_picture(picture: Path | None) -> Path | None:
    if picture is not None and picture.suffix not in PICTURES:
        raise typer.BadParameter("A picture ends in .svg or .png.")
    return picture


def _simulate(parameters: Parameters, bank: Path | None, *, quietly: bool) -> Simulated:
    try:
        with _progress(quietly=quietly) as progress:
            return simulate(parameters, bank, progress=progress)
    except KeyboardInterrupt:
        raise RefusedError("It was stopped before the end, so nothing is measured.") from None


@contextmanager
def _progress(*, quietly: bool) -> Iterator[Callable[[int, int], None]]:
    to_watch = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    hidden = quietly or not to_watch.is_terminal
    with Progress(*columns, console=to_watch, transient=True, disable=hidden) as shown:
        task = shown.add_task("Simulating", total=None)
        yield lambda done, of: shown.update(task, completed=done, total=of)


def _draw(simulated: Simulated, parameters: Parameters, picture: Path) -> None:
    # Drawing takes a large library, which no other command should wait for.
    from bot.picturing import draw  # noqa: PLC0415

    try:
        draw(simulated, parameters, picture)
    except OSError as error:
        raise RefusedError(f"{picture} cannot be written: {error.strerror}.") from None


def _as_json(
    parameters: Parameters, questions: Bank, results: list[Result]
) -> dict[str, dict[str, object]]:
    told: dict[str, dict[str, object]] = {
        "parameters": {**asdict(parameters), "themed": len(questions.themed)}
    }
    for one in results:
        told[one.measure.code] = {
            "value": _plain(one.policy),
            "random": _plain(one.random),
            "round_robin": _plain(one.round_robin),
            "pass_mark": one.measure.pass_mark,
            "met": one.met,
        }
    return told


def _plain(figures: Figures) -> object:
    """One number by itself, several by their names."""
    rounded = {key: None if figure is None else round(figure, 6) for key, figure in figures.items()}
    return (rounded or {ONE: None})[ONE] if set(rounded) <= {ONE} else rounded


def _show(
    parameters: Parameters, questions: Bank, simulated: Simulated, results: list[Result]
) -> None:
    table = Table(
        "measure", "what", "random", "round robin", "policy", "pass mark", "met", box=None
    )
    for one in results:
        table.add_row(
            one.measure.code,
            one.measure.what,
            _in_words(one.measure, one.random),
            _in_words(one.measure, one.round_robin),
            _in_words(one.measure, one.policy) if one.policy else "not measured here",
            one.measure.pass_mark,
            {True: "yes", False: "no", None: "–"}[one.met],
        )
    out.print(table)
    say(
        f"{parameters.leaders:,} invented leaders, {parameters.weeks} weeks, seeds 1 to"
        f" {parameters.seeds}, {len(questions.themed)} themed questions."
    )
    for policy in Policy:
        counted = simulated.policies[policy].all
        answered = counted.answered / counted.sent if counted.sent else 0
        own = counted.on_own_theme / counted.sent if counted.sent else 0
        say(
            f"{policy.value}: {counted.sent:,} sent, {answered:.0%} answered (as invented),"
            f" {own:.0%} on a theme of the leader's own."
        )


def _in_words(measure: Measure, figures: Figures) -> str:
    if not figures:
        return "–"
    return "; ".join(_figure(measure, key, figure) for key, figure in figures.items())


def _figure(measure: Measure, key: str, figure: float | None) -> str:
    if figure is None:
        return "–"
    if key in measure.percents:
        # A breach must not be rounded away.
        return f"{figure:.2%}" if 0 < figure < 0.001 else f"{figure:.1%}" if figure else "0"
    return f"{figure:.0f}" if figure == int(figure) else f"{figure:.3f}"
