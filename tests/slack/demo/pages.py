"""A page for each person of the sample programme, as if it were their Slack."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs
from uuid import uuid4

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.slack.incoming import COMMAND, PLATFORM
from bot.web.stepping import Stepper
from prompts.composing.saying import day_and_hour
from storage.engine import reading
from storage.members import find_member
from tests.slack import FakeSlack
from tests.slack.demo.acting import button_name, fill_in, named_button, own_post
from tests.slack.elements import shown_options
from tests.slack.filling import CannotDoError, standing
from tests.slack.people import Person
from tests.slack.reading import words_of_text

Form = Mapping[str, list[str]]

HERE = Path(__file__).parent
_environment = ImmutableSandboxedEnvironment(
    loader=FileSystemLoader(HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals |= {
    "button_name": button_name,
    "shown_options": shown_options,
    "standing": standing,
}
_environment.filters["unescaped"] = words_of_text
_environment.filters["day_and_hour"] = day_and_hour


class Pages:
    """`settle` waits until everything that was begun has come to its end."""

    def __init__(
        self,
        engine: AsyncEngine,
        slack: FakeSlack,
        people: Mapping[str, Person],
        parts: Mapping[str, str],
        stepper: Stepper,
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self._engine = engine
        self._slack = slack
        self._people = people
        self._parts = parts
        self._stepper = stepper
        self._settle = settle
        # What a page is to say when it is drawn next.
        self._told: dict[str, str] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/", _first),
            Route("/slack-demo.css", _style),
            Route("/{who}", self._page),
            *(
                Route(f"/{{who}}/{name}", self._doing(act), methods=["POST"])
                for name, act in (
                    ("says", self._says),
                    ("presses", self._presses),
                    ("submits", self._submits),
                    ("closes", self._closes),
                    ("looks", self._looks),
                    ("changes", self._changes),
                    ("next", self._next),
                )
            ),
        ]

    async def _page(self, request: Request) -> Response:
        who, person = self._whose(request)
        await self._settle()
        slack = self._slack
        page = _environment.get_template("page.html.j2").render(
            who=who,
            person=person,
            people=self._people,
            parts=self._parts,
            now=await self._stepper.clock(),
            told=self._told.pop(who, ""),
            posts=slack.posts_for(person),
            home=slack.world.home(person),
            view=next(reversed(slack.views(person)), None),
            press=uuid4().hex,
        )
        return HTMLResponse(page)

    def _doing(
        self, act: Callable[[str, Person, Form], Awaitable[None]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def do(request: Request) -> Response:
            who, person = self._whose(request)
            try:
                await act(who, person, await _form(request))
            except CannotDoError as error:
                self._told[who] = f"Slack did not let that happen: {error}"
            await self._settle()
            place = "form" if self._slack.views(person) else "newest"
            return RedirectResponse(f"/{who}#{place}", 303)

        return do

    def _whose(self, request: Request) -> tuple[str, Person]:
        who = request.path_params["who"]
        if who not in self._people:
            raise HTTPException(404)
        return who, self._people[who]

    # What can be done

    async def _says(self, _: str, person: Person, form: Form) -> None:
        words, thread = _one(form, "words").strip(), _one(form, "thread")
        if not words:
            raise CannotDoError("There was nothing in it.")
        if words.startswith(COMMAND) and not thread:
            await self._slack.types(person, COMMAND, words.removeprefix(COMMAND).strip())
        else:
            await self._slack.says(person, words, thread=thread)

    async def _presses(self, _: str, person: Person, form: Form) -> None:
        if self._slack.views(person):
            fill_in(self._slack, person, _filled(form))
        found = named_button(self._slack, person, _one(form, "holder"), _one(form, "button"))
        await self._slack.presses_this(person, found)

    async def _submits(self, _: str, person: Person, form: Form) -> None:
        fill_in(self._slack, person, _filled(form))
        await self._slack.submits(person)

    async def _closes(self, _: str, person: Person, __: Form) -> None:
        await self._slack.closes_view(person)

    async def _looks(self, _: str, person: Person, form: Form) -> None:
        tab = _one(form, "tab")
        await self._slack.opens_home(person, tab="home" if tab == "home" else "messages")

    async def _changes(self, _: str, person: Person, form: Form) -> None:
        post = own_post(self._slack, person, _one(form, "message"))
        words = _one(form, "words").strip()
        if _one(form, "what") == "delete":
            await self._slack.deletes(person, post=post)
        elif words:
            await self._slack.edits(person, words, post=post)

    async def _next(self, who: str, person: Person, form: Form) -> None:
        async with reading(self._engine) as db:
            member = await find_member(db, PLATFORM, person.team, person.id)
        if member is None:
            raise CannotDoError("They were forgotten, so nothing is planned for them.")
        self._told[who] = await self._stepper.step(member, f"next-{_one(form, 'press')[:40]}")


async def _form(request: Request) -> Form:
    return parse_qs((await request.body()).decode(), keep_blank_values=True)


def _one(form: Form, name: str) -> str:
    return form.get(name, [""])[0]


def _filled(form: Form) -> Form:
    return {
        name.removeprefix("in:"): given for name, given in form.items() if name.startswith("in:")
    }


async def _first(_: Request) -> Response:
    return RedirectResponse("/amara", 303)


async def _style(_: Request) -> Response:
    return FileResponse(HERE / "demo.css", media_type="text/css")
