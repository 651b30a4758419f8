"""A chart and a path in a real browser, under the headers of every page."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route

from bot.web import rendering
from bot.web.guarding import HEADERS
from prompts.message import Form, FormName
from tests.bot.samples import PICTURES
from tests.browser.looking import THEMES, Theme, viewer

STATIC = Path(rendering.__file__).parent / "static"
ADDRESS = "http://127.0.0.1:8000"
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def page() -> str:
    amara = rendering.Person("amara", "Amara Okafor", "leader")
    return rendering.to_page(
        rendering.Page(
            person=amara,
            people=(amara,),
            now=datetime(2027, 5, 7, tzinfo=UTC),
            zone="Europe/London",
            lines=(),
            home=Form(FormName.LEADER_HOME, "Your own page", elements=PICTURES.elements),
            opened=PICTURES,
            token=lambda: "event",
        )
    )


async def answer(route: Route) -> None:
    path = route.request.url.removeprefix(ADDRESS)
    if path.startswith("/static/"):
        await route.fulfill(path=STATIC / path.removeprefix("/static/"), headers=None)
    elif path == "/leader/amara":
        await route.fulfill(body=page(), content_type="text/html", headers=HEADERS)
    # Nothing else happens: what the page waits for never comes.


@pytest.mark.parametrize("theme", THEMES)
async def test_pictures_are_sound_on_a_phone_and_a_wide_screen_in_both_themes(
    chromium_browser: Browser, theme: Theme
) -> None:
    async with viewer(chromium_browser, ADDRESS, theme=theme) as seen:
        await seen.page.route("**/*", answer)
        await seen.goes("/leader/amara")
        await seen.looks("pictures")
        chart = seen.dialog.get_by_role("img", name="Decide last, not first Rated 4 times: 3 March")
        box = await chart.bounding_box()
        dots = [await dot.bounding_box() for dot in await chart.locator("circle").all()]
        assert box
        for dot in dots:
            assert dot
            assert dot["width"] >= 10
            assert box["x"] <= dot["x"] <= box["x"] + box["width"] - dot["width"]
            assert box["y"] <= dot["y"] <= box["y"] + box["height"] - dot["height"]
        assert len(dots) == 4
        steps = seen.dialog.get_by_role("list").get_by_role("listitem")
        assert (await steps.all_inner_texts())[3].startswith("Due, now")
