"""Several machines with one key store, one that begins, and what is told of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from storage.engine import NotKeptError, open_engine, reading, transaction
from storage.vault import KeyFileError, keystore, rotating
from storage.vault.keyfile import (
    KeyRing,
    read_key_file,
    write_key_file,
)
from storage.vault.keystore import Wrapper
from storage.vault.reporting import KeyState, Step, status
from storage.vault.rotating import RotationError
from tests.databases import KINDS, Databases
from tests.storage.keylife import (
    NOW,
    STEPS,
    WORKSPACE,
    KeyLife,
)

K1, K2 = "k2026-11-23", "k2026-11-30"


@pytest.fixture(params=KINDS)
async def life(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> AsyncIterator[KeyLife]:
    if request.param == "sqlite":
        yield KeyLife(tmp_path)
        return
    url = databases.empty("postgresql", tmp_path)
    yield KeyLife(tmp_path, url)
    databases.drop(url)


@pytest.fixture
def here(tmp_path: Path) -> KeyLife:
    return KeyLife(tmp_path)


# ---- several machines with one key store ----


def given_to(life: KeyLife, other: Path) -> KeyLife:
    """Another machine, with a copy of the key file as it is now."""
    there = replace(life, folder=other, url=life.store_url)
    there.file.parent.mkdir(parents=True, exist_ok=True)
    there.file.unlink(missing_ok=True)
    there.file.write_bytes(life.file.read_bytes())
    there.file.chmod(0o400)
    return there


async def test_a_machine_that_was_given_the_key_follows_a_promotion_elsewhere(
    here: KeyLife, tmp_path: Path
) -> None:
    sealed = await here.started(2)
    async with given_to(here, tmp_path / "old").vault() as running:
        await STEPS["add"](here)
        given_to(here, tmp_path / "old")
        await STEPS["promote"](here)
        # It has run all the time, and its file still says that the old one is active.
        keys = await running.make_keys(WORKSPACE, [UUID(int=500)])
        assert len(keys) == 1
    there = given_to(here, tmp_path / "old")
    assert (await here.state())["counts"] == {K1: 2, K2: 1}
    await STEPS["promote"](there)
    assert read_key_file(there.file).active.id == K2
    for step in ("rewrap", "retire"):
        await STEPS[step](there)
    async with here.vault() as vault:
        # The key store knows it as retired; what is destroyed here is this machine's own copy.
        assert await rotating.retire(vault, here.file, NOW + timedelta(days=16)) == [K1]
        assert await rotating.retire(vault, here.file, NOW + timedelta(days=17)) == []
    assert read_key_file(here.file).keys.keys() == {K2}
    await there.check(sealed)


async def test_a_machine_with_an_old_file_cannot_undo_a_promotion(
    here: KeyLife, tmp_path: Path
) -> None:
    sealed = await here.started(2)
    there = given_to(here, tmp_path / "other")
    await STEPS["add"](here)
    await STEPS["promote"](here)
    for step in ("add", "promote", "rewrap", "retire"):
        before = await here.state()
        if step == "add":  # a second one can be added: the first does not wait any more
            continue
        with pytest.raises(KeyFileError, match=f"lacks the key {K2}"):
            await STEPS[step](there)
        assert await here.state() == before
    async with there.vault() as vault:
        with pytest.raises(KeyFileError, match="out of date"):
            await vault.make_keys(WORKSPACE, [UUID(int=500)])
    await there.check(sealed)


async def test_two_keys_never_wait_at_once(here: KeyLife, tmp_path: Path) -> None:
    await here.started(1)
    there = given_to(here, tmp_path / "other")
    await STEPS["add"](here)
    with pytest.raises(RotationError, match="added on another machine"):
        await STEPS["add"](there)
    # Where the machine that has it is lost, so is the key, and there is a way on.
    async with there.vault() as vault:
        # It goes by its name, though there is nothing of it here to destroy.
        assert await rotating.retire(vault, there.file, NOW + timedelta(days=8)) == [K2]
    await STEPS["add"](there)
    assert (await there.state())["file"][1] == [K1, f"{K2}.2"]
    await STEPS["promote"](there)


async def test_a_process_says_that_it_has_a_key_that_was_added_since(here: KeyLife) -> None:
    await here.started(1)
    async with here.vault() as running:
        assert running.known == (K1,)
        await STEPS["add"](here)
        await running.check()
        assert running.known == (K1, K2)


# ---- beginning ----


async def test_two_who_begin_at_once_agree(here: KeyLife) -> None:
    ended = await asyncio.gather(*(STEPS["start"](here) for _ in range(4)), return_exceptions=True)
    assert [type(one) for one in ended if one is not None] == [KeyFileError] * 3
    await here.check(await here.sealed(2))


async def test_a_lost_key_file_is_not_made_anew(here: KeyLife) -> None:
    await here.started(1)
    await STEPS["add"](here)
    here.file.unlink()
    with pytest.raises(
        KeyFileError, match=f"made with {K1}, {K2}, .* a new key would open nothing"
    ):
        await STEPS["start"](here)
    assert not here.file.exists()


async def test_a_file_that_a_cut_left_without_its_store_is_taken_up(here: KeyLife) -> None:
    await here.started(0)
    ring = read_key_file(here.file)
    here.store_file.unlink()
    await STEPS["start"](here)
    assert read_key_file(here.file) == ring
    await here.check(await here.sealed(1))


async def test_a_lost_key_store_is_not_made_anew_for_a_file_that_was_used(here: KeyLife) -> None:
    await here.started(1)
    await STEPS["add"](here)
    here.store_file.unlink()
    with pytest.raises(KeyFileError, match="another key store"):
        await STEPS["start"](here)


async def test_a_file_that_cannot_be_used_is_refused_before_a_store_is_made(
    here: KeyLife,
) -> None:
    await here.started(1)
    here.store_file.unlink()
    here.file.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod"):
        await STEPS["start"](here)
    assert not here.store_file.exists()


async def test_a_key_store_that_cannot_be_reached_is_told_as_such(here: KeyLife) -> None:
    nowhere = open_engine(f"postgresql://u:hush@/x?host={here.folder}")
    with pytest.raises(NotKeptError, match="OperationalError") as refused:
        await rotating.start(nowhere, here.file, NOW)
    assert "hush" not in repr(refused.value)
    await nowhere.dispose()


# ---- what is told of it ----


async def test_the_status_says_what_there_is_and_what_is_due(life: KeyLife) -> None:
    await life.started(3)
    told: list[tuple[Step, int]] = []

    async def now_told() -> dict[str, KeyState]:
        async with life.vault() as vault:
            found = await status(vault, NOW + timedelta(days=9))
        told.append((found.next.step, (found.next.at - NOW).days))
        assert found.data_keys == 3 - found.tombstones
        return {one.id: one.state for one in found.keys}

    active, old = KeyState.ACTIVE, KeyState.OLD
    assert await now_told() == {K1: active}
    await STEPS["add"](life)
    assert await now_told() == {K1: active, K2: KeyState.WAITING}
    await STEPS["promote"](life)
    assert await now_told() == {K1: old, K2: active}
    await STEPS["rewrap"](life)
    assert await now_told() == {K1: old, K2: active}
    await STEPS["shred"](life)
    await STEPS["retire"](life)
    assert await now_told() == {K1: KeyState.RETIRED, K2: active}
    assert told == [
        (Step.ADD, 7),
        (Step.PROMOTE, 9),
        (Step.REWRAP, 9),
        (Step.RETIRE, 15),
        (Step.ADD, 15),
    ]


async def test_the_status_shows_ages_and_counts_and_no_key(here: KeyLife) -> None:
    await here.started(3)
    await STEPS["add"](here)
    await STEPS["promote"](here)
    write_key_file(here.file, replace_active(here, K1))
    async with here.vault() as vault:
        found = await status(vault, NOW + timedelta(days=9))
    assert [(one.id, one.age_days, one.wraps, one.in_file) for one in found.keys] == [
        (K1, 9, 3, True),
        (K2, 2, 0, True),
    ]
    # The file of this machine lags behind.
    assert found.next.step is Step.PROMOTE
    for key in read_key_file(here.file).keys.values():
        assert repr(key.secret) not in repr(found)


def replace_active(life: KeyLife, name: str) -> KeyRing:
    ring = read_key_file(life.file)
    return KeyRing(ring.keys[name], ring.keys)


async def test_the_active_key_is_the_one_that_was_promoted_last_and_not_retired(
    here: KeyLife,
) -> None:
    def on(day: int) -> datetime:
        return NOW + timedelta(days=day)

    noted = [
        Wrapper("k-added-first", bytes(16), on(1), on(9), None),
        Wrapper("k-added-next", bytes(16), on(2), on(8), None),
        Wrapper("k-retired", bytes(16), on(3), on(10), on(11)),
        Wrapper("k-waiting", bytes(16), on(4), None, None),
        # Of one moment; and of two that were promoted at one, the later added.
        Wrapper("k-a", bytes(16), on(5), on(12), None),
        Wrapper("k-b", bytes(16), on(5), None, None),
        Wrapper("a-later", bytes(16), on(6), on(12), None),
    ]
    async with here.store() as store:
        await keystore.make_tables(store, NOW)
        told = []
        for upto in ([3], [0, 1, 2, 3], range(7)):
            async with transaction(store) as db:
                for n in reversed(upto):
                    await keystore.note_wrapper(db, noted[n])
                told.append(await keystore.newest_promoted(db))
        async with reading(store) as db:
            assert await keystore.wrappers(db) == noted
        async with transaction(store) as db:
            # Of one moment, too, and told of in the other order.
            for name, day in (("z-then", 7), ("b-next", 8)):
                await keystore.note_wrapper(db, Wrapper(name, bytes(16), on(day), on(13), None))
            told.append(await keystore.newest_promoted(db))
    assert told == [None, "k-added-first", "a-later", "b-next"]


async def test_noting_a_key_twice_changes_nothing(here: KeyLife) -> None:
    await here.started(1)
    async with here.store() as store:
        async with reading(store) as db:
            [known] = await keystore.wrappers(db)
        async with transaction(store) as db:
            await keystore.note_wrapper(db, replace(known, check=bytes(16)))
            await keystore.add(db, [])
            await keystore.wrap_anew(db, [])
        async with reading(store) as db:
            assert await keystore.wrappers(db) == [known]
