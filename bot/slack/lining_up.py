"""What must keep its order: whatever a person said, changed or took back in their chat with us, and
what is told of one person."""

from datetime import datetime

from bot.conversation.events import Said
from bot.intake import Line
from bot.payloads import Payload, UnreadableError, maybe_part
from bot.slack.incoming import Edited, Heard, Incoming, PersonChanged, Withdrawn
from bot.slack.strict import moment


def line_of(incoming: Incoming, payload: Payload) -> Line | None:
    match incoming:
        case Heard(event=Said(), where=where):
            return Line(where.channel, _said_at(payload))
        case Edited(channel=channel) | Withdrawn(channel=channel):
            return Line(channel, _said_at(payload))
        case PersonChanged(person=person):
            return Line(f"person:{person.user_id}", _said_at(payload))
    return None


def _said_at(payload: Payload) -> datetime | None:
    try:
        return moment(maybe_part(payload, "event"), "event_ts")
    except UnreadableError:
        return None
