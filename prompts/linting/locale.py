"""What the lint knows of a language, all of it from a file: another language is another file.

A file in `prompts/locales/` holds word lists (`sets`), which other lists and patterns name as
<like_this>, and rules of patterns with their sentences. Texts are read in small letters and with
straight apostrophes. A pattern begins and ends where words do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from prompts.checking import Problem
from prompts.linting.finding import Severity
from prompts.question import AnswerKind
from prompts.reading import found_wrong, read_toml

_FORBID = ConfigDict(extra="forbid")
_A_SET = re.compile(r"<([a-z_]+)>")
MOST_NESTED = 8


class LocaleError(Exception):
    """A file of a language cannot be used; str() says which, where and why."""


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """As it stands in the file; `needs` is what must be there, `patterns` what must not."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    code: str
    reason: str
    better: str
    severity: Severity = Severity.ERROR
    patterns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    field: str = ""
    excused_by: tuple[AnswerKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How hard a text is to read: beats of a word, and a grade from beats and length."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    beat: str
    silent: tuple[str, ...]
    apart: tuple[str, ...]
    a_word: float
    a_beat: float
    base: float
    shortest: int
    warning_over: float
    error_over: float
    long_word: int
    most_long_words: int
    familiar: tuple[str, ...] = ()
    familiar_beats: int = 2


@dataclass(frozen=True, slots=True)
class WrittenLocale:
    __pydantic_config__: ClassVar[ConfigDict] = _FORBID

    locale: str
    many_words: int
    sets: Mapping[str, str | tuple[str, ...]]
    small_words: tuple[str, ...]
    names_allowed: tuple[str, ...]
    spelling: Mapping[str, str]
    sentences: Mapping[str, str]
    better: Mapping[str, str]
    reading: Reading
    rule: tuple[WrittenRule, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """As it is looked for."""

    code: str
    severity: Severity
    reason: str
    better: str
    field: str
    excused_by: frozenset[AnswerKind]
    pattern: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    needs: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Locale:
    name: str
    many_words: int
    small_words: frozenset[str]
    names_allowed: frozenset[str]
    spelling: Mapping[str, str]
    sentences: Mapping[str, str]
    better: Mapping[str, str]
    reading: Reading
    beats: tuple[re.Pattern[str], re.Pattern[str] | None, re.Pattern[str] | None]
    familiar: frozenset[str]
    rules: tuple[Rule, ...]


_locales = TypeAdapter(WrittenLocale)
SENTENCES = frozenset(
    {"many_words", "hard", "long_words", "acronym", "name", "spelling", "picture", "like", "note"}
)


def read_locales(folder: Path) -> dict[str, Locale]:
    """Every language there is a file for, by its name."""
    return {path.stem: read_locale(path) for path in sorted(folder.glob("*.toml"))}


def read_locale(path: Path) -> Locale:
    problems: list[Problem] = []
    said = read_toml(path, problems)
    try:
        if said is not None:
            return _made(_locales.validate_python(said))
    except ValidationError as invalid:
        problems += found_wrong(path, invalid)
    except (re.error, LocaleError) as error:
        problems.append(Problem(path.name, "", f"{error}."))
    raise LocaleError("\n".join(map(str, problems)))


def _made(written: WrittenLocale) -> Locale:
    missing = SENTENCES - set(written.sentences)
    if missing:
        raise LocaleError(f"sentences lacks {', '.join(sorted(missing))}")
    reading = written.reading
    return Locale(
        name=written.locale,
        many_words=written.many_words,
        small_words=frozenset(written.small_words),
        names_allowed=frozenset(each.casefold() for each in written.names_allowed),
        spelling=written.spelling,
        sentences=written.sentences,
        better=written.better,
        reading=reading,
        beats=(re.compile(reading.beat), _any(reading.silent), _any(reading.apart)),
        familiar=frozenset(
            each + end for each in reading.familiar for end in ("", "s", "'s", "s'")
        ),
        rules=tuple(_rule(rule, written.sets) for rule in written.rule),
    )


def _rule(rule: WrittenRule, sets: Mapping[str, str | tuple[str, ...]]) -> Rule:
    def found(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
        return _any([_between_words(each, _spelt_out(each, sets)) for each in patterns])

    try:
        return Rule(
            code=rule.code,
            severity=rule.severity,
            reason=rule.reason,
            better=rule.better,
            field=rule.field,
            excused_by=frozenset(rule.excused_by),
            pattern=found(rule.patterns),
            unless=found(rule.unless),
            needs=found(rule.needs),
        )
    except (re.error, LocaleError) as error:
        raise LocaleError(f"In a pattern of {rule.code}: {error}") from error


def _any(patterns: list[str] | tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns)) if patterns else None


def _between_words(written: str, pattern: str) -> str:
    """Where words begin and end; what begins with a mark may stand right behind a word."""
    before = "" if written.startswith((",", "[")) else r"(?<!\w)"
    return rf"{before}(?:{pattern})(?!\w)"


def _spelt_out(
    pattern: str, sets: Mapping[str, str | tuple[str, ...]], depth: int = MOST_NESTED
) -> str:
    """The pattern with the sets it names written out, and theirs."""

    def written_out(named: re.Match[str]) -> str:
        if named[1] not in sets:
            raise LocaleError(f"there is no set {named[1]}")
        if not depth:
            raise LocaleError(f"the set {named[1]} names itself, or is nested too deep")
        of = sets[named[1]]
        ways = of if isinstance(of, str) else "|".join(of)
        return f"(?:{_spelt_out(ways, sets, depth - 1)})"

    return _A_SET.sub(written_out, pattern)
