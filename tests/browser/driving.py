"""A real Chromium in front of a real `bearings demo`."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot import app
from bot.keeping import opened, start_keys_once
from bot.settings import Settings
from prompts.bank import ServedBank
from tests.bot.stories import begin_in_september

BEARINGS = Path(sys.executable).parent / "bearings"
NAMES = ("chromium", "chromium-browser", "google-chrome")
# It needs no sandbox for our own pages, and is to talk to nobody else.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
READY_SECONDS = 30


def chromium_here() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def chromium(path: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        await browser.close()


async def in_september(folder: Path) -> None:
    """A playground laid out in this folder on a Monday in September, for `demo` to go on with."""
    settings = in_folder(folder)
    await start_keys_once(settings, datetime.now(UTC))
    async with opened(settings) as engine:
        await app.bring_up_to_date(engine)
        await begin_in_september(engine, ServedBank().current)


def in_folder(folder: Path) -> Settings:
    """What the plain commands find there."""
    return Settings.model_validate(
        {
            "BEARINGS_DATABASE_URL": f"sqlite:///{folder}/var/bearings.db",
            "BEARINGS_KEYSTORE_URL": f"sqlite:///{folder}/var/keystore/keys.db",
            "BEARINGS_KEY_FILE": folder / "keys/bearings.keys",
        }
    )


async def runs(folder: Path, *words: str) -> str:
    """A command in this folder, which succeeds. What it says."""
    settings = {name: value for name, value in os.environ.items() if "BEARINGS" not in name}
    process = await asyncio.create_subprocess_exec(
        BEARINGS, *words, cwd=folder, env=settings, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, (words, said)
    return said.decode()


@asynccontextmanager
async def demo(folder: Path, *words: str) -> AsyncIterator[str]:
    """`bearings demo` on a port that is free, with its data in this folder. Its address."""
    settings = {name: value for name, value in os.environ.items() if "BEARINGS" not in name}
    process = await asyncio.create_subprocess_exec(
        BEARINGS,
        "demo",
        *words,
        cwd=folder,
        env={**settings, "PORT": "0", "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), READY_SECONDS)
        assert b"http://" in line, "the demo did not start"
        yield next(word for word in line.decode().split() if word.startswith("http://"))
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), READY_SECONDS)
