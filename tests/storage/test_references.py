"""How people are reached: learnt at every contact, lost at a refusal, gone with whoever is."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import select

from storage.engine import reading, transaction
from storage.erasing import forget
from storage.members import find_in, found_by_email, known_as
from storage.references import (
    Met,
    Reached,
    converse_in,
    end_reference,
    learn_reference,
    references_of,
)
from storage.tables import Reference
from tests.cast import MONDAY, Programme

A_MINUTE = timedelta(minutes=1)
THERE = Reached("a:chat", "29:amara", "https://smba.example/emea/", "28:bearings")


async def reached(programme: Programme) -> Reached | None:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        return (await references_of(db, [amara.id])).get(amara.id)


async def test_whoever_was_never_reached_is_new_and_then_known(programme: Programme) -> None:
    amara = await programme.member("Amara Okafor")
    assert await reached(programme) is None
    async with transaction(programme.engine) as db:
        assert await learn_reference(db, amara, THERE, MONDAY) is Met.NEW
        assert await learn_reference(db, amara, THERE, MONDAY) is Met.AGAIN
    assert await reached(programme) == THERE


async def test_the_last_contact_counts(programme: Programme) -> None:
    amara = await programme.member("Amara Okafor")
    moved = replace(THERE, service_url="https://smba.example/uk/", conversation="a:other")
    async with transaction(programme.engine) as db:
        await learn_reference(db, amara, THERE, MONDAY)
        assert await learn_reference(db, amara, moved, MONDAY + A_MINUTE) is Met.AGAIN
    assert await reached(programme) == moved
    async with transaction(programme.engine) as db:
        late = await learn_reference(db, amara, THERE, MONDAY)
        assert late is Met.LATE, "what comes late changes nothing"
    assert await reached(programme) == moved
    async with transaction(programme.engine) as db:
        await converse_in(db, amara, "a:third")
    assert await reached(programme) == replace(moved, conversation="a:third")


async def test_nobody_is_reached_after_a_refusal_until_they_come_back(
    programme: Programme,
) -> None:
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        await learn_reference(db, amara, THERE, MONDAY)
        assert await end_reference(db, amara.id, "taken out", MONDAY + A_MINUTE, MONDAY)
    assert await reached(programme) == replace(THERE, ended=True)
    async with transaction(programme.engine) as db:
        assert await learn_reference(db, amara, THERE, MONDAY) is Met.LATE
        assert await learn_reference(db, amara, THERE, MONDAY + 2 * A_MINUTE) is Met.BACK
    assert await reached(programme) == THERE


async def test_whoever_was_there_since_is_not_lost_by_a_refusal_that_comes_late(
    programme: Programme,
) -> None:
    """Even where nothing about how they are reached has changed."""
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        await learn_reference(db, amara, THERE, MONDAY)
        await learn_reference(db, amara, THERE, MONDAY + A_MINUTE)
        assert not await end_reference(db, amara.id, "refused", MONDAY, MONDAY + 2 * A_MINUTE)
    assert await reached(programme) == THERE


async def test_it_goes_with_whoever_is_forgotten(programme: Programme) -> None:
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        await learn_reference(db, amara, THERE, MONDAY)
        await forget(db, amara.workspace_id, amara.id)
    async with reading(programme.engine) as db:
        assert list(await db.exec(select(Reference))) == []


async def test_somebody_is_found_by_their_address_and_known_by_their_id_from_then_on(
    programme: Programme,
) -> None:
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        [found] = await found_by_email(db, amara.workspace_id, f" {amara.email.upper()}")
        assert found.id == amara.id
        assert await found_by_email(db, amara.workspace_id, "") == []
        await known_as(db, found, "aad-1")
        again = await find_in(db, amara.workspace_id, "aad-1")
        assert again
        assert (again.id, again.user_id) == (amara.id, "aad-1")
        assert await find_in(db, amara.workspace_id, amara.user_id) is None
