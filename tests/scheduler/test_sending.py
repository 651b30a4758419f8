"""Claim, deliver, record: each nudge once, and what became of it is always a row."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.events import Left
from prompts.bank import Bank
from prompts.message import FormName, Message
from scheduler import sending
from scheduler.delivery import DeliveryError
from scheduler.reminding import QUESTION_OPEN_FOR
from scheduler.sending import NO_MESSENGER, UNWRITABLE, WAITS, Unsure, after_failure, send_due
from scheduler.ticking import tick
from storage.engine import transaction
from storage.members import Addressee
from storage.nudges import (
    Because,
    Ended,
    Intent,
    PutBack,
    Sent,
    lease,
    mark_sending,
    record_ended,
    record_put_back,
    record_sent,
)
from storage.objectives import set_objective
from storage.tables import Nudge, NudgeKind, NudgeState, WhyNot
from tests.cast import Programme
from tests.databases import close, open_sealed
from tests.fakes import FakeMessenger
from tests.scheduler.cohort import RUN_OUT, Cohort
from tests.scheduler.interrupting import (
    MARK_SENDING,
    PLAN,
    RECORD,
    in_another_process,
    just_before,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DANS_NOON = datetime(2026, 11, 24, 15, tzinfo=UTC)
READY, LEASED, SENDING = NudgeState.READY, NudgeState.LEASED, NudgeState.SENDING
SENT, EXPIRED, GIVEN_UP = NudgeState.SENT, NudgeState.EXPIRED, NudgeState.GIVEN_UP
BUSY = DeliveryError("The platform is busy.", retry_after=timedelta(seconds=30), why=WhyNot.DOWN)


@dataclass
class Deciding(FakeMessenger):
    """Someone named in `first` gets that done before their message is taken."""

    first: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)

    async def deliver(self, to: Addressee, message: Message) -> str:
        if to.name in self.first:
            await self.first[to.name]()
        return await super().deliver(to, message)


def refusing(errors: dict[str, DeliveryError]) -> FakeMessenger:
    return FakeMessenger(refuses=lambda to: errors.get(to.name))


def names(messenger: FakeMessenger) -> list[str]:
    return [name for name, _ in messenger.delivered]


async def test_what_is_ready_is_claimed_delivered_and_recorded(cohort: Cohort, bank: Bank) -> None:
    messenger = cohort.messenger = FakeMessenger()
    await cohort.joins("Amara")
    cohort.now = NOON
    [ready] = await cohort.has_due("Amara")

    sent = await cohort.send()

    [(name, message)] = messenger.delivered
    assert (name, message.nudge) == ("Amara", ready.id)
    assert sent == [Sent(ready.id, "1", NOON, NOON + QUESTION_OPEN_FOR)]
    nudge = await cohort.nudge("Amara")
    assert (nudge.state, nudge.sent_at, nudge.message_id) == (SENT, NOON, "1")
    assert (nudge.owner, nudge.lease_until, nudge.attempts) == (None, None, 1)
    assert message.plain.endswith(bank.questions[nudge.question_id].text)
    assert nudge.question_version == bank.questions[nudge.question_id].version
    assert nudge.reason
    assert await cohort.send() == []
    assert len(messenger.delivered) == 1


async def test_while_it_is_on_its_way_the_row_says_so(cohort: Cohort) -> None:
    """Written before the first byte leaves: what is said, by whom, and that it is being said."""
    seen: list[Nudge] = []

    async def look() -> None:
        seen.extend(await cohort.nudges("Amara"))

    cohort.messenger = Deciding(first={"Amara": look})
    await cohort.joins("Amara")
    cohort.now = NOON
    await cohort.has_due("Amara")
    await cohort.send()
    [nudge] = seen
    assert (nudge.state, nudge.attempts) == (SENDING, 1)
    assert nudge.owner is not None
    assert nudge.lease_until is not None
    assert nudge.question_id


async def test_nothing_goes_out_before_it_is_ready_and_the_earliest_goes_first(
    cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LEASED_AT_ONCE", 1)
    messenger = cohort.messenger = FakeMessenger()
    await cohort.joins("Amara", "Dan", "Ife")
    cohort.now = NOON
    await cohort.has_due("Amara", ready_at=NOON - MINUTE)
    await cohort.has_due("Dan", ready_at=NOON + MINUTE)
    await cohort.has_due("Ife", ready_at=NOON - HOUR)
    await cohort.send()
    assert names(messenger) == ["Ife", "Amara"]
    await cohort.send(NOON + MINUTE)
    assert names(messenger) == ["Ife", "Amara", "Dan"]


# --- What becomes of a nudge that a platform did not take ----------------------------------------


def failed(attempts: int = 0, until: timedelta = 4 * HOUR) -> Nudge:
    return Nudge(
        workspace_id=uuid4(),
        member_id=uuid4(),
        slot="2026-11-24/question",
        kind=NudgeKind.QUESTION,
        due_at=NOON,
        ready_at=NOON,
        expires_at=NOON + until,
        attempts=attempts,
    )


def asks_for(minutes: int) -> DeliveryError:
    return DeliveryError("Too many.", retry_after=timedelta(minutes=minutes))


def no_room(minutes: int) -> DeliveryError:
    return DeliveryError("No room.", retry_after=timedelta(minutes=minutes), untried=True)


REFUSED = DeliveryError("It is busy.", why=WhyNot.DOWN)
CLOSED = DeliveryError("Their account is closed.", permanent=True, why=WhyNot.UNREACHABLE)
MINE = Because(WhyNot.DOWN, "Mine!")
TIMED_OUT = DeliveryError("No answer came.", unsure=True)
BOTH = DeliveryError("No answer came.", unsure=True, permanent=True)
NO_TIME = "There was no time left to try again. It is busy."
FAILURES = [
    ("the first time it waits two minutes", failed(), REFUSED, 2 * MINUTE),
    ("the second time ten", failed(1), REFUSED, 10 * MINUTE),
    ("the third time an hour", failed(2), REFUSED, HOUR),
    ("the fourth time it is let go", failed(3), REFUSED, "Tried 4 times. It is busy."),
    ("the platform may ask for more", failed(), asks_for(7), 7 * MINUTE),
    ("but not for less", failed(1), asks_for(7), 10 * MINUTE),
    ("a closed account is let go at once", failed(), CLOSED, "Their account is closed."),
    ("to the last moment it is tried again", failed(until=2 * MINUTE), REFUSED, 2 * MINUTE),
    ("later than that is too late", failed(until=2 * MINUTE - HOUR / 3600), REFUSED, NO_TIME),
    ("what may have arrived is looked into", failed(), TIMED_OUT, None),
    ("whatever else is said about it", failed(3, -HOUR), BOTH, None),
    ("where there was no room, it waits for room alone", failed(), no_room(1), MINUTE),
    ("however often it was tried before", failed(3), no_room(90), 90 * MINUTE),
    (
        "but not beyond its time",
        failed(until=HOUR),
        no_room(61),
        "There was no time left to try again. No room.",
    ),
]


@pytest.mark.parametrize(
    ("nudge", "error", "becomes"),
    [f[1:] for f in FAILURES],
    ids=[f[0].replace(" ", "-") for f in FAILURES],
)
def test_after_a_failure(
    nudge: Nudge, error: DeliveryError, becomes: timedelta | str | None
) -> None:
    match becomes:
        case None:
            wanted: object = Unsure(nudge.id)
        case str():
            wanted = Ended(nudge.id, GIVEN_UP, Because(error.why, becomes))
        case timedelta():
            because = Because(error.why, str(error))
            wanted = PutBack(nudge.id, NOON + becomes, because, untried=error.untried)
    assert after_failure(nudge, error, NOON) == wanted


async def test_a_busy_platform_is_asked_again_and_amara_gets_the_same_question_once(
    cohort: Cohort,
) -> None:
    cohort.messenger = refusing({"Amara": BUSY})
    await cohort.joins("Amara")
    cohort.now = NOON
    await cohort.has_due("Amara")
    assert await cohort.send() == []
    first = await cohort.nudge("Amara")
    assert (first.state, first.ready_at) == (READY, NOON + 2 * MINUTE)
    assert (first.ended_because, first.owner) == ("The platform is busy.", None)
    assert first.why_not is WhyNot.DOWN

    messenger = cohort.messenger = FakeMessenger()
    assert await cohort.send(NOON + 2 * MINUTE - timedelta(seconds=1)) == []
    await cohort.send(NOON + 2 * MINUTE)
    second = await cohort.nudge("Amara")
    assert (second.state, second.attempts, len(messenger.delivered)) == (SENT, 2, 1)
    assert second.why_not is None
    # And "Why this question?" gives the reason it was chosen for.
    assert (second.question_id, second.reason) == (first.question_id, first.reason)


STEPS = st.lists(st.sampled_from(["no room", "refused"]), max_size=12)


@given(STEPS)
def test_whatever_its_history_only_what_was_really_tried_counts(steps: list[str]) -> None:
    """A leader's question that is useful for a day: want of room alone never ends it."""
    nudge, now = failed(until=24 * HOUR), NOON
    for number, step in enumerate(steps):
        refusals = steps[:number].count("refused")
        assert nudge.attempts == refusals
        match after_failure(nudge, no_room(1) if step == "no room" else REFUSED, now):
            case PutBack(_, again, _, untried):
                assert again - now == (MINUTE if untried else WAITS[refusals])
                # As `mark_sending` and `record_put_back` write it.
                nudge.attempts += 0 if untried else 1
                now = again
            case ended:
                assert isinstance(ended, Ended)
                assert (step, refusals) == ("refused", len(WAITS))
                return


