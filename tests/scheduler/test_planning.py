"""What comes due becomes one row, however often, wherever and however late it is planned."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from scheduler import planning
from scheduler.planning import STALE, next_moment, plan, plan_due
from storage.engine import transaction
from storage.tables import Away, CadenceRow, NudgeKind, NudgeState
from tests.cast import MONDAY
from tests.databases import close, open_sealed
from tests.fakes import FakeMessenger
from tests.scheduler.cohort import SLOTS, Cohort

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
THURSDAY_FOUR = datetime(2026, 11, 26, 16, tzinfo=UTC)
READY, EXPIRED, SENT = NudgeState.READY, NudgeState.EXPIRED, NudgeState.SENT


def delivered(cohort: Cohort) -> int:
    assert isinstance(cohort.messenger, FakeMessenger)
    return len(cohort.messenger.delivered)


async def test_what_comes_due_for_amara_becomes_one_row_and_her_cadence_moves_on(
    cohort: Cohort,
) -> None:
    await cohort.joins("Amara")
    assert await cohort.plan(TUESDAY_NOON - MINUTE) == 0
    assert await cohort.nudges() == []

    assert await cohort.plan(TUESDAY_NOON) == 1

    nudge = await cohort.nudge("Amara")
    assert (nudge.slot, nudge.kind, nudge.state) == (
        "2026-11-24/question",
        NudgeKind.QUESTION,
        READY,
    )
    assert nudge.due_at == nudge.ready_at == TUESDAY_NOON
    assert nudge.expires_at == TUESDAY_NOON + 4 * HOUR
    row = await cohort.cadence("Amara")
    assert (row.next_due_at, row.next_day) == (THURSDAY_FOUR, THURSDAY_FOUR.date())
    assert row.last_day == TUESDAY_NOON.date()


async def test_a_question_is_useful_no_longer_than_the_hours_of_its_day(cohort: Cohort) -> None:
    await cohort.joins("Amara", slots="tue 16:00")
    await cohort.plan(TUESDAY_NOON + 4 * HOUR)
    assert (await cohort.nudge("Amara")).expires_at == TUESDAY_NOON + 6 * HOUR


async def test_amara_is_planned_once_however_often_the_clock_ticks(cohort: Cohort) -> None:
    await cohort.joins("Amara")
    assert [await cohort.plan(TUESDAY_NOON + n * MINUTE) for n in range(5)] == [1, 0, 0, 0, 0]
    assert len(await cohort.nudges()) == 1


async def test_each_leader_is_planned_once_however_many_clocks_tick(
    cohort: Cohort, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four clocks on two engines, each taking few at a time so that they meet often."""
    monkeypatch.setattr(planning, "BATCH", 7)
    everyone = [f"leader {n}" for n in range(60)]
    await cohort.joins(*everyone)
    other = open_sealed(database_url)
    clocks = [cohort.engine, other, cohort.engine, other]

    planned = await asyncio.gather(*(plan_due(clock, TUESDAY_NOON) for clock in clocks))
    await close(other)

    # One clock may pass over what another holds just then, but nothing is left when all are done.
    assert sum(planned) == 60
    nudges = await cohort.nudges()
    assert {one.member_id for one in nudges} == {one.id for one in cohort.people.values()}
    assert len(nudges) == 60


async def test_what_was_missed_is_on_record_and_what_is_still_useful_goes_out_once(
    cohort: Cohort,
) -> None:
    """Down from Monday to the Thursday week, half past four."""
    await cohort.joins("Amara")
    back = THURSDAY_FOUR + 7 * DAY + 30 * MINUTE
    assert await cohort.plan(back) == 4
    nudges = await cohort.nudges()
    assert [one.state for one in nudges] == [EXPIRED, EXPIRED, EXPIRED, READY]
    assert [one.ended_because for one in nudges] == [STALE.words, STALE.words, STALE.words, ""]
    assert [one.due_at.date().day for one in nudges] == [24, 26, 1, 3]

    for _ in range(3):
        await cohort.plan()
        await cohort.send()

    assert delivered(cohort) == 1
    assert (await cohort.states())[-1] is SENT
    assert (await cohort.cadence("Amara")).next_due_at == TUESDAY_NOON + 14 * DAY


async def test_after_an_outage_that_outlasted_the_day_nothing_goes_out(cohort: Cohort) -> None:
    await cohort.joins("Amara")
    await cohort.plan(THURSDAY_FOUR + 4 * HOUR)
    await cohort.send()
    assert delivered(cohort) == 0
    assert {(one.state, one.ended_because) for one in await cohort.nudges()} == {
        (EXPIRED, STALE.words)
    }


