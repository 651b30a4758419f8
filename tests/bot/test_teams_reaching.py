"""By which clock people are reached in Teams, and that they are reached at all."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.adding import Role
from bot.teams.adding import add_to_teams
from prompts.bank import ServedBank
from storage.engine import reading, transaction
from storage.members import Member, find_member
from storage.tables import Intake, MemberRow, Newcomer, Reference
from tests.bot.playing import count
from tests.bot.teams_ward import Ward, agrees, in_the_ward, is_asked
from tests.cast import MONDAY
from tests.teams.faults import refused
from tests.teams.people import Person

MAIL = "kofi@royal.example"
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


# Who had the app before they were made known


@pytest.fixture
async def kofi(ward: Ward) -> Person:
    return ward.teams.person(ward.royal, "Kofi Mensah", email=MAIL)


async def is_added(ward: Ward) -> bool:
    roles = {Role.LEADER}
    return await add_to_teams(ward.engine, [ward.royal.id], MAIL, roles, "", ward.now)


async def test_whoever_had_the_app_before_is_greeted_when_they_are_made_known(
    ward: Ward, kofi: Person
) -> None:
    await ward.teams.installs(kofi)
    assert await ward.comes_to(kofi) == ""
    assert await is_added(ward)
    assert (await ward.comes_to(kofi)).startswith("Before we start")
    assert chat(ward, kofi).count("Before we start") == 1
    assert await count(ward.engine, Newcomer) == 0
    assert (await known(ward, kofi)).name == "Kofi Mensah"
    await ward.passes(days=1, hours=3)
    assert await count(ward.engine, Reference) == 1
    assert len(ward.teams.messages(kofi)) == 1, "and is asked nothing before they agreed"


async def test_nothing_that_names_a_stranger_is_kept_in_the_clear(ward: Ward, kofi: Person) -> None:
    await ward.teams.installs(kofi)
    await ward.settles()
    async with ward.engine.connect() as db:
        [row] = (await db.exec_driver_sql("SELECT * FROM newcomer")).all()
    kept = repr(tuple(row)).casefold()
    where = ward.teams.conversation(kofi).id
    for clear in ("kofi", "royal.example", kofi.aad, kofi.id, where):
        assert clear.casefold() not in kept
    assert await count(ward.engine, MemberRow) == 3


@pytest.mark.parametrize("how", ["taken out", "a month on", "from outside"])
async def test_a_stranger_is_not_kept(ward: Ward, kofi: Person, how: str) -> None:
    if how == "from outside":
        kofi.role, kofi.tells_role = "guest", False
    await ward.teams.installs(kofi)
    await ward.settles()
    if how == "taken out":
        await ward.teams.uninstalls(kofi)
        await ward.settles()
    if how == "a month on":
        assert await count(ward.engine, Newcomer) == 1
        await ward.passes(days=31)
    assert await count(ward.engine, Newcomer) == 0
    assert not await is_added(ward)
    assert await ward.comes_to(kofi) == ""


async def test_a_stranger_who_was_made_known_first_leaves_nothing_behind(
    ward: Ward, kofi: Person
) -> None:
    assert not await is_added(ward)
    await ward.teams.installs(kofi)
    assert (await ward.comes_to(kofi)).startswith("Before we start")
    assert await count(ward.engine, Newcomer) == 0


# Guests


async def test_a_guest_who_was_made_known_by_id_is_found_out_before_anything_is_asked(
    ward: Ward,
) -> None:
    """What they send does not say it; their profile does."""
    ward.ruth.role, ward.ruth.tells_role = "guest", False
    await ward.teams.installs(ward.ruth)
    assert await ward.comes_to(ward.ruth) == ""
    assert "for people of this organisation" in await ward.says(ward.ruth, "hello")
    assert await count(ward.engine, Reference) == 0
    sent = len(ward.teams.messages(ward.ruth))
    await ward.passes(days=8)
    assert len(ward.teams.messages(ward.ruth)) == sent


async def test_whose_profile_teams_does_not_tell_is_answered_and_looked_up_again(
    ward: Ward,
) -> None:
    ward.teams.faults.put("member", refused(503, "Unavailable"))
    assert (await ward.says(ward.ruth, "help")).startswith("Hello Ruth")
    assert await count(ward.engine, Reference) == 0
    await ward.says(ward.ruth, "help")
    assert await count(ward.engine, Reference) == 1
    assert len(ward.teams.called("member")) == 2
    await ward.says(ward.ruth, "help")
    assert len(ward.teams.called("member")) == 2


async def test_whoever_comes_while_teams_tells_nobody_is_greeted_once_it_does(ward: Ward) -> None:
    ward.teams.faults.put("member", refused(503, "Unavailable"))
    await ward.teams.installs(ward.amara)
    assert await ward.comes_to(ward.amara) == "", "nobody is told that they are not known"
    await are_tried_again(ward)
    assert (await ward.comes_to(ward.amara)).startswith("Before we start")
    assert chat(ward, ward.amara).count("Before we start") == 1


async def test_whoever_teams_says_nothing_of_for_an_hour_hears_that_they_are_not_known(
    ward: Ward, kofi: Person
) -> None:
    ward.teams.faults.put("member", refused(503, "Unavailable"))
    assert await ward.says(kofi, "hello") == "hello", "nothing was answered yet"
    ward.teams.faults.put("member", refused(503, "Unavailable"))
    # Teams says by its own clock when somebody wrote.
    await ward.passes(until=datetime.now(UTC) + timedelta(hours=2))
    await are_tried_again(ward)
    assert "do not know you" in await ward.comes_to(kofi)


async def are_tried_again(ward: Ward) -> None:
    """What waited for another try has waited long enough by the database's clock."""
    async with transaction(ward.engine) as db:
        await db.exec(update(Intake).values(lease_until=0))


