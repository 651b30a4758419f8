"""A real Chromium in front of a real `bearings demo`."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

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


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[str]:
    """`bearings demo` on a port that is free, with its data in this folder. Its address."""
    settings = {name: value for name, value in os.environ.items() if "BEARINGS" not in name}
    process = await asyncio.create_subprocess_exec(
        BEARINGS,
        "demo",
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
