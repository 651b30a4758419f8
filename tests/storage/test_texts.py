"""The one way to read: who may open what, for what, and what it leaves behind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from storage.agreements import agree, withdraw
from storage.audit import pending
from storage.engine import reading, transaction
from storage.erasing import forget
from storage.members import Member, NewMember, add_members
from storage.objectives import set_objective
from storage.pairings import accept, end_others, propose
from storage.reflections import keep_reflection
from storage.rights import Kind, Purpose, Shared, Standing, may_read
from storage.tables import (
    Action,
    Allowed,
    AuditRow,
    Nudge,
    NudgeKind,
    Objective,
    Pairing,
    Reflection,
    Workspace,
)
from storage.texts import DAMAGED, open_text, open_texts, readable
from tests.cast import MONDAY, Programme

OWN = (Purpose.OWN_PAGE, Purpose.OWN_COPY)
LATER = MONDAY + timedelta(days=1)
EVERYTHING = {Allowed.QUESTIONS, Allowed.SHARING}
AMARA, RUTH, PAIR = UUID(int=1), UUID(int=2), UUID(int=3)
STANDING = Standing(PAIR, MONDAY, sharing=True, titles=False)


# ---- the rule ----


@pytest.mark.parametrize("purpose", OWN)
def test_for_their_own_page_and_copy_only_the_owner_reads(purpose: Purpose) -> None:
    text = Shared(Kind.REFLECTION, AMARA, MONDAY, PAIR)
    assert may_read(AMARA, purpose, text, None)
    # Not even a coach with whom it is shared: a copy is the leader's.
    assert not may_read(RUTH, purpose, text, STANDING)


def test_for_the_digest_the_coach_reads_what_was_shared_with_this_very_coach() -> None:
    text = Shared(Kind.REFLECTION, AMARA, MONDAY, PAIR)
    assert may_read(RUTH, Purpose.DIGEST, text, STANDING)
    for other in (
        Shared(Kind.REFLECTION, AMARA, None, None),
        Shared(Kind.REFLECTION, AMARA, None, PAIR),
        Shared(Kind.REFLECTION, AMARA, MONDAY, uuid4()),
        Shared(Kind.REFLECTION, AMARA, MONDAY - timedelta(microseconds=1), PAIR),
        Shared(Kind.OBJECTIVE, AMARA, None, None),
    ):
        assert not may_read(RUTH, Purpose.DIGEST, other, STANDING), other
    assert not may_read(RUTH, Purpose.DIGEST, text, None)
    assert not may_read(AMARA, Purpose.DIGEST, text, None)


@pytest.mark.parametrize("kind", Kind)
def test_with_sharing_off_a_coach_reads_nothing(kind: Kind) -> None:
    off = Standing(PAIR, MONDAY, sharing=False, titles=True)
    assert not may_read(RUTH, Purpose.DIGEST, Shared(kind, AMARA, MONDAY, PAIR), off)


def test_titles_are_a_permission_for_objectives_and_for_nothing_else() -> None:
    titles = Standing(PAIR, MONDAY, sharing=True, titles=True)
    assert may_read(RUTH, Purpose.DIGEST, Shared(Kind.OBJECTIVE, AMARA, None, None), titles)
    assert not may_read(RUTH, Purpose.DIGEST, Shared(Kind.REFLECTION, AMARA, None, None), titles)


def test_whoever_does_not_say_what_for_reads_nothing() -> None:
    """mypy lets nobody come here with another word; and if somebody does, nothing is opened."""
    text = Shared(Kind.REFLECTION, AMARA, MONDAY, PAIR)
    with pytest.raises(AssertionError):
        may_read(AMARA, "curiosity", text, STANDING)


IDS = st.sampled_from([AMARA, RUTH, PAIR, uuid4()])
MOMENTS = st.none() | st.integers(-30, 30).map(lambda days: MONDAY + timedelta(days=days))


@given(
    reader=IDS,
    purpose=st.sampled_from(Purpose),
    text=st.builds(Shared, st.sampled_from(Kind), IDS, MOMENTS, st.none() | IDS),
    standing=st.none() | st.builds(Standing, IDS, st.just(MONDAY), st.booleans(), st.booleans()),
)
def test_nobody_reads_without_owning_it_or_having_been_given_it(
    reader: UUID, purpose: Purpose, text: Shared, standing: Standing | None
) -> None:
    if not may_read(reader, purpose, text, standing):
        return
    if purpose in OWN:
        assert reader == text.owner
        return
    assert standing is not None
    assert standing.sharing
    given = text.pairing == standing.pairing and (text.shared_at or MONDAY) >= MONDAY
    assert (given and text.shared_at) or (text.kind is Kind.OBJECTIVE and standing.titles)


# ---- with a database ----


@dataclass
class Room:
    """Amara, whom Ruth coaches, with one answer and one objective; and everybody else."""

    programme: Programme
    people: dict[str, Member]
    pairing: Pairing
    answer: Reflection
    objective: Objective

    async def opens(self, who: str, purpose: Purpose, now: datetime = LATER) -> set[str]:
        async with transaction(self.programme.engine) as db:
            kept = [self.answer, self.objective]
            return set((await open_texts(db, self.people[who], purpose, kept, now)).values())

    async def log(self, action: Action) -> list[AuditRow]:
        async with reading(self.programme.engine) as db:
            return list(await db.exec(select(AuditRow).where(AuditRow.action == action)))

    async def shares(self, *things: Reflection | Objective, at: datetime = MONDAY) -> None:
        async with transaction(self.programme.engine) as db:
            for thing in things:
                thing.shared_at, thing.pairing_id = at, self.pairing.id
                db.add(thing)


ANSWER, OBJECTIVE = "The agenda was mine.", "Partners start without me."


@pytest.fixture
async def room(programme: Programme) -> Room:
    names = ("Amara Okafor", "Dan Whitfield", "Ruth Ellis", "Priya Nair")
    people = {name.split(" ")[0]: await programme.member(name) for name in names}
    amara, ruth = people["Amara"], people["Ruth"]
    async with transaction(programme.engine) as db:
        elsewhere = Workspace(platform="slack", external_id="T2")
        db.add(elsewhere)
        await db.flush()
        newcomers = [
            NewMember(user_id=name, name=name, is_coach=True) for name in ("Sam", "Former")
        ]
        for one in await add_members(db, amara.workspace_id, newcomers):
            people[one.name] = one
        [people["Elsewhere"]] = await add_members(
            db, elsewhere.id, [NewMember(user_id="amara", name="Elsewhere", is_coach=True)]
        )
        await agree(db, amara, "1", EVERYTHING, MONDAY)
        nudge = Nudge(
            workspace_id=amara.workspace_id,
            member_id=amara.id,
            slot="1/question",
            kind=NudgeKind.QUESTION,
            due_at=MONDAY,
            ready_at=MONDAY,
            expires_at=MONDAY,
        )
        db.add(nudge)
        await db.flush()
        answer = await keep_reflection(db, amara, nudge, "What is fixed?", ANSWER, MONDAY)
        objective = await set_objective(db, amara, OBJECTIVE, [], MONDAY)
        pairing = (
            await db.exec(
                select(Pairing).where(Pairing.leader_id == amara.id, Pairing.coach_id == ruth.id)
            )
        ).one()
    return Room(programme, people, pairing, answer, objective)


BOTH = {ANSWER, OBJECTIVE}


# The role matrix: what each person may open of Amara's, by what she has shared with Ruth. One test
# a cell; whoever is not named in a row may open nothing.
ROLES = ("Amara", "Ruth", "Former", "Sam", "Dan", "Priya", "Elsewhere")
CELLS: dict[str, dict[str, set[str]]] = {
    "nothing is shared": {"Amara": BOTH},
    "the answer is shared": {"Amara": BOTH, "Ruth": {ANSWER}},
    "the objective is shared": {"Amara": BOTH, "Ruth": {OBJECTIVE}},
    "both are shared": {"Amara": BOTH, "Ruth": BOTH},
    "titles are allowed": {"Amara": BOTH, "Ruth": {OBJECTIVE}},
    "both were shared before Ruth was accepted": {"Amara": BOTH},
    "sharing was switched off": {"Amara": BOTH},
    "the agreement was withdrawn": {"Amara": BOTH},
    "the pairing has ended": {"Amara": BOTH},
    "Sam is her coach now": {"Amara": BOTH},
}


async def _set(room: Room, scene: str) -> None:
    amara = room.people["Amara"]
    if scene == "titles are allowed":
        async with transaction(room.programme.engine) as db:
            await agree(db, amara, "1", {*EVERYTHING, Allowed.TITLES}, MONDAY)
        return
    things = {
        "nothing is shared": (),
        "the answer is shared": (room.answer,),
        "the objective is shared": (room.objective,),
    }.get(scene, (room.answer, room.objective))
    early = "before" in scene
    await room.shares(*things, at=MONDAY - timedelta(days=1) if early else MONDAY)
    async with transaction(room.programme.engine) as db:
        match scene:
            case "sharing was switched off":
                await agree(db, amara, "1", {Allowed.QUESTIONS}, MONDAY)
            case "the agreement was withdrawn":
                await withdraw(db, amara, MONDAY)
            case "the pairing has ended":
                (await db.get_one(Pairing, room.pairing.id)).ended_at = MONDAY
            case "Sam is her coach now":
                new = await propose(db, amara, room.people["Sam"], MONDAY)
                assert new is not None
                for who in ("Amara", "Sam"):
                    await accept(db, new, room.people[who], MONDAY)


# The rule does not depend on the database; that the queries do, the tests below see to.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("scene", CELLS)
async def test_a_cell_of_the_role_matrix(room: Room, scene: str, who: str) -> None:
    await _set(room, scene)
    allowed = CELLS[scene].get(who, set())
    for purpose in Purpose:
        is_own = purpose in OWN
        expected = allowed if is_own == (who == "Amara") else set()
        assert await room.opens(who, purpose) == expected, purpose


@pytest.mark.parametrize("who", ROLES[1:])
async def test_what_may_not_be_opened_is_refused_on_record(room: Room, who: str) -> None:
    assert await room.opens(who, Purpose.DIGEST) == set()
    refused = await room.log(Action.REFUSED)
    assert {(one.actor_id, one.owner_id, one.about, one.detail) for one in refused} == {
        (room.people[who].id, room.people["Amara"].id, kept.id, "digest")
        for kept in (room.answer, room.objective)
    }


async def test_what_a_coach_opens_is_on_record_once_for_each_look(room: Room) -> None:
    await room.shares(room.answer)
    for minutes in (0, 1, 4):
        assert await room.opens("Ruth", Purpose.DIGEST, LATER + timedelta(minutes=minutes))
    assert [one.at for one in await room.log(Action.OPENED)] == [LATER]
    await room.opens("Ruth", Purpose.DIGEST, LATER + timedelta(minutes=6))
    opened = await room.log(Action.OPENED)
    assert [(one.actor_id, one.owner_id, one.about) for one in opened] == [
        (room.people["Ruth"].id, room.people["Amara"].id, room.answer.id)
    ] * 2


async def test_a_look_is_as_long_as_five_minutes_whatever_the_clock_does(room: Room) -> None:
    await room.shares(room.answer)
    looks = [LATER, LATER + timedelta(minutes=5), LATER + timedelta(minutes=3), LATER]
    for now in (*looks, LATER - timedelta(seconds=1)):
        assert await room.opens("Ruth", Purpose.DIGEST, now) == {ANSWER}
    # The third is of the first's five minutes; the last is before all of them: the clock was put
    # back, and what was opened then is no reason to leave it out.
    assert {one.at for one in await room.log(Action.OPENED)} == {
        looks[0],
        looks[1],
        LATER - timedelta(seconds=1),
    }


async def test_each_text_each_reader_and_each_refusal_is_on_record_by_itself(room: Room) -> None:
    """That Ruth was refused, or read something else, or Dan's, is no look at this one."""
    ruth, dan = room.people["Ruth"], room.people["Dan"]
    async with transaction(room.programme.engine) as db:
        await agree(db, dan, "1", EVERYTHING, MONDAY)
        dans = await set_objective(db, dan, "Fewer meetings.", [], MONDAY)
        pair = (await db.exec(select(Pairing).where(Pairing.leader_id == dan.id))).one()
        dans.shared_at, dans.pairing_id = MONDAY, pair.id
    assert await room.opens("Ruth", Purpose.DIGEST) == set()
    await room.shares(room.answer)
    assert await room.opens("Ruth", Purpose.DIGEST) == {ANSWER}
    await room.shares(room.objective)
    for _ in range(2):
        async with transaction(room.programme.engine) as db:
            kept = [room.answer, dans, room.objective]
            read = await open_texts(db, ruth, Purpose.DIGEST, kept, LATER)
        assert read == {
            room.answer.id: ANSWER,
            dans.id: "Fewer meetings.",
            room.objective.id: OBJECTIVE,
        }
    opened = await room.log(Action.OPENED)
    amara = room.people["Amara"].id
    assert {(one.actor_id, one.owner_id, one.about, one.detail) for one in opened} == {
        (ruth.id, amara, room.answer.id, "digest"),
        (ruth.id, amara, room.objective.id, "digest"),
        (ruth.id, dan.id, dans.id, "digest"),
    }
    assert len(opened) == 3
    assert {one.workspace_id for one in opened} == {ruth.workspace_id}


