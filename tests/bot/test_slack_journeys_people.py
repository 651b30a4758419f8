"""What Slack alone shows a coach and a lead, and who is there; tests/scenarios has the rest of what
they do, on every platform."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from prompts.bank import ServedBank
from storage.engine import reading, transaction
from storage.tables import CadenceRow, MemberRow, NudgeKind
from tests.bot.slack_ward import Ward, in_the_ward, is_asked, opens_home, types


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


async def test_the_home_shows_each_their_own_page(ward: Ward) -> None:
    assert "Your page" in await opens_home(ward, ward.amara)
    assert "Amara Okafor" in await opens_home(ward, ward.ruth)
    priyas = await opens_home(ward, ward.priya)
    assert "Leading across boundaries" in priyas
    assert len(ward.slack.called("views.publish")) == 3
    for person in (ward.amara, ward.ruth, ward.priya):
        assert ward.slack.screen(person).newest, "each is greeted once"


async def test_the_home_of_somebody_with_several_roles_holds_each_page(ward: Ward) -> None:
    async with transaction(ward.engine) as db:
        for row in await db.exec(select(MemberRow).where(col(MemberRow.is_coach))):
            row.is_lead = True
            db.add(row)
    shown = await opens_home(ward, ward.ruth)
    assert "Amara Okafor" in shown
    assert "Leading across boundaries" in shown


async def test_ruth_and_priya_are_told_what_they_can_type(ward: Ward) -> None:
    assert "Words you can type" in await types(ward, ward.ruth, "")
    assert "Words you can type" in await ward.says(ward.priya, "what is this?")


async def test_somebody_who_is_gone_is_asked_nothing_more(ward: Ward) -> None:
    await is_asked(ward)
    await ward.slack.changes(ward.amara, deleted=True)
    await ward.settles()
    calls = len(ward.slack.calls)
    await ward.passes(days=8)
    assert [
        one for one in ward.slack.calls[calls:] if one.args.get("channel") == ward.amara.id
    ] == []


async def test_the_clock_of_whoever_moves_is_followed(ward: Ward) -> None:
    await is_asked(ward)
    assert "London time" in await opens_home(ward, ward.amara)
    for person in (ward.amara, ward.ruth):
        await ward.slack.changes(person, timezone="Atlantic/Stanley")
    await ward.settles()
    assert "Stanley time" in await opens_home(ward, ward.amara)
    async with reading(ward.engine) as db:
        rows = list(await db.exec(select(CadenceRow)))
    assert {row.zone for row in rows} == {"Atlantic/Stanley"}
    assert {row.kind for row in rows} >= {NudgeKind.QUESTION, NudgeKind.DIGEST}


async def test_a_zone_that_somebody_chose_stands_whatever_slack_says(ward: Ward) -> None:
    await is_asked(ward)
    await types(ward, ward.amara, "my time zone")
    await ward.presses(ward.amara, "My time zone")
    assert "Madrid" in await ward.submits(ward.amara, {"Your time zone": "Europe/Madrid"})
    await ward.slack.changes(ward.amara, timezone="Atlantic/Stanley")
    await ward.settles()
    assert "Madrid time" in await opens_home(ward, ward.amara)
    ward.amara.tab = "messages"
    await types(ward, ward.amara, "my time zone")
    await ward.presses(ward.amara, "My time zone")
    newest = await ward.submits(ward.amara, {"Your time zone": ""})
    assert newest.startswith("I follow your chat’s clock: Stanley.")


async def test_whose_profile_says_no_zone_is_asked_for_it_once(ward: Ward) -> None:
    async with transaction(ward.engine) as db:
        for row in await db.exec(select(MemberRow).where(col(MemberRow.is_leader))):
            row.zone_told = ""
            db.add(row)
    await is_asked(ward)
    told = "\n".join(ward.slack.screen(ward.amara).messages)
    assert told.count("Your chat does not tell me your time zone.") == 1
    assert "I keep to the clock of London." in told
