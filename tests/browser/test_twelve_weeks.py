"""Twelve weeks of one leader and one coach, in a browser. Every screen is kept as a picture.

The pictures lie in the test's own folder, or in BEARINGS_SCREENS where that is set; the run says
where.
"""

import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.bot.playing import WISH
from tests.browser.driving import demo, in_september
from tests.browser.looking import SCREENS, Viewer, viewer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PATIENCE_MS = 90_000
OBJECTIVE = "Partners start things without waiting for me."
REWORDED = "Partners start things together, and tell me afterwards."
DREAD = "I dread the finance meeting more than I say."
FOCUS = "Why the place board keeps agreeing and nothing moves."
STORY = "Open the partnership meeting with a resident’s story."
SAW = "Two directors went quiet, and the GP lead spoke for the first time."
EVERYDAY = "A small thing moved, and I noticed it late."
PINNED = "What would the board miss if you said nothing?"
LEVELS = {
    "0": "They start one thing a month without me.",
    "+1": "They start two, and I hear of it afterwards.",
    "−1": "They wait until I ask.",
    "+2": "I read of it in the newsletter.",
    "−2": "They wait, and so do I.",
}


@dataclass
class Story:
    """Both of them in one browser, with the pictures of what they saw."""

    seen: Viewer
    folder: Path
    pictures: list[Path] = field(default_factory=list)

    async def keeps(self, name: str) -> None:
        """A picture of what is on the screen, whole."""
        path = self.folder / f"{len(self.pictures) + 1:02}-{name}.png"
        await self.seen.page.screenshot(path=path, full_page=True)
        self.pictures.append(path)

    async def is_(self, role: str) -> None:
        await self.seen.link(role).click()
        await self.seen.page.get_by_role("region", name="Conversation").wait_for()

    async def today(self) -> datetime:
        clock = await self.seen.page.locator("time[datetime]").first.get_attribute("datetime")
        return datetime.fromisoformat(clock or "")

    async def moment(self) -> None:
        """The next thing that is due for whoever is looking."""
        await self.seen.button("Next moment").click()
        # Two things can be due at one moment, so the clock does not tell that it has come.
        busy = self.seen.page.locator("form[aria-busy='true']")
        await expect(busy).to_have_count(0, timeout=PATIENCE_MS)

    async def opens(self, label: str) -> Locator:
        """The newest button of that name; then the form or page it opens."""
        await self.seen.button(label).last.click()
        await self.seen.dialog.wait_for()
        return self.seen.dialog

    async def closes(self) -> None:
        await self.seen.page.keyboard.press("Escape")
        await self.seen.dialog.wait_for(state="detached")

    async def presses(self, label: str, told: str) -> None:
        await self.seen.button(label).last.click()
        await self.seen.sees(told)

    async def says(self, words: str, told: str) -> None:
        await self.seen.page.get_by_label("Message Bearings").fill(words)
        await self.seen.button("Send").click()
        await self.seen.sees(told)

    @property
    def box(self) -> Locator:
        return self.seen.page.get_by_label("Your answer", exact=True)

    async def answers(self, words: str) -> None:
        """Whatever stands open: a choice takes its first option."""
        form = self.seen.page.locator("main form").filter(has=self.seen.button("Save")).first
        if await self.box.count():
            await self.box.fill(words)
        else:
            await form.get_by_role("radio").first.check()
        await form.get_by_role("button", name="Save", exact=True).click()
        await form.wait_for(state="detached")

    async def is_asked(self) -> bool:
        return bool(await self.seen.button("Save").count())

    async def lives_until_told(self, words: str) -> None:
        """Whoever is looking; what is asked on the way is answered."""
        for _ in range(40):
            if await self.seen.page.locator("article").filter(has_text=words).count():
                return
            if await self.is_asked():
                await self.answers(EVERYDAY)
            await self.moment()
        raise AssertionError(f"“{words}” never came.")

    async def lives_until(self, day: date) -> None:
        """Answering what is asked on the way."""
        while True:
            if await self.is_asked():
                await self.answers(EVERYDAY)
            if (await self.today()).date() >= day:
                return
            await self.moment()

    async def next_question(self) -> None:
        for _ in range(20):
            await self.moment()
            if await self.is_asked():
                return
        raise AssertionError("No question came.")

    async def lives_until_asked(self, words: str) -> None:
        for _ in range(60):
            asked = self.seen.newest.filter(has_text=words)
            if await asked.count() and await self.is_asked():
                return
            if await self.is_asked():
                await self.answers(EVERYDAY)
            await self.moment()
        raise AssertionError(f"{words} was never asked.")


