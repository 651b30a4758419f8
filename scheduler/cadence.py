"""When a leader is asked: days, hours, zone and dates away. Pure arithmetic on local time.

Nothing here reads a clock or a database: `now` is an argument. An occurrence is named by its date
on the leader's own calendar, and a date has at most one, so neither a clock change nor a move to
another zone can ask twice.

Four rules, strongest first. Together they leave a date without its question only when that date
has no minute inside the hours.

1. Never outside the hours (both ends belong to them), never on a date away or a bank holiday of
   their nation, never on another date.
2. A time the clock repeats is used once, the first.
3. A time the clock skips is moved forward by the gap.
4. Where that would break the first rule, the last whole minute before the gap is used, else the
   first one after it. In Nuuk the clock skips Saturday 23:30, and half past twelve on Sunday is
   not Saturday: the leader is asked at 22:59.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from prompts.question import PartOfWeek
from scheduler.holidays import is_bank_holiday

MOST_A_WEEK = 3
# How far to look for the next occurrence. Away for longer than this is away until told otherwise.
HORIZON = 400
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Names that zoneinfo lists and no leader lives in: what the machine is set to, and "not set".
NOWHERE = {"localtime", "Factory"}
MINUTE = timedelta(minutes=1)
# The calendar's own last date is left out: in UTC it may be beyond the calendar.
LAST_DATE = date.max.toordinal()
ONE_SLOT = re.compile(r"([a-z]{3,10}) ?([0-9]{1,2})[:.]([0-9]{2})")


class CadenceError(ValueError):
    """A cadence that cannot be kept; str() is a plain sentence for the person who asked for it."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A day of the week, 0 = Monday, and a time on the leader's own clock."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class Away:
    """Dates on which nothing is asked, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise CadenceError(
                f"The last day away ({self.last}) is before the first ({self.first}). "
                "Give the earlier date first."
            )


@dataclass(frozen=True, slots=True)
class Cadence:
    """When this leader is asked. Slots outside the hours are never kept: `check` refuses them."""

    slots: tuple[Slot, ...]
    zone: str
    earliest: time = time(8)
    latest: time = time(18)
    away: tuple[Away, ...] = ()
    # Whose bank holidays are kept, too; empty: nobody's.
    nation: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One asking: the date on the leader's calendar, which names it, and the moment in UTC."""

    day: date
    at: datetime


@lru_cache(maxsize=1000)
def read_slots(text: str) -> tuple[Slot, ...]:
    """`tue 12:00, thu 16:00`, in any order; names of days may be longer ("Tuesdays")."""
    parts = [" ".join(part.lower().split()) for part in re.split(r"[,;\n]", text)]
    return tuple(sorted(_read_slot(part) for part in parts if part))


def _read_slot(part: str) -> Slot:
    found = ONE_SLOT.fullmatch(part)
    name, hour, minute = found.groups() if found else ("", "", "")
    # "tue", "tues", "tuesday" and "tuesdays" all begin "tuesdays", and nothing else does.
    weekdays = [n for n, day in enumerate(DAYS) if name and f"{day}s".startswith(name)]
    if not weekdays:
        raise CadenceError("Write each as a day and a time, like this: tue 12:00, thu 16:00.")
    if int(hour) > 23 or int(minute) > 59:
        raise CadenceError(
            f"There is no time {hour}:{minute}. Give one between 00:00 and 23:59, such as 12:00."
        )
    return Slot(weekdays[0], time(int(hour), int(minute)))


def to_text(slots: Sequence[Slot]) -> str:
    """What `read_slots` reads, in one canonical form."""
    return ", ".join(f"{DAYS[slot.weekday][:3]} {slot.at:%H:%M}" for slot in sorted(slots))


def check(slots: Sequence[Slot], earliest: time, latest: time) -> None:
    """Refuse what cannot or should not be kept. The hours themselves may be any."""
    if any(at.second or at.microsecond for at in (earliest, latest, *(s.at for s in slots))):
        raise CadenceError("Give times in whole minutes, such as 12:00.")
    if earliest >= latest:
        raise CadenceError(
            f"The hours begin at {earliest:%H:%M} and end at {latest:%H:%M}. "
            "Choose an end that is later than the beginning."
        )
    if not slots:
        raise CadenceError("Choose at least one day and time, such as tue 12:00.")
    if len(slots) > MOST_A_WEEK:
        raise CadenceError(
            f"That is {len(slots)} questions a week, and the most is {MOST_A_WEEK}. "
            "Choose fewer days."
        )
    if len({slot.weekday for slot in slots}) < len(slots):
        raise CadenceError("There is at most one question a day. Choose a different day for each.")
    for slot in slots:
        if not earliest <= slot.at <= latest:
            raise CadenceError(
                f"{DAYS[slot.weekday].title()} {slot.at:%H:%M} is outside the hours, "
                f"{earliest:%H:%M} to {latest:%H:%M}. Choose a time inside them."
            )


