"""Where a scenario is played: its people, what they do and see, and time; on any platform.

    await amara.opens("Answer")
    assert "Saved, for you only." in await amara.fills("Save", {"Your answer": ANSWER})

A platform is two things: a `Seat` for each person (their hands and eyes there), and a `Platform`
that seats people and moves time. Everything else is the same for all of them, and stands here.
What a leader typed into a form is remembered; `hidden.py` looks for it when the scenario is over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from storage.cadences import next_due
from storage.engine import reading
from storage.members import named_member
from storage.playground import next_ready
from tests.bot.playing import MINE, WISH

LONDON = ZoneInfo("Europe/London")
SHARING = "Let me share things with my coach, one at a time"
COUNTED = "Count me in the quarterly totals"
MOST_MOMENTS = 40

# By the label of a field: words, a day or an hour in ISO 8601, the label of an option (or of
# several), or whether a switch is on.
Filled = Mapping[str, str | bool | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees: each line of their chat, oldest first; what is open over it, or nothing;
    and their own page as it was when they opened it last. Buttons stand in brackets."""

    chat: tuple[str, ...] = ()
    form: str = ""
    home: str = ""


class Seat(Protocol):
    """One person at one platform: only what can be seen there can be pressed or filled in."""

    async def says(self, words: str) -> None: ...

    async def presses(self, label: str, place: int) -> None:
        """The button in what is open, else on the tab they look at, else elsewhere; the newest
        first. `place` tells several of one name apart."""

    async def opens(self, label: str) -> str:
        """The same for a form that may stand open already; what is to be read in it."""

    async def fills(self, save: str, filled: Filled) -> list[str]:
        """Sends the form off. Returns what was typed in its boxes, in their own words."""

    async def opens_home(self) -> None: ...

    async def looks(self) -> Sight: ...

    async def follows(self, label: str, *, takes: bool) -> str:
        """What a link opens; or what the button there hands over."""


class Platform(Protocol):
    engine: AsyncEngine
    bank: ServedBank

    async def seats(self, name: str, **roles: bool) -> Seat:
        """Somebody of the programme, who is added to it where they are not in it yet."""

    async def stranger(self, name: str) -> tuple[Seat, str]:
        """Somebody who is there and not known to us; and what a lead makes them known by."""

    async def now(self) -> datetime: ...

    async def moves_to(self, moment: datetime) -> None:
        """Time goes on, and everything that is due then happens."""

    def kept(self) -> dict[str, str | bytes]:
        """What stays behind where no form's words may be: chats as they were sent, files."""


@dataclass
class Player:
    """Somebody in a scenario. What they do answers with what they are told: each line of the chat
    that is new or reads differently now, and what stands open."""

    name: str
    seat: Seat
    is_leader: bool = False
    sight: Sight = field(default_factory=Sight)
    typed: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    has_seen: list[str] = field(default_factory=list)
    may_read: set[str] = field(default_factory=set)

    async def says(self, words: str) -> str:
        self.said.append(words)
        await self.seat.says(words)
        return await self.looks()

    async def presses(self, *labels: str, place: int = 0) -> str:
        """One after the other; what the last of them brought."""
        told = ""
        for label in labels:
            await self.seat.presses(label, place)
            told = await self.looks()
        return told

    async def opens(self, label: str) -> str:
        opened = await self.seat.opens(label)
        await self.looks()
        assert opened, f"{label!r} opened nothing; there is {self.sight}"
        self.has_seen.append(opened)
        return opened

    async def fills(self, save: str, filled: Filled | None = None) -> str:
        self.typed += await self.seat.fills(save, filled or {})
        return await self.looks()

    async def answers(self, words: str) -> str:
        await self.opens("Answer")
        return await self.fills("Save", {"Your answer": words})

    async def opens_home(self) -> str:
        await self.seat.opens_home()
        await self.looks()
        return self.sight.home

    async def follows(self, label: str, *, takes: bool = False) -> str:
        return await self.seat.follows(label, takes=takes)

    async def looks(self) -> str:
        before, self.sight = self.sight, await self.seat.looks()
        self.has_seen += [self.sight.form, self.sight.home]
        new = [line for line in self.sight.chat if line not in before.chat]
        return "\n".join([*new, self.sight.form])

    def reads(self, *words: str) -> None:
        """They see these words of somebody else, and may: they were shared with them."""
        for one in words:
            assert one in self.sight.form, f"{one!r} is not in {self.sight.form!r}"
            self.may_read.add(one)

    @property
    def newest(self) -> str:
        return self.sight.chat[-1] if self.sight.chat else ""

    @property
    def lines(self) -> int:
        return len(self.sight.chat)

    @property
    def form(self) -> str:
        return self.sight.form

    @property
    def chat(self) -> str:
        return "\n".join(self.sight.chat)


