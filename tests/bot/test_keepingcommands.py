"""What whoever runs Bearings does with keys, logs and people: shown no text, and recorded."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import commanding
from storage import audit
from storage.engine import database_now, reading, transaction
from storage.erasing import left_half_forgotten
from storage.members import NewMember, add_members, let_hand_over, named_member
from storage.sealing import vault_of
from storage.tables import Action, AuditRow
from tests.bot.commands import Bearings, is_one_line, lay_out, untouched
from tests.databases import close, open_sealed

DANS = "The call with the island council."
SECRETS = ("island council", "ambulance volunteers")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Where the plain commands look for it."""
    asyncio.run(lay_out(f"sqlite:///{tmp_path}/var/bearings.db"))
    return tmp_path


def with_data(house: Path, act: Callable[[AsyncEngine], Awaitable[Any]]) -> Any:
    async def go() -> Any:
        engine = open_sealed(f"sqlite:///{house}/var/bearings.db")
        try:
            return await act(engine)
        finally:
            await close(engine)

    return asyncio.run(go())


def id_of(house: Path, name: str) -> UUID:
    async def ask(engine: AsyncEngine) -> UUID:
        async with reading(engine) as db:
            return (await named_member(db, name)).id

    found: UUID = with_data(house, ask)
    return found


def log_of(house: Path, owner: UUID) -> list[AuditRow]:
    async def ask(engine: AsyncEngine) -> list[AuditRow]:
        async with reading(engine) as db:
            return await audit.of_owner(db, owner, Action, 100)

    found: list[AuditRow] = with_data(house, ask)
    return found