async def test_what_was_planned_in_time_and_could_not_be_sent_is_let_go_as_stale(
    cohort: Cohort,
) -> None:
    await cohort.joins("Amara")
    await cohort.plan(TUESDAY_NOON)
    await cohort.send(TUESDAY_NOON + 4 * HOUR + MINUTE)
    nudge = await cohort.nudge("Amara")
    assert (nudge.state, nudge.ended_because) == (EXPIRED, STALE.words)
    assert delivered(cohort) == 0


@pytest.mark.parametrize("slots", ["tue 12:05, thu 16:00", "tue 15:00, thu 16:00", "tue 09:00"])
async def test_amara_who_moves_her_hour_on_a_day_she_was_asked_is_not_asked_again_that_day(
    cohort: Cohort, slots: str
) -> None:
    await cohort.joins("Amara")
    await cohort.lives(TUESDAY_NOON + MINUTE)
    assert delivered(cohort) == 1
    row = await cohort.changes("Amara", slots=slots)
    assert row.next_day is not None
    assert row.next_day > TUESDAY_NOON.date()
    await cohort.lives(TUESDAY_NOON + 12 * HOUR)
    assert delivered(cohort) == 1


async def test_amara_who_moves_her_hour_after_an_outage_is_told_a_day_that_comes(
    cohort: Cohort,
) -> None:
    """Thursday is planned already, although the cadence had stood at Tuesday."""
    await cohort.joins("Amara")
    await cohort.plan(THURSDAY_FOUR + MINUTE)
    assert (await cohort.cadence("Amara")).last_day == THURSDAY_FOUR.date()
    row = await cohort.changes("Amara", slots="tue 12:00, thu 17:00")
    assert row.next_due_at == TUESDAY_NOON + 7 * DAY


async def test_amara_who_moves_her_hour_before_she_was_asked_is_asked_at_the_new_one(
    cohort: Cohort,
) -> None:
    await cohort.joins("Amara")
    cohort.now = TUESDAY_NOON - HOUR
    await cohort.changes("Amara", slots="tue 15:00, thu 16:00")
    await cohort.lives(TUESDAY_NOON + 12 * HOUR)
    nudge = await cohort.nudge("Amara")
    assert (nudge.due_at, nudge.sent_at) == (TUESDAY_NOON + 3 * HOUR, TUESDAY_NOON + 3 * HOUR)


async def test_those_who_pause_or_stop_are_asked_again_when_and_only_when_they_said(
    cohort: Cohort,
) -> None:
    paused = {"paused_at": MONDAY}
    await cohort.joins("Nobody's break")
    await cohort.joins("Until Thursday", **paused, paused_until=date(2026, 11, 26))
    await cohort.joins("Until Friday", **paused, paused_until=date(2026, 11, 27))
    await cohort.joins("Until I say", **paused)
    await cohort.joins("Stopped", stopped_at=MONDAY)
    back = {"paused_at": None, "paused_until": None, "stopped_at": None}

    await cohort.lives(TUESDAY_NOON + 4 * DAY)
    asked = {name: [one.due_at for one in await cohort.nudges(name)] for name in cohort.people}
    assert asked == {
        "Nobody's break": [TUESDAY_NOON, THURSDAY_FOUR],
        "Until Thursday": [THURSDAY_FOUR],
        "Until Friday": [],
        "Until I say": [],
        "Stopped": [],
    }
    assert (await cohort.cadence("Until I say")).next_due_at is None
    assert (await cohort.cadence("Stopped")).next_due_at is None

    # Saturday: both of them are back, and what they missed does not come after them.
    for name in ("Until I say", "Stopped"):
        assert (await cohort.changes(name, **back)).next_due_at == TUESDAY_NOON + 7 * DAY
    await cohort.lives(TUESDAY_NOON + 8 * DAY)
    for name in ("Until Friday", "Until I say", "Stopped"):
        assert [one.sent_at for one in await cohort.nudges(name)] == [TUESDAY_NOON + 7 * DAY]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Europe/London", "Pacific/Pago_Pago"])
def test_a_pause_ends_on_the_leaders_own_calendar(zone: str) -> None:
    """At the first slot of that very date, even one at midnight."""
    row = CadenceRow(
        slots="mon 00:00, tue 00:00, wed 00:00",
        zone=zone,
        earliest="00:00",
        latest="23:59",
        paused_at=MONDAY,
        paused_until=date(2026, 12, 1),
    )
    coming = next_moment(row, [], MONDAY)
    assert coming is not None
    assert coming.day == date(2026, 12, 1)
    assert not planning.is_paused(row, coming.at)
    assert planning.is_paused(row, coming.at - MINUTE)


