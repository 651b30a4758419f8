"""Each event is taken once, however often and wherever it is delivered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.tables import Receipt


async def first_time(db: AsyncSession, workspace_id: UUID, event_id: str, now: datetime) -> bool:
    """True means: this event was never seen, and now it has been.

    Two processes with the same event wait for each other here; the second hears False.
    """
    row = {"workspace_id": workspace_id, "event_id": event_id, "received_at": now}
    return await insert_or_leave(db, Receipt, [row]) == 1


async def forget_receipt(db: AsyncSession, workspace_id: UUID, event_id: str) -> None:
    """As if it had not been seen: it changed nothing."""
    await db.exec(
        delete(Receipt).where(
            col(Receipt.workspace_id) == workspace_id, col(Receipt.event_id) == event_id
        )
    )


async def drop_receipts(db: AsyncSession, before: datetime) -> int:
    """Forget old events. Returns how many."""
    gone: CursorResult[Any] = await db.exec(
        delete(Receipt).where(col(Receipt.received_at) < before)
    )
    return gone.rowcount
