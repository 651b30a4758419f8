"""What sealing costs: per text, per export, per turn; and what shredding and rewrapping take."""

import os
import sqlite3
import time
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.copying import everything_of
from bot.conversation.events import Submitted
from bot.conversation.turn import take_turn
from bot.web.posting import PLATFORM, WORKSPACE
from bot.web.showing import PLACE
from prompts.bank import Bank
from prompts.composing.copying import to_json
from prompts.message import FormName
from storage.engine import KEYS as KEY_STORE
from storage.engine import open_engine, reading, transaction
from storage.members import Member, find_workspace
from storage.playground import local_people
from storage.sealing import entrust, own_place, seal_all
from storage.tables import Nudge, NudgeKind, NudgeState, Reflection
from storage.vault import Place, Vault
from storage.vault.blob import new_key
from storage.vault.keyfile import read_key_file
from storage.vault.rotating import add, promote, rewrap, start
from tests.bench.figures import Figure, at_most, microseconds, milliseconds, whole_seconds, within
from tests.databases import Databases, close, open_as_served
from tests.drills.crowd import lay_out_crowd

TEXTS, LEADERS, KEYS = 10_000, 200, 1_000
WORDS = "I asked the ward clerk first, and she had known for weeks. " * 34  # about 2 KiB


@dataclass(frozen=True)
class PlainKey:
    """Seals nothing: for a build of the same turn without sealing."""

    def seal(self, _: Place, words: str) -> bytes:
        return words.encode()

    def open(self, _: Place, blob: bytes) -> str:
        return blob.decode()


class PlainVault:
    """Answers like a vault, and has neither keys nor a store."""

    async def keys(self, owners: Collection[UUID]) -> dict[UUID, Any]:
        return dict.fromkeys(owners, PlainKey())

    async def make_keys(self, _: UUID, owners: Collection[UUID]) -> dict[UUID, Any]:
        return await self.keys(owners)

    async def index(self, _: UUID, kind: str, words: str) -> bytes:
        return f"{kind}/{words}".encode()

    async def indexes(self, _: UUID, kind: str, words: Iterable[str]) -> list[bytes]:
        return [f"{kind}/{one}".encode() for one in words]


async def measure(databases: Databases, folder: Path, bank: Bank) -> list[Figure]:
    return [
        *_each_text(),
        await _turns(databases, folder, bank),
        await _export(databases, folder),
        *await _keys(folder),
    ]


def _each_text() -> list[Figure]:
    key, raw = new_key(), AESGCM(os.urandom(32))
    place = Place(uuid4(), uuid4(), "reflection", uuid4(), "words")
    text, nonce = WORDS.encode(), os.urandom(12)
    blob, bare = key.seal(place, WORDS), raw.encrypt(nonce, text, b"")
    return [
        at_most(
            f"seal a text of 2 KiB; floor: AES-GCM alone, {what}",
            _times(ours),
            _times(floor),
            microseconds,
            20,
        )
        for what, ours, floor in (
            ("sealed", lambda: key.seal(place, WORDS), lambda: raw.encrypt(nonce, text, b"")),
            ("opened", lambda: key.open(place, blob), lambda: raw.decrypt(nonce, bare, b"")),
        )
    ]


def _times(act: Any, runs: int = 30, each: int = 300) -> list[float]:
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        for _ in range(each):
            act()
        took.append((time.perf_counter() - began) / each)
    return took


async def _turns(databases: Databases, folder: Path, bank: Bank) -> Figure:
    """The same turns, sealed and in a build that seals nothing, turn and turn about."""
    now = datetime.now(UTC)
    (folder / "plain").mkdir()
    sealed = open_as_served(databases.fresh("sqlite", folder))
    plain = open_engine(databases.fresh("sqlite", folder / "plain"))
    entrust(plain, PlainVault())  # type: ignore[arg-type]
    took: dict[AsyncEngine, list[float]] = {sealed: [], plain: []}
    asked = {}
    for engine in took:
        await lay_out_crowd(engine, now, due=LEADERS, bank=bank, asked=6)
        asked[engine] = await _asked(engine)
    for number in range(LEADERS):
        for engine, seconds in took.items():
            key, nudge = asked[engine][number]
            event = Submitted(
                str(uuid4()), PLATFORM, WORKSPACE, key, FormName.ANSWER, nudge, {"words": (WORDS,)}
            )
            began = time.perf_counter()
            async with transaction(engine) as db:
                await take_turn(db, event, now=now, bank=bank, place=PLACE)
            seconds.append(time.perf_counter() - began)
    await close(sealed)
    await plain.dispose()
    return at_most(
        "a turn that stores an answer; beside: unsealed",
        took[sealed][20:],
        took[plain][20:],
        milliseconds,
        1.5,
    )


