"""What Teams sends, read into a closed union. Pure; what is not understood is UnreadableError.

Authenticity is checked before (trusting.py): here it is only whether the thing is well-formed.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping

from bot.conversation.events import Opened, Pressed, Said, Submitted
from bot.payloads import (
    Payload,
    UnreadableError,
    maybe_moment,
    maybe_part,
    maybe_words,
    part,
    parts,
    words,
)
from bot.teams.incoming import (
    PLATFORM,
    Contact,
    Edited,
    Heard,
    Ignored,
    Incoming,
    Installed,
    Removed,
    Stale,
    Unkept,
    Unwelcome,
    Way,
    Where,
    Why,
    Withdrawn,
)
from bot.teams.room import ABOUT
from bot.teams.values import Sent, read_sent
from prompts.message import FormName, Press

LONGEST_ID = 1_000  # a conversation's has some 150 characters
LONGEST_ADDRESS = 2_000
LONGEST_ZONE = 64

_PERSONAL = "personal"
_INVITED = {"guest", "anonymous"}
_WAYS = {
    "adaptiveCard/action": Way.CARD,
    "task/fetch": Way.OPENING,
    "task/submit": Way.DIALOG,
}


def read(activity: Payload) -> Incoming:
    """Any of them, by its own word for what it is."""
    reads = _READS.get(words(activity, "type", ABOUT))
    if reads is None:
        return Ignored("a kind of activity that is not used")
    incoming = reads(activity)
    why = _unwelcome(activity)
    if why is None or isinstance(incoming, Ignored):
        return incoming
    if isinstance(incoming, Edited | Withdrawn | Removed) or _is_back(incoming):
        return Ignored("a change to what was not taken")
    return Unwelcome(incoming.id, incoming.contact, incoming.where, why)


def _is_back(incoming: Incoming) -> bool:
    return isinstance(incoming, Unkept) and incoming.what == "a line that came back"


def tenant_of(activity: Payload) -> str:
    """The same in both places, where it stands in both: that was seen to before."""
    data, conversation = maybe_part(activity, "channelData"), part(activity, "conversation")
    tenant = maybe_words(maybe_part(data, "tenant"), "id", ABOUT) or maybe_words(
        conversation, "tenantId", ABOUT
    )
    if not tenant:
        raise UnreadableError("It names no tenant.")
    return tenant.casefold()


def event_id(activity: Payload) -> str:
    """What names this activity where it waits. Raises UnreadableError for what has no name."""
    incoming = read(activity)
    if isinstance(incoming, Ignored):
        raise UnreadableError("There is nothing to wait for.")
    return incoming.id


# Who, and where


def read_contact(activity: Payload) -> Contact:
    who = part(activity, "from")
    return Contact(
        tenant_of(activity),
        maybe_words(who, "aadObjectId", ABOUT).casefold(),
        words(who, "id", LONGEST_ID),
        maybe_words(maybe_part(activity, "recipient"), "id", LONGEST_ID),
        words(part(activity, "conversation"), "id", LONGEST_ID),
        words(activity, "serviceUrl", LONGEST_ADDRESS),
        _zone(activity),
        maybe_words(who, "name", LONGEST_ID),
        maybe_moment(activity, "timestamp"),
    )


def _where(activity: Payload, message: str = "", way: Way = Way.CHAT) -> Where:
    at, service_url = (
        maybe_moment(activity, "timestamp"),
        words(activity, "serviceUrl", LONGEST_ADDRESS),
    )
    return Where(_chat(activity), message, way, service_url, at.isoformat() if at else "")


def _zone(activity: Payload) -> str:
    """Empty, too, for what is no name of one: good words are not refused for what stands beside."""
    try:
        if said := maybe_words(activity, "localTimezone", LONGEST_ZONE):
            return said
        for entity in parts(activity, "entities"):
            if maybe_words(entity, "type", ABOUT) == "clientInfo":
                return maybe_words(entity, "timezone", LONGEST_ZONE)
    except UnreadableError:
        return ""
    return ""


def _unwelcome(activity: Payload) -> Why | None:
    """Others read along; or it is nobody of this organisation's own."""
    if not _is_personal(activity):
        return "elsewhere"
    who = part(activity, "from")
    role = maybe_words(who, "userRole", ABOUT).casefold()
    home = maybe_words(who, "tenantId", ABOUT).casefold()
    is_known = bool(maybe_words(who, "aadObjectId", ABOUT))
    if not is_known or role in _INVITED or home not in {"", tenant_of(activity)}:
        return "outside"
    return None


def _is_personal(activity: Payload) -> bool:
    conversation = part(activity, "conversation")
    kind = maybe_words(conversation, "conversationType", ABOUT)
    return kind == _PERSONAL if kind else conversation.get("isGroup") is not True


# Messages


def _message(activity: Payload) -> Incoming:
    said = maybe_words(activity, "text").replace("\r\n", "\n").replace("\r", "\n").strip()
    if isinstance(activity.get("value"), Mapping):
        return _old_card(activity)
    if not said and not _has_file(activity):
        return Ignored("a message without words")
    contact, message = read_contact(activity), _id(activity)
    key = _said(contact, message)
    if not said:
        return Unkept(key, contact, _where(activity, message), "a file")
    event = Said(key, PLATFORM, contact.tenant, contact.user_id, words=said)
    return Heard(key, contact, _where(activity, message), event)


def _has_file(activity: Payload) -> bool:
    """A picture, a recording, a document; Teams adds the words themselves as text/html."""
    kinds = (maybe_words(one, "contentType", LONGEST_ID) for one in parts(activity, "attachments"))
    return any(kind != "text/html" for kind in kinds)


