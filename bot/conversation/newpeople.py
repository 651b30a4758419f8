"""The people of a programme as a table of lines: what is read, and what is wrong in it.

Pure: what goes with whom is already known here is looked at by `adding_people`.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from bot.conversation.mistakes import Mistake, MistakesError, shown
from bot.conversation.setups import SetupError, clean_name
from prompts.composing.agreeing import KnownBy
from scheduler.cadence import CadenceError, check_zone

COLUMNS = ("name", "email", "role", "coach", "cohort", "timezone", "user_id")
# As people write them, and spreadsheets.
_CALLED = {
    "e-mail": "email",
    "mail": "email",
    "roles": "role",
    "time zone": "timezone",
    "zone": "timezone",
    "member id": "user_id",
    "user id": "user_id",
}
MOST_LETTERS, MOST_LINES, LONGEST_CELL = 1_000_000, 5_000, 320
# Before anybody's id is known on a platform, their address stands for it.
MAIL = "mail:"
# A spreadsheet takes what begins like this for something to reckon, and so may do anything with it.
_RECKONED = "=+-@"
_ADDRESS = re.compile(r"[^@\s,;<>]{1,200}@[^@\s,;<>]{1,100}")
_MEMBER_ID = re.compile("[UW][A-Z0-9]{4,20}")
_ANY_ID = re.compile("[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}")


class Role(StrEnum):
    LEADER = "leader"
    COACH = "coach"
    LEAD = "lead"


_ROLES = {**{role.value: role for role in Role}, "programme lead": Role.LEAD}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """`coach` and `cohort` as they were written; `zone` may be empty."""

    line: int
    name: str
    email: str
    user_id: str
    roles: frozenset[Role]
    coach: str
    cohort: str
    zone: str


def by_mail(email: str) -> str:
    return f"{MAIL}{email.strip().casefold()}"


def is_address(typed: str) -> bool:
    return _ADDRESS.fullmatch(typed) is not None


def read_people(text: str, known_by: KnownBy, *, head: bool = False) -> list[PersonLine]:
    """Raises MistakesError with every mistake at once. `head`: the names of the columns may be
    left out, and are then the usual ones."""
    if len(text) > MOST_LETTERS:
        raise MistakesError([Mistake(1, f"There are more than {MOST_LETTERS:,} letters.")])
    rows = _rows(text)
    if not rows:
        raise MistakesError([Mistake(1, f"Begin with a line of names: {', '.join(COLUMNS)}.")])
    # “coach” may be somebody’s role and a column’s name; these two are columns alone.
    if head and not {"name", "role"} & {_called(cell) for cell in rows[0][1]}:
        who = "user_id" if known_by is KnownBy.MEMBER_ID else "email"
        rows = [(0, ["name", who, "role", "coach", "cohort", "timezone"]), *rows]
    columns = _columns(*rows[0], known_by)
    if len(rows) > MOST_LINES:
        raise MistakesError([Mistake(rows[-1][0], f"There are more than {MOST_LINES:,} lines.")])
    if len(rows) == 1:
        raise MistakesError([Mistake(rows[0][0], "There is nobody below this line.")])
    mistakes: list[Mistake] = []
    found = []
    for line, cells in rows[1:]:
        try:
            found.append(_person(line, _by_column(line, columns, cells), known_by))
        except MistakesError as error:
            mistakes += error.mistakes
    mistakes += _twice(found)
    if mistakes:
        raise MistakesError(mistakes)
    return found


Row = tuple[int, list[str]]


def _rows(text: str) -> list[Row]:
    """Each with the line it begins in; empty ones are passed over."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: list[Row] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        words = f"This is no table: {error}."
        raise MistakesError([Mistake(max(begins, reader.line_num), words)]) from None
    return rows


