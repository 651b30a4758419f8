"""What a crash left is looked into and settled once; what is old is let go."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from scheduler import tidying
from scheduler.delivery import CannotTell, DeliveryError, Found, NotThere, Trace
from scheduler.reminding import QUESTION_OPEN_FOR
from scheduler.tidying import (
    IN_DOUBT,
    NEVER_LEFT,
    RECEIPTS_KEPT,
    SEND_ONCE_MORE,
    reap,
    settle,
    tidy,
)
from storage.engine import reading, transaction
from storage.leaving import mark_left
from storage.members import Addressee
from storage.nudges import Because, Ended, PutBack, Sent
from storage.questions import close as close_question
from storage.receipts import first_time
from storage.tables import Allowed, Nudge, NudgeKind, NudgeState, Outcome, Receipt
from tests.cast import a_member
from tests.databases import close, open_sealed
from tests.fakes import FakeMessenger
from tests.scheduler.cohort import RUN_OUT, Cohort, a_question
from tests.scheduler.interrupting import (
    MARK_SENDING,
    RECORD,
    PowerCutError,
    cut_the_power,
    just_before,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 16, tzinfo=UTC)
READY, LEASED, SENDING = NudgeState.READY, NudgeState.LEASED, NudgeState.SENDING
SENT, DOUBTED = NudgeState.SENT, NudgeState.IN_DOUBT


@dataclass
class Looking(FakeMessenger):
    """A platform that can be asked what arrived, unless something is wrong with someone's chat."""

    asked: list[str] = field(default_factory=list)
    wrong: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)

    async def trace(self, to: Addressee, nudge_id: UUID) -> Trace:
        self.asked.append(to.name)
        if to.name in self.wrong:
            await self.wrong[to.name]()
        return await super().trace(to, nudge_id)


def raising(error: Exception) -> Callable[[], Awaitable[object]]:
    async def fail() -> None:
        raise error

    return fail


async def dies(cohort: Cohort, step: int) -> None:
    """The sender's process dies as it comes to that step."""
    with just_before(cohort.engine, step, cut_the_power), pytest.raises(PowerCutError):
        await cohort.send()


async def lost_on_the_way(cohort: Cohort) -> None:
    """As far as the row tells, it was being sent; but it never left."""
    await dies(cohort, RECORD)
    assert isinstance(cohort.messenger, FakeMessenger)
    cohort.messenger.delivered.clear()


@pytest.fixture
async def due(cohort: Cohort) -> Cohort:
    """Amara has a question due at noon on the Tuesday, on a platform that can be asked."""
    cohort.messenger = Looking()
    await cohort.joins("Amara")
    await cohort.plan(NOON)
    return cohort


def deliveries(cohort: Cohort) -> int:
    assert isinstance(cohort.messenger, FakeMessenger)
    return len(cohort.messenger.delivered)


async def test_a_nudge_whose_sender_died_before_sending_is_sent_by_another(due: Cohort) -> None:
    await dies(due, MARK_SENDING)
    assert await due.states() == [LEASED]
    assert await due.send() == []

    assert await due.reap() == 1

    nudge = await due.nudge("Amara")
    assert (nudge.state, nudge.owner, nudge.ended_because) == (READY, None, NEVER_LEFT.words)
    assert nudge.ready_at == NOON
    await due.send()
    assert (await due.states(), deliveries(due)) == ([SENT], 1)


async def test_a_nudge_whose_holder_may_still_live_is_left_alone(due: Cohort) -> None:
    await dies(due, RECORD)
    before = await due.nudge("Amara")
    assert before.state is SENDING
    assert await reap(due.engine, due.messengers, NOON) == 0
    assert await due.nudge("Amara") == before


async def test_a_message_that_is_found_is_recorded_and_not_sent_again(due: Cohort) -> None:
    await dies(due, RECORD)
    assert await due.reap() == 1
    nudge = await due.nudge("Amara")
    assert (nudge.state, nudge.message_id, nudge.sent_at) == (SENT, "1", NOON)
    assert nudge.question_id
    await due.send()
    assert deliveries(due) == 1
    assert await due.reap() == 0


async def test_a_message_that_surely_did_not_arrive_is_sent_again(due: Cohort) -> None:
    await lost_on_the_way(due)
    first = await due.nudge("Amara")
    due.now += MINUTE
    assert await due.reap() == 1
    back = await due.nudge("Amara")
    assert (back.state, back.ready_at, back.ended_because) == (READY, due.now, NEVER_LEFT.words)
    await due.send()
    second = await due.nudge("Amara")
    assert (second.state, deliveries(due)) == (SENT, 1)
    # The same question for the same reason.
    assert (second.question_id, second.reason) == (first.question_id, first.reason)


