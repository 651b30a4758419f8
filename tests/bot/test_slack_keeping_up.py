"""Whoever moved or left while nobody heard is found when everybody is looked up."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.slack.adding import AddingError, Role, add_from_slack
from bot.slack.keeping_up import KeepingUp, Kept
from prompts.bank import ServedBank
from scheduler.delivery import DeliveryError
from storage.engine import reading, transaction
from storage.installations import install
from storage.members import NewMember, add_members, find_member
from tests.bot.slack_ward import PLATFORM, Ward, in_the_ward
from tests.slack.faults import failed, rate_limited
from tests.slack.people import Person

LIST = "users.list"


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


def keeping(ward: Ward) -> KeepingUp:
    return KeepingUp(ward.engine, ward.app.calls, ward.app.dealing, no_time)


async def no_time(seconds: float) -> None:
    assert seconds


async def zone(ward: Ward, person: Person) -> str | None:
    """None: they are not here any more."""
    async with reading(ward.engine) as db:
        found = await find_member(db, PLATFORM, ward.royal.id, person.id)
        return found.timezone if found else None


async def test_who_moved_and_who_left_unheard_is_found(ward: Ward) -> None:
    ward.amara.timezone = "Atlantic/Stanley"
    ward.ruth.deleted = True

    assert await keeping(ward).go_through() == Kept(known=3, moved=1, left=1)
    assert await zone(ward, ward.amara) == "Atlantic/Stanley"
    assert await zone(ward, ward.priya) == "Europe/London"
    assert await zone(ward, ward.ruth) is None
    # What is known now is no news.
    assert await keeping(ward).go_through() == Kept(known=2)


async def test_a_large_workspace_is_read_page_by_page(ward: Ward) -> None:
    for number in range(450):
        ward.slack.person(ward.royal, f"Colleague {number}")
    last = ward.slack.person(ward.royal, "Sam Carter")
    async with reading(ward.engine) as db:
        amara = await find_member(db, PLATFORM, ward.royal.id, ward.amara.id)
    assert amara
    async with transaction(ward.engine) as db:
        known = NewMember(user_id=last.id, name="Sam Carter", is_coach=True)
        await add_members(db, amara.workspace_id, [known])
    last.timezone = "Asia/Kathmandu"

    assert await keeping(ward).go_through() == Kept(known=4, moved=1)
    calls = ward.slack.called(LIST)
    assert [str(one.args["limit"]) for one in calls] == ["200"] * 3
    assert await zone(ward, last) == "Asia/Kathmandu"


async def test_patience_is_kept_and_no_page_is_lost(ward: Ward) -> None:
    ward.amara.timezone = "Atlantic/Stanley"
    ward.slack.faults.put(LIST, rate_limited(1), times=2)
    assert (await keeping(ward).go_through()).moved == 1


async def test_a_refusal_says_so_and_changes_nothing(ward: Ward) -> None:
    ward.slack.faults.put(LIST, failed("missing_scope"), times=None)
    with pytest.raises(DeliveryError):
        await keeping(ward).go_through()
    assert await zone(ward, ward.amara) == "Europe/London"


async def test_however_many_work_it_is_done_once_a_day(ward: Ward) -> None:
    for _ in range(3):
        await keeping(ward).once_a_day(ward.now)
    assert len(ward.slack.called(LIST)) == 1
    await keeping(ward).once_a_day(ward.now + timedelta(days=1))
    assert len(ward.slack.called(LIST)) == 2


async def test_of_an_organisation_each_whom_we_know_is_asked_for(ward: Ward) -> None:
    async with transaction(ward.engine) as db:
        where = ward.royal.id
        await install(
            db, PLATFORM, where, ward.royal.token, ward.now, bot_user="U0", enterprise=where
        )
    ward.amara.timezone = "Atlantic/Stanley"
    assert await keeping(ward).go_through() == Kept(known=3, moved=1)
    assert ward.slack.called(LIST) == []
    assert len(ward.slack.called("users.info")) == 3


# Where several workspaces have let us in


async def test_with_several_workspaces_the_one_is_named(ward: Ward) -> None:
    county = ward.slack.workspace("County")
    sam = ward.slack.person(county, "Sam Carter")
    async with transaction(ward.engine) as db:
        await install(db, PLATFORM, county.id, county.token, ward.now, bot_user="U0")

    async def add(team: str = "") -> str:
        address, roles = ward.slack.api_url, [Role.LEAD]
        added = await add_from_slack(ward.engine, address, sam.id, roles, "", ward.now, team)
        return added.person.name

    with pytest.raises(AddingError, match=f"--workspace, one of .*{county.id}"):
        await add()
    with pytest.raises(AddingError, match="T0NOWHERE has not let Bearings in"):
        await add("T0NOWHERE")
    assert await add(county.id) == "Sam Carter"
    async with reading(ward.engine) as db:
        assert await find_member(db, PLATFORM, county.id, sam.id)
        assert not await find_member(db, PLATFORM, ward.royal.id, sam.id)
