"""A backup brings everything back but whoever was forgotten, and is whole or refused."""

import asyncio
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.backups import STAMP, _whole, sum_of
from storage.engine import open_engine
from storage.rowsums import row_sums
from tests.bot.commands import Bearings, is_one_line, lay_out, run_in, untouched
from tests.databases import KEY_FILE, PROGRAMS, Databases, environment, keystore_url


class House:
    """An installation, and the backups that are made of it."""

    def __init__(self, folder: Path, url: str, bearings: Bearings) -> None:
        self.folder, self.url, self.bearings = folder, url, bearings
        self.database = folder / "var" / "bearings.db"
        self.store = Path(keystore_url(url).removeprefix("sqlite:///"))

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


@pytest.fixture
def house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> House:
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path}/var/bearings.db"
    asyncio.run(lay_out(url))
    return House(tmp_path, url, run_in(monkeypatch, capsys, environment(url)))


@pytest.fixture
def served(
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[House]:
    """On PostgreSQL, with its programs at hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
    url = databases.empty("postgresql", tmp_path)
    asyncio.run(lay_out(url))
    yield House(tmp_path, url, run_in(monkeypatch, capsys, environment(url)))
    databases.drop(url)


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


# ---- what is refused ----


def test_nothing_is_brought_back_over_something(house: House) -> None:
    made = house.back_up()
    with untouched(house.folder):
        assert str(house.database) in house.restore(made, code=1)
    house.lose(house.database)
    with untouched(house.folder), untouched(house.store.parent):
        said = house.restore(made, code=1)
    assert str(house.store) in said
    house.database.parent.mkdir(exist_ok=True)
    house.database.write_text("This is a letter and no database. " * 100)
    house.lose(house.store)
    with untouched(house.folder):
        assert "There are data already" in house.restore(made, code=1)


def test_a_database_that_was_only_migrated_holds_nothing_yet(house: House) -> None:
    before, made = house.whole(), house.back_up()
    house.lose(house.database)
    assert house.bearings("migrate").code == 0
    house.restore(made, keys=False)
    assert house.whole() == before


def spoil(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("which", ["data", "keys"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda file: spoil(file, -1),
        lambda file: spoil(file, 5000),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(b""),
        lambda file: file.unlink(),
        lambda file: spoil(Path(f"{file}.json"), 40),
        lambda file: Path(f"{file}.json").write_text("[]"),
        lambda file: Path(f"{file}.json").write_text("{}"),
        lambda file: Path(f"{file}.json").write_bytes(b"\xff"),
        lambda file: Path(f"{file}.json").unlink(),
    ],
)
def test_a_damaged_copy_is_refused_and_nothing_is_written(
    house: House, which: str, damage: Callable[[Path], object]
) -> None:
    made = house.back_up()
    house.lose()
    damage(Path(made[which]))
    with untouched(house.folder), untouched(house.store.parent):
        said = house.restore(made, code=1)
    assert Path(made[which]).name in said


def reseal(file: str, change: Callable[[Any], object]) -> None:
    """As whoever can write there would make it look whole again."""
    beside = Path(f"{file}.json")
    said = json.loads(beside.read_text())
    said.pop("whole")
    said["sha256"] = sum_of(Path(file))
    change(said)
    said["whole"] = _whole(said)
    beside.write_text(json.dumps(said))


def test_rows_that_are_not_those_of_the_manifest_are_named_by_their_table(house: House) -> None:
    made = house.back_up()
    house.lose()
    with closing(sqlite3.connect(made["data"])) as copy:
        copy.execute("UPDATE reflection SET question_words = 'Why?'")
        copy.commit()
    reseal(made["data"], lambda said: None)
    with untouched(house.folder):
        assert "damaged, in reflection" in house.restore(made, code=1)


def test_copies_that_do_not_belong_together_are_refused(house: House, tmp_path: Path) -> None:
    made = house.back_up()
    house.lose()
    with untouched(house.folder):
        swapped = {"data": made["keys"], "keys": made["data"]}
        assert "holds keys, where data are needed" in house.restore(swapped, code=1)
        assert "--data" in house.bearings("restore").error
        assert house.bearings("restore", "--drill", "--data", made["data"]).code == 2
    reseal(made["keys"], lambda said: said.update(store=str(tmp_path)))
    with untouched(house.folder):
        assert "not of one installation" in house.restore(made, code=1)
    reseal(made["keys"], lambda said: said.update(store=None))
    reseal(made["data"], lambda said: said.update(database="postgresql", store=None))
    with untouched(house.folder):
        assert "made of postgresql" in house.restore(made, code=1)


def test_a_cut_log_in_a_copy_is_refused(house: House) -> None:
    house.bearings("erase", "ruth@example.org")
    made = house.back_up()
    house.lose()
    with closing(sqlite3.connect(made["data"])) as copy:
        copy.execute("UPDATE audit SET detail = 'retention'")
        copy.commit()

    async def sums() -> dict[str, Any]:
        engine = open_engine(f"sqlite:///{made['data']}", pragmas=())
        async with engine.connect() as connection:
            found = await row_sums(connection)
        await engine.dispose()
        return {name: asdict(one) for name, one in found.items()}

    accepted = asyncio.run(sums())
    reseal(made["data"], lambda said: said.update(tables=accepted))
    assert "audit log of this copy is not whole" in house.restore(made, code=1)
    assert not house.database.exists()


def test_without_the_key_file_nothing_is_brought_back(house: House, tmp_path: Path) -> None:
    made = house.back_up()
    house.lose()
    with untouched(house.folder):
        ended = house.bearings(
            "restore",
            "--data",
            made["data"],
            "--keys",
            made["keys"],
            BEARINGS_KEY_FILE=str(tmp_path / "none"),
        )
    assert ended.code == 78
    assert is_one_line(ended)


def test_the_key_file_may_not_lie_among_the_backups(house: House) -> None:
    (house.folder / "backups").mkdir()
    file = house.folder / "backups" / "our.keys"
    shutil.copy(KEY_FILE, file)
    file.chmod(0o400)
    with untouched(house.folder):
        ended = house.bearings("backup", BEARINGS_KEY_FILE=str(file))
    assert ended.code == 78
    assert is_one_line(ended)


def test_a_folder_that_cannot_be_written_keeps_nothing(house: House) -> None:
    (house.folder / "letter").write_text("no folder")
    with untouched(house.folder):
        ended = house.bearings("backup", "--to", "letter/below")
    assert ended.code == 1
    assert is_one_line(ended)


# ---- whoever was forgotten stays forgotten ----


def test_a_key_store_from_before_somebody_was_forgotten_is_refused(house: House) -> None:
    old = house.back_up()
    house.bearings("erase", "dan@example.org")
    new = house.back_up()
    house.lose()
    mixed = {"data": new["data"], "keys": old["keys"]}
    with untouched(house.folder):
        said = house.restore(mixed, code=1)
    assert "1 person was forgotten since" in said
    assert "--replay" in said
    said = house.restore(mixed, "--replay")
    assert "were since: 1" in said
    assert house.whole()["reflection"] == 0


def test_what_other_copies_of_the_key_store_know_is_heeded(house: House) -> None:
    """The data are old too and do not know of it; a newer copy of the keys lies beside."""
    old = house.back_up()
    dan = house.dan()
    for who in ("dan@example.org", "priya@example.org"):
        house.bearings("erase", who)
    house.back_up()
    Path(old["keys"]).with_name("keys-other.bak.json").write_text("{}")
    house.lose()
    with untouched(house.folder):
        assert "2 people were forgotten since" in house.restore(old, code=1)
    said = house.restore(old, "--replay")
    assert "Left-over rows were removed of: 2." in said
    counts = house.whole()
    assert counts["reflection"] == 0
    again = house.bearings("erase", dan)
    assert again.code == 0
    assert "Already erased" in again.out


def test_old_data_and_the_present_key_store_leave_the_forgotten_dark(house: House) -> None:
    old = house.back_up()
    before = house.whole()
    house.bearings("erase", "dan@example.org")
    house.lose(house.database)
    said = house.restore(old, keys=False)
    assert "Left-over rows were removed of: 1." in said
    after = house.whole()
    assert after["reflection"] == 0
    assert after["member"] == before["member"] - 1


def test_an_emptied_key_store_still_tells_who_was_forgotten(house: House) -> None:
    old = house.back_up()
    house.bearings("erase", "dan@example.org")
    house.lose(house.database)
    with closing(sqlite3.connect(house.store)) as store:
        store.execute("DELETE FROM wrapped_key")
        store.commit()
    with untouched(house.folder):
        assert "1 person was forgotten since" in house.restore(old, code=1)


def test_without_a_key_store_one_must_be_named(house: House) -> None:
    made = house.back_up()
    house.lose()
    with untouched(house.folder):
        assert "--keys" in house.restore(made, code=1, keys=False)


def test_data_that_are_newer_than_the_keys_are_refused(house: House) -> None:
    with closing(sqlite3.connect(house.store)) as store:
        gone = store.execute("SELECT * FROM wrapped_key WHERE scope = 'seal'").fetchall()[0]
        store.execute("DELETE FROM wrapped_key WHERE id = ?", [gone[0]])
        store.commit()
    early = house.back_up()
    house.lose()
    said = house.restore(early, code=1)
    assert "do not open with this copy of the key store" in said
    assert not house.database.exists()
    assert not list(house.folder.rglob("*.restoring*"))


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
