"""Teams joined when a process begins, and left when it ends."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import Route

from bot.clock import Clock
from bot.hosts import hosts_of
from bot.running import keep_draining, running
from bot.teams.assembly import assemble
from bot.teams.calling import open_calls
from bot.teams.credentials import Credentials, Proof
from bot.teams.incoming import PLATFORM
from bot.teams.keys import open_keys
from bot.teams.listening import Door
from bot.teams.posting import TeamsMessenger
from bot.teams.trusting import Trust
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place
from scheduler.delivery import DeliveryError

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """What Teams knows us by, whose people may write to us, and where it may be found."""

    app_id: str
    proof: Proof = field(repr=False)
    tenants: Collection[str]
    openid_url: str
    token_url: str
    hosts: Collection[str]


class SecretRefusedError(Exception):
    """Microsoft does not let the app in; str() gives the reason in our words."""


@asynccontextmanager
async def in_teams(
    engine: AsyncEngine,
    clock: Clock,
    bank: ServedBank,
    place: Place,
    access: Access,
    *,
    hears: bool,
) -> AsyncIterator[tuple[str, TeamsMessenger, list[Route]]]:
    """(the platform's name, its messenger, its routes). Raises SecretRefusedError."""
    hosts = hosts_of(access.hosts)
    async with AsyncExitStack() as stack:
        calls, credentials = await stack.enter_async_context(
            open_calls(access.app_id, access.proof, access.token_url, hosts)
        )
        await _sign_in(credentials)
        teams = assemble(engine, clock, bank, place, calls, access.app_id)
        # What is cut off at the end is written down, and sent by whoever comes next.
        stack.push_async_callback(teams.dealing.settle)
        # Beside each other: what cannot be sent holds up nothing that comes.
        await stack.enter_async_context(running(keep_draining(teams.take_in, teams.book.has_news)))
        await stack.enter_async_context(running(keep_draining(teams.send_out, asyncio.Event())))
        routes: list[Route] = []
        if hears:
            keys = await stack.enter_async_context(open_keys(access.openid_url))
            # Or the first who writes would wait for them.
            await keys.refresh()
            trust = Trust(access.app_id, keys, hosts, access.tenants)
            routes = Door(trust, teams.take).routes()
        yield PLATFORM, teams.messenger, routes


async def _sign_in(credentials: Credentials) -> None:
    """A wrong secret shows now, and not at the first message."""
    try:
        await credentials.token()
    except DeliveryError as error:
        if error.permanent:
            raise SecretRefusedError(str(error)) from None
        logger.warning("microsoft was not reached")
