"""What is missing or wrong, in plain words."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import keeping
from bot.settings import Settings
from prompts.bank import BankError, load_bank
from prompts.supporting import SupportError, load_cards, out_of_date
from storage.engine import NotKeptError, database_now, open_engine, reading
from storage.installations import standings
from storage.migrating import SchemaError, check_schema
from storage.sealing import check_bound, vault_of
from storage.vault import KeyFileError
from storage.vault.reporting import Due, status

OLDEST_PYTHON = (3, 11)
# The tz database lists about six hundred; far fewer means that it was not installed.
FEWEST_ZONES = 300
# A new key every week is the plan; a month without one is forgotten.
ROTATION_LATE = timedelta(days=23)
# Slack's longest patience is a day; what still holds is refused again by then.
REFUSED_LATELY = timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong` is empty where all is well; otherwise it says what to do."""

    what: str
    wrong: str = ""


async def examine(settings: Settings) -> list[Finding]:
    engine = open_engine(settings.database_url)
    looks: tuple[Callable[[], Awaitable[Finding]], ...] = (
        _python,
        lambda: _keys(settings),
        lambda: _database(settings, engine),
        lambda: _schema(settings, engine),
        _bank,
        _support,
        _zones,
        lambda: _slack(settings, engine),
        lambda: _teams(settings),
    )
    try:
        return [await look() for look in looks]
    finally:
        await engine.dispose()


async def _keys(settings: Settings) -> Finding:
    """The key file, the key store, and that they and the database belong together."""
    what = f"Keys: {settings.key_file}"
    file = settings.database_file
    try:
        if file is not None and not file.exists():
            # Looked at without the database, which a look would make.
            async with keeping.open_vault(settings) as vault:
                await vault.check()
            return Finding(what)
        async with keeping.opened(settings) as engine, reading(engine) as db:
            vault = vault_of(db)
            await check_bound(db, await vault.check())
            now = await database_now(engine)
            return Finding(what, _overdue((await status(vault, now)).next, now))
    except KeyFileError as error:
        return Finding(what, str(error))
    except NotKeptError:
        # The database's own finding says what is the matter with it.
        return Finding(what)


def _overdue(due: Due, now: datetime) -> str:
    if now - due.at < ROTATION_LATE:
        return ""
    return (
        f"The next step of changing keys has been due since {due.at:%Y-%m-%d}. "
        "`bearings keys status` says which it is."
    )


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


async def _schema(settings: Settings, engine: AsyncEngine) -> Finding:
    file = settings.database_file
    if file is not None and not file.exists():
        # Looking would make it.
        return Finding("Migrations", "There is no database yet. Run `bearings migrate`.")
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


async def _support() -> Finding:
    """Numbers to turn to go out of date, and an old one is worse than none."""
    try:
        overdue = out_of_date(load_cards(), datetime.now(UTC).date())
    except SupportError as error:
        return Finding("Support cards", f"They have mistakes. {error}")
    if overdue:
        nations = ", ".join(f"{card.nation} ({card.owner})" for card in overdue)
        return Finding("Support cards", f"To be checked, or no programme opens: {nations}.")
    return Finding("Support cards")


async def _slack(settings: Settings, engine: AsyncEngine) -> Finding:
    if not settings.speaks_slack:
        return Finding("Slack: not configured")
    wrong = [await _refused_by_slack(settings, engine), _without_address(settings)]
    return Finding("Slack", " ".join(filter(None, wrong)))


async def _refused_by_slack(settings: Settings, engine: AsyncEngine) -> str:
    """Where nothing can be sent, though nothing here is wrong."""
    file = settings.database_file
    try:
        if file is not None and not file.exists():
            return ""
        await check_schema(engine)
        async with reading(engine) as db:
            now = await database_now(engine)
            all_of_them = await standings(db, "slack")
    except (SchemaError, NotKeptError):
        # Said of the database already.
        return ""
    held = [one for one in all_of_them if one.ended_at is None]
    if all_of_them and not held:
        return "Every workspace has taken Bearings out. Install it again to go on."
    return " ".join(
        f"{one.workspace} refused at {one.refused_at:%Y-%m-%d %H:%M} UTC: {one.refused_because}"
        for one in held
        if one.refused_at is not None and now - one.refused_at < REFUSED_LATELY
    )


async def _teams(settings: Settings) -> Finding:
    if not settings.speaks_teams:
        return Finding("Teams: not configured")
    if settings.teams_certificate_file:
        # Only who has one needs what reads it.
        from bot.teams.credentials import CredentialError, read_certificate  # noqa: PLC0415

        try:
            read_certificate(Path(settings.teams_certificate_file))
        except CredentialError as error:
            return Finding("Teams", str(error))
    return Finding("Teams", _without_address(settings))


def _without_address(settings: Settings) -> str:
    if settings.base_url:
        return ""
    return (
        "BEARINGS_BASE_URL is missing: nobody there can get a calendar file or a copy of "
        "what is theirs."
    )


async def _zones() -> Finding:
    count = len(available_timezones())
    if count < FEWEST_ZONES:
        return Finding(f"Time zones: {count}", "Install the tzdata package.")
    return Finding(f"Time zones: {count}")