def _columns(line: int, cells: Sequence[str], known_by: KnownBy) -> list[str]:
    columns = [_called(cell) for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    mistakes = [
        Mistake(line, f"{shown(name)} is no column that is known here.{_meant(name)}")
        for name in columns
        if name not in COLUMNS
    ]
    mistakes += [
        Mistake(line, f"The column {name} is here twice.")
        for name in COLUMNS
        if columns.count(name) > 1
    ]
    needed = ["role", "user_id" if known_by is KnownBy.MEMBER_ID else "email", "name"]
    mistakes += [
        Mistake(line, f"The column {name} is missing.") for name in needed if name not in columns
    ]
    if mistakes:
        raise MistakesError(mistakes)
    return columns


def _called(cell: str) -> str:
    name = " ".join(cell.casefold().split())
    return _CALLED.get(name, name)


def _meant(name: str) -> str:
    near = get_close_matches(name[:40], COLUMNS, n=1)
    return f" Did you mean {near[0]}?" if near else f" Known are {', '.join(COLUMNS)}."


def _by_column(line: int, columns: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    mistakes = [
        Mistake(line, f"{shown(cell)} begins like a formula. Take out the first character.")
        for cell in cells
        if is_reckoned(cell)
    ]
    mistakes += [
        Mistake(line, f"{shown(cell)} is too long, or has signs that cannot be seen.")
        for cell in cells
        if len(cell) > LONGEST_CELL or not cell.strip().isprintable()
    ]
    if any(cell.strip() for cell in cells[len(columns) :]):
        mistakes.append(Mistake(line, "There are more values than columns."))
    if mistakes:
        raise MistakesError(mistakes)
    values = [cell.strip() for cell in cells]
    return dict(zip(columns, [*values, *[""] * len(columns)], strict=False))


def is_reckoned(cell: str) -> bool:
    """Whether a spreadsheet would take it for a formula, in whatever width it is written."""
    return cell[:1] in {"\t", "\r"} or unicodedata.normalize("NFKC", cell).lstrip()[:1] in {
        *_RECKONED
    }


def _person(line: int, row: Mapping[str, str], known_by: KnownBy) -> PersonLine:
    mistakes: list[Mistake] = []

    def wrong(words: str) -> None:
        mistakes.append(Mistake(line, words))

    def said(column: str) -> str:
        return row.get(column, "")

    name, zone = "", ""
    try:
        name = clean_name(said("name"))
    except SetupError as error:
        wrong(f"The name is missing or wrong. {error}")
    email = said("email").casefold()
    if email and not is_address(email):
        wrong(f"{shown(email)} is no e-mail address.")
    user_id = _user_id(said("user_id"), email, known_by)
    if not user_id:
        wrong(_needs(said("user_id"), known_by))
    roles = _roles(said("role"))
    if roles is None:
        typed = said("role")
        what = f"{shown(typed)} is no role" if typed else "The role is missing"
        wrong(f"{what}: write leader, coach or lead, or several with “and” between them.")
    try:
        zone = check_zone(said("timezone")) if said("timezone") else ""
    except CadenceError as error:
        wrong(f"{shown(said('timezone'))}: {error}")
    if roles is not None and Role.LEADER not in roles:
        for column in ("coach", "cohort"):
            if said(column):
                wrong(f"A {column} is for leaders, and {name or 'this person'} is none.")
    if mistakes:
        raise MistakesError(mistakes)
    return PersonLine(
        line, name, email, user_id, roles or frozenset(), said("coach"), said("cohort"), zone
    )


def _user_id(typed: str, email: str, known_by: KnownBy) -> str:
    """As the platform knows them, or as they stand in for that; empty where it cannot be."""
    if known_by is KnownBy.MEMBER_ID:
        return typed if _MEMBER_ID.fullmatch(typed) else ""
    if typed:
        return typed if _ANY_ID.fullmatch(typed) else ""
    return by_mail(email) if is_address(email) else ""


def _needs(typed: str, known_by: KnownBy) -> str:
    if known_by is KnownBy.MEMBER_ID:
        what = f"{shown(typed)} is no member ID" if typed else "The member ID is missing"
        return f"{what}: in their profile, ⋮ and “Copy member ID” (U…), in the column user_id."
    return f"{shown(typed)} is no user id." if typed else "The e-mail address is missing."


def _roles(typed: str) -> frozenset[Role] | None:
    words = [word.strip() for word in re.split(r"\band\b|[,;/+&]", typed.casefold())]
    found = [_ROLES.get(word) for word in words if word]
    roles = frozenset(role for role in found if role is not None)
    return roles if roles and None not in found else None


def _twice(people: Sequence[PersonLine]) -> Iterator[Mistake]:
    """The same person on a later line."""
    seen: dict[str, int] = {}
    for one in people:
        keys = {one.user_id, by_mail(one.email) if one.email else one.user_id}
        first = next((seen[key] for key in sorted(keys) if key in seen), None)
        if first is not None:
            yield Mistake(one.line, f"The same person stands in line {first} already.")
        seen.update({key: one.line for key in keys if key not in seen})
