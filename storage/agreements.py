"""What each leader has agreed to, at this moment."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from storage.members import Member
from storage.tables import Agreement, Allowed, Permission
from storage.tables.columns import UtcDateTime


@dataclass(frozen=True, slots=True)
class Consent:
    """What one leader allows now, by which notice, and since when they have been with us."""

    since: datetime
    notice: str
    allows: frozenset[Allowed]


@cache
def _consents() -> Select[UUID, str, str, datetime]:
    """Asked in almost every turn: put together once, which takes longer than running it."""
    first = aliased(Agreement)
    since = (
        select(func.min(first.agreed_at, type_=UtcDateTime))
        .where(first.member_id == Agreement.member_id)
        .scalar_subquery()
    )
    return (
        select(Agreement.member_id, Agreement.notice, Permission.allows, since)
        .join(Permission)
        .where(col(Agreement.member_id).in_(bindparam("them", expanding=True)))
        .where(col(Agreement.withdrawn_at).is_(None), col(Permission.withdrawn_at).is_(None))
    )


async def consents(db: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, Consent]:
    """Whoever has not agreed, or has withdrawn, is not in the answer."""
    rows = await db.exec(_consents(), params={"them": list(member_ids)})
    given: dict[UUID, set[Allowed]] = defaultdict(set)
    agreed: dict[UUID, tuple[datetime, str]] = {}
    for member_id, notice, allows, first_agreed in rows:
        given[member_id].add(Allowed(allows))
        agreed[member_id] = first_agreed, notice
    return {who: Consent(*agreed[who], frozenset(allows)) for who, allows in given.items()}


async def consent_of(db: AsyncSession, someone: Member) -> Consent | None:
    return (await consents(db, [someone.id])).get(someone.id)


async def agreement_of(db: AsyncSession, someone: Member) -> Agreement | None:
    """The agreement in force, if there is one."""
    found = await db.exec(
        select(Agreement).where(
            Agreement.member_id == someone.id, col(Agreement.withdrawn_at).is_(None)
        )
    )
    return found.first()


async def agree(
    db: AsyncSession, someone: Member, notice: str, allows: Collection[Allowed], now: datetime
) -> None:
    """Replace whatever was agreed before by this; the old rows stay, as withdrawn."""
    await withdraw(db, someone, now)
    agreement = Agreement(
        workspace_id=someone.workspace_id, member_id=someone.id, notice=notice, agreed_at=now
    )
    db.add(agreement)
    await db.flush()
    db.add_all(
        Permission(agreement_id=agreement.id, allows=one, given_at=now) for one in sorted(allows)
    )
    await db.flush()


async def allow(db: AsyncSession, agreement: Agreement, allows: Allowed, now: datetime) -> None:
    """Switch one permission on."""
    db.add(Permission(agreement_id=agreement.id, allows=allows, given_at=now))
    await db.flush()


async def disallow(db: AsyncSession, someone: Member, allows: Allowed, now: datetime) -> bool:
    """Switch one permission off. False where it was off."""
    found = await db.exec(
        select(Permission)
        .join(Agreement)
        .where(Agreement.member_id == someone.id, col(Agreement.withdrawn_at).is_(None))
        .where(Permission.allows == allows, col(Permission.withdrawn_at).is_(None))
    )
    switches = list(found)
    for switch in switches:
        switch.withdrawn_at = now
        db.add(switch)
    return bool(switches)


async def withdraw(db: AsyncSession, someone: Member, now: datetime) -> None:
    await db.exec(
        update(Agreement)
        .where(col(Agreement.member_id) == someone.id, col(Agreement.withdrawn_at).is_(None))
        .values(withdrawn_at=now)
    )


async def all_agreements(
    db: AsyncSession, someone: Member
) -> list[tuple[Agreement, frozenset[str]]]:
    """Every notice they ever agreed to, oldest first, each with what is still switched on in it."""
    agreements = list(
        await db.exec(
            select(Agreement)
            .where(Agreement.member_id == someone.id)
            .order_by(col(Agreement.agreed_at), col(Agreement.id))
        )
    )
    permissions = await db.exec(
        select(Permission)
        .where(col(Permission.agreement_id).in_([one.id for one in agreements]))
        .where(col(Permission.withdrawn_at).is_(None))
    )
    given: dict[UUID, set[str]] = defaultdict(set)
    for permission in permissions:
        given[permission.agreement_id].add(permission.allows.value)
    return [(one, frozenset(given[one.id])) for one in agreements]
