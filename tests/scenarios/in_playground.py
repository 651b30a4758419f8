"""The playground as a stage: its pages, read and sent as a browser does."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app
from bot.web.clock import movable_clock, move_clock
from bot.web.posting import PLATFORM, WORKSPACE
from prompts.bank import ServedBank
from prompts.message import FormName
from storage.engine import transaction
from storage.members import NewMember, add_members, find_workspace
from storage.programmes import cohorts_in
from tests.bot.browsing import HERE, Browser, Node, Shown
from tests.bot.stories import begin_in_september
from tests.scenarios.stage import Filled, Sight

SAMPLE = {"Amara Okafor": "amara", "Ruth Ellis": "ruth", "Priya Nair": "priya"}
ROLES = {"is_leader": "leader", "is_coach": "coach", "is_lead": "lead"}
FROM_HERE = {"origin": HERE, "content-type": "application/x-www-form-urlencoded"}
# What waits stands open on the page, under the newest line that offers it.
STANDING = {
    "Choose and agree": FormName.AGREEMENT,
    "Set an objective": FormName.OBJECTIVE,
    "Answer": FormName.ANSWER,
}


@dataclass
class AtPage:
    playground: "InPlayground"
    address: str
    page: Shown = field(init=False)
    at_home: bool = False
    _as_of: int = -1

    @property
    def browser(self) -> Browser:
        return self.playground.browser

    async def says(self, words: str) -> None:
        await self._looks_up()
        self.at_home = False
        self.page = await self.browser.fills(self.page, "Send", {"Message Bearings": words})
        self._did()

    async def presses(self, label: str, place: int) -> None:
        await self._looks_up()
        for region in self._regions():
            found = [one for one in region.all("button") if one.words == label]
            if len(found) > place:
                self.page = await self.browser.sends(self.page.sending_by(found[place]))
                self._did()
                return
        raise AssertionError(f"there is no button {label!r}; there are {self.page.buttons()}")

    async def opens(self, label: str) -> str:
        await self._looks_up()
        standing = self._standing(STANDING.get(label))
        if standing and not (self.page.dialog and label in self.page.buttons(self.page.dialog)):
            return read(standing)
        await self.presses(label, 0)
        return read(self.page.dialog) if self.page.dialog else ""

    async def fills(self, save: str, filled: Filled) -> list[str]:
        for region in self._regions():
            found = [one for one in region.all("button") if one.words == save]
            forms = [one for one in found if one.inside_a("form").attributes["method"] == "post"]
            if forms:
                sending = self.page.sending_by(forms[0], filled)
                words = self.page.typed_by(forms[0], filled)
                self.page = await self.browser.sends(sending)
                self._did()
                return words
        raise AssertionError(f"there is no form to {save!r}; there are {self.page.buttons()}")

    async def opens_home(self) -> None:
        self.at_home = True
        self._as_of = self.playground.happened
        self.page = await self.browser.goes(self.address)

    async def looks(self) -> Sight:
        await self._looks_up()
        if not self._is_page:
            return Sight(form=self.page.words)
        refused = [one for one in self.page.root.all("div") if _is(one, "refusal")]
        form = read(self.page.dialog) if self.page.dialog else " ".join(map(read, refused))
        home = read(self.page.root.one("section", id="home")) if self.at_home else ""
        return Sight(tuple(map(_line, self._articles)), form, home)

    async def _looks_up(self) -> None:
        """The page draws itself anew when something came; what is open on it stays open."""
        if not hasattr(self, "page"):
            self.page = await self.browser.goes(self.address)
        if self._as_of != self.playground.happened and self._is_page and not self.page.dialog:
            self.page = await self.browser.goes(self.address)
        self._as_of = self.playground.happened

    def _did(self) -> None:
        assert self.page.status == 200, self.page.words
        self.playground.happened += 1
        self._as_of = self.playground.happened

    async def follows(self, label: str, *, takes: bool) -> str:
        address = self.page.links()[label]
        method = "POST" if takes else "GET"
        return (await self.browser.client.request(method, address, headers=FROM_HERE)).text

    @property
    def _is_page(self) -> bool:
        return any(one.attributes.get("id") == "conversation" for one in self.page.root.all())

    @property
    def _articles(self) -> list[Node]:
        return list(self.page.conversation.all("article"))

    def _regions(self) -> list[Node]:
        chat = list(reversed(self._articles))
        home = [self.page.root.one("section", id="home")]
        opened = [self.page.dialog] if self.page.dialog else []
        return [*opened, *([*home, *chat] if self.at_home else [*chat, *home])]

    def _standing(self, form: FormName | None) -> Node | None:
        """It has the fields in it; what merely is listed has none."""
        for article in reversed(self._articles):
            if form and article.attributes["data-form"] == form.value:
                return next(one for one in article.all("div") if _is(one, "form"))
        return None


@dataclass
class InPlayground:
    engine: AsyncEngine
    bank: ServedBank
    browser: Browser
    happened: int = 0

    @classmethod
    async def opens(cls, engine: AsyncEngine, bank: ServedBank) -> "InPlayground":
        await begin_in_september(engine, bank.current)
        return cls(engine, bank, Browser(app.build_playground(engine, bank)))

    async def seats(self, name: str, **roles: bool) -> AtPage:
        key = SAMPLE.get(name) or name.partition(" ")[0].lower()
        if name not in SAMPLE:
            await self._adds(key, name, roles)
        role = next(ROLES[one] for one in ROLES if roles.get(one))
        seat = AtPage(self, f"/{role}/{key}")
        seat.page = await self.browser.goes(seat.address)
        return seat

    async def _adds(self, key: str, name: str, roles: dict[str, bool]) -> None:
        async with transaction(self.engine) as db:
            workspace = await find_workspace(db, PLATFORM, WORKSPACE)
            assert workspace
            [cohort] = await cohorts_in(db, workspace.id)
            in_it = cohort.id if roles.get("is_leader") else None
            new = NewMember(user_id=key, address=key, name=name, cohort_id=in_it, **roles)
            await add_members(db, workspace.id, [new])

    async def stranger(self, name: str) -> tuple[AtPage, str]:
        email = f"{name.split(maxsplit=1)[0].lower()}@example.org"
        return AtPage(self, f"/leader/mail:{email}"), email

    async def now(self) -> datetime:
        return await movable_clock(self.engine)()

    async def moves_to(self, moment: datetime) -> None:
        self.happened += 1
        await move_clock(self.engine, moment)
        await app.one_pass(self.engine, self.bank, moment)

    def kept(self) -> dict[str, str | bytes]:
        return files_of(self.engine)


def files_of(engine: AsyncEngine) -> dict[str, str | bytes]:
    database = Path(str(engine.url.database))
    return {one.name: one.read_bytes() for one in database.parent.glob(f"{database.name}*")}


def _line(article: Node) -> str:
    """What was said, without the form that stands open in it."""
    [bubble] = [one for one in article.all("div") if _is(one, "bubble")]
    return read(bubble, leaves_out="form")


def read(node: Node, leaves_out: str = "") -> str:
    return " ".join("".join(_words(node, leaves_out)).split())


def _words(node: Node, leaves_out: str) -> list[str]:
    parts: list[str] = []
    for child in node.inside:
        if isinstance(child, str):
            parts.append(child)
        elif leaves_out and _is(child, leaves_out):
            continue
        elif child.tag == "button":
            parts.append(f" [{child.words}] ")
        else:
            parts += [_stands(child), *_words(child, leaves_out), _end(child)]
    return parts


def _end(node: Node) -> str:
    """A label is followed by a colon, as in a chat, unless it asks something."""
    return (":" if node.tag == "dt" and not node.words.endswith("?") else "") + " "


def _stands(node: Node) -> str:
    """What is in a field now."""
    shown = node.tag == "input" and node.attributes.get("type") in {"text", "date", "time"}
    return f" {node.attributes.get('value', '')} " if shown else ""


def _is(node: Node, kind: str) -> bool:
    return kind in node.attributes.get("class", "").split()
