"""`bearings demo --slack`: from nothing to a saved answer on its page, as a browser would do it."""

import asyncio
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.drills.processes import House, Running, house, until

ANSWER = "I rang her before the round, and listened."
WISH = "Fewer meetings that decide nothing."
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def run_house(database_url: str, tmp_path: Path) -> Iterator[House]:
    with house(tmp_path, database_url) as there:
        yield there


def address_of(running: Running) -> str:
    found = re.search(r"http://127\.0\.0\.1:[0-9]+", running.printed())
    assert found
    return found[0]


class Looker:
    """Somebody with a browser in which no script runs."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self._browser = browser
        self.page = ""

    async def goes(self, path: str) -> None:
        answer = await self._browser.get(path)
        assert answer.status_code == 200
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        self.page = unescape(answer.text)

    async def does(self, path: str, **form: str) -> None:
        answer = await self._browser.post(path, data=form)
        assert answer.status_code == 303
        await self.goes(answer.headers["location"])

    async def presses(self, who: str, label: str) -> None:
        """The newest of that name."""
        button = rf'name="button" value="([^"]+)"[^>]*>{re.escape(label)}</button>'
        found = list(re.finditer(button, self.page))[-1]
        [*_, holder] = re.findall(r'name="holder" value="([^"]+)"', self.page[: found.start()])
        await self.does(f"/{who}/presses", holder=holder, button=found[1])

    async def submits(self, who: str, values: dict[str, str]) -> None:
        """By the labels of its fields."""
        form: dict[str, str] = {}
        for label, value in values.items():
            asked = self.page.partition(f">{label}</")[2]
            found = re.search(r'name="(in:[^"]+)"', asked)
            assert found, label
            form[found[1]] = value
        await self.does(f"/{who}/submits", **form)


async def test_the_whole_road_can_be_tried_without_an_account(run_house: House) -> None:
    running = run_house.start("demo", "--slack", PORT="0")
    await asyncio.to_thread(until, lambda: "is ready" in running.printed(), "it serves", running)
    async with httpx.AsyncClient(base_url=address_of(running)) as browser:
        amara = Looker(browser)
        await amara.goes("/amara")
        assert "Nothing was said yet" in amara.page
        await amara.does("/amara/looks", tab="home")
        await amara.does("/amara/looks", tab="messages")
        await amara.presses("amara", "Choose and agree")
        await amara.submits("amara", {"Send me questions": "on"})
        assert "Agreed." in amara.page
        await amara.presses("amara", "Set an objective")
        wish = "Six months from now, what would you most like to be different?"
        await amara.submits("amara", {wish: WISH})
        press = re.search(r'name="press" value="([^"]+)"', amara.page)
        assert press
        await amara.does("/amara/next", press=press[1])
        assert "A question for Amara Okafor." in amara.page
        await amara.presses("amara", "Answer")
        # Sent off empty, the form stays.
        await amara.submits("amara", {"Your answer": ""})
        assert 'role="dialog"' in amara.page
        await amara.submits("amara", {"Your answer": ANSWER})
        assert "Saved, for you only" in amara.page
        assert ANSWER not in amara.page
        await amara.does("/amara/says", words="/bearings journal")
        assert "journal" in amara.page.lower()
        await amara.does("/ruth/looks", tab="home")
        assert "People you coach" in amara.page
        await amara.does("/amara/presses", holder="1.2", button="gone|gone")
        assert "That button is not there any more." in amara.page
        assert (await browser.get("/nobody")).status_code == 404
    assert await asyncio.to_thread(running.told_to_stop) == 0
    assert ANSWER not in running.complained() + running.printed()
    assert running.trouble() == []
