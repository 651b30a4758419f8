"""Who let us in: found by team, then by organisation; and who went to do so comes back once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select

from storage import install_states
from storage.engine import reading, transaction
from storage.install_states import make_state, use_state
from storage.installations import (
    end_installation,
    find_installation,
    install,
    installations,
    token_of,
)
from storage.tables import InstallState
from tests.cast import MONDAY


async def lets_in(engine: AsyncEngine, workspace: str, key: str = "xoxb-1") -> None:
    async with transaction(engine) as db:
        await install(db, "slack", workspace, key, MONDAY, bot_user="U0", enterprise="E1")


async def found(engine: AsyncEngine, workspace: str, organisation: str = "") -> str | None:
    async with reading(engine) as db:
        one = await find_installation(db, "slack", workspace, organisation)
        return one and one.workspace


async def test_a_teams_own_installation_comes_before_its_organisations(
    engine: AsyncEngine,
) -> None:
    await lets_in(engine, "E1")
    assert await found(engine, "T1", "E1") == "E1"
    await lets_in(engine, "T1")
    assert await found(engine, "T1", "E1") == "T1"
    assert await found(engine, "T2", "E1") == "E1"
    assert await found(engine, "T2") is None
    assert await found(engine, "T2", "E2") is None


async def test_a_team_that_let_us_in_lets_in_no_other_of_its_organisation(
    engine: AsyncEngine,
) -> None:
    await lets_in(engine, "T1")
    assert await found(engine, "T2", "E1") is None


async def test_an_installation_that_ended_is_found_only_where_it_is_looked_for(
    engine: AsyncEngine,
) -> None:
    await lets_in(engine, "T1")
    async with transaction(engine) as db:
        one = await find_installation(db, "slack", "T1")
        assert one
        assert await end_installation(db, one.workspace_id, "gone", MONDAY, happened_at=MONDAY)
        assert await find_installation(db, "slack", "T1") is None
        assert await find_installation(db, "slack", "T1", ended=True) == one


async def test_two_who_install_at_the_same_moment_install_once(engine: AsyncEngine) -> None:
    await asyncio.gather(lets_in(engine, "T1", "xoxb-1"), lets_in(engine, "T1", "xoxb-1"))
    async with reading(engine) as db:
        [one] = await installations(db, "slack")
        assert await token_of(db, one.workspace_id) == "xoxb-1"


async def test_a_state_is_good_once_and_for_ten_minutes(engine: AsyncEngine) -> None:
    async with transaction(engine) as db:
        first, second = await make_state(db, MONDAY), await make_state(db, MONDAY)
        assert first
        assert second
        kept = (await db.exec(select(InstallState.digest))).all()
        assert first.encode() not in kept
        assert await use_state(db, first, MONDAY)
        assert not await use_state(db, first, MONDAY)
        assert not await use_state(db, "guessed", MONDAY)
        assert not await use_state(db, second, MONDAY + timedelta(minutes=10))


async def test_beginning_again_and_again_fills_no_disk(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install_states, "MOST", 2)
    async with transaction(engine) as db:
        states = [await make_state(db, MONDAY + timedelta(minutes=minute)) for minute in range(3)]
        now = MONDAY + timedelta(minutes=3)
        assert [await use_state(db, one, now) for one in states] == [False, True, True]
