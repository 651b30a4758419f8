"""A quarter's totals: who is counted, released once and frozen, far from what was shown before."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom
from typing import Any

import pytest
from sqlalchemy import delete, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from storage.agreements import agree, agreement_of, withdraw
from storage.engine import reading, transaction
from storage.leaving import mark_left
from storage.members import Member, NewMember, add_members
from storage.programmes import add_cohort, add_programme
from storage.suppressing import AtLeast, AtMost, Count, Share, Shown, TooFew, Value
from storage.tables import (
    Agreement,
    Allowed,
    CadenceRow,
    Cohort,
    Counted,
    MemberRow,
    Nudge,
    NudgeKind,
    NudgeState,
    Outcome,
    Pairing,
    Permission,
    Programme,
    Total,
    TotalKind,
    TotalsRelease,
    Workspace,
)
from storage.totals import Quarter, Subject, is_anything_due, release, release_ended, released
from tests.storage.adversary import STILL

K = 11
Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)
DURING, AFTER = datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
COUNTED = {Allowed.QUESTIONS, Allowed.TOTALS}


@dataclass
class House:
    """One workspace with one programme, whose leaders agreed and were asked in the quarter."""

    engine: AsyncEngine
    name: str = "here"
    workspace: Workspace = field(init=False)
    programme: Programme = field(init=False)
    cohorts: list[Cohort] = field(default_factory=list)
    leaders: list[Member] = field(default_factory=list)
    coaches: int = 0

    async def lay_out(self) -> "House":
        self.workspace = Workspace(platform="playground", external_id=self.name)
        await self._add([self.workspace])
        async with transaction(self.engine) as db:
            self.programme = await add_programme(db, self.workspace.id, "A programme")
        return self

    async def _add(self, *rows: Sequence[Any]) -> None:
        async with transaction(self.engine) as db:
            for some in rows:
                db.add_all(some)
                await db.flush()

    async def cohort(self) -> Cohort:
        async with transaction(self.engine) as db:
            cohort = await add_cohort(db, self.programme, "A cohort")
        self.cohorts.append(cohort)
        return cohort

    async def people(self, *numbers: int, **more: Any) -> list[Member]:
        async with transaction(self.engine) as db:
            new = [NewMember(user_id=f"{n}", name=f"No. {n}", **more) for n in numbers]
            return await add_members(db, self.workspace.id, new)

    async def joins(
        self,
        number: int,
        cohort: Cohort,
        allows: set[Allowed] = COUNTED,
        at: datetime = DURING,
        **more: Any,
    ) -> list[Member]:
        """So many new leaders, each of them asked one question."""
        first = len(self.leaders)
        new = await self.people(
            *range(first, first + number), is_leader=True, cohort_id=cohort.id, **more
        )
        agreements = [
            Agreement(workspace_id=self.workspace.id, member_id=one.id, notice="1", agreed_at=at)
            for one in new
        ]
        permissions = [
            Permission(agreement_id=one.id, allows=allowed, given_at=at)
            for one in agreements
            for allowed in allows
        ]
        await self._add(agreements, permissions)
        await self.asked(new, at)
        self.leaders += new
        return new

    async def asked(
        self, who: Sequence[Member], at: datetime, outcome: Outcome | None = None, **more: Any
    ) -> None:
        rows = [
            Nudge(
                **{
                    "workspace_id": one.workspace_id,
                    "member_id": one.id,
                    "slot": f"{at.isoformat()}/{outcome}",
                    "kind": NudgeKind.QUESTION,
                    "due_at": at,
                    "ready_at": at,
                    "expires_at": at,
                    "state": NudgeState.SENT,
                    "sent_at": at,
                    "outcome": outcome,
                    **more,
                }
            )
            for one in who
        ]
        await self._add(rows)

    async def coached(self, who: Sequence[Member], at: datetime | None) -> None:
        self.coaches += 1
        [coach] = await self.people(10_000 + self.coaches, is_coach=True)
        pairings = [
            Pairing(
                workspace_id=one.workspace_id, leader_id=one.id, coach_id=coach.id, accepted_at=at
            )
            for one in who
        ]
        await self._add(pairings)

    async def release(
        self, quarter: Quarter = Q4, now: datetime = AFTER, chance: Random = STILL, k: int = K
    ) -> bool:
        async with transaction(self.engine) as db:
            return await release(db, self.workspace.id, quarter, k, now, chance)

    async def shown(self, kind: TotalKind, quarter: Quarter = Q4) -> list[Value | None]:
        """The programme's, then its cohorts' in the order in which they were made."""
        places = [None, *(one.id for one in self.cohorts)]
        async with reading(self.engine) as db:
            found = await released(db, self.workspace.id)
        there = {
            one.about.cohort_id: one.figure
            for one in found
            if one.quarter == quarter and one.about.kind is kind
        }
        assert set(there) <= set(places)
        figures = [there[place] for place in places if place in there]
        return [one.value if isinstance(one, Shown) else None for one in figures]


@pytest.fixture
async def house(engine: AsyncEngine) -> House:
    return await House(engine).lay_out()


def test_a_quarter_is_three_months_of_the_calendar() -> None:
    assert [str(Quarter.of(datetime(2026, month, 1, tzinfo=UTC))) for month in (1, 3, 4, 12)] == [
        "2026-Q1",
        "2026-Q1",
        "2026-Q2",
        "2026-Q4",
    ]
    assert (Q4.start, Q4.end) == (datetime(2026, 10, 1, tzinfo=UTC), AFTER)
    assert (Q3.start, Q3.end) == (datetime(2026, 7, 1, tzinfo=UTC), Q4.start)
    assert Quarter.named(str(Q4)) == Q4
    assert Quarter.last_ended(AFTER) == Q4
    assert Quarter.last_ended(AFTER - timedelta(seconds=1)) == Q3


@pytest.mark.usefixtures("in_stanley")
def test_a_quarter_is_that_of_utc_wherever_the_machine_stands() -> None:
    """In Stanley it is still the evening of 31 December."""
    assert AFTER.astimezone().year == 2026
    assert Quarter.of(AFTER) == Quarter.of(AFTER.astimezone()) == Quarter(2027, 1)
    assert Quarter.of(AFTER - timedelta(seconds=1)) == Q4


async def test_cohorts_add_up_and_each_leader_counts_once(house: House) -> None:
    first, second = await house.cohort(), await house.cohort()
    many = await house.joins(30, first)
    await house.joins(25, second)
    await house.asked(many, DURING + timedelta(days=2))
    assert await house.release()
    assert await house.shown(TotalKind.TAKING_PART) == [Count(55), Count(30), Count(25)]
    assert await house.shown(TotalKind.PAIRED) == [None]
    assert await house.shown(TotalKind.COACHES) == [None]


async def test_who_answered_half_of_their_questions_has_answered(house: House) -> None:
    cohort = await house.cohort()
    everyone = await house.joins(40, cohort)
    later = DURING + timedelta(days=2)
    await house.asked(everyone[:20], later, Outcome.ANSWERED)
    await house.asked(everyone[20:], later, Outcome.SKIPPED)
    await house.asked(everyone[20:30], later, Outcome.ANSWERED)
    await house.asked(everyone, AFTER, Outcome.ANSWERED)
    assert await house.release()
    assert await house.shown(TotalKind.ANSWERED) == [Share(50), Share(50)]


@pytest.mark.parametrize(("answered", "end"), [(0, AtMost()), (30, AtLeast())])
async def test_the_ends_of_a_share_stay_open(house: House, answered: int, end: Value) -> None:
    everyone = await house.joins(30, await house.cohort())
    await house.asked(everyone[:answered], DURING + timedelta(days=2), Outcome.ANSWERED)
    assert await house.release()
    assert await house.shown(TotalKind.ANSWERED) == [end, end]


async def test_only_who_takes_part_and_agreed_to_be_counted_is_counted(house: House) -> None:
    cohort, today = await house.cohort(), AFTER.date()
    counted = await house.joins(17, cohort)
    await house.joins(20, cohort, {Allowed.QUESTIONS, Allowed.SHARING})
    await house.joins(20, cohort, {Allowed.TOTALS, Allowed.SHARING})
    await house.joins(20, cohort, COUNTED, Q4.start - timedelta(seconds=1))
    await house.joins(20, cohort, COUNTED, AFTER)
    gone = await house.joins(20, cohort)
    async with transaction(house.engine) as db:
        for one in gone:
            await mark_left(db, one, DURING)
    asked_nothing = await house.joins(20, cohort, at=Q3.start)
    gone, changed, paused, briefly, stopped, rested = [
        await house.joins(20, cohort) for _ in range(6)
    ]
    pauses = [
        *((one, {"paused_at": DURING}) for one in paused),
        *((one, {"paused_at": DURING, "paused_until": today}) for one in briefly),
        *((one, {"stopped_at": DURING}) for one in stopped),
        *((one, {"paused_at": DURING, "paused_until": DURING.date()}) for one in rested[:3]),
    ]
    await house.asked(asked_nothing[:10], DURING, kind=NudgeKind.DIGEST)
    await house.asked(asked_nothing[10:], DURING, state=NudgeState.GIVEN_UP)
    async with transaction(house.engine) as db:
        for one in gone:
            await withdraw(db, one, DURING)
        for one in changed:
            await agree(db, one, "1", {Allowed.QUESTIONS}, DURING)
        for one in rested[3:]:
            agreement = await agreement_of(db, one)
            assert agreement is not None
            for permission in await db.exec(
                select(Permission).where(Permission.agreement_id == agreement.id)
            ):
                permission.withdrawn_at = DURING
        db.add_all(
            CadenceRow(
                member_id=one.id,
                kind=NudgeKind.QUESTION,
                workspace_id=one.workspace_id,
                slots="tue 12:00",
                zone="Europe/London",
                **pause,
            )
            for one, pause in pauses
        )
    assert await house.release()
    # Three whose pause is over, and nobody else.
    assert await house.shown(TotalKind.TAKING_PART) == [Count(20), Count(20)]
    async with reading(house.engine) as db:
        assert set(await db.exec(select(Counted.member_id))) == {
            one.id for one in (*counted, *rested[:3])
        }


@pytest.mark.usefixtures("in_stanley")
async def test_who_has_a_rhythm_and_does_not_rest_is_counted_and_who_leads_nobody_is_not(
    house: House,
) -> None:
    """Having no digest is no rest, nor is a pause that was over yesterday, by UTC's days and not by
    the machine's; and a coach who was asked by mistake is no leader."""
    cohort = await house.cohort()
    everyone = await house.joins(60, cohort, at=Q4.start)
    rhythm, no_digest, coaches = everyone[:20], everyone[20:40], everyone[40:]
    over = {"paused_at": DURING, "paused_until": AFTER.date() - timedelta(days=1)}
    async with transaction(house.engine) as db:
        db.add_all(
            CadenceRow(
                member_id=one.id,
                kind=kind,
                workspace_id=one.workspace_id,
                slots="tue 12:00",
                zone="Europe/London",
                **rest,
            )
            for kind, rest, who in (
                (NudgeKind.QUESTION, {}, rhythm[:10]),
                (NudgeKind.QUESTION, over, rhythm[10:]),
                (NudgeKind.DIGEST, {"stopped_at": DURING}, no_digest),
            )
            for one in who
        )
        for one in coaches:
            (await db.get_one(MemberRow, one.id)).is_leader = False
    assert await house.release()
    assert await house.shown(TotalKind.TAKING_PART) == [Count(40), Count(40)]
    async with reading(house.engine) as db:
        counted = set(await db.exec(select(Counted.member_id)))
    assert counted == {one.id for one in (*rhythm, *no_digest)}


