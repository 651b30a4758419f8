"""A week of coaching, lived in a browser: by mouse, by keyboard, and with no script at all."""

import httpx
import pytest
from playwright.async_api import Browser

from tests.bot.playing import ANSWER, MINE, WISH
from tests.browser.looking import NARROW, WIDE, viewer
from tests.browser.walking import is_asked

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# What others script against (design, the contract).
CONTRACT = (
    *(("link", name) for name in ("Leader", "Coach", "Lead")),
    ("region", "Conversation"),
    ("textbox", "Your answer"),
    *(
        ("button", name)
        for name in (
            *("Next moment", "Save", "Skip", "Later", "Heavy week", "Not for me"),
            *("Why this question?", "Pause"),
        )
    ),
)


async def test_a_week_by_mouse(chromium_browser: Browser, address: str) -> None:
    async with viewer(chromium_browser, address, size=WIDE, theme="light") as seen:
        await seen.goes("/")
        await seen.looks("welcome")
        await seen.link("Leader").click()
        await seen.looks("notice")
        await seen.page.get_by_label("Send me questions").check()
        await seen.button("Agree").click()
        await seen.page.get_by_label(WISH).fill(MINE)
        await seen.looks("objective")
        await seen.button("Keep this objective").click()
        await seen.sees("Your objective is kept.")
        clock = await seen.page.locator("time").get_attribute("datetime")
        await seen.button("Next moment").click()
        await seen.page.get_by_text("A question for Amara Okafor.").wait_for()
        assert await seen.page.locator("time").get_attribute("datetime") != clock
        for role, name in CONTRACT:
            found = seen.page.get_by_role(role, name=name, exact=True)
            assert await found.count() == 1, (role, name)
        await seen.looks("question")

        await seen.button("Pause").click()
        await seen.dialog.wait_for()
        await seen.looks("pause")
        await seen.page.keyboard.press("Escape")
        await seen.dialog.wait_for(state="detached")
        await seen.button("Why this question?").click()
        await seen.newest.get_by_text("Why this question?").wait_for()
        await seen.button("Save").click()
        await seen.page.locator(".refusal").wait_for()
        await seen.looks("refused")
        await seen.page.get_by_label("Your answer", exact=True).fill(ANSWER)
        await seen.button("Save").click()
        await seen.sees("Saved, for you only.")
        await seen.looks("saved")
        await seen.button("Share with Ruth").click()
        await seen.button("Allow sharing, and share this with Ruth").click()
        await seen.sees("Shared with Ruth.")
        await seen.looks("shared")
        assert ANSWER not in await seen.page.content()

        await seen.home.get_by_role("button", name="Journal").click()
        await seen.dialog.get_by_text(ANSWER).wait_for()
        await seen.looks("journal")
        await seen.link("Close").click()
        await seen.dialog.wait_for(state="detached")
        for opener, name in (("Days and hours", "when"), ("My agreement", "agreement")):
            await seen.home.get_by_role("button", name=opener).click()
            await seen.dialog.wait_for()
            await seen.looks(name)
            await seen.page.keyboard.press("Escape")
            await seen.dialog.wait_for(state="detached")
        await seen.newest.get_by_role("button", name="As Slack gets it").click()
        await seen.page.get_by_label("JSON for Slack").wait_for()
        await seen.looks("json")

        await seen.link("Coach").click()
        await seen.button("Next moment").click()
        await seen.button("Read the digest").wait_for()
        # Only when she opens it, and in a form that is not left in the chat.
        assert ANSWER not in await seen.page.content()
        await seen.button("Read the digest").click()
        await seen.dialog.get_by_text(ANSWER).wait_for()
        await seen.looks("digest")
        await seen.link("Close").click()
        await seen.button("Set next session with Amara Okafor").click()
        await seen.dialog.get_by_label("Hour, on your clock").wait_for()
        await seen.looks("session")

        await seen.link("Lead").click()
        await seen.looks("lead")
        await seen.button("Change days and hours").click()
        await seen.dialog.wait_for()
        await seen.looks("cohort")
        await seen.link("Close").click()
        for opener in ("Settings", "Suggest a coach", "What was changed"):
            await seen.button(opener).click()
            await seen.dialog.wait_for()
            await seen.looks(opener.lower().replace(" ", "-"))
            await seen.link("Close").click()
            await seen.dialog.wait_for(state="detached")
        assert ANSWER not in await seen.page.content()

        await seen.link("Leader").click()
        for opener in ("Who has read what", "Help now"):
            await seen.home.get_by_role("button", name=opener).click()
            await seen.dialog.wait_for()
            await seen.looks(opener.lower().replace(" ", "-"))
            await seen.link("Close").click()
            await seen.dialog.wait_for(state="detached")
        await seen.button("Take it back").click()
        await seen.button("Share with Ruth").wait_for()
        await seen.goes("/coach")
        await seen.button("Read the digest").click()
        await seen.dialog.wait_for()
        assert ANSWER not in await seen.page.content()


