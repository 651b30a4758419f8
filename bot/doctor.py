"""What is missing or wrong, in plain words."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.settings import Settings
from prompts.bank import BankError, load_bank
from storage.engine import NotKeptError, database_now
from storage.migrating import SchemaError, check_schema

OLDEST_PYTHON = (3, 11)
# The tz database lists about six hundred; far fewer means that it was not installed.
FEWEST_ZONES = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong` is empty where all is well; otherwise it says what to do."""

    what: str
    wrong: str = ""


async def examine(settings: Settings, engine: AsyncEngine) -> list[Finding]:
    looks: tuple[Callable[[], Awaitable[Finding]], ...] = (
        _python,
        lambda: _database(settings, engine),
        lambda: _schema(engine),
        _bank,
        _zones,
    )
    return [await look() for look in looks]


async def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST_PYTHON:
        return Finding(f"Python {version}", "Install Python 3.11 or newer.")
    return Finding(f"Python {version}")


async def _database(settings: Settings, engine: AsyncEngine) -> Finding:
    what = f"Database: {make_url(settings.database_url).render_as_string(hide_password=True)}"
    file = settings.database_file
    if file is not None and not file.exists():
        return Finding(what, "There is no such file yet. Run `bearings migrate`.")
    try:
        await database_now(engine)
    except NotKeptError:
        return Finding(
            what, "It cannot be opened. Check BEARINGS_DATABASE_URL and that it is running."
        )
    return Finding(what)


async def _schema(engine: AsyncEngine) -> Finding:
    try:
        await check_schema(engine)
    except SchemaError as error:
        return Finding("Migrations", str(error))
    return Finding("Migrations")


async def _bank() -> Finding:
    try:
        bank = load_bank()
    except BankError as error:
        return Finding("Question bank", f"It has mistakes. {error}")
    return Finding(f"Question bank: {len(bank.live)} live questions")


async def _zones() -> Finding:
    count = len(available_timezones())
    if count < FEWEST_ZONES:
        return Finding(f"Time zones: {count}", "Install the tzdata package.")
    return Finding(f"Time zones: {count}")
