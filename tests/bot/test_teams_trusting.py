"""Whose word is taken at the door of Teams: Microsoft's, for us, now, and nobody else's."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.hosts import hosts_of
from bot.payloads import UnreadableError
from bot.teams.keys import A_DAY, SELDOM, Keys, keys_in, open_keys
from bot.teams.trusting import LONGEST_TOKEN, Claims, Key, Trust, UntrustedError, is_json, parse
from tests.bot.microsoft import (
    APP,
    ISSUER,
    NOW,
    TENANT,
    Answer,
    Microsoft,
    Seconds,
    activity,
    claims,
    microsoft,
    published,
    signing_key,
    token,
)

HERE = "https://smba.trafficmanager.net/emea/"
HOSTS = hosts_of(["smba.trafficmanager.net"])
Header = list[tuple[bytes, bytes]]


class Known:
    """Keys that nobody has to fetch."""

    def __init__(self, *names: str) -> None:
        self.asked: list[str] = []
        self._keys = keys_in({"keys": [published(name) for name in names]})

    async def find(self, key_id: str) -> Key | None:
        self.asked.append(key_id)
        return self._keys.get(key_id)


def trust(keys: Any = None) -> Trust:
    return Trust(APP, keys or Known("k1"), HOSTS, [TENANT.upper()])


def bearer(raw: str) -> Header:
    return [(b"authorization", f"Bearer {raw}".encode())]


def encoded(said: Any) -> str:
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def by_hand(header: Any, said: Any, signature: bytes = b"x" * 256) -> str:
    return f"{encoded(header)}.{encoded(said)}.{encoded(signature)}"


def signed_as(header: dict[str, Any], said: bytes, size: int = 2048) -> str:
    """Whatever the header and the claims are, with a right RS256 signature."""
    algorithm = jwt.get_algorithm_by_name("RS256")
    signing = f"{encoded(header)}.{encoded(said)}"
    return f"{signing}.{encoded(algorithm.sign(signing.encode(), signing_key('k1', size)))}"


def good(**more: Any) -> str:
    return token(claims(HERE, **more))


def a_token(**headers: Any) -> str:
    """A good one, but for these."""
    return token(claims(HERE), **headers)


AT = int(NOW.timestamp())
RS256 = {"alg": "RS256", "kid": "k1", "typ": "JWT"}
SAID = claims(HERE)


def hs256_by_the_public_key() -> str:
    """The key is public, and would be taken for a secret."""
    algorithm = jwt.get_algorithm_by_name("HS256")
    secret = json.dumps(published()).encode()
    signing = f"{encoded({**RS256, 'alg': 'HS256'})}.{encoded(SAID)}"
    return f"{signing}.{encoded(algorithm.sign(signing.encode(), secret))}"


BAD_TOKENS: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "no token": lambda: "hello",
    "two parts": lambda: good().rsplit(".", 1)[0],
    "four parts": lambda: good() + ".x",
    "no signature": lambda: good().rsplit(".", 1)[0] + ".",
    "not base64": lambda: "*.*.*",
    "half a byte": lambda: "a.a.a",
    "another's signature": lambda: token(SAID, "other", kid="k1"),
    "the claims changed": lambda: ".".join(
        [good().split(".")[0], encoded(claims(HERE, aud="x")), good().split(".")[2]]
    ),
    "the header changed": lambda: ".".join(
        [encoded({**RS256, "x5t": "y"}), *good().split(".")[1:]]
    ),
    "expired": lambda: good(exp=AT - 301),
    "not valid yet": lambda: good(nbf=AT + 301),
    "no end": lambda: good(exp=None),
    "no beginning": lambda: good(nbf=None),
    "an end in words": lambda: good(exp=str(AT + 99)),
    "an end that is true": lambda: signed_as(RS256, json.dumps({**SAID, "exp": True}).encode()),
    "a beginning that is true": lambda: signed_as(
        RS256, json.dumps({**SAID, "nbf": True}).encode()
    ),
    "an end that is null": lambda: signed_as(RS256, json.dumps({**SAID, "exp": None}).encode()),
    "an end without end": lambda: signed_as(
        RS256, json.dumps({**SAID, "exp": float("inf")}).encode()
    ),
    "for another app": lambda: good(aud="another"),
    "for nobody": lambda: good(aud=None),
    "for several": lambda: good(aud=[APP]),
    "for several, with ours last": lambda: good(aud=["another", APP]),
    "another issuer": lambda: good(iss="https://sts.windows.net/x/"),
    "the emulator's issuer": lambda: good(
        iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", appid=APP
    ),
    "the emulator's other issuer": lambda: good(
        iss=f"https://login.microsoftonline.com/{TENANT}/v2.0", azp=APP
    ),
    "an issuer with a tail": lambda: good(iss=f"{ISSUER}/"),
    "no issuer": lambda: good(iss=None),
    "several issuers": lambda: signed_as(RS256, json.dumps({**SAID, "iss": [ISSUER]}).encode()),
    "no service": lambda: good(serviceurl=None),
    "a service that is none": lambda: good(serviceurl=7),
    "no such key": lambda: token(SAID, "k1", kid="k9"),
    "no key named": lambda: jwt.encode(SAID, signing_key(), "RS256"),
    "a key that is a number": lambda: signed_as({**RS256, "kid": 1}, json.dumps(SAID).encode()),
    "a key without a name": lambda: signed_as({**RS256, "kid": ""}, json.dumps(SAID).encode()),
    "no algorithm": lambda: by_hand({**RS256, "alg": "none"}, SAID, b""),
    "no algorithm, signed": lambda: by_hand({**RS256, "alg": "none"}, SAID),
    "no algorithm in capitals": lambda: by_hand({**RS256, "alg": "NONE"}, SAID),
    "HS256": lambda: jwt.encode(SAID, "x" * 32, "HS256", headers={"kid": "k1"}),
    "HS256 by the public key": hs256_by_the_public_key,
    "RS512": lambda: jwt.encode(SAID, signing_key(), "RS512", headers={"kid": "k1"}),
    "PS256": lambda: jwt.encode(SAID, signing_key(), "PS256", headers={"kid": "k1"}),
    "rs256 in small letters": lambda: signed_as(
        {**RS256, "alg": "rs256"}, json.dumps(SAID).encode()
    ),
    "several algorithms": lambda: signed_as({**RS256, "alg": ["RS256"]}, json.dumps(SAID).encode()),
    "crit": lambda: signed_as({**RS256, "crit": ["exp"], "exp": 1}, json.dumps(SAID).encode()),
    "b64": lambda: signed_as({**RS256, "crit": ["b64"], "b64": False}, json.dumps(SAID).encode()),
    "a key of its own": lambda: signed_as({**RS256, "jwk": published()}, json.dumps(SAID).encode()),
    "an address for its key": lambda: signed_as(
        {**RS256, "jku": "https://evil.example/keys"}, json.dumps(SAID).encode()
    ),
    "another address for its key": lambda: signed_as(
        {**RS256, "x5u": "https://evil.example/keys"}, json.dumps(SAID).encode()
    ),
    "a header that is a list": lambda: signed_as([1], json.dumps(SAID).encode()),  # type: ignore[arg-type]
    "a header with a name twice": lambda: by_hand(b'{"alg": "RS256", "alg": "none"}', SAID),
    "a deep header": lambda: by_hand(b'{"alg": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", SAID),
    "claims that are a list": lambda: signed_as(RS256, b"[1]"),
    "claims that are no JSON": lambda: signed_as(RS256, b"hello"),
    "claims that are no text": lambda: signed_as(RS256, b"\xff\xfe"),
    "claims with a name twice": lambda: signed_as(
        RS256, json.dumps(SAID).encode()[:-1] + f', "aud": "{APP}"}}'.encode()
    ),
    "too long": lambda: good(more="x" * LONGEST_TOKEN),
}
FORBIDDEN = {
    "another host": lambda: token(claims("https://evil.example/")),
    "a host below": lambda: token(claims("https://x.smba.trafficmanager.net/")),
    "a host beside": lambda: token(claims("https://evil.trafficmanager.net/")),
    "in the clear": lambda: token(claims("http://smba.trafficmanager.net/")),
    "the machine itself": lambda: token(claims("http://169.254.169.254/")),
    "with a name and password": lambda: token(
        claims("https://smba.trafficmanager.net@evil.example/")
    ),
}


async def test_what_microsoft_signed_for_us_is_taken() -> None:
    found = await trust().verify(bearer(good()), NOW)
    assert found == Claims(ISSUER, APP, HERE, frozenset({"msteams", "skype"}))
    trust().matches(found, activity(HERE))


@pytest.mark.parametrize("bad", BAD_TOKENS.values(), ids=BAD_TOKENS)
async def test_a_bad_token_is_refused(bad: Callable[[], str]) -> None:
    with pytest.raises(UntrustedError) as raised:
        await trust().verify(bearer(bad()), NOW)
    assert raised.value.status == 401


def test_there_are_at_least_as_many_bad_tokens_as_were_tried() -> None:
    assert len(BAD_TOKENS) >= 34


@pytest.mark.parametrize("bad", FORBIDDEN.values(), ids=FORBIDDEN)
async def test_a_host_that_is_not_named_is_refused_before_the_body(bad: Callable[[], str]) -> None:
    with pytest.raises(UntrustedError) as raised:
        await trust().verify(bearer(bad()), NOW)
    assert raised.value.status == 403


async def test_a_key_that_is_too_short_signs_nothing() -> None:
    keys = Known()
    keys._keys = keys_in({"keys": [published("k1", 1024)]})
    raw = signed_as(RS256, json.dumps(SAID).encode(), 1024)
    with pytest.raises(UntrustedError):
        await trust(keys).verify(bearer(raw), NOW)


async def test_two_clocks_may_differ_by_five_minutes() -> None:
    for moment in (NOW - timedelta(seconds=309), NOW + timedelta(seconds=3_899)):
        await trust().verify(bearer(good()), moment)
    for moment in (NOW - timedelta(seconds=311), NOW + timedelta(seconds=3_901)):
        with pytest.raises(UntrustedError):
            await trust().verify(bearer(good()), moment)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"authorization", b"")],
        [(b"authorization", good().encode())],
        [(b"authorization", b"Basic eDp5")],
        [(b"authorization", b"Bearer")],
        [(b"authorization", b"Bearer " + good().encode() + b", Bearer x")],
        [(b"authorization", b"Bearer\xa0" + good().encode())],
        [*bearer(good()), *bearer(good())],
        [*bearer(good()), (b"Authorization", b"x")],
        [(b"cookie", good().encode())],
    ],
)
async def test_there_is_one_authorization_and_it_bears_a_token(headers: Header) -> None:
    keys = Known("k1")
    with pytest.raises(UntrustedError):
        await trust(keys).verify(headers, NOW)
    assert keys.asked == []


# The activity


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in activity(HERE).items() if key != name}


MISMATCHED: dict[str, dict[str, Any]] = {
    "another service": activity("https://smba.trafficmanager.net/amer/"),
    "a service with a tail": activity(HERE.rstrip("/")),
    "another channel": activity(HERE, channelId="webchat"),
    "a channel in other letters": activity(HERE, channelId="MSTeams"),
    "the emulator": activity(HERE, channelId="emulator"),
    "another tenant": activity(
        HERE, channelData={"tenant": {"id": "x"}}, conversation={"id": "a", "tenantId": "x"}
    ),
    "two tenants": activity(HERE, channelData={"tenant": {"id": "x"}}),
    "two tenants the other way": activity(HERE, conversation={"id": "a", "tenantId": "x"}),
    "no tenant": activity(HERE, channelData={}, conversation={"id": "a"}),
    "no tenant at all": activity(HERE, channelData=None, conversation=None),
}
UNREADABLE: dict[str, dict[str, Any]] = {
    "no channel": without("channelId"),
    "no service": without("serviceUrl"),
    "a service that is none": activity(HERE, serviceUrl=["x"]),
    "channel data in words": activity(HERE, channelData="x"),
    "a tenant in words": activity(HERE, channelData={"tenant": TENANT}),
    "a tenant that is a number": activity(HERE, channelData={"tenant": {"id": 7}}),
    "a conversation in a list": activity(HERE, conversation=[{"tenantId": TENANT}]),
}


@pytest.mark.parametrize("said", MISMATCHED.values(), ids=MISMATCHED)
async def test_the_token_is_for_this_activity_and_the_tenant_is_ours(said: dict[str, Any]) -> None:
    found = await trust().verify(bearer(good()), NOW)
    with pytest.raises(UntrustedError) as raised:
        trust().matches(found, said)
    assert raised.value.status == 403


@pytest.mark.parametrize("said", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_no_platform_sends_is_not_read(said: dict[str, Any]) -> None:
    found = await trust().verify(bearer(good()), NOW)
    with pytest.raises(UnreadableError):
        trust().matches(found, said)


async def test_a_key_signs_only_for_the_channels_that_it_is_endorsed_for() -> None:
    for endorsements in ([], ["webchat"], None, ["msteams2"]):
        keys = Known()
        keys._keys = keys_in({"keys": [published(endorsements=endorsements)]})
        found = await trust(keys).verify(bearer(good()), NOW)
        with pytest.raises(UntrustedError):
            trust().matches(found, activity(HERE))


async def test_one_place_for_the_tenant_is_enough_and_letters_do_not_matter() -> None:
    found = await trust().verify(bearer(good()), NOW)
    trust().matches(found, activity(HERE, conversation={"id": "a"}))
    trust().matches(found, activity(HERE, channelData={"tenant": {"id": TENANT.upper()}}))


@pytest.mark.parametrize(
    ("said", "is_good"),
    [
        (b"application/json", True),
        (b"Application/JSON; charset=utf-8", True),
        (b'application/json;charset="UTF-8"', True),
        (b"application/json; charset=utf-16", False),
        (b"application/json; charset=utf-8; x=y", False),
        (b"text/json", False),
        (b"", False),
    ],
)
def test_a_body_is_json_in_utf_8(said: bytes, is_good: bool) -> None:
    assert is_json([(b"Content-Type", said)]) is is_good
    assert not is_json([(b"Content-Type", said)] * 2)
    assert not is_json([(b"content-type", said), (b"content-encoding", b"gzip")])


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff\xfe{\x00}\x00", b'{"a": 1, "a": 2}', b"{}{}"])
def test_a_body_that_can_be_read_in_two_ways_is_not_read(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse(body)


# Whatever is tried

patiently = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patiently
@given(st.data())
async def test_a_token_with_anything_changed_is_no_token(data: st.DataObject) -> None:
    raw = good()
    at = data.draw(st.integers(0, len(raw) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    kind = data.draw(st.sampled_from(["change", "insert", "delete", "cut"]))
    changed = {
        "change": raw[:at] + other + raw[at + 1 :],
        "insert": raw[:at] + other + raw[at:],
        "delete": raw[:at] + raw[at + 1 :],
        "cut": raw[:at],
    }[kind]
    try:
        found = await trust().verify(bearer(changed), NOW)
    except UntrustedError:
        return
    # The last characters of base64 hold bits that stand for nothing: the same token, spelt oddly.
    assert found.service_url == HERE
    assert changed.strip().rsplit(".", 1)[0] == raw.rsplit(".", 1)[0]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@patiently
@given(
    st.sampled_from(["iss", "aud", "exp", "nbf", "serviceurl"]),
    anything,
    st.sampled_from(["alg", "kid", "typ", "crit", "jku", "x5t"]),
    anything,
)
async def test_anything_in_the_place_of_a_claim_or_header_is_refused_or_right(
    name: str, value: Any, header: str, put: Any
) -> None:
    for raw in (
        signed_as(RS256, json.dumps({**SAID, name: value}).encode()),
        signed_as({**RS256, header: put}, json.dumps(SAID).encode()),
    ):
        try:
            found = await trust().verify(bearer(raw), NOW)
        except UntrustedError:
            continue
        assert (found.issuer, found.audience) == (ISSUER, APP)
        assert HOSTS.allow(found.service_url)


@patiently
@given(st.lists(st.tuples(st.sampled_from([b"authorization", b"AUTHORIZATION"]), st.binary())))
async def test_no_header_is_a_fault_of_ours(headers: Header) -> None:
    with pytest.raises(UntrustedError):
        await trust().verify(headers, NOW)


@patiently
@given(st.sampled_from(["channelId", "serviceUrl", "channelData", "conversation"]), anything)
async def test_anything_in_an_activity_is_refused_or_right(name: str, value: Any) -> None:
    found = Claims(ISSUER, APP, HERE, frozenset({"msteams"}))
    try:
        trust().matches(found, {**activity(HERE), name: value})
    except (UntrustedError, UnreadableError):
        return
    assert name in {"channelData", "conversation"}


# The keys


@pytest.fixture
async def there() -> AsyncIterator[Microsoft]:
    async with microsoft() as there:
        yield there


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def keys(there: Microsoft, seconds: Seconds) -> AsyncIterator[Keys]:
    async with open_keys(there.openid_url, seconds) as keys:
        yield keys


def fetches(there: Microsoft) -> int:
    return len(there.called("openidconfiguration"))


async def test_a_key_is_fetched_once_for_all_who_wait(there: Microsoft, keys: Keys) -> None:
    found = await asyncio.gather(*(keys.find("k1") for _ in range(50)))
    assert {key.id for key in found if key} == {"k1"}
    assert (fetches(there), len(there.calls)) == (1, 2)


async def test_a_flood_of_names_that_nobody_has_asks_once_a_minute(
    there: Microsoft, keys: Keys, seconds: Seconds
) -> None:
    for minute in range(1, 4):
        for number in range(200):
            assert await keys.find(f"none-{number}") is None
            seconds.at += 0.29
        assert fetches(there) == minute
        seconds.at += SELDOM - 200 * 0.29
    assert await keys.find("k1") is not None


async def test_a_new_key_is_known_within_a_minute(
    there: Microsoft, keys: Keys, seconds: Seconds
) -> None:
    await keys.find("k1")
    there.keys = [published("k1"), published("k2")]
    assert await keys.find("k2") is None
    seconds.at += SELDOM
    assert await keys.find("k2") is not None


async def test_a_key_that_was_taken_back_is_not_known_the_next_day(
    there: Microsoft, keys: Keys, seconds: Seconds
) -> None:
    await keys.find("k1")
    there.keys = [published("k2")]
    seconds.at += A_DAY - 1
    assert await keys.find("k1") is not None
    seconds.at += 1
    assert await keys.find("k1") is None


TROUBLE = {
    "broken": Answer(500),
    "a page": Answer(200, b"<html>"),
    "no text": Answer(200, b"\xff"),
    "nothing": Answer(200, b""),
    "a list": Answer(200, []),
    "no keys": Answer(200, {"keys": []}),
    "keys in words": Answer(200, {"keys": "k1"}),
    "keys of others": Answer(200, {"keys": [{"kty": "EC", "kid": "k1"}, {"kty": "oct"}]}),
    "too much": Answer(200, b'{"keys": "' + b"x" * 1024 * 1024 + b'"}'),
    "elsewhere": Answer(302, None, {"Location": "/v1/.well-known/others"}),
    "cut off": Answer(cut=True),
}


@pytest.mark.parametrize("at", ["openidconfiguration", "/.well-known/keys"])
@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
async def test_what_is_known_stays_good_while_there_is_trouble(
    there: Microsoft, keys: Keys, seconds: Seconds, at: str, trouble: Answer
) -> None:
    await keys.find("k1")
    there.answers(at, trouble)
    seconds.at += A_DAY
    for _ in range(10):
        assert await keys.find("k1") is not None
    # The library asks once more where a connection breaks.
    assert fetches(there) == (3 if trouble.cut and at in there.calls[2].path else 2)
    assert not there.called("others")
    del there.says[at]
    there.keys = [published("k2")]
    seconds.at += SELDOM
    assert await keys.find("k2") is not None


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/keys",
        "http://evil.example/keys",
        "http://127.0.0.1:1/keys",
        "{here}@evil.example/keys",
        "file:///etc/passwd",
        "//evil.example/keys",
        "/v1/.well-known/keys",
        "",
        7,
        None,
    ],
)
async def test_the_keys_lie_beside_the_document_that_names_them(
    there: Microsoft, keys: Keys, address: Any
) -> None:
    if isinstance(address, str):
        address = address.format(here=there.address)
    there.answers("openidconfiguration", Answer(body={"jwks_uri": address}))
    assert await keys.find("k1") is None
    assert [call.path for call in there.calls] == ["/v1/.well-known/openidconfiguration"]


async def test_another_server_of_this_machine_is_not_asked_for_keys(
    there: Microsoft, keys: Keys
) -> None:
    async with microsoft() as other:
        address = f"{other.address}/v1/.well-known/keys"
        there.answers("openidconfiguration", Answer(body={"jwks_uri": address}))
        assert await keys.find("k1") is None
        assert other.calls == []


async def test_one_key_that_cannot_be_used_takes_nothing_from_the_others() -> None:
    odd: list[Any] = [{}, {"kid": 7}, {"kid": "a", "kty": "RSA"}, published("b", use="enc")]
    odd += [published("c", alg="RS512"), published("d", n="*"), published("e", endorsements="x")]
    found = keys_in({"keys": [*odd, published("k1"), published("f", endorsements=["x", 7])]})
    assert found.keys() == {"k1", "f"}
    assert found["f"].endorsements == {"x"}


async def test_whoever_holds_no_good_token_makes_us_ask_nobody_else(
    there: Microsoft, keys: Keys
) -> None:
    door = Trust(APP, keys, hosts_of([there.host]), [TENANT])
    for bad in [*BAD_TOKENS.values(), *FORBIDDEN.values()]:
        with pytest.raises(UntrustedError):
            await door.verify(bearer(bad()), NOW)
    assert len(there.calls) <= 2
    right = token(claims(there.service_url, now=datetime.now(UTC)))
    assert (await door.verify(bearer(right), datetime.now(UTC))).service_url == there.service_url