async def test_twelve_weeks(chromium_browser: Browser, tmp_path: Path) -> None:
    folder = Path(os.environ.get(SCREENS) or tmp_path) / "twelve-weeks"
    folder.mkdir(parents=True, exist_ok=True)
    await in_september(tmp_path)
    async with demo(tmp_path) as address, viewer(chromium_browser, address) as seen:
        story = Story(seen, folder)
        await seen.goes("/leader")
        began = (await story.today()).date()
        try:
            await the_whole_of_it(story, began)
        except BaseException:
            await story.keeps("where-it-ended")
            raise
        assert (await story.today()).date() - began >= timedelta(weeks=12)
    print(f"{len(story.pictures)} pictures in {folder}")
    assert len(story.pictures) >= 35
    assert all(path.stat().st_size > 10_000 for path in story.pictures)


async def the_whole_of_it(story: Story, began: date) -> None:
    await the_first_week(story)
    await a_session_is_planned(story)
    await the_first_digest(story)
    await an_experiment(story)
    await a_question_is_pinned(story)
    await a_heavy_week_and_days_off(story)
    await a_session_with_a_focus(story)
    await a_review(story, began)
    await the_last_digest(story)
    await the_journal(story)


async def the_first_week(story: Story) -> None:
    seen = story.seen
    await story.keeps("the-notice")
    for switch in (
        "Send me questions",
        "Let me share things with my coach, one at a time",
        "Share my objective titles with my coach",
    ):
        await seen.page.get_by_label(switch).check()
    await seen.button("Agree").click()
    await seen.page.get_by_label(WISH).fill(OBJECTIVE)
    await seen.page.get_by_label("Working across boundaries").check()
    await story.keeps("an-objective")
    await seen.button("Keep this objective").click()
    await seen.sees("Your objective is kept.")

    await story.opens("Look at it")
    await story.keeps("the-objectives-page")
    page = await story.opens("Five levels")
    for label, words in LEVELS.items():
        await page.get_by_label(label, exact=False).first.fill(words)
    await story.keeps("five-levels")
    await page.get_by_role("button", name="Keep these levels").click()
    await seen.dialog.wait_for(state="detached")

    await story.opens("Look at it")
    page = await story.opens("Rate it")
    await page.get_by_label("−1").check()
    await page.get_by_role("textbox").last.fill("They asked me twice this week whether they may.")
    await story.keeps("rating")
    await page.get_by_role("button", name="Keep this placing").click()
    await seen.dialog.wait_for(state="detached")
    await story.presses("Share with Ruth", "Shared with Ruth")

    await story.next_question()
    await story.keeps("the-first-question")
    await story.answers("That it asks about what I avoid.")
    await story.keeps("saved")
    await story.presses("Share with Ruth", "Shared with Ruth")
    await story.next_question()
    await story.answers(DREAD)


async def a_session_is_planned(story: Story) -> None:
    await story.is_("Coach")
    await story.keeps("the-coachs-page")
    page = await story.opens("Set next session with Amara Okafor")
    day = (await story.today()).date() + timedelta(weeks=2)
    await page.get_by_label("Day", exact=True).fill(day.isoformat())
    await page.get_by_label("Hour, on your clock").fill("10:00")
    await story.keeps("a-session")
    await page.get_by_role("button", name="Keep this date").click()
    await story.seen.dialog.wait_for(state="detached")
    await story.presses("Add to my calendar", "calendar")
    await story.keeps("the-calendar-file")
    await story.is_("Leader")


