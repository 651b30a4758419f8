"""The road from ready to sent: claim, write, say so, deliver, record.

No transaction is open while a platform is spoken to. A process that dies leaves at most WINDOW
nudges in doubt, and every one of them is a row that says so.
"""

import asyncio
from collections.abc import Collection, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from prompts.bank import Bank
from scheduler.delivery import DeliveryError, Messengers
from scheduler.facts import Facts, look_up
from scheduler.writing import Held, Waits, Written, run_endings, write
from storage.digests import note_told
from storage.engine import reading, transaction
from storage.nudges import (
    Because,
    Ended,
    PutBack,
    Sent,
    add_nudges,
    lease,
    let_go,
    mark_sending,
    record_ended,
    record_put_back,
    record_sent,
)
from storage.pins import end_pins
from storage.runs import mark_started, record_run_ends
from storage.tables import Nudge, NudgeState, WhyNot

logger = structlog.get_logger(__name__)

LEASED_AT_ONCE = 128
WINDOW = 32
# Longer than a platform needs, much shorter than a lease.
PATIENCE = timedelta(seconds=10)
# Two minutes, then ten, then an hour; then it is let go.
WAITS = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
# Where there was no room, and the platform did not say for how long.
NO_ROOM_FOR = timedelta(seconds=30)
UNWRITABLE = Because(WhyNot.OUR_FAULT, "It could not be put into words; the log names the fault.")
NO_MESSENGER = DeliveryError(
    "No platform of that name is connected here.", permanent=True, why=WhyNot.DISCONNECTED
)


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody knows whether it arrived; its lease runs out and the matter is looked into."""

    nudge_id: UUID


Result = Sent | PutBack | Ended | Unsure


async def send_due(
    engine: AsyncEngine, messengers: Messengers, bank: Bank, now: datetime
) -> list[Sent]:
    """Send everything that is ready by now. Returns what was sent.

    Told to stop in the midst of it, by being cancelled, it finishes the window that is under way,
    records it, and leaves the rest to whoever comes next.
    """
    owner = uuid4()
    try:
        return await _send_all(engine, messengers, owner, bank, now)
    except asyncio.CancelledError:
        async with transaction(engine) as db:
            await let_go(db, owner)
        raise


async def _send_all(
    engine: AsyncEngine, messengers: Messengers, owner: UUID, bank: Bank, now: datetime
) -> list[Sent]:
    sent: list[Sent] = []
    # A workspace without room has had its turn in this pass, so that no other waits for it.
    full: set[UUID] = set()
    while True:
        async with transaction(engine) as db:
            nudges = await lease(db, owner, now, LEASED_AT_ONCE, full)
        if not nudges:
            return sent
        async with reading(engine) as db:
            facts = await look_up(db, nudges, now)
        for window in _windows(nudges, full):
            results = await _to_its_end(
                _send_window(engine, messengers, owner, window, facts, bank, now)
            )
            sent += [one for one in results if isinstance(one, Sent)]
            full |= _without_room(window, results)
        if full:
            async with transaction(engine) as db:
                await let_go(db, owner)


def _windows(nudges: Sequence[Nudge], full: Collection[UUID]) -> Iterator[Sequence[Nudge]]:
    """`full` may grow from one window to the next."""
    left = nudges
    while left := [one for one in left if one.workspace_id not in full]:
        yield left[:WINDOW]
        left = left[WINDOW:]


def _without_room(window: Sequence[Nudge], results: Sequence[Result]) -> set[UUID]:
    back = {one.nudge_id for one in results if isinstance(one, PutBack) and one.untried}
    return {nudge.workspace_id for nudge in window if nudge.id in back}


async def _to_its_end(work: Coroutine[Any, Any, list[Result]]) -> list[Result]:
    """Being cancelled waits until this is done."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


