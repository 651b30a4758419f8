"""The lint: every rule, over one question, some files, or the whole bank.

    lint_bank(FOLDER, read_lint(FOLDER))

A bank is refused when it is loaded for what breaks a message (`prompts/checking.py`); the rules of
wording take a millisecond a question and are for whoever writes one, and for the tests.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from prompts.bank import load_bank
from prompts.checking import NO_RULE, Entry, Problem, objections
from prompts.linting.coverage import gaps
from prompts.linting.finding import Finding, Place, Severity
from prompts.linting.ledger import against_the_ledger, read_ledger
from prompts.linting.likeness import look_alikes
from prompts.linting.locale import Locale, LocaleError, read_locales
from prompts.linting.wording import findings_in
from prompts.loading import Reading, compare, line_of_entry, read_files, read_folder
from prompts.question import Question
from prompts.reading import found_wrong, read_toml

LOCALES = Path(__file__).parents[1] / "locales"
LONGEST_READ = 2000
OURS = "en-GB"  # what the sentences about files are written in


@dataclass(frozen=True, slots=True)
class Glossary:
    """The names, acronyms and words of the trade that everybody in a programme knows."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    terms: tuple[str, ...]


_glossaries = TypeAdapter(Glossary)


@dataclass(frozen=True, slots=True)
class Lint:
    locales: Mapping[str, Locale]
    terms: frozenset[str] = frozenset()

    def better(self, rule: str) -> str:
        return self.locales[OURS].better.get(rule, "") if OURS in self.locales else ""


def read_lint(folder: Path, locales: Path = LOCALES) -> Lint:
    """What the lint goes by: the languages there are, and the glossary beside the questions."""
    return Lint(read_locales(locales), _read_glossary(folder / "glossary.toml"))


def _read_glossary(path: Path) -> frozenset[str]:
    problems: list[Problem] = []
    said = read_toml(path, problems) if path.exists() else {"terms": []}
    try:
        if said is not None:
            terms = _glossaries.validate_python(said).terms
            return frozenset(term.casefold() for term in terms)
    except ValidationError as invalid:
        problems += found_wrong(path, invalid)
    raise LocaleError("\n".join(map(str, problems)))


def lint_question(question: Question, lint: Lint) -> list[Finding]:
    """Everything about one question that can be said without the others."""
    findings = [
        Finding(one.rule, Severity.ERROR, Place(), one.reason, lint.better(one.rule))
        for one in objections(question)
    ]
    return findings + lint_words(question, lint)


def lint_words(question: Question, lint: Lint) -> list[Finding]:
    if len(question.message) > LONGEST_READ:
        # Some patterns take their time; what is as long as this is refused for its length.
        return []
    locale = lint.locales.get(question.locale)
    if locale is None:
        reason = f"There is no file of words for the locale {question.locale!r}."
        better = f"Write prompts/locales/{question.locale}.toml, as there is one for {OURS}."
        return [Finding(NO_RULE, Severity.ERROR, Place("locale"), reason, better)]
    found = list(findings_in(question, locale, lint.terms))
    noted = {one.rule for one in found if one.severity is Severity.WARNING}
    stale = [_stale(rule, lint) for rule in question.notes if rule not in noted]
    return [_with_note(one, question, locale) for one in found] + stale


def _with_note(finding: Finding, question: Question, locale: Locale) -> Finding:
    if finding.severity is not Severity.WARNING:
        return finding
    if finding.rule in question.notes:
        return replace(finding, severity=Severity.NOTED)
    asks = locale.sentences["note"].format(rule=finding.rule)
    return replace(finding, reason=f"{finding.reason} {asks}")


def _stale(rule: str, lint: Lint) -> Finding:
    reason = f"The note on {rule} answers no warning; take it out."
    return Finding(NO_RULE, Severity.ERROR, Place("notes"), reason, lint.better(NO_RULE))


def lint_text(
    question: Question, lint: Lint, folder: Path, others: Iterable[Question] = ()
) -> list[Finding]:
    """A question that stands in no file yet, beside the bank and perhaps `others`."""
    beside = [each for each in load_bank(folder).live if each.text != question.text]
    return lint_question(question, lint) + [
        _like(question, other, lint)
        for question, other in look_alikes([question], [*beside, *others], lint.locales)
    ]


def lint_files(paths: Iterable[Path], lint: Lint, folder: Path) -> list[Finding]:
    """Some files, as though they stood in the bank; one of its own takes its place."""
    reading = read_files(paths)
    known = read_folder(folder)
    ours = dict(reading.entries)
    beside = {key: entry for key, entry in known.entries.items() if key not in reading.files}
    compare(reading, beside)
    return list(_in_files(reading, ours, beside, lint))


def lint_bank(folder: Path, lint: Lint) -> list[Finding]:
    """The whole bank: each question, all of them together, and what was recorded of them."""
    reading = read_folder(folder)
    compare(reading)
    findings = list(_in_files(reading, reading.entries, {}, lint))
    questions = {key: entry.question for key, entry in reading.entries.items()}
    for key, reason in against_the_ledger(questions, read_ledger(folder)):
        findings.append(_at(reading.entries[key], _error("L32", "version", reason, lint)))
    if not reading.problems:
        bank = load_bank(folder)
        findings += [_error("L28", "", reason, lint) for reason in gaps(bank)]
    return findings


def _in_files(
    reading: Reading, ours: Mapping[str, Entry], beside: Mapping[str, Entry], lint: Lint
) -> Iterator[Finding]:
    for problem in reading.problems:
        place = Place(file=problem.file, line=problem.line, key=problem.key)
        yield Finding(
            problem.rule, Severity.ERROR, place, problem.reason, lint.better(problem.rule)
        )
    for entry in ours.values():
        for finding in lint_words(entry.question, lint):
            yield _at(entry, finding)
    theirs = [entry.question for entry in beside.values()]
    questions = [entry.question for entry in ours.values()]
    for question, other in look_alikes(questions, theirs, lint.locales):
        yield _at(ours[question.id], _like(question, other, lint))


def _at(entry: Entry, finding: Finding) -> Finding:
    place = replace(
        finding.place, file=entry.path.name, line=line_of_entry(entry), key=entry.question.id
    )
    return replace(finding, place=place)


def _like(question: Question, other: Question, lint: Lint) -> Finding:
    locale = lint.locales[question.locale]
    place = Place("text", 0, len(question.text), question.text)
    reason = locale.sentences["like"].format(other=f"{other.id} “{other.text}”")
    return Finding("L19", Severity.ERROR, place, reason, locale.better.get("L19", ""))


def _error(rule: str, field: str, reason: str, lint: Lint) -> Finding:
    return Finding(rule, Severity.ERROR, Place(field), reason, lint.better(rule))
