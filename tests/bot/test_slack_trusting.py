"""Whatever arrives at /slack/events: only what Slack signed a moment ago is looked into."""

import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads import UnreadableError
from bot.slack.trusting import (
    LARGEST_BODY,
    UNREADABLE,
    Refusal,
    content_type,
    greeting,
    look_at,
    parse,
    refused,
)

NOW = datetime(2027, 3, 18, 9, tzinfo=UTC)
SECRET, OLD_SECRET = "new-secret", "old-secret"
JSON, FORM = b"application/json", b"application/x-www-form-urlencoded"
BODY = b'{"type":"event_callback"}'
STAMP = str(int(NOW.timestamp())).encode()

Pairs = list[tuple[bytes, bytes]]


def signature(body: bytes, stamp: bytes = STAMP, key: str = SECRET) -> bytes:
    signed = hmac.new(key.encode(), b"v0:" + stamp + b":" + body, hashlib.sha256)
    return b"v0=" + signed.hexdigest().encode()


def signed(
    body: bytes = BODY, stamp: bytes = STAMP, key: str = SECRET, kind: bytes = JSON
) -> Pairs:
    return [
        (b"host", b"bearings.example"),
        (b"content-type", kind),
        (b"x-slack-request-timestamp", stamp),
        (b"x-slack-signature", signature(body, stamp, key)),
    ]


def without(name: bytes, pairs: Pairs) -> Pairs:
    return [pair for pair in pairs if pair[0] != name]


def having(name: bytes, value: bytes, pairs: Pairs) -> Pairs:
    return [*without(name, pairs), (name, value)]


def ask(
    headers: Pairs,
    body: bytes = BODY,
    method: str = "POST",
    secrets: tuple[str, ...] = (SECRET,),
    now: datetime = NOW,
) -> int:
    answer = asked(headers, body, method, secrets, now)
    return answer.status if answer else 200


def asked(
    headers: Pairs,
    body: bytes = BODY,
    method: str = "POST",
    secrets: tuple[str, ...] = (SECRET,),
    now: datetime = NOW,
) -> Refusal | None:
    seal = look_at(method, headers, now)
    return seal if isinstance(seal, Refusal) else refused(seal, headers, body, secrets)


# ---- what is let in ----


def test_what_slack_signed_is_let_in() -> None:
    assert ask(signed()) == 200
    assert ask(signed(kind=b"application/json; charset=utf-8")) == 200
    form = b"command=%2Fbearings&text=help"
    assert ask(signed(form, kind=FORM), form) == 200
    assert ask(signed(b""), b"") == 200


def test_names_of_headers_are_the_same_in_any_case() -> None:
    assert ask([(name.title(), value) for name, value in signed()]) == 200


def test_while_the_secret_is_changed_both_are_good_and_afterwards_one() -> None:
    both = (SECRET, OLD_SECRET)
    assert ask(signed(key=SECRET), secrets=both) == 200
    assert ask(signed(key=OLD_SECRET), secrets=both) == 200
    assert ask(signed(key=OLD_SECRET)) == 401
    assert ask(signed(key="guess"), secrets=both) == 401


def test_no_secret_at_all_lets_nobody_in() -> None:
    assert ask(signed(key=""), secrets=()) == 401
    assert ask(signed(key=""), secrets=("",)) == 401


@pytest.mark.parametrize(
    ("seconds", "status"), [(-301, 401), (-300, 200), (0, 200), (300, 200), (301, 401)]
)
def test_it_is_good_for_five_minutes_either_way(seconds: int, status: int) -> None:
    stamp = str(int((NOW + timedelta(seconds=seconds)).timestamp())).encode()
    assert ask(signed(stamp=stamp)) == status


# ---- what is refused ----

STAMPS = {
    "no digits": b"abc",
    "nothing": b"",
    "a fraction": STAMP + b".0",
    "spaces": b" " + STAMP,
    "a line's end": STAMP + b"\n",
    "a sign": b"+" + STAMP,
    "an underscore": STAMP[:3] + b"_" + STAMP[3:],
    "other digits": "١٨٠٥٣٦٠٤٠٠".encode(),
    "four hundred digits": b"9" * 400,
    "thirteen digits": b"0" * 3 + STAMP,
    "bytes that are no text": b"\xff\xfe",
    "long ago": b"0",
    "the far future": b"9" * 12,
}


@pytest.mark.parametrize("stamp", STAMPS.values(), ids=STAMPS)
def test_a_strange_timestamp_is_refused_however_well_it_is_signed(stamp: bytes) -> None:
    assert ask(signed(stamp=stamp)) == 401


