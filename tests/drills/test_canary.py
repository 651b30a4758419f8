"""The canary: every free text a person can type is a token that stands nowhere else, every way to
fail is forced, and then everything the programs left behind is searched for the tokens.

They may stand on the pages of whoever may read them, and nowhere else: not in a log at DEBUG, an
error, a health page, a database file or its log, the key store, a backup, an outbox row, what goes
to other people, or a temporary file.
"""

import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.drills.processes import House, house
from tests.drills.test_durable import demo

SAMPLE = ("Okafor", "amara@example.org", "Whitfield", "island council", "Autumn cohort")
ELSEWHERE = ("/coach/ruth", "/lead/priya", "/leader/dan", "/healthz", "/readyz", "/nowhere")


@dataclass
class Canary:
    """Amara at her browser. What she types is remembered by where she typed it."""

    address: str
    tokens: dict[str, str] = field(default_factory=dict)

    def word(self, where: str) -> str:
        """24 letters that nobody else writes."""
        self.tokens[where] = "zq" + secrets.token_hex(11)
        return self.tokens[where]

    def post(self, what: str, **fields: str) -> httpx.Response:
        event = {"event": str(uuid4()), "line": ""}
        url = f"{self.address}/leader/amara/{what}"
        return httpx.post(url, data={**event, **fields}, timeout=30)

    def says(self, words: str) -> httpx.Response:
        return self.post("say", words=words)

    def page(self, path: str = "/leader/amara", **query: str) -> str:
        return unescape(httpx.get(self.address + path, params=query).text)

    def asked(self) -> str:
        """What the open box is about."""
        self.says("question")
        found = re.findall(
            r'name="form" value="answer".*?name="about" value="([^"]+)"', self.html()
        )
        return found[-1]

    def html(self) -> str:
        return httpx.get(f"{self.address}/leader/amara").text.replace("\n", " ")


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> Iterator[House]:
    with house(tmp_path, database_url) as here:
        yield here


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_word_of_hers_is_anywhere_but_where_it_may_be_read(home: House, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    loud = {"BEARINGS_LOG_LEVEL": "DEBUG", "TMPDIR": str(temporary)}
    home.surroundings = loud
    running, address = demo(home)
    her = Canary(address)

    writes_everything(her)
    forces_every_failure(her, home)
    shown = what_others_are_shown(her)

    for command in (
        ("backup", "--to", str(tmp_path / "backups")),
        ("verify",),
        ("keys", "verify", "--all"),
        ("keys", "status", "--json"),
        ("doctor", "--json"),
        ("tick", "--at", "2027-03-01T09:00Z"),
        ("preview", "amara@example.org"),
        ("export", "amara@example.org"),
        ("erase", her.word("a name that nobody has")),
    ):
        done = home.run(*command, **loud)
        shown[" ".join(command[:1])] = (done.stdout + done.stderr).replace(
            her.tokens.get("a name that nobody has", "–"), "the operator's own word"
        )
    running.kill()
    running, _ = demo(home)
    assert running.told_to_stop() == 0

    typed = {where: word for where, word in her.tokens.items() if "nobody has" not in where}
    assert len(typed) >= 9
    assert not hits(list(typed.values()), shown), "what others were shown"
    left = {str(file): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert {".db", ".bak"} <= {Path(name).suffix for name in left}
    assert any(name.endswith(".err") for name in left)
    assert not hits([*typed.values(), *SAMPLE], left), "what was left behind"
    assert is_kept(her, home)


def writes_everything(her: Canary) -> None:
    """Into every box there is, and into the chat."""
    her.post("submit", form="agreement", about="", basis="", questions="on", sharing="on")
    her.post("submit", form="objective", about="", basis="", words=her.word("an objective"))
    about = her.asked()
    her.post("submit", form="answer", about=about, basis="", words=her.word("an answer"))
    assert her.tokens["an answer"] in her.page(open="journal")
    her.says("question")
    her.says(f"I could not go on like this: {her.word('an answer typed in the chat')}.")
    her.says(her.word("words that nobody expected"))
    her.says(f"pause until {her.word('a day that is none')}")
    her.post("submit", form="pause", about="", basis="", until=her.word("a date in a form"))
    her.post("submit", form="when", about="", basis="", zone=her.word("a zone"))
    her.post("press", does="share", about=about)


def forces_every_failure(her: Canary, home: House) -> None:
    """Refused, too long, not text, somebody else's, while the database is locked, and worse."""
    secret = her.word("what could not be saved")
    for fields in (
        {"form": "answer", "about": str(uuid4()), "basis": "", "words": secret},
        {"form": "answer", "about": secret, "basis": secret, "words": "\0" + secret},
        {"form": "answer", "about": "", "basis": "", "words": secret * 1000},
        {"form": "objective", "about": secret, "basis": "", "words": secret},
        {"form": secret, "about": "", "basis": "", "words": secret},
        {"form": "objective", "about": "", "basis": "", "words": secret, "themes": secret},
    ):
        assert her.post("submit", **fields).status_code < 500
    for address in (f"/leader/{secret}", f"/{secret}", f"/data/{secret}/text", f"/data/x/{secret}"):
        assert httpx.get(her.address + address).status_code == 404
        assert httpx.post(her.address + address, content=secret).status_code < 500
    refused = her.post("submit", event=secret, form="answer", about="", words=secret)
    assert refused.status_code == 400
    raw = httpx.post(f"{her.address}/leader/amara/say", content=secret.encode("utf-16"))
    assert raw.status_code == 415
    httpx.get(her.address, headers={"host": secret})
    httpx.post(f"{her.address}/leader/amara/say", headers={"origin": secret}, data={"words": "x"})
    database = home.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert her.says(her.word("what was typed while it was locked")).status_code == 503
        other.execute("ROLLBACK")


def what_others_are_shown(her: Canary) -> dict[str, str]:
    """Every page of everybody else, and what other platforms would be sent of her own chat."""
    shown = {path: her.page(path) for path in ELSEWHERE}
    for path in ("/coach/ruth", "/lead/priya", "/leader/dan"):
        for form in re.findall(r'name="open" value="([^"]+)"', her.page(path)):
            shown[f"{path} {form}"] = her.page(path, open=form)
    lines = re.findall(r'id="(line-\d+)"', her.html())
    mine = [line for line in lines if f'id="{line}"' in her.html()]
    for line in mine:
        for platform in ("Slack", "Teams"):
            dressed = her.page(line=line, **{"as": platform})
            found = re.search(r"<pre[^>]*>(.*?)</pre>", dressed, re.DOTALL)
            shown[f"{line} as {platform}"] = found[1] if found else ""
    assert any('"blocks"' in json for json in shown.values())
    return shown


def hits(words: list[str], found: dict[str, str] | dict[str, bytes]) -> list[tuple[str, str]]:
    """(what, where) of every word that stands where it may not."""
    return [
        (word, where)
        for where, text in found.items()
        for word in words
        for spelt in (word, word.encode().hex(), word.encode("utf-16-le").decode("latin-1"))
        if (spelt.encode("latin-1", "ignore") if isinstance(text, bytes) else spelt) in text
    ]


def is_kept(her: Canary, home: House) -> bool:
    """So that nothing was found only because nothing was stored."""
    running, found = demo(home)
    journal = unescape(httpx.get(f"{found}/leader/amara", params={"open": "journal"}).text)
    assert running.told_to_stop() == 0
    return all(her.tokens[one] in journal for one in ("an answer", "an answer typed in the chat"))


def test_the_search_itself_finds_what_is_there() -> None:
    left = {"a.db": b"\x00zqword\x00", "b.json": b"7a71776f7264", "c.log": b"nothing"}
    assert hits(["zqword"], left) == [("zqword", "a.db"), ("zqword", "b.json")]
    assert hits(["zqword"], {"page": "said zqword."}) == [("zqword", "page")]
