"""What one of a pairing is told of what the other did: never more than that they did it.

A notice's slot names what it is about, and each occasion once: a change of a session, a focus, a
day on which somebody asked for a word, an end.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from prompts.composing import calling, focusing, meeting, parting
from prompts.message import Message
from scheduler.cadence import Cadence, may_write_from
from scheduler.planning import is_paused, not_before, to_cadence
from storage.cadences import cadences
from storage.coaching_sessions import Between, between
from storage.focus import focus_of
from storage.members import Addressee
from storage.nudges import Because, Planned
from storage.pairings import Coached
from storage.tables import Away, CadenceRow, CoachingSession, Nudge, NudgeKind, WhyNot

# How the slots begin, before the id of a session or of a pairing.
SESSION = "session/"
FOCUS = "focus/"
WORD = "word/"
ENDED = "ended/"
# Asked of a leader alone, so its slot names only the day.
NO_SESSION = "no-session/"

NO_SESSION_FOR = timedelta(weeks=6)
# A call that was asked for a week ago is a matter between the two of them by now.
USEFUL_FOR = timedelta(days=7)

NEVER_AWAY: Sequence[Away] = ()
PARTED = Because(WhyNot.NOT_NEEDED, "The two of them do not work together any more.")
CHANGED_AGAIN = Because(WhyNot.NOT_NEEDED, "The date was changed again before this was said.")
NO_FOCUS = Because(WhyNot.NOTHING_TO_TELL, "There is no focus to be read any more.")
HAS_A_DATE = Because(WhyNot.NOT_NEEDED, "The next session has a date by now.")


@dataclass(frozen=True, slots=True)
class Pair:
    """What a notice is about as it stands now, and the hours of the coach."""

    about: Between
    coach_row: CadenceRow | None = None
    has_focus: bool = False


def session_slot(session: CoachingSession) -> str:
    """Each change is told once, and only the newest is."""
    return f"{SESSION}{session.id}/{session.changes}"


def focus_slot(session_id: UUID) -> str:
    return f"{FOCUS}{session_id}"


def word_slot(pairing_id: UUID, today: date) -> str:
    return f"{WORD}{pairing_id}/{today.isoformat()}"


def ended_slot(pairing_id: UUID) -> str:
    return f"{ENDED}{pairing_id}"


def planned(
    workspace_id: UUID, member_id: UUID, slot: str, now: datetime, useful_until: datetime
) -> Planned:
    """Due at once; the hours of whoever it is for are kept when it is written."""
    return Planned(workspace_id, member_id, slot, NudgeKind.NOTICE, now, useful_until)


def subject(nudge: Nudge) -> UUID | None:
    """The pairing or the session that a notice of this file is about."""
    if nudge.kind is not NudgeKind.NOTICE:
        return None
    if not nudge.slot.startswith((SESSION, FOCUS, WORD, ENDED)):
        return None
    return UUID(nudge.slot.split("/")[1])


async def look_up_pairs(
    db: AsyncSession, nudges: Sequence[Nudge], now: datetime
) -> dict[UUID, Pair]:
    """By the notice's id. No query where none of them is about a pairing."""
    about = {nudge.id: key for nudge in nudges if (key := subject(nudge)) is not None}
    if not about:
        return {}
    found = await between(db, set(about.values()))
    rows = await cadences(db, {one.pairing.coach_id for one in found.values()}, NudgeKind.DIGEST)
    focuses = await _with_focus(db, nudges, found, now)
    return {
        nudge_id: Pair(one, rows.get(one.pairing.coach_id), one.pairing.id in focuses)
        for nudge_id, key in about.items()
        if (one := found.get(key)) is not None
    }


async def _with_focus(
    db: AsyncSession, nudges: Sequence[Nudge], found: Mapping[UUID, Between], now: datetime
) -> Collection[UUID]:
    keys = {subject(nudge) for nudge in nudges if nudge.slot.startswith(FOCUS)}
    wanted = {one.pairing.id for key, one in found.items() if key in keys}
    return await focus_of(db, wanted, now) if wanted else ()


def told(
    nudge: Nudge, pair: Pair, to: Addressee, names: Mapping[UUID, str], now: datetime
) -> Message | Because:
    """What to say, or why nothing is said."""
    pairing, session = pair.about.pairing, pair.about.session
    is_coach = pairing.coach_id == to.id
    other = names.get(pairing.leader_id if is_coach else pairing.coach_id, "").split(" ")[0]
    if nudge.slot.startswith(ENDED):
        return parting.has_ended(nudge.id, other, is_leader=not is_coach)
    if pairing.ended_at is not None:
        return PARTED
    if nudge.slot.startswith(WORD):
        asked = calling.asks_to_call if is_coach else calling.asks_for_a_word
        return asked(nudge.id, other)
    if session is None or nudge.slot.startswith(FOCUS):
        ready = session is not None and pair.has_focus and session.starts_at > now
        return focusing.focus_ready(nudge.id, session.id) if session and ready else NO_FOCUS
    return _told_of_session(nudge, session, to, other, now)


def _told_of_session(
    nudge: Nudge, session: CoachingSession, to: Addressee, other: str, now: datetime
) -> Message | Because:
    if nudge.slot != session_slot(session):
        return CHANGED_AGAIN
    when = meeting.When(session.starts_at, session.minutes, to.timezone)
    if session.cancelled_at is not None:
        is_over = session.starts_at <= session.cancelled_at
        return meeting.was_cancelled(nudge.id, other, when, is_over=is_over)
    moved = session.changes > 0
    return meeting.date_kept(nudge.id, other, when, session.pairing_id, session.id, moved=moved)


def is_time_to_ask(
    sessions: Collection[datetime], asked_at: datetime | None, now: datetime
) -> bool:
    """Whether no session was held for six weeks, none is to come, and that was not asked about
    within six weeks. Whoever has never met is asked nothing."""
    if not sessions or max(sessions) > now - NO_SESSION_FOR:
        return False
    return asked_at is None or asked_at <= now - NO_SESSION_FOR


def ask_about_next(
    nudge: Nudge, coached: Coached | None, names: Mapping[UUID, str], now: datetime
) -> Message | Because:
    """To the leader: what to say of there being no next session, or why nothing is said."""
    if coached is None:
        return PARTED
    if not is_time_to_ask(coached.sessions, None, now):
        return HAS_A_DATE
    coach = names.get(coached.coach_id, "").split(" ")[0]
    return meeting.no_next_session(nudge.id, coach, coached.pairing_id)


def hours_of(row: CadenceRow | None, to: Addressee, away: Sequence[Away]) -> Cadence:
    return to_cadence(row, away) if row is not None else Cadence((), to.timezone)


def opens_at(
    row: CadenceRow | None, to: Addressee, away: Sequence[Away], now: datetime
) -> datetime | None:
    """When they may next be written to; None while they pause with no end."""
    if row is not None and is_paused(row, now):
        if row.paused_until is None:
            return None
        now = not_before(row, now)
    return may_write_from(hours_of(row, to, away), now)
