"""Leaders to be asked, written straight into a database, and what became of their nudges."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from bot.web.posting import PLATFORM
from prompts.bank import Bank
from prompts.composing.agreeing import NOTICE_VERSION
from scheduler.delivery import Messenger, Messengers
from scheduler.planning import next_moment, plan_due, replan
from scheduler.sending import send_due
from scheduler.tidying import reap
from scheduler.writing import STOPPED
from storage.cadences import next_due
from storage.engine import reading, transaction
from storage.members import Member, NewMember, add_members
from storage.nudges import Because, Sent, cancel_waiting
from storage.playground import next_ready
from storage.reflections import keep_reflection
from storage.tables import (
    Agreement,
    Allowed,
    CadenceRow,
    Nudge,
    NudgeKind,
    NudgeState,
    Pairing,
    Permission,
    Workspace,
)
from tests.cast import MONDAY
from tests.fakes import FakeMessenger

SLOTS = "tue 12:00, thu 16:00"
# The slots of questions that were asked and answered before a test begins.
EARLIER = "earlier"
QUESTIONS = frozenset({Allowed.QUESTIONS})
# A lease is judged by the database's clock, so it is in the database that it is made to run out.
RUN_OUT = text("UPDATE nudge SET lease_until = 1 WHERE state IN ('leased', 'sending')")


@dataclass
class Cohort:
    """People by their first names. `now` stands still until a test moves it."""

    engine: AsyncEngine
    bank: Bank
    now: datetime = MONDAY
    messenger: Messenger = field(default_factory=FakeMessenger)
    place: Workspace = field(
        default_factory=lambda: Workspace(platform=PLATFORM, external_id="cohort")
    )
    people: dict[str, Member] = field(default_factory=dict)
    pairings: dict[tuple[str, str], Pairing] = field(default_factory=dict)

    @property
    def messengers(self) -> Messengers:
        return {self.place.platform: self.messenger}

    async def joins(
        self,
        *names: str,
        zone: str = "Europe/London",
        slots: str = SLOTS,
        kind: NudgeKind = NudgeKind.QUESTION,
        allows: Collection[Allowed] = QUESTIONS,
        addresses: Mapping[str, str] = MappingProxyType({}),
        **columns: Any,
    ) -> list[Member]:
        """With a cadence, and an agreement to it. Without reminders, unless a test is about them:
        each would be one more nudge to count."""
        columns = {"reminders": False, **columns}
        async with transaction(self.engine) as db:
            if not self.people:
                db.add(self.place)
                await db.flush()
            new = await add_members(
                db,
                self.place.id,
                [
                    NewMember(
                        user_id=name, name=name, timezone=zone, address=addresses.get(name, "")
                    )
                    for name in names
                ],
            )
            agreements = [self._agreement(one) for one in new if allows]
            db.add_all(agreements)
            db.add_all(
                self._cadence(one, slots=slots, zone=zone, kind=kind, **columns) for one in new
            )
            await db.flush()
            db.add_all(
                Permission(agreement_id=agreement.id, allows=one, given_at=self.now)
                for agreement in agreements
                for one in allows
            )
        self.people |= {one.name: one for one in new}
        return new

    def _agreement(self, who: Member) -> Agreement:
        return Agreement(
            workspace_id=self.place.id,
            member_id=who.id,
            notice=NOTICE_VERSION,
            agreed_at=self.now,
        )

    def _cadence(self, who: Member, **columns: Any) -> CadenceRow:
        row = CadenceRow(member_id=who.id, workspace_id=self.place.id, **columns)
        coming = next_moment(row, (), self.now)
        row.next_due_at, row.next_day = (coming.at, coming.day) if coming else (None, None)
        return row

    async def changes(
        self, name: str, kind: NudgeKind = NudgeKind.QUESTION, **columns: Any
    ) -> CadenceRow:
        """Something about when they are asked, as a form would change it."""
        async with transaction(self.engine) as db:
            row = await db.get_one(CadenceRow, (self.people[name].id, kind))
            for column, value in columns.items():
                setattr(row, column, value)
            await replan(db, row, self.now, zone_moved="zone" in columns)
        return row

    async def says_stop(self, name: str) -> None:
        await self.changes(name, stopped_at=self.now)
        await self.has_nothing_waiting(name, STOPPED)

    async def has_nothing_waiting(self, name: str, because: Because) -> None:
        async with transaction(self.engine) as db:
            await cancel_waiting(db, [self.people[name].id], because, self.now)

    async def cadence(self, name: str, kind: NudgeKind = NudgeKind.QUESTION) -> CadenceRow:
        async with reading(self.engine) as db:
            return await db.get_one(CadenceRow, (self.people[name].id, kind))

    async def plan(self, until: datetime | None = None) -> int:
        self.now = until or self.now
        return await plan_due(self.engine, self.now)

    async def send(self, until: datetime | None = None) -> list[Sent]:
        self.now = until or self.now
        return await send_due(self.engine, self.messengers, self.bank, self.now)

    async def reap(self) -> int:
        """When the leases of whoever died have run out."""
        await self.runs(RUN_OUT)
        return await reap(self.engine, self.messengers, self.now)

    async def lives(self, until: datetime) -> None:
        """Time goes by, and whatever comes due is planned and sent at its moment."""
        while (moment := await self.coming()) and moment <= until:
            self.now = max(self.now, moment)
            await self.plan()
            await self.send()
        self.now = until

    async def coming(self) -> datetime | None:
        """The next moment at which something is due or ready."""
        async with reading(self.engine) as db:
            both = (await next_due(db), await next_ready(db))
        return min((moment for moment in both if moment), default=None)

    async def runs(self, statement: Any, values: Mapping[str, Any] | None = None) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(statement, values)

    async def nudges(self, *names: str) -> list[Nudge]:
        """Everyone's, or these people's, earliest first."""
        theirs = [self.people[name].id for name in names or self.people]
        async with reading(self.engine) as db:
            found = await db.exec(
                select(Nudge)
                .where(col(Nudge.member_id).in_(theirs))
                .order_by(col(Nudge.due_at), col(Nudge.slot))
            )
            return list(found)

    async def nudge(self, name: str) -> Nudge:
        [only] = await self.nudges(name)
        return only

    async def states(self, *names: str) -> list[NudgeState]:
        return [one.state for one in await self.nudges(*names)]

    async def has_due(self, *names: str, **columns: Any) -> list[Nudge]:
        """A question for each that is ready now."""
        nudges = [a_question(self.people[name], self.now, **columns) for name in names]
        async with transaction(self.engine) as db:
            db.add_all(nudges)
        return nudges

    async def shared(self, leader: str, coach: str, at: datetime) -> None:
        """The leader's answer to an earlier question, shared with a coach."""
        one = self.people[leader]
        pairing = self.pairings.get((leader, coach)) or Pairing(
            workspace_id=self.place.id,
            leader_id=one.id,
            coach_id=self.people[coach].id,
            accepted_at=at,
        )
        self.pairings[leader, coach] = pairing
        nudge = a_question(
            one, at, slot=f"{EARLIER} {uuid4()}", state=NudgeState.SENT, sent_at=at, closed_at=at
        )
        async with transaction(self.engine) as db:
            await db.merge(pairing)
            db.add(nudge)
            await db.flush()
            kept = await keep_reflection(
                db, one, nudge, "What is here?", "Something worth saying", at
            )
            kept.shared_at, kept.pairing_id = at, pairing.id


def a_question(who: Member, at: datetime, **columns: Any) -> Nudge:
    known: dict[str, Any] = {
        "slot": f"{at.date()}/question",
        "kind": NudgeKind.QUESTION,
        "due_at": at,
        "ready_at": at,
        "expires_at": at.replace(hour=17, minute=59),
    }
    return Nudge(workspace_id=who.workspace_id, member_id=who.id, **{**known, **columns})
