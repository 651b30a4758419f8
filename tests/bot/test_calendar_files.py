"""The way to a calendar file: an address for a day, with the newest state behind it and no name."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from icalendar import Calendar
from sqlmodel import select
from starlette.applications import Starlette

from bot import app
from bot.conversation.events import Pressed
from bot.conversation.turn import take_turn
from bot.web.calendar import CalendarFiles
from prompts.message import Form, FormName, Link, Press
from storage.engine import reading, transaction
from storage.erasing import forget
from storage.tables import CalendarLink, CoachingSession
from tests.bot.dialogue import AGREED, Dialogue
from tests.bot.tables import rows_of
from tests.bot.test_meeting import SETS, pairing_ids
from tests.cast import PLACE, Programme, words_of


@pytest.fixture
async def calendars(chat: Dialogue) -> AsyncIterator[httpx.AsyncClient]:
    """With a session on Thursday 3 December, and the clock of the tests."""
    programme = chat.programme
    await chat.goes(AGREED, SETS)

    async def now():  # type: ignore[no-untyped-def]
        return programme.now

    served = Starlette(routes=CalendarFiles(programme.engine, now).routes())
    transport = httpx.ASGITransport(served)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


async def address(programme: Programme, who: str = "amara", about: object = "") -> str:
    [page] = await programme.presses(who, Press.ADD_TO_CALENDAR, about)
    assert isinstance(page, Form)
    [link] = [one for one in page.elements if isinstance(one, Link)]
    return link.address


def event_of(response: httpx.Response) -> dict[str, object]:
    assert response.status_code == 200
    [event] = Calendar.from_ical(response.content).walk("VEVENT")
    return {name.lower(): event.decoded(name) for name in event}


async def test_both_of_them_get_the_same_session(
    chat: Dialogue, calendars: httpx.AsyncClient
) -> None:
    programme = chat.programme
    async with reading(programme.engine) as db:
        session = (await db.exec(select(CoachingSession))).one()
    files = [
        event_of(await calendars.get(await address(programme, who, about)))
        for who, about in (("amara", ""), ("ruth", session.id))
    ]
    assert files[0] == files[1]
    assert files[0]["dtstart"] == session.starts_at
    text = (await calendars.get(await address(programme))).text
    for name in ("Amara", "Ruth", "Okafor", "example.org"):
        assert name not in text


async def test_it_is_served_as_a_file_that_nobody_keeps(
    chat: Dialogue, calendars: httpx.AsyncClient
) -> None:
    way = await address(chat.programme)
    assert way.startswith("/calendar/")
    assert way.endswith(".ics")
    for response in (await calendars.get(way), await calendars.head(way)):
        headers = response.headers
        assert headers["content-type"].startswith("text/calendar; charset=utf-8")
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-disposition"] == 'attachment; filename="session.ics"'
    assert (await calendars.post(way)).status_code == 405


async def test_it_can_be_fetched_for_a_day_and_no_longer(
    chat: Dialogue, calendars: httpx.AsyncClient
) -> None:
    programme = chat.programme
    way = await address(programme)
    for _ in range(3):
        assert (await calendars.get(way)).status_code == 200
    programme.now += timedelta(hours=23, minutes=59)
    assert (await calendars.get(way)).status_code == 200
    programme.now += timedelta(minutes=1)
    gone = await calendars.get(way)
    assert gone.status_code == 404
    assert "too old, or never was one" in gone.text
    # The next one that is made sweeps it away.
    await address(programme)
    async with reading(programme.engine) as db:
        assert len(list(await db.exec(select(CalendarLink)))) == 1


async def test_the_newest_state_is_served(chat: Dialogue, calendars: httpx.AsyncClient) -> None:
    programme = chat.programme
    way = await address(programme)
    [pairing] = await pairing_ids(programme, "Amara Okafor")
    first = event_of(await calendars.get(way))
    await programme.submits(
        *("ruth", FormName.COACHING_SESSION, pairing),
        on="2026-12-04",
        at="11:00",
        minutes="90",
    )
    moved = event_of(await calendars.get(way))
    assert (first["uid"], first["sequence"]) == (moved["uid"], 0)
    assert moved["sequence"] == 1
    assert moved["dtend"] - moved["dtstart"] == timedelta(minutes=90)
    await programme.says("amara", "cancel session")
    cancelled = event_of(await calendars.get(way))
    assert (cancelled["status"], cancelled["sequence"]) == ("CANCELLED", 2)


async def test_no_other_address_opens_anything(
    chat: Dialogue, calendars: httpx.AsyncClient
) -> None:
    way = await address(chat.programme)
    for other in (way[:-5] + ".ics", way.replace(".ics", "A.ics"), "/calendar/x.ics", way[:-4]):
        assert (await calendars.get(other)).status_code == 404
    for odd in ("%00", "%ff", "a" * 5000, "..%2f..", "💶"):
        assert (await calendars.get(f"/calendar/{odd}.ics")).status_code == 404


async def test_only_the_hash_of_it_is_kept(chat: Dialogue, calendars: httpx.AsyncClient) -> None:
    token = (await address(chat.programme)).split("/")[-1].removesuffix(".ics")
    assert len(token) >= 43
    async with reading(chat.programme.engine) as db:
        assert token not in repr(await rows_of(db))


async def test_looking_makes_no_address(chat: Dialogue, calendars: httpx.AsyncClient) -> None:
    page = await chat.programme.opens("amara", FormName.CALENDAR)
    assert "[Add to my calendar]" not in words_of(page)
    assert isinstance(page, Form)
    assert not [one for one in page.elements if isinstance(one, Link)]
    async with reading(chat.programme.engine) as db:
        assert list(await db.exec(select(CalendarLink))) == []


async def test_nobody_gets_an_address_for_a_session_of_others(
    chat: Dialogue, calendars: httpx.AsyncClient
) -> None:
    async with reading(chat.programme.engine) as db:
        session = (await db.exec(select(CoachingSession.id))).one()
    for other in ("dan", "priya"):
        [said] = await chat.programme.presses(other, Press.ADD_TO_CALENDAR, session)
        assert "there any more" in words_of(said) or "not here any more" in words_of(said)


async def test_who_is_forgotten_takes_the_address_along(
    chat: Dialogue, calendars: httpx.AsyncClient
) -> None:
    programme = chat.programme
    way = await address(programme)
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        await forget(db, amara.workspace_id, amara.id)
    assert (await calendars.get(way)).status_code == 404


async def test_where_no_page_can_be_opened_the_date_is_said_in_words(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(AGREED, SETS)
    async with transaction(programme.engine) as db:
        [page] = await take_turn(
            db,
            Pressed(*programme.who("amara"), Press.ADD_TO_CALENDAR),
            now=programme.now,
            bank=programme.bank,
            place=replace(PLACE, address=None),
        )
    assert "Your session is on Thursday 3 December at 10:00, for 60 minutes." in words_of(page)
    assert "No page can be opened from this chat" in words_of(page)


async def test_the_server_has_the_route(programme: Programme) -> None:
    transport = httpx.ASGITransport(app.build_server(programme.engine))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        assert (await client.get("/calendar/nothing.ics")).status_code == 404
