"""The app's manifest, for an address of its own or for Socket Mode."""

import re
from pathlib import Path

MANIFEST = Path(__file__).with_name("manifest.yaml")
EXAMPLE = "https://bearings.example.org"

_ADDRESS = re.compile(r"https://[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?", re.IGNORECASE)


def is_address(url: str) -> bool:
    """Slack sends to https alone, and the routes stand at the root."""
    return _ADDRESS.fullmatch(url) is not None


def served_at(url: str) -> str:
    if not is_address(url):
        raise ValueError("not an address that Slack can send to")
    return MANIFEST.read_text(encoding="utf-8").replace(EXAMPLE, url)


def by_socket() -> str:
    """Without a public address: every line that names one is left out."""
    lines = MANIFEST.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if EXAMPLE not in line)
    return kept.replace("socket_mode_enabled: false", "socket_mode_enabled: true")
