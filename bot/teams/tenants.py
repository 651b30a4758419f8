"""Each tenant is a workspace of its own, made when it first speaks to us."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.teams.incoming import PLATFORM
from storage.engine import transaction
from storage.installations import settle_workspace


class Tenants:
    """Which tenants may speak to us was seen to before."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._known: dict[str, UUID] = {}

    async def workspace(self, tenant: str) -> UUID:
        """Raises NotKeptError."""
        if tenant not in self._known:
            async with transaction(self._engine) as db:
                found = await settle_workspace(db, PLATFORM, tenant)
            self._known[tenant] = found
        return self._known[tenant]