async def test_pairings_of_the_quarter_and_coaches(house: House) -> None:
    everyone = await house.joins(60, await house.cohort())
    await house.coached(everyone[:15], DURING)
    await house.coached(everyone[15:30], Q4.start)
    await house.coached(everyone[30:40], Q4.start - timedelta(seconds=1))
    await house.coached(everyone[40:50], AFTER)
    await house.coached(everyone[50:], None)
    await house.people(*range(20_000, 20_013), is_coach=True)
    gone = await house.people(*range(30_000, 30_010), is_coach=True)
    async with transaction(house.engine) as db:
        for one in gone:
            await mark_left(db, one, DURING)
    assert await house.release()
    assert await house.shown(TotalKind.PAIRED) == [Count(30)]
    assert await house.shown(TotalKind.COACHES) == [Count(20)]


async def test_a_cohort_that_only_coaches_are_in_is_no_part_of_a_breakdown(house: House) -> None:
    """It would be a part of nobody, and hide all the others."""
    await house.joins(30, await house.cohort())
    await house.people(*range(500, 520), is_coach=True, cohort_id=(await house.cohort()).id)
    assert await house.release()
    assert await house.shown(TotalKind.TAKING_PART) == [Count(30), Count(30)]
    assert await house.shown(TotalKind.COACHES) == [Count(20)]


