"""`bearings bank show`, `lint` and `coverage`: the questions, and what is to be said of them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from bot.commanding import AsJson, Exit, RefusedError, out, print_json, say
from prompts.bank import FOLDER, Bank, ServedBank
from prompts.checking import WAITS_FOR, depths_at
from prompts.linting.coverage import depths_of, gaps
from prompts.linting.finding import Finding, Severity
from prompts.linting.ledger import FILE, LedgerError, read_ledger, recorded_now, to_toml
from prompts.linting.lint import Lint, lint_bank, lint_files, lint_question, lint_text, read_lint
from prompts.linting.locale import LocaleError
from prompts.placing import visible
from prompts.question import Lens, Question, Stage, Status, Theme

bank_commands = typer.Typer(help="The question bank.", no_args_is_help=True)

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE]...", help="Files of questions; all of the bank without."),
]
OneText = Annotated[str | None, typer.Option("--text", help="A question, instead of files.")]
AStage = Annotated[
    Stage | None, typer.Option("--stage", case_sensitive=False, help="The stage of --text.")
]
ADepth = Annotated[
    int | None, typer.Option("--depth", min=1, max=5, help="The depth of --text, 1 to 5.")
]
ToRecord = Annotated[
    bool, typer.Option("--record", help=f"Note the words of each version in {FILE}.")
]


@bank_commands.command("show")
def bank_show(as_json: AsJson = False) -> None:
    """List every question in the bank."""
    questions = ServedBank().current.questions.values()
    if as_json:
        print_json([_question_row(question) for question in questions])
        return
    table = Table("Id", "Stage", "Depth", "Question", box=None)
    for question in questions:
        words = Text(visible(question.text))  # which may hold brackets, and they are no markup
        table.add_row(question.id, question.stage.value, str(question.depth), words)
    out.print(table)


@bank_commands.command("lint")
def bank_lint(
    files: Files = None,
    text: OneText = None,
    stage: AStage = None,
    depth: ADepth = None,
    record: ToRecord = False,
    as_json: AsJson = False,
) -> None:
    """Name what is wrong with questions: the rule, the place, the reason, something better."""
    _check_usage(files or [], text, stage, depth, record=record)
    try:
        lint = read_lint(FOLDER)
        if text is not None:
            findings = lint_text(_question_of(text, stage, depth), lint, FOLDER)
        elif files:
            findings = lint_files(files, lint, FOLDER)
        else:
            findings = _whole_bank(lint, record=record)
    except (LocaleError, LedgerError) as error:
        raise RefusedError(str(error)) from None
    _tell(findings, as_json=as_json)


@bank_commands.command("coverage")
def bank_coverage(as_json: AsJson = False) -> None:
    """Count the questions of each theme at each stage, with their depths, and what is missing."""
    bank = ServedBank().current
    missing = list(gaps(bank))
    if as_json:
        themes = {theme.value: _coverage_row(bank, theme) for theme in Theme}
        print_json({"themes": themes, "missing": missing})
    else:
        table = Table("Theme", *(stage.value for stage in Stage), box=None)
        for theme in Theme:
            rows = (depths_of(bank, theme, stage) for stage in Stage)
            table.add_row(theme.value, *(_count_and_depths(depths) for depths in rows))
        out.print(table)
        say("Missing:" if missing else "Nothing is missing.")
        for reason in missing:
            say(f"  {reason}")


def _check_usage(
    files: list[Path], text: str | None, stage: Stage | None, depth: int | None, *, record: bool
) -> None:
    if text is None and (stage is not None or depth is not None):
        raise typer.BadParameter("--stage and --depth go with --text.")
    if text is not None and files:
        raise typer.BadParameter("Give files or --text, not both.")
    if record and (text is not None or files):
        raise typer.BadParameter("--record is for the whole bank.")


def _question_of(text: str, stage: Stage | None, depth: int | None) -> Question:
    """The words in a question that has nothing else wrong with it."""
    if stage is None:
        stage = Stage.EXPLORE
    if depth is None:
        depth = depths_at(stage)[0]
    return Question(
        id="given",
        stage=stage,
        depth=depth,
        text=text,
        purpose="Given to be looked at.",
        lens=Lens.GOALS,
        author="",
        status=Status.DRAFT,
        themes=(Theme.PURPOSE,),
        not_when=tuple(sorted(WAITS_FOR)),
    )


def lint_errors(bank: Bank) -> int:
    """How many errors stand in a bank that has been loaded."""
    lint = read_lint(FOLDER)
    found = [one for each in bank.live for one in lint_question(each, lint)]
    return sum(one.severity is Severity.ERROR for one in found) + len(list(gaps(bank)))


def _whole_bank(lint: Lint, *, record: bool) -> list[Finding]:
    findings = lint_bank(FOLDER, lint)
    if record and not any(one.rule == "L32" for one in findings):
        questions = ServedBank().current.questions
        ledger = recorded_now(questions, read_ledger(FOLDER))
        try:
            (FOLDER / FILE).write_text(to_toml(ledger), "utf-8")
        except OSError as error:
            raise RefusedError(f"{FILE} cannot be written ({type(error).__name__}).") from None
    return findings


def _tell(findings: list[Finding], *, as_json: bool) -> None:
    to_do = [_visibly(one) for one in findings if one.stands_in_the_way]
    if as_json:
        print_json([_finding_row(one) for one in to_do])
    else:
        for one in to_do:
            place = str(one.place) or "the bank"
            say(f"{place}\n  {one.severity} {one.rule}: {one.reason}")
            if one.better:
                say(f"  better: {one.better}")
        say(_sum(findings))
    if to_do:
        raise typer.Exit(Exit.REFUSED)


def _sum(findings: list[Finding]) -> str:
    counts = {kind: sum(one.severity is kind for one in findings) for kind in Severity}
    errors, warnings, noted = (counts[kind] for kind in Severity)
    return f"Errors: {errors}. Warnings without a note: {warnings}, with one: {noted}."


def _visibly(finding: Finding) -> Finding:
    place = replace(
        finding.place, words=visible(finding.place.words), key=visible(finding.place.key)
    )
    return replace(finding, place=place, reason=visible(finding.reason))


def _finding_row(finding: Finding) -> Mapping[str, str]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "place": str(finding.place),
        "reason": finding.reason,
        "better": finding.better,
    }


def _question_row(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "text": question.text,
        "stage": question.stage.value,
        "depth": question.depth,
        "themes": [theme.value for theme in question.themes],
        "sequence": question.sequence,
        "status": question.status.value,
    }


def _coverage_row(bank: Bank, theme: Theme) -> dict[str, Any]:
    depths = {stage.value: depths_of(bank, theme, stage) for stage in Stage}
    return {stage: {"count": len(each), "depths": each} for stage, each in depths.items()}


def _count_and_depths(depths: list[int]) -> str:
    """One for each question there is: narrow enough for a terminal of eighty columns."""
    return " ".join(f"D{depth}" for depth in depths) or "none"
