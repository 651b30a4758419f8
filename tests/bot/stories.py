"""The playground on a Monday morning in autumn, and its people, as the fifteen scenarios use it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, update

from bot import app
from bot.clock import system_now
from bot.web.clock import move_clock
from bot.web.sample import greet_everyone, lay_out_sample
from prompts.bank import Bank, ServedBank
from prompts.question import Question
from storage.engine import reading, transaction
from storage.members import NewMember, add_members, named_member
from storage.questions import all_nudges
from storage.tables import MemberRow, Nudge, NudgeKind, NudgeState
from tests.bot.browsing import Browser, Node, Shown
from tests.bot.playing import MINE, WISH

LONDON = ZoneInfo("Europe/London")
DRESSES = ("Slack", "Teams")
SHARING = "Let me share things with my coach, one at a time"
COUNTED = "Count me in the quarterly totals"
# What differs between two pages that show the same.
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CLOCK = re.compile(r'data-version="[^"]*"|<time.*?</time>')

Asked = tuple[Nudge, Question]


@dataclass
class Person:
    """Somebody at their own page, reading it from the newest line upwards."""

    browser: Browser
    address: str
    page: Shown = field(init=False)

    async def looks(self) -> Shown:
        self.page = await self.browser.goes(self.address)
        return self.page

    async def sits_down(self) -> None:
        """What was on the page before is good enough for typing, and for letting time pass."""
        if not hasattr(self, "page"):
            await self.looks()

    async def says(self, words: str) -> str:
        await self.sits_down()
        self.page = await self.browser.fills(self.page, "Send", {"Message Bearings": words})
        return self.newest

    async def presses(self, button: str, **filled: str | bool) -> str:
        return await self.fills(button, filled)

    async def fills(self, button: str, filled: Mapping[str, str | bool]) -> str:
        """In an opened dialog, else in the newest line that has this button, else elsewhere."""
        places = [self.page.dialog, *reversed(self.articles)]
        within = next((one for one in places if one and button in self.page.buttons(one)), None)
        self.page = await self.browser.sends(self.page.sending(button, filled, within))
        assert self.page.status == 200, self.page.words
        return self.newest

    async def next_moment(self) -> datetime:
        """Their next moment comes, by the playground's clock."""
        await self.sits_down()
        self.page = await self.browser.presses(self.page, "Next moment")
        return self.time

    async def next_line(self) -> datetime:
        """As many moments as it takes until something is said to them."""
        await self.sits_down()
        known = len(self.articles)
        for _ in range(10):
            await self.next_moment()
            if len(self.articles) > known:
                return self.time
        raise AssertionError(f"nothing more came: {self.page.notice}")

    async def take_back(self) -> str:
        """The newest thing that was shared; and what its line says then."""
        [*_, shared] = [one for one in self.articles if "Take it back" in self.page.buttons(one)]
        await self.presses("Take it back")
        return self.page.root.one("article", id=shared.attributes["id"]).words

    async def answers(self, words: str) -> str:
        return await self.fills("Save", {"Your answer": words})

    @property
    def articles(self) -> list[Node]:
        return list(self.page.conversation.all("article"))

    @property
    def newest(self) -> str:
        return self.page.newest

    @property
    def time(self) -> datetime:
        return datetime.fromisoformat(self.page.time).astimezone(LONDON)

    @property
    def is_asked(self) -> bool:
        return "Save" in self.page.buttons(self.page.conversation)

    async def is_sent(self) -> str:
        """Each line of their chat as Slack and as Teams would get it."""
        page, sent = await self.looks(), []
        for line in self.articles:
            for dress in DRESSES:
                line_id = line.attributes["id"]
                dressed = await self.browser.goes(f"{self.address}?line={line_id}&as={dress}")
                sent += [node.words for node in dressed.root.all("pre")]
        assert sent
        self.page = page
        return "\n".join(sent)

    async def can_see(self) -> str:
        """Their page, whatever opens from it, and their chat on each platform."""
        page = await self.looks()
        seen = [page.html, await self.is_sent()]
        for form in page.root.all("form"):
            if "open" in form.sends:
                asked = "&".join(f"{name}={value}" for name, value in form.sends.items())
                seen.append((await self.browser.goes(f"{self.address}?{asked}")).html)
        return "\n".join(seen)


