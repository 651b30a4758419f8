"""`POST /api/messages`: trusted, then read, then handed over; answered without a hint."""

import json
from collections.abc import Coroutine, Mapping
from typing import Any, Protocol

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.bodies import HANGING_UP, Reader, TooMuchError, TooSlowError
from bot.clock import Clock, system_now
from bot.patience import Underway, in_time
from bot.payloads import Payload, UnreadableError
from bot.teams.trusting import LARGEST_BODY, Claims, Trust, UntrustedError, is_json, parse
from storage.engine import NotKeptError

logger = structlog.get_logger(__name__)

# In which a body must have come.
BODY_SECONDS = 10.0
# Who waits on a card or in a dialog is told sooner by what deals with them: Teams waits five.
ANSWER_SECONDS = 4.5

# What an invoke is answered with; None where the status says all.
Body = Mapping[str, object] | None


class Takes(Protocol):
    def __call__(self, activity: Payload, claims: Claims) -> Coroutine[Any, Any, tuple[int, Body]]:
        """The status and the JSON to answer with, after what came is kept or dealt with.

        Raises UnreadableError, and NotKeptError where it is to come again.
        """
        ...


class Door:
    """In front of everything that comes in Teams' name. What it refuses has no body."""

    def __init__(
        self,
        trust: Trust,
        take: Takes,
        clock: Clock = system_now,
        patience: float = ANSWER_SECONDS,
    ) -> None:
        """`clock`: the time of day, for tokens."""
        self._patience = patience
        self._underway: Underway = set()
        self._reader = Reader(LARGEST_BODY, BODY_SECONDS)
        self._trust = trust
        self._take = take
        self._clock = clock

    def routes(self) -> list[Route]:
        route = Route("/api/messages", self.messages)
        # Every one comes here: the library would refuse what it does not know in its own words.
        route.methods = None
        return [route]

    async def messages(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(status_code=405, headers={"allow": "POST"})
        try:
            return await self._answer(request)
        except UntrustedError as error:
            return Response(status_code=error.status, headers=HANGING_UP)
        except UnreadableError:
            return Response(status_code=400)
        except (TooSlowError, ClientDisconnect):
            return Response(status_code=400, headers=HANGING_UP)
        except TooMuchError:
            return Response(status_code=429, headers=HANGING_UP)
        except NotKeptError:
            return Response(status_code=503)
        except Exception as error:  # noqa: BLE001 - a fault of ours, in which words could stand
            logger.error("a request was not answered", error=type(error).__name__)  # noqa: TRY400
            return Response(status_code=503)

    async def _answer(self, request: Request) -> Response:
        headers = request.headers.raw
        if _is_too_long(request):
            return Response(status_code=413, headers=HANGING_UP)
        # A token stands for itself: nobody's body is held who has none.
        claims = await self._trust.verify(headers, await self._clock())
        if not is_json(headers):
            return Response(status_code=415)
        body = await self._reader.read(request)
        if len(body) > LARGEST_BODY:
            return Response(status_code=413, headers=HANGING_UP)
        activity = parse(body)
        self._trust.matches(claims, activity)
        status, said = await in_time(self._take(activity, claims), self._patience, self._underway)
        if said is None:
            return Response(status_code=status)
        return Response(json.dumps(said), status, media_type="application/json")


def _is_too_long(request: Request) -> bool:
    said = request.headers.get("content-length", "")
    return said.isdecimal() and (len(said) > 9 or int(said) > LARGEST_BODY)
