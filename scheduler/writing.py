"""A nudge becomes a Message at the moment of sending, under the permissions of that moment.

`write` is pure and says either what to send or why nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from prompts.bank import Bank
from prompts.choosing import Chosen, Silence, may_come_back
from prompts.composing import agreeing, asking, coaching, pacing, previewing, retaining
from prompts.composing.agreeing import NOTICE_VERSION
from prompts.composing.saying import day
from prompts.history import History
from prompts.message import Message
from prompts.question import Question
from prompts.sequences import RunEnd
from prompts.variables import Variables, filled
from scheduler import inviting
from scheduler.backing_off import backing_off
from scheduler.between import (
    NEVER_AWAY,
    NO_SESSION,
    PARTED,
    ask_about_next,
    hours_of,
    is_time_to_ask,
    opens_at,
    subject,
    told,
)
from scheduler.cadence import may_ask_at
from scheduler.facts import Facts, bank_for, choose_for, history, review_day
from scheduler.inviting import is_invitation
from scheduler.planning import STALE, is_paused, to_cadence
from scheduler.reminding import reminder_for, waits_until
from storage.digests import Gathered
from storage.installations import ENDED
from storage.members import Addressee
from storage.nudges import Because, Intent, Planned
from storage.questions import AskedQuestion
from storage.runs import RunEnded
from storage.tables import (
    Allowed,
    Nudge,
    NudgeKind,
    NudgeState,
    RunEnding,
    WhyNot,
)

CAME_BACK = "You asked me to come back to this one."

GONE = Because(WhyNot.GONE, "This person is not here any more.")
NO_AGREEMENT = Because(WhyNot.NO_AGREEMENT, "There is no agreement to be asked.")
STOPPED = Because(WhyNot.STOPPED, "They had said stop.")
PAUSED = Because(WhyNot.PAUSED, "Questions were paused.")
OUTSIDE_HOURS = Because(WhyNot.OUTSIDE_HOURS, "It was outside their hours.")
STILL_OPEN = Because(WhyNot.STILL_OPEN, "An earlier question still waited for an answer.")
NOTHING_SHARED = Because(WhyNot.NOTHING_TO_TELL, "Nothing was shared.")
NOTICE_CHANGED = Because(WhyNot.OTHER_FIRST, "The notice has changed and was not agreed to yet.")
ASKED_OF_SESSION = Because(
    WhyNot.OTHER_FIRST, "The leader was asked about the next session in its place."
)
NO_REMINDER_NEEDED = Because(WhyNot.NOT_NEEDED, "The question it reminds of waits no more.")

# How the slots of notices begin: a version of the notice, the day somebody is forgotten, or the
# question after which it went quiet.
CHANGED = "notice/"
RETENTION = "retention/"
QUIET = "quiet/"


@dataclass(frozen=True, slots=True)
class Written:
    """`reminder` is planned, and the question waits until `open_until`, once it is sent. `told`
    is what a digest tells of."""

    intent: Intent
    to: Addressee
    message: Message
    reminder: Planned | None = None
    open_until: datetime | None = None
    ended: tuple[RunEnd, ...] = ()
    told: tuple[Gathered, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """This is not said, for this reason; something else may have to be said in its place."""

    nudge: Nudge
    because: Because
    instead: Planned | None = None
    ended: tuple[RunEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class Waits:
    """Not now: at that moment, when it is looked at afresh."""

    nudge: Nudge
    until: datetime
    because: Because


Outcome = Written | Held | Waits


def write(nudge: Nudge, facts: Facts, bank: Bank, now: datetime) -> Outcome:
    to = facts.addressees.get(nudge.member_id)
    if to is None:
        return Held(nudge, GONE)
    if nudge.workspace_id in facts.ended:
        return Held(nudge, ENDED)
    if now > nudge.expires_at:
        return Held(nudge, STALE)
    match nudge.kind:
        case NudgeKind.QUESTION:
            return _write_question(nudge, to, facts, bank, now)
        case NudgeKind.REMINDER:
            return _write_reminder(nudge, to, facts, bank, now)
        case NudgeKind.DIGEST:
            return _write_digest(nudge, to, facts)
        case NudgeKind.PREVIEW:
            return _write_preview(nudge, to, facts, now)
        case NudgeKind.NOTICE:
            return _write_notice(nudge, to, facts, now)


def _write_digest(nudge: Nudge, to: Addressee, facts: Facts) -> Written | Held:
    told = tuple(
        one for one in facts.to_tell.get(to.id, ()) if _may_be_told(one, nudge.due_at, facts)
    )
    if not told:
        return Held(nudge, NOTHING_SHARED)
    return Written(Intent(nudge.id), to, coaching.digest_ready(nudge.id), told=told)


def _may_be_told(one: Gathered, due_at: datetime, facts: Facts) -> bool:
    """Shared in time for this digest, by a leader who still allows sharing and did not skip it."""
    consent = facts.consents.get(one.leader_id)
    allowed = consent is not None and Allowed.SHARING in consent.allows
    skipped = one.held_until is not None and due_at <= one.held_until
    return allowed and not skipped and one.shared_at <= due_at


def _write_preview(nudge: Nudge, to: Addressee, facts: Facts, now: datetime) -> Written | Held:
    """What would be told now is what the leader is shown; nothing to tell, nothing said."""
    held = why_not(nudge, facts, now)
    if held is not None:
        return Held(nudge, held)
    if not any(_may_be_told(one, now, facts) for one in facts.to_preview.get(to.id, ())):
        return Held(nudge, NOTHING_SHARED)
    return Written(Intent(nudge.id), to, previewing.preview_ready(nudge.id))


def _write_question(
    nudge: Nudge, to: Addressee, facts: Facts, bank: Bank, now: datetime
) -> Written | Held:
    held = why_not(nudge, facts, now)
    if held is not None:
        return Held(nudge, held)
    if facts.consents[to.id].notice != NOTICE_VERSION:
        return Held(nudge, NOTICE_CHANGED, _changed_notice(nudge))
    bank = bank_for(to.id, facts, bank)
    told, local = history(to.id, facts, now), now.astimezone(ZoneInfo(facts.cadences[to.id].zone))
    intent = _put_off(nudge, bank, told, local)
    ended: tuple[RunEnd, ...] = ()
    if intent is None:
        resting = backing_off(told.asked, local)
        if resting is not None:
            return Held(
                nudge,
                Because(WhyNot.RESTING, resting.reason),
                _gone_quiet(nudge, told) if resting.quiet else None,
            )
        choice = choose_for(to.id, facts, told, bank, local, nudge.slot)
        missed = _about_next_session(nudge, facts, local, now)
        if isinstance(choice, Silence):
            return Held(nudge, Because(WhyNot.NO_QUESTION, choice.reason), missed, choice.ended)
        # What is owed is asked first.
        if missed is not None and not choice.is_owed:
            return Held(nudge, ASKED_OF_SESSION, missed, choice.ended)
        intent, ended = intent_of(nudge.id, choice), choice.ended
    row = facts.cadences[to.id]
    cadence = to_cadence(row, facts.away.get(to.id, ()))
    reminder = reminder_for(nudge, cadence, told.asked, now) if row.reminders else None
    words = filled(
        intent.question_words,
        _variables(to.id, facts, intent.objective_id),
        bank.questions.get(intent.question_id),
    )
    return Written(
        intent,
        to,
        asking.ask(
            asking.Asked.of(
                nudge.id,
                words,
                intent.question_id,
                bank.questions.get(intent.question_id),
                _chosen_by(intent, to.id, facts),
                _reader(to.id, facts, intent.experiment_id),
            )
        ),
        reminder,
        waits_until(cadence, now, reminder),
        ended,
    )


def _chosen_by(intent: Intent, who: UUID, facts: Facts) -> str:
    """The coach's first name, where the coach chose this question."""
    return _coach(who, facts) if intent.pin_id is not None else ""


