"""The log is walked, people are forgotten and handed what is theirs; nothing of it is shown."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import commanding
from storage.engine import database_now, reading, transaction
from storage.erasing import left_half_forgotten
from storage.members import NewMember, add_members, let_hand_over, named_member
from storage.sealing import vault_of
from storage.tables import Action
from tests.bot.commands import Bearings, is_one_line, untouched
from tests.bot.laidout import DANS, SECRETS, counted, id_of, log_of, tell, with_data


@pytest.fixture
def house(laid_out: str, tmp_path: Path) -> Path:
    """Where the plain commands look for it."""
    return tmp_path


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
