"""An invitation on its way: what it says is looked up at the moment of sending."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from prompts.composing import inviting
from prompts.message import Message
from scheduler.cadence import Cadence, may_write_from
from storage.invitations import Invited
from storage.invitations import invited as look_up
from storage.members import Addressee
from storage.nudges import Because, Planned
from storage.tables import Nudge, NudgeKind, WhyNot

# How its slot begins, before the id of the programme.
INVITED = "invited/"
# Whoever cannot be reached for so long is invited again by people.
USEFUL_FOR = timedelta(days=14)

SATURDAY = 5
# A midnight that the clocks skip is none; half a day before noon is one.
NOON = timedelta(hours=12)

SAID = Because(WhyNot.NOT_NEEDED, "They came first, and were told at once.")
ANSWERED = Because(WhyNot.NOT_NEEDED, "The invitation was answered already.")


def planned(workspace_id: UUID, member_id: UUID, programme_id: UUID, now: datetime) -> Planned:
    """Due at once; the hours of whoever it is for are kept when it is written."""
    slot = f"{INVITED}{programme_id}"
    return Planned(workspace_id, member_id, slot, NudgeKind.NOTICE, now, now + USEFUL_FOR)


def opens_at(zone: str, now: datetime) -> datetime | None:
    """The first moment from `now` on in the hours of a working day, on their own clock."""
    hours = Cadence((), zone)
    at = may_write_from(hours, now)
    while at is not None and (local := at.astimezone(ZoneInfo(zone))).weekday() >= SATURDAY:
        tomorrow = local.date() + timedelta(days=1)
        at = may_write_from(hours, datetime.combine(tomorrow, time(12), local.tzinfo) - NOON)
    return at


def is_invitation(nudge: Nudge) -> bool:
    return nudge.kind is NudgeKind.NOTICE and nudge.slot.startswith(INVITED)


async def look_up_invitations(db: AsyncSession, nudges: Sequence[Nudge]) -> dict[UUID, Invited]:
    """By member. No query where none of them is one."""
    whom = {nudge.member_id for nudge in nudges if is_invitation(nudge)}
    return await look_up(db, whom) if whom else {}


def said(nudge: Nudge, invited: Invited | None, to: Addressee) -> Message | Because:
    """What to say, or why nothing is said."""
    if invited is None or invited.is_answered:
        return ANSWERED
    return inviting.invitation(
        to.name.split(" ")[0],
        invited.by,
        invited.programme,
        invited.purpose,
        is_leader=invited.is_leader,
        nudge=nudge.id,
    )
