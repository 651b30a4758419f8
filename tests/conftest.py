import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import Bank, load_bank
from tests.cast import Programme
from tests.databases import KINDS, Databases, close, open_sealed, postgres_server
from tests.slowest import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]

# Nothing here is judged by how long it takes: a busy machine is no defect.
settings.register_profile("bearings", deadline=None)
settings.load_profile("bearings")


def pytest_collection_finish() -> None:
    """None of it is ever rubbish, and the tests' own rubbish is found without walking over it."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def bank() -> Bank:
    return load_bank()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with postgres_server() as server:
        databases = Databases(tmp_path_factory.mktemp("model"), server)
        yield databases
        databases.close()


# The conversation speaks to both databases through one set of queries, which tests/storage and
# tests/scheduler hold on both. Of tests/bot these run on both as well: what depends on how a
# database behaves (doubles, rights, words on their way from the door to the row and back).
ON_BOTH = {
    "test_rights",
    "test_slack_echoes",
    "test_slack_heeding",
    "test_slack_intake",
    "test_slack_replies",
    "test_turn",
    "test_web_listening",
    "test_web_reading",
    "test_wording",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = any(
        mark.args[0] == "database_url" for mark in metafunc.definition.iter_markers("parametrize")
    )
    if "database_url" in metafunc.fixturenames and not chosen:
        _, room, *_, name = metafunc.module.__name__.split(".")
        on_both = room not in {"bot", "scenarios"} or name in ON_BOTH
        kinds = KINDS if on_both else KINDS[:1]
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[str]:
    """A fresh migrated database, once on each kind."""
    url = databases.fresh(request.param, tmp_path)
    yield url
    databases.give_back(url)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_sealed(database_url)
    yield engine
    await close(engine)


@pytest.fixture(scope="session")
def sample(bank: Bank) -> Callable[[AsyncEngine], Awaitable[Programme]]:
    return lambda engine: Programme(engine, bank).lay_out()


@pytest.fixture
async def programme(
    engine: AsyncEngine,
    bank: Bank,
    databases: Databases,
    sample: Callable[[AsyncEngine], Awaitable[Programme]],
) -> Programme:
    await databases.lay_out(engine, sample)
    return Programme(engine, bank)