async def the_first_digest(story: Story) -> None:
    seen = story.seen
    await story.is_("Leader")
    await story.lives_until_told("What your coach will get on Monday")
    line = seen.page.locator("article").filter(has_text="What your coach will get on Monday")
    await line.last.get_by_role("button", name="Look at it").click()
    await seen.dialog.wait_for()
    await expect(seen.dialog).to_contain_text("This is what Ruth will get on Monday")
    await expect(seen.dialog).not_to_contain_text(DREAD)
    await story.keeps("friday-preview")
    await story.closes()
    await story.says("leave for now", "What you ask your coach not to raise.")
    page = await story.opens("Leave for now")
    await page.get_by_role("textbox").fill("The restructure.")
    await story.keeps("leave-for-now")
    await page.get_by_role("button", name="Save", exact=True).click()
    await seen.sees("Kept. Ruth reads it in every digest")

    await story.is_("Coach")
    await story.lives_until_told("Your weekly digest is ready")
    await story.keeps("the-digest-is-ready")
    await story.opens("Read the digest")
    for words in (OBJECTIVE, "The restructure.", "That it asks about what I avoid."):
        await expect(seen.dialog).to_contain_text(words)
    await expect(seen.dialog).not_to_contain_text(DREAD)
    await story.keeps("the-first-digest")
    await story.closes()
    await story.is_("Leader")


async def an_experiment(story: Story) -> None:
    seen = story.seen
    await story.says("new experiment", "A small try")
    page = await story.opens("New experiment")
    boxes = page.get_by_role("textbox")
    hunch = "If I start with a resident, people talk about people."
    for number, words in enumerate(
        (hunch, STORY, "When the agenda reaches item one.", "People talk about people.")
    ):
        await boxes.nth(number).fill(words)
    await story.keeps("an-experiment")
    await page.get_by_role("button", name="Keep this experiment").click()
    await seen.dialog.wait_for(state="detached")
    await story.keeps("the-experiment-is-kept")
    await story.lives_until_asked("You have a try to look back on")
    await story.keeps("what-happened")
    await story.presses("Not yet", "Noted: not yet.")
    await story.keeps("not-yet")
    if await story.is_asked():
        await story.answers("The winter meeting took the slot.")
    await story.lives_until_asked("You have a try to look back on")
    await story.answers(SAW)
    await story.keeps("observed")
    for words in ("It surprised me: they went quiet.", "Quiet is not resistance."):
        await seen.button("Next question").last.click()
        await seen.button("Save").wait_for()
        await story.answers(words)
    for _ in range(2):
        if not await seen.button("Next question").count():
            break
        await seen.button("Next question").last.click()
        await seen.button("Save").wait_for()
        await story.answers("Quiet is not resistance.")
    await story.keeps("decided")
    await story.says("experiments", "experiments")
    await story.opens("Experiments")
    await story.keeps("experiments")
    await story.opens("See its path")
    await expect(seen.dialog).to_contain_text(SAW)
    await story.keeps("the-path")
    await story.presses("Share with Ruth", "Shared with Ruth")


async def a_question_is_pinned(story: Story) -> None:
    await story.is_("Coach")
    page = await story.opens("Pin a question for Amara Okafor")
    await page.get_by_label("A question in your own words").fill(PINNED)
    await story.keeps("pin-a-question")
    await page.get_by_role("button", name="Go on").click()
    await story.seen.sees("Pinned for Amara.")
    await story.keeps("pinned")
    await story.is_("Leader")
    await story.lives_until_asked(PINNED)
    await expect(story.seen.newest).to_contain_text("Ruth chose this for you.")
    await story.keeps("ruth-chose-this")
    await story.answers("That they would decide without knowing what the night team knows.")


async def a_heavy_week_and_days_off(story: Story) -> None:
    await story.next_question()
    await story.presses("Heavy week", "A heavy week, then.")
    await story.keeps("a-heavy-week")
    await story.says("pause until 25 January", "Paused")
    await story.keeps("paused")
    await story.says("resume", "next question")


