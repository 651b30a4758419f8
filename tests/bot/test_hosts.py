"""Where messages may go: the exact hosts that are named, by https, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hosts import hosts_of, origin_of

TEAMS = hosts_of(["smba.trafficmanager.net", "127.0.0.1:4000", "example.org:8443", "[::1]:4000"])

ALLOWED = (
    "https://smba.trafficmanager.net",
    "https://smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:443/emea/",
    "https://SMBA.trafficmanager.net/emea/5a8b9c1e-0000-4000-8000-3c4d5e6f7a8b/",
    "http://127.0.0.1:4000/",
    "https://127.0.0.1:4000/",
    "http://[::1]:4000/teams/",
    "https://example.org:8443/teams",
)
REFUSED = (
    "",
    "smba.trafficmanager.net",
    "//smba.trafficmanager.net/",
    "http://smba.trafficmanager.net/",
    "http://smba.trafficmanager.net:443/",
    "ftp://smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:8443/",
    "https://smba.trafficmanager.net:0/",
    "https://smba.trafficmanager.net:99999/",
    "https://smba.trafficmanager.net./",
    "https://evil.smba.trafficmanager.net/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://evil-smba.trafficmanager.net/",
    "https://evil.trafficmanager.net/",
    "https://trafficmanager.net/",
    "https://smba.trafficmanager.net@evil.example/",
    "https://user:pass@smba.trafficmanager.net/",
    "https://evil.example/smba.trafficmanager.net",
    "https://evil.example#smba.trafficmanager.net",
    "https://evil.example?smba.trafficmanager.net",
    "https://smba.trafficmanager.net\\@evil.example/",
    "https://smba.trafficmanager.net\\.evil.example/",
    "https://smba.trafficmanager.net/?to=evil.example",
    "https://smba.trafficmanager.net/#x",
    "https://smba.trafficmanager.net/../x",
    "https://smba.trafficmanager.net/%2e%2e/x",
    "https://smba.trafficmanager.net/ x",
    "https://smba.trafficmanager.net\n/",
    " https://smba.trafficmanager.net/",
    "https://smba.trafficmanager.net/\x00",
    "https://smba。trafficmanager.net/",
    "https://ѕmba.trafficmanager.net/",
    "https://example.org/",
    "http://example.org:8443/",
    "http://127.0.0.1/",
    "http://127.0.0.1:4001/",
    "http://127.1:4000/",
    "http://2130706433:4000/",
    "http://localhost:4000/",
    "http://169.254.169.254/",
    "https:///smba.trafficmanager.net",
    "https://smba.trafficmanager.net/" + "x" * 3_000,
)


@pytest.mark.parametrize("address", ALLOWED)
def test_the_hosts_that_are_named_are_allowed(address: str) -> None:
    assert TEAMS.allow(address)


@pytest.mark.parametrize("address", REFUSED)
def test_no_other_is(address: str) -> None:
    assert not TEAMS.allow(address)


@given(st.text() | st.from_regex(r"https?://smba\.trafficmanager\.net.{1,12}", fullmatch=True))
def test_whatever_is_allowed_begins_with_the_whole_host(address: str) -> None:
    if TEAMS.allow(address):
        host = address.lower().removeprefix("https://").split("/")[0].removesuffix(":443")
        assert host == "smba.trafficmanager.net"


@pytest.mark.parametrize("entry", ["https://x.org", "x.org/", "*.x.org", "x..y", "x:0", "x:y", ""])
def test_an_entry_that_is_neither_host_nor_port_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="is not a host"):
        hosts_of([entry])


def test_an_address_is_taken_apart() -> None:
    origin = origin_of("HTTPS://Login.botframework.com/v1/.well-known/openidconfiguration")
    assert origin is not None
    assert (origin.scheme, origin.host, origin.port) == ("https", "login.botframework.com", 443)