def _reader(who: UUID, facts: Facts, experiment_id: UUID | None) -> str:
    """The coach's first name, where the leader shares this experiment with them."""
    consent, coached = facts.consents.get(who), facts.coached.get(who)
    if consent is None or coached is None or Allowed.SHARING not in consent.allows:
        return ""
    shared = any(
        one.id == experiment_id and one.shared_at and one.pairing_id == coached.pairing_id
        for one in facts.experiments.get(who, ())
    )
    return _coach(who, facts) if shared else ""


def _variables(who: UUID, facts: Facts, objective_id: UUID | None) -> Variables:
    """No private word is among them: a message stands in a chat."""
    looked_at = review_day(who, facts, objective_id)
    return Variables(
        coach_first_name=_coach(who, facts), review_date=day(looked_at) if looked_at else ""
    )


def _about_next_session(
    nudge: Nudge, facts: Facts, local: datetime, now: datetime
) -> Planned | None:
    """Once for each six weeks without one."""
    coached = facts.coached.get(nudge.member_id)
    asked_at = facts.asked_of_sessions.get(nudge.member_id)
    if coached is None or not is_time_to_ask(coached.sessions, asked_at, now):
        return None
    return _notice_in_place_of(nudge, f"{NO_SESSION}{local.date().isoformat()}")