async def test_what_surely_did_not_arrive_is_not_sent_when_its_day_has_passed(
    due: Cohort,
) -> None:
    await lost_on_the_way(due)
    due.now += 5 * HOUR
    await due.reap()
    await due.send()
    assert (await due.states(), deliveries(due)) == ([NudgeState.EXPIRED], 0)


async def test_where_nobody_can_tell_a_question_is_not_asked_again_and_the_next_one_comes(
    due: Cohort,
) -> None:
    messenger = due.messenger = FakeMessenger(can_look=False)
    await dies(due, RECORD)
    assert await due.reap() == 1
    nudge = await due.nudge("Amara")
    assert (nudge.state, nudge.ended_because, nudge.sent_at) == (DOUBTED, IN_DOUBT.words, None)

    await due.lives(THURSDAY)
    assert await due.states() == [DOUBTED, SENT]
    doubted, sent = await due.nudges()
    # She may well have seen it, so it counts as asked.
    assert sent.question_id != doubted.question_id
    assert len(messenger.delivered) == 2


async def test_where_nobody_can_tell_a_digest_is_sent_once_more_and_only_once(
    cohort: Cohort,
) -> None:
    messenger = cohort.messenger = FakeMessenger(can_look=False)
    both = {Allowed.QUESTIONS, Allowed.SHARING}
    await cohort.joins("Ruth", slots="thu 09:00", kind=NudgeKind.DIGEST)
    await cohort.joins("Dan", allows=both, stopped_at=NOON)
    await cohort.shared("Dan", "Ruth", NOON)
    await cohort.plan(datetime(2026, 11, 26, 9, tzinfo=UTC))

    await dies(cohort, RECORD)
    await cohort.reap()
    nudge = await cohort.nudge("Ruth")
    assert (nudge.state, nudge.ended_because) == (READY, SEND_ONCE_MORE.words)
    await dies(cohort, RECORD)
    await cohort.reap()
    nudge = await cohort.nudge("Ruth")
    assert (nudge.state, nudge.ended_because) == (DOUBTED, IN_DOUBT.words)
    await cohort.send()
    assert [name for name, _ in messenger.delivered] == ["Ruth", "Ruth"]


async def test_a_platform_that_cannot_be_asked_now_is_asked_later(due: Cohort) -> None:
    messenger = due.messenger
    assert isinstance(messenger, Looking)
    messenger.wrong["Amara"] = raising(DeliveryError("It is down."))
    await dies(due, RECORD)
    assert await due.reap() == 0
    assert await due.states() == [SENDING]
    # Whoever looked holds it meanwhile, so that not everybody asks.
    assert await reap(due.engine, due.messengers, NOON) == 0
    assert messenger.asked == ["Amara"]

    messenger.wrong.clear()
    assert await due.reap() == 1
    assert (await due.states(), deliveries(due)) == ([SENT], 1)


async def test_a_platform_that_can_never_be_asked_again_leaves_it_in_doubt(due: Cohort) -> None:
    """Such as one that was uninstalled: or its nudge would be "sending" for ever."""
    assert isinstance(due.messenger, Looking)
    due.messenger.wrong["Amara"] = raising(DeliveryError("Uninstalled.", permanent=True))
    await dies(due, RECORD)
    assert await due.reap() == 1
    assert await due.states() == [DOUBTED]


async def test_the_others_are_settled_whatever_happens_with_one(
    due: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "PATIENCE", timedelta(milliseconds=50))
    others = ["Hangs", "Breaks", "Down", "Dan"]
    await due.joins(*others)
    await due.has_due(*others)
    assert isinstance(due.messenger, Looking)
    due.messenger.wrong = {
        "Hangs": asyncio.Event().wait,
        "Breaks": raising(KeyError("a fault of ours")),
        "Down": raising(DeliveryError("It is down.")),
    }
    await dies(due, RECORD)
    assert await due.reap() == 2
    states = {name: (await due.nudge(name)).state for name in due.people}
    assert states == {
        "Amara": SENT,
        "Dan": SENT,
        "Hangs": SENDING,
        "Breaks": SENDING,
        "Down": SENDING,
    }


