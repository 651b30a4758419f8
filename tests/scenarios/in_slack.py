"""A workspace of the strict fake Slack as a stage: what Slack lets them do, and what it shows."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.slack.incoming import PLATFORM
from prompts.bank import ServedBank
from storage.engine import transaction
from storage.members import NewMember, add_members, find_workspace
from storage.programmes import cohorts_in
from tests.bot.slack_ward import OURS, Ward, in_the_ward
from tests.scenarios.in_playground import files_of
from tests.scenarios.stage import Filled, Sight
from tests.slack.people import Person
from tests.slack.pressing import _buttons

# Whatever of ours Slack's people see outside of a page of their own goes by one of these.
INTO_THE_CHAT = {"chat.postMessage", "chat.update", "chat.postEphemeral", "response_url"}


@dataclass
class InTheirSlack:
    ward: Ward
    person: Person

    async def says(self, words: str) -> None:
        await self._closes()
        await self.ward.says(self.person, words)

    async def presses(self, label: str, place: int) -> None:
        """Whoever presses beside a modal has closed it."""
        views = self.ward.slack.views(self.person)
        on_top = [one.button["text"]["text"] for one in (_buttons(views[-1]) if views else ())]
        if label not in on_top:
            await self._closes()
        answer = await self.ward.slack.presses(self.person, label, place=place)
        assert answer.status == 200
        await self.ward.settles()

    async def opens(self, label: str) -> str:
        await self.presses(label, 0)
        return _plain(self.ward.slack.screen(self.person).view)

    async def fills(self, save: str, filled: Filled) -> list[str]:
        [*_, view] = self.ward.slack.views(self.person)
        assert view.given["submit"]["text"] == save
        inputs = {
            block["label"]["text"]: block["element"]["type"]
            for block in view.blocks
            if block["type"] == "input"
        }
        values: dict[str, Any] = dict(filled)
        await self.ward.submits(self.person, values)
        boxes = {label for label, kind in inputs.items() if kind == "plain_text_input"}
        return [
            value
            for label, value in filled.items()
            if isinstance(value, str) and value and label in boxes
        ]

    async def opens_home(self) -> None:
        await self._closes()
        await self.ward.slack.opens_home(self.person)
        await self.ward.settles()

    async def looks(self) -> Sight:
        await self.ward.settles()
        screen = self.ward.slack.screen(self.person)
        return Sight(tuple(map(_plain, screen.messages)), _plain(screen.view), _plain(screen.home))

    async def follows(self, label: str, *, takes: bool) -> str:
        [*_, view] = self.ward.slack.views(self.person)
        [link] = [one.button for one in _buttons(view) if one.button["text"]["text"] == label]
        address = link["url"].replace(OURS, self.ward.address)
        async with httpx.AsyncClient() as client:
            return (await client.request("POST" if takes else "GET", address)).text

    async def _closes(self) -> None:
        if self.ward.slack.views(self.person):
            await self.ward.slack.closes_view(self.person, everything=True)


@dataclass
class InSlack:
    ward: Ward

    @property
    def engine(self) -> AsyncEngine:
        return self.ward.engine

    @property
    def bank(self) -> ServedBank:
        return self.ward.bank

    async def seats(self, name: str, **roles: bool) -> InTheirSlack:
        there = (self.ward.amara, self.ward.ruth, self.ward.priya)
        known = next((one for one in there if one.name == name), None)
        return InTheirSlack(self.ward, known or await self._adds(name, roles))

    async def _adds(self, name: str, roles: dict[str, bool]) -> Person:
        person = self.ward.slack.person(self.ward.royal, name)
        async with transaction(self.engine) as db:
            workspace = await find_workspace(db, PLATFORM, self.ward.royal.id)
            assert workspace
            [cohort] = await cohorts_in(db, workspace.id)
            in_it = cohort.id if roles.get("is_leader") else None
            new = NewMember(user_id=person.id, name=name, cohort_id=in_it, **roles)
            await add_members(db, workspace.id, [new])
        return person

    async def stranger(self, name: str) -> tuple[InTheirSlack, str]:
        person = self.ward.slack.person(self.ward.royal, name)
        return InTheirSlack(self.ward, person), person.id

    async def now(self) -> datetime:
        return self.ward.now

    async def moves_to(self, moment: datetime) -> None:
        await self.ward.passes(until=moment)
        await self.ward.settles()

    def kept(self) -> dict[str, str | bytes]:
        said = [call.args for call in self.ward.slack.calls if call.method in INTO_THE_CHAT]
        return {**files_of(self.engine), "what Slack was sent": _in_full(said)}


def _in_full(said: Sequence[object]) -> str:
    return json.dumps(said, ensure_ascii=False, default=str)


def _plain(words: str) -> str:
    return " ".join(words.split())


@asynccontextmanager
async def in_slack(engine: AsyncEngine, bank: ServedBank) -> AsyncIterator[InSlack]:
    async with in_the_ward(engine, bank) as ward:
        yield InSlack(ward)
