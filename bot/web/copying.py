"""A leader's copy of their own data: an address that is good for minutes, and opens once.

Looking at it takes nothing, for chat programs and mail filters look at every address they see.
Only the button does.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.conversation.copying import everything_of
from bot.web.rendering import to_copy_page
from prompts.composing.copying import Everything, to_json, to_text
from storage.audit import Entry, record
from storage.copies import Kind, is_good, use_link
from storage.engine import NotKeptError, reading, transaction
from storage.tables import Action

HEADERS = {
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
TITLE = "A copy of everything that is yours"
GONE = "This address has been used, is too old, or never was one. Type “my data” for a new one."
NOT_NOW = "The database did not answer, so nothing was opened. Try again in a moment."
READY = "It is made when you press the button, and this address works no more after that."
FILES: dict[Kind, tuple[str, str, Callable[[Everything], str]]] = {
    Kind.TEXT: ("text/plain; charset=utf-8", "bearings.txt", to_text),
    Kind.JSON: ("application/json", "bearings.json", to_json),
}


@dataclass(frozen=True, slots=True)
class Copies:
    engine: AsyncEngine
    clock: Clock

    def routes(self) -> list[Route]:
        return [
            Route("/data/{token:str}/{kind:str}", self.look),
            Route("/data/{token:str}/{kind:str}", self.take, methods=["POST"]),
        ]

    async def look(self, request: Request) -> Response:
        kind, token = _kind(request), request.path_params["token"]
        try:
            async with reading(self.engine) as db:
                good = kind is not None and await is_good(db, token, kind, await self.clock())
        except NotKeptError:
            return _page(NOT_NOW, 503)
        return _page(READY, 200, can_open=True) if good else _page(GONE, 404)

    async def take(self, request: Request) -> Response:
        kind, token = _kind(request), request.path_params["token"]
        if kind is None:
            return _page(GONE, 404)
        now = await self.clock()
        try:
            async with transaction(self.engine) as db:
                someone = await use_link(db, token, kind, now)
                if someone is None:
                    return _page(GONE, 404)
                everything = await everything_of(db, someone, now)
                who = someone.id
                record(
                    db,
                    Entry(now, someone.workspace_id, Action.TOOK_DATA, actor=who, owner=who),
                )
        except NotKeptError:
            return _page(NOT_NOW, 503)
        media_type, name, to_file = FILES[kind]
        attached = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(to_file(everything), headers={**HEADERS, **attached}, media_type=media_type)


def _kind(request: Request) -> Kind | None:
    named = request.path_params["kind"]
    return Kind(named) if named in set(Kind) else None


def _page(words: str, status: int, *, can_open: bool = False) -> Response:
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    page = to_copy_page(TITLE, words, nonce, can_open=can_open)
    return HTMLResponse(page, status, {**HEADERS, "content-security-policy": policy})
