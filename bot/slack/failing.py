"""What went wrong in a call to Slack, as one closed value. Pure, and never raises."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.failures import Verdict
from bot.slack.failures import (
    BROKEN,
    CUT_OFF,
    KNOWN,
    LIMITS,
    NOT_SLACK,
    TOO_SLOW,
    UNNAMED_WAIT,
    UNREACHED,
    UNREADABLE,
    CallError,
    Consequence,
    Failure,
)

LONGEST_WAIT = timedelta(days=1)
# Slack's error names look like this; anything else is not repeated.
_NAME = re.compile(r"[a-z][a-z0-9_]{1,63}", re.ASCII)


def must_wait(after: timedelta) -> Failure:
    """Ours, before anything was sent: its turn does not come soon enough."""
    return Failure(
        "no room",
        Verdict.LATER,
        Consequence.NOTHING,
        "There is no room at Slack for this yet.",
        after,
        untried=True,
    )


def is_limit(failure: Failure) -> bool:
    return failure.name in LIMITS


def to_a_person(failure: Failure) -> Failure:
    """Where the channel was a person's own id, there is no other to try."""
    if failure.consequence is not Consequence.DROP_CHANNEL:
        return failure
    if failure.name == "channel_not_found":
        return replace(failure, consequence=Consequence.PERSON_UNREACHABLE)
    return replace(failure, consequence=Consequence.TELL_OPERATOR)


def failure_of(error: Exception) -> Failure:
    """What went wrong in a call, whatever was raised. Where nothing is known, it is doubtful."""
    match error:
        case CallError():
            return error.failure
        case SlackApiError():
            return _of_response(error.response)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return UNREACHED
        case aiohttp.InvalidURL() | aiohttp.ClientHttpProxyError():
            return NOT_SLACK
        case TimeoutError():
            return TOO_SLOW
        case aiohttp.ClientConnectionError() | aiohttp.ClientPayloadError():
            return CUT_OFF
        case _:
            return UNREADABLE


def failure_in(status: int, data: object, retry_after: str | None = None) -> Failure:
    """A refusal, read from what Slack answered: its status, its JSON and its Retry-After."""
    name = data.get("error") if isinstance(data, Mapping) else None
    if status == 429:
        return replace(KNOWN["ratelimited"], after=_patience(retry_after))
    if isinstance(name, str) and name in KNOWN:
        known = KNOWN[name]
        return replace(known, after=_patience(retry_after)) if is_limit(known) else known
    if status >= 500:
        return BROKEN
    if isinstance(name, str) and name:
        return _unknown(name)
    return UNREADABLE if 200 <= status < 300 else NOT_SLACK


def _unknown(name: str) -> Failure:
    """Slack adds names without notice. A refusal is not a message, so another try repeats nothing;
    giving up at once would lose a question to a passing matter. The road's own count ends it."""
    shown = name if _NAME.fullmatch(name) else "unnamed"
    return Failure(
        shown,
        Verdict.LATER,
        Consequence.TELL_OPERATOR,
        f"Slack refused for a reason that is new to this app. ({shown})",
    )


def _of_response(response: object) -> Failure:
    """The library hands over its own response, or aiohttp's where the body was not JSON."""
    status = getattr(response, "status_code", getattr(response, "status", 0))
    headers = getattr(response, "headers", None)
    wait = headers.get("Retry-After") if isinstance(headers, Mapping) else None
    return failure_in(
        status if isinstance(status, int) else 0,
        getattr(response, "data", None),
        wait if isinstance(wait, str) else None,
    )


def _patience(retry_after: str | None) -> timedelta:
    """At least a second, and at most a day: nothing here waits for years."""
    if retry_after is None or not re.fullmatch("[0-9]{1,9}", retry_after.strip(), re.ASCII):
        return UNNAMED_WAIT
    return min(max(timedelta(seconds=int(retry_after)), timedelta(seconds=1)), LONGEST_WAIT)