async def test_that_one_coach_has_just_looked_does_not_hide_that_the_next_one_did(
    room: Room,
) -> None:
    await room.shares(room.answer)
    assert await room.opens("Ruth", Purpose.DIGEST) == {ANSWER}
    async with transaction(room.programme.engine) as db:
        new = await propose(db, room.people["Amara"], room.people["Sam"], LATER)
        assert new is not None
        for who in ("Amara", "Sam"):
            await accept(db, new, room.people[who], LATER)
        room.answer.shared_at, room.answer.pairing_id = LATER, new.id
        db.add(room.answer)
    assert await room.opens("Sam", Purpose.DIGEST, LATER + timedelta(minutes=1)) == {ANSWER}
    assert {one.actor_id for one in await room.log(Action.OPENED)} == {
        room.people["Ruth"].id,
        room.people["Sam"].id,
    }


async def test_who_is_only_proposed_reads_nothing_even_of_what_was_shared_with_them(
    room: Room,
) -> None:
    async with transaction(room.programme.engine) as db:
        new = await propose(db, room.people["Amara"], room.people["Sam"], MONDAY)
        assert new is not None
        for thing in (room.answer, room.objective):
            thing.shared_at, thing.pairing_id = MONDAY, new.id
            db.add(thing)
    assert await room.opens("Sam", Purpose.DIGEST) == set()


