"""What a coach and a lead do in Slack, and what two people settle between them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from prompts.bank import ServedBank
from storage.engine import reading, transaction
from storage.tables import CadenceRow, MemberRow, NudgeKind, Pairing
from tests.bot.slack_ward import Ward, in_the_ward, is_asked, opens_home, types
from tests.cast import MONDAY
from tests.slack.people import Person

ANSWER = "I rang her before the round, and listened."
PINNED = "What would the board miss if you said nothing?"


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


async def looks(ward: Ward, person: Person, *labels: str) -> str:
    for label in labels:
        await ward.presses(person, label)
    return ward.slack.screen(person).view


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


async def test_ruth_reads_the_digest_on_a_page(ward: Ward) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    await ward.submits(ward.amara, {"Your answer": ANSWER})
    await ward.presses(ward.amara, "Share with Ruth")
    await opens_home(ward, ward.ruth)
    ward.ruth.tab = "messages"
    for _ in range(60):
        await ward.passes(hours=3)
        if "Read the digest" in ward.slack.screen(ward.ruth).buttons:
            break
    said = "\n".join(ward.slack.screen(ward.ruth).messages)
    assert ANSWER not in said
    assert ANSWER in await looks(ward, ward.ruth, "Read the digest")
    assert ANSWER not in "\n".join(ward.slack.screen(ward.ruth).messages)


async def test_ruth_pins_a_question(ward: Ward) -> None:
    await is_asked(ward)
    await opens_home(ward, ward.ruth)
    await looks(ward, ward.ruth, "Pin a question for Amara Okafor")
    newest = await ward.submits(ward.ruth, {"A question in your own words": PINNED})
    assert newest.startswith("Pinned for Amara.")


async def test_a_session_is_said_and_put_into_the_calendar(ward: Ward) -> None:
    await is_asked(ward)
    await opens_home(ward, ward.amara)
    await looks(ward, ward.amara, "Say when we talk next")
    day = (MONDAY + timedelta(days=9)).date().isoformat()
    newest = await ward.submits(ward.amara, {"Day": day, "Hour, on your clock": "14:00"})
    assert "2 December" in newest
    assert "14:00" in newest
    assert "calendar" in (await looks(ward, ward.amara, "Add to my calendar")).lower()


async def test_priya_sees_people_and_changes_the_hours_of_a_cohort(ward: Ward) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    await ward.submits(ward.amara, {"Your answer": ANSWER})
    shown = await opens_home(ward, ward.priya)
    assert "Amara Okafor" in shown
    assert ANSWER not in shown
    await looks(ward, ward.priya, "Change days and hours")
    newest = await ward.submits(ward.priya, {"First question, hour": "13:00"})
    assert "13:00" in newest
    assert "Amara Okafor" in await opens_home(ward, ward.priya)


async def is_suggested(ward: Ward) -> None:
    await is_asked(ward)
    async with transaction(ward.engine) as db:
        for row in await db.exec(select(Pairing)):
            await db.delete(row)
    await opens_home(ward, ward.priya)
    await looks(ward, ward.priya, "Suggest a coach")
    both = {"Leader": "Amara Okafor", "Coach": "Ruth Ellis"}
    assert "Amara" in await ward.submits(ward.priya, both)


async def says_to_it(ward: Ward, person: Person, word: str) -> None:
    await opens_home(ward, person)
    [button, *_] = [one for one in ward.slack.screen(person).buttons if one.startswith(word)]
    await looks(ward, person, button)
    if ward.slack.views(person):
        await ward.slack.closes_view(person, everything=True)


async def test_a_pairing_is_accepted_on_both_sides(ward: Ward) -> None:
    await is_suggested(ward)
    await says_to_it(ward, ward.amara, "Accept")
    assert "Coach: Ruth Ellis" not in await opens_home(ward, ward.amara)
    await says_to_it(ward, ward.ruth, "Accept")
    assert "Coach: Ruth Ellis" in await opens_home(ward, ward.amara)


@pytest.mark.parametrize("who", ["amara", "ruth"])
async def test_a_pairing_is_declined_by_either(ward: Ward, who: str) -> None:
    await is_suggested(ward)
    await says_to_it(ward, getattr(ward, who), "No,")
    assert "Ruth" not in await opens_home(ward, ward.amara)
    assert "Amara" not in await opens_home(ward, ward.ruth)


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
