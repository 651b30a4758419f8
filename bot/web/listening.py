"""The playground's routes: what a browser sends becomes a turn, and a page comes back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.conversation.events import Pressed, Said, Submitted
from bot.conversation.opening import LEAVES_A_TRACE
from bot.conversation.wording import problem_with
from bot.web.chatting import Farewell, hear
from bot.web.reading import (
    Fields,
    UnreadableError,
    one,
    read_event_id,
    read_fields,
    read_form_name,
    read_pressed,
    read_said,
    read_submitted,
)
from bot.web.rendering import Person, to_error_page, to_page, to_welcome
from bot.web.showing import (
    Asker,
    Dressing,
    Extra,
    as_form,
    build_page,
    look,
    people_here,
    refill,
    version,
)
from bot.web.stepping import Stepper
from prompts.bank import ServedBank
from storage.engine import NotKeptError, reading, transaction
from storage.members import Member

# A million characters that each take twelve bytes on the wire are refused with their words kept
# in the box; what is larger still is refused unread.
LARGEST_BODY = 16 * 1024 * 1024
LONGEST_PATIENCE = 4 * LARGEST_BODY
LOOK_AGAIN_SECONDS = 0.5
EVENTS = "text/event-stream"
NOT_MOVED = "Time did not move: the database did not take it. Try again."
NOT_SAVED = "This was not saved: the database did not take it. What you typed is still here."
UNREACHABLE = "The database cannot be reached, so this page cannot be shown. Try again in a moment."
UNREACHABLE_POST = (
    "The database cannot be reached, so nothing was saved. "
    "Go back: what you typed is still in the box. Then try again."
)

Event = Said | Pressed | Submitted


class RefusalError(Exception):
    """Answered with a page that says what happened."""

    def __init__(self, status: int, title: str, words: str) -> None:
        super().__init__(title)
        self.status, self.title, self.words = status, title, words


@dataclass(frozen=True, slots=True)
class Playground:
    """The local platform. `dressings` shows each message as other platforms would get it."""

    engine: AsyncEngine
    bank: ServedBank
    stepper: Stepper
    dressings: Mapping[str, Dressing]

    def routes(self) -> list[Route | Mount]:
        each = "/{role:str}/{key:str}"
        return [
            Route("/", _refusing(self.welcome)),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
            Route("/next", _refusing(self.next_moment), methods=["POST"]),
            Route(f"{each}/press", _refusing(self.press), methods=["POST"]),
            Route(f"{each}/submit", _refusing(self.submit), methods=["POST"]),
            Route(f"{each}/say", _refusing(self.say), methods=["POST"]),
            Route(f"{each}/live", _refusing(self.live)),
            Route("/{role:str}", _refusing(self.first_of_role)),
            Route(each, _refusing(self.page)),
        ]

    async def welcome(self, request: Request) -> Response:
        async with reading(self.engine) as db:
            people = await people_here(db)
        now = await self.stepper.clock()
        return HTMLResponse(to_welcome(tuple(person for person, _ in people), now, "Europe/London"))

    async def first_of_role(self, request: Request) -> Response:
        role = request.path_params["role"]
        async with reading(self.engine) as db:
            for person, _ in await people_here(db):
                if person.role == role:
                    return await self._show(db, role, person.key)
        raise _nobody()

    async def page(self, request: Request) -> Response:
        role, key = request.path_params["role"], request.path_params["key"]
        # Opening what somebody else wrote leaves a trace, and so is more than a look.
        traced = request.query_params.get("open", "") in LEAVES_A_TRACE
        async with transaction(self.engine) if traced else reading(self.engine) as db:
            asker, _ = await self._asker(db, role, key)
            return await self._show(db, role, key, await _asked_for(db, asker, request))

    async def press(self, request: Request) -> Response:
        fields = await _fields(request)
        return await self._hear(request, fields, read_pressed(_key(request), fields))

    async def submit(self, request: Request) -> Response:
        fields = await _fields(request)
        return await self._hear(request, fields, read_submitted(_key(request), fields))

    async def say(self, request: Request) -> Response:
        fields = await _fields(request)
        said = read_said(_key(request), fields)
        if problem := problem_with(said.words):
            return await self._not_sent(request, said, problem)
        return await self._hear(request, fields, said)

    async def next_moment(self, request: Request) -> Response:
        fields = await _fields(request)
        event_id = read_event_id(fields)
        role, _, key = one(fields, "page").partition("/")
        async with reading(self.engine) as db:
            asker, _ = await self._asker(db, role, key)
        try:
            notice, status = await self.stepper.step(asker.member, event_id), 200
        except NotKeptError:
            notice, status = NOT_MOVED, 503
        async with reading(self.engine) as db:
            return await self._show(db, role, key, Extra(notice=notice), status)

    async def live(self, request: Request) -> Response:
        async with reading(self.engine) as db:
            asker, _ = await self._asker(db, request.path_params["role"], _key(request))
        if request.method == "HEAD":
            return Response(media_type=EVENTS)
        return StreamingResponse(self._changes(request, asker.member), media_type=EVENTS)

    async def _changes(self, request: Request, member: Member) -> AsyncIterator[str]:
        """A line whenever this person's page has something new to show."""
        known = ""
        while not (await request.is_disconnected() or _is_ending(request)):
            try:
                async with reading(self.engine) as db:
                    current = await version(db, member)
            except NotKeptError:
                # The browser asks again by itself.
                return
            if current != known:
                known = current
                yield f"event: changed\ndata: {current}\n\n"
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _hear(self, request: Request, fields: Fields, event: Event) -> Response:
        """One turn: what was done, what is answered, and the chat log, in one transaction."""
        role, line = request.path_params["role"], one(fields, "line")
        async with reading(self.engine) as db:
            asker, _ = await self._asker(db, role, event.user_id)
        try:
            async with transaction(self.engine) as db:
                form = await hear(db, asker, event, line)
        except NotKeptError:
            return await self._not_saved(asker, event, fields)
        if isinstance(form, Farewell):
            return HTMLResponse(to_error_page("Erased", form.words))
        if form is None:
            return RedirectResponse(f"/{role}/{event.user_id}#newest", status_code=303)
        async with reading(self.engine) as db:
            return await self._show(db, role, event.user_id, Extra(opened=form, line=line))

    async def _not_sent(self, request: Request, said: Said, problem: str) -> Response:
        """What cannot be kept as it is does not go into the chat; it stays in the line."""
        async with reading(self.engine) as db:
            extra = Extra(notice=f"This was not sent. {problem}", draft=said.words)
            return await self._show(db, request.path_params["role"], said.user_id, extra)

    async def _not_saved(self, asker: Asker, event: Event, fields: Fields) -> Response:
        role, key, line = asker.person.role, asker.person.key, one(fields, "line")
        async with reading(self.engine) as db:
            match event:
                case Said(words=words):
                    extra = Extra(notice=NOT_SAVED, draft=words)
                case Pressed():
                    extra = Extra(notice="Nothing was changed: the database did not take it.")
                case Submitted(form=name, about=about):
                    form = as_form(await look(db, asker, name, about))
                    extra = Extra(opened=refill(form, fields, NOT_SAVED), line=line)
            return await self._show(db, role, key, extra, status=503)

    async def _asker(self, db: AsyncSession, role: str, key: str) -> tuple[Asker, list[Person]]:
        everyone = await people_here(db)
        for person, member in everyone:
            if (person.role, person.key) == (role, key):
                now = await self.stepper.clock()
                asker = Asker(person, member, now, self.bank.current)
                return asker, [person for person, _ in everyone]
        raise _nobody()

    async def _show(
        self, db: AsyncSession, role: str, key: str, extra: Extra | None = None, status: int = 200
    ) -> Response:
        asker, people = await self._asker(db, role, key)
        page = await build_page(db, asker, people, self.dressings, extra or Extra())
        return HTMLResponse(to_page(page), status_code=status)


