"""Through the playground's front door: what people do there, and what comes back."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from bot import app
from prompts.bank import ServedBank
from prompts.message import FormName
from tests.bot.browsing import Browser, Sending, Shown
from tests.bot.playing import (
    ANSWER,
    FORM,
    MINE,
    WISH,
    agrees,
    answers,
    everything,
    is_asked,
    lines,
    own_lines,
    served,
    sqlite,
)
from tests.databases import Databases, close, open_sealed

ON_A_QUESTION = ["Skip", "Later", "Heavy week", "Not for me", "Why this question?", "Pause"]
DRESSES = ("Slack", "Teams")


# ---- the week ----


async def test_a_week_goes_from_the_notice_to_the_coachs_digest_and_back(browser: Browser) -> None:
    page = await browser.follows(await browser.goes("/"), "Leader")
    assert "Before we start" in page.newest
    page = await browser.fills(page, "Agree", {"Send me questions": True})
    assert page.status == 200
    page = await browser.fills(page, "Keep this objective", {WISH: MINE})
    assert MINE in page.words
    assert MINE not in page.conversation.words

    before = datetime.fromisoformat(page.time)
    page = await browser.presses(page, "Next moment")
    assert datetime.fromisoformat(page.time) > before
    assert "A question for Amara Okafor" in page.notice
    assert [name for name in page.buttons(page.conversation) if name in ON_A_QUESTION] == (
        ON_A_QUESTION
    )
    assert MINE in page.conversation.words, "the objective stands in the form that is open"

    page = await browser.fills(page, "Save", {"Your answer": ANSWER})
    assert "Saved, for you only." in page.newest
    assert ANSWER not in page.words
    page = await browser.presses(page, "Share with Ruth")
    page = await browser.presses(page, "Allow sharing, and share this with Ruth")
    assert "Shared with Ruth" in page.newest

    ruth = await browser.follows(page, "Coach")
    assert ANSWER not in ruth.words
    ruth = await browser.presses(ruth, "Next moment")
    assert "digest is ready" in ruth.newest
    # Opening it is recorded, so nothing opens it but she.
    assert ruth.dialog is None
    assert ANSWER not in ruth.html
    ruth = await browser.presses(ruth, "Read the digest")
    assert ruth.dialog is not None
    assert ANSWER in ruth.dialog.words
    assert ANSWER not in ruth.conversation.words

    # By Monday another question may have come; the answered one is the line with its share.
    page = await browser.goes("/leader/amara")
    [line] = [one for one in page.conversation.all("article") if "Shared with Ruth" in one.words]
    page = await browser.presses(page, "Take it back")
    taken_back = page.root.one("article", id=line.attributes["id"])
    assert "Saved, for you only." in taken_back.words
    ruth = await browser.presses(await browser.goes("/coach/ruth"), "Read the digest")
    assert ruth.dialog is not None
    assert ANSWER not in ruth.html
    assert ANSWER not in (await browser.goes("/lead/priya")).html
    page = await browser.presses(await browser.goes("/leader/amara"), "Journal")
    assert page.dialog is not None
    assert ANSWER in page.dialog.words
    assert ANSWER not in page.conversation.words


async def test_what_is_typed_in_the_chat_answers_and_the_chat_says_that_it_keeps_it(
    browser: Browser, engine: AsyncEngine
) -> None:
    page = await is_asked(browser)
    page = await browser.fills(page, "Send", {"Message Bearings": ANSWER})
    assert await answers(engine) == [ANSWER]
    assert "But what you typed also stays in this chat" in page.newest
    assert own_lines(page) == [ANSWER]


@sqlite
async def test_the_answer_stands_in_no_page_but_its_own(browser: Browser) -> None:
    page = await is_asked(browser)
    page = await browser.fills(page, "Save", {"Your answer": ANSWER})
    nudge = page.sending("Share with Ruth")
    for address in (
        "/leader/amara",
        "/leader/amara?open=agreement",
        "/leader/dan",
        "/coach/ruth",
        "/lead/priya",
        "/",
        *(f"/leader/amara?line={line}&as={name}" for line in lines(page) for name in DRESSES),
    ):
        assert ANSWER not in (await browser.goes(address)).html, address
    about = dict(nudge.fields)["about"]
    for form in (FormName.ANSWER, FormName.LINK, FormName.JOURNAL):
        page = await browser.goes(f"/leader/amara?open={form}&about={about}")
        assert ANSWER not in page.conversation.words
    for stranger in ("/leader/dan", "/coach/ruth", "/lead/priya"):
        page = await browser.goes(f"{stranger}?open=answer&about={about}")
        assert ANSWER not in page.html


@sqlite
@pytest.mark.parametrize("dress", DRESSES)
async def test_each_message_is_shown_as_another_platform_would_get_it(
    browser: Browser, dress: str
) -> None:
    page = await is_asked(browser)
    for line in lines(page):
        dressed = await browser.goes(f"/leader/amara?line={line}&as={dress}")
        [shown] = dressed.root.all("pre")
        assert shown.attributes["aria-label"] == f"JSON for {dress}"
        assert json.loads(shown.words)["text" if dress == "Slack" else "attachments"]
    for nothing in (f"line={lines(page)[0]}&as=Zulip", f"line=line-0&as={dress}", "as=", "line=x"):
        assert not list((await browser.goes(f"/leader/amara?{nothing}")).root.all("pre"))


@sqlite
@pytest.mark.parametrize(
    ("button", "answered"),
    [
        ("Skip", "Skipped. Nothing was stored."),
        ("Later", "When shall I ask again?"),
        ("Heavy week", "A heavy week, then."),
        ("Not for me", "I will not ask you this one again."),
        ("Why this question?", "Why this question?"),
    ],
)
async def test_every_button_on_a_question_is_answered(
    browser: Browser, engine: AsyncEngine, button: str, answered: str
) -> None:
    page = await browser.presses(await is_asked(browser), button)
    assert answered in page.newest
    assert await answers(engine) == []


@sqlite
async def test_a_question_put_off_comes_back_on_the_day_it_was_put_off_to(browser: Browser) -> None:
    page = await is_asked(browser)
    asked = datetime.fromisoformat(page.time)
    page = await browser.presses(await browser.presses(page, "Later"), "Tomorrow")
    assert "Put off" in page.newest
    while "Save" not in page.buttons(page.conversation):
        page = await browser.presses(page, "Next moment")  # it may be somebody else's
        assert (datetime.fromisoformat(page.time).date() - asked.date()).days == 1


@sqlite
async def test_a_pause_holds_until_its_day_and_can_be_ended(browser: Browser) -> None:
    page = await browser.presses(await is_asked(browser), "Pause")
    assert page.dialog is not None
    [hidden] = [node for node in page.dialog.all("form") if node.attributes["method"] == "post"]
    day = "2020-01-01"
    sending = Sending("POST", hidden.attributes["action"], tuple(hidden.sends.items()))
    page = await browser.sends(sending.but(until=day))
    assert "You are not paused yet." in page.refusal
    page = await browser.sends(sending.but(event=str(uuid4()), until=""))
    assert "Paused" in page.newest
    page = await browser.sends(page.sending("Resume", within=page.conversation))
    assert "Welcome back." in page.newest


@sqlite
@pytest.mark.parametrize("role", ["leader", "coach", "lead"])
async def test_every_role_has_a_page_with_its_conversation_and_home(
    browser: Browser, role: str
) -> None:
    page = await browser.follows(await browser.goes("/"), role.capitalize())
    assert page.status == 200
    current = [node.words for node in page.root.all("a") if "aria-current" in node.attributes]
    assert role.capitalize() in current
    assert list(page.conversation.all("article"))
    assert {"Leader", "Coach", "Lead"} <= set(page.links())
    again = await browser.presses(page, "Next moment")
    assert again.status == 200
    assert datetime.fromisoformat(again.time) > datetime.fromisoformat(page.time)
    assert again.notice


@sqlite
async def test_dans_page_is_reached_by_his_name_and_keeps_his_own_clock(browser: Browser) -> None:
    dan = await browser.follows(await browser.goes("/leader"), "Dan Whitfield")
    assert datetime.fromisoformat(dan.time).utcoffset() is not None
    assert "Atlantic/Stanley" in dan.words
    dan = await browser.presses(dan, "Next moment")
    assert "A question for Dan Whitfield" in dan.notice
    assert datetime.fromisoformat(dan.time).strftime("%H:%M") in {"12:00", "16:00"}
    journal = await browser.presses(dan, "Journal")
    assert "The ambulance volunteers." in journal.words
    assert "The ambulance volunteers." not in (await browser.goes("/leader/amara")).words


@sqlite
async def test_a_leads_change_of_days_reaches_the_leaders(browser: Browser) -> None:
    await agrees(browser)
    page = await browser.presses(await browser.goes("/lead"), "Change days and hours")
    page = await browser.fills(
        page,
        "Change for the cohort",
        {"First question, day": "fri", "First question, hour": "09:15"},
    )
    assert "Friday 09:15" in page.newest
    assert "Friday 09:15" in (await browser.goes("/leader/amara")).words


@sqlite
async def test_a_coachs_date_for_the_next_session_stands_on_the_coachs_page(
    browser: Browser,
) -> None:
    page = await browser.goes("/coach/ruth")
    page = await browser.presses(page, "Set next session with Amara Okafor")
    year = datetime.fromisoformat(page.time).year + 1
    page = await browser.fills(
        page, "Keep this date", {"Day": f"{year}-02-03", "Hour, on your clock": "14:30"}
    )
    assert "Kept. Your next session with Amara Okafor" in page.newest
    assert "3 February" in page.root.one("section", id="home").words


# ---- health ----


@sqlite
async def test_health_is_told_without_a_page(browser: Browser) -> None:
    assert (await browser.client.get("/healthz")).json() == {"alive": True}
    answer = (await browser.client.get("/readyz")).json()
    assert answer["ready"]
    assert len(answer["keys"]) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_database_that_is_not_ready_is_told_with_its_reason(
    databases: Databases, tmp_path: Path, kind: str
) -> None:
    url = databases.empty(kind, tmp_path)
    engine = open_sealed(url)
    for build in (app.build_server(engine), app.build_playground(engine, ServedBank())):
        async with Browser(build) as browser:
            assert (await browser.client.get("/healthz")).status_code == 200
            answer = await browser.client.get("/readyz")
            assert answer.status_code == 503
            assert "bearings migrate" in answer.json()["because"]
    await close(engine)
    databases.drop(url)


# ---- the same once more, and too late ----


@pytest.mark.parametrize("together", [False, True], ids=["again", "at once"])
async def test_the_same_form_sent_twice_is_one_answer(
    browser: Browser, engine: AsyncEngine, together: bool
) -> None:
    page = await is_asked(browser)
    sending = page.sending("Save", {"Your answer": ANSWER})
    shown = await twice(browser, sending, together)
    assert [page.status for page in shown] == [200, 200]
    assert "Saved, for you only." in shown[-1].newest
    assert await answers(engine) == [ANSWER]
    assert lines(shown[-1]) == lines(page)


async def twice(browser: Browser, sending: Sending, together: bool) -> list[Shown]:
    if together:
        return list(await asyncio.gather(browser.sends(sending), browser.sends(sending)))
    return [await browser.sends(sending), await browser.sends(sending)]


@pytest.mark.parametrize("together", [False, True], ids=["again", "at once"])
async def test_the_same_next_moment_is_one_moment(browser: Browser, together: bool) -> None:
    page = await agrees(browser)
    first, second = await twice(browser, page.sending("Next moment"), together)
    assert first.time[:16] == second.time[:16]
    assert first.notice == second.notice
    assert "A question for Amara Okafor" in first.notice


@sqlite
@pytest.mark.parametrize("together", [False, True], ids=["again", "at once"])
async def test_the_same_words_sent_twice_are_said_once(browser: Browser, together: bool) -> None:
    page = await agrees(browser)
    shown = await twice(browser, page.sending("Send", {"Message Bearings": "help"}), together)
    assert own_lines(shown[-1]) == ["help"]


@sqlite
@pytest.mark.parametrize("button", ["Skip", "Later", "Heavy week", "Not for me"])
async def test_a_press_on_a_question_that_is_over_changes_nothing(
    browser: Browser, engine: AsyncEngine, button: str
) -> None:
    page = await is_asked(browser)
    late = page.sending(button)
    await browser.fills(page, "Save", {"Your answer": ANSWER})
    page = await browser.sends(late)
    assert page.status == 200
    assert await answers(engine) == [ANSWER]
    journal = await browser.goes("/leader/amara?open=journal")
    assert ANSWER in journal.words
    assert "Save" not in page.buttons(page.conversation)


@sqlite
async def test_an_answer_to_a_skipped_question_is_still_taken(
    browser: Browser, engine: AsyncEngine
) -> None:
    page = await is_asked(browser)
    late = page.sending("Save", {"Your answer": ANSWER})
    await browser.presses(page, "Skip")
    assert "Saved, for you only." in (await browser.sends(late)).newest
    assert await answers(engine) == [ANSWER]


# ---- trouble ----

LONG = "What I said, and what she said. " * 290


@pytest.fixture
async def short_of_room(
    databases: Databases, tmp_path: Path
) -> AsyncIterator[tuple[AsyncEngine, dict[str, int]]]:
    """A database on a disk with as many pages as `disk` says."""
    engine = open_sealed(databases.fresh("sqlite", tmp_path))
    disk = {"pages": 1_000_000}

    @event.listens_for(engine.sync_engine, "begin")
    def _limit(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {disk['pages']}")

    yield engine, disk
    await close(engine)


async def test_a_full_disk_is_said_and_what_was_typed_is_kept(
    short_of_room: tuple[AsyncEngine, dict[str, int]],
) -> None:
    engine, disk = short_of_room
    bank = ServedBank()
    await app.lay_out_once(engine, bank)
    async with Browser(app.build_playground(engine, bank)) as browser:

        async def fill() -> None:
            async with engine.connect() as connection:
                pages = await connection.exec_driver_sql("PRAGMA page_count")
                disk["pages"] = pages.scalar_one()

        async def empty() -> None:
            disk["pages"] = 1_000_000

        await nothing_is_lost_while(browser, engine, fill, empty)


async def test_a_locked_database_is_said_and_what_was_typed_is_kept(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.fresh("sqlite", tmp_path)
    engine = open_sealed(url, busy_timeout_ms=20)
    bank = ServedBank()
    await app.lay_out_once(engine, bank)
    other = sqlite3.connect(tmp_path / "bearings.db", isolation_level=None)
    with closing(other):
        async with Browser(app.build_playground(engine, bank)) as browser:

            async def lock() -> None:
                other.execute("BEGIN IMMEDIATE")

            async def unlock() -> None:
                other.execute("ROLLBACK")

            await nothing_is_lost_while(browser, engine, lock, unlock)
            await lock()
            page = await browser.presses(await browser.goes("/leader/dan"), "Next moment")
            assert page.status == 503
            assert "Time did not move" in page.notice
            await unlock()
    await close(engine)


async def nothing_is_lost_while(
    browser: Browser,
    engine: AsyncEngine,
    begin: Callable[[], Awaitable[None]],
    end: Callable[[], Awaitable[None]],
) -> None:
    page = await is_asked(browser)
    kept = lines(page)
    await begin()
    before = await everything(engine)
    refused = await browser.fills(page, "Save", {"Your answer": LONG})
    assert refused.status == 503
    assert "This was not saved" in refused.refusal
    assert refused.box("Your answer") == LONG
    unsent = await browser.fills(page, "Send", {"Message Bearings": LONG})
    assert unsent.status == 503
    assert "This was not saved" in unsent.notice
    assert unsent.box("Message Bearings") == LONG
    assert await everything(engine) == before
    await end()
    # The very same form, for whoever presses the button once more.
    saved = await browser.sends(refused.sending("Save"))
    assert saved.status == 200
    assert "Saved, for you only." in saved.newest
    assert lines(saved) == kept
    assert await answers(engine) == [LONG]


# ---- updates ----


@sqlite
async def test_an_open_page_hears_of_a_new_line(playground: Starlette) -> None:
    async with (
        served(playground) as address,
        httpx.AsyncClient(base_url=address) as client,
        client.stream("GET", "/leader/amara/live", timeout=5) as live,
    ):
        assert live.headers["content-type"].startswith("text/event-stream")
        heard = live.aiter_lines()
        first = await next_version(heard)
        answer = await client.post(
            "/leader/amara/say",
            content=f"event={uuid4()}&words=help",
            headers={**FORM, "origin": address},
        )
        assert answer.status_code == 303
        assert await next_version(heard) != first


async def next_version(heard: AsyncIterator[str]) -> str:
    async with asyncio.timeout(5):
        async for line in heard:
            if line == "event: changed":
                return await anext(heard)
    raise AssertionError("the page was told nothing more")
