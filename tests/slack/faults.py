"""What goes wrong between the app and Slack: laid out by a test, for a method, some times over.

slack.faults.put("chat.postMessage", rate_limited(30), times=2)
held = slack.faults.put("views.open", on_hold())   # held.arrived, held.released: asyncio.Event
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Given = dict[str, Any]


@dataclass(eq=False)
class Fault:
    """`accepted`: Slack did what was asked, and the answer alone is broken."""

    error: str = ""
    more: Given = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_html: bool = False
    disconnects: bool = False
    accepted: bool = False
    holds: bool = False
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def breaks(self) -> bool:
        return bool(self.error) or self.is_html or self.disconnects

    async def hold(self) -> None:
        self.arrived.set()
        if self.holds:
            await self.released.wait()

    def answer(self, request: web.Request) -> web.StreamResponse:
        if self.disconnects:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if self.is_html:
            page = "<!DOCTYPE html><html><body>Service Unavailable</body></html>"
            return web.Response(status=self.status, text=page, content_type="text/html")
        body = {"ok": False, "error": self.error, **self.more}
        return web.json_response(body, status=self.status, headers=self.headers)


def rate_limited(seconds: int = 30) -> Fault:
    return Fault("ratelimited", status=429, headers={"Retry-After": str(seconds)})


def failed(error: str, *, accepted: bool = False, **more: Any) -> Fault:
    return Fault(error, more, accepted=accepted)


def html_page(status: int = 503, *, accepted: bool = False) -> Fault:
    return Fault(status=status, is_html=True, accepted=accepted)


def disconnected(*, accepted: bool = True) -> Fault:
    return Fault(disconnects=True, accepted=accepted)


def on_hold() -> Fault:
    """Slow, for as long as the test likes: until `released` is set."""
    return Fault(holds=True, accepted=True)


@dataclass(eq=False)
class _Put:
    method: str
    fault: Fault
    left: int | None
    when: Callable[[Given], bool]


@dataclass
class Faults:
    _put: list[_Put] = field(default_factory=list)

    def put(
        self,
        method: str,
        fault: Fault,
        *,
        times: int | None = 1,
        when: Callable[[Given], bool] = lambda args: True,
    ) -> Fault:
        """`times=None` is until `clear`; `when` looks at the arguments of the call."""
        self._put.append(_Put(method, fault, times, when))
        return fault

    def clear(self) -> None:
        for one in self._put:
            one.fault.released.set()
        self._put = []

    def take(self, method: str, args: Given) -> Fault | None:
        for one in self._put:
            if one.method == method and one.left != 0 and one.when(args):
                one.left = one.left if one.left is None else one.left - 1
                return one.fault
        return None
