import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from bot import app
from prompts.bank import ServedBank
from tests.bot.backups import House
from tests.bot.browsing import Browser
from tests.bot.commands import Bearings, lay_out, lay_out_in, run_in
from tests.bot.dialogue import Dialogue
from tests.cast import Programme
from tests.databases import PROGRAMS, Databases, environment, open_sealed


@pytest.fixture
def bearings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Bearings:
    """Runs a command in this process, in an empty folder, with these settings."""
    monkeypatch.chdir(tmp_path)
    keys = environment(f"sqlite:///{tmp_path}/var/bearings.db")
    del keys["BEARINGS_DATABASE_URL"]
    return run_in(monkeypatch, capsys, keys)


@pytest.fixture
def laid_out(databases: Databases, tmp_path: Path) -> str:
    """The sample programme, with two Dans, where the plain commands look for it."""
    (tmp_path / "var").mkdir()
    engine = open_sealed(f"sqlite:///{tmp_path}/var/bearings.db")
    asyncio.run(databases.lay_out(engine, lay_out_in))
    return "var/bearings.db"


@pytest.fixture
def house(
    laid_out: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> House:
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path}/{laid_out}"
    return House(tmp_path, url, run_in(monkeypatch, capsys, environment(url)))


@pytest.fixture
def served(
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[House]:
    """On PostgreSQL, with its programs at hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
    url = databases.empty("postgresql", tmp_path)
    asyncio.run(lay_out(url))
    yield House(tmp_path, url, run_in(monkeypatch, capsys, environment(url)))
    databases.drop(url)


@pytest.fixture(scope="session")
def served_bank() -> ServedBank:
    return ServedBank()


@pytest.fixture(scope="session")
def playing(served_bank: ServedBank) -> Callable[[AsyncEngine], Awaitable[object]]:
    return lambda engine: app.lay_out_once(engine, served_bank)


@pytest.fixture
async def playground(
    engine: AsyncEngine,
    served_bank: ServedBank,
    databases: Databases,
    playing: Callable[[AsyncEngine], Awaitable[object]],
) -> Starlette:
    await databases.lay_out(engine, playing)
    return app.build_playground(engine, served_bank)


@pytest.fixture
async def browser(playground: Starlette) -> AsyncIterator[Browser]:
    async with Browser(playground) as browser:
        yield browser


@pytest.fixture
def changes(engine: AsyncEngine) -> Iterator[Callable[[], int]]:
    """A number that differs as soon as anything was stored, where the database has one."""
    if engine.dialect.name != "sqlite":
        yield lambda: 0
        return
    with closing(sqlite3.connect(str(engine.url.database))) as onlooker:
        yield lambda: int(onlooker.execute("PRAGMA data_version").fetchone()[0])


@pytest.fixture
def chat(programme: Programme) -> Dialogue:
    return Dialogue(programme)
