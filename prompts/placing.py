"""Where in a TOML file something stands, which the parser does not tell."""

import re
from functools import lru_cache
from pathlib import Path

# Strings and comments are taken first: what only looks like a header inside of them is none.
_PIECES = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}'
    r'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
    r"|^[ \t]*\[\[[ \t]*(?P<header>[A-Za-z_-]+)[ \t]*\]\]",
    re.DOTALL | re.MULTILINE,
)
_NAMES_A_LINE = re.compile(r"at line (\d+)")


@lru_cache(maxsize=64)
def lines_of_rows(path: Path, written: int, header: str) -> tuple[int, ...]:
    """The line of each [[header]]; `written` is when, so that a changed file is read again."""
    text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    lines: list[int] = []
    line, read = 1, 0
    for piece in _PIECES.finditer(text):
        if piece["header"] == header:
            begins = piece.start("header")
            line += text.count("\n", read, begins)
            read = begins
            lines.append(line)
    return tuple(lines)


def line_of_row(path: Path, row: int, header: str) -> int:
    """Rows count from 1; 0 is no line, where the rows are written some other way."""
    try:
        lines = lines_of_rows(path, path.stat().st_mtime_ns, header)
    except (OSError, ValueError):
        return 0
    return lines[row - 1] if 0 < row <= len(lines) else 0


def line_named_in(reason: str) -> int:
    found = _NAMES_A_LINE.search(reason)
    return int(found[1]) if found else 0


def visible(text: str) -> str:
    """With what steers a terminal, or turns the reading round, written out."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text
    )
