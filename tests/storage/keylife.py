"""A key file and a key store of their own, with people who have keys, and what they sealed."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import KEYS, open_engine, reading
from storage.vault import Key, Place, Vault, keyfile, keystore, rotating
from storage.vault.keyfile import read_key_file

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WORKSPACE = UUID(int=1)
# `DRILLS=long` cuts a step off before each of its deeds. Otherwise it is before every few of them:
# the long form takes minutes, and is for a day on which the vault was changed.
LONG = os.environ.get("DRILLS") == "long"


def stride(short: int) -> int:
    return 1 if LONG else short


# What can be done to the key file.
TOUCHES = ("open", "fdopen", "fsync", "replace", "pwrite")


@dataclass(frozen=True)
class KeyLife:
    """Everything is read anew each time, as a new process would."""

    folder: Path
    url: str = ""

    @property
    def file(self) -> Path:
        return self.folder / "apart" / "test.keys"

    @property
    def store_file(self) -> Path:
        return self.folder / "store" / "keys.db"

    @property
    def store_url(self) -> str:
        return self.url or f"sqlite:///{self.store_file}"

    @asynccontextmanager
    async def store(self) -> AsyncIterator[AsyncEngine]:
        engine = open_engine(self.store_url, pragmas=KEYS)
        try:
            yield engine
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def vault(self) -> AsyncIterator[Vault]:
        async with self.store() as store:
            yield Vault(store, lambda: read_key_file(self.file))

    async def started(self, people: int) -> dict[UUID, bytes]:
        """What was sealed, by whose it is."""
        async with self.store() as store:
            await rotating.start(store, self.file, NOW)
        return await self.sealed(people)

    async def sealed(self, people: int, first: int = 100) -> dict[UUID, bytes]:
        owners = [UUID(int=first + n) for n in range(people)]
        async with self.vault() as vault:
            keys = await vault.make_keys(WORKSPACE, owners)
        return {owner: keys[owner].seal(place_of(owner), words_of(owner)) for owner in owners}

    async def check(self, sealed: dict[UUID, bytes]) -> None:
        """A new process finds everything in order, and reads all of it."""
        async with self.vault() as vault:
            await vault.check()
            keys: dict[UUID, Key] = await vault.keys(sealed)
            for owner, blob in sealed.items():
                assert keys[owner].open(place_of(owner), blob) == words_of(owner)

    async def state(self) -> dict[str, Any]:
        """What there is in the end, without what differs from one time to the next by chance."""
        ring = read_key_file(self.file)
        async with self.store() as store, reading(store) as db:
            return {
                "file": (ring.active.id, sorted(ring.keys)),
                "left": sorted(one.name for one in self.file.parent.iterdir()),
                "wrappers": [
                    (one.id, one.added_at, one.promoted_at, one.retired_at)
                    for one in await keystore.wrappers(db)
                ],
                "agree": all(
                    one.check == ring.keys[one.id].check
                    for one in await keystore.wrappers(db)
                    if one.id in ring.keys
                ),
                "counts": await keystore.counts(db),
                "tombstones": [one.digest for one in await keystore.tombstones(db)],
            }


def place_of(owner: UUID) -> Place:
    return Place(WORKSPACE, owner, "reflection", owner, "words")


def words_of(owner: UUID) -> str:
    return f"What {owner} thinks of it."


# ---- the steps ----

LOST = UUID(int=100)


async def start(life: KeyLife) -> None:
    async with life.store() as store:
        await rotating.start(store, life.file, NOW)


async def add(life: KeyLife) -> None:
    async with life.vault() as vault:
        await vault.check()
        await rotating.add(vault, life.file, NOW + timedelta(days=7))


async def promote(life: KeyLife) -> None:
    async with life.vault() as vault:
        await vault.check()
        await rotating.promote(vault, life.file, NOW + timedelta(days=8))


async def rewrap(life: KeyLife) -> None:
    async with life.vault() as vault:
        await vault.check()
        await rotating.rewrap(vault)


async def retire(life: KeyLife) -> None:
    async with life.vault() as vault:
        await vault.check()
        await rotating.retire(vault, life.file, NOW + timedelta(days=15))


async def shred(life: KeyLife) -> None:
    async with life.vault() as vault:
        await vault.shred(WORKSPACE, LOST)


Step = Callable[[KeyLife], Coroutine[Any, Any, None]]
STEPS: dict[str, Step] = {
    "start": start,
    "add": add,
    "promote": promote,
    "rewrap": rewrap,
    "retire": retire,
    "shred": shred,
}
# What has to be done before each.
BEFORE: dict[str, tuple[str, ...]] = {
    "start": (),
    "add": ("start",),
    "promote": ("start", "add"),
    "rewrap": ("start", "add", "promote"),
    "retire": ("start", "add", "promote", "rewrap"),
    "shred": ("start",),
}


# ---- being cut off ----


class PowerCutError(BaseException):
    """The process is no more: nothing may catch this."""


class Disk:
    """The operating system as the key file's module sees it; told of before it is touched."""

    def __init__(self, about_to: Callable[[str], None]) -> None:
        self._about_to = about_to

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)

        def touch(*args: Any, **more: Any) -> Any:
            self._about_to(name)
            return real(*args, **more)

        return touch if name in TOUCHES else real


@contextmanager
def cut_at(number: int, cut: Callable[[], None]) -> Iterator[list[str]]:
    """Before the n-th thing that is done to any database or to the key file, the power fails.
    Yields what was done until then."""
    done: list[str] = []
    numbers = count(1)

    def about_to(what: str) -> None:
        if next(numbers) == number:
            cut()
        done.append(what)

    def statement(_: Any, __: Any, words: str, *___: Any) -> None:
        about_to(words.split("\n", maxsplit=1)[0])

    def commit(_: Any) -> None:
        about_to("COMMIT")

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    keyfile.os = Disk(about_to)
    try:
        yield done
    finally:
        keyfile.os = os
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "commit", commit)


def cut_the_power() -> None:
    raise PowerCutError


def kill_at(number: int, step: str, folder: str, done: str) -> None:
    """In a process of its own, which ends by SIGKILL before its n-th deed, or writes that it is
    done."""

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with cut_at(number, die):
        asyncio.run(STEPS[step](KeyLife(Path(folder))))
    Path(done).touch()