@dataclass
class Story:
    """The sample programme from a Monday at ten in September on: no bank holiday till Christmas."""

    engine: AsyncEngine
    bank: ServedBank
    browser: Browser

    async def begins(self) -> "Story":
        await begin_in_september(self.engine, self.bank.current)
        return self

    @property
    def amara(self) -> Person:
        return Person(self.browser, "/leader/amara")

    @property
    def dan(self) -> Person:
        return Person(self.browser, "/leader/dan")

    @property
    def ruth(self) -> Person:
        return Person(self.browser, "/coach/ruth")

    @property
    def priya(self) -> Person:
        return Person(self.browser, "/lead/priya")

    async def amara_takes_part(self, *switches: str) -> Person:
        """She agreed on Monday, and said what she wants to be different."""
        amara = self.amara
        await amara.looks()
        await amara.fills("Agree", dict.fromkeys(("Send me questions", *switches), True))
        await amara.fills("Keep this objective", {WISH: MINE})
        return amara

    async def moves_on_to(self, moment: datetime) -> None:
        await move_clock(self.engine, moment)

    async def gains(self, numbers: range) -> None:
        """Leaders who came, agreed to be counted, and were each asked once."""
        async with transaction(self.engine) as db:
            dan = await named_member(db, "Dan Whitfield")
            people = [
                NewMember(
                    user_id=f"leader-{n}",
                    address=f"leader-{n}",
                    name=f"Leader {n}",
                    cohort_id=dan.cohort_id,
                    is_leader=True,
                )
                for n in numbers
            ]
            await add_members(db, dan.workspace_id, people)
        for n in numbers:
            newcomer = Person(self.browser, f"/leader/leader-{n}")
            await newcomer.says("agreement")
            await newcomer.fills("Agree", {"Send me questions": True, COUNTED: True})
        await newcomer.next_moment()
        assert newcomer.is_asked

    async def makes_ruth_lead_too(self) -> None:
        async with transaction(self.engine) as db:
            ruth = await named_member(db, "Ruth Ellis")
            the_row = col(MemberRow.id) == ruth.id
            await db.exec(update(MemberRow).where(the_row).values(is_lead=True))

    async def asked(self, name: str = "Amara Okafor") -> list[Asked]:
        """Every question that reached them, oldest first, as the bank has it."""
        async with reading(self.engine) as db:
            nudges = await all_nudges(db, await named_member(db, name))
        return [
            (nudge, self.bank.current.questions[nudge.question_id])
            for nudge in sorted(nudges, key=lambda one: one.due_at)
            if nudge.kind is NudgeKind.QUESTION and nudge.state is NudgeState.SENT
        ]

    def files(self) -> dict[str, bytes]:
        """What stands on the disk."""
        database = Path(str(self.engine.url.database))
        found = database.parent.glob(f"{database.name}*")
        return {one.name: one.read_bytes() for one in found}


async def begin_in_september(engine: AsyncEngine, bank: Bank) -> None:
    """The sample programme, laid out on a Monday at ten: the same at whatever hour it is told."""
    now = await system_now()
    september = datetime(now.year + 1, 9, 1, 10, tzinfo=LONDON)
    monday = september + timedelta(days=-september.weekday() % 7)
    await move_clock(engine, monday)
    async with transaction(engine) as db:
        await lay_out_sample(db, bank, monday)
        await greet_everyone(db, bank, monday)


def playground(engine: AsyncEngine, bank: ServedBank) -> Story:
    return Story(engine, bank, Browser(app.build_playground(engine, bank)))


def depths(asked: Sequence[Asked]) -> list[int]:
    return [question.depth for _, question in asked]


def alike(html: str) -> str:
    """Without what differs whenever a page is drawn."""
    return CLOCK.sub("", ID.sub("id", html))
