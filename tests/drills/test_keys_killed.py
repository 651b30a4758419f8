"""Every step of the keys' life survives kill -9 before each of its deeds.

With `DRILLS=long` before every one of them, else before every fifth.
"""

import asyncio
import multiprocessing
import signal
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest

from storage.vault import KeyFileError
from tests.storage.keylife import BEFORE, LOST, STEPS, KeyLife, kill_at, stride

# Its processes begin with nothing but the modules they need, and none of this one's threads.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.storage.keylife"])


async def lay_out(life: KeyLife, step: str) -> dict[UUID, bytes]:
    sealed: dict[UUID, bytes] = {}
    for before in BEFORE[step]:
        await STEPS[before](life)
        if before == "start":
            sealed = await life.sealed(3)
    return sealed


async def finish(life: KeyLife, step: str, sealed: dict[UUID, bytes]) -> None:
    """Nothing is lost; the step is done again; people come along; nothing is lost."""
    if step not in {"start", "shred"}:
        await life.check(sealed)
    # A beginning that was killed after its last deed has nothing left to do.
    with suppress(KeyFileError):
        await STEPS[step](life)
    if step == "shred":
        del sealed[LOST]
    await life.check(sealed | await life.sealed(2, first=500))


@pytest.mark.parametrize("step", STEPS)
def test_a_step_survives_being_killed_before_each_of_its_deeds(step: str, tmp_path: Path) -> None:
    whole = KeyLife(tmp_path / "whole")
    asyncio.run(finish(whole, step, asyncio.run(lay_out(whole, step))))
    wanted = asyncio.run(whole.state())
    killed, number = 0, 1
    while True:
        life = KeyLife(tmp_path / str(killed))
        sealed = asyncio.run(lay_out(life, step))
        done = tmp_path / f"{killed}.done"
        process = FORKS.Process(target=kill_at, args=(number, step, str(life.folder), str(done)))
        process.start()
        process.join(60)
        if done.exists():
            assert process.exitcode == 0
            break
        assert process.exitcode == -signal.SIGKILL
        killed += 1
        number += stride(5)
        asyncio.run(finish(life, step, sealed))
        assert asyncio.run(life.state()) == wanted
    print(f"{step}: killed before each of {killed} deeds")
    assert killed > 0
