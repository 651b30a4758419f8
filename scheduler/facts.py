"""The facts about everyone in a batch, and the question that rests on them.

`look_up` reads a fixed number of queries however many people there are; everything else is pure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from prompts.bank import Bank
from prompts.choosing import Chosen, Silence, choose
from prompts.history import ActiveObjective, Asked, Dial, History, Run
from prompts.question import PartOfWeek, Theme
from scheduler.cadence import part_of_week, read_slots
from scheduler.holidays import is_working_day
from scheduler.own_questions import to_question
from storage.agreements import Consent, consents
from storage.cadences import away_days, cadences
from storage.digests import BEGINNING, SharedMark, last_digests, shared_marks
from storage.members import Addressee, addressees, opened_names
from storage.objectives import active_objectives
from storage.own_questions import known_to
from storage.pairings import Coached, coaching_of
from storage.questions import AskedQuestion, asked_questions, declined_questions, words_asked
from storage.runs import open_runs
from storage.tables import (
    Away,
    CadenceRow,
    Nudge,
    NudgeKind,
    NudgeState,
    Objective,
    Outcome,
    OwnQuestion,
    SequenceRun,
)

# The longest cool-down is 180 days; a year and a bit shows the whole of it.
HISTORY = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that decides what is said to the people of one batch, by member."""

    addressees: Mapping[UUID, Addressee]
    consents: Mapping[UUID, Consent]
    cadences: Mapping[UUID, CadenceRow]
    away: Mapping[UUID, Sequence[Away]]
    objectives: Mapping[UUID, Sequence[Objective]]
    asked: Mapping[UUID, Sequence[AskedQuestion]]
    declined: Mapping[UUID, frozenset[str]]
    coached: Mapping[UUID, Coached]
    names: Mapping[UUID, str]
    runs: Mapping[UUID, Sequence[SequenceRun]]
    own: Mapping[UUID, Sequence[OwnQuestion]]
    reminded: Mapping[UUID, str]
    shared: Sequence[SharedMark]
    digests: Mapping[UUID, datetime]


async def look_up(db: AsyncSession, nudges: Sequence[Nudge], now: datetime) -> Facts:
    return await look_up_people(
        db,
        {nudge.member_id for nudge in nudges if nudge.kind is not NudgeKind.DIGEST},
        {nudge.member_id for nudge in nudges if nudge.kind is NudgeKind.DIGEST},
        now,
        {nudge.follows_id for nudge in nudges if nudge.kind is NudgeKind.REMINDER},
    )


async def look_up_people(
    db: AsyncSession,
    leaders: set[UUID],
    coaches: set[UUID],
    now: datetime,
    reminded: Collection[UUID | None] = (),
) -> Facts:
    """`reminded` are the questions that are to be reminded of."""
    digests = await last_digests(db, coaches, now) if coaches else {}
    shared = await _shared(db, coaches, digests) if coaches else []
    coached = await coaching_of(db, leaders)
    return Facts(
        addressees=await addressees(db, leaders | coaches),
        consents=await consents(db, leaders | {mark.leader_id for mark in shared}),
        cadences=await cadences(db, leaders, NudgeKind.QUESTION),
        away=await away_days(db, leaders),
        objectives=await active_objectives(db, leaders),
        asked=await asked_questions(db, leaders, now - HISTORY),
        declined=await declined_questions(db, leaders),
        coached=coached,
        names=await opened_names(db, {one.coach_id for one in coached.values()}),
        runs=await open_runs(db, leaders),
        own=await known_to(db, leaders),
        reminded=await words_asked(db, reminded) if reminded else {},
        shared=shared,
        digests=digests,
    )


async def _shared(
    db: AsyncSession, coaches: set[UUID], digests: Mapping[UUID, datetime]
) -> list[SharedMark]:
    return await shared_marks(db, coaches, min(digests.get(coach, BEGINNING) for coach in coaches))


def bank_for(who: UUID, facts: Facts, bank: Bank) -> Bank:
    """With what this leader's own programme wrote."""
    return bank.plus(tuple(to_question(one) for one in facts.own.get(who, ())))


def choose_for(
    who: UUID, facts: Facts, told: History, bank: Bank, local: datetime, slot: str
) -> Chosen | Silence:
    """`told` and `bank` are this leader's own; `local` is the moment on their clock, and `slot`
    names the occasion."""
    row = facts.cadences.get(who)
    nation = row.nation if row else ""
    return choose(
        bank,
        told,
        local,
        f"{who}/{slot}",
        part_of_week(read_slots(row.slots), local.date()) if row else PartOfWeek.ANY,
        lambda day: is_working_day(nation, day),
    )


def history(who: UUID, facts: Facts, now: datetime) -> History:
    """The facts that a choice may rest on. Never a mood, never a word of an answer."""
    row, consent = facts.cadences.get(who), facts.consents.get(who)
    heavy = row is not None and row.heavy_until is not None and now < row.heavy_until
    coached = facts.coached.get(who)
    return History(
        started_at=consent.since if consent else now,
        asked=tuple(_asked(one, row) for one in facts.asked.get(who, ())),
        declined=facts.declined.get(who, frozenset()),
        objectives=tuple(
            ActiveObjective(one.id, tuple(Theme(theme) for theme in one.themes.split()))
            for one in facts.objectives.get(who, ())
        ),
        heavy_week=heavy,
        dial=Dial(row.dial) if row else Dial.BALANCED,
        sessions=coached.sessions if coached else (),
        has_coach=coached is not None,
        runs=tuple(
            Run(one.id, one.sequence, one.planned_on, one.started_at, one.anchor)
            for one in facts.runs.get(who, ())
        ),
    )


def _asked(one: AskedQuestion, row: CadenceRow | None) -> Asked:
    at = one.sent_at or one.due_at
    carried_on = row is not None and row.carried_on_at is not None and at < row.carried_on_at
    return Asked(
        question_id=one.question_id,
        at=at,
        answered=one.outcome is Outcome.ANSWERED,
        objective_id=one.objective_id,
        # Whoever carried on was there, whatever went unanswered before it; and what may never
        # have arrived was not left unanswered.
        set_aside=one.outcome in SET_ASIDE or carried_on or one.state is NudgeState.IN_DOUBT,
        put_off=one.outcome is Outcome.LATER,
        run_id=one.run_id,
    )


SET_ASIDE = {Outcome.SKIPPED, Outcome.LATER, Outcome.HEAVY_WEEK, Outcome.NOT_FOR_ME}
