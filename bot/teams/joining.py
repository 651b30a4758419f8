"""Teams joined when a process begins, and left when it ends."""

from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import Route

from bot.clock import Clock
from bot.hosts import hosts_of
from bot.running import keep_draining, running
from bot.teams.assembly import assemble
from bot.teams.calling import open_calls
from bot.teams.credentials import Proof
from bot.teams.incoming import PLATFORM
from bot.teams.keys import open_keys
from bot.teams.listening import Door
from bot.teams.posting import TeamsMessenger
from bot.teams.trusting import Trust
from prompts.bank import ServedBank
from prompts.composing.agreeing import Place


@dataclass(frozen=True, slots=True)
class Access:
    """What Teams knows us by, whose people may write to us, and where it may be found."""

    app_id: str
    proof: Proof = field(repr=False)
    tenants: Collection[str]
    openid_url: str
    token_url: str
    hosts: Collection[str]


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
    """(the platform's name, its messenger, its routes)."""
    hosts = hosts_of(access.hosts)
    async with AsyncExitStack() as stack:
        calls, _ = await stack.enter_async_context(
            open_calls(access.app_id, access.proof, access.token_url, hosts)
        )
        teams = assemble(engine, clock, bank, place, calls, access.app_id)
        # What is cut off at the end is written down, and sent by whoever comes next.
        stack.push_async_callback(teams.dealing.settle)
        await stack.enter_async_context(running(keep_draining(teams.drain, teams.book.has_news)))
        routes: list[Route] = []
        if hears:
            keys = await stack.enter_async_context(open_keys(access.openid_url))
            trust = Trust(access.app_id, keys, hosts, access.tenants)
            routes = Door(trust, teams.take).routes()
        yield PLATFORM, teams.messenger, routes
