"""Who coaches whom, and when they next talk."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member, open_members
from storage.parting import end
from storage.tables import CoachingSession, MemberRow, Pairing


async def coach_of(db: AsyncSession, leader: Member) -> tuple[Pairing, Member] | None:
    """The leader's coach, once both have accepted."""
    found = await db.exec(
        select(Pairing, MemberRow)
        .join(MemberRow, col(MemberRow.id) == Pairing.coach_id)
        .where(Pairing.leader_id == leader.id)
        .where(col(Pairing.accepted_at).is_not(None), col(Pairing.ended_at).is_(None))
        .limit(1)
    )
    return next(iter(await _opened(db, list(found))), None)


async def leaders_of(db: AsyncSession, coach: Member) -> list[tuple[Pairing, Member]]:
    """A coach's leaders, by name."""
    found = await db.exec(
        select(Pairing, MemberRow)
        .join(MemberRow, col(MemberRow.id) == Pairing.leader_id)
        .where(Pairing.coach_id == coach.id)
        .where(col(Pairing.accepted_at).is_not(None), col(Pairing.ended_at).is_(None))
    )
    return sorted(await _opened(db, list(found)), key=lambda pair: (pair[1].name, pair[0].id))


async def partners_of(db: AsyncSession, someone: Member) -> list[tuple[Pairing, Member]]:
    """Everyone whom they coach or who coaches them now, by name."""
    found = await db.exec(
        select(Pairing, MemberRow)
        .join(MemberRow, _the_other(someone))
        .where(col(Pairing.accepted_at).is_not(None), col(Pairing.ended_at).is_(None))
    )
    return sorted(await _opened(db, list(found)), key=lambda pair: (pair[1].name, pair[0].id))


def _the_other(someone: Member) -> ColumnElement[bool]:
    """Of a pairing with this person, whoever it is with."""
    return or_(
        and_(col(Pairing.leader_id) == someone.id, col(MemberRow.id) == Pairing.coach_id),
        and_(col(Pairing.coach_id) == someone.id, col(MemberRow.id) == Pairing.leader_id),
    )


async def _opened(
    db: AsyncSession, pairs: Sequence[tuple[Pairing, MemberRow]]
) -> list[tuple[Pairing, Member]]:
    people = {one.id: one for one in await open_members(db, [row for _, row in pairs])}
    return [(pairing, people[row.id]) for pairing, row in pairs if row.id in people]


async def propose(db: AsyncSession, leader: Member, coach: Member, now: datetime) -> Pairing | None:
    """Nothing is seen by anybody before both have said yes. None where it is proposed already."""
    there = await db.exec(
        select(Pairing.id)
        .where(Pairing.leader_id == leader.id, Pairing.coach_id == coach.id)
        .where(col(Pairing.ended_at).is_(None))
    )
    if there.first() is not None:
        return None
    pairing = Pairing(
        workspace_id=leader.workspace_id,
        leader_id=leader.id,
        coach_id=coach.id,
        proposed_at=now,
    )
    db.add(pairing)
    await db.flush()
    return pairing


async def proposals(db: AsyncSession, someone: Member) -> list[tuple[Pairing, Member]]:
    """What waits for this person's yes, each with the other one."""
    found = await db.exec(
        select(Pairing, MemberRow)
        .join(MemberRow, _the_other(someone))
        .where(col(Pairing.accepted_at).is_(None), col(Pairing.ended_at).is_(None))
        .order_by(col(Pairing.proposed_at), col(Pairing.id))
    )
    return [
        (pairing, other)
        for pairing, other in await _opened(db, list(found))
        if not _has_said_yes(pairing, someone)
    ]


def _has_said_yes(pairing: Pairing, someone: Member) -> bool:
    said = (
        pairing.leader_accepted_at if pairing.leader_id == someone.id else pairing.coach_accepted_at
    )
    return said is not None


async def accept(
    db: AsyncSession, pairing: Pairing, someone: Member, now: datetime
) -> list[Pairing]:
    """With the second yes it begins, and whoever coached this leader before is their coach no
    longer, from this moment. Returns the pairings that ended."""
    # Whoever says yes about the same leader at this moment waits, and sees what the other said.
    await db.exec(
        select(MemberRow.id).where(MemberRow.id == pairing.leader_id).with_for_update(of=MemberRow)
    )
    await db.refresh(pairing)
    if pairing.leader_id == someone.id:
        pairing.leader_accepted_at = now
    else:
        pairing.coach_accepted_at = now
    ended: list[Pairing] = []
    if pairing.leader_accepted_at and pairing.coach_accepted_at:
        pairing.accepted_at = now
        ended = await end_others(db, pairing, now)
    db.add(pairing)
    await db.flush()
    return ended


