"""One reminder, on the next working day; then a question is let go."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from prompts.history import Asked
from scheduler.backing_off import STEPS, silent_in_a_row
from scheduler.cadence import (
    Cadence,
    Occurrence,
    days_later,
    local_moment,
    may_ask_at,
    next_occurrence,
)
from scheduler.holidays import is_working_day
from scheduler.planning import expiry, slot_name
from storage.nudges import Planned
from storage.tables import Nudge, NudgeKind

QUESTION_OPEN_FOR = timedelta(hours=48)
FRIDAY, FRIDAYS_UNTIL = 4, time(15)
# After its reminder, a question may wait this long.
AFTER_REMINDER = timedelta(hours=24)


def reminder_for(
    nudge: Nudge, cadence: Cadence, asked: Sequence[Asked], now: datetime
) -> Planned | None:
    """None where the next question comes on that day anyway, and for whoever has left questions
    unanswered: they are asked less, and not reminded on top of it."""
    then = _next_working_day(cadence, now)
    if silent_in_a_row(asked) >= STEPS[-1][0] or _has_a_slot(cadence, then.day):
        return None
    return Planned(
        workspace_id=nudge.workspace_id,
        member_id=nudge.member_id,
        slot=slot_name(then.day, NudgeKind.REMINDER),
        kind=NudgeKind.REMINDER,
        due_at=then.at,
        expires_at=expiry(NudgeKind.REMINDER, cadence, then),
        follows_id=nudge.id,
    )


def _next_working_day(cadence: Cadence, now: datetime) -> Occurrence:
    """At the same time of day, on a date that they work and are not away."""
    today = now.astimezone(ZoneInfo(cadence.zone)).date()
    then = days_later(cadence, now, 1)
    while not is_working_day(cadence.nation, then.day):
        then = days_later(cadence, now, (then.day - today).days + 1)
    return _before_the_weekend(cadence, then)


def _before_the_weekend(cadence: Cadence, then: Occurrence) -> Occurrence:
    """A Friday's reminder comes by three, if the leader's hours have begun by then."""
    by_three = local_moment(then.day, FRIDAYS_UNTIL, cadence.zone)
    late = then.day.weekday() == FRIDAY and by_three is not None and then.at > by_three
    if late and by_three is not None and may_ask_at(cadence, by_three):
        return Occurrence(then.day, by_three)
    return then


def _has_a_slot(cadence: Cadence, day: date) -> bool:
    return any(slot.weekday == day.weekday() for slot in cadence.slots)


def waits_until(cadence: Cadence, now: datetime, reminder: Planned | None = None) -> datetime:
    """How long a question that is sent now waits for its answer. It makes way for the next one:
    nothing that was left open silences what comes after it."""
    today = now.astimezone(ZoneInfo(cadence.zone)).date()
    until = now + QUESTION_OPEN_FOR
    if reminder is not None:
        until = max(until, reminder.due_at + AFTER_REMINDER)
    following = next_occurrence(cadence, now, today)
    return min(until, following.at) if following else until