GOOD = signature(BODY)
SIGNATURES = {
    "nothing": b"",
    "no version": GOOD[3:],
    "another version": b"v1" + GOOD[2:],
    "capitals": GOOD.upper(),
    "too short": GOOD[:-1],
    "too long": GOOD + b"0",
    "a line's end": GOOD + b"\n",
    "not ASCII": "v0=é".encode() + GOOD[5:],
    "bytes that are no text": b"\xff" * 67,
    "of another body": signature(b"{}"),
    "of another moment": signature(BODY, b"1"),
    "with another secret": signature(BODY, key="guess"),
    "without a secret": signature(BODY, key=""),
}


@pytest.mark.parametrize("wrong", SIGNATURES.values(), ids=SIGNATURES)
def test_a_wrong_signature_is_refused(wrong: bytes) -> None:
    assert ask(having(b"x-slack-signature", wrong, signed())) == 401


@pytest.mark.parametrize("name", [b"x-slack-signature", b"x-slack-request-timestamp"])
def test_each_of_the_two_headers_is_there_exactly_once(name: bytes) -> None:
    assert ask(without(name, signed())) == 401
    twice = [*signed(), *(pair for pair in signed() if pair[0] == name)]
    assert ask(twice) == 401


def test_one_byte_more_is_another_body() -> None:
    assert ask(signed(), BODY + b" ") == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post", ""])
def test_other_methods_are_refused_and_told_which_is_taken(method: str) -> None:
    assert look_at(method, signed(), NOW) == Refusal(405, ((b"allow", b"POST"),))


def test_a_body_of_more_than_a_mebibyte_is_refused_before_it_is_hashed() -> None:
    full = b" " * LARGEST_BODY
    assert ask(signed(full), full) == 200
    assert ask(signed(), full + b" ") == 413


@pytest.mark.parametrize(("length", "status"), [(b"0", 200), (b"1048576", 200), (b"1048577", 413)])
def test_a_length_that_is_too_long_is_refused_before_anything_else(
    length: bytes, status: int
) -> None:
    assert ask([*signed(), (b"content-length", length)]) == status
    assert ask([(b"content-length", b"9" * 400)]) == 413
    assert ask([(b"content-length", b"-1")]) == 401


