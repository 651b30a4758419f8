"""As much of YAML as the manifest needs, and an error for the rest; so no library is needed."""

import json
import re
from typing import Any

_PAIR = re.compile(r"([A-Za-z_]+):(?: (.+))?")
_PLAIN = re.compile(r"[A-Za-z0-9/][^#\"'{}&*!|>%@`]*")
_WORDS = {"true": True, "false": False}

Line = tuple[int, str]


def read_yaml(text: str) -> Any:
    lines = [
        (len(line) - len(line.lstrip(" ")), line.strip())
        for line in text.splitlines()
        if line.strip() and not line.startswith("#")
    ]
    value, rest = _block(lines, 0)
    assert not rest, f"indented like nothing above it: {rest[0]}"
    return value


def _block(lines: list[Line], indent: int) -> tuple[Any, list[Line]]:
    assert lines, "there is nothing where a value should be"
    assert lines[0][0] == indent, lines[0]
    return (_list if lines[0][1].startswith("- ") else _mapping)(lines, indent)


def _mapping(lines: list[Line], indent: int) -> tuple[dict[str, Any], list[Line]]:
    found: dict[str, Any] = {}
    while lines and lines[0][0] == indent and not lines[0][1].startswith("- "):
        pair = _PAIR.fullmatch(lines[0][1])
        assert pair, lines[0]
        name, value = pair.groups()
        assert name not in found, f"{name} stands there twice"
        lines = lines[1:]
        if value is None:
            found[name], lines = _block(lines, indent + 2)
        else:
            found[name] = _scalar(value)
    return found, lines


def _list(lines: list[Line], indent: int) -> tuple[list[Any], list[Line]]:
    found: list[Any] = []
    while lines and lines[0][0] == indent and lines[0][1].startswith("- "):
        item = lines[0][1].removeprefix("- ")
        if _PAIR.fullmatch(item):
            one, lines = _mapping([(indent + 2, item), *lines[1:]], indent + 2)
        else:
            one, lines = _scalar(item), lines[1:]
        found.append(one)
    return found, lines


def _scalar(value: str) -> Any:
    if value.startswith('"'):
        return json.loads(value)
    if value.startswith("["):
        assert value.endswith("]"), value
        return [_scalar(one.strip()) for one in value[1:-1].split(",")]
    assert _PLAIN.fullmatch(value), f"{value} would need quotes"
    assert ": " not in value, f"{value} would need quotes"
    assert not value.endswith(":"), f"{value} would need quotes"
    if re.fullmatch("[0-9]+", value):
        return int(value)
    return _WORDS.get(value, value)