def tell(house: Path, *statements: str) -> None:
    with closing(sqlite3.connect(house / "var" / "bearings.db", isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def counted(house: Path, table: str) -> int:
    with closing(sqlite3.connect(house / "var" / "bearings.db")) as database:
        [(number,)] = database.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(number)


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
    assert told.keys() == {"member", "objective", "reflection", "chat_line", "programme", "cohort"}
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


# ---- the audit log ----


def test_the_log_is_walked_and_its_head_can_be_compared_later(
    bearings: Bearings, house: Path
) -> None:
    bearings("erase", str(id_of(house, "Ruth Ellis")))
    first = bearings("verify", "--json")
    assert first.code == 0
    [chain] = first.json["chains"]
    assert {*chain} == {"workspace", "rows", "head", "broken_at"}
    assert chain["broken_at"] is None
    bearings("erase", "priya@example.org")
    later = bearings("verify", "--head", chain["head"], "--json")
    assert later.code == 0
    assert later.json["heads"] == [{"head": chain["head"], "found": True}]
    assert later.json["chains"][0]["rows"] == chain["rows"] + 1
    plain = bearings("verify", "--head", chain["head"])
    assert f"{chain['head']}  stands" in plain.out
    assert f"{chain['rows'] + 1} rows  whole" in plain.out


def test_a_row_that_was_changed_is_named_by_its_number(bearings: Bearings, house: Path) -> None:
    for name in ("Ruth Ellis", "Priya Nair", "Amara Okafor"):
        bearings("erase", str(id_of(house, name)))
    rows = bearings("verify", "--json").json["chains"][0]["rows"]
    tell(house, f"UPDATE audit SET detail = 'retention' WHERE number = {rows - 1}")  # noqa: S608
    ended = bearings("verify")
    assert ended.code == 1
    assert f"broken at row {rows - 1}" in ended.out
    assert bearings("verify", "--json").json["chains"][0]["broken_at"] == rows - 1


def test_a_log_that_was_cut_off_is_whole_in_itself_and_told_by_its_head(
    bearings: Bearings, house: Path
) -> None:
    for name in ("Ruth Ellis", "Priya Nair"):
        bearings("erase", str(id_of(house, name)))
    [chain] = bearings("verify", "--json").json["chains"]
    last = chain["rows"]
    tell(
        house,
        f"DELETE FROM audit WHERE number = {last}",  # noqa: S608
        f"UPDATE audit_head SET number = {last - 1}, "  # noqa: S608
        f"hash = (SELECT hash FROM audit WHERE number = {last - 1})",
    )
    assert bearings("verify").code == 0
    ended = bearings("verify", "--head", chain["head"])
    assert ended.code == 1
    assert "rows were cut off or rewritten" in ended.out


def test_an_empty_log_is_whole_and_a_head_that_is_none_is_a_slip(
    bearings: Bearings, house: Path
) -> None:
    tell(house, "DELETE FROM audit", "DELETE FROM audit_head")
    assert "Nothing has been recorded yet." in bearings("verify").out
    for head in ("", "xyz", "abcd"):
        ended = bearings("verify", "--head", head)
        assert ended.code == 2
        assert is_one_line(ended)


# ---- shred and erase ----


def test_a_shredded_person_is_dark_at_once_and_erased_later(
    bearings: Bearings, house: Path
) -> None:
    dan = id_of(house, "dan@example.org")
    ended = bearings("keys", "shred", "dan@example.org")
    assert (ended.code, ended.error) == (0, "")
    assert f"Destroyed the key of {dan}." in ended.out
    assert "`bearings erase` removes them" in ended.out
    told = {one["table"]: one for one in bearings("keys", "verify", "--all", "--json").json}
    assert (told["reflection"]["opened"], told["reflection"]["forgotten"]) == (0, 2)
    assert told["member"]["forgotten"] == 1
    assert bearings("keys", "status", "--json").json["tombstones"] == 1
    assert bearings("preview", "dan@example.org").code == 1

    # Again, by id, which is all that is left to find him by.
    again = bearings("keys", "shred", str(dan))
    assert again.code == 0
    assert "There was no key any more" in again.out
    [row] = [one for one in log_of(house, dan) if one.action == Action.ERASED]
    assert (row.actor_id, row.detail, row.about) == (None, "key", None)

    erased = bearings("erase", str(dan))
    assert erased.code == 0
    assert "Erased" in erased.out
    assert counted(house, "reflection") == 0
    assert bearings("keys", "verify", "--all").code == 0
    after = bearings("keys", "shred", str(dan))
    assert after.code == 0
    assert "removes them" not in after.out


def test_a_shredding_that_was_not_recorded_is_recorded_when_it_is_done_again(
    bearings: Bearings, house: Path
) -> None:
    async def shred_only(engine: AsyncEngine) -> UUID:
        async with reading(engine) as db:
            dan = await named_member(db, "dan@example.org")
            await vault_of(db).shred(dan.workspace_id, dan.id)
            return dan.id

    dan = with_data(house, shred_only)
    assert bearings("keys", "shred", str(dan)).code == 0
    assert [one.detail for one in log_of(house, dan) if one.action == Action.ERASED] == ["key"]


def test_who_is_erased_is_gone_with_a_receipt_and_may_be_erased_again(
    bearings: Bearings, house: Path
) -> None:
    dan = id_of(house, "dan@example.org")
    ended = bearings("erase", "dan@example.org")
    assert (ended.code, ended.error) == (0, "")
    [row] = [one for one in log_of(house, dan) if one.action == Action.ERASED]
    assert row.actor_id is None
    assert f"Erased: {dan}. Receipt: {row.about}." in ended.out
    assert not any(secret in ended.out for secret in (*SECRETS, "Whitfield", "example.org"))
    assert counted(house, "reflection") == 0
    again = bearings("erase", str(dan))
    assert again.code == 0
    assert f"Already erased: {dan}. Receipt: {row.about}." in again.out
    assert len([one for one in log_of(house, dan) if one.action == Action.ERASED]) == 1
    assert bearings("verify").code == 0
    assert bearings("keys", "verify", "--all").code == 0


def test_nobody_and_more_than_one_are_not_erased(bearings: Bearings, house: Path) -> None:
    for who in ("Nobody", str(uuid4()), "Dan Whitfield"):
        with untouched(house):
            for command in (("erase", who), ("keys", "shred", who), ("export", who)):
                ended = bearings(*command)
                assert ended.code == 1
                assert is_one_line(ended)


def test_a_name_that_three_had_is_nobodys_alone_when_one_is_forgotten(
    bearings: Bearings, house: Path
) -> None:
    """There are two Dans, and a third: with the first one shredded two are left."""

    async def add_third(engine: AsyncEngine) -> None:
        async with transaction(engine) as db:
            dan = await named_member(db, "dan@example.org")
            await add_members(db, dan.workspace_id, [NewMember(user_id="dan3", name=dan.name)])

    with_data(house, add_third)
    assert bearings("keys", "shred", "dan@example.org").code == 0
    ended = bearings("erase", "Dan Whitfield")
    assert ended.code == 1
    assert "More than one person" in ended.error


@pytest.mark.parametrize("answer", ["n\n", ""])
@pytest.mark.parametrize("command", [("erase",), ("keys", "shred")])
def test_at_a_terminal_it_asks_first(
    bearings: Bearings,
    house: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    answer: str,
) -> None:
    def decide(_: str) -> bool:
        if not answer:
            raise typer.Abort
        return answer == "y\n"

    monkeypatch.setattr(commanding.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", decide)
    with untouched(house):
        ended = bearings(*command, "dan@example.org")
    assert ended.code == 1
    assert "Nothing was changed." in ended.error
    monkeypatch.setattr(typer, "confirm", lambda _: True)
    assert bearings(*command, "dan@example.org").code == 0


def test_who_only_lacks_a_key_is_not_taken_for_forgotten(house: Path) -> None:
    """An old key store that was brought back knows nothing of who came later."""

    async def lose_the_key(engine: AsyncEngine) -> list[tuple[UUID, UUID]]:
        async with reading(engine) as db:
            vault = vault_of(db)
            async with vault.store.begin() as connection:
                await connection.exec_driver_sql("DELETE FROM wrapped_key WHERE scope = 'seal'")
            return await left_half_forgotten(db)

    assert with_data(house, lose_the_key) == []


# ---- export ----


def allow(house: Path, days: float) -> None:
    async def go(engine: AsyncEngine) -> None:
        now = await database_now(engine)
        async with transaction(engine) as db:
            dan = await named_member(db, "dan@example.org")
            await let_hand_over(db, dan, now + timedelta(days=days))

    with_data(house, go)


def test_a_copy_is_handed_over_only_while_its_owner_allows_it(
    bearings: Bearings, house: Path
) -> None:
    for days in (None, -0.01):
        if days is not None:
            allow(house, days)
        with untouched(house):
            ended = bearings("export", "dan@example.org", "--to", "copy.json")
        assert ended.code == 1
        assert is_one_line(ended)
        assert "“my data”" in ended.error
        assert "“Hand it to me another way”" in ended.error


def test_a_copy_is_json_or_text_and_recorded_each_time(bearings: Bearings, house: Path) -> None:
    allow(house, 1)
    dan = id_of(house, "dan@example.org")
    ended = bearings("export", "dan@example.org")
    assert (ended.code, ended.error) == (0, "")
    assert json.loads(ended.out)["id"] == str(dan)
    assert DANS in ended.out
    text = bearings("export", "dan@example.org", "--text")
    assert DANS in text.out
    assert not text.out.startswith("{")
    rows = [one for one in log_of(house, dan) if one.action == Action.TOOK_DATA]
    assert [(one.actor_id, one.owner_id) for one in rows] == [(None, dan)] * 2
    assert bearings("verify").code == 0


def test_a_copy_in_a_file_is_readable_by_its_maker_alone_and_overwrites_nothing(
    bearings: Bearings, house: Path
) -> None:
    allow(house, 1)
    ended = bearings("export", "dan@example.org", "--to", "copy.json")
    assert ended.code == 0
    assert DANS not in ended.out
    copy = house / "copy.json"
    assert DANS in copy.read_text()
    assert copy.stat().st_mode & 0o777 == 0o600
    with untouched(house):
        again = bearings("export", "dan@example.org", "--to", "copy.json")
        assert again.code == 1
        assert is_one_line(again)
    nowhere = bearings("export", "dan@example.org", "--to", "no/such/folder.json")
    assert nowhere.code == 1
    assert is_one_line(nowhere)


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