def _old_card(activity: Payload) -> Incoming:
    data = part(activity, "value")
    if "bearings" not in data:
        return Ignored("a card that is not ours")
    where = _where(activity, maybe_words(activity, "replyToId", LONGEST_ID), Way.OLD_CARD)
    return _done(activity, where, data)


def _message_update(activity: Payload) -> Incoming:
    told = maybe_words(maybe_part(activity, "channelData"), "eventType", ABOUT)
    said = maybe_words(activity, "text").replace("\r\n", "\n").replace("\r", "\n").strip()
    if told not in {"editMessage", "undeleteMessage"} or not said:
        return Ignored("a message that lost its words")
    contact, message = read_contact(activity), _id(activity)
    key = _said(contact, message)
    at = words(activity, "timestamp", ABOUT)
    if told == "undeleteMessage":
        where = _where(activity, message)
        return Unkept(_name(key, "back", at), contact, where, "a line that came back")
    return Edited(_name(key, "edited", at), contact, _where(activity, message), key, said)


def _message_delete(activity: Payload) -> Incoming:
    contact, message = read_contact(activity), _id(activity)
    key = _said(contact, message)
    where = _where(activity, message)
    return Withdrawn(_name(key, "withdrawn"), contact, where, key)


def _said(contact: Contact, message: str) -> str:
    return _name(contact.conversation, "message", message)


# Installing


def _installation_update(activity: Payload) -> Incoming:
    contact = read_contact(activity)
    key, where = _name(contact.conversation, "installation", _id(activity)), _where(activity)
    match words(activity, "action", ABOUT):
        case "add" | "add-upgrade":
            return Installed(key, contact, where, activity)
        case "remove":
            return Removed(key, contact, where)
    # “remove-upgrade”, too: an older version goes as a newer one comes, in either order.
    return Ignored("an installation that is neither made nor ended")


def _conversation_update(activity: Payload) -> Incoming:
    """Only that we were added: people come and go in groups, where we are not."""
    bot = maybe_words(maybe_part(activity, "recipient"), "id", LONGEST_ID)
    added = {maybe_words(one, "id", LONGEST_ID) for one in parts(activity, "membersAdded")}
    if not bot or bot not in added:
        return Ignored("somebody came or went")
    contact = read_contact(activity)
    key = _name(contact.conversation, "added", _id(activity))
    return Installed(key, contact, _where(activity), activity)


# Cards and dialogs


def _invoke(activity: Payload) -> Incoming:
    way = _WAYS.get(maybe_words(activity, "name", ABOUT))
    if way is None:
        return Ignored("an invoke that is not used")
    value = part(activity, "value")
    if way is Way.CARD:
        action = part(value, "action")
        if words(action, "type", ABOUT) != "Action.Execute":
            raise UnreadableError("It is no Action.Execute.")
        data = maybe_part(action, "data")
    else:
        data = maybe_part(value, "data")
    where = _where(activity, maybe_words(activity, "replyToId", LONGEST_ID), way)
    if "bearings" not in data:
        return Stale(_invoked(activity), read_contact(activity), where)
    return _done(activity, where, data)


def _done(activity: Payload, where: Where, data: Payload) -> Incoming:
    sent, contact = read_sent(data), read_contact(activity)
    key = _invoked(activity)
    match sent.does:
        case None:
            return Stale(key, contact, where)
        case Press() as press:
            event: Pressed | Opened | Submitted = Pressed(
                key, PLATFORM, contact.tenant, contact.user_id, press=press, about=sent.about
            )
        case FormName() as form if sent.verb == "open":
            event = Opened(
                key, PLATFORM, contact.tenant, contact.user_id, form=form, about=sent.about
            )
        case FormName() as form:
            key = _sent_once(contact, where, sent) or key
            event = Submitted(
                key,
                PLATFORM,
                contact.tenant,
                contact.user_id,
                form=form,
                about=sent.about,
                values=sent.values,
                basis=sent.basis,
            )
    typed = "" if isinstance(event, Submitted) else "".join(sent.values.get("words", ()))
    return Heard(key, contact, where, event, data, typed)


def _sent_once(contact: Contact, where: Where, sent: Sent) -> str:
    """Sent twice from one showing of a form, with the same words, it is one event.

    Keyed with the chat's own id, which is nowhere kept in the clear, so that a receipt confirms no
    guess at the words."""
    if not sent.once:
        return ""
    given = repr(sorted(sent.values.items())).encode("utf-8", "surrogatepass")
    key = contact.conversation.encode("utf-8", "surrogatepass")
    digest = hmac.new(key, given, hashlib.sha256).hexdigest()
    return _name(contact.conversation, "submit", where.message, sent.once, sent.basis, digest)


def _invoked(activity: Payload) -> str:
    return _name(_chat(activity), "invoke", _id(activity))


def _chat(activity: Payload) -> str:
    return words(part(activity, "conversation"), "id", LONGEST_ID)


def _id(activity: Payload) -> str:
    found = words(activity, "id", LONGEST_ID)
    if not found:
        raise UnreadableError("It has no id.")
    return found


def _name(*of: str) -> str:
    """One name for these; the chat, which is somebody's, cannot be read from it."""
    told = "\0".join(f"{len(one)} {one}" for one in of).encode("utf-8", "surrogatepass")
    return f"teams:{hashlib.sha256(told).hexdigest()[:40]}"


_READS: Mapping[str, Callable[[Payload], Incoming]] = {
    "message": _message,
    "messageUpdate": _message_update,
    "messageDelete": _message_delete,
    "installationUpdate": _installation_update,
    "conversationUpdate": _conversation_update,
    "invoke": _invoke,
}
