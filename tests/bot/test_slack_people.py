"""Who is here, as Slack says: who left, who came back, who became a guest, who is of elsewhere."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select

from bot.slack.adding import AddingError, Role, add_from_slack, look_up_all
from bot.slack.keeping_up import KeepingUp, Kept
from bot.slack.rendering import UNKNOWN
from bot.strangers import GUEST, NOT_SURE, OUTSIDE, OUTSIDE_ALONE
from prompts.bank import ServedBank
from storage.cadences import cadence_of
from storage.engine import reading, transaction
from storage.leaving import mark_left
from storage.members import Member, find_member
from storage.pairings import coach_of
from storage.parting import end
from storage.sealing import vault_of
from storage.tables import Pairing
from tests.bot.playing import MINE
from tests.bot.slack_ward import (
    PLATFORM,
    Ward,
    agrees,
    answered,
    in_the_ward,
    is_asked,
    opens_home,
    said_to,
    stored,
)
from tests.cast import MONDAY
from tests.slack.faults import failed
from tests.slack.people import Person

TUESDAY_NOON = MONDAY + timedelta(days=1, hours=2)
A_WEEK = timedelta(days=7)
ANSWER = "The ward round was late again."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


async def member(ward: Ward, person: Person) -> Member | None:
    async with reading(ward.engine) as db:
        return await find_member(db, PLATFORM, ward.royal.id, person.id)


async def changes(ward: Ward, person: Person, **new: object) -> None:
    await ward.slack.changes(person, **new)
    await ward.settles()


async def adds(ward: Ward, person: Person, *roles: Role) -> bool:
    """Whether they were known here and are back."""
    added = await add_from_slack(
        ward.engine, ward.slack.api_url, person.id, roles or [Role.LEADER], "", ward.now
    )
    return added.is_back


async def no_time(seconds: float) -> None:
    assert seconds


def keeping(ward: Ward) -> KeepingUp:
    return KeepingUp(ward.engine, ward.app.calls, ward.app.dealing, no_time)


# Who left, and came back


async def told_by_an_event(ward: Ward) -> None:
    await changes(ward, ward.amara, deleted=False)


async def found_by_looking(ward: Ward) -> None:
    ward.amara.deleted = False
    assert (await keeping(ward).go_through()).back == 1


async def seen_writing(ward: Ward) -> None:
    ward.amara.deleted = False
    assert "help now" in await ward.says(ward.amara, "help")


async def seen_at_home(ward: Ward) -> None:
    ward.amara.deleted = False
    assert MINE in await opens_home(ward, ward.amara)


async def added_again(ward: Ward) -> None:
    ward.amara.deleted = False
    assert await adds(ward, ward.amara)


@pytest.mark.parametrize(
    "comes_back",
    [told_by_an_event, found_by_looking, seen_writing, seen_at_home, added_again],
)
async def test_whoever_is_there_again_is_asked_again_and_has_what_they_had(
    ward: Ward, comes_back: Callable[[Ward], Awaitable[None]]
) -> None:
    await is_asked(ward)
    await ward.says(ward.amara, ANSWER)
    await changes(ward, ward.amara, deleted=True)
    assert await member(ward, ward.amara) is None
    told = said_to(ward)
    await ward.passes(until=TUESDAY_NOON + A_WEEK)
    assert said_to(ward) == told
    ward.now += timedelta(hours=2)

    await comes_back(ward)

    assert await answered(ward) == [ANSWER]
    told = said_to(ward)
    await ward.passes(until=TUESDAY_NOON + 2 * A_WEEK)
    assert said_to(ward) == told + 1, "the next slot's question, and none of those that were missed"
    assert "Only you can read your answer" in await ward.comes_to(ward.amara)


async def test_the_clock_they_live_by_now_is_followed_when_they_are_back(ward: Ward) -> None:
    await agrees(ward)
    await changes(ward, ward.amara, deleted=True)
    await changes(ward, ward.amara, deleted=False, timezone="Atlantic/Stanley")
    amara = await member(ward, ward.amara)
    assert amara
    assert amara.timezone == "Atlantic/Stanley"


async def test_what_ended_before_or_while_they_were_away_stays_ended(ward: Ward) -> None:
    await is_asked(ward)
    await ward.says(ward.amara, "stop")
    await changes(ward, ward.amara, deleted=True)
    async with transaction(ward.engine) as db:
        await end(db, list(await db.exec(select(Pairing))), ward.now)
    await changes(ward, ward.amara, deleted=False)

    amara = await member(ward, ward.amara)
    assert amara
    async with reading(ward.engine) as db:
        assert await coach_of(db, amara) is None
        cadence = await cadence_of(db, amara)
        assert cadence
        assert cadence.stopped_at is not None
        assert cadence.next_due_at is None


async def test_news_of_slack_bring_nobody_back_who_was_taken_out_or_forgotten(ward: Ward) -> None:
    await is_asked(ward)
    amara, ruth = await member(ward, ward.amara), await member(ward, ward.ruth)
    assert amara
    assert ruth
    async with transaction(ward.engine) as db:
        await mark_left(db, amara, ward.now)
        await vault_of(db).shred(ruth.workspace_id, ruth.id)

    for person in (ward.amara, ward.ruth):
        await changes(ward, person, timezone="Atlantic/Stanley")
        await ward.says(person, "hello")
    assert await keeping(ward).go_through() == Kept(known=1)
    for person in (ward.amara, ward.ruth):
        assert await member(ward, person) is None
        with pytest.raises(AddingError, match="was known here once"):
            await adds(ward, person)


async def test_where_slack_does_not_say_that_they_are_back_they_are_not(ward: Ward) -> None:
    await is_asked(ward)
    await changes(ward, ward.amara, deleted=True)
    before = await stored(ward)
    ward.amara.deleted = False
    ward.slack.faults.put("users.info", failed("internal_error"), times=None)
    assert await ward.says(ward.amara, ANSWER) == NOT_SURE
    assert await stored(ward) == before


async def test_what_is_told_of_one_person_is_taken_in_its_order(ward: Ward) -> None:
    await ward.slack.changes(ward.amara, deleted=True)
    await ward.slack.changes(ward.amara, deleted=False)
    await ward.settles()
    assert await member(ward, ward.amara)


# Who became a guest, or is of elsewhere now


@pytest.mark.parametrize(
    "outside", [{"is_restricted": True}, {"is_stranger": True}, {"home_team": "T0ELSEWHERE"}]
)
async def test_whoever_is_outside_now_is_told_once_and_asked_no_more(
    ward: Ward, outside: dict[str, object]
) -> None:
    await is_asked(ward)
    await ward.says(ward.amara, ANSWER)
    assert MINE in await opens_home(ward, ward.amara)
    told = said_to(ward)
    await changes(ward, ward.amara, **outside)
    await changes(ward, ward.amara, timezone="Atlantic/Stanley")
    await keeping(ward).go_through()
    await ward.settles()

    assert said_to(ward) == told + 1
    assert "I will send you nothing more" in ward.slack.screen(ward.amara).newest
    assert ward.slack.screen(ward.amara).home == OUTSIDE_ALONE
    await ward.passes(until=TUESDAY_NOON + A_WEEK)
    assert said_to(ward) == told + 1


async def test_a_guest_is_refused_kindly_wherever_they_try(ward: Ward) -> None:
    await is_asked(ward)
    await ward.slack.presses(ward.amara, "Answer")
    await changes(ward, ward.amara, is_restricted=True)
    before = await stored(ward)
    await ward.slack.submits(ward.amara, {"Your answer": ANSWER})
    assert GUEST in ward.slack.screen(ward.amara).view
    await ward.slack.closes_view(ward.amara)
    assert await ward.says(ward.amara, ANSWER) == GUEST
    assert await opens_home(ward, ward.amara) == GUEST
    assert await stored(ward) == before
    assert ward.slack.called("users.info") == [], "Slack tells of it when they are back"


async def test_a_guest_who_is_a_member_again_is_asked_again(ward: Ward) -> None:
    await is_asked(ward)
    await ward.says(ward.amara, ANSWER)
    await changes(ward, ward.amara, is_restricted=True)
    await changes(ward, ward.amara, is_restricted=False)
    assert await member(ward, ward.amara)
    assert await answered(ward) == [ANSWER]


async def test_whoever_left_and_is_a_guest_now_does_not_come_back_by_writing(ward: Ward) -> None:
    await is_asked(ward)
    await changes(ward, ward.amara, deleted=True)
    ward.amara.deleted, ward.amara.is_restricted = False, True
    assert await ward.says(ward.amara, ANSWER) == GUEST
    assert await member(ward, ward.amara) is None


async def test_a_guest_who_was_made_known_as_one_is_here_like_anybody(ward: Ward) -> None:
    sam = ward.slack.person(ward.royal, "Sam Carter", is_restricted=True)
    assert not await adds(ward, sam, Role.COACH)
    await changes(ward, sam, timezone="Africa/Lagos")
    await changes(ward, sam, deleted=True)
    await changes(ward, sam, deleted=False)
    found = await member(ward, sam)
    assert found
    assert found.timezone == "Africa/Lagos"


async def test_whoever_became_a_guest_can_be_let_in_as_one_on_purpose(ward: Ward) -> None:
    await changes(ward, ward.ruth, is_restricted=True)
    assert await member(ward, ward.ruth) is None
    assert await adds(ward, ward.ruth, Role.COACH)
    await changes(ward, ward.ruth, timezone="Africa/Lagos")
    assert await member(ward, ward.ruth)
    with pytest.raises(AddingError, match="known here already"):
        await adds(ward, ward.ruth, Role.COACH)


# Who was never here


async def test_the_home_of_somebody_of_elsewhere_shows_nothing_of_what_there_is(ward: Ward) -> None:
    olu = ward.slack.person(ward.royal, "Olu", home_team="T0ELSEWHERE")
    before = await stored(ward)
    assert await opens_home(ward, olu) == OUTSIDE_ALONE
    # Slack need not say from where somebody looks at a Home.
    ines = ward.slack.person(ward.royal, "Ines")
    assert await opens_home(ward, ines) == UNKNOWN
    assert await stored(ward) == before


async def test_whoever_is_known_and_comes_from_elsewhere_is_shown_nothing_of_theirs(
    ward: Ward,
) -> None:
    await is_asked(ward)
    assert MINE in await opens_home(ward, ward.amara)
    ward.amara.home_team = "T0ELSEWHERE"  # and nobody has told us yet
    assert await opens_home(ward, ward.amara) == OUTSIDE_ALONE
    assert await ward.says(ward.amara, "journal") == OUTSIDE


# Language


async def test_a_language_is_kept_as_slack_tells_it_and_whoever_has_another_is_told_of_ours(
    ward: Ward,
) -> None:
    sam = ward.slack.person(ward.royal, "Sam Carter", locale="cy-GB")
    await adds(ward, sam, Role.LEADER)
    found = await member(ward, sam)
    assert found
    assert found.locale == "cy-GB"
    await ward.slack.opens_home(sam)
    await ward.settles()
    hello = [one.text for one in ward.slack.messages(sam)]
    assert len([one for one in hello if "I write in British English only" in one]) == 1

    await changes(ward, sam, locale="fr-FR")
    found = await member(ward, sam)
    assert found
    assert found.locale == "fr-FR"
    await changes(ward, sam, locale="<!channel>" * 30)
    found = await member(ward, sam)
    assert found
    assert found.locale == "fr-FR"


async def test_whoever_has_their_chat_in_english_is_told_nothing_of_it(ward: Ward) -> None:
    await agrees(ward)
    assert "British English only" not in "".join(
        one.text for one in ward.slack.messages(ward.amara)
    )


# Many at once, from a table


async def test_whoever_a_table_names_is_looked_up_and_told_by_line(ward: Ward) -> None:
    kofi = ward.slack.person(ward.royal, "Kofi Mensah", timezone="Africa/Accra")
    gone = ward.slack.person(ward.royal, "Gwen Hughes")
    await changes(ward, gone, deleted=True)
    found = await look_up_all(ward.engine, ward.slack.api_url, "", [kofi.id, gone.id, "U0NOBODY00"])
    there = found[kofi.id]
    assert not isinstance(there, str)
    assert (there.name, there.timezone) == ("Kofi Mensah", "Africa/Accra")
    assert "was deactivated" in str(found[gone.id])
    assert "Slack knows nobody by U0NOBODY00." in str(found["U0NOBODY00"])
