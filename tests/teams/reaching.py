"""The plainest client of the connector there can be: five calls, and whatever came back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.teams import FakeTeams
from tests.teams.people import Person

Given = dict[str, Any]


@dataclass(frozen=True)
class Came:
    status: int
    body: Any
    text: str
    headers: dict[str, str]

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"]) if isinstance(self.body, dict) else ""


@dataclass
class Client:
    teams: FakeTeams
    session: aiohttp.ClientSession
    token: str

    async def calls(self, method: str, url: str, body: Given | None = None) -> Came:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.request(method, url, json=body, headers=headers) as response:
            text = await response.text()
            kind = response.content_type == "application/json" and text
            told = dict(response.headers)
            return Came(response.status, await response.json() if kind else None, text, told)

    def chat(self, person: Person) -> str:
        where = self.teams.conversation(person)
        return f"{person.tenant.service_url}v3/conversations/{where.id}"

    async def sends(self, person: Person, body: Given) -> Came:
        return await self.calls("POST", f"{self.chat(person)}/activities", body)

    async def updates(self, person: Person, name: str, body: Given) -> Came:
        return await self.calls("PUT", f"{self.chat(person)}/activities/{name}", body)

    async def deletes(self, person: Person, name: str) -> Came:
        return await self.calls("DELETE", f"{self.chat(person)}/activities/{name}")

    async def creates(self, person: Person, **more: Any) -> Came:
        body: Given = {"bot": {"id": self.teams.bot}, "members": [{"id": person.id}]}
        body |= {"isGroup": False, "channelData": {"tenant": {"id": person.tenant.id}}}
        url = f"{person.tenant.service_url}v3/conversations"
        return await self.calls("POST", url, {**body, **more})

    async def looks_up(self, person: Person, member: str = "") -> Came:
        return await self.calls("GET", f"{self.chat(person)}/members/{member or person.id}")


@asynccontextmanager
async def a_client(teams: FakeTeams) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(teams, session, teams.tokens.gives())
