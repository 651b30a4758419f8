"""Draws docs/playground.png for the README: `python -m tests.browser.picture`.

An open question, with its leader's own page beside it.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import ViewportSize

from tests.browser.driving import chromium, chromium_here, demo
from tests.browser.looking import viewer
from tests.browser.walking import is_asked

PICTURE = Path(__file__).parents[2] / "docs" / "playground.png"
SIZE: ViewportSize = {"width": 1280, "height": 800}
OBJECTIVE = "Ward rounds start with what the night team saw."


async def draw(path: str, folder: Path) -> None:
    async with (
        demo(folder) as address,
        chromium(path) as browser,
        viewer(browser, address, size=SIZE) as seen,
    ):
        await is_asked(seen, OBJECTIVE)
        # As it stands a moment later: nothing is pointed at, and nothing was just pressed.
        await seen.goes("/leader")
        await seen.button("Save").wait_for()
        await seen.page.screenshot(path=PICTURE)


def main() -> int:
    path = chromium_here()
    if path is None:
        print("There is no Chromium here to draw with.", file=sys.stderr)
        return 1
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(draw(path, Path(folder)))
    print(f"{PICTURE.name}: {PICTURE.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
