"""Forgetting somebody: first their key, then every row that was theirs.

The key goes first, and by itself: whatever happens after that instant, what they wrote opens
nowhere. Done again, it finishes what was begun.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.audit import Entry, of_owner, record
from storage.engine import transaction
from storage.members import MemberError, as_id, named_member
from storage.reflections import SHAREABLE
from storage.sealing import forget_keys, vault_at, vault_of
from storage.tables import (
    Action,
    Agreement,
    Aside,
    Away,
    CadenceRow,
    CalendarLink,
    ChatLine,
    CoachingSession,
    CoachQuestion,
    CopyLink,
    Counted,
    DeclinedQuestion,
    DigestItem,
    Experiment,
    Invitation,
    Measure,
    MemberRow,
    Nudge,
    Objective,
    ObjectiveVersion,
    OwnQuestion,
    Pairing,
    Permission,
    Pin,
    Rating,
    Reference,
    Reflection,
    Reply,
    Review,
    SequenceRun,
    Workspace,
)


async def forget(db: AsyncSession, workspace_id: UUID, member_id: UUID) -> bool:
    """True the first time."""
    first = await vault_of(db).shred(workspace_id, member_id)
    await _unshare_with(db, member_id)
    for unsigned in (
        update(OwnQuestion).where(col(OwnQuestion.author_id) == member_id).values(author_id=None),
        update(OwnQuestion)
        .where(col(OwnQuestion.reviewer_id) == member_id)
        .values(reviewer_id=None),
        # Whom they invited stays invited.
        update(Invitation).where(col(Invitation.invited_by) == member_id).values(invited_by=None),
    ):
        await db.exec(unsigned.execution_options(synchronize_session=False))
    pairings = select(Pairing.id).where(
        (col(Pairing.leader_id) == member_id) | (col(Pairing.coach_id) == member_id)
    )
    pins = select(Pin.id).where(col(Pin.pairing_id).in_(pairings))
    sessions = select(CoachingSession.id).where(col(CoachingSession.pairing_id).in_(pairings))
    # What a leader was asked stays theirs when the coach who chose it is forgotten.
    await db.exec(
        update(Nudge)
        .where(col(Nudge.pin_id).in_(pins))
        .values(pin_id=None)
        .execution_options(synchronize_session=False)
    )
    agreements = select(Agreement.id).where(col(Agreement.member_id) == member_id)
    # Whatever refers to something goes before it.
    for doomed in (
        delete(ChatLine).where(col(ChatLine.member_id) == member_id),
        delete(DigestItem).where(
            (col(DigestItem.member_id) == member_id) | col(DigestItem.pairing_id).in_(pairings)
        ),
        delete(Rating).where(col(Rating.member_id) == member_id),
        delete(CalendarLink).where(
            (col(CalendarLink.member_id) == member_id) | col(CalendarLink.session_id).in_(sessions)
        ),
        delete(Reply).where(col(Reply.member_id) == member_id),
        delete(Reference).where(col(Reference.member_id) == member_id),
        delete(CopyLink).where(col(CopyLink.member_id) == member_id),
        delete(Reflection).where(col(Reflection.member_id) == member_id),
        delete(DeclinedQuestion).where(col(DeclinedQuestion.member_id) == member_id),
        delete(Nudge).where(col(Nudge.member_id) == member_id),
        delete(Experiment).where(col(Experiment.member_id) == member_id),
        delete(SequenceRun).where(col(SequenceRun.member_id) == member_id),
        delete(Away).where(col(Away.member_id) == member_id),
        delete(CadenceRow).where(col(CadenceRow.member_id) == member_id),
        delete(ObjectiveVersion).where(col(ObjectiveVersion.member_id) == member_id),
        delete(Measure).where(col(Measure.member_id) == member_id),
        delete(Review).where(col(Review.member_id) == member_id),
        delete(Objective).where(col(Objective.member_id) == member_id),
        delete(Permission).where(col(Permission.agreement_id).in_(agreements)),
        delete(Counted).where(col(Counted.member_id) == member_id),
        delete(Agreement).where(col(Agreement.member_id) == member_id),
        delete(CoachingSession).where(col(CoachingSession.pairing_id).in_(pairings)),
        delete(Pin).where(col(Pin.pairing_id).in_(pairings)),
        delete(Aside).where(
            (col(Aside.member_id) == member_id) | col(Aside.pairing_id).in_(pairings)
        ),
        delete(CoachQuestion).where(
            (col(CoachQuestion.member_id) == member_id)
            | col(CoachQuestion.pairing_id).in_(pairings)
        ),
        delete(Pairing).where(col(Pairing.id).in_(pairings)),
        delete(Invitation).where(col(Invitation.member_id) == member_id),
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
    for table in SHAREABLE:
        await db.exec(
            update(table)
            .where(col(table.pairing_id).in_(coached))
            .values(shared_at=None, pairing_id=None)
            .execution_options(synchronize_session=False)
        )


async def left_half_forgotten(db: AsyncSession) -> list[tuple[UUID, UUID]]:
    """(workspace, member) of whoever was forgotten and whose rows a crash left behind. Somebody
    who only has no key is not among them: an old key store may have been brought back."""
    known = dict((await db.exec(select(MemberRow.id, MemberRow.workspace_id))).all())
    gone = await vault_of(db).shredded_among((known[one], one) for one in known)
    return [(known[one], one) for one in known if one in gone]


@dataclass(frozen=True, slots=True)
class Doomed:
    """Somebody who is to be forgotten, or was: then `is_here` is False."""

    workspace_id: UUID
    member_id: UUID
    is_here: bool = True


async def find_doomed(db: AsyncSession, reference: str) -> Doomed:
    """By what anybody is found by; and by id where their key, or all of theirs, is gone already.

    Raises MemberError.
    """
    try:
        found = await named_member(db, reference)
    except MemberError:
        key = as_id(reference)
        if key is None:
            raise
        row = await db.get(MemberRow, key)
        if row is not None:
            return Doomed(row.workspace_id, key)
        for workspace in list(await db.exec(select(Workspace.id))):
            if await vault_of(db).is_shredded(workspace, key):
                return Doomed(workspace, key, is_here=False)
        raise
    return Doomed(found.workspace_id, found.id)


async def erase(engine: AsyncEngine, who: Doomed, now: datetime, detail: str) -> UUID | None:
    """By whoever runs Bearings. Returns the receipt; of old where it was done before, and None
    where that was by their key alone."""
    async with transaction(engine) as db:
        if who.is_here:
            receipt = uuid4()
            await forget(db, who.workspace_id, who.member_id)
            _record(db, who, now, detail, receipt)
            return receipt
        earlier = await of_owner(db, who.member_id, [Action.ERASED], 10)
        return next((one.about for one in earlier if one.about is not None), None)


async def shred(engine: AsyncEngine, who: Doomed, now: datetime) -> bool:
    """Destroy their key and leave the rows, which open nowhere any more. True the first time."""
    first = await vault_at(engine).shred(who.workspace_id, who.member_id)
    async with transaction(engine) as db:
        # Also where the first time was cut off before it could be recorded.
        if not await of_owner(db, who.member_id, [Action.ERASED], 1):
            _record(db, who, now, "key", None)
    return first


def _record(
    db: AsyncSession, who: Doomed, now: datetime, detail: str, receipt: UUID | None
) -> None:
    entry = Entry(
        now, who.workspace_id, Action.ERASED, owner=who.member_id, about=receipt, detail=detail
    )
    record(db, entry)
