"""What must keep its order: whatever a person said, changed, took back or sent in their chat, and
whether Bearings is there for them at all."""

from datetime import UTC, datetime

from bot.intake import Line
from bot.payloads import Payload, UnreadableError, words
from bot.teams.incoming import Come, Ignored, Incoming, Stale, Unwelcome

LONGEST_MOMENT = 40


def line_of(incoming: Incoming, activity: Payload) -> Line | None:
    match incoming:
        case Ignored() | Unwelcome() | Stale():
            return None
        case Come(where=where):
            return Line(where.conversation, _said_at(activity))


def _said_at(activity: Payload) -> datetime | None:
    try:
        said_at = datetime.fromisoformat(words(activity, "timestamp", LONGEST_MOMENT))
        return said_at.astimezone(UTC) if said_at.tzinfo else None
    except (UnreadableError, ValueError, OverflowError):
        return None
