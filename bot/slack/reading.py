"""What Slack sends, read into a closed union. Pure; whatever is not understood is UnreadableError.

Authenticity is checked before (trusting.py): here it is only whether the thing is well-formed.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping

from bot.conversation.events import Opened, Pressed, Said, Submitted
from bot.payloads import (
    Payload,
    UnreadableError,
    flag,
    maybe_part,
    maybe_words,
    part,
    parts,
    words,
)
from bot.slack.incoming import (
    COMMAND,
    PLATFORM,
    Echo,
    Edited,
    Ended,
    Heard,
    HomeOpened,
    Ignored,
    Incoming,
    LimitedIntake,
    PersonChanged,
    SlackPerson,
    Stale,
    TeamsChanged,
    Where,
    Withdrawn,
)
from bot.slack.pages import (
    LONGEST_OPENER,
    NONE_OPEN,
    TURN,
    Opener,
    Pages,
    read_hidden,
    read_pages,
)
from bot.slack.reading_events import EVENTS
from bot.slack.room import ABOUT
from bot.slack.strict import LONGEST_ADDRESS, LONGEST_TRIGGER, maybe_token, token
from bot.slack.typed import as_typed
from bot.slack.values import Values, read_values
from bot.slack.whose import (
    app_of,
    enterprise_of,
    is_interaction_from_outside,
    read_person,
    workspace_of_command,
    workspace_of_interaction,
)
from prompts.message import FormName, Press

__all__ = [
    "Echo",
    "Edited",
    "Ended",
    "Heard",
    "HomeOpened",
    "Ignored",
    "Incoming",
    "LimitedIntake",
    "PersonChanged",
    "SlackPerson",
    "Stale",
    "TeamsChanged",
    "UnreadableError",
    "Where",
    "Withdrawn",
    "app_of",
    "read",
    "read_action",
    "read_command",
    "read_event",
    "read_person",
    "read_view",
]

LONGEST_ACTION = 255

_ACTION = re.compile(rf"(press|open|{TURN}):([a-z0-9-]{{1,60}}):([0-9]{{1,3}})")


def read(body: Payload) -> Incoming:
    """Any of them, by its own word for what it is."""
    kind = body.get("type")
    if kind is None and "command" in body:
        return read_command(body)
    reads = _READS.get(words(body, "type"))
    return reads(body) if reads else Ignored("a kind of payload that is not used")


# Events


def read_event(body: Payload) -> Incoming:
    match words(body, "type"):
        case "event_callback":
            event = part(body, "event")
            reads = EVENTS.get(words(event, "type"))
            return reads(body, event) if reads else Ignored("an event that is not used")
        case "app_rate_limited":
            return LimitedIntake(token(body, "team_id"))
    raise UnreadableError("It is no event.")


# The command


def read_command(body: Payload) -> Incoming:
    """`/bearings` alone asks for help. What is typed is a person's own, wherever they typed it, so
    it is answered there to them alone, or in the chat with us."""
    if words(body, "command") != COMMAND:
        return Ignored("a command that is not ours")
    workspace, enterprise = workspace_of_command(body), enterprise_of(body)
    trigger = token(body, "trigger_id", LONGEST_TRIGGER)
    said = as_typed(maybe_words(body, "text"))
    event = Said(
        f"slack:{trigger}",
        PLATFORM,
        workspace,
        token(body, "user_id"),
        words=said if said.strip() else "help",
    )
    where = Where(response_url=_response_url(body), trigger=trigger)
    return Heard(event, where, enterprise)


# Buttons


def read_action(body: Payload) -> Incoming:
    if words(body, "type") != "block_actions":
        raise UnreadableError("It is no press of a button.")
    actions = parts(body, "actions")
    if not actions:
        raise UnreadableError("Nothing was pressed.")
    action = actions[0]
    action_id = words(action, "action_id", LONGEST_ACTION)
    if words(action, "type") != "button" or action_id == "link":
        return Ignored("a control that asks nothing of us")
    user_id, pressed_in, where = token(part(body, "user"), "id"), *_place(body)
    pages = _pages(body, where)
    workspace, enterprise = workspace_of_interaction(body), enterprise_of(body)
    found = _ACTION.fullmatch(action_id)
    stamp = token(action, "action_ts")
    does = _does(found) if found else None
    if found is None or does is None:
        event_id = f"slack:{user_id}:{pressed_in}::{stamp}"
        return Stale(event_id, workspace, user_id, where, pages, enterprise=enterprise)
    who = (f"slack:{user_id}:{pressed_in}:{action_id}:{stamp}", PLATFORM, workspace, user_id)
    about = maybe_words(action, "value", ABOUT)
    event = (
        Opened(*who, form=does, about=about)
        if isinstance(does, FormName)
        else Pressed(*who, press=does, about=about)
    )
    turns_to = int(found[3]) if found[1] == TURN else None
    return Heard(event, where, enterprise, is_interaction_from_outside(body), pages, turns_to)


def _does(found: re.Match[str]) -> Press | FormName | None:
    """None: an older version had such a button, and this one has not."""
    try:
        return Press(found[2]) if found[1] == "press" else FormName(found[2])
    except ValueError:
        return None


def _place(body: Payload) -> tuple[str, Where]:
    """What it was pressed in, and where an answer belongs."""
    container = part(body, "container")
    trigger, response_url = maybe_token(body, "trigger_id", LONGEST_TRIGGER), _response_url(body)
    if words(container, "type") == "view":
        view = part(body, "view")
        view_id, view_hash = token(view, "id"), maybe_token(view, "hash")
        return view_id, Where(
            response_url=response_url,
            trigger=trigger,
            view=view_id,
            view_hash=view_hash,
            surface="home" if words(view, "type") == "home" else "modal",
        )
    message = token(container, "message_ts")
    if flag(container, "is_ephemeral"):
        return message, Where(response_url=response_url, trigger=trigger, surface="ephemeral")
    thread = maybe_token(container, "thread_ts") or maybe_token(
        maybe_part(body, "message"), "thread_ts"
    )
    return message, Where(
        channel=token(container, "channel_id"),
        thread=thread if thread != message else "",  # a root that has replies names itself
        message=message,
        response_url=response_url,
        trigger=trigger,
        surface="message",
    )


def _pages(body: Payload, where: Where) -> Pages:
    """What stands open where it was pressed."""
    match where.surface:
        case "modal":
            return read_pages(part(body, "view"))
        case "home":
            return Pages(over_home=True)
        case "message" if where.response_url and len(where.response_url) <= LONGEST_OPENER:
            opener = Opener(f"{where.channel}/{where.message}", where.response_url)
            return Pages(opener=opener)
    return NONE_OPEN


def _response_url(body: Payload) -> str:
    return maybe_words(body, "response_url", LONGEST_ADDRESS)


# Forms


def read_view(body: Payload) -> Incoming:
    match words(body, "type"):
        case "view_closed":
            return Ignored("a form was closed")
        case "view_submission":
            return _submitted(body, part(body, "view"))
    raise UnreadableError("It is no form.")


def _submitted(body: Payload, view: Payload) -> Incoming:
    user_id = token(part(body, "user"), "id")
    workspace, enterprise = workspace_of_interaction(body), enterprise_of(body)
    pages = read_pages(view)
    where = Where(
        trigger=maybe_token(body, "trigger_id", LONGEST_TRIGGER),
        view=token(view, "id"),
        view_hash=maybe_token(view, "hash"),
        surface="modal",
        opened_on=pages.opener.message if pages.opener else "",
        opened_url=pages.opener.response_url if pages.opener else "",
    )
    event_id = f"slack:{where.view}:{where.view_hash}"
    try:
        hidden, values = read_hidden(view), read_values(view)
        form = FormName(hidden.name)
    except ValueError:
        # Of another version: what was typed is not understood, and is not to be lost.
        return Stale(
            event_id, workspace, user_id, where, pages, is_form=True, enterprise=enterprise
        )
    event = Submitted(
        f"{event_id}:{_digest(body, values)}",
        PLATFORM,
        workspace,
        user_id,
        form=form,
        about=hidden.about,
        values=values,
        basis=hidden.basis,
    )
    return Heard(event, where, enterprise, is_interaction_from_outside(body), pages)


def _digest(body: Payload, values: Values) -> str:
    """A form that was refused and corrected has the same view and hash, and is not the same event.

    Keyed with what Slack sends and nobody stores, so that a receipt confirms no guess at the words.
    """
    key = maybe_words(body, "token").encode("utf-8", "surrogatepass")
    given = repr(sorted(values.items())).encode("utf-8", "surrogatepass")
    return hmac.new(key, given, hashlib.sha256).hexdigest()[:16]


_READS: Mapping[str, Callable[[Payload], Incoming]] = {
    "event_callback": read_event,
    "app_rate_limited": read_event,
    "block_actions": read_action,
    "view_submission": read_view,
    "view_closed": read_view,
}
