"""A turn that stores an answer, against one raw transaction that writes the same rows."""

import asyncio
import shutil
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Submitted
from bot.conversation.turn import take_turn
from bot.web.posting import PLATFORM, WORKSPACE
from bot.web.showing import PLACE
from prompts.bank import Bank
from prompts.message import FormName, Message
from storage.engine import reading, transaction
from storage.members import find_workspace
from storage.playground import local_people
from tests.bench.figures import Figure, at_most, milliseconds, percentile
from tests.databases import Databases, close, open_as_served
from tests.drills.crowd import lay_out_crowd

LEADERS = 400
BLOCK = 50
WORDS = "I asked the ward clerk first, and she had known for weeks. " * 4


async def measure(databases: Databases, folder: Path, bank: Bank) -> list[Figure]:
    url = databases.fresh("sqlite", folder)
    engine = open_as_served(url)
    now = datetime.now(UTC)
    await lay_out_crowd(engine, now, due=LEADERS, bank=bank, asked=12)
    file = Path(url.removeprefix("sqlite:///"))
    # Everything is in the file itself before it is copied for the floor.
    await close(engine)
    shutil.copy(file, folder / "floor.db")
    engine = open_as_served(url)
    theirs = _raw(folder / "floor.db")
    async with reading(engine) as db:
        keys = {one.id: one.user_id for one in await local_people(db, await _workspace(db))}
    nudges = [(keys[who], who, nudge) for who, nudge in _newest_questions(folder / "floor.db")]

    ours_took: list[float] = []
    floor_took: list[float] = []
    # Turn and turn about, so that a busy moment of the machine falls on both.
    for start in range(0, LEADERS, BLOCK):
        for key, _, nudge in nudges[start : start + BLOCK]:
            event = Submitted(
                str(uuid4()),
                PLATFORM,
                WORKSPACE,
                key,
                FormName.ANSWER,
                nudge,
                {"words": (WORDS,)},
            )
            began = time.perf_counter()
            async with transaction(engine) as db:
                replies = await take_turn(db, event, now=now, bank=bank, place=PLACE)
            ours_took.append(time.perf_counter() - began)
            assert isinstance(replies[0], Message)
        await asyncio.sleep(0)
        floor_took += [_floor_turn(theirs, who, nudge) for _, who, nudge in nudges[start:][:BLOCK]]
    theirs.close()
    await close(engine)
    # The first ones warm caches up, on both sides.
    ours_took, floor_took = ours_took[20:], floor_took[20:]
    return [
        at_most(
            "a turn that stores an answer, p50",
            ours_took,
            floor_took,
            milliseconds,
            25,
        ),
        at_most(
            "the same, p99",
            [percentile(ours_took, 0.99)],
            [percentile(floor_took, 0.99)],
            milliseconds,
            25,
        ),
    ]


def _raw(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


async def _workspace(db: AsyncSession) -> UUID:
    workspace = await find_workspace(db, PLATFORM, WORKSPACE)
    assert workspace
    return workspace.id


def _newest_questions(file: Path) -> list[tuple[UUID, str]]:
    connection = _raw(file)
    found = connection.execute(
        "SELECT member.id, nudge.id FROM nudge JOIN member ON member.id = nudge.member_id "
        "GROUP BY member.id HAVING max(nudge.due_at)"
    ).fetchall()
    connection.close()
    return [(UUID(who), nudge) for who, nudge in found]


def _floor_turn(connection: sqlite3.Connection, who: UUID, nudge: str) -> float:
    """The rows that a turn writes, and the one look-up that they need."""
    now = datetime.now(UTC).isoformat()
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    member, workspace = connection.execute(
        "SELECT id, workspace_id FROM member WHERE id = ?", (who.hex,)
    ).fetchone()
    connection.execute("INSERT INTO receipt VALUES (?, ?, ?)", (workspace, str(uuid4()), now))
    connection.execute(
        "INSERT INTO reflection (id, workspace_id, member_id, nudge_id, question_id, "
        "question_version, question_words, words, answered_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)",
        (uuid4().hex, workspace, member, nudge, "CON-OPN-1", "What was it?", WORDS, now),
    )
    connection.execute(
        "UPDATE nudge SET outcome = 'answered', closed_at = ? WHERE id = ?", (now, nudge)
    )
    connection.execute("COMMIT")
    return time.perf_counter() - began
