"""Whether a request comes from Slack. Pure; nothing of the body is parsed before that is known."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from bot.payloads import Payload, UnreadableError, maybe_words, read_object, words

# A view has up to 250,000 bytes, and a form writes each of them as up to three; what was typed
# into it comes beside. A message has up to 40,000 characters of up to twelve bytes, and comes
# twice in an event that says how it was changed.
LARGEST_BODY = 1024 * 1024
OLDEST = 5 * 60  # seconds; also the furthest into the future, for a clock that runs ahead
MOST_FIELDS = 100
LONGEST_CHALLENGE = 500

Headers = Iterable[tuple[bytes, bytes]]

_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")
_TYPE = re.compile(
    rb"(application/json|application/x-www-form-urlencoded)[ \t]*"
    rb'(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?',
    re.IGNORECASE,
)
_NO_RETRY = (b"x-slack-no-retry", b"1")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The body stays empty, so that nothing is learnt from it."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()


# Signed, and so Slack's: the same thing sent again would be as wrong.
UNREADABLE = Refusal(400, (_NO_RETRY,))


@dataclass(frozen=True, slots=True)
class Seal:
    """What a request says that it was signed with, and when; nothing of it is believed yet."""

    stamp: bytes
    signature: bytes


def look_at(method: str, headers: Headers, now: datetime) -> Seal | Refusal:
    """Before anything of the body is read: whether it can be Slack's at all."""
    if method != "POST":
        return Refusal(405, ((b"allow", b"POST"),))
    given = [(name.lower(), value) for name, value in headers]
    if any(_is_too_long(length) for length in _all(given, b"content-length")):
        return Refusal(413)
    stamps = _all(given, b"x-slack-request-timestamp")
    signatures = _all(given, b"x-slack-signature")
    if len(stamps) != 1 or len(signatures) != 1:
        return Refusal(401)
    [stamp], [signature] = stamps, signatures
    if _TIMESTAMP.fullmatch(stamp) is None or _SIGNATURE.fullmatch(signature) is None:
        return Refusal(401)
    if abs(now.timestamp() - int(stamp)) > OLDEST:
        return Refusal(401)
    return Seal(stamp, signature)


def _is_too_long(length: bytes) -> bool:
    return length.isdigit() and (len(length) > 9 or int(length) > LARGEST_BODY)


def refused(seal: Seal, headers: Headers, body: bytes, secrets: Sequence[str]) -> Refusal | None:
    """None for a body that was signed with one of the secrets.

    Several secrets, because Slack goes on signing with the old one while a new one is put in place.
    """
    if len(body) > LARGEST_BODY:
        return Refusal(413)
    if not _is_signed(seal, body, secrets):
        return Refusal(401)
    given = [(name.lower(), value) for name, value in headers]
    # Not sooner: whoever makes up a signature makes up this too, and would only learn of it.
    if _all(given, b"content-encoding") or _kind(_all(given, b"content-type")) is None:
        return Refusal(415, (_NO_RETRY,))
    return None


def _is_signed(seal: Seal, body: bytes, secrets: Sequence[str]) -> bool:
    signed = b"v0:" + seal.stamp + b":" + body
    return any(
        hmac.compare_digest(b"v0=" + _digest(secret, signed), seal.signature)
        for secret in secrets
        if secret  # whoever knows that none is set could sign with it
    )


def _digest(secret: str, signed: bytes) -> bytes:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()


def _all(given: Headers, wanted: bytes) -> list[bytes]:
    return [value for name, value in given if name == wanted]


def _kind(content_types: Sequence[bytes]) -> bytes | None:
    """JSON or a form, where exactly one of them is named."""
    if len(content_types) != 1 or (found := _TYPE.fullmatch(content_types[0].strip())) is None:
        return None
    return found[1].lower()


# What was signed


def content_type(headers: Headers) -> bytes:
    """Of a request that was not refused."""
    return b"".join(_all(((name.lower(), value) for name, value in headers), b"content-type"))


def parse(content_type: bytes, body: bytes) -> Payload:
    """An event's JSON, the JSON in an interaction's `payload`, or a command's fields.

    Raises UnreadableError for everything else.
    """
    match _kind([content_type]):
        case b"application/json":
            return read_object(_text(body, "utf-8"))
        case b"application/x-www-form-urlencoded":
            return _fields(_text(body, "ascii"))
    raise UnreadableError("It is neither JSON nor a form.")


def _text(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableError("It is no text.") from None


def _fields(text: str) -> Payload:
    try:
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise UnreadableError("The form was not readable text.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise UnreadableError("A field stands twice in the form.")
    if "payload" not in fields:
        return fields
    if len(fields) > 1:
        raise UnreadableError("There is something beside the payload.")
    return read_object(fields["payload"])


def greeting(payload: Mapping[str, object]) -> str | None:
    """What Slack asks only to see whether somebody is here, and is told at once as plain text."""
    if payload.get("type") == "url_verification":
        challenge = words(payload, "challenge", LONGEST_CHALLENGE)
        if not (challenge.isascii() and challenge.isprintable()):
            raise UnreadableError("The challenge is no plain text.")
        return challenge
    return "" if maybe_words(payload, "ssl_check") == "1" else None
