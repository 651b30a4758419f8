"""What is noted of people in the log of changes: roles by name, and nothing that anybody wrote."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.changes import Change, Thing, note_change
from storage.members import Member
from storage.tables import Pairing


def note_person(
    db: AsyncSession,
    someone: Member,
    before: str,
    after: str,
    now: datetime,
    actor: UUID | None = None,
) -> None:
    """`before` is empty for somebody new. Without `actor` it was whoever runs Bearings."""
    note_change(
        db, Change(now, someone.workspace_id, Thing.PERSON, before, after, someone.id, actor)
    )


def note_suggested(
    db: AsyncSession, pairing: Pairing | None, now: datetime, actor: UUID | None = None
) -> None:
    """None: the two are paired or suggested already."""
    if pairing is not None:
        note_change(
            db,
            Change(now, pairing.workspace_id, Thing.PAIRING, "", "suggested", pairing.id, actor),
        )


def roles_in_words(someone: Member) -> str:
    roles = (
        (someone.is_leader, "leader"),
        (someone.is_coach, "coach"),
        (someone.is_lead, "programme lead"),
    )
    return ", ".join(name for has, name in roles if has) or "no role"
