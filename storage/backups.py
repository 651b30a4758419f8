"""What a backup looks like on the disk: two files in two folders, each with its manifest.

    FOLDER/data/data-<stamp>.bak    everything but the keys
    FOLDER/keys/keys-<stamp>.bak    the key store: wrapped keys and tombstones, with a short life

The key-encryption keys, which alone open the wrapped ones, are in neither.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

FORMAT = 1
STAMP = "%Y%m%dT%H%M%S.%fZ"
AT_ONCE = 1 << 20


class BackupError(Exception):
    """It cannot be made or brought back; str() says why, and what to do."""


class Holds(StrEnum):
    DATA = "data"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class TableSum:
    """How many rows, and one hash over all of them."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy must hold to be whole. `forgotten` maps tombstones to when they were set."""

    holds: Holds
    made_at: str
    database: str
    store: str
    sha256: str
    tables: Mapping[str, TableSum]
    heads: Mapping[str, str]
    forgotten: Mapping[str, str]

    def to_json(self) -> str:
        said = {"format": FORMAT, **asdict(self)}
        return json.dumps({**said, "whole": _whole(said)}, indent=1, sort_keys=True)

    @classmethod
    def of_json(cls, text: str) -> Self:
        """Raises ValueError, KeyError or TypeError for what is none."""
        said: dict[str, Any] = json.loads(text)
        whole = said.pop("whole")
        if whole != _whole(said) or said.pop("format") != FORMAT:
            raise ValueError("not whole, or of another version")
        tables = {name: TableSum(**each) for name, each in said.pop("tables").items()}
        return cls(holds=Holds(said.pop("holds")), tables=tables, **said)


def _whole(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def file_for(folder: Path, holds: Holds, now: datetime) -> Path:
    """Where this copy goes. The folders are nobody else's to look into."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / holds.value
    place.mkdir(mode=0o700, exist_ok=True)
    place.chmod(0o700)
    return place / f"{holds.value}-{now.astimezone(UTC).strftime(STAMP)}.bak"


def manifest_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.json")


def part_of(file: Path) -> Path:
    """Under this name until it is whole."""
    return file.with_name(f"{file.name}.part")


def new_file(file: Path) -> None:
    """Empty, and readable by nobody else before anything is in it."""
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def finish(file: Path, manifest: Manifest) -> None:
    """The manifest first: a copy without one is refused."""
    beside, part = manifest_of(file), part_of(file)
    new_file(beside)
    beside.write_text(manifest.to_json(), "utf-8")
    for one in (part, beside):
        with one.open("rb") as written:
            os.fsync(written.fileno())
    part.replace(file)


def read_manifest(file: Path, holds: Holds) -> Manifest:
    """Raises BackupError unless this is a whole copy of that kind."""
    try:
        manifest = Manifest.of_json(manifest_of(file).read_text("utf-8"))
        found = sum_of(file)
    except FileNotFoundError as error:
        raise BackupError(
            f"There is no {error.filename}. Both files of a copy are needed."
        ) from None
    except OSError as error:
        raise BackupError(f"{file} cannot be read ({type(error).__name__}).") from None
    except (ValueError, KeyError, TypeError):
        raise BackupError(f"{manifest_of(file)} is damaged. Use another copy.") from None
    if manifest.holds is not holds:
        raise BackupError(f"{file} holds {manifest.holds}, where {holds} are needed.")
    if found != manifest.sha256:
        raise BackupError(f"{file} is damaged: it is not what its manifest says. Use another copy.")
    return manifest


def sum_of(file: Path) -> str:
    with file.open("rb") as whole:
        return hashlib.file_digest(whole, "sha256").hexdigest()


def forgotten_in(folder: Path, store: str) -> dict[str, str]:
    """The tombstones that any copy of this key store in a folder tells of."""
    stones: dict[str, str] = {}
    for beside in sorted(folder.glob("*.bak.json")):
        try:
            manifest = Manifest.of_json(beside.read_text("utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a damaged neighbour must not stand in the way of a whole copy
        if manifest.store == store:
            stones |= manifest.forgotten
    return stones


def remove_old(folder: Path, holds: Holds, now: datetime, keep_days: int) -> list[Path]:
    """Copies that were made before then, by the moment in their names; and what was cut off."""
    place, removed = folder / holds.value, []
    for file in sorted(place.glob(f"{holds.value}-*.bak")):
        made_at = _stamp_of(file, holds)
        if made_at is not None and made_at < now - timedelta(days=keep_days):
            file.unlink()
            manifest_of(file).unlink(missing_ok=True)
            removed.append(file)
    for part in place.glob(f"{holds.value}-*.bak.part"):
        part.unlink()
    return removed


def _stamp_of(file: Path, holds: Holds) -> datetime | None:
    found = re.fullmatch(f"{holds.value}-(.+)\\.bak", file.name)
    try:
        return datetime.strptime(found[1] if found else "", STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
