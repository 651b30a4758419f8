"""A tenant of the strict fake Teams as a stage: what Teams lets them do, and what it shows."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.teams.incoming import PLATFORM
from prompts.bank import ServedBank
from storage.engine import transaction
from storage.members import NewMember, add_members, find_workspace
from storage.programmes import cohorts_in
from tests.bot.teams_ward import OURS, Ward, in_the_ward
from tests.scenarios.in_playground import files_of
from tests.scenarios.stage import Filled, Sight
from tests.teams.filling import MissingError, inputs_of
from tests.teams.people import Person
from tests.teams.reading import buttons_of

HOMES = ("Open my page", "Open the programme")
# Whatever of ours stands in a chat goes by one of these.
INTO_THE_CHAT = ("send", "update")


@dataclass
class InTheirTeams:
    """`home` is what their page said when they opened it last."""

    ward: Ward
    person: Person
    home: str = ""

    async def says(self, words: str) -> None:
        self._closes()
        await self.ward.says(self.person, words)

    async def presses(self, label: str, place: int) -> None:
        """Whoever presses beside a dialog has closed it."""
        dialog = self.ward.teams.world.dialogs.get(self.person.id)
        if dialog is not None and label not in [
            one["title"] for one in self.ward.teams.buttons(self.person, dialog)
        ]:
            self._closes()
        answer = await self.ward.teams.presses(self.person, label, place=place)
        assert answer.status == 200
        await self.ward.settles()

    async def opens(self, label: str) -> str:
        await self.presses(label, 0)
        return self._dialog()

    async def fills(self, save: str, filled: Filled) -> list[str]:
        dialog = self.ward.teams.world.dialogs[self.person.id]
        inputs = {one["label"]: one["type"] for one in inputs_of([dialog.card])}
        try:
            answer = await self.ward.teams.fills(self.person, dict(filled), save=save)
        except MissingError as missing:
            dialog.trouble = missing.says
            return []
        assert answer.status == 200
        await self.ward.settles()
        self.ward.has_read(self.person)
        return [
            value
            for label, value in filled.items()
            if isinstance(value, str) and value and inputs[label] == "Input.Text"
        ]

    async def opens_home(self) -> None:
        """By the card that “home” has brought: a page for each of their roles."""
        self._closes()
        if not self._ways_home():
            await self.ward.says(self.person, "home")
        pages = []
        for label in self._ways_home():
            await self.presses(label, 0)
            pages.append(self._dialog())
        self.home = " ".join(pages)

    async def looks(self) -> Sight:
        await self.ward.settles()
        screen = self.ward.teams.screen(self.person)
        return Sight(tuple(map(_plain, screen.messages)), self._dialog(), self.home)

    async def follows(self, label: str, *, takes: bool) -> str:
        dialog = self.ward.teams.world.dialogs[self.person.id]
        [link] = [one for one in _links(dialog.card) if one["title"] == label]
        address = link["url"].replace(OURS, self.ward.address)
        async with httpx.AsyncClient() as client:
            return (await client.request("POST" if takes else "GET", address)).text

    def _ways_home(self) -> list[str]:
        there = self.ward.teams.screen(self.person).buttons
        return [label for label in HOMES if label in there]

    def _dialog(self) -> str:
        return _plain(self.ward.dialog(self.person))

    def _closes(self) -> None:
        if self.person.id in self.ward.teams.world.dialogs:
            self.ward.teams.closes_dialog(self.person)


@dataclass
class InTeams:
    ward: Ward

    @property
    def engine(self) -> AsyncEngine:
        return self.ward.engine

    @property
    def bank(self) -> ServedBank:
        return self.ward.bank

    async def seats(self, name: str, **roles: bool) -> InTheirTeams:
        there = (self.ward.amara, self.ward.ruth, self.ward.priya)
        known = next((one for one in there if one.name == name), None)
        person = known or await self._adds(name, roles)
        # By their organisation, for everybody in the programme.
        await self.ward.teams.installs(person)
        await self.ward.settles()
        return InTheirTeams(self.ward, person)

    async def _adds(self, name: str, roles: dict[str, bool]) -> Person:
        person = self.ward.teams.person(self.ward.royal, name)
        async with transaction(self.engine) as db:
            workspace = await find_workspace(db, PLATFORM, self.ward.royal.id)
            assert workspace
            [cohort] = await cohorts_in(db, workspace.id)
            in_it = cohort.id if roles.get("is_leader") else None
            new = NewMember(user_id=person.aad, name=name, cohort_id=in_it, **roles)
            await add_members(db, workspace.id, [new])
        return person

    async def stranger(self, name: str) -> tuple[InTheirTeams, str]:
        """Their organisation has put the app in for everybody already."""
        email = f"{name.split(maxsplit=1)[0].lower()}@royal.example"
        person = self.ward.teams.person(self.ward.royal, name, email=email)
        await self.ward.teams.installs(person)
        await self.ward.settles()
        return InTheirTeams(self.ward, person), email

    async def now(self) -> datetime:
        return self.ward.now

    async def moves_to(self, moment: datetime) -> None:
        await self.ward.passes(until=moment)
        await self.ward.settles()

    def kept(self) -> dict[str, str | bytes]:
        calls = self.ward.teams.calls
        said = [call.body for call in calls if call.operation in INTO_THE_CHAT]
        whole = json.dumps(said, ensure_ascii=False, default=str)
        return {**files_of(self.engine), "what Teams was sent": whole}


def _links(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in buttons_of(card) if one["type"] == "Action.OpenUrl"]


def _plain(words: str) -> str:
    return " ".join(words.split())


@asynccontextmanager
async def in_teams(engine: AsyncEngine, bank: ServedBank) -> AsyncIterator[InTeams]:
    async with in_the_ward(engine, bank) as ward:
        yield InTeams(ward)
