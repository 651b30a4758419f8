"""An installation, and the backups that are made of it."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from storage.backups import _whole, sum_of
from storage.vault.journal import journal_of
from tests.bot.commands import Bearings, is_one_line
from tests.databases import KEY_FILE, keystore_url


class House:
    """In a folder, with the commands that are run there."""

    def __init__(self, folder: Path, url: str, bearings: Bearings) -> None:
        self.folder, self.url, self.bearings = folder, url, bearings
        self.database = folder / "var" / "bearings.db"
        self.store = Path(keystore_url(url).removeprefix("sqlite:///"))
        # All key stores of the tests are copies of one; what others forgot is not this one's.
        journal_of(KEY_FILE).unlink(missing_ok=True)

    def back_up(self, *words: str) -> Any:
        ended = self.bearings("backup", "--json", *words)
        assert (ended.code, ended.error) == (0, "")
        return ended.json

    def lose(self, *files: Path) -> None:
        for file in files or (self.database, self.store):
            file.unlink()

    def restore(self, made: Any, *words: str, code: int = 0, keys: bool = True) -> str:
        which = ("--keys", made["keys"]) if keys else ()
        ended = self.bearings("restore", "--data", made["data"], *which, *words)
        assert ended.code == code, ended
        if code:
            assert is_one_line(ended), ended
            return ended.error
        assert ended.error == ""
        return ended.out

    def whole(self) -> dict[str, int]:
        """All of it opens. How many rows of each table do."""
        ended = self.bearings("keys", "verify", "--all", "--json")
        assert ended.code == 0, ended
        assert self.bearings("verify").code == 0
        return {one["table"]: one["opened"] for one in ended.json}

    def dan(self) -> str:
        with closing(sqlite3.connect(self.database)) as database:
            [(key,)] = database.execute("SELECT DISTINCT member_id FROM reflection")
            return str(key)


def spoil(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


def reseal(file: str, change: Callable[[Any], object]) -> None:
    """As whoever can write there would make it look whole again."""
    beside = Path(f"{file}.json")
    said = json.loads(beside.read_text())
    said.pop("whole")
    said["sha256"] = sum_of(Path(file))
    change(said)
    said["whole"] = _whole(said)
    beside.write_text(json.dumps(said))