async def test_ruths_digest_is_planned_beside_her_question_and_lasts_two_days(
    cohort: Cohort,
) -> None:
    """She is coached herself: one of each kind on one date is not one too many."""
    [ruth] = await cohort.joins("Ruth", slots="mon 09:00")
    async with transaction(cohort.engine) as db:
        db.add(
            CadenceRow(
                member_id=ruth.id,
                kind=NudgeKind.DIGEST,
                workspace_id=ruth.workspace_id,
                slots="mon 09:00",
                zone="Europe/London",
            )
        )
    await cohort.changes("Ruth", NudgeKind.DIGEST)
    nine = MONDAY.replace(hour=9) + 7 * DAY
    assert await cohort.plan(nine) == 2
    digest, question = await cohort.nudges("Ruth")
    assert (digest.slot, digest.kind) == ("2026-11-30/digest", NudgeKind.DIGEST)
    assert question.slot == "2026-11-30/question"
    assert digest.expires_at == nine + 2 * DAY
    assert (await cohort.cadence("Ruth", NudgeKind.DIGEST)).next_due_at == nine + 7 * DAY


async def test_after_three_weeks_of_outage_one_digest_is_still_of_use(cohort: Cohort) -> None:
    await cohort.joins("Ruth", slots="mon 09:00", kind=NudgeKind.DIGEST)
    await cohort.plan(MONDAY + 15 * DAY)
    assert await cohort.states("Ruth") == [EXPIRED, READY]
    await cohort.plan(MONDAY + 24 * DAY)
    assert await cohort.states("Ruth") == [EXPIRED, READY, EXPIRED]


async def test_days_away_are_passed_over(cohort: Cohort, engine: AsyncEngine) -> None:
    amara, dan = await cohort.joins("Amara", "Dan")
    async with transaction(engine) as db:
        db.add(Away(member_id=amara.id, first=date(2026, 11, 24), last=date(2026, 11, 25)))
        db.add(Away(member_id=dan.id, first=date(2026, 11, 26), last=date(2027, 12, 31)))
    for name in ("Amara", "Dan"):
        await cohort.changes(name)
    await cohort.lives(THURSDAY_FOUR + 6 * DAY)
    assert [one.due_at for one in await cohort.nudges("Amara")] == [
        THURSDAY_FOUR,
        TUESDAY_NOON + 7 * DAY,
    ]
    assert [one.due_at for one in await cohort.nudges("Dan")] == [TUESDAY_NOON]
    # Away for longer than anyone looks ahead is away until told otherwise.
    assert (await cohort.cadence("Dan")).next_due_at is None


# Who lives where, when on Tuesday (UTC) they change to where, and when they are asked that week.
MOVES = [
    ("Ife, asked in the morning", "Europe/London", "12:30", "America/New_York", ["24T12:00"]),
    ("Jo, whose noon was skipped", "Europe/London", "11:30", "Europe/Helsinki", ["24T11:30"]),
    ("Kay, whose day was over", "Europe/London", "11:30", "Asia/Tokyo", []),
    ("Lin, who gains hours", "Europe/London", "11:30", "America/New_York", ["24T17:00"]),
    ("Mia, who lives Tuesday twice", "Pacific/Auckland", "00:30", "Pacific/Honolulu", ["23T23:00"]),
]


async def test_leaders_who_move_in_the_middle_of_the_week_are_asked_neither_twice_nor_never(
    cohort: Cohort,
) -> None:
    cohort.now = datetime(2026, 11, 23, 11, tzinfo=UTC)
    for name, zone, *_ in MOVES:
        await cohort.joins(name, zone=zone)
    for hhmm in sorted({at for _, _, at, _, _ in MOVES}):
        await cohort.lives(datetime.combine(date(2026, 11, 24), time.fromisoformat(hhmm), UTC))
        for name, _, at, zone, _ in MOVES:
            if at == hhmm:
                await cohort.changes(name, zone=zone)
    await cohort.lives(datetime(2026, 11, 25, 23, tzinfo=UTC))

    for name, _, _, _, asked in MOVES:
        sent = [one.sent_at for one in await cohort.nudges(name)]
        wanted = [datetime.fromisoformat(f"2026-11-{one}").replace(tzinfo=UTC) for one in asked]
        assert sent == wanted, name

    # And on the Thursday everyone at their own four o'clock, wherever they are by then.
    await cohort.lives(datetime(2026, 11, 27, 12, tzinfo=UTC))
    for name, *_ in MOVES:
        assert (await cohort.nudges(name))[-1].slot == "2026-11-26/question", name


def test_a_row_with_nothing_due_plans_nothing_and_forgets_no_day() -> None:
    row = CadenceRow(slots=SLOTS, zone="Europe/London", last_day=date(2026, 11, 24))
    planned = plan(row, [], MONDAY)
    assert (planned.nudges, planned.newest, planned.next) == ((), date(2026, 11, 24), None)
