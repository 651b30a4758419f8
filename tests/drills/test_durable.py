"""An answer that was acknowledged survives kill -9 of the process that acknowledged it."""

import random
import re
import threading
import time
from html import unescape
from uuid import uuid4

import httpx

from tests.drills.processes import House, Running, until

KILLS = 2
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def demo(home: House) -> tuple[Running, str]:
    """A playground on a port of its own, ready to be used."""
    running = home.start("demo", PORT="0")
    until(lambda: ADDRESS.search(running.printed()) is not None, "it says its address", running)
    found = ADDRESS.search(running.printed())
    assert found

    def is_ready() -> bool:
        try:
            return httpx.get(f"{found[0]}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    until(is_ready, "it is ready", running)
    return running, found[0]


class Dan:
    """He answers the same question over and over, each time in other words."""

    def __init__(self, address: str, nudge: str, round_: int) -> None:
        self._address, self._nudge, self._round = address, nudge, round_
        self.begun = self.acknowledged = 0
        self._thread = threading.Thread(target=self._answer_until_nobody_listens)

    def words(self, number: int) -> str:
        return f"round {self._round}, answer {number}."

    def __enter__(self) -> "Dan":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(timeout=30)

    def _answer_until_nobody_listens(self) -> None:
        with httpx.Client(base_url=self._address, timeout=20) as browser:
            while True:
                self.begun += 1
                try:
                    form = self._form(self._basis(browser))
                    heard = browser.post("/leader/dan/submit", data=form)
                except httpx.TransportError:
                    return
                assert heard.status_code == 303, heard.text
                self.acknowledged = self.begun

    def _basis(self, browser: httpx.Client) -> str:
        """What the box, opened anew, says of the answer there is."""
        page = browser.get("/leader/dan", params={"open": "answer", "about": self._nudge})
        [*_, basis] = re.findall(r'name="basis" value="([^"]*)"', page.text)
        return unescape(basis)

    def _form(self, basis: str) -> dict[str, str]:
        return {
            "event": str(uuid4()),
            "form": "answer",
            "about": self._nudge,
            "basis": basis,
            "words": self.words(self.begun),
        }


def asked(home: House, address: str) -> str:
    """Dan asks for a question; the id of what he was asked."""
    said = {"event": str(uuid4()), "words": "question"}
    assert httpx.post(f"{address}/leader/dan/say", data=said).status_code == 303
    [(nudge,)] = home.ask(
        "SELECT nudge.id FROM nudge JOIN member ON member.id = nudge.member_id "
        "WHERE timezone = 'Atlantic/Stanley' AND state = 'sent' ORDER BY sent_at DESC LIMIT 1"
    )
    return str(nudge)


def in_the_journal(address: str) -> str:
    """As Dan reads it."""
    page = httpx.get(f"{address}/leader/dan", params={"open": "journal"})
    assert page.status_code == 200
    return unescape(page.text)


def test_an_acknowledged_answer_survives_kill_9(home: House, dice: random.Random) -> None:
    told: list[str] = []
    running, address = demo(home)
    for round_ in range(KILLS):
        nudge = asked(home, address)
        with Dan(address, nudge, round_) as dan:
            until(lambda: dan.acknowledged > 0, "one answer is acknowledged", running)
            time.sleep(dice.uniform(0, 0.3))
            running.kill()
        told.append(dan.words(dan.acknowledged))

        running, address = demo(home)
        journal = in_the_journal(address)
        # The one that was under way may have been kept, though nobody lived to say so.
        assert told[-1] in journal or dan.words(dan.begun) in journal
        assert all(f"round {before}, answer" in journal for before in range(round_))

    assert running.told_to_stop() == 0
    assert home.number("SELECT count(*) FROM reflection") == 2 + KILLS, "Dan's two and one each"
