"""What is kept is sealed for whoever it belongs to, and a database knows its one key store."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import transaction
from storage.sealing import (
    bind,
    bound_to,
    check_bound,
    common_place,
    forget_keys,
    keys_of,
    own_place,
    seal,
    seal_all,
    vault_of,
)
from storage.tables import Objective, Programme
from storage.vault import KeyFileError, Place, ShreddedError
from tests.cast import MONDAY

WORKSPACE, AMARA, DAN = uuid4(), uuid4(), uuid4()


def place_of(owner: UUID) -> Place:
    return Place(WORKSPACE, owner, "objective", uuid4(), "words")


async def test_a_database_belongs_to_the_first_key_store_that_it_met(engine: AsyncEngine) -> None:
    ours, other = uuid4(), uuid4()
    async with transaction(engine) as db:
        assert await bound_to(db) is None
        # It belongs to none yet, so to nobody else either.
        await check_bound(db, other)
        await bind(db, ours)
        await bind(db, other)
    async with transaction(engine) as db:
        assert await bound_to(db) == ours
        await check_bound(db, ours)
        with pytest.raises(KeyFileError, match="sealed with another key store"):
            await check_bound(db, other)


def test_a_place_says_whose_it_is() -> None:
    amaras = Objective(
        id=uuid4(), workspace_id=WORKSPACE, member_id=AMARA, words=b"", created_at=MONDAY
    )
    everybodys = Programme(id=uuid4(), workspace_id=WORKSPACE, name=b"")
    assert own_place(amaras, "words") == Place(WORKSPACE, AMARA, "objective", amaras.id, "words")
    assert common_place(everybodys, "name") == Place(
        WORKSPACE, WORKSPACE, "programme", everybodys.id, "name"
    )


async def test_several_texts_are_sealed_in_their_order_each_for_its_owner(
    engine: AsyncEngine,
) -> None:
    places = [place_of(owner) for owner in (DAN, AMARA, DAN)]
    async with transaction(engine) as db:
        # Dan has a key already, and Amara is given one.
        before = await seal(db, places[0], "Dan's first.")
        sealed = await seal_all(
            db, WORKSPACE, list(zip(places, ("Dan's.", "Amara's.", "His own."), strict=True))
        )
    async with transaction(engine) as db:
        keys = await keys_of(db, {AMARA, DAN, uuid4()})
        assert keys.keys() == {AMARA, DAN}
        opened = [
            keys[place.owner].open(place, blob) for place, blob in zip(places, sealed, strict=True)
        ]
        assert keys[DAN].open(places[0], before) == "Dan's first."
    assert opened == ["Dan's.", "Amara's.", "His own."]


async def test_a_key_is_looked_for_once_in_a_transaction_and_anew_in_the_next(
    engine: AsyncEngine,
) -> None:
    asked: list[str] = []
    async with transaction(engine) as db:
        await seal_all(db, WORKSPACE, [(place_of(one), "") for one in (AMARA, DAN)])
        store = vault_of(db).store.sync_engine
    event.listen(store, "before_cursor_execute", lambda *about: asked.append(about[2]))
    for _ in range(2):
        asked.clear()
        async with transaction(engine) as db:
            assert (await keys_of(db, [AMARA])).keys() == {AMARA}
            once = len(asked)
            assert once > 0
            await seal(db, place_of(AMARA), "Hers.")
            assert len(asked) == once
            assert (await keys_of(db, [AMARA, DAN])).keys() == {AMARA, DAN}
            assert len(asked) == 2 * once


async def test_who_was_forgotten_can_keep_nothing_even_in_a_transaction_that_knew_their_key(
    engine: AsyncEngine,
) -> None:
    async with transaction(engine) as db:
        forget_keys(db)
        await seal_all(db, WORKSPACE, [(place_of(one), "") for one in (AMARA, DAN)])
        await vault_of(db).shred(WORKSPACE, AMARA)
        forget_keys(db)
        assert (await keys_of(db, [AMARA, DAN])).keys() == {DAN}
        with pytest.raises(ShreddedError):
            await seal(db, place_of(AMARA), "Hers.")
