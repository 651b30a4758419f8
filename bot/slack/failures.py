"""What Slack can answer instead of doing what it was asked, and what follows from each."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum

from bot import failures
from bot.failures import Verdict
from storage.tables import WhyNot

# Where Slack says "later" and not when, or when in a way that cannot be read.
UNNAMED_WAIT = timedelta(seconds=30)
# Slack's words for "not so fast".
LIMITS = frozenset({"ratelimited", "rate_limited"})
_HOURLY = timedelta(hours=1)
_DAILY = timedelta(days=1)


class Consequence(StrEnum):
    """What else must be done about it, and by whom."""

    NOTHING = "nothing"
    WORKSPACE_ENDED = "workspace ended"  # send nothing more there; keep the data
    WORKSPACE_PAUSED = "workspace paused"  # its admins must act, or wait
    REINSTALL = "reinstall"  # its admins must consent again
    TELL_OPERATOR = "tell operator"  # our fault, or the app's configuration
    PERSON_UNREACHABLE = "person unreachable"
    TEAM_CLOSED = "team closed"  # the same, or of an organisation one team and its person alone
    PERSON_BARRED = "person barred"  # their admins do not let them use this app
    DROP_CHANNEL = "drop channel"  # forget its id and write to the person's own
    PLAIN_ONCE = "plain once"  # the words alone, once; never this again
    GONE = "gone"  # what was to be changed cannot be; say it anew
    PRESS_AGAIN = "press again"  # a form opens only just after a press
    DRAW_AGAIN = "draw again"  # somebody else was faster
    HOME_OFF = "home off"
    WITHOUT_FILE = "without file"  # show a table instead


Failure = failures.Failure[Consequence]


class CallError(failures.CallError[Consequence]):
    """Slack did not do what it was asked."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure, why_not(failure))


def why_not(failure: Failure) -> WhyNot:
    """What it is counted as."""
    match failure.consequence:
        case Consequence.WORKSPACE_ENDED | Consequence.TEAM_CLOSED:
            return WhyNot.DISCONNECTED
        case Consequence.WORKSPACE_PAUSED | Consequence.REINSTALL:
            return WhyNot.KEPT_BY_ADMINS
        case Consequence.TELL_OPERATOR:
            return WhyNot.MISCONFIGURED
        case Consequence.PERSON_UNREACHABLE | Consequence.PERSON_BARRED | Consequence.DROP_CHANNEL:
            return WhyNot.UNREACHABLE
        case Consequence.NOTHING if failure.untried:
            return WhyNot.BUSY
        case Consequence.NOTHING if failure.verdict is not Verdict.NEVER:
            return WhyNot.DOWN
        case (
            Consequence.NOTHING
            | Consequence.PLAIN_ONCE
            | Consequence.GONE
            | Consequence.PRESS_AGAIN
            | Consequence.DRAW_AGAIN
            | Consequence.HOME_OFF
            | Consequence.WITHOUT_FILE
        ):
            return WhyNot.NOT_TAKEN


_N, _L, _D = Verdict.NEVER, Verdict.LATER, Verdict.DOUBTFUL
_C = Consequence

