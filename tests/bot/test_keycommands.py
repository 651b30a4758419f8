"""The keys are told of, tried and rotated; no command shows one, or what one opens."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.checking import sealed_columns
from storage.engine import reading
from storage.members import named_member
from storage.sealing import vault_of
from tests.bot.commands import Bearings, is_one_line, untouched
from tests.bot.laidout import SECRETS, counted, id_of, tell, with_data


@pytest.fixture
def house(laid_out: str, tmp_path: Path) -> Path:
    """Where the plain commands look for it."""
    return tmp_path


# ---- keys status and verify ----


def test_the_keys_status_is_told_without_a_key(bearings: Bearings, house: Path) -> None:
    told = bearings("keys", "status", "--json").json
    assert {*told} == {"keys", "data_keys", "tombstones", "next"}
    [key] = told["keys"]
    assert {*key} == {"id", "state", "age_days", "wraps", "in_file"}
    assert (key["state"], key["in_file"]) == ("active", True)
    assert key["wraps"] == told["data_keys"] >= 6
    assert told["next"]["step"] == "add"
    shown = bearings("keys", "status")
    assert shown.code == 0
    assert key["id"] in shown.out
    assert "Next: `bearings keys rotate`" in shown.out


def test_everything_sealed_is_tried_and_counted(bearings: Bearings, house: Path) -> None:
    every = bearings("keys", "verify", "--all", "--json")
    assert every.code == 0
    told = {one["table"]: one for one in every.json}
    assert told.keys() == {table.name for table in sealed_columns()}
    assert {"member", "objective", "reflection", "chat_line", "programme"} <= told.keys()
    for table, one in told.items():
        assert one["failed"] == []
        assert one["forgotten"] == 0
        assert one["opened"] == counted(house, table)
    some = bearings("keys", "verify", "--sample", "2", "--json").json
    assert {one["table"]: one["opened"] for one in some} == {
        table: min(2, one["opened"]) for table, one in told.items()
    }
    plain = bearings("keys", "verify")
    assert (plain.code, plain.error) == (0, "")
    assert "reflection" in plain.out


@pytest.mark.parametrize("table", ["reflection", "member", "programme"])
def test_what_does_not_open_is_named_by_table_and_row_and_not_quoted(
    bearings: Bearings, house: Path, table: str
) -> None:
    column = "words" if table == "reflection" else "name"
    with closing(sqlite3.connect(house / "var" / "bearings.db")) as database:
        [key, blob] = database.execute(f"SELECT id, {column} FROM {table} LIMIT 1").fetchone()  # noqa: S608
    changed = bytearray(blob)
    changed[-1] ^= 1
    tell(house, f"UPDATE {table} SET {column} = x'{changed.hex()}' WHERE id = '{key}'")  # noqa: S608
    ended = bearings("keys", "verify", "--all", "--json")
    assert ended.code == 1
    failed = {one["table"]: one["failed"] for one in ended.json if one["failed"]}
    assert failed == {table: [str(UUID(key))]}
    plain = bearings("keys", "verify", "--all")
    assert plain.code == 1
    assert f"does not open: {table} {UUID(key)}" in plain.out
    assert not any(secret in plain.out for secret in SECRETS)


def test_a_damaged_key_is_found_by_what_it_does_not_open(bearings: Bearings, house: Path) -> None:
    async def damage(engine: AsyncEngine) -> None:
        async with reading(engine) as db:
            dan, vault = await named_member(db, "dan@example.org"), vault_of(db)
        async with vault.store.begin() as connection:
            await connection.exec_driver_sql(
                f"UPDATE wrapped_key SET wrapped = x'00' WHERE owner_id = '{dan.id.hex}'"  # noqa: S608
            )

    dan = id_of(house, "dan@example.org")
    with_data(house, damage)
    ended = bearings("keys", "verify", "--all", "--json")
    assert ended.code == 1
    told = {one["table"]: one["failed"] for one in ended.json}
    assert told["member"] == [str(dan)]
    assert len(told["reflection"]) == 2
    refused = bearings("preview", str(dan))
    assert refused.code == 1
    assert is_one_line(refused)
    assert "keys verify --all" in refused.error


def test_all_and_some_are_not_asked_for_at_once(bearings: Bearings, house: Path) -> None:
    for words in (("--all", "--sample", "3"), ("--sample", "0")):
        ended = bearings("keys", "verify", *words)
        assert ended.code == 2
        assert is_one_line(ended)


# ---- beginning and rotating ----


def test_the_whole_of_an_empty_machine(
    bearings: Bearings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {
        "BEARINGS_KEY_FILE": "keys/bearings.keys",
        "BEARINGS_KEYSTORE_URL": "sqlite:///var/keystore/keys.db",
    }
    assert bearings("migrate", **ours).code == 78
    assert not list(tmp_path.iterdir())
    made = bearings("keys", "init", **ours)
    assert made.code == 0
    assert "Copy this file to two places" in made.out
    assert bearings("migrate", **ours).code == 0
    for words in (("keys", "rotate"), ("keys", "rotate", "retire"), ("keys", "verify", "--all")):
        ended = bearings(*words, **ours)
        assert (ended.code, ended.error) == (0, ""), ended
    states = [one["state"] for one in bearings("keys", "status", "--json", **ours).json["keys"]]
    assert states == ["retired", "active"]
    assert bearings("keys", "rotate", "retire", **ours).out.startswith("Retired nothing")
    with untouched(tmp_path):
        assert bearings("keys", "init", **ours).code == 78
    bearings("keys", "rotate", "add", **ours)
    with untouched(tmp_path):
        assert bearings("keys", "rotate", "retire", **ours).code == 1