@pytest.mark.parametrize("missing", ["platform", "member"])
async def test_where_there_is_nobody_left_to_ask_a_question_is_in_doubt(
    due: Cohort, missing: str
) -> None:
    await dies(due, RECORD)
    if missing == "member":
        async with transaction(due.engine) as db:
            await mark_left(db, due.people["Amara"], NOON)
    await due.runs(RUN_OUT)
    messengers = due.messengers if missing == "member" else {}
    assert await reap(due.engine, messengers, NOON) == 1
    assert await due.states() == [DOUBTED]


async def test_two_who_tidy_at_once_settle_each_nudge_once(due: Cohort, database_url: str) -> None:
    everyone = [f"leader {n}" for n in range(20)]
    await due.joins(*everyone)
    await due.has_due(*everyone)
    await dies(due, RECORD)
    await due.runs(RUN_OUT)
    other = open_sealed(database_url)
    settled = await asyncio.gather(
        *(reap(engine, due.messengers, NOON) for engine in (due.engine, other))
    )
    await close(other)
    assert sum(settled) == 21
    assert isinstance(due.messenger, Looking)
    assert set(Counter(due.messenger.asked).values()) == {1}
    assert await due.states() == [SENT] * 21


def in_doubt(kind: NudgeKind, attempts: int) -> Nudge:
    who = a_member("amara", "Amara")
    return a_question(who, NOON, kind=kind, attempts=attempts, state=SENDING)


LATER = NOON + HOUR
QUESTION, DIGEST = NudgeKind.QUESTION, NudgeKind.DIGEST


def sent(nudge: Nudge) -> Sent:
    waits = NOON + QUESTION_OPEN_FOR if nudge.kind is NudgeKind.QUESTION else None
    return Sent(nudge.id, "17", NOON, waits)


def put_back(because: Because) -> Callable[[Nudge], PutBack]:
    return lambda nudge: PutBack(nudge.id, LATER, because)


def doubted(nudge: Nudge) -> Ended:
    return Ended(nudge.id, DOUBTED, IN_DOUBT)


@pytest.mark.parametrize(
    ("nudge", "trace", "becomes"),
    [
        (in_doubt(QUESTION, 1), Found("17"), sent),
        (in_doubt(DIGEST, 1), Found("17"), sent),
        (in_doubt(QUESTION, 1), NotThere(), put_back(NEVER_LEFT)),
        (in_doubt(DIGEST, 2), NotThere(), put_back(NEVER_LEFT)),
        (in_doubt(QUESTION, 1), CannotTell(), doubted),
        (in_doubt(DIGEST, 1), CannotTell(), put_back(SEND_ONCE_MORE)),
        (in_doubt(DIGEST, 2), CannotTell(), doubted),
    ],
)
def test_what_becomes_of_what_was_being_sent(
    nudge: Nudge, trace: Trace, becomes: Callable[[Nudge], Any]
) -> None:
    assert settle(nudge, trace, LATER) == becomes(nudge)


async def test_a_question_nobody_answers_lapses_after_two_days_and_not_before(
    due: Cohort,
) -> None:
    await due.joins("Dan", "Ife")
    await due.has_due("Dan", "Ife")
    await due.send()
    async with transaction(due.engine) as db:
        dans = await db.get_one(Nudge, (await due.nudge("Dan")).id)
        close_question(dans, Outcome.ANSWERED, NOON + HOUR)
        ifes = await db.get_one(Nudge, (await due.nudge("Ife")).id)
        ifes.kind, ifes.open_until = NudgeKind.DIGEST, None

    await tidy(due.engine, NOON + QUESTION_OPEN_FOR)
    assert (await due.nudge("Amara")).outcome is None

    at = NOON + QUESTION_OPEN_FOR + timedelta(seconds=1)
    await tidy(due.engine, at)
    amaras, dans, ifes = [await due.nudge(name) for name in ("Amara", "Dan", "Ife")]
    assert (amaras.state, amaras.outcome, amaras.closed_at) == (SENT, Outcome.LAPSED, at)
    assert (dans.outcome, dans.closed_at) == (Outcome.ANSWERED, NOON + HOUR)
    assert (ifes.outcome, ifes.closed_at) == (None, None)


async def test_receipts_are_kept_for_a_week(due: Cohort) -> None:
    place = due.place.id
    async with transaction(due.engine) as db:
        await first_time(db, place, "long ago", NOON - RECEIPTS_KEPT - timedelta(seconds=1))
        await first_time(db, place, "a week ago", NOON - RECEIPTS_KEPT)
        await first_time(db, place, "now", NOON)
    await tidy(due.engine, NOON)
    async with reading(due.engine) as db:
        assert set(await db.exec(select(Receipt.event_id))) == {"a week ago", "now"}
