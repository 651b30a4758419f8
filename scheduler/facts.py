"""The facts about everyone in a batch, and the question that rests on them.

`look_up` reads a fixed number of queries however many people there are; everything else is pure.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from prompts import history as told
from prompts.bank import Bank
from prompts.choosing import DECIDE, LOOK_BACK, Chosen, Silence, choose
from prompts.history import ActiveObjective, Asked, Dial, History, Run
from prompts.history import Pin as Pinned
from prompts.question import PartOfWeek, Theme
from scheduler.between import NO_SESSION, NO_SESSION_FOR, Pair, look_up_pairs
from scheduler.cadence import part_of_week, read_slots
from scheduler.holidays import is_working_day
from scheduler.inviting import look_up_invitations
from scheduler.own_questions import pinned_question, to_question
from storage.agreements import Consent, consents
from storage.cadences import away_days, cadences
from storage.digests import Gathered, gathered
from storage.experiments import last_ended, open_experiments
from storage.installations import ended_among
from storage.invitations import Invited
from storage.members import Addressee, addressees, opened_names
from storage.nudges import newest_notices
from storage.objectives import objectives_in
from storage.own_questions import known_to
from storage.pairings import Coached, coaching_of
from storage.pins import pins_for
from storage.questions import AskedQuestion, asked_questions, declined_questions, words_asked
from storage.runs import open_runs
from storage.tables import (
    Away,
    CadenceRow,
    Experiment,
    Nudge,
    NudgeKind,
    NudgeState,
    Objective,
    ObjectiveState,
    Outcome,
    OwnQuestion,
    Pin,
    SequenceRun,
)

# The longest cool-down is 180 days; a year and a bit shows the whole of it.
HISTORY = timedelta(days=400)
ASKED_ABOUT = (ObjectiveState.ACTIVE, ObjectiveState.SHAPING)
# What a run of these is about is an objective.
ABOUT_AN_OBJECTIVE = {"objective", "review"}
NO_PAIRS: Mapping[UUID, Pair] = {}


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
    # The question that each leader's coach chose, and who that coach is.
    pins: Mapping[UUID, tuple[Pin, UUID]]
    own: Mapping[UUID, Sequence[OwnQuestion]]
    experiments: Mapping[UUID, Sequence[Experiment]]
    experiments_ended: Mapping[UUID, datetime]
    reminded: Mapping[UUID, str]
    # What the next digest would tell of, by coach and by leader.
    to_tell: Mapping[UUID, Sequence[Gathered]]
    to_preview: Mapping[UUID, Sequence[Gathered]]
    # What the notices between a leader and a coach are about, by notice.
    pairs: Mapping[UUID, Pair] = field(default_factory=dict)
    # When each leader was last asked about there being no next session.
    asked_of_sessions: Mapping[UUID, datetime] = field(default_factory=dict)
    # What those who are to be invited are told.
    invited: Mapping[UUID, Invited] = field(default_factory=dict)
    # The workspaces of this batch that do not let us in any more.
    ended: frozenset[UUID] = frozenset()


async def look_up(db: AsyncSession, nudges: Sequence[Nudge], now: datetime) -> Facts:
    facts = await look_up_people(
        db,
        {nudge.member_id for nudge in nudges if nudge.kind is not NudgeKind.DIGEST},
        {nudge.member_id for nudge in nudges if nudge.kind is NudgeKind.DIGEST},
        now,
        {nudge.follows_id for nudge in nudges if nudge.kind is NudgeKind.REMINDER},
        {nudge.member_id for nudge in nudges if nudge.kind is NudgeKind.PREVIEW},
        await look_up_pairs(db, nudges, now),
    )
    return replace(
        facts,
        invited=await look_up_invitations(db, nudges),
        ended=await ended_among(db, {nudge.workspace_id for nudge in nudges}),
    )


async def look_up_people(
    db: AsyncSession,
    leaders: set[UUID],
    coaches: set[UUID],
    now: datetime,
    reminded: Collection[UUID | None] = (),
    previewed: Collection[UUID] = (),
    pairs: Mapping[UUID, Pair] = NO_PAIRS,
) -> Facts:
    """`reminded` are the questions that are to be reminded of; `previewed` those of the leaders
    who are to be shown what their coach will get; `pairs` are of the notices between the two."""
    shared = await gathered(db, coaches, previewed, now)
    coached = await coaching_of(db, leaders)
    met = {who for who, one in coached.items() if one.sessions}
    return Facts(
        addressees=await addressees(db, leaders | coaches),
        consents=await consents(db, leaders | {one.leader_id for one in shared}),
        cadences=await cadences(db, leaders, NudgeKind.QUESTION),
        away=await away_days(db, leaders),
        objectives=await objectives_in(db, leaders, ASKED_ABOUT),
        asked=await asked_questions(db, leaders, now - HISTORY),
        declined=await declined_questions(db, leaders),
        coached=coached,
        names=await opened_names(
            db, {one.coach_id for one in coached.values()} | _members_of(pairs)
        ),
        runs=await open_runs(db, leaders),
        pins=await pins_for(db, leaders, now),
        own=await known_to(db, leaders),
        experiments=await open_experiments(db, leaders),
        experiments_ended=await last_ended(db, leaders),
        reminded=await words_asked(db, reminded) if reminded else {},
        to_tell=_by(shared, lambda one: one.coach_id),
        to_preview=_by(shared, lambda one: one.leader_id),
        pairs=pairs,
        asked_of_sessions=await newest_notices(db, met, NO_SESSION, now - NO_SESSION_FOR)
        if met
        else {},
    )


def _members_of(pairs: Mapping[UUID, Pair]) -> set[UUID]:
    pairings = [one.about.pairing for one in pairs.values()]
    return {one.leader_id for one in pairings} | {one.coach_id for one in pairings}


def _by(
    shared: Sequence[Gathered], whose: Callable[[Gathered], UUID]
) -> dict[UUID, list[Gathered]]:
    theirs: dict[UUID, list[Gathered]] = defaultdict(list)
    for one in shared:
        theirs[whose(one)].append(one)
    return theirs


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
        replace(told, pin=_pin(who, facts, bank)),
        local,
        f"{who}/{slot}",
        part_of_week(read_slots(row.slots), local.date()) if row else PartOfWeek.ANY,
        lambda day: is_working_day(nation, day),
    )


def _pin(who: UUID, facts: Facts, bank: Bank) -> Pinned | None:
    if who not in facts.pins:
        return None
    pin, coach = facts.pins[who]
    question = pinned_question(pin, bank)
    name = facts.names.get(coach, "").split(" ")[0]
    return Pinned(pin.id, question, name) if question is not None else None


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
            if one.state is ObjectiveState.ACTIVE
        ),
        heavy_week=heavy,
        dial=Dial(row.dial) if row else Dial.BALANCED,
        sessions=coached.sessions if coached else (),
        has_coach=coached is not None,
        experiments=tuple(
            experiment(one, facts.asked.get(who, ()), ZoneInfo(row.zone if row else "UTC"))
            for one in facts.experiments.get(who, ())
        ),
        experiment_ended_at=facts.experiments_ended.get(who),
        runs=tuple(
            Run(
                *(one.id, one.sequence, one.planned_on, one.started_at, one.anchor),
                objective_id=one.about if one.sequence in ABOUT_AN_OBJECTIVE else None,
            )
            for one in facts.runs.get(who, ())
        ),
    )


def review_day(who: UUID, facts: Facts, objective_id: UUID | None) -> date | None:
    """When this objective is looked at again."""
    theirs = facts.objectives.get(who, ())
    return next((one.next_review for one in theirs if one.id == objective_id), None)


def _asked(one: AskedQuestion, row: CadenceRow | None) -> Asked:
    at = one.sent_at or one.due_at
    carried_on = row is not None and row.carried_on_at is not None and at < row.carried_on_at
    return Asked(
        question_id=one.question_id,
        at=at,
        # "Not yet" is an answer to what happened.
        answered=one.outcome in ANSWERS,
        objective_id=one.objective_id,
        # Whoever carried on was there, whatever went unanswered before it; and what may never
        # have arrived was not left unanswered.
        set_aside=one.outcome in SET_ASIDE or carried_on or one.state is NudgeState.IN_DOUBT,
        put_off=one.outcome is Outcome.LATER,
        run_id=one.run_id,
    )


def experiment(one: Experiment, asked: Sequence[AskedQuestion], zone: ZoneInfo) -> told.Experiment:
    """An open one, and how often it was asked about: of a planned one since its present day."""
    state = told.ExperimentState(one.state.value)
    about = LOOK_BACK if state is told.ExperimentState.PLANNED else DECIDE
    moments = [
        at
        for each in asked
        if each.experiment_id == one.id and each.question_id == about
        for at in (each.sent_at or each.due_at,)
        if about == DECIDE or at.astimezone(zone).date() >= one.due
    ]
    return told.Experiment(
        one.id,
        state,
        one.due,
        one.objective_id,
        times_asked=len(moments),
        last_asked=max(moments, default=None),
        delays=one.delays,
    )


ANSWERS = {Outcome.ANSWERED, Outcome.NOT_YET}
SET_ASIDE = {Outcome.SKIPPED, Outcome.LATER, Outcome.HEAVY_WEEK, Outcome.NOT_FOR_ME}