async def a_session_with_a_focus(story: Story) -> None:
    seen = story.seen
    await story.is_("Coach")
    page = await story.opens("Set next session with Amara Okafor")
    day = (await story.today()).date() + timedelta(days=8)
    while day.weekday() != 4:
        day += timedelta(days=1)
    await page.get_by_label("Day", exact=True).fill(day.isoformat())
    await page.get_by_label("Hour, on your clock").fill("17:30")
    await page.get_by_role("button", name="Keep this date").click()
    await seen.dialog.wait_for(state="detached")
    await story.is_("Leader")
    await story.lives_until_asked("What would you most like to think about with Ruth?")
    await story.keeps("the-focus-is-asked")
    await story.answers(FOCUS)
    await story.presses("Share as my focus with Ruth", "Shared with Ruth")
    # Friday at noon, before they meet.
    await story.moment()
    await story.is_("Coach")
    await story.lives_until_told("The focus for a session of yours")
    await story.keeps("a-focus-is-ready")
    line = seen.page.locator("article").filter(has_text="The focus for a session of yours")
    await line.last.get_by_role("button").first.click()
    await seen.dialog.wait_for()
    await expect(seen.dialog).to_contain_text(FOCUS)
    await story.keeps("the-focus")
    await story.closes()
    await story.is_("Leader")
    await story.lives_until(day + timedelta(days=3))


async def a_review(story: Story, began: date) -> None:
    seen = story.seen
    await story.lives_until(began + timedelta(weeks=12))
    await story.opens("Look at it")
    await story.keeps("before-the-review")
    await story.presses("Review it", "Where would you place yourself")
    await story.keeps("the-review-begins")
    form = seen.page.locator("main form").filter(has=seen.button("Save")).first
    await form.get_by_label("+1").check()
    await form.get_by_role("button", name="Save", exact=True).click()
    await form.wait_for(state="detached")
    for _ in range(8):
        if not await seen.button("Next question").count():
            break
        await seen.button("Next question").last.click()
        await seen.button("Save").wait_for()
        if await seen.page.get_by_label("revise", exact=True).count():
            await seen.page.get_by_label("revise", exact=True).check()
            await story.keeps("the-decision")
            await seen.button("Save").click()
            break
        reword = await seen.newest.filter(has_text="how would you word it").count()
        await story.answers(REWORDED if reword else "The night team was heard first.")
    page = await story.opens("Put it another way")
    await expect(page.get_by_role("textbox").first).to_have_value(REWORDED)
    await story.keeps("in-her-new-words")
    await page.get_by_role("button", name="Keep this objective").click()
    await seen.dialog.wait_for(state="detached")
    await story.opens("Look at it")
    await expect(seen.dialog).to_contain_text(REWORDED)
    await expect(seen.dialog).to_contain_text(OBJECTIVE)
    await story.keeps("the-page-after-it")
    await story.presses("Share the newest with Ruth", "Shared with Ruth")


async def the_last_digest(story: Story) -> None:
    seen = story.seen
    await story.is_("Coach")
    for _ in range(6):
        await story.moment()
        if await seen.newest.filter(has_text="Your weekly digest is ready").count():
            break
    await story.opens("Read the digest")
    await expect(seen.dialog).to_contain_text("Own scale over time")
    await story.keeps("the-last-digest")
    await story.closes()
    await story.keeps("the-coachs-page-in-the-end")
    await story.is_("Leader")
    await story.says("what my coach gets", "What your coach will get")
    await story.opens("What my coach gets")
    await story.keeps("what-went-before")
    await story.closes()


async def the_journal(story: Story) -> None:
    seen = story.seen
    await story.says("journal", "Your journal")
    await story.opens("Journal")
    await story.keeps("the-journal")
    page = await story.opens("Search")
    await page.get_by_label("These words").fill("finance DREAD")
    await story.keeps("a-search")
    await page.get_by_role("button", name="Search", exact=True).click()
    await expect(seen.dialog).to_contain_text(DREAD)
    await story.keeps("found")
    await story.closes()
    await story.says("who has read what", "Who has opened something")
    await story.opens("Who has read what")
    await story.keeps("who-has-read-what")
    await story.closes()
