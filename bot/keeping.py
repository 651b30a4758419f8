"""Opening what is remembered: the data, the key store, and the keys that bind them together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.settings import Settings
from storage.engine import KEYS, open_engine
from storage.sealing import entrust
from storage.vault import KeyFileError, Vault
from storage.vault.keyfile import KeyRing, read_key_file
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
        yield Vault(store, lambda: read_ring(settings))
    finally:
        await store.dispose()


def read_ring(settings: Settings) -> KeyRing:
    folders = [file.parent for file in (settings.database_file, settings.keystore_file) if file]
    return read_key_file(settings.key_file, not_in=folders)


async def start_keys(settings: Settings, now: datetime) -> KeyRing:
    """Raises KeyFileError unless everything is new, or was left half made."""
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
