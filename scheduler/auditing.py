"""Plan and fact, compared: what should have gone out by now and did not.

`alarms` is pure. Whoever was asked nothing because they chose so is no matter for it, and neither
is one person who cannot be reached: those are for the programme lead, by name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.health import Backlog, Tally, put_off, tallies, unplanned, unsent, unsettled
from storage.tables import NudgeState, WhyNot

# So much later than its moment it should be a row, and so much later than its turn be taken up.
PLANNED_WITHIN = timedelta(minutes=5)
TAKEN_UP_WITHIN = timedelta(minutes=10)
# What a crash left is settled within seconds of its lease.
SETTLED_WITHIN_MS = 300_000
# The first two waits are part of a platform's bad day; after an hour somebody should look.
PUT_OFF_FOR = timedelta(hours=1)
LOOKED_BACK = timedelta(days=1)


class Amiss(StrEnum):
    """What did not happen."""

    NOT_PLANNED = "not planned"
    NOT_SENT = "not sent"
    NOT_SETTLED = "not settled"
    PUT_OFF = "put off"
    NOT_DELIVERED = "not delivered"


@dataclass(frozen=True, slots=True)
class Alarm:
    """`since`: when the first of them was due, where that is known; `why`: where a platform, or we,
    gave a reason."""

    workspace_id: UUID
    amiss: Amiss
    count: int
    since: datetime | None = None
    why: WhyNot | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """How it stands: what came due within a day, and what waits for longer than it should."""

    tallies: Sequence[Tally] = ()
    unplanned: Sequence[Backlog] = ()
    unsent: Sequence[Backlog] = ()
    unsettled: Sequence[Backlog] = ()
    put_off: Sequence[tuple[WhyNot, Backlog]] = ()


async def look(db: AsyncSession, now: datetime, workspace_id: UUID | None = None) -> Seen:
    return Seen(
        await tallies(db, now - LOOKED_BACK, now, workspace_id),
        await unplanned(db, now - PLANNED_WITHIN, workspace_id),
        await unsent(db, now - TAKEN_UP_WITHIN, workspace_id),
        await unsettled(db, SETTLED_WITHIN_MS, workspace_id),
        await put_off(db, now - PUT_OFF_FOR, workspace_id),
    )


def alarms(seen: Seen) -> list[Alarm]:
    return [
        *_waiting(seen.unplanned, Amiss.NOT_PLANNED),
        *_waiting(seen.unsent, Amiss.NOT_SENT),
        *_waiting(seen.unsettled, Amiss.NOT_SETTLED),
        *(
            Alarm(one.workspace_id, Amiss.PUT_OFF, one.count, one.since, why)
            for why, one in seen.put_off
            if _is_for_all(why)
        ),
        *_undelivered(seen.tallies),
    ]


def _waiting(backlogs: Sequence[Backlog], amiss: Amiss) -> Iterator[Alarm]:
    return (Alarm(one.workspace_id, amiss, one.count, one.since) for one in backlogs)


def _undelivered(found: Sequence[Tally]) -> Iterator[Alarm]:
    counted: dict[tuple[UUID, WhyNot], int] = {}
    for one in found:
        if one.why is not None and _did_not_arrive(one.state, one.why):
            which = one.workspace_id, one.why
            counted[which] = counted.get(which, 0) + one.nudges
    for (workspace_id, why), count in counted.items():
        yield Alarm(workspace_id, Amiss.NOT_DELIVERED, count, why=why)


def _did_not_arrive(state: NudgeState, why: WhyNot) -> bool:
    match state:
        case NudgeState.GIVEN_UP | NudgeState.IN_DOUBT:
            return _is_for_all(why)
        case NudgeState.EXPIRED:
            # A workspace that took Bearings out wants nothing more.
            return _is_for_all(why) and why is not WhyNot.DISCONNECTED
        case NudgeState.READY | NudgeState.LEASED | NudgeState.SENDING | NudgeState.SENT:
            return False


def _is_for_all(why: WhyNot) -> bool:
    return why.is_trouble and why is not WhyNot.UNREACHABLE
