"""The playground's chat log and its movable clock: what a chat platform would keep."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member, open_members
from storage.sealing import keys_of, own_place, seal
from storage.tables import ChatLine, MemberRow, Nudge, NudgeState, PlaygroundClock
from storage.vault import CannotOpenError


async def add_line(
    db: AsyncSession,
    workspace_id: UUID,
    member_id: UUID,
    body: str,
    now: datetime,
    *,
    typed: bool = False,
    nudge_id: UUID | None = None,
) -> ChatLine:
    line = ChatLine(
        workspace_id=workspace_id,
        member_id=member_id,
        body=b"",
        typed=typed,
        nudge_id=nudge_id,
        at=now,
    )
    line.body = await seal(db, own_place(line, "body"), body)
    db.add(line)
    await db.flush()
    return line


async def line_of_nudge(db: AsyncSession, member_id: UUID, nudge_id: UUID) -> ChatLine | None:
    """The newest line that belongs to this nudge."""
    found = await db.exec(
        select(ChatLine)
        .where(ChatLine.member_id == member_id, ChatLine.nudge_id == nudge_id)
        .order_by(col(ChatLine.number).desc())
        .limit(1)
    )
    return found.first()


async def find_line(db: AsyncSession, member_id: UUID, number: int) -> ChatLine | None:
    """Only one of their own chat, and only what the companion said."""
    found = await db.exec(
        select(ChatLine).where(
            ChatLine.number == number,
            ChatLine.member_id == member_id,
            col(ChatLine.typed).is_(False),
        )
    )
    return found.first()


async def change_line(db: AsyncSession, line: ChatLine, body: str) -> None:
    line.body = await seal(db, own_place(line, "body"), body)
    line.changes += 1
    db.add(line)
    await db.flush()


async def chat_lines(db: AsyncSession, member_id: UUID, limit: int) -> list[ChatLine]:
    """The newest lines of one chat, oldest first."""
    found = await db.exec(
        select(ChatLine)
        .where(ChatLine.member_id == member_id)
        .order_by(col(ChatLine.number).desc())
        .limit(limit)
    )
    return list(found)[::-1]


async def bodies(db: AsyncSession, lines: Sequence[ChatLine]) -> dict[int | None, str]:
    """What each of these lines says, by its number: the chat as its own person sees it."""
    keys = await keys_of(db, {line.member_id for line in lines})
    opened: dict[int | None, str] = {}
    for line in lines:
        # A damaged line is left out, and hides none of the others.
        with suppress(KeyError, CannotOpenError):
            opened[line.number] = keys[line.member_id].open(own_place(line, "body"), line.body)
    return opened


async def chat_version(db: AsyncSession, member_id: UUID) -> str:
    """Differs whenever a line was added or changed."""
    found = await db.exec(
        select(func.max(ChatLine.number), func.sum(ChatLine.changes)).where(
            ChatLine.member_id == member_id
        )
    )
    newest, changes = found.one()
    return f"{newest or 0}.{changes or 0}"


async def ahead(db: AsyncSession) -> timedelta:
    """How far the playground's clock was moved."""
    clock = await db.get(PlaygroundClock, 1)
    return timedelta(seconds=clock.ahead_seconds if clock else 0)


async def move_ahead(db: AsyncSession, by: timedelta) -> None:
    clock = await db.get(PlaygroundClock, 1) or PlaygroundClock()
    clock.ahead_seconds = by.total_seconds()
    db.add(clock)


async def next_ready(db: AsyncSession, member_id: UUID | None = None) -> datetime | None:
    """The earliest moment that a planned nudge is ready, for anyone or for this person."""
    query = select(Nudge.ready_at).where(Nudge.state == NudgeState.READY)
    if member_id is not None:
        query = query.where(Nudge.member_id == member_id)
    return (await db.exec(query.order_by(col(Nudge.ready_at)).limit(1))).first()


async def local_people(db: AsyncSession, workspace_id: UUID) -> list[Member]:
    """Everyone in the sample programme, by name, whoever has left it too."""
    found = await db.exec(select(MemberRow).where(MemberRow.workspace_id == workspace_id))
    return sorted(await open_members(db, list(found)), key=lambda one: one.name)


async def newest_nudge(db: AsyncSession, member_id: UUID, until: datetime) -> Nudge | None:
    """The last thing that was due for this person, whatever became of it."""
    found = await db.exec(
        select(Nudge)
        .where(Nudge.member_id == member_id, col(Nudge.due_at) <= until)
        .order_by(col(Nudge.due_at).desc())
        .limit(1)
    )
    return found.first()
