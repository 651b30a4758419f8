"""What is looked at on every page: axe, no sideways scrolling, no other computer, no error."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, ViewportSize

WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 360, "height": 740}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
# Set to a folder, such as var/screens, it gets a picture of every page at both widths in both
# themes.
SCREENS = "BEARINGS_SCREENS"

# Between two pages there is none for a moment.
FITS = f"innerWidth === {NARROW['width']} && document.documentElement?.scrollWidth <= innerWidth"

# The clock stays at the top of a narrow page, and what lies under it is not in sight.
FOCUSED = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), drawn = getComputedStyle(it);
  const words = it.ariaLabel ?? it.labels?.[0]?.textContent ?? it.textContent;
  const clock = it.closest("header, .skip-link") ? null : document.querySelector(".clock");
  const top = clock && innerWidth < 1000 ? clock.getBoundingClientRect().bottom : 0;
  return {
    name: words.trim().replace(/\\s+/g, " "),
    tag: it.tagName,
    ringed: drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) > 0,
    inSight: box.bottom > top && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


@dataclass
class Viewer:
    """One person in front of one page, with what their browser complained of."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    async def goes(self, path: str) -> None:
        await self.page.goto(self.address + path)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def home(self) -> Locator:
        return self.page.locator("#home")

    @property
    def newest(self) -> Locator:
        return self.page.locator("article").last

    async def sees(self, words: str) -> None:
        await self.page.locator("main").get_by_text(words).last.wait_for()

    async def looks(self, name: str) -> None:
        """This page in this theme is as every page must be, and would be on a phone."""
        size = self.page.viewport_size or WIDE
        await self.page.set_viewport_size(NARROW)
        try:
            async with asyncio.timeout(5):
                # The page takes a moment to follow its window.
                while not await self.page.evaluate(FITS):  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.05)
        except TimeoutError as error:
            raise AssertionError(f"{name} scrolls sideways") from error
        await self.page.set_viewport_size(size)
        found = await Axe().run(self.page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        if folder := os.environ.get(SCREENS):
            await self._pictures(folder, name)

    async def focused(self) -> dict[str, Any]:
        """What has the focus. It is in sight, and seen to have it."""
        it: dict[str, Any] = await self.page.evaluate(FOCUSED)
        assert it["inSight"], f"{it} is out of sight"
        assert it["ringed"], f"{it} does not show that it has the focus"
        return it

    async def tabs_to(self, name: str, tag: str = "", key: str = "Tab") -> None:
        for _ in range(120):
            await self.page.keyboard.press(key)
            it = await self.focused()
            if it["name"] == name and tag in {"", it["tag"]}:
                return
        raise AssertionError(f"{name} cannot be reached by {key}")

    async def types(self, label: str, words: str) -> None:
        await self.tabs_to(label, "TEXTAREA")
        await self.page.keyboard.insert_text(words)

    async def has_focus_in(self, locator: Locator) -> None:
        await locator.and_(self.page.locator(":focus, :has(:focus)")).wait_for()

    async def _pictures(self, folder: str, name: str) -> None:
        before = self.page.viewport_size or WIDE
        for size in (WIDE, NARROW):
            await self.page.set_viewport_size(size)
            for theme in THEMES:
                await self.page.emulate_media(color_scheme=theme)
                path = f"{folder}/{name}-{size['width']}-{theme}.png"
                await self.page.screenshot(path=path, full_page=size is NARROW)
        await self.page.emulate_media(color_scheme=None)
        await self.page.set_viewport_size(before)


@asynccontextmanager
async def viewer(
    browser: Browser,
    address: str,
    *,
    size: ViewportSize = WIDE,
    theme: Theme = "light",
    script: bool = True,
    complains: bool = False,
) -> AsyncIterator[Viewer]:
    """Unless it may complain, nothing was asked of another computer and nothing went wrong."""
    context = await browser.new_context(
        viewport=size,
        color_scheme=theme,
        reduced_motion="reduce",
        locale="en-GB",
        java_script_enabled=script,
    )
    # A busy machine is no defect: it is only so long that a run which hangs ends.
    context.set_default_timeout(60_000)
    page = await context.new_page()
    seen = Viewer(page, address)

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            seen.complaints.append(message.text)

    def note(request: Request) -> None:
        seen.asked.add(urlsplit(request.url).netloc)

    page.on("console", hear)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    context.on("request", note)
    try:
        yield seen
    finally:
        await context.close()
    assert seen.asked == {urlsplit(address).netloc}
    assert complains or not seen.complaints
