"""Next moment: the playground's clock goes to the next thing that is due, and it happens."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from bot.web.clock import move_clock
from prompts.composing.saying import day_and_hour, place
from storage.cadences import next_due
from storage.engine import reading, transaction
from storage.members import Member
from storage.playground import newest_nudge, next_ready
from storage.receipts import first_time
from storage.tables import Nudge, NudgeKind, NudgeState

# However many other people are asked on the way, one press comes to an end.
MOST_STEPS = 200

Pass = Callable[[datetime], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Stepper:
    """Moves the clock. `one_pass` does everything that is due at a moment.

    The clock that ticks by itself and the one that is pushed take turns, so that what a press
    brought about is there when its page is drawn.
    """

    engine: AsyncEngine
    clock: Clock
    one_pass: Pass
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tick(self) -> None:
        async with self._turn:
            await self.one_pass(await self.clock())

    async def step(self, member: Member, event_id: str) -> str:
        """To this person's next moment, or to anybody's where they have none. Says what came.

        The same press twice is one step.
        """
        async with self._turn:
            now = await self.clock()
            async with transaction(self.engine) as db:
                if not await first_time(db, member.workspace_id, event_id, now):
                    return await _what_came(db, member, now, has_moment=True)
            async with reading(self.engine) as db:
                mine = await _next_moment(db, member.id)
            for _ in range(MOST_STEPS):
                async with reading(self.engine) as db:
                    anyones = await _next_moment(db, None)
                if anyones is None:
                    return "Nothing is planned for anybody."
                now = max(now, anyones)
                await move_clock(self.engine, now)
                await self.one_pass(now)
                if mine is None or anyones >= mine:
                    break
            async with reading(self.engine) as db:
                return await _what_came(db, member, now, has_moment=mine is not None)


async def _next_moment(db: AsyncSession, member_id: UUID | None) -> datetime | None:
    """The earliest moment at which something comes due or waits to be sent again."""
    moments = (await next_due(db, member_id), await next_ready(db, member_id))
    return min((moment for moment in moments if moment is not None), default=None)


async def _what_came(db: AsyncSession, member: Member, now: datetime, *, has_moment: bool) -> str:
    when = f"{day_and_hour(now, member.timezone)} in {place(member.timezone)}"
    if not has_moment:
        return f"{when}. Nothing is planned for {member.name}, so somebody else's moment came."
    nudge = await newest_nudge(db, member.id, now)
    return f"{when}. {_came(nudge, member)}" if nudge else f"{when}."


def _came(nudge: Nudge, member: Member) -> str:
    match nudge.kind:
        case NudgeKind.QUESTION:
            what = "A question"
        case NudgeKind.REMINDER:
            what = "A reminder"
        case NudgeKind.DIGEST:
            what = "The weekly digest"
        case NudgeKind.PREVIEW:
            what = "A look at what goes to the coach"
        case NudgeKind.NOTICE:
            what = "A notice"
    if nudge.state is NudgeState.SENT:
        return f"{what} for {member.name}."
    return f"{what} for {member.name} was due and not sent. {nudge.ended_because}"
