"""What should have gone out and did not is noticed; what people chose not to get is no alarm."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from scheduler.auditing import Alarm, Amiss, alarms, look
from scheduler.delivery import DeliveryError
from scheduler.figures import Figures, figures
from storage.engine import reading
from storage.health import tallies
from storage.suppressing import THRESHOLD
from storage.tables import NudgeKind, WhyNot
from tests.fakes import FakeMessenger
from tests.scheduler.cohort import Cohort
from tests.scheduler.interrupting import (
    MARK_SENDING,
    RECORD,
    PowerCutError,
    cut_the_power,
    just_before,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DOWN = DeliveryError("It is down.", why=WhyNot.DOWN)
BLOCKED = DeliveryError("Blocked.", permanent=True, why=WhyNot.UNREACHABLE)
TAKEN_OUT = DeliveryError("No such app.", permanent=True, why=WhyNot.DISCONNECTED)


def refusing(error: DeliveryError, *names: str) -> FakeMessenger:
    return FakeMessenger(refuses=lambda to: error if to.name in names else None)


async def amiss(cohort: Cohort, now: datetime) -> list[tuple[Amiss, int, WhyNot | None]]:
    return [(one.amiss, one.count, one.why) for one in await found(cohort, now)]


async def found(cohort: Cohort, now: datetime) -> list[Alarm]:
    async with reading(cohort.engine) as db:
        return alarms(await look(db, now))


async def questions(cohort: Cohort, now: datetime, least: int = THRESHOLD) -> Figures:
    async with reading(cohort.engine) as db:
        counted = await tallies(db, now - DAY, now)
    return next(one for one in figures(counted, least) if one.kind is NudgeKind.QUESTION)


@pytest.fixture
async def due(cohort: Cohort) -> Cohort:
    """Amara and Dan are due at noon on the Tuesday."""
    await cohort.joins("Amara", "Dan")
    return cohort


async def test_where_all_goes_well_nothing_is_amiss(due: Cohort) -> None:
    await due.plan(NOON)
    await due.send()
    assert await amiss(due, NOON + HOUR) == []
    told = await questions(due, NOON + HOUR)
    assert (told.due, told.sent, told.delivered, told.late) == (2, 2, 2, 0)


async def test_when_nobody_plans_it_is_noticed_within_minutes(due: Cohort) -> None:
    assert await amiss(due, NOON + 4 * MINUTE) == []
    [alarm] = await found(due, NOON + 5 * MINUTE)
    assert (alarm.amiss, alarm.count, alarm.since) == (Amiss.NOT_PLANNED, 2, NOON)
    assert alarm.workspace_id == due.place.id


async def test_when_nobody_sends_it_is_noticed_within_minutes(due: Cohort) -> None:
    await due.plan(NOON)
    assert await amiss(due, NOON + 9 * MINUTE) == []
    assert await amiss(due, NOON + 10 * MINUTE) == [(Amiss.NOT_SENT, 2, None)]
    assert (await questions(due, NOON + 10 * MINUTE)).waiting == 2
    await due.send(NOON + 11 * MINUTE)
    assert await amiss(due, NOON + 12 * MINUTE) == []
    told = await questions(due, NOON + 12 * MINUTE)
    assert (told.delivered, told.late) == (2, 2)


@pytest.mark.parametrize("step", [MARK_SENDING, RECORD])
async def test_when_nobody_settles_what_a_crash_left_it_is_noticed(due: Cohort, step: int) -> None:
    await due.plan(NOON)
    with just_before(due.engine, step, cut_the_power), pytest.raises(PowerCutError):
        await due.send()
    assert await amiss(due, NOON + MINUTE) == []
    await due.runs(text("UPDATE nudge SET lease_until = 1 WHERE lease_until IS NOT NULL"))
    assert await amiss(due, NOON + MINUTE) == [(Amiss.NOT_SETTLED, 2, None)]
    await due.reap()
    await due.send()
    assert await amiss(due, NOON + MINUTE) == []


async def test_a_platform_that_is_down_for_an_hour_is_noticed_and_then_what_was_given_up(
    due: Cohort,
) -> None:
    due.messenger = refusing(DOWN, "Amara", "Dan")
    await due.plan(NOON)
    await due.send()
    assert await amiss(due, NOON + 2 * MINUTE) == []
    told = await questions(due, NOON + MINUTE)
    assert (told.sent, told.delivered, told.put_off) == (2, 0, 2)
    for minutes in (2, 12, 60):
        await due.send(NOON + minutes * MINUTE)
    assert await amiss(due, NOON + 61 * MINUTE) == [(Amiss.PUT_OFF, 2, WhyNot.DOWN)]
    await due.send(NOON + 3 * HOUR)
    assert await amiss(due, NOON + 3 * HOUR) == [(Amiss.NOT_DELIVERED, 2, WhyNot.DOWN)]
    told = await questions(due, NOON + 3 * HOUR)
    assert (told.due, told.given_up, told.troubles) == (2, 2, {WhyNot.DOWN: 2})
    # Once a day: what is longer ago is no news.
    assert await amiss(due, NOON + DAY + MINUTE) == []


async def test_a_day_on_which_nothing_ran_is_noticed_when_it_runs_again(due: Cohort) -> None:
    await due.plan(NOON + 6 * HOUR)
    await due.send()
    assert await amiss(due, NOON + 6 * HOUR) == [(Amiss.NOT_DELIVERED, 2, WhyNot.TOO_LATE)]


async def test_one_who_cannot_be_reached_is_counted_and_is_the_leads_matter(due: Cohort) -> None:
    due.messenger = refusing(BLOCKED, "Amara")
    await due.plan(NOON)
    await due.send()
    assert await amiss(due, NOON + HOUR) == []
    told = await questions(due, NOON + HOUR)
    assert (told.due, told.delivered, told.given_up) == (2, 1, 1)
    assert told.troubles == {WhyNot.UNREACHABLE: 1}


async def test_a_platform_that_knows_no_such_app_is_noticed_at_once(due: Cohort) -> None:
    due.messenger = refusing(TAKEN_OUT, "Amara", "Dan")
    await due.plan(NOON)
    await due.send()
    assert await amiss(due, NOON + MINUTE) == [(Amiss.NOT_DELIVERED, 2, WhyNot.DISCONNECTED)]


async def test_a_fault_of_ours_is_noticed_at_once(due: Cohort) -> None:
    await due.plan(NOON)
    await due.runs(text("UPDATE cadence SET zone = 'Nowhere/At_all'"))
    await due.send()
    assert await amiss(due, NOON + MINUTE) == [(Amiss.NOT_DELIVERED, 2, WhyNot.OUR_FAULT)]


async def test_whoever_said_stop_is_not_due_and_no_alarm(due: Cohort) -> None:
    await due.plan(NOON)
    await due.says_stop("Amara")
    await due.send()
    assert await amiss(due, NOON + HOUR) == []
    told = await questions(due, NOON + HOUR)
    assert (told.due, told.delivered, told.held_back) == (1, 1, 1)
    assert told.troubles == {}


async def test_why_people_were_not_asked_is_shown_of_many_and_never_of_a_few(
    cohort: Cohort,
) -> None:
    names = [f"Leader{number}" for number in range(13)]
    await cohort.joins(*names)
    await cohort.plan(NOON)
    for name in names[:11]:
        await cohort.says_stop(name)
    await cohort.send()
    many = await questions(cohort, NOON + HOUR)
    assert (many.held_back, many.chosen) == (11, {WhyNot.STOPPED: 11})
    assert (await questions(cohort, NOON + HOUR, least=12)).chosen is None
    # One more, for another reason: neither is told, so that it cannot be found by subtraction.
    await cohort.runs(
        text("UPDATE nudge SET state = 'expired', why_not = 'paused' WHERE member_id = :who"),
        {"who": cohort.people["Leader12"].id.hex},
    )
    few = await questions(cohort, NOON + HOUR)
    assert (few.due, few.held_back, few.chosen) == (1, 12, None)


async def test_a_workspace_is_told_of_its_own_alone(due: Cohort) -> None:
    await due.plan(NOON)
    async with reading(due.engine) as db:
        theirs = await look(db, NOON + HOUR, due.place.id)
        others = await look(db, NOON + HOUR, due.people["Amara"].id)
    assert [one.count for one in alarms(theirs)] == [2]
    assert alarms(others) == []
    assert others.tallies == []