async def test_want_of_room_is_no_attempt_and_amara_is_asked_when_there_is_some(
    cohort: Cohort,
) -> None:
    full = no_room(1)
    cohort.messenger = refusing({"Amara": full})
    await cohort.joins("Amara")
    cohort.now = NOON
    await cohort.has_due("Amara")
    for minute in range(10):
        assert await cohort.send(NOON + minute * MINUTE) == []
        nudge = await cohort.nudge("Amara")
        assert (nudge.state, nudge.attempts) == (READY, 0)
        assert nudge.ready_at == NOON + (minute + 1) * MINUTE

    cohort.messenger = refusing({"Amara": REFUSED})
    await cohort.send(NOON + 10 * MINUTE)
    assert (await cohort.nudge("Amara")).attempts == 1

    cohort.messenger = FakeMessenger()
    await cohort.send(NOON + 12 * MINUTE)
    sent = await cohort.nudge("Amara")
    assert (sent.state, sent.attempts) == (SENT, 2)


async def test_a_workspace_without_room_has_one_turn_in_a_pass_and_delays_no_other(
    cohort: Cohort, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WINDOW", 2)
    monkeypatch.setattr(sending, "LEASED_AT_ONCE", 8)
    tried: list[str] = []

    def refuse(to: Addressee) -> DeliveryError | None:
        tried.append(to.name)
        return None if to.name == "Dan" else no_room(1)

    cohort.messenger = FakeMessenger(refuses=refuse)
    elsewhere = Cohort(cohort.engine, bank, messenger=cohort.messenger)
    elsewhere.place.external_id = "elsewhere"
    crowd = [f"leader {n}" for n in range(20)]
    await cohort.joins(*crowd)
    await elsewhere.joins("Dan")
    cohort.now = elsewhere.now = NOON
    await cohort.has_due(*crowd, ready_at=NOON - MINUTE)
    await elsewhere.has_due("Dan")

    assert len(await cohort.send()) == 1

    assert len(tried) == 3
    assert tried[-1] == "Dan"
    nudges = await cohort.nudges()
    assert {one.state for one in nudges} == {READY}
    assert {one.owner for one in nudges} == {None}
    assert sum(one.ready_at == NOON + MINUTE for one in nudges) == 2
    assert {one.attempts for one in nudges} == {0}


async def test_a_platform_that_never_takes_it_is_tried_four_times(cohort: Cohort) -> None:
    tried: list[datetime] = []

    def refuse(_: Addressee) -> DeliveryError:
        tried.append(cohort.now)
        return REFUSED

    cohort.messenger = FakeMessenger(refuses=refuse)
    await cohort.joins("Amara")
    cohort.now = NOON
    await cohort.has_due("Amara")
    await cohort.lives(NOON + 4 * HOUR)
    first, second, third = WAITS
    assert tried == [
        NOON + wait for wait in (0 * MINUTE, first, first + second, sum(WAITS, 0 * HOUR))
    ]
    assert third == HOUR
    nudge = await cohort.nudge("Amara")
    assert (nudge.state, nudge.ended_because) == (GIVEN_UP, "Tried 4 times. It is busy.")


async def test_someone_on_a_platform_that_is_not_connected_is_given_up_with_that_reason(
    cohort: Cohort, bank: Bank
) -> None:
    await cohort.joins("Amara")
    cohort.now = NOON
    await cohort.has_due("Amara")
    assert await send_due(cohort.engine, {"another": cohort.messenger}, bank, NOON) == []
    nudge = await cohort.nudge("Amara")
    assert (nudge.state, nudge.ended_because) == (GIVEN_UP, str(NO_MESSENGER))


async def test_the_others_are_sent_whatever_one_leaders_platform_does(
    cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PATIENCE", timedelta(milliseconds=50))
    messenger = cohort.messenger = Deciding(
        first={"Hangs": asyncio.Event().wait, "Breaks": break_down},
        refuses=lambda to: {"Busy": BUSY, "Closed": CLOSED, "Unsure": TIMED_OUT}.get(to.name),
    )
    everyone = ["Amara", "Hangs", "Breaks", "Busy", "Closed", "Unsure", "Dan"]
    await cohort.joins(*everyone)
    cohort.now = NOON
    await cohort.has_due(*everyone)

    sent = await cohort.send()

    assert names(messenger) == ["Amara", "Dan"] or names(messenger) == ["Dan", "Amara"]
    assert len(sent) == 2
    states = {name: (await cohort.nudge(name)).state for name in everyone}
    assert states == {
        "Amara": SENT,
        "Dan": SENT,
        "Busy": READY,
        "Closed": GIVEN_UP,
        # Nobody knows whether these arrived: they stay as they are until it is looked into.
        "Hangs": SENDING,
        "Breaks": SENDING,
        "Unsure": SENDING,
    }
    for name in ("Hangs", "Breaks", "Unsure"):
        assert (await cohort.nudge(name)).owner is not None
    assert await cohort.send() == []


async def break_down() -> None:
    raise KeyError("a fault of ours")


async def test_the_others_are_sent_when_one_leaders_question_cannot_be_written(
    cohort: Cohort,
) -> None:
    """Such as where an objective names a theme that the bank has lost since."""
    messenger = cohort.messenger = FakeMessenger()
    _, dan = await cohort.joins("Amara", "Dan")
    async with transaction(cohort.engine) as db:
        await set_objective(db, dan, "Words", ["a-theme-of-yesterday"], NOON)
    cohort.now = NOON
    await cohort.has_due("Amara", "Dan")
    await cohort.send()
    assert names(messenger) == ["Amara"]
    nudge = await cohort.nudge("Dan")
    assert (nudge.state, nudge.ended_because) == (GIVEN_UP, UNWRITABLE.words)


# --- Between two steps ---------------------------------------------------------------------------


async def stops(her: Programme) -> None:
    await her.says("dan", "stop")


async def pauses(her: Programme) -> None:
    await her.says("dan", "pause")


async def withdraws(her: Programme) -> None:
    await her.submits("dan", FormName.AGREEMENT)


async def leaves(her: Programme) -> None:
    await her.hear(Left(*her.who("dan")))


async def comes_due(programme: Programme) -> None:
    """Dan's question is planned, and sent, in this one pass."""
    programme.now = DANS_NOON
    await tick(programme.engine, {"playground": programme.messenger}, programme.bank, DANS_NOON)


@pytest.mark.parametrize("act", [stops, pauses, withdraws, leaves])
async def test_dan_who_acts_after_his_question_was_claimed_does_not_get_it(
    programme: Programme, database_url: str, act: Callable[[Programme], Awaitable[None]]
) -> None:
    dan = await programme.member("Dan Whitfield")

    met: list[NudgeState] = []

    async def he_acts(engine: AsyncEngine) -> None:
        at_his_own = Programme(engine, programme.bank, now=DANS_NOON)
        met.append((await newest(at_his_own, dan.id)).state)
        await act(at_his_own)

    now = in_another_process(database_url, he_acts)
    with just_before(programme.engine, PLAN + MARK_SENDING, now):
        await comes_due(programme)

    assert met == [LEASED]
    assert programme.messenger.delivered == []
    nudge = await newest(programme, dan.id)
    assert (nudge.state, nudge.due_at) == (EXPIRED, DANS_NOON)
    assert nudge.ended_because
    # And it stays so: nothing is brought back by a later pass.
    await programme.passes(minutes=1)
    assert programme.messenger.delivered == []


async def newest(programme: Programme, who: UUID) -> Nudge:
    cohort = Cohort(programme.engine, programme.bank)
    cohort.people = {"Dan": await programme.member("Dan Whitfield")}
    assert cohort.people["Dan"].id == who
    questions = [one for one in await cohort.nudges("Dan") if one.kind is NudgeKind.QUESTION]
    return questions[-1]


async def test_what_was_on_its_way_when_dan_said_stop_is_recorded_as_sent(
    programme: Programme, database_url: str
) -> None:
    dan = await programme.member("Dan Whitfield")

    met: list[NudgeState] = []

    async def he_stops(engine: AsyncEngine) -> None:
        at_his_own = Programme(engine, programme.bank, now=DANS_NOON)
        met.append((await newest(at_his_own, dan.id)).state)
        await stops(at_his_own)

    now = in_another_process(database_url, he_stops)
    with just_before(programme.engine, PLAN + RECORD, now):
        await comes_due(programme)
    assert met == [SENDING]
    assert len(programme.messenger.delivered) == 1
    assert (await newest(programme, dan.id)).state is SENT


async def test_a_sender_whose_lease_ran_out_before_it_began_sends_nothing(
    cohort: Cohort, database_url: str
) -> None:
    messenger = cohort.messenger = FakeMessenger()
    await cohort.joins("Amara")
    cohort.now = NOON
    await cohort.has_due("Amara")

    async def time_flies(engine: AsyncEngine) -> None:
        async with engine.begin() as connection:
            await connection.execute(RUN_OUT)

    with just_before(cohort.engine, MARK_SENDING, in_another_process(database_url, time_flies)):
        assert await cohort.send() == []
    assert messenger.delivered == []
    assert await cohort.states() == [LEASED]

    await cohort.reap()
    await cohort.send()
    assert names(messenger) == ["Amara"]


async def under_way(sender: asyncio.Task[list[Sent]], begun: asyncio.Event) -> None:
    """Until it is delivering; whatever stops it before is told, not waited for."""
    delivering = asyncio.create_task(begun.wait())
    done, _ = await asyncio.wait(
        {sender, delivering}, timeout=30, return_when=asyncio.FIRST_COMPLETED
    )
    if sender in done:
        delivering.cancel()
        await sender
    assert begun.is_set()


async def test_a_sender_that_slept_too_long_cannot_record_over_the_one_that_took_over(
    cohort: Cohort, bank: Bank
) -> None:
    """It wakes up, and its message did arrive: one copy too many, but never a false record."""
    woken, asleep = asyncio.Event(), asyncio.Event()

    async def sleep() -> None:
        asleep.set()
        await woken.wait()

    sleeper = Deciding(first={"Amara": sleep})
    messenger = cohort.messenger = FakeMessenger(delivered=[("Someone", Message("Before", ()))] * 6)
    await cohort.joins("Amara")
    cohort.now = NOON
    await cohort.has_due("Amara")

    first = asyncio.create_task(send_due(cohort.engine, {"playground": sleeper}, bank, NOON))
    await under_way(first, asleep)
    assert await cohort.reap() == 1
    await cohort.send(NOON + MINUTE)
    woken.set()
    await first

    assert names(sleeper) == ["Amara"]
    assert names(messenger)[6:] == ["Amara"]
    nudge = await cohort.nudge("Amara")
    assert (nudge.state, nudge.message_id, nudge.sent_at) == (SENT, "7", NOON + MINUTE)


@pytest.mark.parametrize("state", [LEASED, SENDING])
async def test_nobody_but_its_holder_can_say_what_became_of_a_nudge(
    cohort: Cohort, state: NudgeState
) -> None:
    holder, zombie = uuid4(), uuid4()
    await cohort.joins("Amara")
    cohort.now = NOON
    [ready] = await cohort.has_due("Amara")
    async with transaction(cohort.engine) as db:
        [held] = await lease(db, holder, NOON, 10)
        if state is SENDING:
            assert await mark_sending(db, zombie, [Intent(ready.id)]) == set()
            assert await mark_sending(db, holder, [Intent(ready.id, "CON-OPN-1")]) == {ready.id}
    before = await cohort.nudge("Amara")
    assert before.state is state

    async with transaction(cohort.engine) as db:
        await record_sent(db, zombie, [Sent(held.id, "13", NOON)])
        await record_put_back(db, zombie, [PutBack(held.id, NOON, MINE)])
        await record_ended(db, zombie, [Ended(held.id, GIVEN_UP, MINE)])
    assert await cohort.nudge("Amara") == before

    async with transaction(cohort.engine) as db:
        await record_sent(db, holder, [Sent(held.id, "7", NOON)])
    after = await cohort.nudge("Amara")
    assert (after.state, after.message_id) == (SENT, "7")
    # What has ended has ended, for its holder, too.
    async with transaction(cohort.engine) as db:
        await record_ended(db, holder, [Ended(held.id, GIVEN_UP, MINE)])
    assert await cohort.nudge("Amara") == after


async def test_a_sender_that_is_told_to_stop_records_what_it_began_and_frees_the_rest(
    cohort: Cohort, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WINDOW", 1)
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        begun.set()
        await may_go_on.wait()

    everyone = ["Amara", "Dan", "Ife"]
    messenger = cohort.messenger = Deciding(first=dict.fromkeys(everyone, wait))
    await cohort.joins(*everyone)
    cohort.now = NOON
    await cohort.has_due(*everyone)
    sender = asyncio.create_task(cohort.send())
    await under_way(sender, begun)

    sender.cancel()
    asyncio.get_running_loop().call_soon(may_go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await sender

    assert Counter(await cohort.states()) == {SENT: 1, READY: 2}
    assert {one.owner for one in await cohort.nudges()} == {None}
    await cohort.send()
    assert Counter(names(messenger)) == Counter(everyone)


async def test_what_is_being_sent_cannot_be_claimed_or_begun_again(cohort: Cohort) -> None:
    holder, other = uuid4(), uuid4()
    await cohort.joins("Amara")
    cohort.now = NOON
    [ready] = await cohort.has_due("Amara")
    async with transaction(cohort.engine) as db:
        assert len(await lease(db, holder, NOON, 10)) == 1
        assert await lease(db, other, NOON, 10) == []
        assert await mark_sending(db, holder, [Intent(ready.id)]) == {ready.id}
        assert await mark_sending(db, holder, [Intent(ready.id)]) == set()
        assert await lease(db, other, NOON, 10) == []


async def test_no_transaction_is_open_while_a_platform_is_spoken_to(
    cohort: Cohort, database_url: str
) -> None:
    """A messenger that itself writes, to the very row that is being sent, waits for nobody."""
    short = "&options=-c%20lock_timeout%3D200" if "?" in database_url else ""
    own = open_sealed(database_url + short, busy_timeout_ms=200)
    mark = text("UPDATE nudge SET message_id = 'on its way'")
    seen: list[str] = []

    async def write() -> None:
        async with transaction(own) as db:
            await (await db.connection()).execute(mark)
        seen.extend(one.message_id for one in await cohort.nudges())

    messenger = cohort.messenger = Deciding(first={"Amara": write})
    await cohort.joins("Amara")
    cohort.now = NOON
    await cohort.has_due("Amara")
    await cohort.send()
    await close(own)
    assert seen == ["on its way"]
    assert names(messenger) == ["Amara"]
    assert await cohort.states() == [SENT]


@dataclass
class Meeting(FakeMessenger):
    """The first delivery waits until the other sender is delivering, too."""

    here: asyncio.Event = field(default_factory=asyncio.Event)
    there: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, to: Addressee, message: Message) -> str:
        self.here.set()
        await asyncio.wait_for(self.there.wait(), 20)
        return await super().deliver(to, message)


async def test_two_senders_on_one_database_deliver_each_of_500_exactly_once(
    cohort: Cohort, database_url: str, bank: Bank
) -> None:
    everyone = [f"leader {n}" for n in range(500)]
    await cohort.joins(*everyone)
    cohort.now = NOON
    await cohort.has_due(*everyone)
    other = open_sealed(database_url)
    one = Meeting()
    two = Meeting(here=one.there, there=one.here)

    sent = await asyncio.gather(
        send_due(cohort.engine, {"playground": one}, bank, NOON),
        send_due(other, {"playground": two}, bank, NOON),
    )
    await close(other)

    assert Counter(names(one) + names(two)) == Counter(everyone)
    assert [len(each) for each in sent] == [len(one.delivered), len(two.delivered)]
    assert min(len(one.delivered), len(two.delivered)) >= sending.WINDOW
    assert Counter(await cohort.states()) == {SENT: 500}


async def test_one_workspace_sends_under_its_own_messenger(cohort: Cohort, bank: Bank) -> None:
    """A platform is found by the name its workspace was stored with."""
    cohort.place.platform = "slack"
    slack, playground = FakeMessenger(), FakeMessenger()
    await cohort.joins("Amara")
    cohort.now = NOON
    await cohort.has_due("Amara")
    await send_due(cohort.engine, {"playground": playground, "slack": slack}, bank, NOON)
    assert (names(slack), names(playground)) == (["Amara"], [])
