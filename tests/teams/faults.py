"""What goes wrong between the app and Microsoft: laid out by a test, for an operation.

teams.faults.put("send", throttled(30), times=2)
held = teams.faults.put("send", on_hold())   # held.arrived, held.released: asyncio.Event

Operations: send, update, delete, create, member, members; token; openid, keys.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.teams.calls import Call, Operation, RefusedError

HTML = "<!DOCTYPE html><html><body>Something is wrong here.</body></html>"


@dataclass(eq=False)
class Fault:
    """`accepted`: Teams did what was asked, and the answer alone is broken."""

    status: int = 0
    refused: RefusedError | None = None
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    disconnects: bool = False
    accepted: bool = False
    holds: bool = False
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def breaks(self) -> bool:
        return bool(self.status) or self.disconnects

    async def hold(self) -> None:
        self.arrived.set()
        if self.holds:
            await self.released.wait()

    def answer(self, request: web.Request) -> web.StreamResponse:
        if self.disconnects:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if self.refused is not None:
            return self.refused.response()
        kind = "text/html" if self.body.startswith("<") else "application/json"
        body = self.body or None
        return web.Response(status=self.status, text=body, headers=self.headers, content_type=kind)


def refused(status: int, code: str, message: str = "", *, sub_code: str = "") -> Fault:
    """As Teams says it: 403 ConversationBlockedByUser, 412 PreconditionFailed …"""
    return Fault(status, RefusedError(status, code, message or f"{code}.", sub_code=sub_code))


def throttled(seconds: float | None = 30) -> Fault:
    """`None`: without a Retry-After, which Teams does not always send."""
    return Fault(429, RefusedError(429, "Throttled", "Too many requests.", retry_after=seconds))


def html_page(status: int = 502, *, accepted: bool = False) -> Fault:
    return Fault(status, body=HTML, accepted=accepted)


def empty(status: int = 504, *, accepted: bool = False) -> Fault:
    return Fault(status, accepted=accepted)


def says(status: int, body: str, *, accepted: bool = False, **headers: str) -> Fault:
    """Anything else, word for word."""
    return Fault(status, body=body, accepted=accepted, headers=headers)


def disconnected(*, accepted: bool = True) -> Fault:
    return Fault(disconnects=True, accepted=accepted)


def on_hold() -> Fault:
    """Slow, for as long as the test likes: until `released` is set."""
    return Fault(holds=True, accepted=True)


@dataclass(eq=False)
class _Put:
    operation: Operation
    fault: Fault
    left: int | None
    when: Callable[[Call], bool]


@dataclass
class Faults:
    _put: list[_Put] = field(default_factory=list)

    def put(
        self,
        operation: Operation,
        fault: Fault,
        *,
        times: int | None = 1,
        when: Callable[[Call], bool] = lambda call: True,
    ) -> Fault:
        """`times=None` is until `clear`; `when` looks at the call."""
        self._put.append(_Put(operation, fault, times, when))
        return fault

    def clear(self) -> None:
        for one in self._put:
            one.fault.released.set()
        self._put = []

    def take(self, call: Call) -> Fault | None:
        for one in self._put:
            if one.operation == call.operation and one.left != 0 and one.when(call):
                one.left = one.left if one.left is None else one.left - 1
                return one.fault
        return None
