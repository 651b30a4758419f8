"""Each event that is used, by Slack's name for it; the manifest asks for these and no more."""

from collections.abc import Callable, Mapping

from bot.conversation.events import Said
from bot.payloads import Payload, flag, maybe_part, maybe_words, part
from bot.slack.incoming import (
    NUDGE_METADATA,
    PLATFORM,
    Echo,
    Edited,
    Ended,
    Heard,
    HomeOpened,
    Ignored,
    Incoming,
    PersonChanged,
    TeamsChanged,
    Where,
    Withdrawn,
)
from bot.slack.strict import maybe_token, moment, second, token, tokens
from bot.slack.typed import as_typed
from bot.slack.whose import (
    SLACKBOT,
    app_of,
    enterprise_of,
    is_event_from_outside,
    read_person,
    workspace_of_event,
)

MOST_TEAMS = 1_000
# A person's own words: plain, with a file, also sent to the conversation from a thread, or /me.
_SAID = frozenset({"", "file_share", "thread_broadcast", "me_message"})


def _message(body: Payload, event: Payload) -> Incoming:
    if not _is_direct(event):
        return Ignored("not said to us alone")
    match maybe_words(event, "subtype"):
        case "message_changed":
            return _changed(body, event, part(event, "message"))
        case "message_deleted":
            return _deleted(body, event)
    if maybe_words(event, "bot_id"):
        return _posted(body, event)
    if not _is_somebodys(event) or flag(event, "hidden"):
        return Ignored("a message that nobody wrote")
    channel, ts = token(event, "channel"), token(event, "ts")
    thread = maybe_token(event, "thread_ts")
    said = Said(
        f"slack:{channel}:{ts}",  # an edit or a broadcast of it comes with another event_id
        PLATFORM,
        workspace_of_event(body),
        token(event, "user"),
        words=as_typed(maybe_words(event, "text")),
    )
    where = Where(channel, thread if thread != ts else "", message=ts, surface="message")
    return Heard(said, where, enterprise_of(body), is_event_from_outside(body, event))


def _is_direct(event: Payload) -> bool:
    kind, channel = maybe_words(event, "channel_type"), token(event, "channel")
    return kind == "im" if kind else channel.startswith("D")


def _is_somebodys(message: Payload) -> bool:
    return (
        maybe_words(message, "subtype") in _SAID
        and not maybe_words(message, "bot_id")
        and maybe_token(message, "user") != SLACKBOT
    )


def _posted(body: Payload, event: Payload) -> Incoming:
    metadata = maybe_part(event, "metadata")
    is_ours = maybe_token(event, "app_id") in {"", app_of(body)}
    if not is_ours or maybe_words(metadata, "event_type") != NUDGE_METADATA:
        return Ignored("a message of a program")
    return Echo(
        token(body, "event_id"),
        workspace_of_event(body),
        token(event, "channel"),
        token(event, "ts"),
        token(part(metadata, "event_payload"), "delivery_id"),
        enterprise=enterprise_of(body),
    )


def _changed(body: Payload, event: Payload, message: Payload) -> Incoming:
    """Also what Slack does to a message: a preview of a link in it changes no word."""
    before = maybe_part(event, "previous_message")
    if maybe_words(message, "subtype") == "tombstone":
        # So a message with replies goes, instead of being deleted.
        return _withdrawn(body, event, before, token(message, "ts"))
    if not _is_somebodys(message):
        return Ignored("a message that nobody wrote")
    said = as_typed(maybe_words(message, "text"))
    if before and as_typed(maybe_words(before, "text")) == said:
        return Ignored("a message whose words are the same")
    return Edited(
        token(body, "event_id"),
        workspace_of_event(body),
        token(message, "user"),
        token(event, "channel"),
        token(message, "ts"),
        said,
        moment(event, "event_ts"),
        enterprise=enterprise_of(body),
    )


def _deleted(body: Payload, event: Payload) -> Incoming:
    return _withdrawn(
        body, event, maybe_part(event, "previous_message"), token(event, "deleted_ts")
    )


def _withdrawn(body: Payload, event: Payload, before: Payload, message: str) -> Incoming:
    if not _is_somebodys(before):
        return Ignored("a message that nobody wrote")
    return Withdrawn(
        token(body, "event_id"),
        workspace_of_event(body),
        maybe_token(before, "user"),
        token(event, "channel"),
        message,
        enterprise=enterprise_of(body),
    )


def _home(body: Payload, event: Payload) -> Incoming:
    if maybe_words(event, "tab") != "home":
        return Ignored("the chat was opened")
    view = maybe_part(event, "view")
    return HomeOpened(
        token(body, "event_id"),
        workspace_of_event(body),
        token(event, "user"),
        maybe_token(view, "id"),
        maybe_token(view, "hash"),
        is_event_from_outside(body, event),
        enterprise=enterprise_of(body),
    )


def _person(body: Payload, event: Payload) -> Incoming:
    workspace, enterprise = workspace_of_event(body), enterprise_of(body)
    person = read_person(part(event, "user"), workspace, enterprise)
    return PersonChanged(token(body, "event_id"), workspace, person, enterprise=enterprise)


def _uninstalled(body: Payload, _: Payload) -> Incoming:
    return Ended(
        token(body, "event_id"),
        workspace_of_event(body),
        second(body, "event_time"),
        "app_uninstalled",
        enterprise=enterprise_of(body),
    )


def _revoked(body: Payload, event: Payload) -> Incoming:
    bots = part(event, "tokens").get("bot")
    if not bots:
        return Ignored("tokens that we do not use")
    return Ended(
        token(body, "event_id"),
        workspace_of_event(body),
        second(body, "event_time"),
        "tokens_revoked",
        enterprise=enterprise_of(body),
    )


def _teams(*, is_granted: bool) -> Callable[[Payload, Payload], Incoming]:
    """The organisation's own news, whichever of its teams the envelope names."""

    def read(body: Payload, event: Payload) -> Incoming:
        enterprise = enterprise_of(body)
        if not enterprise:
            return Ignored("a team of no organisation")
        teams = tokens(event, "team_ids", MOST_TEAMS)
        at = second(body, "event_time")
        told = token(body, "event_id"), enterprise
        return TeamsChanged(*told, teams, is_granted, at, enterprise=enterprise)

    return read


EVENTS: Mapping[str, Callable[[Payload, Payload], Incoming]] = {
    "message": _message,
    "app_home_opened": _home,
    "user_change": _person,
    "app_uninstalled": _uninstalled,
    "tokens_revoked": _revoked,
    "team_access_granted": _teams(is_granted=True),
    "team_access_revoked": _teams(is_granted=False),
}