def _coach(who: UUID, facts: Facts) -> str:
    """Their coach's first name, or empty."""
    coached = facts.coached.get(who)
    return facts.names.get(coached.coach_id, "").split(" ")[0] if coached else ""


def _gone_quiet(nudge: Nudge, told: History) -> Planned:
    """Whether to pause or to carry on, asked once for each time it goes quiet."""
    return _notice_in_place_of(nudge, f"{QUIET}{told.asked[-1].at.date().isoformat()}")


def _write_reminder(
    nudge: Nudge, to: Addressee, facts: Facts, bank: Bank, now: datetime
) -> Written | Held:
    question = next((one for one in facts.asked.get(to.id, ()) if one.id == nudge.follows_id), None)
    if question is None or not _waits(question, now):
        return Held(nudge, NO_REMINDER_NEEDED)
    held = why_not(nudge, facts, now)
    if held is not None:
        return Held(nudge, held)
    words = filled(
        facts.reminded.get(question.id, ""),
        _variables(to.id, facts, question.objective_id),
    )
    reader = _reader(to.id, facts, question.experiment_id)
    known = bank_for(to.id, facts, bank).questions.get(question.question_id)
    asked = asking.Asked.of(question.id, words, question.question_id, known, reader=reader)
    return Written(Intent(nudge.id), to, asking.remind(nudge.id, asked))


def _changed_notice(nudge: Nudge) -> Planned:
    """In the question's place, once for each version: its slot is the version's."""
    return _notice_in_place_of(nudge, f"{CHANGED}{NOTICE_VERSION}")


def _notice_in_place_of(nudge: Nudge, slot: str) -> Planned:
    return Planned(
        workspace_id=nudge.workspace_id,
        member_id=nudge.member_id,
        slot=slot,
        kind=NudgeKind.NOTICE,
        due_at=nudge.due_at,
        expires_at=nudge.expires_at,
    )


def _write_notice(nudge: Nudge, to: Addressee, facts: Facts, now: datetime) -> Outcome:
    if subject(nudge) is not None:
        return _write_between(nudge, to, facts, now)
    if is_invitation(nudge):
        return _write_invitation(nudge, to, facts, now)
    held = why_not(nudge, facts, now)
    if held is not None:
        return Held(nudge, held)
    if nudge.slot.startswith(RETENTION):
        forgotten_on = date.fromisoformat(nudge.slot.removeprefix(RETENTION))
        return Written(Intent(nudge.id), to, retaining.soon_forgotten(nudge.id, forgotten_on))
    if nudge.slot.startswith(QUIET):
        return Written(Intent(nudge.id), to, pacing.gone_quiet(nudge.id))
    if nudge.slot.startswith(NO_SESSION):
        said = ask_about_next(nudge, facts.coached.get(to.id), facts.names, now)
        return (
            Held(nudge, said) if isinstance(said, Because) else Written(Intent(nudge.id), to, said)
        )
    return Written(Intent(nudge.id), to, agreeing.notice_changed(nudge.id))


