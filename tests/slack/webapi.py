"""The Web API under /api/, and the response URLs: what the app calls."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

from aiohttp import web

from tests.slack.calls import Call, Caller, RefusedError, parsed, read_call
from tests.slack.chatting import Chatting, Happened
from tests.slack.faults import Faults, rate_limited
from tests.slack.knowing import Knowing
from tests.slack.limits import Limits
from tests.slack.people import Given
from tests.slack.viewing import Viewing
from tests.slack.workspace import Answering, Post, World

Method = Callable[[Caller, Given], Given]
_RESPONSE_URL_LASTS = timedelta(minutes=30)
# conversations.history of a channel asks for more than this, by itself.
SCOPE_OF = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "conversations.open": "im:write",
    "conversations.history": "im:history",
    "conversations.replies": "im:history",
    "users.info": "users:read",
    "users.list": "users:read",
    "team.info": "team:read",
}


class WebApi:
    def __init__(
        self,
        world: World,
        faults: Faults,
        tell: Callable[[Happened], None],
        by_themselves: Mapping[str, Callable[[Call], Given]],
    ) -> None:
        """`by_themselves`: the methods that a workspace's token is not for."""
        self.world, self.faults, self.tell = world, faults, tell
        self.by_themselves = by_themselves
        self.calls: list[Call] = []
        self.limits = Limits()
        self.changed = asyncio.Condition()
        self.chatting, self.viewing = Chatting(world), Viewing(world)
        knowing = Knowing(world)
        self.methods: dict[str, Method] = {
            "chat.postMessage": self.chatting.post_message,
            "chat.postEphemeral": self.chatting.post_ephemeral,
            "chat.update": self.chatting.update,
            "chat.delete": self.chatting.delete,
            "conversations.open": self.chatting.open,
            "conversations.history": self.chatting.history,
            "conversations.replies": self.chatting.replies,
            "views.open": self.viewing.open,
            "views.push": self.viewing.push,
            "views.update": self.viewing.update,
            "views.publish": self.viewing.publish,
            "users.info": knowing.users_info,
            "users.list": knowing.users_list,
            "auth.test": knowing.auth_test,
            "auth.revoke": knowing.auth_revoke,
            "team.info": knowing.team_info,
        }

    # /api/<method>

    async def serve(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._serve(request)
        finally:
            await self._say_so()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            call = await read_call(request)
        except RefusedError as refused:
            return web.json_response(refused.answer)
        self.calls.append(call)
        fault = self.faults.take(call.method, call.args)
        if fault is not None:
            await fault.hold()
            if fault.breaks and not fault.accepted:
                return fault.answer(request)
        if seconds := self._must_wait(call):
            call.answer = {"ok": False, "error": "ratelimited"}
            return rate_limited(seconds).answer(request)
        call.answer = self._answer(call)
        self._tell_what_happened()
        if fault is not None and fault.breaks:
            return fault.answer(request)
        token = self.world.tokens.get(call.token)
        scopes = {"x-oauth-scopes": ",".join(sorted(token.scopes))} if token else {}
        return web.json_response(call.answer, headers=scopes)

    def _must_wait(self, call: Call) -> int:
        token = self.world.tokens.get(call.token)
        team = token.team if token else ""
        return self.limits.wait(team, call.method, call.args, self.world.now())

    def _answer(self, call: Call) -> Given:
        try:
            if call.method in self.by_themselves:
                return self.by_themselves[call.method](call)
            method = self.methods.get(call.method, _unknown_method)
            return method(self._caller(call), parsed(call.args))
        except RefusedError as refused:
            return refused.answer

    def _caller(self, call: Call) -> Caller:
        if not call.token:
            raise RefusedError("not_authed")
        token = self.world.tokens.get(call.token)
        if token is None:
            raise RefusedError("invalid_auth")
        if token.refused:
            raise RefusedError(token.refused)
        if token.kind != "bot":
            raise RefusedError("not_allowed_token_type")
        needed = SCOPE_OF.get(call.method)
        if needed and needed not in token.scopes:
            provided = ",".join(sorted(token.scopes))
            raise RefusedError("missing_scope", needed=needed, provided=provided)
        return Caller(token, self.world.workspaces[token.team])

    async def _say_so(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def _tell_what_happened(self) -> None:
        happened, self.chatting.happened = self.chatting.happened, []
        for one in happened:
            self.tell(one)

    # /respond/<team>/<number>/<secret>

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """A response_url. In the list of calls its method is `response_url`."""
        try:
            return await self._respond_to(request)
        finally:
            await self._say_so()

    async def _respond_to(self, request: web.Request) -> web.StreamResponse:
        args = await request.json()
        call = Call("response_url", args, "", "json")
        self.calls.append(call)
        fault = self.faults.take(call.method, args)
        if fault is not None:
            await fault.hold()
            if fault.breaks and not fault.accepted:
                return fault.answer(request)
        call.answer = self._responded(self.world.answering.get(request.match_info["name"]), args)
        if fault is not None and fault.breaks:
            return fault.answer(request)
        if call.answer["ok"]:
            return web.Response(text="ok")
        gone = call.answer["error"] in {"used_url", "expired_url"}
        return web.json_response(call.answer, status=404 if gone else 400)

    def _responded(self, answering: Answering | None, args: Given) -> Given:
        try:
            self._respond(self._still(answering), parsed(args))
        except RefusedError as refused:
            return refused.answer
        return {"ok": True}

    def _still(self, answering: Answering | None) -> Answering:
        if answering is None or answering.left == 0:
            raise RefusedError("used_url")
        if self.world.is_stale(answering.given_at, _RESPONSE_URL_LASTS):
            raise RefusedError("expired_url")
        answering.left -= 1
        return answering

    def _respond(self, answering: Answering, args: Given) -> None:
        posts = self.world.conversations[answering.channel].posts
        was = answering.post
        if args.get("delete_original"):
            if was in posts:
                posts.remove(was)
            return
        team = answering.person.team
        new = self.chatting.compose(team, answering.channel, args, most=40_000)
        if args.get("replace_original") and was is not None:
            if was not in posts:
                raise RefusedError("message_not_found")
            self._replace(was, new, keeps="metadata" not in args)
            return
        if args.get("response_type") != "in_channel":
            new.ephemeral_to = answering.person.id
        new.thread_ts = args.get("thread_ts", "")
        posts.append(new)

    @staticmethod
    def _replace(was: Post, new: Post, *, keeps: bool) -> None:
        was.text, was.blocks, was.edited, was.typed = new.text, new.blocks, new.ts, {}
        was.metadata = was.metadata if keeps else new.metadata


def _unknown_method(by: Caller, args: Given) -> Given:
    raise RefusedError("unknown_method")
