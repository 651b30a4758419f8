"""What a crash left behind, and what has simply become old."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from prompts.choosing import (
    ASKED_ABOUT_AGAIN,
    ASKED_ABOUT_AT_MOST,
    MOST_DELAYS,
    is_to_be_let_go,
)
from scheduler.delivery import (
    CannotTell,
    DeliveryError,
    Found,
    Messenger,
    Messengers,
    NotThere,
    Trace,
)
from scheduler.facts import experiment
from scheduler.reminding import QUESTION_OPEN_FOR
from scheduler.reviewing import plan_reviews_due
from scheduler.sending import PATIENCE
from storage.engine import reading, transaction
from storage.experiments import left_lying, let_go
from storage.members import Addressee, addressees
from storage.newcomers import drop_old_newcomers
from storage.nudges import (
    Because,
    Ended,
    PutBack,
    Sent,
    record_ended,
    record_put_back,
    record_sent,
    take_abandoned,
)
from storage.questions import asked_questions, let_lapse
from storage.receipts import drop_receipts
from storage.suppressing import THRESHOLD
from storage.tables import Nudge, NudgeKind, NudgeState, WhyNot
from storage.totals import is_anything_due, release_ended

logger = structlog.get_logger(__name__)

AT_ONCE = 100
# Platforms deliver an event again for a day at most; a week leaves room for a long outage.
RECEIPTS_KEPT = timedelta(days=7)
IN_DOUBT = Because(
    WhyNot.IN_DOUBT,
    "The process died while sending, and this platform cannot say whether it arrived.",
)
NEVER_LEFT = Because(WhyNot.CRASHED, "The process that held it died before sending.")
SEND_ONCE_MORE = Because(WhyNot.CRASHED, "In doubt after a crash; a digest is sent once more.")


async def reap(engine: AsyncEngine, messengers: Messengers, now: datetime) -> int:
    """Settle every nudge whose holder is gone. Returns how many."""
    owner = uuid4()
    settled = 0
    while True:
        async with transaction(engine) as db:
            abandoned = await take_abandoned(db, owner, AT_ONCE)
        if abandoned:
            settled += await _settle_all(engine, messengers, owner, abandoned, now)
        if len(abandoned) < AT_ONCE:
            return settled


async def _settle_all(
    engine: AsyncEngine,
    messengers: Messengers,
    owner: UUID,
    abandoned: Sequence[Nudge],
    now: datetime,
) -> int:
    async with reading(engine) as db:
        people = await addressees(db, {nudge.member_id for nudge in abandoned})
    outcomes = await asyncio.gather(
        *(_settle(messengers, nudge, people.get(nudge.member_id), now) for nudge in abandoned)
    )
    settled = [one for one in outcomes if one is not None]
    async with transaction(engine) as db:
        await record_sent(db, owner, [one for one in settled if isinstance(one, Sent)])
        await record_put_back(db, owner, [one for one in settled if isinstance(one, PutBack)])
        await record_ended(db, owner, [one for one in settled if isinstance(one, Ended)])
    logger.info("settled what a crash left", count=len(settled))
    return len(settled)


async def _settle(
    messengers: Messengers, nudge: Nudge, to: Addressee | None, now: datetime
) -> Sent | PutBack | Ended | None:
    if nudge.state is NudgeState.LEASED:
        return PutBack(nudge.id, nudge.ready_at, NEVER_LEFT)
    if nudge.message_id:
        # It came back to us meanwhile; there is nothing to ask.
        return settle(nudge, Found(nudge.message_id), now)
    messenger = messengers.get(to.platform) if to else None
    if to is None or messenger is None:
        return settle(nudge, CannotTell(), now)
    trace = await _trace(messenger, nudge, to)
    # Asked again when this lease runs out, too.
    return settle(nudge, trace, now) if trace else None


async def _trace(messenger: Messenger, nudge: Nudge, to: Addressee) -> Trace | None:
    """None: it could not be asked now. Where it never can be, there is no telling."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            return await messenger.trace(to, nudge.id)
    except DeliveryError as error:
        return CannotTell() if error.permanent else None
    except Exception as error:  # noqa: BLE001 - or the others' matters are never settled
        logger.error("could not be traced", nudge=str(nudge.id), error=type(error).__name__)  # noqa: TRY400 - no quoting
        return None


def settle(nudge: Nudge, trace: Trace, now: datetime) -> Sent | PutBack | Ended:
    """What becomes of a nudge that was being sent when its process died."""
    match trace:
        case Found(message_id):
            is_question = nudge.kind is NudgeKind.QUESTION
            waits = nudge.ready_at + QUESTION_OPEN_FOR if is_question else None
            return Sent(nudge.id, message_id, nudge.ready_at, waits)
        case NotThere():
            return PutBack(nudge.id, now, NEVER_LEFT)
        case CannotTell():
            # A second question is worse than none; a digest that never came is worse than two.
            if nudge.kind is NudgeKind.DIGEST and nudge.attempts < 2:
                return PutBack(nudge.id, now, SEND_ONCE_MORE)
            return Ended(nudge.id, NudgeState.IN_DOUBT, IN_DOUBT)


async def let_go_quietly(db: AsyncSession, now: datetime) -> None:
    """Experiments that were asked about three times, a week apart, and left unanswered; and those
    that were put off for the last time. No word is said of it."""
    untouched = now - ASKED_ABOUT_AGAIN * ASKED_ABOUT_AT_MOST
    lying = await left_lying(db, now.date(), untouched, MOST_DELAYS)
    if not lying:
        return
    since = min(one.made_at for one, _ in lying)
    asked = await asked_questions(db, {one.member_id for one, _ in lying}, since)
    over = [
        one.id
        for one, zone in lying
        if is_to_be_let_go(experiment(one, asked.get(one.member_id, ()), ZoneInfo(zone)), now)
    ]
    await let_go(db, over, now)


async def tidy(engine: AsyncEngine, now: datetime, least: int = THRESHOLD) -> None:
    """Let old questions lapse and unanswered experiments go, forget old receipts, plan the reviews
    whose day has come, and release the quarter that has ended, in figures of at least so many
    people."""
    async with transaction(engine) as db:
        await let_lapse(db, now)
        await let_go_quietly(db, now)
        await drop_receipts(db, now - RECEIPTS_KEPT)
        await drop_old_newcomers(db, now)
    await plan_reviews_due(engine, now)
    async with reading(engine) as db:
        due = await is_anything_due(db, now)
    if due:
        async with transaction(engine) as db:
            await release_ended(db, least, now, SystemRandom())