def _write_invitation(nudge: Nudge, to: Addressee, facts: Facts, now: datetime) -> Outcome:
    """Before anything was agreed to, and so within the hours of a working day."""
    said = inviting.said(nudge, facts.invited.get(to.id), to)
    if isinstance(said, Because):
        return Held(nudge, said)
    until = inviting.opens_at(to.timezone, now)
    if until is not None and now < until <= nudge.expires_at:
        return Waits(nudge, until, OUTSIDE_HOURS)
    return Written(Intent(nudge.id), to, said)


def _write_between(nudge: Nudge, to: Addressee, facts: Facts, now: datetime) -> Outcome:
    pair = facts.pairs.get(nudge.id)
    if pair is None:
        return Held(nudge, PARTED)
    said = told(nudge, pair, to, facts.names, now)
    if isinstance(said, Because):
        return Held(nudge, said)
    if pair.about.pairing.coach_id == to.id:
        # A coach agreed to no cadence of questions, and is let sleep all the same.
        row, away = pair.coach_row, NEVER_AWAY
        held = None if may_ask_at(hours_of(row, to, away), now) else OUTSIDE_HOURS
    else:
        row, away = facts.cadences.get(to.id), facts.away.get(to.id, ())
        held = why_not(nudge, facts, now)
    if held is None:
        return Written(Intent(nudge.id), to, said)
    # Of the rest only the person themselves can say when it is over.
    opens = held in {OUTSIDE_HOURS, PAUSED}
    until = opens_at(row, to, away, now) if opens else None
    if until is not None and now < until <= nudge.expires_at:
        return Waits(nudge, until, held)
    return Held(nudge, held)


def run_endings(ended: Sequence[RunEnd]) -> list[RunEnded]:
    return [RunEnded(one.run_id, RunEnding(one.end)) for one in ended]


def intent_of(nudge_id: UUID, choice: Chosen) -> Intent:
    intent = _intent(nudge_id, choice.question, choice.reason, choice.objective_id, choice.run_id)
    return replace(intent, pin_id=choice.pin_id, experiment_id=choice.experiment_id)


def _intent(
    nudge_id: UUID,
    question: Question,
    reason: str,
    objective_id: UUID | None,
    run_id: UUID | None,
) -> Intent:
    return Intent(
        nudge_id, question.id, question.version, question.message, reason, objective_id, run_id
    )


def _put_off(nudge: Nudge, bank: Bank, told: History, local: datetime) -> Intent | None:
    """A question that the leader put off until now, or that a platform did not take a moment ago,
    if it may still be asked: the week may have turned heavy since, or the dial."""
    question = bank.questions.get(nudge.question_id)
    about = nudge.experiment_id
    if question is None or not may_come_back(question, bank, told, local, about):
        return None
    reason = nudge.reason or CAME_BACK
    intent = _intent(nudge.id, question, reason, nudge.objective_id, nudge.run_id)
    return replace(intent, pin_id=nudge.pin_id, experiment_id=about)


def why_not(nudge: Nudge, facts: Facts, now: datetime) -> Because | None:
    """Why this leader may not be asked now, or None."""
    who = nudge.member_id
    consent, row = facts.consents.get(who), facts.cadences.get(who)
    if consent is None or Allowed.QUESTIONS not in consent.allows or row is None:
        return NO_AGREEMENT
    if row.stopped_at is not None:
        return STOPPED
    if is_paused(row, now):
        return PAUSED
    if not may_ask_at(to_cadence(row, facts.away.get(who, ())), now):
        return OUTSIDE_HOURS
    # What was put off to this day was promised; it does not wait for what stands open.
    if (
        nudge.kind is NudgeKind.QUESTION
        and not nudge.question_id
        and any(_waits(one, now) for one in facts.asked.get(who, ()) if one.id != nudge.id)
    ):
        return STILL_OPEN
    return None


def _waits(asked: AskedQuestion, now: datetime) -> bool:
    return (
        asked.state is NudgeState.SENT and asked.open_until is not None and (now < asked.open_until)
    )