async def test_her_data_is_hers_to_take_and_to_have_erased(
    chromium_browser: Browser, address: str
) -> None:
    async with viewer(chromium_browser, address) as seen:
        await is_asked(seen)
        await seen.page.get_by_label("Your answer", exact=True).fill(ANSWER)
        await seen.button("Save").click()
        await seen.page.get_by_label("Message Bearings").fill("my data")
        await seen.page.keyboard.press("Enter")
        await seen.sees("I hold your name")
        await seen.button("Get a copy").click()
        await seen.dialog.wait_for()
        await seen.looks("my-data")
        async with seen.page.context.expect_page() as opened:
            await seen.link("As text, to read").click()
        file = await opened.value
        async with file.expect_download() as download:
            await file.get_by_role("button", name="Open the file").click()
        text = await (await download.value).path()
        assert ANSWER in text.read_text()
        await file.reload()
        await file.get_by_text("This address has been used, is too old").wait_for()
        await file.close()

        await seen.link("Close").click()
        await seen.dialog.wait_for(state="detached")
        await seen.page.get_by_label("Message Bearings").fill("forget me")
        await seen.page.keyboard.press("Enter")
        await seen.sees("This erases whatever you wrote")
        await seen.looks("forget-me")
        await seen.button("Erase everything").click()
        await seen.page.get_by_text("Everything of yours is erased").wait_for()
        await seen.looks("erased")
        await seen.goes("/lead")
        await seen.sees("People and pairings")
        assert "Amara" not in await seen.page.content()


async def test_a_week_by_keyboard_on_a_phone(chromium_browser: Browser, address: str) -> None:
    async with viewer(chromium_browser, address, size=NARROW, theme="dark") as seen:
        press = seen.page.keyboard.press
        await seen.goes("/")
        await seen.looks("welcome")
        await seen.tabs_to("Leader")
        await press("Enter")
        await seen.sees("Before we start")
        await seen.looks("notice")
        await seen.tabs_to("Send me questions")
        await press("Space")
        await seen.tabs_to("Agree")
        await press("Enter")
        # What was answered has the focus, so that reading goes on there.
        await seen.page.get_by_label(WISH).wait_for()
        assert (await seen.focused())["tag"] == "ARTICLE"
        await seen.looks("objective")
        await seen.types(WISH, MINE)
        await seen.tabs_to("Keep this objective")
        await press("Enter")
        await seen.sees("Your objective is kept.")
        await seen.tabs_to("Next moment", key="Shift+Tab")
        await press("Enter")
        await seen.button("Save").wait_for()
        assert (await seen.focused())["name"] == "Next moment"
        await seen.looks("question")

        await seen.tabs_to("Save")
        await press("Space")
        await seen.page.locator(".refusal:focus").wait_for()
        await seen.looks("refused")
        await seen.types("Your answer", ANSWER)
        await press("Control+Enter")
        await seen.sees("Saved, for you only.")
        await seen.looks("saved")
        await seen.tabs_to("Share with Ruth")
        await press("Enter")
        await seen.button("Keep it to myself").wait_for()
        await seen.tabs_to("Allow sharing, and share this with Ruth")
        await press("Enter")
        await seen.sees("Shared with Ruth.")
        await seen.looks("shared")

        for opener, name in (("Journal", "journal"), ("My agreement", "agreement")):
            await seen.tabs_to(opener)
            await press("Enter")
            await seen.page.locator("[role=dialog]:focus").wait_for()
            await seen.looks(name)
            await press("Escape")
            await seen.dialog.wait_for(state="detached")
            assert (await seen.focused())["name"] == opener
        await seen.tabs_to("Message Bearings", "TEXTAREA", key="Shift+Tab")
        await seen.page.keyboard.insert_text("pause")
        await press("Enter")
        await seen.sees("Paused until you type “resume”.")
        assert (await seen.focused())["name"] == "Message Bearings"
        assert await seen.page.get_by_label("Message Bearings").input_value() == ""

        await seen.tabs_to("Coach", key="Shift+Tab")
        await press("Enter")
        await seen.sees("Hello Ruth.")
        await seen.looks("coach")
        await seen.tabs_to("Next moment")
        await press("Enter")
        await seen.button("Read the digest").wait_for()
        await seen.tabs_to("Read the digest")
        await press("Enter")
        await seen.dialog.get_by_text(ANSWER).wait_for()
        await seen.looks("digest")
        await seen.tabs_to("Close")
        await press("Enter")
        await seen.dialog.wait_for(state="detached")
        await seen.tabs_to("Set next session with Amara Okafor")
        await press("Enter")
        await seen.page.locator("[role=dialog]:focus").wait_for()
        await seen.looks("session")

        await seen.tabs_to("Lead", key="Shift+Tab")
        await press("Enter")
        await seen.sees("Hello Priya.")
        await seen.looks("lead")
        await seen.tabs_to("Change days and hours")
        await press("Enter")
        await seen.page.locator("[role=dialog]:focus").wait_for()
        await seen.looks("cohort")


