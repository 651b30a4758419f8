"""Gathering everything that is one person's, and nothing of anybody else's."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.copying_objectives import copied_objectives
from bot.conversation.rhythm import form_slots
from prompts.composing.copying import (
    AgreementCopy,
    AnswerCopy,
    CoachCopy,
    DeedCopy,
    Everything,
    ExperimentCopy,
    QuestionCopy,
)
from prompts.composing.pacing import cadence_in_words
from prompts.variables import Variables, filled
from scheduler.between import WORD
from storage.agreements import all_agreements
from storage.asides import all_asides
from storage.audit import Entry, of_owner, record
from storage.bundles import Try
from storage.cadences import away_days, cadence_of
from storage.experiments import experiments_of
from storage.invitations import invitation_of
from storage.members import Member, opened_names
from storage.nudges import slots_of
from storage.objectives import all_objectives
from storage.own_questions import written_by
from storage.pairings import all_pairings
from storage.pins import kept_by
from storage.questions import all_nudges, declined_questions
from storage.references import references_of
from storage.reflections import journal
from storage.rights import Purpose
from storage.runs import all_runs
from storage.tables import Action, CoachingSession, Experiment, Nudge, Pairing
from storage.texts import Kept, open_texts

EVERY_ONE = 1_000_000


class NotAllowedError(Exception):
    """Their own yes is missing; str() says how they give it."""


async def handed_over(db: AsyncSession, someone: Member, now: datetime) -> Everything:
    """For whoever runs Bearings to hand to them: while they allow it, and recorded."""
    if someone.hand_over_until is None or someone.hand_over_until <= now:
        raise NotAllowedError(
            "They have to allow it first: in the chat they type “my data” and press “Hand it to me "
            "another way”. Then there are seven days for it. Nothing was opened."
        )
    everything = await everything_of(db, someone, now)
    record(db, Entry(now, someone.workspace_id, Action.TOOK_DATA, owner=someone.id))
    return everything


async def everything_of(db: AsyncSession, someone: Member, now: datetime) -> Everything:
    row = await cadence_of(db, someone)
    away = (await away_days(db, [someone.id])).get(someone.id, [])
    declined = (await declined_questions(db, [someone.id])).get(someone.id, frozenset())
    answers = await journal(db, someone, EVERY_ONE)
    objectives = await all_objectives(db, someone)
    pairings = await all_pairings(db, someone)
    asked_on = await _asked_to_call(db, [pairing for pairing, _, _ in pairings])
    asides, kept = await all_asides(db, someone), await kept_by(db, someone)
    tries = await experiments_of(db, someone)
    reached = (await references_of(db, [someone.id])).get(someone.id)
    every: list[Kept] = [*answers, *objectives, *tries, *asides, *kept]
    words = await open_texts(db, someone, Purpose.OWN_COPY, every, now)
    return Everything(
        id=str(someone.id),
        name=someone.name,
        email=someone.email,
        user_id=someone.user_id,
        reached_at=someone.address or (reached.conversation if reached else ""),
        timezone=someone.timezone,
        zone_chosen=someone.zone_chosen,
        zone_told=someone.zone_told,
        language=someone.locale,
        arrived_at=_at(someone.arrived_at),
        invited=await _invited(db, someone),
        rhythm=cadence_in_words(form_slots(row.slots)) if row else "",
        hours=f"{row.earliest} to {row.latest}, {row.zone}" if row else "",
        paused_until=_at(row.paused_until) if row else "",
        stopped_at=_at(row.stopped_at) if row else "",
        stretch=row.dial if row else "",
        reminders=("on" if row.reminders else "off") if row else "",
        bank_holidays=row.nation if row else "",
        away=tuple(f"{one.first} to {one.last}" for one in away),
        declined_questions=tuple(sorted(declined)),
        sequences=tuple(
            f"{one.sequence} from {one.anchor or one.planned_on}"
            for one in await all_runs(db, someone)
        ),
        written_questions=tuple(one.words for one in await written_by(db, someone)),
        leave_for_now=tuple(words[one.id] for one in asides),
        kept_questions=tuple(words[one.id] for one in kept),
        agreements=tuple(
            AgreementCopy(
                one.notice, _at(one.agreed_at), _at(one.withdrawn_at), tuple(sorted(switched_on))
            )
            for one, switched_on in await all_agreements(db, someone)
        ),
        objectives=await copied_objectives(db, someone, now),
        answers=tuple(
            AnswerCopy(
                filled(one.question_words, Variables()),
                words[one.id],
                _at(one.answered_at),
                words.get(one.objective_id, "") if one.objective_id else "",
                _at(one.shared_at),
            )
            for one in answers
        ),
        experiments=tuple(_experiment(one, words) for one in tries),
        questions=tuple(_question(one) for one in await all_nudges(db, someone)),
        coaches=tuple(
            CoachCopy(
                coach,
                _at(pairing.accepted_at),
                _at(pairing.ended_at),
                tuple(_session(one) for one in sessions),
                tuple(asked_on.get(pairing.id, ())),
            )
            for pairing, coach, sessions in pairings
        ),
        log=await _log(db, someone),
    )


async def _invited(db: AsyncSession, someone: Member) -> str:
    one = await invitation_of(db, someone)
    if one is None:
        return ""
    names = await opened_names(db, [one.invited_by] if one.invited_by else [])
    parts = [f"added {_at(one.added_at)}"]
    if one.invited_at is not None:
        by = next(iter(names.values()), "somebody who has left")
        parts.append(f"invited {_at(one.invited_at)} by {by}")
    if one.answered_at is not None:
        parts.append(f"{'declined' if one.declined else 'accepted'} {_at(one.answered_at)}")
    return ", ".join(parts)


def _experiment(one: Experiment, words: Mapping[UUID, str]) -> ExperimentCopy:
    parts = asdict(Try.read(words[one.id]))
    return ExperimentCopy(
        id=str(one.id),
        parts={name.replace("_", " "): said for name, said in parts.items() if said},
        state=one.state.value,
        decision=one.decision.value if one.decision else "",
        due=_at(one.due),
        put_off=one.delays,
        made_at=_at(one.made_at),
        closed_at=_at(one.closed_at),
        objective=words.get(one.objective_id, "") if one.objective_id else "",
        changes=str(one.follows_id or ""),
        shared_at=_at(one.shared_at),
    )


def _question(nudge: Nudge) -> QuestionCopy:
    return QuestionCopy(
        due_at=_at(nudge.due_at),
        kind=nudge.kind.value,
        question=filled(nudge.question_words, Variables()),
        why=nudge.reason,
        became=nudge.outcome.value if nudge.outcome else nudge.state.value,
    )


def _session(session: CoachingSession) -> str:
    length = f"{_at(session.starts_at)} ({session.minutes} minutes)"
    return f"{length}, cancelled {_at(session.cancelled_at)}" if session.cancelled_at else length


async def _asked_to_call(db: AsyncSession, pairings: Sequence[Pairing]) -> dict[UUID, list[str]]:
    """The days on which this leader asked a coach to call, by pairing."""
    days: dict[UUID, list[str]] = defaultdict(list)
    for slot in await slots_of(db, {one.coach_id for one in pairings}, WORD):
        _, pairing_id, day = slot.split("/")
        days[UUID(pairing_id)].append(day)
    return days


async def _log(db: AsyncSession, someone: Member) -> tuple[DeedCopy, ...]:
    rows = await of_owner(db, someone.id, Action, EVERY_ONE)
    names = await opened_names(db, {row.actor_id for row in rows if row.actor_id})
    return tuple(
        DeedCopy(
            _at(row.at),
            row.action.value,
            _by(row.actor_id, names, someone),
            str(row.about) if row.about else "",
        )
        for row in rows
    )


def _by(actor: UUID | None, names: Mapping[UUID, str], someone: Member) -> str:
    if actor is None:
        return "whoever runs Bearings"
    return "you" if actor == someone.id else names.get(actor, "somebody who has left")


def _at(moment: datetime | date | None) -> str:
    return moment.isoformat() if moment else ""
