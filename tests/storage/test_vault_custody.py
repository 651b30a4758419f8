"""Keys are made once, open for their owner alone, and are gone for good when they are shredded."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from storage.engine import reading, transaction
from storage.vault import CannotOpenError, KeyFileError, ShreddedError, Vault, keystore
from storage.vault.keyfile import KeyRing, new_encryption_key, read_key_file, write_key_file
from storage.vault.keystore import Tombstone, Wrapped, digest_of
from storage.vault.tables import Scope
from tests.databases import KINDS, Databases
from tests.storage.keylife import NOW, STEPS, WORKSPACE, KeyLife, place_of, words_of

AMARA, DAN = UUID(int=100), UUID(int=101)


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


async def wrapped_of(vault: Vault, owner: UUID) -> Wrapped:
    async with reading(vault.store) as db:
        [found] = await keystore.find(db, [owner], Scope.SEAL)
    return found


# ---- making and finding ----


async def test_a_key_is_made_once_and_found_by_everybody(life: KeyLife) -> None:
    sealed = await life.started(2)
    async with life.vault() as vault:
        assert await vault.keys([]) == {}
        assert await vault.keys([uuid4()]) == {}
        again = await vault.make_keys(WORKSPACE, [AMARA, DAN, uuid4()])
        assert len(again) == 3
        assert again[AMARA].open(place_of(AMARA), sealed[AMARA]) == words_of(AMARA)
    await life.check(sealed)


async def test_two_processes_that_make_a_key_at_once_agree(life: KeyLife) -> None:
    await life.started(0)
    owners = [uuid4() for _ in range(5)]

    async def make() -> dict[UUID, bytes]:
        async with life.vault() as vault:
            return {
                one: key.secret for one, key in (await vault.make_keys(WORKSPACE, owners)).items()
            }

    first, *others = await asyncio.gather(*(make() for _ in range(4)))
    assert len(set(first.values())) == len(owners)
    assert others == [first] * 3


async def test_what_finds_people_is_the_same_in_every_process(life: KeyLife) -> None:
    await life.started(0)

    async def find() -> bytes:
        async with life.vault() as vault:
            found = await vault.index(WORKSPACE, "name", "amara okafor")
            # Known from now on.
            assert await vault.indexes(WORKSPACE, "name", ["amara okafor"]) == [found]
            return found

    assert len({*await asyncio.gather(*(find() for _ in range(4)))}) == 1
    async with life.vault() as vault:
        # It opens nothing: it is no key for sealing.
        assert await vault.keys([WORKSPACE]) == {}
        assert await find() != await vault.index(uuid4(), "name", "amara okafor")


async def test_finding_is_by_kind_and_words_and_looks_for_its_key_once(here: KeyLife) -> None:
    await here.started(0)
    async with here.vault() as vault:
        first = await vault.index(WORKSPACE, "name", "amara okafor")
        before = here.store_file.read_bytes()
    asked: list[str] = []
    async with here.vault() as vault:
        event.listen(
            vault.store.sync_engine,
            "before_cursor_execute",
            lambda *about: asked.append(about[2]),
        )
        both = await vault.indexes(WORKSPACE, "name", ["dan whitfield", "amara okafor"])
        once = list(asked)
        assert both[1] == first
        assert len({*both, await vault.index(WORKSPACE, "email", "amara okafor")}) == 3
        assert asked == once
    # Another process finds the key that is there, and writes nothing.
    assert [one.split()[0] for one in once] == ["BEGIN", "SELECT"]
    assert here.store_file.read_bytes() == before


async def test_what_is_kept_of_a_key_is_found_whole_in_pieces(
    here: KeyLife, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystore, "AT_ONCE", 2)
    await here.started(0)
    owners = [UUID(int=100 + n) for n in range(5)]
    kept = [
        Wrapped(bytes((n,)) * 8, WORKSPACE, one, Scope.SEAL, "k1", b"wrapped", NOW)
        for n, one in enumerate(owners)
    ]
    async with here.store() as store:
        async with transaction(store) as db:
            await keystore.add(db, kept)
            await keystore.add(db, [replace(kept[0], id=b"too late")])
        async with reading(store) as db:
            found = await keystore.find(db, owners, Scope.SEAL)
    assert sorted(found, key=lambda one: one.id) == kept


async def test_a_key_that_was_made_under_a_newer_one_opens_where_that_is_in_the_file(
    here: KeyLife,
) -> None:
    await here.started(0)
    async with here.vault() as running:
        for step in ("add", "promote"):
            await STEPS[step](here)
        sealed = await here.sealed(1)
        found = await running.keys([AMARA])
        assert found[AMARA].open(place_of(AMARA), sealed[AMARA]) == words_of(AMARA)


async def test_thousands_of_owners_are_found_at_once(here: KeyLife) -> None:
    owners = [UUID(int=10_000 + n) for n in range(5_500)]
    await here.started(0)
    async with here.vault() as vault:
        await vault.make_keys(WORKSPACE, owners)
        assert len(await vault.keys(owners)) == len(owners)
        assert await vault.shredded_among((WORKSPACE, one) for one in owners) == set()
        began = time.perf_counter()
        await STEPS["add"](here)
        await STEPS["promote"](here)
        await STEPS["rewrap"](here)
        print(f"rewrapped {len(owners)} keys in {time.perf_counter() - began:.2f} s")
    assert list((await here.state())["counts"].values()) == [len(owners)]


# ---- whose a key is ----


@pytest.mark.parametrize(
    "wrong",
    [
        {"owner_id": DAN},
        {"workspace_id": uuid4()},
        {"scope": Scope.FIND},
        {"id": b"another!"},
        {"wrapped_by": "k2026-11-30"},
    ],
)
async def test_a_wrapped_key_is_bound_to_whose_and_what_it_is(
    here: KeyLife, wrong: dict[str, object]
) -> None:
    await here.started(1)
    ring = read_key_file(here.file)
    async with here.vault() as vault:
        wrapped = await wrapped_of(vault, AMARA)
    assert len(ring.active.unwrap(wrapped.wrapped, keystore.bound(wrapped))) == 32
    with pytest.raises(CannotOpenError):
        ring.active.unwrap(wrapped.wrapped, keystore.bound(replace(wrapped, **wrong)))


async def test_keys_that_change_places_open_for_nobody(here: KeyLife) -> None:
    await here.started(2)
    async with here.vault() as vault:
        amaras, dans = [await wrapped_of(vault, one) for one in (AMARA, DAN)]
        async with transaction(vault.store) as db:
            await keystore.wrap_anew(
                db,
                [
                    replace(amaras, wrapped=dans.wrapped),
                    replace(dans, wrapped=amaras.wrapped),
                ],
            )
        with pytest.raises(CannotOpenError):
            await vault.keys([AMARA])
        assert await vault.keys_that_open([AMARA, DAN]) == {}


async def test_a_damaged_key_takes_nobody_elses_with_it(here: KeyLife) -> None:
    await here.started(2)
    async with here.vault() as vault:
        dans = await wrapped_of(vault, DAN)
        async with transaction(vault.store) as db:
            await keystore.wrap_anew(db, [replace(dans, wrapped=b"")])
        assert (await vault.keys_that_open([AMARA, DAN])).keys() == {AMARA}


async def test_a_key_whose_wrapper_is_not_in_the_file_does_not_open(here: KeyLife) -> None:
    await here.started(1)
    async with here.vault() as vault:
        wrapped = await wrapped_of(vault, AMARA)
        async with transaction(vault.store) as db:
            await keystore.wrap_anew(db, [replace(wrapped, wrapped_by="k1999")])
        with pytest.raises(CannotOpenError, match="lacks the key k1999"):
            await vault.keys([AMARA])
        with pytest.raises(KeyFileError, match="names keys that it does not know: k1999"):
            await vault.check()
        async with transaction(vault.store) as db:
            await keystore.add(db, [replace(wrapped, id=bytes(8), owner_id=DAN, wrapped_by="k1")])
        with pytest.raises(KeyFileError, match="does not know: k1, k1999"):
            await vault.check()


# ---- that file and store belong together ----


async def test_a_file_that_lacks_a_key_in_use_is_refused(here: KeyLife) -> None:
    await here.started(1)
    other = new_encryption_key("k9")
    write_key_file(here.file, KeyRing(other, {"k9": other}))
    async with here.vault() as vault:
        with pytest.raises(KeyFileError, match="lacks the key k2026-11-23"):
            await vault.check()


async def test_another_key_under_the_same_name_is_refused(here: KeyLife) -> None:
    await here.started(1)
    other = new_encryption_key("k2026-11-23")
    write_key_file(here.file, KeyRing(other, {other.id: other}))
    async with here.vault() as vault:
        with pytest.raises(KeyFileError, match="is another one than the key store was made"):
            await vault.check()


async def test_an_empty_store_and_one_that_is_none_are_refused(here: KeyLife) -> None:
    await here.started(0)
    here.store_file.unlink()
    for content in (b"", b"This is a letter and no key store. " * 300):
        here.store_file.write_bytes(content)
        async with here.vault() as vault:
            with pytest.raises(KeyFileError, match="cannot be opened or is empty"):
                await vault.check()
        assert here.store_file.read_bytes() == content


# ---- being forgotten ----


async def test_who_was_shredded_opens_nowhere_and_never_has_a_key_again(life: KeyLife) -> None:
    sealed = await life.started(2)
    async with life.vault() as vault, life.vault() as running:
        assert AMARA in await running.keys([AMARA])
        began = time.perf_counter()
        assert await vault.shred(WORKSPACE, AMARA)
        print(f"shredded in {(time.perf_counter() - began) * 1000:.1f} ms")
        # From the next turn on, in every process.
        assert await running.keys([AMARA]) == {}
        for one in (vault, running):
            with pytest.raises(ShreddedError, match="was forgotten"):
                await one.make_keys(WORKSPACE, [DAN, AMARA])
        assert not await vault.shred(WORKSPACE, AMARA)
        assert await vault.is_shredded(WORKSPACE, AMARA)
        assert not await vault.is_shredded(uuid4(), AMARA)
        both = [(WORKSPACE, AMARA), (WORKSPACE, DAN)]
        assert await vault.shredded_among(both) == {AMARA}
    del sealed[AMARA]
    await life.check(sealed)


async def test_a_tombstone_stands_also_for_whoever_never_had_a_key(here: KeyLife) -> None:
    await here.started(0)
    async with here.vault() as vault:
        assert await vault.shred(WORKSPACE, AMARA)
        with pytest.raises(ShreddedError):
            await vault.make_keys(WORKSPACE, [AMARA])


async def test_nothing_of_a_shredded_key_is_left_in_the_files(here: KeyLife) -> None:
    await here.started(50)
    async with here.vault() as vault:
        wrapped = [await wrapped_of(vault, UUID(int=100 + n)) for n in range(50)]
        assert wrapped[7].wrapped in here.store_file.read_bytes()
        await vault.shred(WORKSPACE, wrapped[7].owner_id)
        # While it is open, and after.
        for _ in range(2):
            files = {one.name: one.read_bytes() for one in here.store_file.parent.iterdir()}
            assert files.keys() == {"keys.db"}
            for part in (wrapped[7].wrapped, wrapped[7].wrapped[12:28], wrapped[7].id):
                assert part not in files["keys.db"]
            await vault.store.dispose()
        assert wrapped[8].wrapped in files["keys.db"]


async def test_nothing_of_the_old_wrapping_is_left_in_the_files(here: KeyLife) -> None:
    await here.started(50)
    async with here.vault() as vault:
        before = await wrapped_of(vault, AMARA)
    for step in ("add", "promote", "rewrap"):
        await STEPS[step](here)
    assert before.wrapped not in here.store_file.read_bytes()


async def test_tombstones_are_replayed_into_an_older_store(life: KeyLife) -> None:
    sealed = await life.started(3)
    earlier = NOW - timedelta(days=1)
    stones = [
        Tombstone(digest_of(WORKSPACE, AMARA), NOW),
        Tombstone(digest_of(uuid4(), DAN), earlier),
    ]
    async with life.vault() as vault:
        for new in (2, 0):
            async with transaction(vault.store) as db:
                assert await keystore.replay(db, stones) == new
        async with transaction(vault.store) as db:
            assert await keystore.replay(db, []) == 0
        assert await vault.is_shredded(WORKSPACE, AMARA)
        # With the moment of each, oldest first; and her key, which the older store had, is gone.
        async with reading(vault.store) as db:
            assert await keystore.tombstones(db) == [stones[1], stones[0]]
        assert (await vault.keys(sealed)).keys() == sealed.keys() - {AMARA}
    del sealed[AMARA]
    await life.check(sealed)


def test_what_earlier_versions_bound_keys_and_tombstones_to_still_holds() -> None:
    """By hand, as it was at first: another digest forgets who was forgotten."""
    ids = [str(one).encode() for one in (WORKSPACE, AMARA)]

    def in_front(*parts: bytes) -> bytes:
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)

    stone = hashlib.sha256(in_front(b"tombstone/v1", *ids)).digest()
    assert digest_of(WORKSPACE, AMARA) == stone
    wrapped = Wrapped(b"whose id", WORKSPACE, AMARA, Scope.SEAL, "k1", b"", NOW)
    assert keystore.bound(wrapped) == in_front(
        b"dek/v1", ids[0], b"seal", ids[1], b"k1", b"whose id"
    )


async def test_a_vault_shows_no_key(here: KeyLife) -> None:
    await here.started(1)
    secret = read_key_file(here.file).active.secret
    async with here.vault() as vault:
        await vault.index(WORKSPACE, "name", "amara")
        told = repr(vault) + repr(await vault.keys([AMARA]))
    assert repr(secret) not in told
    assert "secret" not in told
