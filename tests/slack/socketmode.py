"""Socket Mode: the app calls Slack, and what would come over HTTP comes in envelopes.

token = slack.turns_on_socket_mode()        # xapp-…, for SocketModeClient or Bolt's handler
await slack.sockets.connected()             # the app has said hello
answer = await slack.says(amara, "Hello")   # waits for the acknowledgement
"""

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSMsgType, web

from tests.slack.calls import Call, RefusedError
from tests.slack.people import Given, Token
from tests.slack.sending import Answer, Sent
from tests.slack.workspace import APP_ID, World

MOST = 10


@dataclass(eq=False)
class Envelope:
    id: str
    sent: Sent
    attempt: int = 0
    acked: asyncio.Future[Given] = field(default_factory=asyncio.Future)

    def shown(self) -> Given:
        shown: Given = {"envelope_id": self.id, "type": self.sent.kind}
        shown |= {"payload": self.sent.payload}
        shown["accepts_response_payload"] = self.sent.kind != "events_api"
        if self.sent.kind == "events_api":
            shown |= {"retry_attempt": self.attempt}
            shown |= {"retry_reason": "timeout" if self.attempt else ""}
        return shown


class Sockets:
    def __init__(self, world: World) -> None:
        self.world = world
        self.address = ""
        self.patience = 30.0
        self.tickets: set[str] = set()
        self.open: list[web.WebSocketResponse] = []
        self.pending: dict[str, Envelope] = {}
        self.said: list[Given] = []  # what the app sent back, in order
        self.hearing = asyncio.Event()  # cleared before the app connects: no ping is answered
        self.hearing.set()
        self._changed = asyncio.Condition()
        self._lines: list[asyncio.Transport] = []

    # apps.connections.open

    def open_connection(self, call: Call) -> Given:
        token = self._app_token(call)
        if "connections:write" not in token.scopes:
            raise RefusedError("missing_scope", needed="connections:write", provided="")
        ticket = uuid.uuid4().hex
        self.tickets.add(ticket)
        return {"ok": True, "url": f"{self.address}?ticket={ticket}&app_id={APP_ID}"}

    def _app_token(self, call: Call) -> Token:
        token = self.world.tokens.get(call.token)
        if token is None:
            raise RefusedError("invalid_auth" if call.token else "not_authed")
        if token.kind != "app":
            raise RefusedError("not_allowed_token_type")
        return token

    # The socket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=403)  # an address is good for one connection
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if request.transport is not None:
            self._lines.append(request.transport)
        if len(self.open) >= MOST:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        await socket.send_json(self._hello())
        await self._arrives(socket)
        try:
            await self.hearing.wait()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._hears(json.loads(message.data))
        finally:
            await self._leaves(socket)
        return socket

    def _hello(self) -> Given:
        info = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 3600}
        return {
            "type": "hello",
            "num_connections": len(self.open) + 1,
            "debug_info": info,
            "connection_info": {"app_id": APP_ID},
        }

    def _hears(self, said: Given) -> None:
        self.said.append(said)
        envelope = self.pending.get(said.get("envelope_id", ""))
        if envelope is not None and not envelope.acked.done():
            envelope.acked.set_result(said)

    async def _arrives(self, socket: web.WebSocketResponse) -> None:
        """Whatever nobody took comes to whoever is there now."""
        async with self._changed:
            self.open.append(socket)
            self._changed.notify_all()
        await self.redelivers_unacked()

    async def _leaves(self, socket: web.WebSocketResponse) -> None:
        async with self._changed:
            self.open.remove(socket)
            self._changed.notify_all()

    # What a test does

    async def connected(self, many: int = 1) -> None:
        """Until this many connections stand."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.open) == many)

    async def deliver(self, sent: Sent) -> Answer:
        """To one of the connections; where there is none, to the next that comes."""
        envelope = Envelope(str(uuid.uuid4()), sent)
        self.pending[envelope.id] = envelope
        if self.open:
            await self._send(envelope)
        try:
            said = await asyncio.wait_for(envelope.acked, self.patience)
        except TimeoutError:
            return Answer(0, "timeout", {}, sent)
        finally:
            del self.pending[envelope.id]
        payload = said.get("payload")
        if payload and sent.kind == "events_api":
            raise AssertionError("an envelope of an event accepts no payload")
        return Answer(200, json.dumps(payload) if payload else "", {}, sent)

    async def redelivers_unacked(self) -> None:
        """Slack has waited long enough for these."""
        for envelope in list(self.pending.values()):
            if not envelope.acked.done():
                envelope.attempt += 1
                await self._send(envelope)

    async def disconnects(
        self, reason: Literal["warning", "refresh_requested", "link_disabled"] = "refresh_requested"
    ) -> None:
        """Slack says that it will hang up; the app connects anew."""
        for socket in list(self.open):
            told = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
            await socket.send_json(told)

    async def closes(self) -> None:
        """Hangs up without a word before; the app connects anew."""
        for socket in list(self.open):
            await socket.close()

    def breaks(self) -> None:
        """The lines break, and nobody says so. A client left behind does not call again at once."""
        for transport in self._lines:
            transport.abort()

    async def _send(self, envelope: Envelope) -> None:
        """In turn, so that with two connections each gets every other one."""
        socket = self.open[len(self.said) % len(self.open)]
        await socket.send_json(envelope.shown())
