"""What must keep its order: whatever a person said, changed, took back or sent in their chat, and
whether Bearings is there for them at all."""

from bot.intake import Line
from bot.teams.incoming import Come, Ignored, Incoming, Stale, Unwelcome


def line_of(incoming: Incoming) -> Line | None:
    match incoming:
        case Ignored() | Unwelcome() | Stale():
            return None
        case Come(where=where, contact=contact):
            return Line(where.conversation, contact.at)
