"""What was changed of a programme's configuration: which thing, as it was and as it is now.

It stands in the one audit chain, so that a change which was taken out shows. Names are not in it:
whoever reads it looks them up, as far as the thing is still there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.audit import Entry, record
from storage.tables import Action, AuditRow


class Thing(StrEnum):
    """What can be configured."""

    WORKSPACE = "workspace"
    PROGRAMME = "programme"
    COHORT = "cohort"
    PERSON = "person"
    PAIRING = "pairing"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is empty for something new, `after` for something that is gone; both are the
    program's own words. Without `actor` it was whoever runs Bearings."""

    at: datetime
    workspace: UUID
    thing: Thing
    before: str
    after: str
    about: UUID | None = None
    actor: UUID | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A change as it was kept. `thing` is what an earlier version wrote where it wrote so much."""

    at: datetime
    thing: str
    before: str
    after: str
    about: UUID | None
    actor: UUID | None


def note_change(db: AsyncSession, change: Change) -> None:
    """Written when this transaction commits, or not at all. What is as it was is no change."""
    if change.before == change.after:
        return
    record(
        db,
        Entry(
            change.at,
            change.workspace,
            Action.CONFIGURED,
            actor=change.actor,
            about=change.about,
            detail=change.thing.value,
            before=change.before,
            after=change.after,
        ),
    )


async def changes_in(db: AsyncSession, workspace: UUID, limit: int) -> Sequence[Kept]:
    """Newest first: all that a lead sees of the audit log."""
    found = await db.exec(
        select(AuditRow)
        .where(AuditRow.workspace_id == workspace, AuditRow.action == Action.CONFIGURED)
        .order_by(col(AuditRow.number).desc())
        .limit(limit)
    )
    return [
        Kept(row.at, row.detail, row.before, row.after, row.about, row.actor_id) for row in found
    ]