@dataclass
class Stage:
    """Amara is new, Ruth coaches her, and Priya leads the programme. It is a Monday at ten."""

    platform: Platform
    amara: Player
    ruth: Player
    priya: Player
    others: list[Player] = field(default_factory=list)

    @property
    def everybody(self) -> list[Player]:
        return [self.amara, self.ruth, self.priya, *self.others]

    async def gains(self, name: str, **roles: bool) -> Player:
        player = Player(name, await self.platform.seats(name, **roles))
        player.is_leader = roles.get("is_leader", False)
        self.others.append(player)
        await player.opens_home()
        return player

    async def stranger(self, name: str) -> tuple[Player, str]:
        seat, known_by = await self.platform.stranger(name)
        return Player(name, seat), known_by

    # Time

    async def now(self) -> datetime:
        return (await self.platform.now()).astimezone(LONDON)

    async def day(self, days: float) -> date:
        """So many days from today."""
        return (await self.now()).date() + timedelta(days=days)

    async def passes(self, until: datetime | None = None, **later: float) -> None:
        await self.platform.moves_to(until or await self.platform.now() + timedelta(**later))
        for player in self.everybody:
            await player.looks()

    async def next_moment(self, player: Player) -> datetime:
        """To the next thing that is due for them, with everybody else's on the way."""
        mine = await self._moment(player)
        assert mine is not None, f"nothing is planned for {player.name}"
        while (anyones := await self._moment(None)) is not None and anyones < mine:
            await self.platform.moves_to(anyones)
        await self.platform.moves_to(mine)
        await player.looks()
        return await self.now()

    async def until(self, player: Player, words: str) -> datetime:
        """As many of their moments as it takes until this stands newest in their chat."""
        known: tuple[str, ...] = player.sight.chat[:-1]
        for _ in range(MOST_MOMENTS):
            if any(words in line for line in player.sight.chat if line not in known):
                return await self.now()
            known = player.sight.chat
            await self.next_moment(player)
        raise AssertionError(f"{words!r} never came to {player.name}: {player.newest!r}")

    async def _moment(self, player: Player | None) -> datetime | None:
        async with reading(self.platform.engine) as db:
            key = (await named_member(db, player.name)).id if player else None
            moments = [await next_due(db, key), await next_ready(db, key)]
        known = [moment for moment in moments if moment is not None]
        return max(min(known), await self.platform.now()) if known else None

    # What most scenarios begin with

    async def amara_agrees(self, *switches: str) -> str:
        await self.amara.opens_home()
        await self.amara.opens("Choose and agree")
        return await self.amara.fills(
            "Agree", dict.fromkeys(("Send me questions", *switches), True)
        )

    async def amara_takes_part(self, *switches: str) -> Player:
        """She agreed, and said what she wants to be different."""
        await self.amara_agrees(*switches)
        await self.amara.opens("Set an objective")
        await self.amara.fills("Keep this objective", {WISH: MINE})
        return self.amara

    async def amara_is_asked(self, *switches: str) -> Player:
        await self.amara_takes_part(*switches)
        await self.next_moment(self.amara)
        assert "Only you can read your answer" in self.amara.newest
        return self.amara

    async def amara_answered(self, words: str, *switches: str) -> Player:
        await self.amara_is_asked(*switches)
        assert "Saved, for you only." in await self.amara.answers(words)
        return self.amara
