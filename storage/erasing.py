"""Forgetting somebody: first their key, then every row that was theirs.

The key goes first, and by itself: whatever happens after that instant, what they wrote opens
nowhere. Done again, it finishes what was begun.
"""

from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.sealing import forget_keys, vault_of
from storage.tables import (
    Agreement,
    Away,
    CadenceRow,
    ChatLine,
    CoachingSession,
    CopyLink,
    Counted,
    DeclinedQuestion,
    MemberRow,
    Nudge,
    Objective,
    Pairing,
    Permission,
    Reflection,
)


async def forget(db: AsyncSession, workspace_id: UUID, member_id: UUID) -> bool:
    """True the first time."""
    first = await vault_of(db).shred(workspace_id, member_id)
    await _unshare_with(db, member_id)
    pairings = select(Pairing.id).where(
        (col(Pairing.leader_id) == member_id) | (col(Pairing.coach_id) == member_id)
    )
    agreements = select(Agreement.id).where(col(Agreement.member_id) == member_id)
    # Whatever refers to something goes before it.
    for doomed in (
        delete(ChatLine).where(col(ChatLine.member_id) == member_id),
        delete(CopyLink).where(col(CopyLink.member_id) == member_id),
        delete(Reflection).where(col(Reflection.member_id) == member_id),
        delete(DeclinedQuestion).where(col(DeclinedQuestion.member_id) == member_id),
        delete(Nudge).where(col(Nudge.member_id) == member_id),
        delete(Away).where(col(Away.member_id) == member_id),
        delete(CadenceRow).where(col(CadenceRow.member_id) == member_id),
        delete(Objective).where(col(Objective.member_id) == member_id),
        delete(Permission).where(col(Permission.agreement_id).in_(agreements)),
        delete(Counted).where(col(Counted.member_id) == member_id),
        delete(Agreement).where(col(Agreement.member_id) == member_id),
        delete(CoachingSession).where(col(CoachingSession.pairing_id).in_(pairings)),
        delete(Pairing).where(col(Pairing.id).in_(pairings)),
        delete(MemberRow).where(col(MemberRow.id) == member_id),
    ):
        await db.exec(doomed.execution_options(synchronize_session=False))
    db.expunge_all()
    forget_keys(db)
    db.info["leaves_no_log"] = True
    return first


async def _unshare_with(db: AsyncSession, member_id: UUID) -> None:
    """What others had shared with them as their coach is private again."""
    coached = select(Pairing.id).where(col(Pairing.coach_id) == member_id)
    for table in (Reflection, Objective):
        await db.exec(
            update(table)
            .where(col(table.pairing_id).in_(coached))
            .values(shared_at=None, pairing_id=None)
            .execution_options(synchronize_session=False)
        )


async def left_half_forgotten(db: AsyncSession) -> list[tuple[UUID, UUID]]:
    """(workspace, member) of whoever's key is gone and whose rows a crash left behind."""
    known = dict((await db.exec(select(MemberRow.id, MemberRow.workspace_id))).all())
    keys = await vault_of(db).owners_among(known)
    return [(workspace, key) for key, workspace in known.items() if key not in keys]
