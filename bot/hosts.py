"""Addresses that others give us, taken apart in one strict way. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

LONGEST = 2_000
HIGHEST_PORT = 65535

# Nothing that two readers might understand differently: no name or password, no query, no
# percent signs, no other script.
_ADDRESS = re.compile(
    r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?"
    r"((?:/[\w.~-]+)*/?)",
    re.ASCII | re.IGNORECASE,
)
_ENTRY = re.compile(
    r"([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?", re.ASCII | re.IGNORECASE
)
_USUAL = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    scheme: str
    host: str
    port: int

    @property
    def is_safe(self) -> bool:
        """Nobody on the way can read or change it. Plain http goes to this machine only."""
        return self.scheme == "https" or is_loopback(self.host)


def origin_of(address: str) -> Origin | None:
    """None for whatever is not plainly an http(s) address."""
    if len(address) > LONGEST or (found := _ADDRESS.fullmatch(address)) is None:
        return None
    scheme, host, path = found[1].lower(), found[2].lower(), found[4]
    if ".." in host or {".", ".."} & set(path.split("/")):
        return None
    port = int(found[3]) if found[3] else _USUAL[scheme]
    return Origin(scheme, host, port) if 0 < port <= HIGHEST_PORT else None


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Hosts:
    """Each is `host`, meaning its usual port, or `host:port`; nothing below or beside it."""

    allowed: frozenset[tuple[str, int | None]]

    def allow(self, address: str) -> bool:
        origin = origin_of(address)
        if origin is None or not origin.is_safe:
            return False
        is_usual = origin.port == _USUAL[origin.scheme]
        return (origin.host, origin.port) in self.allowed or (
            is_usual and (origin.host, None) in self.allowed
        )


def hosts_of(entries: Iterable[str]) -> Hosts:
    """Raises ValueError, which names the first that is neither `host` nor `host:port`."""
    return Hosts(frozenset(_entry(one) for one in entries))


def _entry(entry: str) -> tuple[str, int | None]:
    found = _ENTRY.fullmatch(entry)
    if found is None or ".." in entry or (found[2] and not 0 < int(found[2]) <= HIGHEST_PORT):
        raise ValueError(f"{entry!r} is not a host or host:port")
    return found[1].lower(), int(found[2]) if found[2] else None