async def test_a_pairing_in_another_workspace_gives_no_right(room: Room) -> None:
    await room.shares(room.answer)
    async with transaction(room.programme.engine) as db:
        room.pairing.workspace_id = room.people["Elsewhere"].workspace_id
        db.add(room.pairing)
    assert await room.opens("Ruth", Purpose.DIGEST) == set()


async def test_a_single_text_of_somebody_else_is_opened_on_record_too(room: Room) -> None:
    await room.shares(room.answer)
    async with transaction(room.programme.engine) as db:
        ruth = room.people["Ruth"]
        assert await open_text(db, ruth, Purpose.DIGEST, room.answer, LATER) == ANSWER
        assert await open_text(db, ruth, Purpose.DIGEST, room.objective, LATER) == ""
    assert [one.at for one in await room.log(Action.OPENED)] == [LATER]
    assert [one.about for one in await room.log(Action.REFUSED)] == [room.objective.id]


async def test_a_leaders_reading_of_her_own_words_is_not_written_down(room: Room) -> None:
    async with transaction(room.programme.engine) as db:
        words = await open_text(db, room.people["Amara"], Purpose.OWN_PAGE, room.answer, LATER)
        assert (words, pending(db)) == (ANSWER, [])


async def test_the_record_is_kept_with_the_reading_or_nothing_is_read(room: Room) -> None:
    """In a transaction that only looks, nothing could be recorded: so nothing is opened."""
    await room.shares(room.answer)
    async with reading(room.programme.engine) as db:
        with pytest.raises(RuntimeError):
            await open_texts(db, room.people["Ruth"], Purpose.DIGEST, [room.answer], LATER)


