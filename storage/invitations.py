"""Who waits to be invited, who was, by whom and into what."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member, opened_names
from storage.programmes import names_of, purposes_of
from storage.tables import Invitation, MemberRow, Programme


async def wait_for_invitation(db: AsyncSession, people: Sequence[Member], now: datetime) -> None:
    """From now on nothing is sent to them before somebody invites them."""
    db.add_all(
        Invitation(member_id=one.id, workspace_id=one.workspace_id, added_at=now) for one in people
    )
    await db.flush()


async def invitation_of(db: AsyncSession, someone: Member) -> Invitation | None:
    """None for whoever was made known in another way, and waits for nothing."""
    return await db.get(Invitation, someone.id)


async def invite(
    db: AsyncSession,
    member_ids: Collection[UUID],
    programme: Programme,
    by: Member,
    now: datetime,
) -> None:
    """Those of them who still wait."""
    await db.exec(
        update(Invitation)
        .where(col(Invitation.member_id).in_(member_ids), col(Invitation.invited_at).is_(None))
        .values(programme_id=programme.id, invited_by=by.id, invited_at=now)
        .execution_options(synchronize_session=False)
    )


async def answer(db: AsyncSession, invitation: Invitation, now: datetime, *, yes: bool) -> None:
    invitation.answered_at, invitation.declined = now, not yes
    db.add(invitation)
    await db.flush()


async def waiting_in(db: AsyncSession, workspace_id: UUID) -> set[UUID]:
    """Who was not invited yet."""
    found = await db.exec(
        select(Invitation.member_id).where(
            Invitation.workspace_id == workspace_id, col(Invitation.invited_at).is_(None)
        )
    )
    return set(found)


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invitation says. `by` is empty where nobody knows any more who it was."""

    by: str
    programme: str
    purpose: str
    is_leader: bool
    is_answered: bool


async def invited(db: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, Invited]:
    """Of those of them who were invited."""
    rows = list(
        await db.exec(
            select(Invitation, Programme, MemberRow.is_leader)
            .join(Programme, col(Programme.id) == Invitation.programme_id)
            .join(MemberRow, col(MemberRow.id) == Invitation.member_id)
            .where(col(Invitation.member_id).in_(member_ids))
            .where(col(Invitation.invited_at).is_not(None))
        )
    )
    programmes = [programme for _, programme, _ in rows]
    titles, purposes = await names_of(db, programmes), await purposes_of(db, programmes)
    names = await opened_names(db, {one.invited_by for one, _, _ in rows if one.invited_by})
    return {
        one.member_id: Invited(
            names.get(one.invited_by, "") if one.invited_by else "",
            titles[programme.id],
            purposes.get(programme.id, ""),
            is_leader,
            one.answered_at is not None,
        )
        for one, programme, is_leader in rows
    }