async def test_a_week_with_no_script(chromium_browser: Browser, address: str) -> None:
    async with viewer(chromium_browser, address, script=False) as seen:
        await is_asked(seen)
        await seen.button("Save").click()
        await seen.page.locator(".refusal").wait_for()
        await seen.page.get_by_label("Your answer", exact=True).fill(ANSWER)
        await seen.button("Save").click()
        await seen.button("Share with Ruth").click()
        await seen.button("Allow sharing, and share this with Ruth").click()
        await seen.sees("Shared with Ruth.")
        await seen.link("Coach").click()
        await seen.button("Next moment").click()
        await seen.button("Read the digest").click()
        await seen.dialog.get_by_text(ANSWER).wait_for()
        await seen.link("Close").click()
        await seen.dialog.wait_for(state="detached")


async def test_what_happens_meanwhile_arrives_and_disturbs_nobody(
    chromium_browser: Browser, address: str
) -> None:
    async with (
        viewer(chromium_browser, address, size=NARROW) as seen,
        httpx.AsyncClient(base_url=address) as elsewhere,
    ):
        await is_asked(seen)
        await seen.page.evaluate("window.still = 'here'")
        label = seen.page.get_by_label("Your answer", exact=True)
        # By the coach's next moment another question may stand open; this one stays.
        box = seen.page.locator(f"[id='{await label.get_attribute('id')}']")
        await box.press_sequentially("Half of ")
        clock = await seen.page.locator("time").get_attribute("datetime")
        notice = await seen.page.locator("#notice").text_content()
        lines = await seen.page.locator("article").count()

        said = {"words": "help", "event": "11111111-1111-4111-8111-111111111111"}
        assert (await elsewhere.post("/leader/amara/say", data=said)).status_code == 303
        await seen.page.locator("article").nth(lines + 1).wait_for()
        moved = {"page": "coach/ruth", "event": "22222222-2222-4222-8222-222222222222"}
        assert (await elsewhere.post("/next", data=moved)).status_code == 200
        await seen.page.locator(f"time:not([datetime='{clock}'])").wait_for()

        await seen.page.keyboard.type("a thought")
        assert await box.input_value() == "Half of a thought"
        assert await seen.page.evaluate("window.still") == "here"
        assert await seen.page.locator("#notice").text_content() == notice
        await seen.page.keyboard.press("Control+Enter")
        await seen.sees("Saved, for you only.")
        assert await box.count() == 0


async def test_without_an_answer_from_the_playground_nothing_typed_is_lost(
    chromium_browser: Browser, address: str
) -> None:
    async with viewer(chromium_browser, address, complains=True) as seen:
        await is_asked(seen)
        box = seen.page.get_by_label("Your answer", exact=True)
        await box.fill(ANSWER)
        # It hears the press, and its answer gets lost on the way.
        await seen.page.route("**/submit", lambda route: route.abort(), times=1)
        await seen.button("Save").click()
        await seen.page.get_by_role("alert").get_by_text("This may not have been saved").wait_for()
        assert await box.input_value() == ANSWER
        await seen.looks("trouble")
        await seen.button("Save").click()
        await seen.sees("Saved, for you only.")
        assert await seen.page.locator("#trouble").text_content() == ""
        await seen.goes("/leader/nobody")
        await seen.looks("error")
