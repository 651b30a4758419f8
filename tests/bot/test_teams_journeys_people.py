"""What a coach and a lead do in Teams, and what two people settle between them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select

from prompts.bank import ServedBank
from storage.engine import transaction
from storage.tables import Pairing
from tests.bot.teams_ward import Ward, in_the_ward, is_asked
from tests.cast import MONDAY
from tests.teams.people import Person

ANSWER = "I rang her before the round, and listened."
PINNED = "What would the board miss if you said nothing?"
PAGES = {"Amara": "Open my page", "Ruth": "Open my page", "Priya": "Open the programme"}


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


async def opens_page(ward: Ward, person: Person) -> str:
    if ward.dialog(person):
        ward.teams.closes_dialog(person)
    await ward.says(person, "home")
    return await looks(ward, person, PAGES[person.name.split()[0]])


async def looks(ward: Ward, person: Person, *labels: str) -> str:
    for label in labels:
        await ward.presses(person, label)
    return ward.dialog(person)


async def test_ruth_reads_the_digest_in_a_dialog(ward: Ward) -> None:
    await ward.says(ward.ruth, "hello")
    await is_asked(ward)
    await ward.fills(ward.amara, {"Your answer": ANSWER}, "Save")
    await ward.presses(ward.amara, "Share with Ruth")
    for _ in range(60):
        await ward.passes(hours=3)
        if "Read the digest" in ward.teams.screen(ward.ruth).buttons:
            break
    assert ANSWER not in "\n".join(ward.teams.screen(ward.ruth).messages)
    assert ANSWER in await looks(ward, ward.ruth, "Read the digest")
    assert ANSWER not in "\n".join(ward.teams.screen(ward.ruth).messages)


async def test_ruth_pins_a_question(ward: Ward) -> None:
    await is_asked(ward)
    await opens_page(ward, ward.ruth)
    await looks(ward, ward.ruth, "Pin a question for Amara Okafor")
    newest = await ward.fills(ward.ruth, {"A question in your own words": PINNED})
    assert newest.startswith("Pinned for Amara.")


async def test_a_session_is_said_and_put_into_the_calendar(ward: Ward) -> None:
    await is_asked(ward)
    await opens_page(ward, ward.amara)
    await looks(ward, ward.amara, "Say when we talk next")
    day = (MONDAY + timedelta(days=9)).date().isoformat()
    newest = await ward.fills(ward.amara, {"Day": day, "Hour, on your clock": "14:00"})
    assert "2 December" in newest
    assert "calendar" in (await looks(ward, ward.amara, "Add to my calendar")).lower()


async def test_priya_sees_people_and_changes_the_hours_of_a_cohort(ward: Ward) -> None:
    await is_asked(ward)
    await ward.fills(ward.amara, {"Your answer": ANSWER}, "Save")
    shown = await opens_page(ward, ward.priya)
    assert "Amara Okafor" in shown
    assert ANSWER not in shown
    await looks(ward, ward.priya, "Change days and hours")
    assert "13:00" in await ward.fills(ward.priya, {"First question, hour": "13:00"})


async def is_suggested(ward: Ward) -> None:
    await is_asked(ward)
    async with transaction(ward.engine) as db:
        for row in await db.exec(select(Pairing)):
            await db.delete(row)
    await opens_page(ward, ward.priya)
    await looks(ward, ward.priya, "Suggest a coach")
    both = {"Leader": "Amara Okafor", "Coach": "Ruth Ellis"}
    assert "Amara" in await ward.fills(ward.priya, both)


async def says_to_it(ward: Ward, person: Person, word: str) -> None:
    await opens_page(ward, person)
    [button, *_] = [one for one in ward.teams.screen(person).buttons if one.startswith(word)]
    await looks(ward, person, button)


async def test_a_pairing_is_accepted_on_both_sides(ward: Ward) -> None:
    await is_suggested(ward)
    await says_to_it(ward, ward.amara, "Accept")
    assert "Coach: Ruth Ellis" not in await opens_page(ward, ward.amara)
    await says_to_it(ward, ward.ruth, "Accept")
    assert "Coach: Ruth Ellis" in await opens_page(ward, ward.amara)


@pytest.mark.parametrize("who", ["amara", "ruth"])
async def test_a_pairing_is_declined_by_either(ward: Ward, who: str) -> None:
    await is_suggested(ward)
    await says_to_it(ward, getattr(ward, who), "No,")
    assert "Ruth" not in await opens_page(ward, ward.amara)
    assert "Amara" not in await opens_page(ward, ward.ruth)


async def test_no_tenant_sees_another(ward: Ward) -> None:
    """Whoever is not in a tenant of ours is not even read."""
    county = ward.teams.tenant("County Hospital")
    other = ward.teams.person(county, "Amara Okafor", email="amara@royal.example")
    assert (await ward.teams.says(other, "hello")).status == 403
    await ward.settles()
    assert ward.teams.screen(other).newest == "hello"
