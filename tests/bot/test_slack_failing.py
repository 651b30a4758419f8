"""Every refusal that the reference names, and every silence, has one meaning."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from yarl import URL

from bot.failures import Verdict
from bot.slack.failing import LONGEST_WAIT, failure_in, failure_of
from bot.slack.failures import KNOWN, UNNAMED_WAIT, CallError, Consequence

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEVER, LATER, DOUBTFUL = Verdict.NEVER, Verdict.LATER, Verdict.DOUBTFUL

# The reference's part 3, line by line, with what chat.update, views and history can add.
MEANT: list[tuple[str, Verdict, Consequence, timedelta | None]] = [
    ("ratelimited rate_limited", LATER, Consequence.NOTHING, UNNAMED_WAIT),
    ("message_limit_exceeded", LATER, Consequence.WORKSPACE_PAUSED, DAY),
    (
        "ekm_access_denied accesslimited two_factor_setup_required",
        LATER,
        Consequence.WORKSPACE_PAUSED,
        DAY,
    ),
    ("org_login_required team_added_to_org", LATER, Consequence.WORKSPACE_PAUSED, HOUR),
    (
        "account_inactive token_revoked invalid_auth not_authed",
        NEVER,
        Consequence.WORKSPACE_ENDED,
        None,
    ),
    ("team_access_not_granted team_not_found", NEVER, Consequence.TEAM_CLOSED, None),
    ("token_expired", LATER, Consequence.REINSTALL, HOUR),
    ("missing_scope no_permission not_allowed_token_type", NEVER, Consequence.REINSTALL, None),
    (
        "user_not_found user_not_visible user_disabled invalid_user_combination cannot_dm_bot",
        NEVER,
        Consequence.PERSON_UNREACHABLE,
        None,
    ),
    ("app_access_restricted", NEVER, Consequence.PERSON_BARRED, None),
    (
        "channel_not_found is_archived not_in_channel restricted_action"
        " restricted_action_read_only_channel restricted_action_thread_locked"
        " posting_to_channel_denied",
        NEVER,
        Consequence.DROP_CHANNEL,
        None,
    ),
    (
        "messages_tab_disabled view_too_large invalid_metadata_schema"
        " metadata_must_be_sent_from_app",
        NEVER,
        Consequence.TELL_OPERATOR,
        None,
    ),
    (
        "msg_too_long msg_blocks_too_long invalid_blocks invalid_blocks_format no_text"
        " metadata_too_large markdown_text_conflict too_many_attachments",
        NEVER,
        Consequence.PLAIN_ONCE,
        None,
    ),
    (
        "message_not_found cant_update_message edit_window_closed is_inactive",
        NEVER,
        Consequence.GONE,
        None,
    ),
    (
        "fatal_error internal_error request_timeout service_unavailable",
        DOUBTFUL,
        Consequence.NOTHING,
        None,
    ),
    (
        "expired_trigger_id exchanged_trigger_id invalid_trigger_id",
        NEVER,
        Consequence.PRESS_AGAIN,
        None,
    ),
    ("hash_conflict", NEVER, Consequence.DRAW_AGAIN, None),
    ("not_enabled", NEVER, Consequence.HOME_OFF, None),
    (
        "file_uploads_disabled file_upload_size_restricted storage_limit_reached"
        " file_type_not_allowed file_uploads_except_images_disabled",
        NEVER,
        Consequence.WITHOUT_FILE,
        None,
    ),
    ("restricted_too_many time_in_past time_too_far", NEVER, Consequence.NOTHING, None),
]
NAMED = [(name, *rest) for names, *rest in MEANT for name in names.split()]


def answered(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    response = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="https://slack.com/api/chat.postMessage",
        req_args={},
        data=data,
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("refused", "" if isinstance(data, bytes) else response)


@pytest.mark.parametrize(("name", "verdict", "consequence", "after"), NAMED)
def test_each_error_of_the_reference_has_its_meaning(
    name: str, verdict: Verdict, consequence: Consequence, after: timedelta | None
) -> None:
    failure = failure_of(answered({"ok": False, "error": name}))

    assert (failure.verdict, failure.consequence, failure.after) == (verdict, consequence, after)
    # Want of room is no attempt; every other refusal is one.
    assert failure.untried == (name in {"ratelimited", "rate_limited"})
    assert CallError(failure).untried == failure.untried


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_the_reason_is_a_sentence_of_ours_with_slacks_name_for_it(name: str) -> None:
    assert KNOWN[name].reason.endswith(f". ({name})")
    error = CallError(KNOWN[name])
    assert str(error) == KNOWN[name].reason
    assert error.permanent is (KNOWN[name].verdict is NEVER)
    assert error.unsure is (KNOWN[name].verdict is DOUBTFUL)
    assert error.retry_after == KNOWN[name].after


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("30", 30),
        ("1", 1),
        ("0", 1),
        (" 7 ", 7),
        ("999999999", LONGEST_WAIT.total_seconds()),
        ("-5", 30),
        ("1.5", 30),
        ("٣", 30),
        ("soon", 30),
        ("9" * 400, 30),
        (None, 30),
    ],
)
def test_slacks_patience_is_read_and_bounded(said: str | None, meant: float) -> None:
    headers = {"Retry-After": said} if said is not None else {}
    for answer in (
        answered({"ok": False, "error": "ratelimited"}, 429, headers),
        answered({"ok": False, "error": "ratelimited"}, 200, headers),
        answered({}, 429, headers),
    ):
        failure = failure_of(answer)
        assert failure.verdict is LATER
        assert failure.after == timedelta(seconds=meant)


@pytest.mark.parametrize(
    ("data", "status"),
    [({}, 503), ({}, 502), ({}, 500), ({}, 200), (None, 200), ({"ok": True}, 599)],
)
def test_an_answer_without_sense_leaves_it_in_doubt(data: Any, status: int) -> None:
    assert failure_of(answered(data, status)).verdict is DOUBTFUL


@pytest.mark.parametrize("status", [301, 400, 403, 404, 407, 413])
def test_a_page_that_is_not_slacks_has_sent_nothing(status: int) -> None:
    failure = failure_of(answered({}, status))

    assert (failure.verdict, failure.consequence) == (LATER, Consequence.TELL_OPERATOR)


def test_a_refusal_for_an_unknown_reason_is_tried_again_and_told_to_an_operator() -> None:
    failure = failure_of(answered({"ok": False, "error": "moon_in_wrong_phase"}))

    assert (failure.verdict, failure.consequence) == (LATER, Consequence.TELL_OPERATOR)
    assert "moon_in_wrong_phase" in failure.reason


def test_a_reason_does_not_repeat_what_does_not_look_like_a_name() -> None:
    failure = failure_of(answered({"ok": False, "error": "bad block: I dread Mondays"}))

    assert "Mondays" not in failure.reason


def os_error() -> OSError:
    return OSError(111, "refused")


CONNECTION = aiohttp.client_reqrep.ConnectionKey("slack.com", 443, True, True, None, None, None)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (aiohttp.ClientConnectorError(CONNECTION, os_error()), LATER),
        (aiohttp.ClientConnectorDNSError(CONNECTION, os_error()), LATER),
        (aiohttp.ClientProxyConnectionError(CONNECTION, os_error()), LATER),
        (aiohttp.ConnectionTimeoutError("slow to connect"), LATER),
        (aiohttp.InvalidURL(URL("nowhere")), LATER),
        (aiohttp.ServerDisconnectedError(), DOUBTFUL),
        (aiohttp.ClientOSError(104, "reset"), DOUBTFUL),
        (aiohttp.ClientPayloadError("cut"), DOUBTFUL),
        (aiohttp.SocketTimeoutError("slow"), DOUBTFUL),
        (TimeoutError(), DOUBTFUL),
        (RecursionError("deep"), DOUBTFUL),
        (AttributeError("'list' object has no attribute 'get'"), DOUBTFUL),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_was_never_sent_may_be_sent_again_and_the_rest_is_in_doubt(
    error: Exception, verdict: Verdict
) -> None:
    assert failure_of(error).verdict is verdict


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
responses = st.one_of(
    json,
    st.binary(),
    st.fixed_dictionaries({"ok": st.just(False), "error": json | st.sampled_from(sorted(KNOWN))}),
)


@given(data=responses, status=st.integers(), wait=st.none() | st.text())
def test_no_answer_of_slacks_can_break_the_reading_of_it(
    data: Any, status: int, wait: str | None
) -> None:
    failure = failure_in(status, data, wait)

    assert failure.after is None or timedelta(seconds=1) <= failure.after <= LONGEST_WAIT
    assert isinstance(CallError(failure), Exception)


@given(response=st.one_of(json, st.binary()), words=st.text(min_size=1))
def test_whatever_the_library_hands_over_is_read(response: Any, words: str) -> None:
    assert failure_of(SlackApiError(words, response)).reason
    assert failure_of(Exception(words)).verdict is DOUBTFUL


@given(words=st.text(alphabet=st.characters(exclude_characters="_"), min_size=1))
def test_words_with_a_space_or_a_capital_in_them_never_come_back_in_a_reason(words: str) -> None:
    quoted = f"Amara wrote: {words}"

    assert quoted not in failure_in(200, {"ok": False, "error": quoted}).reason
