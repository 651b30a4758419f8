"""Who did what with private things, chained by hash, so that a row changed or taken out shows.

Rows are noted during a turn and written at its end, in its own transaction: the chain's head is
the last thing that any turn locks, so two turns can never wait for each other.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.tables import Action, AuditHead, AuditRow

# The operator's commands belong to no workspace.
BEGINNING = b""
AT_ONCE = 1000
_AUDIT = AuditRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. Ids, and the program's own words."""

    at: datetime
    workspace: UUID
    action: Action
    actor: UUID | None = None
    owner: UUID | None = None
    about: UUID | None = None
    detail: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along one chain found. `broken_at` is the first row that does not hold."""

    workspace: UUID
    rows: int
    head: str
    broken_at: int | None = None


def record(db: AsyncSession, entry: Entry) -> None:
    """Written when this transaction commits, or not at all."""
    if db.info.get("reads_only"):
        # It would be lost in silence, and what it tells of would have happened.
        raise RuntimeError("A transaction that only reads cannot record anything.")
    db.info.setdefault("audit", []).append(entry)


def pending(db: AsyncSession) -> Sequence[Entry]:
    """What was recorded in this transaction and is not written yet."""
    entries: list[Entry] = db.info.get("audit", [])
    return entries


async def write_pending(db: AsyncSession) -> None:
    entries = list(pending(db))
    # In one order for everybody, so that two who write to several chains do not cross.
    for workspace in sorted({entry.workspace for entry in entries}):
        await _append(db, workspace, [one for one in entries if one.workspace == workspace])
    db.info.pop("audit", None)


async def _append(db: AsyncSession, workspace: UUID, entries: Iterable[Entry]) -> None:
    await insert_or_leave(db, AuditHead, [{"workspace_id": workspace}])
    found = await db.exec(
        select(AuditHead)
        .where(AuditHead.workspace_id == workspace)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    head, rows = found.one(), list[dict[str, object]]()
    for entry in entries:
        head.number += 1
        link = _Link(
            entry.workspace,
            head.number,
            entry.at,
            entry.actor,
            entry.action,
            entry.owner,
            entry.about,
            entry.detail,
            entry.before,
            entry.after,
        )
        head.hash = chained(head.hash, link)
        rows.append({**link._asdict(), "hash": head.hash})
    # Not as whole objects: a coach who opens a digest opens a hundred texts.
    connection = await db.connection()
    await connection.execute(insert(_AUDIT), rows)
    db.add(head)
    await db.flush()


class _Link(NamedTuple):
    """A row of the chain, but for its hash."""

    workspace_id: UUID
    number: int
    at: datetime
    actor_id: UUID | None
    action: Action
    owner_id: UUID | None
    about: UUID | None
    detail: str
    before: str
    after: str


def chained(before: bytes, row: AuditRow | _Link) -> bytes:
    """SHA-256 over the hash before it and every column, each with its length in front.

    Most rows change nothing, and are hashed as they were before changes had columns of their own.
    """
    parts = (
        before,
        str(row.workspace_id),
        str(row.number),
        row.at.astimezone(UTC).isoformat(),
        str(row.actor_id),
        Action(row.action).value,
        str(row.owner_id),
        str(row.about),
        row.detail,
        *((row.before, row.after) if row.before or row.after else ()),
    )
    whole = hashlib.sha256()
    for part in parts:
        each = part if isinstance(part, bytes) else part.encode()
        whole.update(len(each).to_bytes(4) + each)
    return whole.digest()


async def heads(db: AsyncSession) -> list[AuditHead]:
    """Where each chain ends."""
    return list(await db.exec(select(AuditHead).order_by(col(AuditHead.workspace_id))))


async def verify(db: AsyncSession) -> list[Verdict]:
    """Walk every chain from its first row to its head."""
    ends = await heads(db)
    known = {head.workspace_id for head in ends}
    headless = await db.exec(
        select(AuditRow.workspace_id).where(col(AuditRow.workspace_id).not_in(known)).distinct()
    )
    return [await _walk(db, head) for head in ends] + [
        Verdict(workspace, 0, "", broken_at=1) for workspace in headless
    ]


async def _walk(db: AsyncSession, head: AuditHead) -> Verdict:
    number, before = 0, BEGINNING
    while rows := await _some(db, head.workspace_id, number):
        for row in rows:
            if row.number != number + 1 or row.hash != chained(before, row):
                return Verdict(head.workspace_id, number, head.hash.hex(), broken_at=number + 1)
            number, before = row.number, row.hash
    whole = number == head.number and before == head.hash
    return Verdict(head.workspace_id, number, head.hash.hex(), None if whole else number + 1)


async def _some(db: AsyncSession, workspace: UUID, after: int) -> list[AuditRow]:
    found = await db.exec(
        select(AuditRow)
        .where(AuditRow.workspace_id == workspace, AuditRow.number > after)
        .order_by(col(AuditRow.number))
        .limit(AT_ONCE)
    )
    return list(found)


async def of_owner(
    db: AsyncSession, owner: UUID, actions: Iterable[Action], limit: int
) -> list[AuditRow]:
    """What was done with one person's things, newest first."""
    found = await db.exec(
        select(AuditRow)
        .where(AuditRow.owner_id == owner, col(AuditRow.action).in_(list(actions)))
        .order_by(col(AuditRow.at).desc(), col(AuditRow.number).desc())
        .limit(limit)
    )
    return list(found)


async def has_been_head(db: AsyncSession, noted: bytes) -> bool:
    """Whether some chain ended with this hash once, and goes on from there."""
    return (
        await db.exec(select(AuditRow.number).where(AuditRow.hash == noted))
    ).first() is not None
