"""What must keep its order: whatever a person said, changed, took back or sent in their chat."""

from datetime import UTC, datetime

from bot.intake import Line
from bot.payloads import Payload, UnreadableError, words
from bot.teams.incoming import Edited, Heard, Incoming, Withdrawn

LONGEST_MOMENT = 40


def line_of(incoming: Incoming, activity: Payload) -> Line | None:
    match incoming:
        case Heard(where=where) | Edited(where=where) | Withdrawn(where=where):
            return Line(where.conversation, _said_at(activity))
    return None


def _said_at(activity: Payload) -> datetime | None:
    try:
        said_at = datetime.fromisoformat(words(activity, "timestamp", LONGEST_MOMENT))
        return said_at.astimezone(UTC) if said_at.tzinfo else None
    except (UnreadableError, ValueError, OverflowError):
        return None
