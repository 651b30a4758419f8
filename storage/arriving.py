"""Our own message came back from the platform: so its nudge arrived, whatever was answered then."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Nudge, NudgeState

# Begun at least once, and said by somebody not to have arrived, or not surely.
_DOUBTED = (NudgeState.READY, NudgeState.LEASED, NudgeState.IN_DOUBT)


async def note_arrived(
    db: AsyncSession, workspace_id: UUID, nudge_id: UUID, message_id: str
) -> bool:
    """In which message it stands, where nobody knew yet. Whoever is sending it at this moment
    settles it; where they are gone, whoever looks into it finds this."""
    done: CursorResult[Any] = await db.exec(
        update(Nudge)
        .where(col(Nudge.id) == nudge_id, col(Nudge.workspace_id) == workspace_id)
        .where(col(Nudge.message_id) == "")
        .where(col(Nudge.state).in_((NudgeState.SENDING, NudgeState.SENT)))
        .values(message_id=message_id)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount > 0


async def find_doubted(db: AsyncSession, workspace_id: UUID, nudge_id: UUID) -> Nudge | None:
    """Nobody else changes it meanwhile."""
    found = await db.exec(
        select(Nudge)
        .where(Nudge.id == nudge_id, Nudge.workspace_id == workspace_id)
        .where(Nudge.message_id == "", col(Nudge.attempts) > 0)
        .where(col(Nudge.state).in_(_DOUBTED))
        .with_for_update()
    )
    return found.first()


async def record_arrived(
    db: AsyncSession, nudge: Nudge, message_id: str, at: datetime, open_until: datetime | None
) -> None:
    """What became of it since, as a press on its button, stands."""
    nudge.state, nudge.message_id, nudge.sent_at = NudgeState.SENT, message_id, at
    nudge.open_until = open_until if nudge.closed_at is None else None
    nudge.owner, nudge.lease_until, nudge.ended_because = None, None, ""
    nudge.why_not = None
    db.add(nudge)
    await db.flush()