async def test_asking_what_is_readable_opens_nothing_and_leaves_no_trace(room: Room) -> None:
    await room.shares(room.answer)
    async with transaction(room.programme.engine) as db:
        kept = [room.answer, room.objective]
        found = await readable(db, room.people["Ruth"], Purpose.DIGEST, kept)
        assert [one.id for one in found] == [room.answer.id]
        assert pending(db) == []


async def test_nothing_opens_to_nothing(room: Room) -> None:
    async with reading(room.programme.engine) as db:
        assert await open_text(db, room.people["Amara"], Purpose.OWN_PAGE, None, LATER) == ""
        assert await open_texts(db, room.people["Amara"], Purpose.OWN_PAGE, [], LATER) == {}


async def test_whose_key_is_gone_a_moment_ago_opens_to_nothing(room: Room) -> None:
    amara = room.people["Amara"]
    async with transaction(room.programme.engine) as db:
        await forget(db, amara.workspace_id, amara.id)
    assert await room.opens("Amara", Purpose.OWN_PAGE) == set()


SWAPS: dict[str, Callable[[Room], tuple[Reflection | Objective, bytes]]] = {
    "an objective's words in an answer": lambda room: (room.answer, room.objective.words),
    "an answer's words in an objective": lambda room: (room.objective, room.answer.words),
}


@pytest.mark.parametrize("swap", SWAPS)
async def test_words_that_were_moved_to_another_row_do_not_open(room: Room, swap: str) -> None:
    kept, words = SWAPS[swap](room)
    kept.words = words
    async with reading(room.programme.engine) as db:
        both = [room.answer, room.objective]
        found = await open_texts(db, room.people["Amara"], Purpose.OWN_PAGE, both, LATER)
        # The other is read all the same.
        assert found[kept.id] == DAMAGED
        assert set(found.values()) - {DAMAGED} <= BOTH
        assert len(set(found.values())) == 2
        assert await open_text(db, room.people["Amara"], Purpose.OWN_PAGE, kept, LATER) == ""


async def test_only_the_pairings_of_the_same_leader_end_with_a_new_one(room: Room) -> None:
    async with transaction(room.programme.engine) as db:
        dans = (
            await db.exec(select(Pairing).where(Pairing.leader_id == room.people["Dan"].id))
        ).one()
        assert await end_others(db, room.pairing, MONDAY) == []
        assert dans.ended_at is None
