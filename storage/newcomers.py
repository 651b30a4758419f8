"""For whom the app is there before anybody made them known here: kept sealed, and not for long."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.inserting import insert_or_leave
from storage.members import plainly
from storage.sealing import common_place, index_of, indexes_of, keys_of, seal
from storage.tables import Newcomer

KEPT_FOR = timedelta(days=30)


async def keep_newcomer(
    db: AsyncSession,
    workspace_id: UUID,
    chat: str,
    emails: Collection[str],
    body: str,
    now: datetime,
) -> None:
    """`body`: what the platform said, to be taken once one of these addresses is made known."""
    await drop_newcomer(db, workspace_id, chat)
    where = await index_of(db, workspace_id, "chat", chat)
    for found in set(await indexes_of(db, workspace_id, "email", [plainly(one) for one in emails])):
        row = Newcomer(
            workspace_id=workspace_id, chat_index=where, email_index=found, body=b"", came_at=now
        )
        row.body = await seal(db, common_place(row, "body"), body)
        # Another process may be told of the same at this moment.
        await insert_or_leave(db, Newcomer, [row.model_dump()])


async def take_newcomers(db: AsyncSession, workspace_id: UUID, email: str) -> list[str]:
    """What was kept of whoever has that address; nothing of it is kept any longer."""
    found = await index_of(db, workspace_id, "email", plainly(email))
    rows = list(
        await db.exec(
            select(Newcomer).where(
                Newcomer.workspace_id == workspace_id, Newcomer.email_index == found
            )
        )
    )
    keys = await keys_of(db, [workspace_id])
    bodies = [keys[workspace_id].open(common_place(row, "body"), row.body) for row in rows]
    await db.exec(
        delete(Newcomer)
        .where(col(Newcomer.workspace_id) == workspace_id)
        .where(col(Newcomer.chat_index).in_([row.chat_index for row in rows]))
        .execution_options(synchronize_session=False)
    )
    return bodies


async def drop_newcomer(db: AsyncSession, workspace_id: UUID, chat: str) -> None:
    where = await index_of(db, workspace_id, "chat", chat)
    await db.exec(
        delete(Newcomer)
        .where(col(Newcomer.workspace_id) == workspace_id, col(Newcomer.chat_index) == where)
        .execution_options(synchronize_session=False)
    )


async def drop_old_newcomers(db: AsyncSession, now: datetime) -> None:
    await db.exec(delete(Newcomer).where(col(Newcomer.came_at) < now - KEPT_FOR))
