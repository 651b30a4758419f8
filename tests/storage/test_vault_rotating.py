"""The keys' whole life: each step can be done again, and cut off anywhere; nothing is lost."""

from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from storage.engine import reading
from storage.vault import KeyFileError, keystore, rotating
from storage.vault.keyfile import (
    KeyRing,
    new_encryption_key,
    read_key_file,
    write_key_file,
)
from storage.vault.rotating import RotationError
from tests.databases import KINDS, Databases
from tests.storage.keylife import (
    BEFORE,
    LOST,
    NOW,
    STEPS,
    KeyLife,
    PowerCutError,
    cut_at,
    cut_the_power,
    stride,
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


async def brought_to(life: KeyLife, step: str) -> dict[UUID, bytes]:
    """Everything before this step is done, and three people have written something."""
    sealed: dict[UUID, bytes] = {}
    for before in BEFORE[step]:
        await STEPS[before](life)
        if before == "start":
            sealed = await life.sealed(3)
    return sealed


async def done(life: KeyLife, step: str, sealed: dict[UUID, bytes]) -> None:
    if step == "shred":
        sealed.pop(LOST, None)
    await life.check(sealed)


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_that_is_done_again_changes_nothing(life: KeyLife, step: str) -> None:
    sealed = await brought_to(life, step)
    await STEPS[step](life)
    once = await life.state()
    if step == "start":
        with pytest.raises(KeyFileError, match="already"):
            await STEPS[step](life)
    else:
        await STEPS[step](life)
    assert await life.state() == once
    await done(life, step, sealed)


async def undo(life: KeyLife, url_is_shared: bool) -> None:
    """A fresh place for the next time; PostgreSQL's tables are emptied by hand."""
    if not url_is_shared:
        return
    async with life.store() as store, store.begin() as connection:
        await connection.run_sync(keystore.METADATA.drop_all)


@pytest.mark.parametrize("step", STEPS)
async def test_wherever_a_step_is_cut_off_it_ends_the_same_when_done_again(
    life: KeyLife, step: str
) -> None:
    whole = replace(life, folder=life.folder / "whole")
    await brought_to(whole, step)
    await STEPS[step](whole)
    wanted = await whole.state()
    by = stride(4 if life.url else 2)
    number = 1 - by
    while True:
        number += by
        await undo(life, bool(life.url))
        cut = replace(life, folder=life.folder / str(number))
        sealed = await brought_to(cut, step)
        try:
            with cut_at(number, cut_the_power) as deeds:
                await STEPS[step](cut)
        except PowerCutError:
            # Between the cut and the next try everything is readable and people come along.
            if step not in {"start", "shred"}:
                await cut.check(sealed)
                sealed |= await cut.sealed(1, first=900 + number)
                await cut.check(sealed)
            await again(cut, step)
            await done(cut, step, sealed)
            same_end(await cut.state(), wanted, step)
            continue
        break
    assert number > 3, deeds
    assert deeds.count("COMMIT") >= 1


async def again(life: KeyLife, step: str) -> None:
    # A beginning that was cut off after its last deed: there is nothing left to do.
    with suppress(KeyFileError) if step == "start" else nullcontext():
        await STEPS[step](life)


def same_end(state: dict[str, Any], wanted: dict[str, Any], step: str) -> None:
    # Who came along between has a key too, by whatever key was the active one then.
    numbers, wanted_numbers = state.pop("counts"), dict(wanted["counts"])
    if step in {"add", "rewrap", "retire", "start", "shred"}:
        assert numbers.keys() == wanted_numbers.keys()
    assert state == {name: each for name, each in wanted.items() if name != "counts"}


async def test_a_whole_life_leaves_everything_readable(life: KeyLife) -> None:
    sealed = await life.started(5)
    for step in ("add", "promote"):
        await STEPS[step](life)
        sealed |= await life.sealed(2, first=200 + len(sealed))
        await life.check(sealed)
    state = await life.state()
    assert state["counts"] == {K1: 7, K2: 2}
    with pytest.raises(RotationError, match="7 data keys are still wrapped with"):
        await STEPS["retire"](life)
    assert await life.state() == state
    await life.check(sealed)
    await STEPS["rewrap"](life)
    await STEPS["retire"](life)
    state = await life.state()
    assert state["counts"] == {K2: 9}
    assert state["file"] == (K2, [K2])
    await life.check(sealed)


async def test_rewrapping_lets_others_in_between_and_counts_what_it_did(
    here: KeyLife, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "AT_ONCE", 2)
    sealed = await here.started(4)
    await STEPS["add"](here)
    await STEPS["promote"](here)
    # One who came along since has the new key already.
    sealed |= await here.sealed(1, first=200)
    async with here.vault() as vault:
        commits: list[object] = []
        event.listen(vault.store.sync_engine, "commit", commits.append)
        key, done = await rotating.rewrap(vault)
        assert (key.id, done) == (K2, 4)
        # Two, two, and a look that finds none.
        assert len(commits) == 3
        assert await rotating.rewrap(vault) == (key, 0)
        async with reading(vault.store) as db:
            assert len(await keystore.wrapped_by_others(db, "none", 3)) == 3
    assert (await here.state())["counts"] == {K2: 5}
    await here.check(sealed)


async def test_a_retired_key_keeps_the_moments_of_its_life(here: KeyLife) -> None:
    await here.started(1)
    for step in ("add", "promote", "rewrap", "retire"):
        await STEPS[step](here)
    week = timedelta(days=7)
    day = timedelta(days=1)
    assert (await here.state())["wrappers"] == [
        (K1, NOW, NOW, NOW + 2 * week + day),
        (K2, NOW + week, NOW + week + day, None),
    ]


async def test_a_key_that_waits_is_not_retired(here: KeyLife) -> None:
    await here.started(1)
    await STEPS["add"](here)
    with pytest.raises(RotationError, match="Promote it first"):
        await STEPS["retire"](here)
    assert read_key_file(here.file).keys.keys() == {K1, K2}


async def test_a_key_that_only_the_file_knows_is_not_retired(here: KeyLife) -> None:
    """As a cut in the middle of adding leaves it."""
    await here.started(1)
    ring = read_key_file(here.file)
    key = new_encryption_key("k9")
    write_key_file(here.file, KeyRing(ring.active, {**ring.keys, "k9": key}))
    with pytest.raises(RotationError, match="k9 was added and not promoted"):
        await STEPS["retire"](here)
    # Done again, the adding takes up where it was cut off.
    async with here.vault() as vault:
        assert await rotating.add(vault, here.file, NOW) == key
    assert read_key_file(here.file).keys.keys() == {K1, "k9"}


async def test_keys_of_one_day_have_different_names(here: KeyLife) -> None:
    await here.started(1)
    names = []
    for _ in range(3):
        async with here.vault() as vault:
            names.append((await rotating.add(vault, here.file, NOW)).id)
            await rotating.promote(vault, here.file, NOW)
    assert names == [f"{K1}.2", f"{K1}.3", f"{K1}.4"]
    # However many were promoted at one moment, the last is the one.
    assert (await here.state())["file"][0] == f"{K1}.4"
    async with here.store() as store, reading(store) as db:
        assert await keystore.newest_promoted(db) == f"{K1}.4"


async def test_a_clock_that_was_put_back_does_not_bring_an_old_key_back(here: KeyLife) -> None:
    sealed = await here.started(2)
    for days in (7, 0):
        async with here.vault() as vault:
            await rotating.add(vault, here.file, NOW + timedelta(days=days))
            key = await rotating.promote(vault, here.file, NOW - timedelta(days=100 - days))
            async with reading(vault.store) as db:
                assert await keystore.newest_promoted(db) == key.id
    await STEPS["rewrap"](here)
    await STEPS["retire"](here)
    await here.check(sealed)