async def decline(db: AsyncSession, pairing: Pairing, now: datetime) -> None:
    pairing.ended_at = now
    db.add(pairing)
    await db.flush()


async def end_others(db: AsyncSession, pairing: Pairing, now: datetime) -> list[Pairing]:
    others = await db.exec(
        select(Pairing)
        .where(Pairing.leader_id == pairing.leader_id, Pairing.id != pairing.id)
        .where(col(Pairing.accepted_at).is_not(None), col(Pairing.ended_at).is_(None))
    )
    ended = list(others)
    await end(db, ended, now)
    return ended


async def proposed_in(db: AsyncSession, workspace_id: UUID) -> list[Pairing]:
    """Those that wait for somebody's yes; whose, is for the two of them to know."""
    found = await db.exec(
        select(Pairing)
        .where(Pairing.workspace_id == workspace_id)
        .where(col(Pairing.accepted_at).is_(None), col(Pairing.ended_at).is_(None))
        .order_by(col(Pairing.proposed_at), col(Pairing.id))
    )
    return list(found)


async def pairings_in(db: AsyncSession, workspace_id: UUID) -> list[Pairing]:
    found = await db.exec(
        select(Pairing)
        .where(Pairing.workspace_id == workspace_id)
        .where(col(Pairing.accepted_at).is_not(None), col(Pairing.ended_at).is_(None))
    )
    return list(found)


async def next_sessions(
    db: AsyncSession, pairing_ids: Collection[UUID], after: datetime
) -> dict[UUID, CoachingSession]:
    """The next session of each pairing that has one."""
    found = await db.exec(
        select(CoachingSession)
        .where(col(CoachingSession.pairing_id).in_(pairing_ids))
        .where(col(CoachingSession.starts_at) > after, col(CoachingSession.cancelled_at).is_(None))
        .order_by(col(CoachingSession.starts_at).desc())
    )
    return {session.pairing_id: session for session in found}


@dataclass(frozen=True, slots=True)
class Coached:
    """Who coaches a leader, and when the two met and meet, earliest first."""

    coach_id: UUID
    sessions: tuple[datetime, ...]
    pairing_id: UUID


async def coaching_of(db: AsyncSession, leader_ids: Collection[UUID]) -> dict[UUID, Coached]:
    """Of each leader who has a coach. With a new coach the sessions begin anew."""
    found = await db.exec(
        select(Pairing, CoachingSession.starts_at)
        .join(
            CoachingSession,
            and_(
                CoachingSession.pairing_id == Pairing.id,
                col(CoachingSession.cancelled_at).is_(None),
            ),
            isouter=True,
        )
        .where(col(Pairing.leader_id).in_(leader_ids))
        .where(col(Pairing.accepted_at).is_not(None), col(Pairing.ended_at).is_(None))
        .order_by(col(CoachingSession.starts_at))
    )
    pairings: dict[UUID, Pairing] = {}
    met: dict[UUID, list[datetime]] = defaultdict(list)
    for pairing, starts_at in found:
        pairings[pairing.leader_id] = pairing
        met[pairing.leader_id] += [starts_at] if starts_at is not None else []
    return {
        who: Coached(pairing.coach_id, tuple(met[who]), pairing.id)
        for who, pairing in pairings.items()
    }


async def all_pairings(
    db: AsyncSession, leader: Member
) -> list[tuple[Pairing, str, list[CoachingSession]]]:
    """Everyone who coaches or coached this leader, or was to: their name, and when they met."""
    pairs = await _opened(
        db,
        list(
            await db.exec(
                select(Pairing, MemberRow)
                .join(MemberRow, col(MemberRow.id) == Pairing.coach_id)
                .where(Pairing.leader_id == leader.id)
                .order_by(col(Pairing.proposed_at), col(Pairing.id))
            )
        ),
    )
    met: dict[UUID, list[CoachingSession]] = defaultdict(list)
    for session in await db.exec(
        select(CoachingSession)
        .where(col(CoachingSession.pairing_id).in_([pairing.id for pairing, _ in pairs]))
        .order_by(col(CoachingSession.starts_at))
    ):
        met[session.pairing_id].append(session)
    return [(pairing, coach.name, met[pairing.id]) for pairing, coach in pairs]
