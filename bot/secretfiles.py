"""Secrets that stand in files of their own, as containers and service managers hand them over.

For each NAME below, NAME_FILE may name a file that holds the value: the whole of it, but for one
line's end at its end.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

# The addresses, too: there may be a password in them.
SECRETS = (
    "BEARINGS_DATABASE_URL",
    "BEARINGS_KEYSTORE_URL",
    "BEARINGS_METRICS_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_CLIENT_SECRET",
    "SLACK_APP_TOKEN",
    "TEAMS_APP_PASSWORD",
)
# No secret is near as long; what is longer is some other file.
LONGEST = 16_384


class SecretFileError(Exception):
    """str() names the setting, and says what is wrong, and never what is in the file."""


def from_files(given: Mapping[str, str | None]) -> dict[str, Any]:
    """The secrets whose files are named among what is given, by setting. Raises
    SecretFileError."""
    by_name = {name.upper(): value for name, value in given.items() if value}
    read: dict[str, Any] = {}
    for name in SECRETS:
        file = by_name.get(f"{name}_FILE")
        if file is None:
            continue
        if name in by_name:
            raise SecretFileError(f"{name} and {name}_FILE are set: give one of them.")
        read[name] = _read(f"{name}_FILE", Path(file))
    return read


def _read(setting: str, file: Path) -> str:
    try:
        with file.open("rb") as opened:
            value = opened.read(LONGEST + 1)
        if len(value) > LONGEST:
            raise SecretFileError(f"{setting}: {file} is too long to hold a secret.")
        words = value.decode()
    except OSError as error:
        raise SecretFileError(f"{setting}: {file} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise SecretFileError(f"{setting}: {file} cannot be read as text.") from None
    words = words.removesuffix("\n").removesuffix("\r")
    if not words.strip():
        raise SecretFileError(f"{setting}: {file} is empty.")
    return words
