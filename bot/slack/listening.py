"""`POST /slack/events`: trusted on the raw bytes, then read, kept or dealt with, then answered."""

import json
from collections.abc import Mapping, Sequence

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.bodies import HANGING_UP, Reader, TooMuchError, TooSlowError
from bot.clock import system_now
from bot.conversation.events import Said, Submitted
from bot.intake import IntakeBook
from bot.patience import Underway, in_time
from bot.payloads import Payload, UnreadableError
from bot.slack.dispatching import Dispatcher
from bot.slack.incoming import Heard, Ignored, LimitedIntake, Stale, Told, Where
from bot.slack.installing import Installations
from bot.slack.lining_up import line_of
from bot.slack.pages import Pages
from bot.slack.reading import read
from bot.slack.strict import token
from bot.slack.trusting import (
    LARGEST_BODY,
    UNREADABLE,
    Refusal,
    content_type,
    greeting,
    look_at,
    parse,
    refused,
)
from bot.slack.whose import app_of
from storage.engine import NotKeptError

logger = structlog.get_logger(__name__)

JSON = "application/json"
NOTHING = 200, ""
NOT_LET_IN = (
    "I am not connected to this workspace any more, so nothing was done. Whoever looks after its "
    "apps can connect me."
)
NOT_LET_IN_FORM = (
    "I am not connected to this workspace any more, so this was not saved. Copy what you typed. "
    "Whoever looks after its apps can connect me."
)
# Slack gives up after three: what has not come by then is nobody's, and what has not been kept
# well before then is to come again.
BODY_SECONDS = 3.0
ANSWER_SECONDS = 2.0


class Door:
    """In front of everything that Slack sends. What it answers hints at nothing."""

    def __init__(
        self,
        installations: Installations,
        book: IntakeBook,
        dispatcher: Dispatcher,
        secrets: Sequence[str],
        app_id: str = "",
        patience: float = ANSWER_SECONDS,
    ) -> None:
        self._patience = patience
        self._underway: Underway = set()
        self._reader = Reader(LARGEST_BODY, BODY_SECONDS)
        self._installations = installations
        self._book = book
        self._dispatcher = dispatcher
        self._secrets = secrets
        self._app_id = app_id

    def routes(self) -> list[Route]:
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        return [Route("/slack/events", self.events, methods=methods)]

    async def events(self, request: Request) -> Response:
        headers = request.headers.raw
        seal = look_at(request.method, headers, await system_now())
        if isinstance(seal, Refusal):
            return _refuse(seal, HANGING_UP)
        try:
            body = await self._reader.read(request)
            refusal = refused(seal, headers, body, self._secrets)
            if refusal is not None:
                return _refuse(refusal)
            return await self._answer(parse(content_type(headers), body))
        except (ClientDisconnect, TooSlowError):
            return Response(status_code=400, headers=HANGING_UP)
        except UnreadableError:
            return _refuse(UNREADABLE)
        except TooMuchError:
            # Slack brings this again too.
            return Response(status_code=429, headers=HANGING_UP)
        except NotKeptError:
            # Slack brings it again.
            return Response(status_code=503)
        except Exception as error:  # noqa: BLE001 - a fault of ours, in which words could stand
            logger.error("a request was not answered", error=type(error).__name__)  # noqa: TRY400
            return Response(status_code=500)

    async def _answer(self, payload: Payload) -> Response:
        if (challenge := greeting(payload)) is not None:
            return PlainTextResponse(challenge)
        status, said = await in_time(self.take(payload), self._patience, self._underway)
        return Response(said, status, media_type=JSON if said.startswith("{") else None)

    async def take(self, payload: Payload) -> tuple[int, str]:
        """The status and the words that Slack is to be answered with, over HTTP or a socket.

        Raises UnreadableError, and NotKeptError where it is to come again.
        """
        if self._app_id and app_of(payload) not in {self._app_id, ""}:
            return NOTHING
        incoming = read(payload)
        match incoming:
            case Ignored() | LimitedIntake():
                return NOTHING
            case Heard(event=event, enterprise=enterprise):
                found = await self._installations.find(event.workspace, enterprise)
            case Told(workspace=workspace, enterprise=enterprise):
                found = await self._installations.find(workspace, enterprise)
        if found is None:
            return await self._not_let_in(incoming)
        if payload.get("type") == "event_callback":
            event_id, line = token(payload, "event_id"), line_of(incoming, payload)
            await self._book.put(found.workspace_id, event_id, payload, line)
            return NOTHING
        return await self._dispatcher.dispatch(payload)

    async def _not_let_in(self, incoming: Heard | Told) -> tuple[int, str]:
        """Where we were until lately, whoever waits is told in the answer itself: there is no token
        to speak by. Of where we never were, nothing is said."""
        said = _parting(incoming)
        if said is None:
            return NOTHING
        event = incoming.event if isinstance(incoming, Heard) else incoming
        if not await self._installations.has_been(event.workspace, incoming.enterprise):
            return NOTHING
        return 200, json.dumps(said)


def _parting(incoming: Heard | Told) -> Payload | None:
    match incoming:
        case (
            Heard(event=Submitted(), pages=Pages(inputs=[first, *_]))
            | Stale(is_form=True, pages=Pages(inputs=[first, *_]))
        ):
            return {"response_action": "errors", "errors": {first: NOT_LET_IN_FORM}}
        case Heard(event=Said(), where=Where(response_url=address)) if address:
            return {"response_type": "ephemeral", "text": NOT_LET_IN}
    return None


def _refuse(refusal: Refusal, more: Mapping[str, str] | None = None) -> Response:
    response = Response(status_code=refusal.status, headers=more)
    response.raw_headers += refusal.headers
    return response
