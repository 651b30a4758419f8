"""Running the `bearings` command inside of a test."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app, cli, commanding
from prompts.bank import ServedBank
from storage.engine import transaction
from storage.members import NewMember, add_members, named_member
from tests.databases import close, open_sealed

OURS = re.compile("BEARINGS_|PORT$|HOST$")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Bearings = Callable[..., Ended]


def is_one_line(ended: Ended) -> bool:
    return re.fullmatch("bearings: [^\n]+\n", ended.error) is not None and not ended.out


def run_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], keys: dict[str, str]
) -> Bearings:
    """Commands in this process, in the present folder, with these settings."""
    for name in [name for name in os.environ if OURS.match(name)]:
        monkeypatch.delenv(name)
    # It would hold on to the standard error of one test for all the others.
    monkeypatch.setattr(commanding, "start_logging", lambda level: None)

    def run(*words: str, **settings: str) -> Ended:
        with monkeypatch.context() as changed:
            for name, value in {**keys, **settings}.items():
                changed.setenv(name, value)
            changed.setattr(sys, "argv", ["bearings", *words])
            with pytest.raises(SystemExit) as ended:
                cli.main()
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return run


async def lay_out(url: str) -> None:
    engine = open_sealed(url)
    await lay_out_in(engine)
    await close(engine)


async def lay_out_in(engine: AsyncEngine) -> None:
    """The sample programme, with two Dans."""
    await app.bring_up_to_date(engine)
    await app.lay_out_once(engine, ServedBank())
    async with transaction(engine) as db:
        dan = await named_member(db, "dan@example.org")
        there = dan.workspace_id
        await add_members(db, there, [NewMember(user_id="dan2", address="dan2", name=dan.name)])


def listing(folder: Path) -> dict[str, str]:
    """Every file below, with what it holds and who may read it."""
    return {
        str(file.relative_to(folder)): (
            f"{file.stat().st_mode:o} {hashlib.sha256(file.read_bytes()).hexdigest()}"
        )
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@contextmanager
def untouched(folder: Path) -> Iterator[None]:
    before = listing(folder)
    yield
    assert listing(folder) == before
