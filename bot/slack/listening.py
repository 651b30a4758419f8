"""`POST /slack/events`: trusted on the raw bytes, then read, kept or dealt with, then answered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import system_now
from bot.slack.dispatching import Dispatcher
from bot.slack.incoming import PLATFORM, Heard, Ignored, LimitedIntake, Told
from bot.slack.intake import IntakeBook
from bot.slack.reading import read
from bot.slack.strict import Payload, UnreadableError, token
from bot.slack.trusting import (
    LARGEST_BODY,
    UNREADABLE,
    Refusal,
    content_type,
    greeting,
    parse,
    refused,
)
from bot.slack.whose import app_of
from storage.engine import NotKeptError, reading
from storage.installations import installations

JSON = "application/json"


class Door:
    """In front of everything that Slack sends. What it answers hints at nothing."""

    def __init__(
        self,
        engine: AsyncEngine,
        book: IntakeBook,
        dispatcher: Dispatcher,
        secrets: Sequence[str],
        app_id: str = "",
    ) -> None:
        self._installed = Installed(engine)
        self._book = book
        self._dispatcher = dispatcher
        self._secrets = secrets
        self._app_id = app_id

    def routes(self) -> list[Route]:
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        return [Route("/slack/events", self.events, methods=methods)]

    async def events(self, request: Request) -> Response:
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        headers = request.headers.raw
        refusal = refused(request.method, headers, body, self._secrets, await system_now())
        if refusal is not None:
            return _refuse(refusal)
        try:
            return await self._answer(parse(content_type(headers), body))
        except UnreadableError:
            return _refuse(UNREADABLE)
        except NotKeptError:
            # Slack brings it again.
            return Response(status_code=503)

    async def _answer(self, payload: Payload) -> Response:
        if (challenge := greeting(payload)) is not None:
            return PlainTextResponse(challenge)
        if self._app_id and app_of(payload) not in {self._app_id, ""}:
            return Response()
        incoming = read(payload)
        match incoming:
            case Ignored() | LimitedIntake():
                return Response()
            case Heard(event=event):
                workspace = event.workspace
            case Told(workspace=workspace):
                pass
        workspace_id = await self._installed.find(workspace)
        if workspace_id is None:
            return Response()
        if payload.get("type") == "event_callback":
            await self._book.put(workspace_id, token(payload, "event_id"), payload)
            return Response()
        status, said = await self._dispatcher.dispatch(payload)
        return Response(said, status, media_type=JSON if said.startswith("{") else None)


class Installed:
    """The workspaces that let us in, as they were some seconds ago."""

    LASTS = 5.0

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._known: dict[str, UUID] = {}
        self._looked_at: datetime | None = None

    async def find(self, workspace: str) -> UUID | None:
        now = await system_now()
        looked = self._looked_at
        if looked is None or (now - looked).total_seconds() > self.LASTS:
            async with reading(self._engine) as db:
                found = await installations(db, PLATFORM)
            self._known = {one.workspace: one.workspace_id for one in found}
            self._looked_at = now
        return self._known.get(workspace)


def _refuse(refusal: Refusal) -> Response:
    response = Response(status_code=refusal.status)
    response.raw_headers += list(refusal.headers)
    return response


async def _body(request: Request) -> bytes:
    """Of what is longer than anything Slack sends, no more than shows that it is."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            break
    return bytes(body)
