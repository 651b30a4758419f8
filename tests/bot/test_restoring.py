"""What comes back is whole, comes to where nothing is, and brings back nobody who was forgotten."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from storage.engine import open_engine
from storage.rowsums import row_sums
from tests.bot.backups import House, reseal, spoil
from tests.bot.commands import is_one_line, untouched
from tests.databases import KEY_FILE

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


def test_a_list_beside_the_key_file_outlives_both_databases(house: House) -> None:
    """No copy was made after Dan was forgotten, and then the machine is lost."""
    old = house.back_up()
    house.bearings("erase", "dan@example.org")
    house.lose()
    with untouched(house.folder):
        assert "1 person was forgotten since" in house.restore(old, code=1)
    house.restore(old, "--replay")
    assert house.whole()["reflection"] == 0


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
