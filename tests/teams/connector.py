"""The connector under a service URL: what the app calls to reach people."""

import asyncio
from typing import Any

from aiohttp import web

from tests.teams.calls import Call, Operation, RefusedError, bearer, body_of
from tests.teams.conversing import Conversing
from tests.teams.faults import Faults
from tests.teams.limits import Limits
from tests.teams.people import Tenant
from tests.teams.tokens import Tokens
from tests.teams.world import Conversation, World

_WRITES: set[Operation] = {"send", "update", "delete"}
_DENIED = "Authorization has been denied for this request."
_ONCE_MORE = "Precondition failed: another operation on the conversation is under way."


class Connector:
    def __init__(self, world: World, faults: Faults, tokens: Tokens) -> None:
        self.world, self.faults, self.tokens = world, faults, tokens
        self.conversing = Conversing(world)
        self.limits = Limits()
        self.calls: list[Call] = []
        self.changed = asyncio.Condition()
        self._busy: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        found = []
        for root in ("/{region}/{tenant}", "/teams"):
            where = root + "/v3/conversations"
            one = where + "/{conversation}"
            found += [
                web.post(where, self._serves("create")),
                web.post(one + "/activities", self._serves("send")),
                web.post(one + "/activities/{activity}", self._serves("send")),
                web.put(one + "/activities/{activity}", self._serves("update")),
                web.delete(one + "/activities/{activity}", self._serves("delete")),
                web.get(one + "/members", self._serves("members")),
                web.get(one + "/pagedmembers", self._serves("members")),
                web.get(one + "/members/{member}", self._serves("member")),
            ]
        return found

    def _serves(self, operation: Operation) -> Any:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                return await self._serve(operation, request)
            finally:
                async with self.changed:
                    self.changed.notify_all()

        return serve

    async def _serve(self, operation: Operation, request: web.Request) -> web.StreamResponse:
        named = request.match_info
        where, what, who = (named.get(it, "") for it in ("conversation", "activity", "member"))
        call = Call(operation, request.method, request.path, where, what, who, {}, bearer(request))
        self.calls.append(call)
        try:
            if request.method in {"POST", "PUT"}:
                call.body = await body_of(request)
            return await self._met(call, request)
        except RefusedError as refused:
            call.status, call.answer = refused.status, refused.body
            return refused.response()

    async def _met(self, call: Call, request: web.Request) -> web.StreamResponse:
        """One write at a time in a conversation, from when it came to when it was answered."""
        if call.operation not in _WRITES:
            return await self._through_faults(call, request)
        if call.conversation in self._busy:
            raise RefusedError(412, "PreconditionFailed", _ONCE_MORE)
        self._busy.add(call.conversation)
        try:
            return await self._through_faults(call, request)
        finally:
            self._busy.discard(call.conversation)

    async def _through_faults(self, call: Call, request: web.Request) -> web.StreamResponse:
        fault = self.faults.take(call)
        if fault is not None:
            await fault.hold()
            if fault.breaks and not fault.accepted:
                call.status = fault.status
                return fault.answer(request)
        answer = self._answer(call, request)
        if fault is not None and fault.breaks:
            call.status, call.answer = fault.status, answer
            return fault.answer(request)
        call.answer = answer
        call.status = 201 if call.operation in {"send", "create"} else 200
        if answer is None:
            return web.Response(status=call.status)
        return web.json_response(answer, status=call.status)

    def _answer(self, call: Call, request: web.Request) -> Any:
        if not self.tokens.takes(call.token):
            raise RefusedError(401, "Unauthorized", _DENIED)
        if not self.world.registered:
            raise RefusedError(401, "BotNotRegistered", "No registered bot found.")
        tenant = self._tenant(request)
        if call.operation == "create":
            self._wait(call, call.body.get("channelData", {}).get("tenant", {}).get("id", ""))
            return self.conversing.create(call, tenant)
        conversation = self._conversation(call, tenant)
        self._wait(call, conversation.tenant.id)
        match call.operation:
            case "send":
                return self.conversing.send(call, conversation)
            case "update":
                return self.conversing.update(call, conversation)
            case "delete":
                return self.conversing.delete(call, conversation)
            case "member":
                return self.conversing.member(call, conversation)
        found = self.conversing.members(call, conversation)
        return {"members": found} if "pagedmembers" in call.path else found

    def _tenant(self, request: web.Request) -> Tenant | None:
        """A tenant's own address knows no other tenant; the one for all knows each."""
        named = request.match_info.get("tenant")
        if named is None:
            return None
        tenant = self.world.tenants.get(named)
        if tenant is None:
            raise RefusedError(404, "ResourceNotFound", "No such service.")
        return tenant

    def _conversation(self, call: Call, tenant: Tenant | None) -> Conversation:
        found = self.world.conversations.get(call.conversation)
        if found is None or (tenant is not None and found.tenant is not tenant):
            raise RefusedError(404, "ConversationNotFound", "Conversation not found.")
        return found

    def _wait(self, call: Call, tenant: str) -> None:
        now = self.world.now()
        seconds = self.limits.wait(tenant, call.operation, call.conversation, now)
        if seconds:
            after = seconds if self.limits.tell_when else None
            raise RefusedError(429, "Throttled", "Too many requests.", retry_after=after)
