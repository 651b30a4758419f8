"""A backup holds everything but the key file, of one moment, and comes back whole."""

import json
import os
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.backups import STAMP
from tests.bot.backups import House
from tests.bot.commands import is_one_line, untouched
from tests.databases import KEY_FILE, Databases, environment

# ---- there and back ----


def test_everything_comes_back(house: House) -> None:
    before = house.whole()
    made = house.back_up()
    house.lose()
    said = house.restore(made)
    assert "the audit log is whole" in said
    assert house.whole() == before
    assert not list(house.folder.rglob("*.restoring*"))


def test_everything_comes_back_on_postgresql(served: House, databases: Databases) -> None:
    before, made = served.whole(), served.back_up()
    assert "There are data already in the database set up here" in served.restore(made, code=1)
    new = databases.empty("postgresql", served.folder)
    words = ("restore", "--data", made["data"], "--keys", made["keys"])
    ended = served.bearings(*words, **environment(new))
    assert (ended.code, ended.error) == (0, ""), ended
    checked = served.bearings("keys", "verify", "--all", "--json", **environment(new))
    assert {one["table"]: one["opened"] for one in checked.json} == before
    again = served.bearings(*words, **environment(new))
    assert again.code == 1
    databases.drop(new)


def test_two_copies_apart_and_the_key_file_in_neither(house: House) -> None:
    made = house.back_up()
    data, keys = Path(made["data"]), Path(made["keys"])
    assert (data.parent.name, keys.parent.name) == ("data", "keys")
    assert (data.name[:5], keys.name[:5]) == ("data-", "keys-")
    for folder in (data.parent.parent, data.parent, keys.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    files = [file for file in data.parent.parent.rglob("*") if file.is_file()]
    assert len(files) == 4
    secret = json.loads(KEY_FILE.read_bytes())["keys"]
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600
        content = file.read_bytes()
        for key in secret.values():
            assert key["secret"].encode() not in content
        assert b"island council" not in content
        assert b"Whitfield" not in content


def test_old_copies_are_removed_and_said(house: House) -> None:
    made = house.back_up("--to", "kept")
    now = datetime.now(UTC)

    def age(file: str, days: float) -> Path:
        old, holds = Path(file), Path(file).parent.name
        new = old.with_name(f"{holds}-{(now - timedelta(days=days)).strftime(STAMP)}.bak")
        old.rename(new)
        Path(f"{old}.json").rename(f"{new}.json")
        return new

    keys, data = age(made["keys"], 7.1), age(made["data"], 34.9)
    strange = keys.with_name("keys-of-the-house.bak")
    strange.write_text("not ours")
    keys.with_name("keys-x.bak.part").write_text("half")
    ended = house.bearings("backup", "--to", "kept")
    assert ended.code == 0
    assert f"Removed {keys}." in ended.out
    assert not keys.exists()
    assert not Path(f"{keys}.json").exists()
    assert not list(keys.parent.glob("*.part"))
    assert data.exists()
    assert strange.exists()
    removed = house.back_up("--to", "kept", "--keep-data-days", "34")["removed"]
    assert removed == [str(data)]


def test_a_copy_that_is_made_while_everybody_writes_is_of_one_moment(house: House) -> None:
    """Each writer adds to two tables at once; no copy holds the one without the other."""
    stop = threading.Event()
    with closing(sqlite3.connect(house.database, isolation_level=None)) as database:
        database.execute("CREATE TABLE one (n INTEGER)")
        database.execute("CREATE TABLE two (n INTEGER)")

    def write() -> None:
        with closing(sqlite3.connect(house.database, isolation_level=None, timeout=30)) as database:
            number = 0
            while not stop.is_set():
                number += 1
                database.execute("BEGIN IMMEDIATE")
                database.execute("INSERT INTO one VALUES (?)", [number])
                database.execute("INSERT INTO two VALUES (?)", [number])
                database.execute("COMMIT")

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        copies = [house.back_up()["data"] for _ in range(3)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    for copy in copies:
        tables = json.loads(Path(f"{copy}.json").read_text())["tables"]
        assert tables["one"] == tables["two"]


# ---- the drill ----


def test_a_drill_leaves_no_trace(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.bearings("erase", "ruth@example.org")
    temporary = house.folder / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with untouched(house.folder), untouched(house.store.parent):
        ended = house.bearings("restore", "--drill")
    assert (ended.code, ended.error) == (0, "")
    assert "Backed up and restored" in ended.out
    assert not list(temporary.iterdir())


def test_a_drill_on_postgresql(served: House) -> None:
    ended = served.bearings("restore", "--drill")
    assert (ended.code, ended.error) == (0, ""), ended
    assert "Backed up and restored" in ended.out


def test_a_drill_fails_where_something_does_not_open(house: House) -> None:
    with closing(sqlite3.connect(house.database, isolation_level=None)) as database:
        database.execute("UPDATE reflection SET words = x'00'")
    ended = house.bearings("restore", "--drill")
    assert ended.code == 1
    assert is_one_line(ended)
    assert "2 of" in ended.error


@pytest.mark.parametrize("found", [None, "old"])
def test_without_its_programs_postgresql_is_not_backed_up(
    served: House, monkeypatch: pytest.MonkeyPatch, found: str | None
) -> None:
    folder = served.folder / "programs"
    folder.mkdir()
    if found:
        program = folder / "pg_dump"
        program.write_text(
            "#!/bin/sh\necho 'aborting because of server version mismatch' >&2\nexit 1"
        )
        program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin" if found else str(folder))
    ended = served.bearings("backup")
    assert ended.code == 1
    assert is_one_line(ended)
    assert ("older than the server" if found else "pg_dump is not installed here") in ended.error
    assert not [file for file in (served.folder / "backups").rglob("*") if file.is_file()]
