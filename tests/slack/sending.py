"""How Slack hands something to the app: signed over HTTP, or in an envelope where a socket is open.

What is sent is kept, so that a test can send it again as Slack does.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp

from tests.slack.people import Given, Workspace
from tests.slack.workspace import APP_ID, World

Kind = Literal["events_api", "interactive", "slash_commands"]
VERIFICATION = "the-old-verification-token"


@dataclass(eq=False)
class Sent:
    kind: Kind
    payload: Given
    is_form: bool = False

    @property
    def body(self) -> bytes:
        if self.kind == "interactive":
            return urlencode({"payload": json.dumps(self.payload)}).encode()
        if self.is_form:
            return urlencode(self.payload).encode()
        return json.dumps(self.payload).encode()

    @property
    def content_type(self) -> str:
        form = self.is_form or self.kind == "interactive"
        return "application/x-www-form-urlencoded" if form else "application/json"


@dataclass(frozen=True)
class Answer:
    """What the app answered. A status of 0: nothing came, and `text` says what happened."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)
    sent: Sent | None = None

    @property
    def body(self) -> Any:
        """The JSON in it; the text where it is none."""
        try:
            return json.loads(self.text) if self.text else None
        except ValueError:
            return self.text

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


class Sending:
    def __init__(self, world: World, signing_secret: str) -> None:
        self.world = world
        self.signing_secret = signing_secret
        self.events_url = ""
        self.patience = 30.0  # Slack's is 3 s; a busy machine is no defect
        self.retries = False  # True: what is not taken comes up to three times more, at once
        self.sent: list[Sent] = []
        self.through_socket: Callable[[Sent], Awaitable[Answer]] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Answer]] = set()

    # Events

    async def sends_event(
        self, workspace: Workspace, event: Given, *, shared: bool = False
    ) -> Answer:
        """Any event, wrapped and signed as Slack does. `shared`: with another organisation."""
        moment = self.world.now().timestamp()
        event.setdefault("event_ts", self.world.new_ts())
        authorization = {
            "enterprise_id": workspace.enterprise or None,
            "team_id": workspace.id,
            "user_id": workspace.bot.id,
            "is_bot": True,
            "is_enterprise_install": workspace.of_all,
        }
        payload: Given = {
            "token": VERIFICATION,
            "team_id": workspace.id,
            "context_team_id": workspace.id,
            "context_enterprise_id": workspace.enterprise or None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": self.world.new_id("Ev"),
            "event_time": int(moment),
            "authorizations": [authorization],
            "is_ext_shared_channel": shared,
            "event_context": f"4-{self.world.new_id('e')}",
        }
        if workspace.enterprise:
            payload["enterprise_id"] = workspace.enterprise
        return await self.sends(Sent("events_api", payload))

    async def redelivers(
        self, answer: Answer | Sent, num: int = 1, reason: str = "http_timeout"
    ) -> Answer:
        """The same event once more: same event_id, new signature."""
        sent = answer.sent if isinstance(answer, Answer) else answer
        assert sent is not None
        assert sent.kind == "events_api", "Slack sends events again, and nothing else"
        return await self._deliver(
            sent, {"x-slack-retry-num": str(num), "x-slack-retry-reason": reason}
        )

    # Anything

    async def sends(self, sent: Sent) -> Answer:
        self.sent.append(sent)
        if self.through_socket is not None:
            return await self.through_socket(sent)
        answer = await self._deliver(sent, {})
        retries = 3 if self.retries and sent.kind == "events_api" else 0
        for num in range(1, retries + 1):
            if answer.is_taken or answer.headers.get("x-slack-no-retry") == "1":
                break
            answer = await self.redelivers(
                sent, num, "http_error" if answer.status else answer.text
            )
        return answer

    def sends_later(self, sending: Awaitable[Answer]) -> None:
        """While the app still waits for the answer to its own call. `settled` waits for it."""
        task = asyncio.ensure_future(sending)
        self._tasks.add(task)

    async def settled(self) -> list[Answer]:
        """Everything that Slack was about to send has been sent: the answers to it."""
        answers: list[Answer] = []
        while self._tasks:
            them, self._tasks = self._tasks, set()
            answers += await asyncio.gather(*them)
        return answers

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers that prove it: for requests that a test makes by hand, too."""
        moment = str(int(self.world.now().timestamp()))
        base = b"v0:" + moment.encode() + b":" + body
        signature = hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={signature}"}

    async def _deliver(self, sent: Sent, more: dict[str, str]) -> Answer:
        assert self.events_url, "no events_url: Slack was not told where the app is"
        body = sent.body
        headers = {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept": "application/json,*/*",
            "Content-Type": sent.content_type,
            **self.signed(body),
            **more,
        }
        try:
            async with self._http().post(self.events_url, data=body, headers=headers) as response:
                text = await response.text()
                told = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, text, told, sent)
        except TimeoutError:
            return Answer(0, "http_timeout", {}, sent)
        except aiohttp.ClientError:
            return Answer(0, "connection_failed", {}, sent)

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self.patience)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session

    async def closes(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