async def test_all_but_a_few_paired_would_tell_of_the_few(house: House) -> None:
    everyone = await house.joins(40, await house.cohort())
    await house.coached(everyone[:37], DURING)
    assert await house.release()
    assert await house.shown(TotalKind.TAKING_PART) == [Count(40), Count(40)]
    assert await house.shown(TotalKind.PAIRED) == [None]


async def test_fewer_than_the_threshold_are_never_shown_and_below_five_is_refused(
    house: House,
) -> None:
    await house.joins(10, await house.cohort())
    with pytest.raises(ValueError, match="No totals of fewer than 5 people"):
        await house.release(k=4)
    assert await house.release(chance=SystemRandom())
    assert await house.shown(TotalKind.TAKING_PART) == [None, None]


async def test_a_quarter_that_runs_is_not_released(house: House) -> None:
    assert not await house.release(now=AFTER - timedelta(seconds=1))
    async with reading(house.engine) as db:
        assert await released(db, house.workspace.id) == []
        assert await is_anything_due(db, DURING)


async def test_what_was_released_is_frozen(house: House) -> None:
    cohort = await house.cohort()
    everyone = await house.joins(30, cohort)
    assert await house.release()
    async with reading(house.engine) as db:
        before = await released(db, house.workspace.id)
        assert not await is_anything_due(db, AFTER)
    await house.joins(30, cohort)
    await house.asked(everyone, DURING + timedelta(days=9), Outcome.ANSWERED)
    async with transaction(house.engine) as db:
        for one in everyone[:20]:
            await withdraw(db, one, AFTER)
        await db.exec(delete(Counted).where(col(Counted.member_id) == everyone[0].id))
        assert await release_ended(db, K, AFTER + timedelta(days=1), STILL) == 0
    assert not await house.release(chance=SystemRandom())
    async with reading(house.engine) as db:
        assert await released(db, house.workspace.id) == before