async def _asked_for(db: AsyncSession, asker: Asker, request: Request) -> Extra:
    """What the address asks to be shown: a form, a message in another dress, or nothing more."""
    asked = request.query_params
    if "open" in asked:
        name = read_form_name(asked["open"])
        return Extra(opened=as_form(await look(db, asker, name, asked.get("about", ""))))
    return Extra(line=asked.get("line", ""), dressed_as=asked.get("as", ""))


def _is_ending(request: Request) -> bool:
    """The process was told to stop, and an open page is not to hold it up."""
    return bool(getattr(request.app.state, "is_ending", False))


def _key(request: Request) -> str:
    key: str = request.path_params["key"]
    return key


async def _fields(request: Request) -> Fields:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise RefusalError(415, "Not a form", "This page takes forms only. Nothing was saved.")
    return read_fields(await _body(request))


async def _body(request: Request) -> bytes:
    """What is too long is let go by unkept, so that the sender hears why; but not for ever."""
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= LARGEST_BODY:
            body += chunk
        if size > LONGEST_PATIENCE:
            break
    if size > LARGEST_BODY:
        words = "This was too long to be read, so nothing was saved. Go back, and shorten it."
        raise RefusalError(413, "Too long", words)
    return bytes(body)


def _nobody() -> RefusalError:
    return RefusalError(404, "Nobody here", "There is no such page. Nothing was changed.")


def _refusing(
    handler: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    """Whatever cannot be answered is answered with a page that says so, and nothing more."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except RefusalError as refusal:
            page = to_error_page(refusal.title, refusal.words)
            # Whoever is still sending is not listened to any longer.
            headers = {"connection": "close"} if refusal.status == 413 else None
            return HTMLResponse(page, status_code=refusal.status, headers=headers)
        except UnreadableError as error:
            words = f"{error} Nothing was saved. Go back and try again."
            return HTMLResponse(to_error_page("Not understood", words), status_code=400)
        except NotKeptError:
            words = UNREACHABLE_POST if request.method == "POST" else UNREACHABLE
            return HTMLResponse(to_error_page("Not now", words), status_code=503)

    return answer
