"""What a leader agreed to, switch by switch, and nothing they took back."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from prompts.composing.agreeing import NOTICE_VERSION
from storage.agreements import (
    Consent,
    agree,
    agreement_of,
    allow,
    consent_of,
    consents,
    withdraw,
)
from storage.engine import reading, transaction
from storage.members import Member
from storage.tables import Agreement, Allowed, Permission
from tests.cast import MONDAY, Programme

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
BOTH = frozenset({Allowed.QUESTIONS, Allowed.SHARING})
# When Dan, of the sample programme, agreed, and to everything.
DANS = Consent(MONDAY - timedelta(days=14), NOTICE_VERSION, frozenset(Allowed))


async def agreements_of(engine: AsyncEngine, someone: Member) -> list[Agreement]:
    async with reading(engine) as db:
        found = await db.exec(
            select(Agreement)
            .where(Agreement.member_id == someone.id)
            .order_by(col(Agreement.agreed_at))
        )
        return list(found)


async def test_whoever_has_not_agreed_allows_nothing(programme: Programme) -> None:
    amara, dan = await programme.member("Amara Okafor"), await programme.member("Dan Whitfield")
    async with reading(programme.engine) as db:
        assert await consents(db, [amara.id, dan.id]) == {dan.id: DANS}
        assert await consent_of(db, amara) is None
        assert await agreement_of(db, amara) is None


async def test_only_the_switches_that_amara_turned_on_are_on(programme: Programme) -> None:
    amara, dan = await programme.member("Amara Okafor"), await programme.member("Dan Whitfield")
    async with transaction(programme.engine) as db:
        await agree(db, amara, "1", BOTH, TUESDAY)
    async with reading(programme.engine) as db:
        assert await consents(db, [amara.id, dan.id]) == {
            amara.id: Consent(TUESDAY, "1", BOTH),
            dan.id: DANS,
        }


async def test_a_switch_turned_off_is_off_and_the_others_stay_on(programme: Programme) -> None:
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        await agree(db, amara, "1", BOTH, MONDAY)
    async with transaction(programme.engine) as db:
        sharing = await db.exec(
            select(Permission)
            .join(Agreement)
            .where(Agreement.member_id == amara.id, Permission.allows == Allowed.SHARING)
        )
        sharing.one().withdrawn_at = TUESDAY
    async with transaction(programme.engine) as db:
        questions = frozenset({Allowed.QUESTIONS})
        assert await consent_of(db, amara) == Consent(MONDAY, "1", questions)
        agreement = await agreement_of(db, amara)
        assert agreement is not None
        await allow(db, agreement, Allowed.SHARING, WEDNESDAY)
    async with reading(programme.engine) as db:
        assert await consent_of(db, amara) == Consent(MONDAY, "1", BOTH)


async def test_dan_withdraws_and_nothing_is_allowed_but_what_was_is_on_record(
    programme: Programme,
) -> None:
    dan = await programme.member("Dan Whitfield")
    for at in (TUESDAY, WEDNESDAY):
        async with transaction(programme.engine) as db:
            await withdraw(db, dan, at)
    async with reading(programme.engine) as db:
        assert await consent_of(db, dan) is None
        assert await agreement_of(db, dan) is None
    # Saying it again does not move the moment it was said first.
    [kept] = await agreements_of(programme.engine, dan)
    assert (kept.agreed_at, kept.withdrawn_at) == (DANS.since, TUESDAY)


async def test_one_persons_withdrawal_is_no_one_elses(programme: Programme) -> None:
    amara, dan = await programme.member("Amara Okafor"), await programme.member("Dan Whitfield")
    async with transaction(programme.engine) as db:
        await agree(db, amara, "1", BOTH, MONDAY)
        await withdraw(db, amara, TUESDAY)
    async with reading(programme.engine) as db:
        assert await consents(db, [amara.id, dan.id]) == {dan.id: DANS}


async def test_dan_agrees_anew_and_only_the_new_agreement_holds(programme: Programme) -> None:
    """He is no newcomer: he has been here since the first time."""
    dan = await programme.member("Dan Whitfield")
    async with transaction(programme.engine) as db:
        await agree(db, dan, "2", {Allowed.QUESTIONS}, TUESDAY)
    async with reading(programme.engine) as db:
        questions = frozenset({Allowed.QUESTIONS})
        assert await consent_of(db, dan) == Consent(DANS.since, "2", questions)
        now = await agreement_of(db, dan)
    first, second = await agreements_of(programme.engine, dan)
    assert (first.withdrawn_at, second.withdrawn_at) == (TUESDAY, None)
    assert (first.notice, second.notice) == (NOTICE_VERSION, "2")
    assert now is not None
    assert now.id == second.id
