"""`bearings demo --slack`: the road through Slack, with a pretended Slack at its end.

The pretended one is the strict fake that the tests are held to. It is no part of the program, and
stands beside it in a checkout.
"""

import asyncio
import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app, keeping
from bot.commanding import RefusedError, run, say
from bot.serving import serve_until_told, take_port
from bot.settings import Settings
from prompts.bank import ServedBank

CHECKOUT = Path(__file__).parents[1]
FAKE = "tests.slack.demo"
NOT_HERE = (
    "The pretended Slack is not installed here: it comes with the source. Run this in a checkout "
    "of Bearings, or `bearings demo` for the playground."
)


def demo_in_slack(settings: Settings) -> None:
    """Everything it keeps goes when it ends; the database in the settings is not touched."""
    fake = _fake()
    with (
        TemporaryDirectory(prefix="bearings-") as folder,
        take_port("127.0.0.1", settings.port) as listener,
    ):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        passing = _passing(settings, Path(folder))
        asyncio.run(keeping.start_keys_once(passing, datetime.now(UTC)))

        async def go(engine: AsyncEngine) -> None:
            await app.bring_up_to_date(engine)
            async with fake.in_pretended_slack(engine, ServedBank(), address) as application:
                say(f"Bearings is ready in a pretended Slack at {address} (Ctrl+C ends it)")
                say("Nothing leaves this computer, and nothing is kept when it ends.")
                await serve_until_told(application, listener)

        run(passing, go, migrated=False)


def _fake() -> Any:
    if not CHECKOUT.joinpath(*FAKE.split(".")).is_dir():
        raise RefusedError(NOT_HERE)
    if str(CHECKOUT) not in sys.path:
        sys.path.append(str(CHECKOUT))
    try:
        return importlib.import_module(FAKE)
    except ModuleNotFoundError:
        raise RefusedError(NOT_HERE) from None


def _passing(settings: Settings, folder: Path) -> Settings:
    for name in ("data", "keystore", "keys"):
        (folder / name).mkdir(mode=0o700)
    return settings.model_copy(
        update={
            "database_url": f"sqlite:///{folder}/data/bearings.db",
            "keystore_url": f"sqlite:///{folder}/keystore/keys.db",
            "key_file": folder / "keys" / "bearings.keys",
        }
    )
