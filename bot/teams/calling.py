"""What the app asks of Teams, in any tenant. Raises CallError, and nothing else."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import quote

import aiohttp

from bot.hosts import Hosts
from bot.pacing import Lane
from bot.payloads import Payload
from bot.sessions import open_session
from bot.teams.asking import LIMITS, Asking, Gate
from bot.teams.credentials import Credentials, Proof
from bot.teams.failing import in_a_change
from bot.teams.failures import STRANGE_ID, UNREADABLE, CallError

Activity = Mapping[str, object]

# An id is opaque, and a part of an address; nothing is known to be longer.
_LONGEST_ID = 1_000


class Calls:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def send(
        self,
        tenant: str,
        service_url: str,
        conversation: str,
        activity: Activity,
        *,
        lane: Lane = Lane.IN_TURN,
    ) -> str:
        """Returns the id of what now stands there."""
        path = f"/{_id(conversation)}/activities"
        said = await self._asking.ask(
            "POST", tenant, service_url, path, conversation, lane=lane, json=activity
        )
        return _words(said, "id")

    async def update(
        self,
        tenant: str,
        service_url: str,
        conversation: str,
        message: str,
        activity: Activity,
        *,
        lane: Lane = Lane.AT_ONCE,
    ) -> None:
        """Done twice, it changes nothing more."""
        await self._asking.ask(
            "PUT",
            tenant,
            service_url,
            f"/{_id(conversation)}/activities/{_id(message)}",
            conversation,
            lane=lane,
            json={**activity, "id": message},
            meaning=in_a_change,
        )

    async def create(
        self, tenant: str, service_url: str, bot: str, user: str, *, lane: Lane = Lane.IN_TURN
    ) -> str:
        """A conversation with one person; returns its id. Done twice, Teams answers with the same
        one."""
        whole = {
            "isGroup": False,
            "bot": {"id": bot},
            "members": [{"id": user}],
            "tenantId": tenant,
            # Without it Teams looks for the tenant in vain.
            "channelData": {"tenant": {"id": tenant}},
        }
        said = await self._asking.ask("POST", tenant, service_url, "", user, lane=lane, json=whole)
        return _words(said, "id")

    async def member(
        self,
        tenant: str,
        service_url: str,
        conversation: str,
        user: str,
        *,
        lane: Lane = Lane.AT_ONCE,
    ) -> Payload:
        path = f"/{_id(conversation)}/members/{_id(user)}"
        said = await self._asking.ask("GET", tenant, service_url, path, conversation, lane=lane)
        _words(said, "id")
        return said


@asynccontextmanager
async def open_calls(
    app_id: str,
    proof: Proof,
    token_url: str,
    hosts: Hosts,
    *,
    gate: Gate | None = None,
    limits: aiohttp.ClientTimeout = LIMITS,
) -> AsyncIterator[tuple[Calls, Credentials]]:
    """For as long as the process serves; closed when it stops."""
    async with open_session(limits) as session:
        credentials = Credentials(session, app_id, proof, token_url)
        try:
            yield Calls(Asking(session, credentials, hosts, gate)), credentials
        finally:
            await credentials.close()


def _id(given: str) -> str:
    """As a part of an address, whatever is in it. Raises CallError for what cannot be one."""
    if not given or len(given) > _LONGEST_ID or given in {".", ".."} or not given.isprintable():
        raise CallError(STRANGE_ID)
    return quote(given, safe="")


def _words(said: Payload, name: str) -> str:
    found = said.get(name)
    if not isinstance(found, str) or not found:
        raise CallError(UNREADABLE)
    return found
