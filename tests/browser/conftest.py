import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.driving import chromium, chromium_here, demo


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium_browser() -> AsyncIterator[Browser]:
    """Skipped where there is no Chromium, unless BEARINGS_BROWSER_TESTS says `required`."""
    path = chromium_here()
    if path is None:
        if os.environ.get("BEARINGS_BROWSER_TESTS") == "required":
            pytest.fail("There is no Chromium here, and the browser tests are required.")
        pytest.skip("There is no Chromium here, so nothing was looked at in a browser.")
    async with chromium(path) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def address(chromium_browser: Browser, tmp_path: Path) -> AsyncIterator[str]:
    """A playground of one's own, of which nothing is seen before there is a browser."""
    async with demo(tmp_path) as address:
        yield address