async def test_the_next_quarter_is_held_against_what_was_shown(house: House) -> None:
    first, second = await house.cohort(), await house.cohort()
    at = Q3.start + timedelta(days=9)
    some, others = await house.joins(30, first, at=at), await house.joins(30, second, at=at)
    assert await house.release(Q3, Q3.end)
    await house.asked([*some, *others], DURING)
    # Four come, which changes nothing that is shown; and twenty, which does.
    await house.joins(4, first)
    await house.joins(20, second)
    await house.coached([*some, *others], DURING)
    assert await house.release()
    assert await house.shown(TotalKind.TAKING_PART, Q3) == [Count(60), Count(30), Count(30)]
    assert await house.shown(TotalKind.TAKING_PART) == [Count(80), Count(30), Count(50)]
    # The sixty who were paired are the sixty of the quarter before.
    assert await house.shown(TotalKind.PAIRED) == [None]
    async with reading(house.engine) as db:
        assert [str(one.quarter) for one in await released(db, house.workspace.id)] == [
            *["2026-Q4"] * 8,
            *["2026-Q3"] * 8,
        ]


async def test_a_figure_that_stands_stands_on_the_same_people(house: House) -> None:
    cohort = await house.cohort()
    at = Q3.start + timedelta(days=9)
    first = await house.joins(30, cohort, at=at)
    assert await house.release(Q3, Q3.end)
    await house.asked(first, DURING)
    await house.joins(4, cohort)
    assert await house.release()
    assert await house.shown(TotalKind.TAKING_PART) == [Count(30), Count(30)]
    async with reading(house.engine) as db:
        counted = set(
            await db.exec(
                select(Counted.member_id)
                .join(Total)
                .where(Total.quarter == str(Q4), Total.kind == TotalKind.TAKING_PART)
            )
        )
    assert counted == {one.id for one in first}


async def test_who_was_paired_in_one_quarter_stands_for_no_other(house: House) -> None:
    at = Q3.start + timedelta(days=9)
    everyone = await house.joins(60, await house.cohort(), at=at)
    await house.coached(everyone[:30], at)
    assert await house.release(Q3, Q3.end)
    assert await house.shown(TotalKind.PAIRED, Q3) == [Count(30)]
    await house.asked(everyone, DURING)
    await house.coached(everyone[:30], DURING)
    assert await house.release()
    assert await house.shown(TotalKind.PAIRED) == [None]


async def test_two_of_three_cohorts_are_held_against_the_sum_of_theirs(house: House) -> None:
    """The whole differs from all that was shown by thirty, but not from what two add up to."""
    at = Q3.start + timedelta(days=9)
    groups = [await house.joins(30, await house.cohort(), at=at) for _ in range(3)]
    assert await house.release(Q3, Q3.end)
    assert await house.shown(TotalKind.TAKING_PART, Q3) == [Count(90), *[Count(30)] * 3]
    await house.asked([*groups[0], *groups[1]], DURING)
    assert await house.release()
    assert await house.shown(TotalKind.TAKING_PART) == [Count(90), None, None, None]


