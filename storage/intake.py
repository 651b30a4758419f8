"""What came in and waits for its turn: written before the platform is told that we have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, bindparam, exists, func, tuple_

# SQLite took over PostgreSQL's ON CONFLICT word for word, so this one construct serves both.
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col, or_
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import leasing
from storage.databasetime import database_moment
from storage.sealing import common_place, indexes_of, keys_of, places_in, seal_common
from storage.tables import Intake
from storage.tables.columns import UtcDateTime


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event under the name that the platform gave it; the body is JSON."""

    workspace_id: UUID
    event_id: str
    body: str
    chat: str = ""  # where it was said, of what must keep its order there
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One that was claimed. `attempts` counts this one."""

    id: UUID
    workspace_id: UUID
    body: str
    attempts: int


_INTAKE = Intake.__table__  # type: ignore[attr-defined]
# Run by the driver for each row, in one go: where the rows are many and hold much, one long
# statement for all of them takes longer to read.
_TAKES_IN = (
    insert(_INTAKE)
    .values(
        happened_at=func.coalesce(bindparam("said_at", type_=UtcDateTime), database_moment()),
        received_at=database_moment(),
        attempts=0,
        **{name: bindparam(name) for name in ("id", "workspace_id", "event_id", "body", "line")},
    )
    .on_conflict_do_nothing()
)


async def take_in(db: AsyncSession, arrivals: Sequence[Arrival]) -> None:
    """One that waits already is left as it is. Plain rows, for as many come in a second as the
    disk can take; one statement, which asks the database's own clock."""
    rows: list[dict[str, object]] = []
    for workspace_id in {one.workspace_id for one in arrivals}:
        theirs = [one for one in arrivals if one.workspace_id == workspace_id]
        ids = [uuid4() for _ in theirs]
        place = places_in(Intake, workspace_id, workspace_id, "body")
        texts = [(place(key), one.body) for key, one in zip(ids, theirs, strict=True)]
        sealed = await seal_common(db, workspace_id, texts)
        lines = await _lines(db, workspace_id, theirs)
        rows += [
            {
                "id": key,
                "workspace_id": workspace_id,
                "event_id": one.event_id,
                "body": body,
                "line": lines.get(one.chat),
                "said_at": one.happened_at,
            }
            for key, one, body in zip(ids, theirs, sealed, strict=True)
        ]
    if rows:
        await (await db.connection()).execute(_TAKES_IN, rows)


async def _lines(
    db: AsyncSession, workspace_id: UUID, arrivals: Sequence[Arrival]
) -> dict[str, bytes]:
    chats = list({one.chat for one in arrivals if one.chat})
    return dict(zip(chats, await indexes_of(db, workspace_id, "chat", chats), strict=True))


def _first_in_line() -> ColumnElement[bool]:
    """Nothing that was said before it in the same chat waits, or is being taken, still."""
    before = aliased(Intake)
    earlier = tuple_(col(before.happened_at), col(before.number)) < tuple_(
        col(Intake.happened_at), col(Intake.number)
    )
    return or_(
        col(Intake.line).is_(None),
        ~exists().where(col(before.line) == col(Intake.line), earlier),
    )


async def claim_intake(db: AsyncSession, owner: UUID, limit: int, platform: str) -> list[Waiting]:
    """Of each chat one at most: the next there when this one is dropped."""
    rows = await leasing.claim(db, Intake, owner, limit, platform, _first_in_line())
    keys = await keys_of(db, {row.workspace_id for row in rows})
    return [
        Waiting(
            row.id,
            row.workspace_id,
            keys[row.workspace_id].open(common_place(row, "body"), row.body),
            row.attempts,
        )
        for row in rows
    ]