async def _asked(engine: AsyncEngine) -> list[tuple[str, str]]:
    """(user id, the newest question) of everyone."""
    async with reading(engine) as db:
        workspace = await find_workspace(db, PLATFORM, WORKSPACE)
        assert workspace
        people = await local_people(db, workspace.id)
        connection = await db.connection()
        rows = await connection.exec_driver_sql(
            "SELECT member_id, id FROM nudge GROUP BY member_id HAVING max(due_at)"
        )
        newest = {UUID(who): nudge for who, nudge in rows}
    return [(one.user_id, str(UUID(newest[one.id]))) for one in people]


async def _export(databases: Databases, folder: Path) -> Figure:
    (folder / "export").mkdir()
    engine = open_as_served(databases.fresh("sqlite", folder / "export"))
    now = datetime.now(UTC)
    await lay_out_crowd(engine, now, due=1)
    async with transaction(engine) as db:
        workspace = await find_workspace(db, PLATFORM, WORKSPACE)
        assert workspace
        [leader] = await local_people(db, workspace.id)
        nudges = [_question(leader, number, now) for number in range(TEXTS)]
        answers = [_answer(nudge, now) for nudge in nudges]
        sealed = await seal_all(
            db, workspace.id, [(own_place(one, "words"), WORDS) for one in answers]
        )
        for one, words in zip(answers, sealed, strict=True):
            one.words = words
        for rows in (nudges, answers):
            db.add_all(rows)
            await db.flush()
    began = time.perf_counter()
    async with reading(engine) as db:
        exported = to_json(await everything_of(db, leader, now))
    took = time.perf_counter() - began
    assert exported.count(WORDS) == TEXTS
    await close(engine)
    return within(f"{TEXTS:,} texts of 2 KiB opened and exported", [took], whole_seconds, 60)


def _question(leader: Member, number: int, now: datetime) -> Nudge:
    return Nudge(
        id=uuid4(),
        workspace_id=leader.workspace_id,
        member_id=leader.id,
        slot=f"{number}/question",
        kind=NudgeKind.QUESTION,
        due_at=now,
        ready_at=now,
        expires_at=now,
        state=NudgeState.SENT,
        question_id="CON-OPN-1",
        question_words="What?",
    )


def _answer(nudge: Nudge, now: datetime) -> Reflection:
    return Reflection(
        id=uuid4(),
        workspace_id=nudge.workspace_id,
        member_id=nudge.member_id,
        nudge_id=nudge.id,
        question_id=nudge.question_id,
        question_version=1,
        question_words=nudge.question_words,
        words=b"",
        answered_at=now,
    )


async def _keys(folder: Path) -> list[Figure]:
    """A key store of a thousand people, on its own, as an installation starts."""
    store, file = open_engine(f"sqlite:///{folder / 'keys.db'}", pragmas=KEY_STORE), folder / "file"
    await start(store, file, datetime.now(UTC))
    vault = Vault(store, lambda: read_key_file(file))
    workspace, people = uuid4(), [uuid4() for _ in range(KEYS)]
    await vault.make_keys(workspace, people)
    rewrapped, shredded, floor = list[float](), list[float](), list[float]()
    for _ in range(3):
        now = datetime.now(UTC)
        await add(vault, file, now)
        await promote(vault, file, now)
        began = time.perf_counter()
        _, done = await rewrap(vault)
        assert done == KEYS, done
        rewrapped.append(time.perf_counter() - began)
    with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as raw:
        for pragma in KEY_STORE:
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("CREATE TABLE stone (digest BLOB PRIMARY KEY)")
        for who in people[:50]:
            began = time.perf_counter()
            assert await vault.shred(workspace, who)
            shredded.append(time.perf_counter() - began)
            began = time.perf_counter()
            raw.execute("INSERT INTO stone VALUES (?)", (who.bytes,))
            floor.append(time.perf_counter() - began)
    await store.dispose()
    return [
        within(f"{KEYS:,} keys rewrapped", rewrapped, whole_seconds, 5),
        at_most(
            "a key shredded; floor: one durable row in such a file",
            shredded,
            floor,
            milliseconds,
            10,
        ),
    ]
