"""From TOML files to questions, with a sentence for everything that stands in the way.

What is written at the head of a file holds for each question in it that does not say otherwise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from prompts.checking import (
    A_FACT_OF_A_RUN,
    NO_RULE,
    Entry,
    Problem,
    objections,
    objections_between,
)
from prompts.placing import line_named_in, line_of_row, visible
from prompts.question import Question
from prompts.reading import parse

LARGEST_FILE = 1024 * 1024
MOST_QUESTIONS = 20_000
# Enough to see what is wrong with a file, and soon.
MOST_PROBLEMS = 500
LONGEST_GUESS = 40
ABOUT_A_SEQUENCE = ("name", "trigger", "exit", "reason")
MAY_BE_SAID = ("later_reason",)
RANKS = range(10)

_questions = TypeAdapter(Question)
_DERIVED = {"sequence", "order"}  # said by the file and the place in it
_FIELDS = {each.name for each in fields(Question)} - _DERIVED
_MAY_HEAD = _FIELDS - {"id", "text", "context_line", "purpose", "variables", "options", "notes"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: what holds for all of it, and a row for each question."""

    path: Path
    sequence: str
    about: Mapping[str, str]
    rank: int
    left_if: tuple[str, ...]
    shared: Mapping[str, object]
    rows: tuple[object, ...]


@dataclass(slots=True)
class Reading:
    """What has been read so far, and what was found wrong on the way."""

    problems: list[Problem] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # of every id seen, broken ones too

    def refuse(
        self, path: Path | None, key: str, reason: str, row: int = 0, rule: str = NO_RULE
    ) -> None:
        file, each = ("", "") if path is None else (path.name, _each_in(path))
        line = line_of_row(path, row, each) if path and row else line_named_in(reason)
        shown = visible(_shown_key(key))
        self.problems.append(Problem(visible(file), shown, visible(reason), line, rule))

    @property
    def enough(self) -> bool:
        return len(self.problems) >= MOST_PROBLEMS


def _each_in(path: Path) -> str:
    """What each row of a file is called."""
    return "step" if path.parent.name == "sequences" else "question"


def _shown_key(key: str) -> str:
    return key if len(key) <= LONGEST_GUESS else f"{key[:LONGEST_GUESS]}…"


def files_in(folder: Path) -> list[Path]:
    return [
        path
        for part in ("questions", "sequences")
        for path in sorted((folder / part).glob("*.toml"))
    ]


def read_folder(folder: Path) -> Reading:
    return read_files(files_in(folder))


def read_files(paths: Iterable[Path]) -> Reading:
    reading = Reading()
    for path in paths:
        _read_file(reading, path, sequence=path.stem if _each_in(path) == "step" else "")
    count = sum(len(sheet.rows) for sheet in reading.sheets)
    if count > MOST_QUESTIONS:
        reading.refuse(None, "", f"There are {count:,} questions; {MOST_QUESTIONS:,} is the most.")
        return reading
    if not count and not reading.problems:
        reading.refuse(None, "", "There is no question in the bank.")
    for sheet in reading.sheets:
        for order, row in enumerate(sheet.rows, start=1):
            if not reading.enough:
                _read_row(reading, sheet, row, order)
    for sheet in reading.sheets:
        steps = {row.get("id") for row in sheet.rows if isinstance(row, dict)}
        for fact in sheet.left_if:
            if fact.partition("=")[2] not in steps:
                reading.refuse(sheet.path, "left_if", f"{fact} names no step of this sequence.")
    if reading.enough:
        del reading.problems[MOST_PROBLEMS:]
        more = f"These are the first {MOST_PROBLEMS} problems; nothing further was looked at."
        reading.refuse(None, "", more)
    return reading


def _read_file(reading: Reading, path: Path, sequence: str) -> None:
    try:
        if path.stat().st_size > LARGEST_FILE:
            reading.refuse(path, "", "This file is larger than 1 MiB; split it in two.")
            return
        said = parse(path.read_bytes())
    except OSError as error:
        reading.refuse(path, "", f"This file cannot be read: {error.strerror}.")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reading.refuse(path, "", f"This file is not UTF-8 (at line {line}).")
    except RecursionError:
        reading.refuse(path, "", "This file is not TOML that can be read: it nests too deep.")
    except ValueError as error:
        reading.refuse(path, "", f"This file is not TOML: {error}.")
    else:
        _read_head(reading, path, sequence, said)