KINDS = [
    *(b"", b"text/plain", b"application/jsonp", b"application/json, text/plain", b"\xff"),
    *(b"multipart/form-data; boundary=x", b"application/json; charset=utf-16", b"text/json"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_other_kinds_of_body_are_refused_for_good(kind: bytes) -> None:
    answer = asked(signed(kind=kind))
    assert answer == Refusal(415, ((b"x-slack-no-retry", b"1"),))


def test_a_body_is_of_one_kind_and_not_packed() -> None:
    assert ask(without(b"content-type", signed())) == 415
    assert ask([*signed(), (b"content-type", FORM)]) == 415
    for packed in (b"gzip", b"br", b"identity", b""):
        assert ask([*signed(), (b"content-encoding", packed)]) == 415


def test_who_did_not_sign_learns_nothing_of_what_else_was_wrong() -> None:
    wrong = (JSON, b"text/plain", b"")
    answers = {asked(signed(key="guess", kind=k)) for k in wrong}
    assert answers == {Refusal(401)}


def test_signed_junk_is_not_to_be_sent_again() -> None:
    assert Refusal(400, ((b"x-slack-no-retry", b"1"),)) == UNREADABLE


@given(
    st.text(max_size=8),
    st.lists(st.tuples(st.binary(max_size=40), st.binary(max_size=80)), max_size=6),
    st.binary(max_size=200),
)
def test_nothing_unsigned_is_let_in_and_nothing_breaks_it(
    method: str, headers: Pairs, body: bytes
) -> None:
    for pairs in (headers, [*headers, *without(b"x-slack-signature", signed(body))]):
        assert ask(pairs, body, method) in {401, 405}
        assert ask(pairs, body) == 401


# ---- what is read of it ----


def test_an_event_is_json_an_interaction_a_payload_and_a_command_fields() -> None:
    assert parse(JSON, b'{"event": {"text": "\xc3\xa9 \\ud83e\\udded"}}') == {
        "event": {"text": "é 🧭"}
    }
    payload = urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()
    assert parse(FORM, payload) == {"type": "block_actions"}
    fields = b"command=%2Fbearings&text=a+b%26c%0Ad+100%25&enterprise_id="
    assert parse(FORM, fields) == {
        "command": "/bearings",
        "text": "a b&c\nd 100%",
        "enterprise_id": "",
    }


def test_the_word_payload_in_a_command_is_a_word() -> None:
    assert parse(FORM, b"command=%2Fbearings&text=payload")["text"] == "payload"


UNREADABLE_JSON = {
    "nothing": b"",
    "no JSON": b"{",
    "words after it": b"{} {}",
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "a number": b"1",
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "a number without an end": b'{"a": 1e999}',
    "a number of five thousand digits": b'{"a": ' + b"9" * 5_000 + b"}",
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice, deep inside": b'{"a": [{"b": 1, "\\u0062": 2}]}',
    "half a character": b'{"a": "\\ud800"}',
    "half a character as a name": b'{"a": {"\\udc00": 1}}',
    "not UTF-8": b'{"a": "\xff"}',
    "half a character in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a control character": b'{"a": "\x00"}',
    "a comma too many": b'{"a": 1,}',
    "sixty-five levels": b'{"a":' * 65 + b"1" + b"}" * 65,
    "a hundred thousand lists": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a hundred thousand openings": b'{"a":' * 100_000,
}


@pytest.mark.parametrize("body", UNREADABLE_JSON.values(), ids=UNREADABLE_JSON)
def test_json_that_can_be_read_in_two_ways_or_none_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse(JSON, body)
    with pytest.raises(UnreadableError):
        parse(FORM, b"payload=" + b"".join(b"%%%02X" % byte for byte in body))


def test_json_as_deep_as_a_view_and_much_wider_is_read() -> None:
    deep = json.dumps({"a": [{"b": [{"c": list(range(50))}] * 50}] * 50}).encode()
    assert len(parse(JSON, deep)) == 1
    assert parse(JSON, b'{"a":' * 64 + b"1" + b"}" * 64)


UNREADABLE_FORMS = {
    "not ASCII": "text=é".encode(),
    "not UTF-8": b"text=%FF",
    "half a character": b"text=%ED%A0%80",
    "a field twice": b"text=a&text=b",
    "a name without a value": b"text",
    "nothing between": b"a=1&&b=2",
    "a payload with company": b"payload=%7B%7D&text=x",
    "two payloads": b"payload=%7B%7D&payload=%7B%7D",
    "an empty payload": b"payload=",
    "a payload that is a list": b"payload=%5B%5D",
    "a hundred and one fields": b"&".join(b"f%d=" % number for number in range(101)),
    "ten thousand fields": b"a=b&" * 10_000,
}


@pytest.mark.parametrize("body", UNREADABLE_FORMS.values(), ids=UNREADABLE_FORMS)
def test_a_form_that_slack_does_not_send_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse(FORM, body)


def test_what_is_neither_json_nor_a_form_is_not_read() -> None:
    for kind in (b"", b"text/plain", JSON + b"; charset=utf-16"):
        with pytest.raises(UnreadableError):
            parse(kind, b"{}")


@given(st.sampled_from([JSON, FORM]), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(kind: bytes, body: bytes) -> None:
    with suppress(UnreadableError):
        assert isinstance(parse(kind, body), dict)


def test_an_error_repeats_nothing_of_what_was_sent() -> None:
    for kind, body in (
        (JSON, b'{"a": "She cried"'),
        (JSON, b"She cried \xff"),
        (FORM, b"She%FF=1"),
    ):
        with pytest.raises(UnreadableError) as refusal:
            parse(kind, body)
        assert "She" not in str(refusal.value)
        assert refusal.value.__cause__ is None
        assert refusal.value.__suppress_context__  # the one below quotes the words


def test_the_kind_is_found_among_the_headers() -> None:
    assert content_type([(b"Content-Type", FORM), *without(b"content-type", signed())]) == FORM


# ---- what slack asks before there is anybody to answer ----


def test_slack_is_greeted() -> None:
    assert greeting({"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRN"}) == (
        "3eZbrw1aBm2rZgRN"
    )
    assert greeting({"ssl_check": "1"}) == ""
    assert greeting({"type": "event_callback"}) is None
    assert greeting({"ssl_check": "0", "command": "/bearings"}) is None


@pytest.mark.parametrize("challenge", [None, 1, "x" * 501, "a\nb", "<é>", {"a": 1}])
def test_a_challenge_that_is_none_is_not_repeated(challenge: object) -> None:
    with pytest.raises(UnreadableError):
        greeting({"type": "url_verification", "challenge": challenge})