# names, verdict, consequence, reason, wait
_ROWS: tuple[tuple[str, Verdict, Consequence, str, timedelta | None], ...] = (
    (" ".join(sorted(LIMITS)), _L, _C.NOTHING, "Slack asked for patience.", UNNAMED_WAIT),
    (
        "message_limit_exceeded",
        _L,
        _C.WORKSPACE_PAUSED,
        "This workspace has used up its messages.",
        _DAILY,
    ),
    (
        "ekm_access_denied accesslimited two_factor_setup_required access_denied"
        " enterprise_is_restricted",
        _L,
        _C.WORKSPACE_PAUSED,
        "An admin or a security rule of this workspace keeps the app from acting.",
        _DAILY,
    ),
    (
        "org_login_required team_added_to_org external_channel_migrating",
        _L,
        _C.WORKSPACE_PAUSED,
        "This workspace is being moved by Slack.",
        _HOURLY,
    ),
    (
        "account_inactive token_revoked invalid_auth not_authed",
        _N,
        _C.WORKSPACE_ENDED,
        "Slack no longer accepts this workspace's token.",
        None,
    ),
    (
        "team_access_not_granted team_not_found",
        _N,
        _C.TEAM_CLOSED,
        "The app has no access to this workspace.",
        None,
    ),
    ("token_expired", _L, _C.REINSTALL, "This workspace's token has run out.", _HOURLY),
    (
        "missing_scope no_permission not_allowed_token_type",
        _N,
        _C.REINSTALL,
        "The app lacks a permission here; an admin must install it again.",
        None,
    ),
    (
        "user_not_found user_not_visible user_disabled invalid_user_combination cannot_dm_bot",
        _N,
        _C.PERSON_UNREACHABLE,
        "Slack cannot reach this person.",
        None,
    ),
    (
        "app_access_restricted",
        _N,
        _C.PERSON_BARRED,
        "This person may not use the app in their workspace.",
        None,
    ),
    (
        "channel_not_found is_archived not_in_channel posting_to_channel_denied"
        " channel_is_limited_access restricted_action restricted_action_read_only_channel"
        " restricted_action_thread_locked restricted_action_thread_only_channel"
        " restricted_action_non_threadable_channel cannot_reply_to_message",
        _N,
        _C.DROP_CHANNEL,
        "Slack does not take messages in this conversation.",
        None,
    ),
    (
        "msg_too_long msg_blocks_too_long invalid_blocks invalid_blocks_format no_text"
        " metadata_too_large markdown_text_conflict too_many_attachments block_mismatch"
        " attachment_payload_limit_exceeded",
        _N,
        _C.PLAIN_ONCE,
        "Slack could not take this message as it was laid out.",
        None,
    ),
    (
        "message_not_found cant_update_message edit_window_closed is_inactive update_failed"
        " streaming_state_conflict not_found thread_not_found used_url expired_url",
        _N,
        _C.GONE,
        "What was to be changed cannot be changed any more.",
        None,
    ),
    (
        "fatal_error internal_error request_timeout service_unavailable",
        _D,
        _C.NOTHING,
        "Slack failed while it was at work; it may have taken this.",
        None,
    ),
    (
        "expired_trigger_id exchanged_trigger_id invalid_trigger_id",
        _N,
        _C.PRESS_AGAIN,
        "A form can open only just after a press.",
        None,
    ),
    ("hash_conflict", _N, _C.DRAW_AGAIN, "The view was changed by something else.", None),
    ("not_enabled", _N, _C.HOME_OFF, "The Home tab is off in the app's settings.", None),
    (
        "file_uploads_disabled file_upload_size_restricted storage_limit_reached"
        " file_type_not_allowed file_uploads_except_images_disabled blocked_file_type",
        _N,
        _C.WITHOUT_FILE,
        "This workspace does not take the file.",
        None,
    ),
    (
        "restricted_too_many time_in_past time_too_far",
        _N,
        _C.NOTHING,
        "Slack does not take a message for this time.",
        None,
    ),
    (
        "messages_tab_disabled view_too_large duplicate_external_id invalid_metadata_format"
        " invalid_metadata_schema metadata_must_be_sent_from_app invalid_cursor invalid_ts_latest"
        " invalid_ts_oldest invalid_arg_name invalid_array_arg invalid_charset invalid_form_data"
        " invalid_post_type missing_post_type invalid_arguments deprecated_endpoint"
        " method_deprecated unknown_method method_not_supported_for_channel_type is_bot"
        " not_enough_users too_many_users users_list_not_supplied",
        _N,
        _C.TELL_OPERATOR,
        "The app, or its settings at Slack, are not as they should be.",
        None,
    ),
)


def _rows() -> Iterator[tuple[str, Failure]]:
    for names, verdict, consequence, reason, after in _ROWS:
        for name in names.split():
            yield (
                name,
                Failure(
                    name,
                    verdict,
                    consequence,
                    f"{reason} ({name})",
                    after,
                    untried=name in LIMITS,
                ),
            )


KNOWN: Mapping[str, Failure] = dict(_rows())

UNREACHED = Failure("unreached", _L, _C.NOTHING, "Slack could not be reached; nothing was sent.")
CUT_OFF = Failure("cut off", _D, _C.NOTHING, "The connection broke before Slack had answered.")
TOO_SLOW = Failure("too slow", _D, _C.NOTHING, "Slack did not answer in time.")
UNREADABLE = Failure("unreadable", _D, _C.NOTHING, "Slack's answer could not be read.")
BROKEN = Failure("broken", _D, _C.NOTHING, "Slack answered with a fault of its own.")
NOT_SLACK = Failure(
    "not slack", _L, _C.TELL_OPERATOR, "Something else than Slack seems to answer at its address."
)
STRANGE_ADDRESS = Failure(
    "strange address",
    _N,
    _C.TELL_OPERATOR,
    "An answer was to go to an address that is not Slack's.",
)
STOPPING = Failure(
    "stopping",
    _L,
    _C.NOTHING,
    "The process is stopping; nothing was sent.",
    after=timedelta(seconds=5),
    untried=True,
)
