"""Whatever is looked up for one person is theirs: another's id finds nothing."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.cadences import away_days, cadence_of, cadences
from storage.engine import reading, transaction
from storage.leaving import mark_left
from storage.members import (
    Member,
    NewMember,
    add_members,
    addressees,
    find_member,
    people,
)
from storage.nudges import Because, cancel_waiting
from storage.objectives import active_objectives, find_objective, objectives_of, set_objective
from storage.pairings import coach_of, leaders_of
from storage.playground import add_line, chat_lines, find_line, line_of_nudge
from storage.programmes import add_cohort, add_programme, cohorts_in, find_cohort, names_of
from storage.questions import (
    asked_questions,
    decline_question,
    declined_questions,
    find_nudge,
    find_slot,
    latest_question,
    open_question,
)
from storage.reflections import journal, keep_reflection, reflection_on, to_the_hour
from storage.rights import Purpose
from storage.tables import (
    Away,
    Nudge,
    NudgeKind,
    NudgeState,
    Objective,
    ObjectiveState,
    Reflection,
    WhyNot,
    Workspace,
)
from storage.texts import open_text
from tests.cast import MONDAY, Programme

LONG_AGO = MONDAY - timedelta(days=400)
# Amara's and Dan's are told apart by these words alone.
WORDS = "Only {} may find this."


@dataclass
class Belongings:
    """What one person has, one of each kind."""

    who: Member
    nudge: Nudge
    objective: Objective
    reflection: Reflection


def a_question(who: Member, state: NudgeState = NudgeState.SENT, days: int = 0) -> Nudge:
    at = MONDAY + timedelta(days=days)
    return Nudge(
        workspace_id=who.workspace_id,
        member_id=who.id,
        slot=f"{at.date()}/question",
        kind=NudgeKind.QUESTION,
        due_at=at,
        ready_at=at,
        expires_at=at + timedelta(hours=4),
        state=state,
        sent_at=at,
        open_until=at + timedelta(hours=48),
        question_id="CON-OPN-1",
    )


async def belongings(db: AsyncSession, who: Member) -> Belongings:
    words = WORDS.format(who.name)
    nudge = a_question(who)
    db.add(nudge)
    await db.flush()
    objective = await set_objective(db, who, words, ["connect"], MONDAY)
    reflection = await keep_reflection(db, who, nudge, "What is here?", words, MONDAY)
    db.add(Away(member_id=who.id, first=MONDAY.date(), last=MONDAY.date()))
    await add_line(db, who.workspace_id, who.id, words, MONDAY, nudge_id=nudge.id)
    return Belongings(who, nudge, objective, reflection)


@pytest.fixture
async def two(programme: Programme) -> tuple[Belongings, Belongings]:
    amara, dan = await programme.member("Amara Okafor"), await programme.member("Dan Whitfield")
    async with transaction(programme.engine) as db:
        return await belongings(db, amara), await belongings(db, dan)


async def test_a_question_of_dans_is_not_found_for_amara(
    programme: Programme, two: tuple[Belongings, Belongings]
) -> None:
    amara, dan = two
    async with reading(programme.engine) as db:
        assert await find_nudge(db, amara.who, amara.nudge.id) == amara.nudge
        assert await find_nudge(db, amara.who, dan.nudge.id) is None
        assert await find_nudge(db, amara.who, uuid4()) is None
        assert await find_nudge(db, amara.who, amara.nudge.id, NudgeKind.DIGEST) is None
        for look in (latest_question, lambda db, who: open_question(db, who, LONG_AGO)):
            assert await look(db, amara.who) == amara.nudge
            assert await look(db, dan.who) == dan.nudge
        assert await find_slot(db, amara.who, dan.nudge.slot) == amara.nudge
        asked = await asked_questions(db, [amara.who.id], LONG_AGO)
        assert {who: [one.id for one in ones] for who, ones in asked.items()} == {
            amara.who.id: [amara.nudge.id]
        }


async def test_a_question_can_be_answered_if_it_may_have_arrived_and_not_otherwise(
    programme: Programme,
) -> None:
    """Amara presses a button of it, so it did, whatever a crash left us unsure of."""
    amara = await programme.member("Amara Okafor")
    each = [a_question(amara, state, days) for days, state in enumerate(NudgeState)]
    async with transaction(programme.engine) as db:
        db.add_all(each)
    async with reading(programme.engine) as db:
        found = {one.state for one in each if await find_nudge(db, amara, one.id)}
        latest = await latest_question(db, amara)
        waiting = await open_question(db, amara, LONG_AGO)
    assert found == {NudgeState.SENT, NudgeState.SENDING, NudgeState.IN_DOUBT}
    # What she types without a button is about a question that surely arrived.
    assert latest is not None
    assert latest.state is NudgeState.SENT
    assert waiting == latest


async def test_an_objective_of_dans_is_not_found_for_amara(
    programme: Programme, two: tuple[Belongings, Belongings]
) -> None:
    amara, dan = two
    async with transaction(programme.engine) as db:
        assert await find_objective(db, amara.who, amara.objective.id) is not None
        assert await find_objective(db, amara.who, dan.objective.id) is None
        assert [one.id for one in await objectives_of(db, amara.who)] == [amara.objective.id]
        assert list(await active_objectives(db, [amara.who.id])) == [amara.who.id]
        parked = await find_objective(db, amara.who, amara.objective.id)
        assert parked is not None
        parked.state = ObjectiveState.PARKED
        await db.flush()
        assert await objectives_of(db, amara.who) == []


async def test_a_reflection_of_dans_is_in_no_journal_but_his(
    programme: Programme, two: tuple[Belongings, Belongings]
) -> None:
    amara, dan = two
    async with reading(programme.engine) as db:
        for one in (amara, dan):
            [newest, *older] = await journal(db, one.who, 50)
            words = await open_text(db, one.who, Purpose.OWN_PAGE, newest, MONDAY)
            assert words == WORDS.format(one.who.name)
            assert {each.member_id for each in older} <= {one.who.id}
            found = await reflection_on(db, one.nudge)
            assert found is not None
            assert found.id == one.reflection.id
        for role in ("Ruth Ellis", "Priya Nair"):
            assert await journal(db, await programme.member(role), 50) == []


async def test_a_second_answer_takes_the_place_of_the_first(
    programme: Programme, two: tuple[Belongings, Belongings]
) -> None:
    amara, _ = two
    later = MONDAY + timedelta(hours=1)
    async with transaction(programme.engine) as db:
        again = await keep_reflection(db, amara.who, amara.nudge, "What is here?", "Anew", later)
        assert again.id == amara.reflection.id
    async with reading(programme.engine) as db:
        [kept] = await journal(db, amara.who, 50)
        words = await open_text(db, amara.who, Purpose.OWN_PAGE, kept, later)
    assert (words, kept.answered_at) == ("Anew", to_the_hour(later))


async def test_a_line_of_dans_chat_is_not_found_for_amara(
    programme: Programme, two: tuple[Belongings, Belongings]
) -> None:
    amara, dan = two
    async with reading(programme.engine) as db:
        [amaras] = await chat_lines(db, amara.who.id, 50)
        [dans] = await chat_lines(db, dan.who.id, 50)
        assert amaras.number is not None
        assert dans.number is not None
        assert await find_line(db, amara.who.id, amaras.number) == amaras
        assert await find_line(db, amara.who.id, dans.number) is None
        assert await line_of_nudge(db, amara.who.id, dan.nudge.id) is None
        assert await line_of_nudge(db, dan.who.id, dan.nudge.id) == dans


async def test_what_dan_declined_is_declined_once_and_by_dan_alone(
    programme: Programme, two: tuple[Belongings, Belongings]
) -> None:
    amara, dan = two
    async with transaction(programme.engine) as db:
        for question in ("CON-OPN-1", "CON-OPN-1", "PUR-OPN-1"):
            await decline_question(db, dan.who, question, MONDAY)
    async with reading(programme.engine) as db:
        declined = await declined_questions(db, [amara.who.id, dan.who.id])
    assert declined == {dan.who.id: {"CON-OPN-1", "PUR-OPN-1"}}


async def test_days_and_hours_and_days_away_are_each_persons_own(
    programme: Programme, two: tuple[Belongings, Belongings]
) -> None:
    amara, dan = two
    async with reading(programme.engine) as db:
        assert await cadence_of(db, amara.who) is None
        assert list(await cadences(db, [amara.who.id, dan.who.id], NudgeKind.QUESTION)) == [
            dan.who.id
        ]
        assert list(await away_days(db, [amara.who.id])) == [amara.who.id]


async def test_stopping_dans_nudges_stops_none_of_amaras(programme: Programme) -> None:
    amara, dan = await programme.member("Amara Okafor"), await programme.member("Dan Whitfield")
    waiting = [
        a_question(who, state, days)
        for who in (amara, dan)
        for days, state in enumerate(NudgeState, 1)
    ]
    async with transaction(programme.engine) as db:
        db.add_all(waiting)
    async with transaction(programme.engine) as db:
        because = Because(WhyNot.STOPPED, "He said stop.")
        await cancel_waiting(db, [dan.id], because, MONDAY + timedelta(days=30))
    async with reading(programme.engine) as db:
        found = [await db.get_one(Nudge, one.id) for one in waiting]
    for before, after in zip(waiting, found, strict=True):
        cancelled = before.member_id == dan.id and before.state in {
            NudgeState.READY,
            NudgeState.LEASED,
        }
        assert after.state is (NudgeState.EXPIRED if cancelled else before.state)
        assert after.ended_because == ("He said stop." if cancelled else "")
        assert after.why_not == (WhyNot.STOPPED if cancelled else None)


async def test_ruth_coaches_both_and_each_finds_her_until_the_pairing_ends(
    programme: Programme,
) -> None:
    amara, ruth = await programme.member("Amara Okafor"), await programme.member("Ruth Ellis")
    async with transaction(programme.engine) as db:
        theirs = await leaders_of(db, ruth)
        assert [leader.name for _, leader in theirs] == ["Amara Okafor", "Dan Whitfield"]
        assert await leaders_of(db, amara) == []
        found = await coach_of(db, amara)
        assert found is not None
        assert found[1].id == ruth.id
        found[0].ended_at = MONDAY
        await db.flush()
        assert await coach_of(db, amara) is None
        assert [leader.name for _, leader in await leaders_of(db, ruth)] == ["Dan Whitfield"]


async def test_a_pairing_that_one_of_them_has_not_accepted_is_none_yet(
    programme: Programme,
) -> None:
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        found = await coach_of(db, amara)
        assert found is not None
        pairing, ruth = found
        pairing.accepted_at = None
        await db.flush()
        assert await coach_of(db, amara) is None
        assert [leader.name for _, leader in await leaders_of(db, ruth)] == ["Dan Whitfield"]


async def test_nothing_crosses_from_one_workspace_to_another(programme: Programme) -> None:
    """Another trust has an Amara too, with the same user id."""
    amara = await programme.member("Amara Okafor")
    elsewhere = Workspace(platform="slack", external_id="T2")
    async with transaction(programme.engine) as db:
        db.add(elsewhere)
        await db.flush()
        offer = await add_programme(db, elsewhere.id, "Another")
        [namesake] = await add_members(
            db, elsewhere.id, [NewMember(user_id="amara", name="Amara Elsewhere")]
        )
        cohort = await add_cohort(db, offer, "Theirs")
    async with reading(programme.engine) as db:
        found = await find_member(db, "slack", "T2", "amara")
        assert found is not None
        assert found.id == namesake.id
        assert await find_member(db, "slack", "playground", "amara") is None
        assert namesake.id not in {one.id for one in await people(db, amara.workspace_id)}
        assert await find_cohort(db, amara.workspace_id, cohort.id) is None
        assert await find_cohort(db, elsewhere.id, cohort.id) is not None
        theirs = await cohorts_in(db, elsewhere.id)
        assert list((await names_of(db, theirs)).values()) == ["Theirs"]


async def test_whoever_left_is_found_by_nobody(programme: Programme) -> None:
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        await mark_left(db, amara, MONDAY)
    async with reading(programme.engine) as db:
        assert await find_member(db, "playground", "playground", "amara") is None
        assert amara.id not in {one.id for one in await people(db, amara.workspace_id)}
        assert await addressees(db, [amara.id]) == {}
