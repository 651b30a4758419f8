"""What went wrong in a call, as one closed value. Pure, and never raises."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from bot.failures import Verdict
from bot.payloads import Payload
from bot.teams.failures import (
    BROKEN,
    BY_CODE,
    BY_STATUS,
    CUT_OFF,
    GONE,
    NO_TOKEN_NOW,
    NOT_TEAMS,
    REFUSED,
    THROTTLED,
    TOO_SLOW,
    UNNAMED_WAIT,
    UNREACHED,
    UNREADABLE,
    CallError,
    Consequence,
    Failure,
)

LONGEST_WAIT = timedelta(days=1)


def failure_of(error: Exception) -> Failure:
    """Whatever was raised. Where nothing is known, it is doubtful."""
    match error:
        case CallError():
            return error.failure
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return UNREACHED
        case aiohttp.InvalidURL() | aiohttp.ClientHttpProxyError():
            return NOT_TEAMS
        case TimeoutError():
            return TOO_SLOW
        case aiohttp.ClientConnectionError() | aiohttp.ClientPayloadError():
            return CUT_OFF
        case _:
            return UNREADABLE


def failure_in(status: int, data: Payload, retry_after: str | None, now: datetime) -> Failure:
    """A refusal: its status, its JSON where there is any, and its Retry-After."""
    if status == 429:
        return replace(THROTTLED, after=_patience(retry_after, now))
    known = BY_CODE.get(code_in(data)) or BY_STATUS.get(status)
    if known is None:
        return _unknown(status)
    if known.verdict is Verdict.LATER and retry_after is not None:
        return replace(known, after=_patience(retry_after, now))
    return known


def in_a_change(failure: Failure) -> Failure:
    """What is not found there is the message, as far as anybody can tell."""
    return GONE if failure.consequence is Consequence.DROP_CONVERSATION else failure


def code_in(data: Payload) -> str:
    """Beside the error, or in it; and a code within the code in the older form."""
    inner = data.get("error")
    for place in (inner, data):
        if isinstance(place, dict):
            for name in ("code", "errorCode"):
                if isinstance(code := place.get(name), str) and code in BY_CODE:
                    return code
    return ""


def _unknown(status: int) -> Failure:
    if status >= 500:
        return BROKEN
    if 200 <= status < 300:
        return UNREADABLE
    if status == 408:
        return replace(BY_STATUS[503], name="took too long")
    return NOT_TEAMS if status < 400 else replace(REFUSED, reason=f"{REFUSED.reason} ({status})")


def _patience(retry_after: str | None, now: datetime) -> timedelta:
    """At least a second, and at most a day: nothing here waits for years."""
    if retry_after is None:
        return UNNAMED_WAIT
    said = retry_after.strip()
    if re.fullmatch("[0-9]{1,9}", said, re.ASCII):
        return _within_reason(timedelta(seconds=int(said)))
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return UNNAMED_WAIT
    return _within_reason(moment.replace(tzinfo=moment.tzinfo or UTC) - now)


def _within_reason(wait: timedelta) -> timedelta:
    return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)


# Where a token was asked for

# Microsoft's own numbers, and what each means for whoever set the app up.
_REASONS = {
    7000215: "the client secret is wrong: copy its value, not its id",
    7000222: "the client secret has expired: make a new one",
    7000216: "a client secret or a certificate is needed",
    700027: "the certificate is not one of the app's, or has expired",
    700024: "the clock of this machine is wrong",
    700016: "there is no such app in this tenant: check TEAMS_APP_ID and TEAMS_TENANT_IDS",
    7000229: "the app has not been let into this tenant by its admin",
    7000112: "the app has been switched off",
    90002: "there is no such tenant: check TEAMS_TENANT_IDS",
    900023: "there is no such tenant: check TEAMS_TENANT_IDS",
}
_WORDS = {
    "invalid_client": "the client secret or certificate is wrong or has expired",
    "unauthorized_client": "there is no such app in this tenant: check TEAMS_APP_ID and "
    "TEAMS_TENANT_IDS",
}
_BUSY = frozenset({408, 429})
_PASSING = frozenset({"temporarily_unavailable", "server_error"})


def refused_a_token(status: int, data: Payload, retry_after: str | None, now: datetime) -> Failure:
    """For good where the settings are wrong; nothing was sent in any case."""
    name = data.get("error")
    word = name if isinstance(name, str) else ""
    if status in _BUSY or not 400 <= status < 500 or word in _PASSING:
        return replace(NO_TOKEN_NOW, after=_patience(retry_after, now))
    known = [_REASONS[number] for number in _numbers(data) if number in _REASONS]
    because = known[0] if known else _WORDS.get(word, "check the settings for Teams")
    return Failure(
        "no access",
        Verdict.NEVER,
        Consequence.TELL_OPERATOR,
        f"Microsoft gives the app no token: {because}.",
    )


def _numbers(data: Payload) -> Collection[int]:
    listed = data.get("error_codes")
    return [one for one in listed if isinstance(one, int)] if isinstance(listed, list) else []