async def _send_window(
    engine: AsyncEngine,
    messengers: Messengers,
    owner: UUID,
    nudges: Sequence[Nudge],
    facts: Facts,
    bank: Bank,
    now: datetime,
) -> list[Result]:
    by_id = {nudge.id: nudge for nudge in nudges}
    outcomes = [_write(nudge, facts, bank, now) for nudge in nudges]
    written = [one for one in outcomes if isinstance(one, Written)]
    async with transaction(engine) as db:
        mine = await mark_sending(db, owner, [one.intent for one in written])
        await record_ended(db, owner, [end for one in outcomes if (end := _end_of(one))])
        await record_put_back(
            db,
            owner,
            [
                PutBack(one.nudge.id, one.until, one.because)
                for one in outcomes
                if isinstance(one, Waits)
            ],
        )
        await add_nudges(
            db, [one.instead for one in outcomes if isinstance(one, Held) and one.instead]
        )
        await _record_runs(db, outcomes, now)
        told = {one.intent.nudge_id: one.told for one in written if one.told}
        await note_told(db, told, mine & told.keys())

    results = await asyncio.gather(
        *(
            _deliver(messengers, one, by_id[one.intent.nudge_id], now)
            for one in written
            if one.intent.nudge_id in mine
        )
    )

    sent = {one.nudge_id for one in results if isinstance(one, Sent)}
    unsure = {one.nudge_id for one in results if isinstance(one, Unsure)}
    pins = {one.intent.nudge_id: one.intent.pin_id for one in written if one.intent.pin_id}
    async with transaction(engine) as db:
        await add_nudges(
            db, [one.reminder for one in written if one.reminder and one.intent.nudge_id in sent]
        )
        # What a platform did not take is pinned still.
        await end_pins(db, [pins[one] for one in sent | unsure if one in pins], now)
        await record_sent(db, owner, [one for one in results if isinstance(one, Sent)])
        await record_put_back(db, owner, [one for one in results if isinstance(one, PutBack)])
        await record_ended(db, owner, [one for one in results if isinstance(one, Ended)])
    return results


async def _record_runs(
    db: AsyncSession, outcomes: Sequence[Written | Held | Waits | Ended], now: datetime
) -> None:
    """Which runs are begun by what is about to be asked, and which have come to their end."""
    said = [one for one in outcomes if isinstance(one, Written)]
    await mark_started(db, {one.intent.run_id for one in said if one.intent.run_id}, now)
    ended = [end for one in outcomes if isinstance(one, Written | Held) for end in one.ended]
    await record_run_ends(db, run_endings(ended), now)


def _write(nudge: Nudge, facts: Facts, bank: Bank, now: datetime) -> Written | Held | Waits | Ended:
    try:
        outcome = write(nudge, facts, bank, now)
    except Exception as error:  # noqa: BLE001 - or everyone who is due with them waits for ever
        logger.error("could not be written", nudge=str(nudge.id), error=type(error).__name__)  # noqa: TRY400 - no quoting
        return _give_up(nudge, UNWRITABLE)
    return outcome


def _end_of(outcome: Written | Held | Waits | Ended) -> Ended | None:
    match outcome:
        case Written() | Waits():
            return None
        case Ended():
            return outcome
        case Held(nudge, because, _, _):
            return Ended(nudge.id, NudgeState.EXPIRED, because)


async def _deliver(messengers: Messengers, written: Written, nudge: Nudge, now: datetime) -> Result:
    messenger = messengers.get(written.to.platform)
    if messenger is None:
        return after_failure(nudge, NO_MESSENGER, now)
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            message_id = await messenger.deliver(written.to, written.message)
    except TimeoutError:
        return Unsure(nudge.id)
    except DeliveryError as error:
        return after_failure(nudge, error, now)
    except Exception as error:  # noqa: BLE001 - or what became of the others is not recorded
        logger.error("delivery failed", nudge=str(nudge.id), error=type(error).__name__)  # noqa: TRY400 - no quoting
        return Unsure(nudge.id)
    return Sent(nudge.id, message_id, now, written.open_until)


def after_failure(nudge: Nudge, error: DeliveryError, now: datetime) -> PutBack | Ended | Unsure:
    """What becomes of a nudge that a platform did not take. `nudge.attempts` counts those before
    this one."""
    if error.unsure:
        return Unsure(nudge.id)
    if error.permanent:
        return _give_up(nudge, Because(error.why, str(error)))
    if not error.untried and nudge.attempts >= len(WAITS):
        return _give_up(nudge, Because(error.why, f"Tried {nudge.attempts + 1} times. {error}"))
    again = now + _wait(nudge, error)
    if again > nudge.expires_at:
        return _give_up(nudge, Because(error.why, f"There was no time left to try again. {error}"))
    return PutBack(nudge.id, again, Because(error.why, str(error)), untried=error.untried)


def _wait(nudge: Nudge, error: DeliveryError) -> timedelta:
    if error.untried:
        return error.retry_after or NO_ROOM_FOR
    return max(WAITS[nudge.attempts], error.retry_after or timedelta())


def _give_up(nudge: Nudge, because: Because) -> Ended:
    logger.warning("gave up", nudge=str(nudge.id))
    return Ended(nudge.id, NudgeState.GIVEN_UP, because)
