"""The one way to read what a leader wrote: a named reader, a purpose, the right to it, a trace.

Nothing of the program that serves a lead, an operator or the clock may import this file.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.agreements import consents
from storage.audit import Entry, record
from storage.bundles import DAMAGED
from storage.members import Member
from storage.reflections import Shareable
from storage.rights import Kind, Purpose, Shared, Standing, may_read
from storage.sealing import keys_of, own_place
from storage.tables import (
    Action,
    Allowed,
    Aside,
    AuditRow,
    CoachQuestion,
    Experiment,
    Measure,
    Objective,
    ObjectiveVersion,
    Pairing,
    Rating,
    Reflection,
)
from storage.vault import CannotOpenError, Key

Kept = Shareable | ObjectiveVersion | Measure | CoachQuestion

logger = structlog.get_logger(__name__)

# A page that is drawn again while it is being read was not opened again.
SAME_LOOK = timedelta(minutes=5)


async def open_texts(
    db: AsyncSession, reader: Member, purpose: Purpose, kept: Sequence[Kept], now: datetime
) -> dict[UUID, str]:
    """The words of each text that this reader may read for this purpose, by its id.

    Whatever they may not read is missing from the answer, and the attempt is recorded; so is
    everything of somebody else's that they do read, in this very transaction. A leader's reading
    of her own words is not: it would be a diary of when she looks.
    """
    allowed = await readable(db, reader, purpose, kept)
    ids = {one.id for one in allowed}
    for one in kept:
        if one.id not in ids:
            record(db, _entry(reader, Action.REFUSED, one, purpose, now))
    await _trace(db, reader, purpose, [one for one in allowed if one.member_id != reader.id], now)
    keys = await keys_of(db, {one.member_id for one in allowed})
    # Whoever was forgotten a moment ago has no key, and their words are not in the answer.
    return {one.id: _open(keys[one.member_id], one) for one in allowed if one.member_id in keys}


def _open(key: Key, kept: Kept) -> str:
    """A damaged text is said to be one, and hides none of the others."""
    try:
        return key.open(own_place(kept, "words"), kept.words)
    except CannotOpenError:
        logger.error("a text does not open", text=str(kept.id))  # noqa: TRY400 - no quoting
        return DAMAGED


async def readable(
    db: AsyncSession, reader: Member, purpose: Purpose, kept: Sequence[Kept]
) -> list[Kept]:
    """Those of them that this reader may read for this purpose. Opens nothing."""
    others = {one.member_id for one in kept if one.member_id != reader.id}
    standings = await _standings(db, reader, others) if others else {}
    return [
        one
        for one in kept
        if may_read(reader.id, purpose, _known_of(one), standings.get(one.member_id))
    ]


async def open_text(
    db: AsyncSession, reader: Member, purpose: Purpose, kept: Kept | None, now: datetime
) -> str:
    """Empty where there is nothing, nothing that opens, or nothing that this reader may read."""
    if kept is None:
        return ""
    words = (await open_texts(db, reader, purpose, [kept], now)).get(kept.id, "")
    return "" if words == DAMAGED else words


def _known_of(kept: Kept) -> Shared:
    match kept:
        case Reflection():
            kind = Kind.REFLECTION
        case Objective():
            kind = Kind.OBJECTIVE
        case Experiment():
            kind = Kind.EXPERIMENT
        case Rating():
            kind = Kind.RATING
        case Aside():
            kind = Kind.ASIDE
        case ObjectiveVersion() | Measure() | CoachQuestion():
            return Shared(Kind.UNSHARED, kept.member_id, None, None)
        case _:
            assert_never(kept)
    return Shared(kind, kept.member_id, kept.shared_at, kept.pairing_id)


async def _standings(
    db: AsyncSession, reader: Member, owners: Collection[UUID]
) -> dict[UUID, Standing]:
    """How this reader stands to each of these owners whom they coach."""
    pairings = await db.exec(
        select(Pairing)
        .where(Pairing.coach_id == reader.id, col(Pairing.leader_id).in_(owners))
        .where(Pairing.workspace_id == reader.workspace_id, col(Pairing.ended_at).is_(None))
    )
    allowed = await consents(db, owners)
    standings = {}
    for pairing in pairings:
        consent = allowed.get(pairing.leader_id)
        # What was only proposed gives no right.
        if consent is not None and pairing.accepted_at is not None:
            standings[pairing.leader_id] = Standing(
                pairing.id,
                pairing.accepted_at,
                Allowed.SHARING in consent.allows,
                Allowed.TITLES in consent.allows,
            )
    return standings


async def _trace(
    db: AsyncSession, reader: Member, purpose: Purpose, opened: Sequence[Kept], now: datetime
) -> None:
    if not opened:
        return
    seen = await db.exec(
        select(AuditRow.about)
        .where(AuditRow.actor_id == reader.id, AuditRow.action == Action.OPENED)
        .where(col(AuditRow.owner_id).in_({one.member_id for one in opened}))
        .where(col(AuditRow.at) > now - SAME_LOOK, col(AuditRow.at) <= now)
    )
    just_now = set(seen)
    for one in opened:
        if one.id not in just_now:
            record(db, _entry(reader, Action.OPENED, one, purpose, now))


def _entry(reader: Member, action: Action, kept: Kept, purpose: Purpose, now: datetime) -> Entry:
    return Entry(
        now,
        kept.workspace_id,
        action,
        actor=reader.id,
        owner=kept.member_id,
        about=kept.id,
        detail=purpose.value,
    )
