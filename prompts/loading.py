"""From TOML files to questions, with a sentence for everything that stands in the way.

What is written at the head of a file holds for each question in it that does not say otherwise.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from prompts.checking import Entry, Problem, objections
from prompts.question import Question

LARGEST_FILE = 1024 * 1024
MOST_QUESTIONS = 20_000
ABOUT_A_SEQUENCE = ("name", "trigger", "exit", "reason")
RANKS = range(10)

_questions = TypeAdapter(Question)
_DERIVED = {"sequence", "order"}  # said by the file and the place in it
_FIELDS = {each.name for each in fields(Question)} - _DERIVED
_MAY_HEAD = _FIELDS - {"id", "text", "context_line", "purpose", "variables", "options"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: what holds for all of it, and a row for each question."""

    file: str
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

    def refuse(self, file: str, key: str, reason: str) -> None:
        self.problems.append(Problem(file, key, reason))


def read_folder(folder: Path) -> Reading:
    reading = Reading()
    for path in sorted((folder / "questions").glob("*.toml")):
        _read_file(reading, path, sequence="")
    for path in sorted((folder / "sequences").glob("*.toml")):
        _read_file(reading, path, sequence=path.stem)
    count = sum(len(sheet.rows) for sheet in reading.sheets)
    if count > MOST_QUESTIONS:
        reading.refuse("", "", f"There are {count:,} questions; {MOST_QUESTIONS:,} is the most.")
        return reading
    if not count and not reading.problems:
        reading.refuse("", "", "There is no question in the bank.")
    for sheet in reading.sheets:
        for order, row in enumerate(sheet.rows, start=1):
            _read_row(reading, sheet, row, order)
    return reading


def _read_file(reading: Reading, path: Path, sequence: str) -> None:
    try:
        if path.stat().st_size > LARGEST_FILE:
            reading.refuse(path.name, "", "This file is larger than 1 MiB; split it in two.")
            return
        said = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reading.refuse(path.name, "", f"This file cannot be read: {error.strerror}.")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reading.refuse(path.name, "", f"This file is not UTF-8 (at line {line}).")
    except RecursionError:
        reading.refuse(path.name, "", "This file is not TOML that can be read: it nests too deep.")
    except ValueError as error:
        reading.refuse(path.name, "", f"This file is not TOML: {error}.")
    else:
        _read_head(reading, path.name, sequence, said)


def _read_head(reading: Reading, file: str, sequence: str, said: dict[str, object]) -> None:
    each = "step" if sequence else "question"
    rows = said.pop(each, [])
    if not isinstance(rows, list):
        reading.refuse(file, each, f"Each {each} begins with [[{each}]], in double brackets.")
        rows = []
    if sequence and not rows:
        reading.refuse(file, "", "A sequence has at least one [[step]].")
    about: dict[str, str] = {}
    for key in ABOUT_A_SEQUENCE if sequence else ():
        words = said.pop(key, None)
        if isinstance(words, str) and words.strip():
            about[key] = words
        else:
            reading.refuse(file, key, "A sequence says this at the head of its file, in words.")
    rank, left_if = _rank(reading, file, sequence, said), _left_if(reading, file, sequence, said)
    for key in sorted(said.keys() - _MAY_HEAD):
        why = f"This is not known at the head of a file.{_meant(key, _MAY_HEAD)}"
        reading.refuse(file, key, why)
    shared = {key: value for key, value in said.items() if key in _MAY_HEAD}
    reading.sheets.append(Sheet(file, sequence, about, rank, left_if, shared, tuple(rows)))


def _rank(reading: Reading, file: str, sequence: str, said: dict[str, object]) -> int:
    rank = said.pop("rank", 0) if sequence else 0
    if isinstance(rank, int) and not isinstance(rank, bool) and rank in RANKS:
        return rank
    reading.refuse(file, "rank", f"rank is a whole number from 0 to {RANKS[-1]}.")
    return 0


def _left_if(
    reading: Reading, file: str, sequence: str, said: dict[str, object]
) -> tuple[str, ...]:
    facts = said.pop("left_if", []) if sequence else []
    if isinstance(facts, list) and all(isinstance(fact, str) for fact in facts):
        return tuple(facts)
    reading.refuse(file, "left_if", "left_if is a list of facts, such as unanswered=ON1.")
    return ()


def _read_row(reading: Reading, sheet: Sheet, row: object, order: int) -> None:
    if not isinstance(row, dict):
        reading.refuse(sheet.file, f"number {order}", "This is not a question.")
        return
    said = row.get("id")
    key = said if isinstance(said, str) and said.isprintable() and said else f"number {order}"
    if key in reading.files:
        also = f"The id is used already, in {reading.files[key]}; ids are never used twice."
        reading.refuse(sheet.file, key, also)
        return
    reading.files[key] = sheet.file
    for derived in sorted(row.keys() & _DERIVED):
        reading.refuse(sheet.file, key, f"{derived} follows from the file; leave it out.")
    place = {"sequence": sheet.sequence, "order": order if sheet.sequence else 0}
    try:
        question = _questions.validate_python({**sheet.shared, **row, **place})
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False, include_context=True):
            reading.refuse(sheet.file, key, _sentence(error, row))
        return
    for reason in objections(question):
        reading.refuse(sheet.file, key, reason)
    reading.entries[key] = Entry(sheet.file, question)


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
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in parts)


def _meant(key: str, known: Iterable[str]) -> str:
    near = get_close_matches(key, known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _shortened(value: object, most: int = 40) -> str:
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
