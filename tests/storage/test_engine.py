"""All of a transaction is kept or none of it, and who asked is told which, never what."""

import asyncio
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import func, select

from storage.engine import NotKeptError, open_engine, reading, transaction
from storage.members import Member, NewMember, add_members, member
from storage.migrating import check_schema
from storage.objectives import set_objective
from storage.rights import Purpose
from storage.tables import Objective, Reflection, Workspace
from storage.texts import open_text
from tests.cast import MONDAY, Programme
from tests.databases import Databases, close, open_sealed

postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

CUT_OFF_EVERYBODY_ELSE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND datname = current_database()
"""


@pytest.fixture
def file(databases: Databases, tmp_path: Path) -> Path:
    databases.fresh("sqlite", tmp_path)
    return tmp_path / "bearings.db"


@contextmanager
def another_writer(file: Path) -> Iterator[None]:
    """Another program in the middle of writing."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def nothing_of(secret: str, error: BaseException) -> bool:
    """Whether neither the error nor what a log would make of it holds those words."""
    return not any(
        secret in told for told in ("".join(traceback.format_exception(error)), repr(error))
    )


async def an_amara(engine: AsyncEngine) -> Member:
    place = Workspace(platform="playground", external_id="here")
    async with transaction(engine) as db:
        db.add(place)
        await db.flush()
        [amara] = await add_members(db, place.id, [NewMember(user_id="amara", name="Amara Okafor")])
    return amara


async def keep(engine: AsyncEngine, amara: Member, *several: str) -> None:
    """All of them in one transaction."""
    async with transaction(engine) as db:
        for words in several:
            await set_objective(db, amara, words, [], MONDAY)


async def objectives(engine: AsyncEngine) -> list[str]:
    """As whoever wrote them would read them."""
    async with reading(engine) as db:
        return sorted(
            [
                await open_text(db, await member(db, one.member_id), Purpose.OWN_PAGE, one, MONDAY)
                for one in await db.exec(select(Objective))
            ]
        )


