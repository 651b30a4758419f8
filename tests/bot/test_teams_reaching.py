"""By which clock people are reached in Teams, and that they are reached at all."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from storage.engine import reading
from storage.members import Member, find_member
from tests.bot.teams_ward import Ward, agrees, in_the_ward
from tests.teams.people import Person

ASKED = "Your chat does not tell me your time zone."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


async def known(ward: Ward, person: Person) -> Member:
    async with reading(ward.engine) as db:
        found = await find_member(db, "teams", ward.royal.id, person.aad)
        assert found
        return found


def chat(ward: Ward, person: Person) -> str:
    return "\n".join(ward.teams.screen(person).messages)


async def lives_in(ward: Ward, person: Person, zone: str) -> str:
    """They write it into the form."""
    ward.has_read(person)
    await ward.says(person, "my time zone")
    await ward.presses(person, "My time zone")
    return await ward.fills(person, {"Your time zone": zone})


# By whose clock


async def test_a_zone_that_she_chose_stands_whatever_her_client_says_until_she_lets_it(
    ward: Ward,
) -> None:
    await agrees(ward)
    assert "I keep to the clock of Madrid." in await lives_in(ward, ward.amara, "Europe/Madrid")
    ward.has_read(ward.amara)
    await ward.says(ward.amara, "help")
    assert (await known(ward, ward.amara)).timezone == "Europe/Madrid"
    await ward.passes(days=1, hours=1)
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)
    ward.amara.zone = "America/New_York"
    await ward.says(ward.amara, "skip")
    assert (await known(ward, ward.amara)).timezone == "Europe/Madrid"
    newest = await lives_in(ward, ward.amara, "")
    assert newest.startswith("I follow your chat’s clock: New York.")
    ward.has_read(ward.amara)
    ward.amara.zone = "Europe/London"
    await ward.says(ward.amara, "help")
    assert (await known(ward, ward.amara)).timezone == "Europe/London"


async def test_the_hours_alone_choose_no_zone(ward: Ward) -> None:
    await agrees(ward)
    await ward.presses(ward.amara, "Days and hours")
    assert "It follows your chat’s clock." in ward.dialog(ward.amara)
    assert "Kept." in await ward.fills(ward.amara, {"First question, hour": "11:00"})
    ward.has_read(ward.amara)
    ward.amara.zone = "America/New_York"
    await ward.says(ward.amara, "help")
    assert (await known(ward, ward.amara)).timezone == "America/New_York"


async def test_whose_client_says_no_zone_is_asked_for_it_once_when_something_is_planned(
    ward: Ward,
) -> None:
    ward.amara.zone = ""
    await ward.says(ward.amara, "hello")
    assert ASKED not in chat(ward, ward.amara)
    await agrees(ward)
    assert ASKED in await ward.comes_to(ward.amara)
    assert "I keep to the clock of London." in ward.teams.screen(ward.amara).newest
    ward.has_read(ward.amara)
    await ward.says(ward.amara, "pause")
    assert chat(ward, ward.amara).count(ASKED) == 1
    newest = await lives_in(ward, ward.amara, "Atlantic/Stanley")
    assert newest.startswith("I keep to the clock of Stanley.")


async def test_nothing_is_asked_where_the_client_says_it_in_time(ward: Ward) -> None:
    await agrees(ward)
    await ward.says(ward.ruth, "hello")
    await ward.says(ward.ruth, "help")
    assert ASKED not in chat(ward, ward.amara) + chat(ward, ward.ruth)


async def test_a_coach_is_asked_as_well_for_her_digest_has_an_hour(ward: Ward) -> None:
    ward.ruth.zone = ""
    await ward.says(ward.ruth, "hello")
    assert ASKED in await ward.says(ward.ruth, "help")
    await lives_in(ward, ward.ruth, "Europe/Madrid")
    assert "I keep to the clock of Madrid." in chat(ward, ward.ruth)
    assert (await known(ward, ward.ruth)).timezone == "Europe/Madrid"


async def test_what_was_typed_is_no_zone_and_stays(ward: Ward) -> None:
    ward.amara.zone = ""
    await agrees(ward)
    ward.has_read(ward.amara)
    await ward.says(ward.amara, "my time zone")
    await ward.presses(ward.amara, "My time zone")
    await ward.fills(ward.amara, {"Your time zone": "Narnia"})
    assert "No time zone has that name." in ward.dialog(ward.amara)
    assert "Narnia" in ward.dialog(ward.amara)
    await ward.fills(ward.amara, {"Your time zone": ""})
    assert "Your chat says no zone." in ward.dialog(ward.amara)
    assert (await known(ward, ward.amara)).timezone == "Europe/London"
