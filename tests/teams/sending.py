"""How Teams hands something to the app: an activity of a person's, with a token of its own.

What is sent is kept, so that a test can send it again as Teams does.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from tests.teams.people import Given, Person
from tests.teams.signing import Signer
from tests.teams.world import BOT, NAME, Conversation, World


@dataclass(frozen=True)
class Answer:
    """What the app answered. A status of 0: nothing came, and `text` says what happened."""

    status: int
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    activity: Given = field(default_factory=dict)
    seconds: float = 0.0

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
    def __init__(self, world: World, signer: Signer) -> None:
        self.world = world
        self.signer = signer
        self.messages_url = ""
        self.patience = 30.0  # Teams' is 10 to 15 s; a busy machine is no defect
        self.invoke_patience = 5.0  # and this is Teams' own, since somebody waits before a button
        self.sent: list[Given] = []
        self._session: aiohttp.ClientSession | None = None

    async def sends(self, activity: Given, *, authorization: str | None = None) -> Answer:
        """Any activity, as Teams sends it. `authorization` stands instead of the good header."""
        self.sent.append(activity)
        if authorization is None:
            authorization = f"Bearer {self.signer.token(activity.get('serviceUrl', ''))}"
        body = json.dumps(activity, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", **_unsigned(activity)}
        if authorization:
            headers["Authorization"] = authorization
        return await self.sends_raw(body, headers, activity)

    async def redelivers(self, answer: Answer) -> Answer:
        """The same activity once more, with a new token, as after an answer that never came."""
        return await self.sends(answer.activity)

    async def sends_raw(
        self, body: bytes, headers: dict[str, str], activity: Given | None = None
    ) -> Answer:
        """Bytes and headers as a test makes them by hand."""
        assert self.messages_url, "no messages_url: Teams was not told where the app is"
        is_invoke = (activity or {}).get("type") == "invoke"
        agent = {"User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)"}
        timeout = aiohttp.ClientTimeout(total=self.invoke_patience if is_invoke else self.patience)
        began = time.monotonic()
        try:
            async with self._http().post(
                self.messages_url, data=body, headers={**agent, **headers}, timeout=timeout
            ) as response:
                text = await response.text()
        except TimeoutError:
            return Answer(0, "timeout", {}, activity or {}, time.monotonic() - began)
        except aiohttp.ClientError:
            return Answer(0, "connection failed", {}, activity or {}, time.monotonic() - began)
        told = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, text, told, activity or {}, time.monotonic() - began)

    # Parts of an activity

    def activity(self, person: Person, where: Conversation, kind: str, **more: Any) -> Given:
        """What stands in each activity of a person's."""
        return {
            "type": kind,
            "timestamp": _moment(self.world.now()),
            "id": more.pop("id", None) or self._known(where, self.world.new_id("f")),
            "channelId": "msteams",
            "serviceUrl": person.tenant.service_url,
            "from": person.account,
            "conversation": _placed(where),
            "recipient": {"id": BOT, "name": NAME},
            "channelData": _channel(where),
            **more,
        }

    def by_client(self, person: Person) -> Given:
        """What a client adds, and what comes without a client does not have."""
        zone = ZoneInfo(person.zone) if person.zone else None
        country = person.locale.partition("-")[2]
        info: Given = {"locale": person.locale, "country": country, "platform": "Windows"}
        added: Given = {"locale": person.locale}
        if zone is not None:
            info["timezone"] = added["localTimezone"] = person.zone
            local = self.world.now().astimezone(zone)
            added["localTimestamp"] = local.isoformat(timespec="milliseconds")
        return {**added, "entities": [{**info, "type": "clientInfo"}]}

    @staticmethod
    def _known(where: Conversation, name: str) -> str:
        where.known.add(name)
        return name

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(auto_decompress=True)
        return self._session

    async def closes(self) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)


def _unsigned(activity: Given) -> dict[str, str]:
    """For finding a request in a log, and for nothing else."""
    conversation, data = activity.get("conversation"), activity.get("channelData")
    tenant = data.get("tenant") if isinstance(data, dict) else None
    named = {"x-ms-conversation-id": conversation, "x-ms-tenant-id": tenant}
    ids = {name: it.get("id") for name, it in named.items() if isinstance(it, dict)}
    return {name: it for name, it in ids.items() if isinstance(it, str) and it.isprintable()}


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _placed(where: Conversation) -> Given:
    placed = {"conversationType": where.kind, "tenantId": where.tenant.id, "id": where.id}
    if where.kind == "personal":
        return placed
    return {"isGroup": True, **placed, **({"name": where.name} if where.name else {})}


def _channel(where: Conversation) -> Given:
    data: Given = {"tenant": {"id": where.tenant.id}}
    if where.kind == "channel":
        data |= {"teamsChannelId": where.id, "teamsTeamId": f"{where.id}-team"}
        data |= {"channel": {"id": where.id}, "team": {"id": f"{where.id}-team"}}
    return data