def check_for_others(slots: Sequence[Slot]) -> None:
    """What a programme should not choose for its leaders; each of them may."""
    for slot in slots:
        if slot.at < time(8):
            raise CadenceError("Before 08:00 is the leaders’ own. Choose a later time.")
        if slot.weekday == 4 and slot.at > time(15):
            raise CadenceError("Friday after 15:00 is not for questions. Choose an earlier time.")
        if slot.weekday == 0 and slot.at < time(10):
            raise CadenceError("Monday before 10:00 is not for questions. Choose a later time.")
        if slot.weekday > 4:
            raise CadenceError("The weekend is the leaders’ own. Choose a working day.")


def check_zone(zone: str) -> str:
    """The zone's name as the time zone database spells it, however it was typed."""
    # Looked up among known names and never opened as a path, so hostile names reach no file.
    known = _known_zones().get(zone.strip().lower().replace(" ", "_"))
    if known is None:
        raise CadenceError(
            "No time zone has that name. Give a region and a city, such as Europe/London."
        )
    return known


def is_zone(name: str) -> bool:
    return name.strip().lower() in _known_zones()


@cache
def _known_zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() - NOWHERE}


@cache
def _zone(name: str) -> ZoneInfo:
    # ZoneInfo itself keeps only the last eight used; leaders live in more zones than that.
    return ZoneInfo(check_zone(name))


def _local(moment: datetime, zone: str) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no zone; a moment must be aware.")
    return moment.astimezone(_zone(zone))


def _landing(day: date, at: time, zone: str) -> tuple[datetime, datetime]:
    """Where that local time falls, in UTC and as the clock then shows it: later if skipped."""
    # fold=0 is both rules at once: the first of two, and in a gap the offset from before it.
    wall = datetime.combine(day, at.replace(fold=0) if at.fold else at, _zone(zone))
    moment = wall.astimezone(UTC)
    return moment, moment.astimezone(wall.tzinfo)


def local_moment(day: date, at: time, zone: str) -> datetime | None:
    """The moment in UTC when that clock shows `at`: the first of two, or moved on by the gap.

    None where moving it leaves that date, as it does for every time of a date that never was.
    """
    moment, landed = _landing(day, at, zone)
    return moment if landed.date() == day else None


def _edge(day: date, at: time, zone: str, step: timedelta) -> datetime:
    """From a skipped time, the nearest minute that exists: before the gap, or after it."""
    wall = datetime.combine(day, at)
    while (landed := _landing(wall.date(), wall.time(), zone)[1]).replace(tzinfo=None) != wall:
        wall += step
    return landed


def _moment_on(cadence: Cadence, day: date, at: time) -> datetime | None:
    """The four rules at the head of this file."""
    if _is_away(cadence, day):
        return None
    moment, landed = _landing(day, at, cadence.zone)
    if landed.date() == day and cadence.earliest <= landed.time() <= cadence.latest:
        return moment
    for step in (-MINUTE, MINUTE):
        edge = _edge(day, at, cadence.zone, step)
        if edge.date() == day and cadence.earliest <= edge.time() <= cadence.latest:
            return edge.astimezone(UTC)
    return None


def _is_away(cadence: Cadence, day: date) -> bool:
    return any(away.first <= day <= away.last for away in cadence.away) or (
        cadence.nation != "" and is_bank_holiday(cadence.nation, day)
    )


def part_of_week(slots: Sequence[Slot], day: date) -> PartOfWeek:
    """Whether that date's slot is the week's first or its last; neither where there is only one."""
    weekdays = sorted(slot.weekday for slot in slots)
    if len(weekdays) < 2 or day.weekday() not in {weekdays[0], weekdays[-1]}:
        return PartOfWeek.ANY
    return PartOfWeek.PLANNING if day.weekday() == weekdays[0] else PartOfWeek.NOTICING


def _dates(first: int, days: int) -> Iterator[date]:
    return map(date.fromordinal, range(first, min(first + days, LAST_DATE)))


