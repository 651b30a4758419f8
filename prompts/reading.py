"""Data files as they were written, and what is wrong with them."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from prompts.checking import Problem

LARGEST_FILE = 256 * 1024
MOST_STOPS_IN_A_LINE = 100


def parse(written: bytes) -> dict[str, object]:
    """Like tomllib, but for keys of many parts: those take it minutes, or the process with it."""
    text = written.decode("utf-8-sig")
    if any(line.count(".") > MOST_STOPS_IN_A_LINE for line in text.splitlines()):
        raise RecursionError
    return tomllib.loads(text)


def read_toml(path: Path, problems: list[Problem]) -> dict[str, object] | None:
    try:
        if path.stat().st_size > LARGEST_FILE:
            problems.append(Problem(path.name, "", "This file is larger than 256 KiB."))
            return None
        return parse(path.read_bytes())
    except OSError as error:
        reason = f"This file cannot be read: {error.strerror}."
    except UnicodeDecodeError:
        reason = "This file is not UTF-8."
    except RecursionError:
        reason = "This file is not TOML that can be read: it nests too deep."
    except ValueError as error:
        reason = f"This file is not TOML: {error}."
    problems.append(Problem(path.name, "", reason))
    return None


def found_wrong(path: Path, invalid: ValidationError) -> list[Problem]:
    return [
        Problem(path.name, ".".join(map(str, error["loc"])), f"{error['msg']}.")
        for error in invalid.errors(include_url=False, include_input=False)
    ]