# Lost, and found again


@pytest.mark.parametrize(
    "in_order", [("remove-upgrade", "add-upgrade"), ("add-upgrade", "remove-upgrade")]
)
async def test_an_update_of_the_app_is_no_news_and_loses_nobody(
    ward: Ward, in_order: tuple[str, str]
) -> None:
    await agrees(ward)
    before = len(ward.teams.messages(ward.amara))
    for answer in await ward.teams.updates(ward.amara, in_order):
        await ward.comes_to(ward.amara, answer)
    assert len(ward.teams.messages(ward.amara)) == before
    await ward.passes(days=1, hours=2)
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)


async def test_a_line_that_is_brought_back_stays_erased_and_she_is_told_so_once(ward: Ward) -> None:
    await is_asked(ward)
    said = await ward.teams.says(ward.amara, "I asked the ward manager first.")
    await ward.settles()
    await ward.teams.deletes(ward.amara)
    await ward.settles()
    back = await ward.teams.undoes_delete(ward.amara, said)
    assert "was erased when you took it out" in await ward.comes_to(ward.amara, back)
    sent = len(ward.teams.messages(ward.amara))
    await ward.teams.sends(back.activity)
    await ward.settles()
    assert len(ward.teams.messages(ward.amara)) == sent


async def test_a_file_without_a_word_is_not_met_with_silence(ward: Ward) -> None:
    await is_asked(ward)
    await ward.teams.says(ward.amara, "", attachments=[{"contentType": "image/png"}])
    assert (await ward.comes_to(ward.amara)).startswith("I can take words only.")


async def test_a_refusal_that_comes_late_loses_nobody_who_wrote_since(ward: Ward) -> None:
    await agrees(ward)
    fault = refused(403, "ConversationBlockedByUser")
    fault.holds = True
    ward.teams.faults.put("send", fault)
    sending = asyncio.create_task(ward.passes(days=1, hours=2))
    await fault.arrived.wait()
    await ward.teams.says(ward.amara, "help")
    await ward.app.take_in()
    fault.released.set()
    await sending
    await ward.settles()
    await ward.passes(days=2, hours=4)
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)


async def test_that_it_was_taken_out_before_it_was_put_back_is_no_news(ward: Ward) -> None:
    await agrees(ward)
    gone = await ward.teams.uninstalls(ward.amara)
    await ward.settles()
    await ward.teams.installs(ward.amara)
    await ward.settles()
    await ward.teams.sends({**gone.activity, "id": "f:late"})
    await ward.settles()
    await ward.passes(days=1, hours=2)
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)


async def test_whoever_puts_it_back_is_told_so_once_and_nothing_comes_late(ward: Ward) -> None:
    await is_asked(ward)
    await ward.teams.uninstalls(ward.amara)
    await ward.settles()
    before = len(ward.teams.messages(ward.amara))
    for _ in range(9):
        await ward.passes(days=2)
    await ward.teams.installs(ward.amara)
    newest = await ward.comes_to(ward.amara)
    assert newest.startswith("I am here again, and everything is as you left it. Your next")
    await ward.passes(minutes=5)
    await ward.settles()
    assert len(ward.teams.messages(ward.amara)) == before + 1
    # The Tuesday that she was told.
    await ward.passes(until=MONDAY + timedelta(days=22, hours=2))
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)
    assert len(ward.teams.messages(ward.amara)) == before + 2


async def test_whoever_puts_it_back_before_they_agreed_reads_the_notice_again(ward: Ward) -> None:
    for _ in range(2):
        await ward.teams.installs(ward.amara)
        assert (await ward.comes_to(ward.amara)).startswith("Before we start")
        await ward.teams.uninstalls(ward.amara)
        await ward.settles()
    assert chat(ward, ward.amara).count("Before we start") == 2