def _read_head(reading: Reading, path: Path, sequence: str, said: dict[str, object]) -> None:
    each = "step" if sequence else "question"
    rows = said.pop(each, [])
    if not isinstance(rows, list):
        reading.refuse(path, each, f"Each {each} begins with [[{each}]], in double brackets.")
        rows = []
    if sequence and not rows:
        reading.refuse(path, "", "A sequence has at least one [[step]].")
    about: dict[str, str] = {}
    may_be_said = tuple(key for key in MAY_BE_SAID if key in said)
    for key in (*ABOUT_A_SEQUENCE, *may_be_said) if sequence else ():
        words = said.pop(key, None)
        if isinstance(words, str) and words.strip() and words.isprintable():
            about[key] = words
        else:
            reading.refuse(path, key, "A sequence says this at the head of its file, in words.")
    rank, left_if = _rank(reading, path, sequence, said), _left_if(reading, path, sequence, said)
    for key in sorted(said.keys() - _MAY_HEAD):
        why = f"This is not known at the head of a file.{_meant(key, _MAY_HEAD)}"
        reading.refuse(path, key, why)
    shared = {key: value for key, value in said.items() if key in _MAY_HEAD}
    reading.sheets.append(Sheet(path, sequence, about, rank, left_if, shared, tuple(rows)))


def _rank(reading: Reading, path: Path, sequence: str, said: dict[str, object]) -> int:
    rank = said.pop("rank", 0) if sequence else 0
    if isinstance(rank, int) and not isinstance(rank, bool) and rank in RANKS:
        return rank
    reading.refuse(path, "rank", f"rank is a whole number from 0 to {RANKS[-1]}.")
    return 0


def _left_if(
    reading: Reading, path: Path, sequence: str, said: dict[str, object]
) -> tuple[str, ...]:
    facts = said.pop("left_if", []) if sequence else []
    if isinstance(facts, list) and all(
        isinstance(fact, str) and A_FACT_OF_A_RUN.fullmatch(fact) for fact in facts
    ):
        return tuple(facts)
    reading.refuse(path, "left_if", "left_if is a list of facts, such as unanswered=ON1.")
    return ()


def _read_row(reading: Reading, sheet: Sheet, row: object, order: int) -> None:
    if not isinstance(row, dict):
        reading.refuse(sheet.path, f"number {order}", "This is not a question.", order)
        return
    said = row.get("id")
    key = said if isinstance(said, str) and said.isprintable() and said else f"number {order}"

    def refuse(reason: str, rule: str = NO_RULE) -> None:
        reading.refuse(sheet.path, key, reason, order, rule)

    if key in reading.files:
        refuse(f"The id is used already, in {reading.files[key]}; ids are never used twice.")
        return
    reading.files[key] = sheet.path.name
    for derived in sorted(row.keys() & _DERIVED):
        refuse(f"{derived} follows from the file; leave it out.")
    place = {"sequence": sheet.sequence, "order": order if sheet.sequence else 0}
    try:
        question = _questions.validate_python({**sheet.shared, **row, **place})
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False, include_context=True)[:MOST_PROBLEMS]:
            refuse(_sentence(error, row))
        return
    for objection in objections(question):
        refuse(objection.reason, objection.rule)
    reading.entries[key] = Entry(sheet.path, order, question)


def compare(reading: Reading, beside: Mapping[str, Entry] | None = None) -> None:
    """Refuse what does not go together, be it with questions that are `beside` these."""
    all_of_them = {**(beside or {}), **reading.entries}
    known = frozenset({*reading.files, *all_of_them})
    for entry, objection in objections_between(all_of_them, known):
        if entry.question.id in reading.entries and not reading.enough:
            key = entry.question.id
            reading.refuse(entry.path, key, objection.reason, entry.row, objection.rule)


def line_of_entry(entry: Entry) -> int:
    return line_of_row(entry.path, entry.row, _each_in(entry.path))


def _sentence(error: ErrorDetails, row: Mapping[str, object]) -> str:
    """One of pydantic's findings, in words for somebody who has never heard of it."""
    name = _name(error["loc"], row)
    found = _shortened(error["input"])
    match error["type"]:
        case "missing":
            return f"{name} is missing."
        case "unexpected_keyword_argument":
            return f"{name} is not known here.{_meant(str(error['loc'][-1]), _FIELDS)}"
        case "enum":
            allowed = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
            return f"{name} is {found}; it can be {allowed}."
        case kind:
            return f"{name} is {found}; it must be {_KINDS.get(kind, 'something else')}."


_KINDS = {
    "string_type": "words in quotation marks",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list in square brackets",
    "dataclass_type": "a table in curly brackets",
    "date_type": "a date such as 2027-03-28",
    "date_parsing": "a date such as 2027-03-28",
    "date_from_datetime_parsing": "a date such as 2027-03-28",
    "date_from_datetime_inexact": "a date such as 2027-03-28",
}


def _name(place: tuple[int | str, ...], row: Mapping[str, object]) -> str:
    """Where in the row: a variable by its name, anything else in a list by its number."""
    parts = list(place)
    variables = row.get("variables")
    if parts[0] == "variables" and isinstance(variables, dict) and len(parts) > 1:
        parts[1] = list(variables)[int(parts[1])]
    return ".".join(str(part + 1) if isinstance(part, int) else _shown_key(part) for part in parts)


def _meant(key: str, known: Iterable[str]) -> str:
    if len(key) > LONGEST_GUESS:
        return ""
    near = get_close_matches(key, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _shortened(value: object, most: int = 40) -> str:
    if isinstance(value, dict | list):  # which may be nested deeper than can be shown
        return "a table" if isinstance(value, dict) else "a list"
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
