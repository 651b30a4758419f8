"""`POST /api/messages`: trusted, then read, then handed over; answered without a hint."""

import asyncio
import json
from collections.abc import Mapping
from typing import Protocol

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clock import Clock, system_now
from bot.payloads import Payload, UnreadableError
from bot.teams.trusting import LARGEST_BODY, Claims, Trust, UntrustedError, is_json, parse
from storage.engine import NotKeptError

logger = structlog.get_logger(__name__)

# In which a body must have come.
PATIENCE_SECONDS = 10.0

# What an invoke is answered with; None where the status says all.
Body = Mapping[str, object] | None


class Takes(Protocol):
    async def __call__(self, activity: Payload, claims: Claims) -> tuple[int, Body]:
        """The status and the JSON to answer with, after what came is kept or dealt with.

        Raises UnreadableError, and NotKeptError where it is to come again.
        """
        ...


class Door:
    """In front of everything that comes in Teams' name. What it refuses has no body."""

    def __init__(self, trust: Trust, take: Takes, clock: Clock = system_now) -> None:
        """`clock`: the time of day, for tokens."""
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
            return Response(status_code=error.status)
        except (UnreadableError, ClientDisconnect):
            return Response(status_code=400)
        except NotKeptError:
            return Response(status_code=503)
        except Exception as error:  # noqa: BLE001 - a fault of ours, in which words could stand
            logger.error("a request was not answered", error=type(error).__name__)  # noqa: TRY400
            return Response(status_code=503)

    async def _answer(self, request: Request) -> Response:
        headers = request.headers.raw
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        claims = await self._trust.verify(headers, await self._clock())
        if not is_json(headers):
            return Response(status_code=415)
        activity = parse(body)
        self._trust.matches(claims, activity)
        status, said = await self._take(activity, claims)
        if said is None:
            return Response(status_code=status)
        return Response(json.dumps(said), status, media_type="application/json")


async def _body(request: Request) -> bytes | None:
    """None for what is longer than anything Teams sends; no more of it is kept than shows that."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and (len(said) > 9 or int(said) > LARGEST_BODY):
        return None
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    return None
    except TimeoutError:
        raise UnreadableError("It did not come to an end.") from None
    return bytes(body)
