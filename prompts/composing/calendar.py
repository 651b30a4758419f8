"""A session as a calendar file. Calendars at work are read by others, so it names nobody."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event

SUMMARY = "Coaching session"


@dataclass(frozen=True, slots=True)
class Appointment:
    """`changes` counts what became of it, so that a calendar knows the newest."""

    id: UUID
    starts_at: datetime
    minutes: int
    changes: int
    cancelled: bool


def calendar_file(one: Appointment, now: datetime) -> bytes:
    """In UTC, which every calendar shows on its owner's own clock."""
    starts_at = one.starts_at.astimezone(UTC)
    event = Event()
    event.add("uid", f"{one.id}@bearings")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=one.minutes))
    event.add("sequence", one.changes)
    event.add("summary", SUMMARY)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Bearings//Coaching sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