async def test_what_was_hidden_stands_for_nothing(house: House) -> None:
    first, second = await house.cohort(), await house.cohort()
    at = Q3.start + timedelta(days=9)
    before = [*await house.joins(30, first, at=at), *await house.joins(3, second, at=at)]
    assert await house.release(Q3, Q3.end)
    assert await house.shown(TotalKind.TAKING_PART, Q3) == [Count(35), None, None]
    await house.asked(before, DURING)
    await house.joins(20, second)
    assert await house.release()
    # The first cohort is the whole of then but for three, so neither is shown.
    assert await house.shown(TotalKind.TAKING_PART) == [Count(55), None, None]


async def test_each_workspace_is_counted_by_itself_in_as_many_looks_as_one(
    engine: AsyncEngine, house: House
) -> None:
    there = await House(engine, "there").lay_out()
    await house.joins(30, await house.cohort())
    statements: list[str] = []
    event.listen(
        engine.sync_engine, "before_cursor_execute", lambda *about: statements.append(about[2])
    )
    assert await house.release(Q3, Q3.end)
    alone = len(statements)
    await there.joins(40, await there.cohort())
    await there.joins(20, await there.cohort())
    statements.clear()
    async with transaction(engine) as db:
        assert await release_ended(db, K, AFTER, STILL) == 2
    assert len(statements) <= alone + 2
    assert await house.shown(TotalKind.TAKING_PART) == [Count(30), Count(30)]
    assert await there.shown(TotalKind.TAKING_PART) == [Count(60), Count(40), Count(20)]
    async with reading(engine) as db:
        rows = list(await db.exec(select(TotalsRelease).where(TotalsRelease.quarter == str(Q4))))
    assert {(one.workspace_id, one.threshold, one.released_at) for one in rows} == {
        (house.workspace.id, K, AFTER),
        (there.workspace.id, K, AFTER),
    }


async def test_each_programme_has_its_own_figures_and_the_coaches_are_the_workspaces(
    house: House,
) -> None:
    first, here = house.programme, await house.cohort()
    await house.joins(40, here)
    async with transaction(house.engine) as db:
        house.programme = await add_programme(db, house.workspace.id, "Another programme")
    there = await house.cohort()
    await house.joins(20, there)
    assert await house.release()
    async with reading(house.engine) as db:
        found = await released(db, house.workspace.id)
    both = ((first.id, here.id, Count(40)), (house.programme.id, there.id, Count(20)))
    assert {
        (one.about.programme_id, one.about.cohort_id, one.figure.value)
        for one in found
        if one.about.kind is TotalKind.TAKING_PART and isinstance(one.figure, Shown)
    } == {
        (programme, about, count) for programme, cohort, count in both for about in (None, cohort)
    }
    assert [one.about for one in found if one.about.kind is TotalKind.COACHES] == [
        Subject(TotalKind.COACHES)
    ]
    for kind in (TotalKind.ANSWERED, TotalKind.PAIRED):
        assert {one.about for one in found if one.about.kind is kind} == {
            Subject(kind, programme, about)
            for programme, cohort, _ in both
            for about in ((None, cohort) if kind is TotalKind.ANSWERED else (None,))
        }


async def test_a_workspace_with_nobody_is_released_once_too(house: House) -> None:
    assert await house.release()
    assert not await house.release()
    async with reading(house.engine) as db:
        [only] = await released(db, house.workspace.id)
    assert (only.about.kind, only.figure) == (TotalKind.COACHES, TooFew())


async def test_two_processes_release_a_quarter_once(house: House) -> None:
    await house.joins(30, await house.cohort())
    assert sorted(await asyncio.gather(*(house.release() for _ in range(3)))) == [
        False,
        False,
        True,
    ]
    async with reading(house.engine) as db:
        assert len(await released(db, house.workspace.id)) == 6


async def test_a_release_that_fails_leaves_nothing(house: House) -> None:
    await house.joins(30, await house.cohort())

    class Broken(Random):
        def choices(self, *_: object, **__: object) -> list[int]:
            raise OSError("no chance")

    with pytest.raises(OSError, match="no chance"):
        await house.release(chance=Broken())
    async with reading(house.engine) as db:
        assert list(await db.exec(select(Total))) == []
    assert await house.release()
