"""A session's calendar file, at an address that is good for a day.

Calendars fetch more than once, so looking uses nothing up; what is served is the newest state.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.web.guarding import HEADERS
from bot.web.rendering import to_error_page
from prompts.composing.calendar import Appointment, calendar_file
from storage.calendar_links import session_behind
from storage.engine import NotKeptError, reading

GONE = "This address is too old, or never was one. Press “Add to my calendar” for a new one."
NOT_NOW = "The database did not answer. Try again in a moment."


@dataclass(frozen=True, slots=True)
class CalendarFiles:
    engine: AsyncEngine
    clock: Clock

    def routes(self) -> list[Route]:
        return [Route("/calendar/{token:str}.ics", self.fetch)]

    async def fetch(self, request: Request) -> Response:
        try:
            now = await self.clock()
            async with reading(self.engine) as db:
                session = await session_behind(db, request.path_params["token"], now)
        except NotKeptError:
            return _page("Not now", NOT_NOW, 503)
        if session is None:
            return _page("Nothing here", GONE, 404)
        appointment = Appointment(
            session.id,
            session.starts_at,
            session.minutes,
            session.changes,
            cancelled=session.cancelled_at is not None,
        )
        return Response(
            calendar_file(appointment, now),
            headers={**HEADERS, "content-disposition": 'attachment; filename="session.ics"'},
            media_type="text/calendar; charset=utf-8; method=PUBLISH",
        )


def _page(title: str, words: str, status: int) -> Response:
    return HTMLResponse(to_error_page(title, words), status, HEADERS)