def occurrence_on(cadence: Cadence, day: date) -> Occurrence | None:
    """The one occurrence of that local date, if it has one."""
    at = next((slot.at for slot in cadence.slots if slot.weekday == day.weekday()), None)
    moment = None if at is None else _moment_on(cadence, day, at)
    return None if moment is None else Occurrence(day, moment)


def next_occurrence(
    cadence: Cadence, after: datetime, last_asked: date | None = None
) -> Occurrence | None:
    """The first one strictly after that moment, and on a date after the newest already asked.

    None without slots, and where the next 400 days have none. `last_asked` matters after a move
    west over the date line, where a date that was asked about is lived again.
    """
    times = {slot.weekday: slot.at for slot in cadence.slots}
    first = _local(after, cadence.zone).toordinal()
    if last_asked is not None:
        first = max(first, last_asked.toordinal() + 1)
    for day in _dates(first, HORIZON):
        if (at := times.get(day.weekday())) is not None:
            moment = _moment_on(cadence, day, at)
            if moment is not None and moment > after:
                return Occurrence(day, moment)
    return None


def occurrences(cadence: Cadence, after: datetime, until: datetime) -> list[Occurrence]:
    """All of them after the one moment, up to and including the other."""
    first = _local(after, cadence.zone).toordinal()
    last = _local(until, cadence.zone).toordinal()
    found = (occurrence_on(cadence, day) for day in _dates(first, last - first + 1))
    return [each for each in found if each is not None and after < each.at <= until]


def after_zone_change(
    cadence: Cadence, now: datetime, last_asked: date | None
) -> Occurrence | None:
    """The next occurrence for a leader whose `cadence` has just got another zone.

    If today's time went by only because the clock moved, they are asked at once, or when today's
    hours begin; if the hours are over, on the next slot's day. A date asked about in the old zone
    is not asked about again, even where the leader lives it twice.
    """
    local = _local(now, cadence.zone)
    today = local.date()
    usual = occurrence_on(cadence, today)
    missed = usual is not None and usual.at <= now and (last_asked is None or last_asked < today)
    if missed and may_ask_at(cadence, now):
        return Occurrence(today, now.astimezone(UTC))
    if missed and local.time() < cadence.earliest:
        # The time has passed and the hours are still to come: the clock went back in between,
        # so it is the second showing of `earliest` that is meant.
        opens = datetime.combine(today, cadence.earliest, local.tzinfo).replace(fold=1)
        return Occurrence(today, opens.astimezone(UTC))
    return next_occurrence(cadence, now, last_asked)


def may_ask_at(cadence: Cadence, moment: datetime) -> bool:
    """Whether the leader's own clock is inside the hours, on a date they are not away."""
    local = _local(moment, cadence.zone)
    inside = cadence.earliest <= local.time() <= cadence.latest
    return inside and not _is_away(cadence, local.date())


def may_write_from(cadence: Cadence, now: datetime) -> datetime | None:
    """The first moment from `now` on that is inside the hours; the slots play no part. None while
    the next 400 days have none."""
    if may_ask_at(cadence, now):
        return now
    for day in _dates(_local(now, cadence.zone).toordinal(), HORIZON):
        moment = _moment_on(cadence, day, cadence.earliest)
        if moment is not None and moment > now:
            return moment
    return None


def last_useful(cadence: Cadence, occurrence: Occurrence, patience: timedelta) -> datetime:
    """After this it is too late to deliver: patience is over, or that day's hours are.

    Where the clock skips the end of the hours, they end with the last minute before the gap.
    """
    closes = _edge(occurrence.day, cadence.latest, cadence.zone, -MINUTE)
    if closes < occurrence.at:
        # Asked in an hour that the clock repeats, after it had shown `latest` the first time.
        closes = closes.replace(fold=1)
    return min(occurrence.at + patience, closes.astimezone(UTC))


def days_later(cadence: Cadence, now: datetime, days: int) -> Occurrence:
    """So many dates on, at the time of day it is now, brought inside the hours.

    A date away, or one that does not exist, passes it on to the next. The slots play no part.
    """
    if days < 1:
        raise CadenceError("Give a number of days from 1.")
    local = _local(now, cadence.zone)
    at = min(max(local.time().replace(second=0, microsecond=0), cadence.earliest), cadence.latest)
    for day in _dates(local.toordinal() + days, HORIZON):
        if (moment := _moment_on(cadence, day, at)) is not None:
            return Occurrence(day, moment)
    raise CadenceError("You are away for more than a year from then. Choose a day after that.")
