"""Opening what is remembered: the data, the key store, and the keys that bind them together."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.settings import Settings
from storage.engine import KEYS, NotKeptError, open_engine, reading
from storage.sealing import bound_to, entrust
from storage.vault import KeyFileError, Vault
from storage.vault.journal import journal_of
from storage.vault.keyfile import KeyRing, check_place, read_key_file
from storage.vault.rotating import start


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The data with its vault. Raises KeyFileError, before anything is written, unless the key
    file opens every key that the key store holds."""
    async with open_vault(settings) as vault:
        await vault.check()
        engine = open_engine(settings.database_url)
        try:
            entrust(engine, vault)
            yield engine
        finally:
            await engine.dispose()


@asynccontextmanager
async def open_vault(settings: Settings) -> AsyncIterator[Vault]:
    """Nothing is made where something is missing: opening a file that is not there would."""
    read_ring(settings)
    if settings.keystore_file is not None and not settings.keystore_file.exists():
        raise KeyFileError(
            f"There is no key store at {settings.keystore_file}. Run `bearings keys init` on a new "
            "machine; else bring it back from its backup, or check BEARINGS_KEYSTORE_URL."
        )
    store = open_engine(settings.keystore_url, pragmas=KEYS)
    try:
        yield Vault(store, lambda: read_ring(settings), journal_of(settings.key_file))
    finally:
        await store.dispose()


def read_ring(settings: Settings, *, not_in: Collection[Path] = ()) -> KeyRing:
    return read_key_file(settings.key_file, not_in=[*_folders(settings), *not_in])


def _folders(settings: Settings) -> list[Path]:
    return [file.parent for file in (settings.database_file, settings.keystore_file) if file]


async def start_keys(settings: Settings, now: datetime) -> KeyRing:
    """Raises KeyFileError unless everything is new, or was left half made."""
    check_place(settings.key_file, _folders(settings))
    await _refuse_sealed(settings)
    store = open_engine(settings.keystore_url, pragmas=KEYS)
    try:
        return await start(store, settings.key_file, now)
    finally:
        await store.dispose()


async def start_keys_once(settings: Settings, now: datetime) -> None:
    """For the playground, whose keys nobody has to think of."""
    if not settings.key_file.exists() or (
        settings.keystore_file is not None and not settings.keystore_file.exists()
    ):
        await start_keys(settings, now)


async def _refuse_sealed(settings: Settings) -> None:
    """New keys would open nothing of what a lost key store sealed."""
    store, data = settings.keystore_file, settings.database_file
    if store is None or store.exists() or (data is not None and not data.exists()):
        return
    engine = open_engine(settings.database_url)
    try:
        with suppress(NotKeptError):  # no such table, or no such server: nothing is sealed
            async with reading(engine) as db:
                if await bound_to(db) is not None:
                    raise KeyFileError(
                        f"The database is sealed with a key store that is not at {store}. Bring it "
                        "back from its backup; new keys would open nothing. Nothing was changed."
                    )
    finally:
        await engine.dispose()