async def test_sqlite_is_opened_to_be_durable_and_to_hold_its_promises(file: Path) -> None:
    engine = open_engine(f"sqlite:///{file}", busy_timeout_ms=1234)
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 1234}

    async def ask() -> dict[str, Any]:
        async with reading(engine) as db:
            connection = await db.connection()
            return {
                name: (await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in wanted
            }

    # Three at once, so that more than the first connection is looked at.
    assert await asyncio.gather(ask(), ask(), ask()) == [wanted] * 3
    await engine.dispose()


async def test_while_another_writes_amara_is_told_that_nothing_was_kept(file: Path) -> None:
    secret = uuid4().hex
    engine = open_sealed(f"sqlite:///{file}", busy_timeout_ms=20)
    amara = await an_amara(engine)
    with another_writer(file):
        with pytest.raises(NotKeptError) as refused:
            async with transaction(engine) as db:
                await set_objective(db, amara, secret, [], MONDAY)
        assert nothing_of(secret, refused.value)
        assert await objectives(engine) == []
    await keep(engine, amara, secret)
    assert await objectives(engine) == [secret]
    await close(engine)


async def test_reading_and_checking_wait_for_no_writer(file: Path) -> None:
    engine = open_sealed(f"sqlite:///{file}", busy_timeout_ms=20)
    with another_writer(file):
        assert await objectives(engine) == []
        await check_schema(engine)
    await close(engine)


@postgresql
async def test_whoever_holds_a_row_does_not_hold_up_a_writer_for_ever(database_url: str) -> None:
    engine = open_sealed(database_url, busy_timeout_ms=20)
    amara = await an_amara(engine)
    hold = select(Workspace).where(Workspace.id == amara.workspace_id).with_for_update()
    async with transaction(engine) as other:
        await other.exec(hold)
        with pytest.raises(NotKeptError, match="LockNotAvailable"):
            async with transaction(engine) as db:
                await db.exec(hold)
    await close(engine)


@postgresql
async def test_no_server_is_waited_for_for_ever_unless_its_address_says_so(
    database_url: str,
) -> None:
    said = "connect_timeout=7&options=-c%20statement_timeout%3D9s"
    engine = open_engine(f"{database_url}{'&' if '?' in database_url else '?'}{said}")
    async with reading(engine) as db:
        connection = await db.connection()
        told: Any = (await connection.get_raw_connection()).driver_connection
        limits = told.info.get_parameters()
        wanted = {"connect_timeout": "7", "tcp_user_timeout": "20000", "keepalives_idle": "10"}
        assert {name: limits[name] for name in wanted} == wanted
        for setting, value in (("lock_timeout", "5s"), ("statement_timeout", "9s")):
            shown = await connection.execute(text(f"SHOW {setting}"))
            assert shown.scalar() == value
    await engine.dispose()


async def test_on_a_full_disk_nothing_is_half_kept_and_what_was_kept_stays(file: Path) -> None:
    secret = uuid4().hex
    engine = open_sealed(f"sqlite:///{file}")
    amara = await an_amara(engine)
    await keep(engine, amara, "Kept before")
    await close(engine)

    @event.listens_for(engine.sync_engine, "connect")
    def fill_the_disk(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA page_count")
        [pages] = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages + 4}")
        cursor.close()

    with pytest.raises(NotKeptError) as refused:
        await keep(engine, amara, "It fits", secret * 10_000)
    assert "full" in str(refused.value)
    assert nothing_of(secret, refused.value)
    assert await objectives(engine) == ["Kept before"]

    await keep(engine, amara, "Short enough")
    assert await objectives(engine) == ["Kept before", "Short enough"]
    await close(engine)


async def test_an_answer_that_the_database_refuses_is_in_no_error(
    programme: Programme, engine: AsyncEngine
) -> None:
    """PostgreSQL likes to quote the whole row that it refuses: sealed words in hexadecimal."""
    dan = await programme.member("Dan Whitfield")
    secret = uuid4().hex
    unfinished = Reflection(
        workspace_id=dan.workspace_id,
        member_id=dan.id,
        nudge_id=None,
        question_id="CON-OPN-1",
        question_version=1,
        question_words=secret,
        words=secret.encode(),
        answered_at=MONDAY,
    )
    with pytest.raises(NotKeptError) as refused:
        async with transaction(engine) as db:
            db.add(unfinished)
    assert nothing_of(secret, refused.value)
    assert nothing_of(secret.encode().hex(), refused.value)


async def test_an_error_of_our_own_undoes_everything_and_comes_through(
    engine: AsyncEngine,
) -> None:
    amara = await an_amara(engine)

    async def stumble() -> None:
        async with transaction(engine) as db:
            await set_objective(db, amara, "Undone", [], MONDAY)
            raise ArithmeticError("Ours")

    with pytest.raises(ArithmeticError, match="Ours"):
        await stumble()
    assert await objectives(engine) == []


async def test_a_reader_sees_one_moment_however_much_is_written_meanwhile(
    engine: AsyncEngine,
) -> None:
    amara = await an_amara(engine)
    count = select(func.count()).select_from(Objective)
    async with reading(engine) as reader:
        before = (await reader.exec(count)).one()
        await keep(engine, amara, "Written meanwhile")
        assert (await reader.exec(count)).one() == before == 0
    assert await objectives(engine) == ["Written meanwhile"]


async def test_a_database_that_went_away_and_came_back_needs_no_restart(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.fresh("postgresql", tmp_path)
    engine, other = open_sealed(url), open_sealed(url)
    amara = await an_amara(engine)

    async def cut_off_in_the_middle() -> None:
        async with transaction(engine) as db:
            await set_objective(db, amara, "Lost on the way", [], MONDAY)
            async with other.connect() as connection:
                await connection.execute(text(CUT_OFF_EVERYBODY_ELSE))

    with pytest.raises(NotKeptError):
        await cut_off_in_the_middle()
    # And cut off once more, while nobody was using the connection.
    assert await objectives(engine) == []
    async with other.connect() as connection:
        await connection.execute(text(CUT_OFF_EVERYBODY_ELSE))
    await keep(engine, amara, "Kept afterwards")
    assert await objectives(engine) == ["Kept afterwards"]
    await close(engine)
    await close(other)
    databases.drop(url)


async def test_sqlite_is_woken_once_for_a_statement_and_its_rows(file: Path) -> None:
    engine = open_sealed(f"sqlite:///{file}")
    async with transaction(engine) as db:
        connection = await db.connection()
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        queue, trips = driver._tx, list[object]()
        driver._tx = _Counted(queue, trips)
        try:
            rows = (await connection.execute(text("VALUES (1), (2)"))).all()
            assert len(trips) == 1
            changed = await connection.execute(text("UPDATE workspace SET platform = 'slack'"))
            assert len(trips) == 2
        finally:
            driver._tx = queue
    assert rows == [(1,), (2,)]
    assert changed.rowcount == 0
    await close(engine)


class _Counted:
    """What is put into the queue of the driver's thread."""

    def __init__(self, queue: Any, trips: list[object]) -> None:
        self._queue, self._trips = queue, trips

    def put_nowait(self, trip: object) -> None:
        self._trips.append(trip)
        self._queue.put_nowait(trip)
